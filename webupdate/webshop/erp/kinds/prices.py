"""Prices of an item by level and unit. Their key is SKU, level and unit, separated by tabs."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Q

from webupdate.sync.shops import base
from webupdate.sync.shops.base import KEY_SEPARATOR
from webupdate.webshop.erp.errors import Invalid
from webupdate.webshop.erp.job import Job, Loaded, unknown_parent, without_deleted
from webupdate.webshop.erp.kinds.parents import living_items
from webupdate.webshop.erp.models import Price


def put(jobs: list[Job]) -> None:
    """Set the prices of items that the shop has."""
    items = living_items(job.data.item for job in jobs)
    for job in jobs:
        if job.data.item not in items:
            job.error = unknown_parent("item", job.data.item, "item")
    jobs = [job for job in jobs if job.open]
    rows = [
        Price(
            product_id=items[job.data.item],
            level=job.data.level,
            unit=job.data.unit,
            price=Decimal(job.data.price),
            public=job.data.public,
        )
        for job in jobs
    ]
    rows = Price.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["product", "level", "unit"], update_fields=["price", "public"]
    )
    for job, row in zip(jobs, rows, strict=True):
        job.id = str(row.pk)


def hide(jobs: list[Job]) -> None:
    """Refused: a price is there or it is not."""
    for job in jobs:
        message = "A price cannot be hidden. Delete it, or hide its item."
        job.error = Invalid(message, field="op", seen="hide", expected="put or delete")


def delete(jobs: list[Job]) -> None:
    """Take the prices away."""
    ids = [row.pk for row in _rows([job.key for job in jobs]).values()]
    Price.objects.filter(pk__in=ids).delete()


def load(keys: list[str]) -> dict[str, Loaded]:
    """What the shop holds, by key; nothing for items that are gone."""
    rows = _rows(keys)
    items = living_items(key.split(KEY_SEPARATOR)[0] for key in rows)
    return {
        key: Loaded(str(row.pk), _as_record(key, row)) for key, row in rows.items() if row.product_id in items.values()
    }


def keys(after: str, limit: int) -> list[str]:
    """The next keys. The separator sorts before all that a part may hold: part by part is key by key."""
    rows = Price.objects.exclude(product__upc=None)
    if after:
        item, level, unit = [*after.split(KEY_SEPARATOR, 2), "", ""][:3]
        same = Q(product__upc=item) & (Q(level__gt=level) | Q(level=level, unit__gt=unit))
        rows = rows.filter(Q(product__upc__gt=item) | same)
    rows = without_deleted(rows, "items", "product__upc")
    parts = rows.order_by("product__upc", "level", "unit").values_list("product__upc", "level", "unit")
    return [KEY_SEPARATOR.join(key) for key in parts[:limit]]


def _as_record(key: str, row: Price) -> base.Price:
    item = key.split(KEY_SEPARATOR)[0]
    return base.Price(item=item, level=row.level, unit=row.unit, price=f"{row.price:.2f}", public=row.public)


def _rows(keys: list[str]) -> dict[str, Price]:
    """The price rows by key: all rows of the items, as a condition for each key would be slow."""
    wanted = set(keys)
    items = {key.split(KEY_SEPARATOR)[0] for key in keys}
    rows = Price.objects.filter(product__upc__in=items).select_related("product")
    by_key = {KEY_SEPARATOR.join([row.product.upc, row.level, row.unit]): row for row in rows}
    return {key: by_key[key] for key in wanted & by_key.keys()}
