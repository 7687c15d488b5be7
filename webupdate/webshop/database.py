"""Makes a shop's database ready, fast: a new one straight from the models, an older one by migrations."""

from __future__ import annotations

import zlib
from pathlib import Path

import oscar
from django.apps import apps
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.contrib.sites.models import Site
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from oscar.core.loading import get_model
from PIL import Image, ImageDraw
from rest_framework.authtoken.models import Token

from webupdate.webshop import countries

_LAST_MIGRATION = max(path.stem for path in (Path(__file__).parent / "erp/migrations").glob("0*.py"))
SYNC_USER = "sync"
UNIT_OPTION = "unit"


def prepare() -> None:
    """Make the database usable by this version: tables, basic rows, the token of the sync user."""
    if not connection.introspection.table_names():
        _create()
    elif _version_held() != _version():
        call_command("migrate", verbosity=0, interactive=False)
        _note_version()
    _set_token()
    connection.close()


def _create() -> None:
    # Oscar's 164 migrations take 12 seconds, its models half a second.
    with connection.schema_editor() as editor:
        for model in apps.get_models():
            if not model._meta.proxy:
                editor.create_model(model)
    _record_migrations()
    with transaction.atomic():
        _seed()
    _note_version()


def _record_migrations() -> None:
    """Note all migrations as done, so that a later version can migrate from here."""
    loader = MigrationLoader(None)
    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    # Django takes a squashed migration as done only when those that it replaces are noted too.
    done = set(loader.disk_migrations).union(*[one.replaces for one in loader.disk_migrations.values()])
    rows = [recorder.Migration(app=app, name=name) for app, name in sorted(done)]
    recorder.migration_qs.bulk_create(rows)


def _seed() -> None:
    Site.objects.create(pk=settings.SITE_ID, domain="localhost", name=settings.OSCAR_SHOP_NAME)
    product_class = get_model("catalogue", "ProductClass").objects.create(name="Goods")
    unit = get_model("catalogue", "Option").objects.create(code=UNIT_OPTION, name="Unit", type="text")
    product_class.options.add(unit)
    get_model("partner", "Partner").objects.create(name="ERP", code="erp")
    User.objects.create(username=SYNC_USER, password=make_password(None), is_staff=True)
    _seed_countries()
    _draw_missing_image()


def _seed_countries() -> None:
    country = get_model("address", "Country")
    country.objects.bulk_create(
        country(
            iso_3166_1_a2=code,
            printable_name=name,
            name=name,
            is_shipping_country=True,
            # the first in the list is preselected at checkout
            display_order=1 if code == "US" else 0,
        )
        for code, name in countries.names().items()
    )


def _draw_missing_image() -> None:
    """A parcel, for items without a picture; Oscar's own says "Image not available" all over the page."""
    image = Image.new("RGB", (440, 400), "#f4f6f8")
    draw = ImageDraw.Draw(image)
    draw.polygon([(110, 150), (220, 105), (330, 150), (220, 195)], fill="#d9c3a0")
    draw.polygon([(110, 150), (220, 195), (220, 310), (110, 262)], fill="#c9ae85")
    draw.polygon([(330, 150), (220, 195), (220, 310), (330, 262)], fill="#b8996c")
    draw.polygon([(158, 130), (268, 175), (282, 169), (173, 124)], fill="#efe3cd")
    image.save(settings.MEDIA_ROOT / settings.OSCAR_MISSING_IMAGE_URL)


def _set_token() -> None:
    key = settings.SHOP_FOLDER.token.read_text(encoding="utf-8").strip()
    user = User.objects.get(username=SYNC_USER)
    if not Token.objects.filter(user=user, key=key).exists():
        Token.objects.filter(user=user).delete()
        Token.objects.create(user=user, key=key)


def _version() -> int:
    """Fits SQLite's user_version, a signed 32-bit number."""
    return zlib.crc32(f"{oscar.get_version()} {_LAST_MIGRATION}".encode()) & 0x7FFFFFFF


def _version_held() -> int:
    with connection.cursor() as cursor:
        return int(cursor.execute("PRAGMA user_version").fetchone()[0])


def _note_version() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA user_version = {_version()}")
