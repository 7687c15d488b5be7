"""What the shop's own side needs: public prices, settings, and marks of changed accounts."""
# ruff: noqa: RUF012  Django's way

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone


def mark_accounts_of_the_shop(apps, schema_editor):  # type: ignore[no-untyped-def]
    """Accounts made before there were marks would never be told of."""
    now = timezone.now()
    mark = apps.get_model("erp", "AccountMark")
    users = apps.get_model("auth", "User").objects.filter(is_staff=False, erp=None)
    mark.objects.bulk_create(mark(user=user, updated_at=now) for user in users)


def publish_retail(apps, schema_editor):  # type: ignore[no-untyped-def]
    """Until the prices are sent again guests see what they saw."""
    apps.get_model("erp", "Price").objects.filter(level="Retail").update(public=True)


class Migration(migrations.Migration):
    dependencies = [("erp", "0001_initial")]

    operations = [
        migrations.AddField("Price", "public", models.BooleanField(default=False)),
        migrations.RunPython(publish_retail, migrations.RunPython.noop),
        migrations.AddField("ItemInfo", "default_unit", models.CharField(blank=True, max_length=32, default=""), False),
        migrations.AddField("ItemInfo", "related", models.JSONField(default=list)),
        migrations.AddField("CustomerInfo", "charge_first", models.BooleanField(default=False)),
        migrations.AddField("CustomerInfo", "ship_via", models.CharField(blank=True, max_length=64, default=""), False),
        migrations.AddField("CustomerInfo", "group", models.CharField(blank=True, max_length=64, default=""), False),
        migrations.CreateModel(
            name="ShopSettings",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("approval", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="AccountMark",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="erp_mark",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("updated_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.RunPython(mark_accounts_of_the_shop, migrations.RunPython.noop),
    ]
