"""What may be sold of an item. Its key is the item's SKU; Oscar counts in whole pieces from 0."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from oscar.core.loading import get_model

from webupdate.sync.shops import base
from webupdate.webshop.erp.errors import Invalid
from webupdate.webshop.erp.job import Job, Loaded, keys_behind, unknown_parent, without_deleted
from webupdate.webshop.erp.kinds.parents import ERP_PARTNER, living_items
from webupdate.webshop.erp.models import Record

Partner = get_model("partner", "Partner")
StockRecord = get_model("partner", "StockRecord")


def put(jobs: list[Job]) -> None:
    """Set the stock of items that the shop has, rounded down."""
    items = living_items(job.data.item for job in jobs)
    for job in jobs:
        if job.data.item not in items:
            job.error = unknown_parent("item", job.data.item, "item")
    jobs = [job for job in jobs if job.open]
    partner = Partner.objects.get(code=ERP_PARTNER)
    rows = [
        StockRecord(
            product_id=items[job.key],
            partner=partner,
            partner_sku=job.key,
            num_in_stock=_pieces(job.data.quantity),
            date_updated=timezone.now(),
        )
        for job in jobs
    ]
    rows = StockRecord.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["partner", "partner_sku"],
        update_fields=["num_in_stock", "date_updated"],
    )
    for job, row in zip(jobs, rows, strict=True):
        job.id = str(row.pk)


def hide(jobs: list[Job]) -> None:
    """Refused: stock is a number."""
    for job in jobs:
        message = "Stock cannot be hidden. Delete it, or hide its item."
        job.error = Invalid(message, field="op", seen="hide", expected="put or delete")


def delete(jobs: list[Job]) -> None:
    """No stock: nothing of the item is left to sell."""
    StockRecord.objects.filter(partner_sku__in=[job.key for job in jobs]).update(num_in_stock=0)


def load(keys: list[str]) -> dict[str, Loaded]:
    """What the shop holds, by SKU; nothing for items that are gone."""
    items = living_items(keys)
    rows = _counted().filter(product__in=items.values()).select_related("product")
    return {row.product.upc: Loaded(str(row.pk), _as_record(row)) for row in rows}


def keys(after: str, limit: int) -> list[str]:
    """The next SKUs."""
    rows = without_deleted(without_deleted(_counted(), "items", "product__upc"), "stock", "product__upc")
    return keys_behind(rows, "product__upc", after, limit)


def _counted() -> Any:
    """The stock that was sent or typed in: Oscar needs a row for each item, an empty one says nothing."""
    sent = Record.objects.filter(kind="stock", key=OuterRef("product__upc"))
    known = StockRecord.objects.exclude(product__upc=None)
    return known.filter(Q(num_in_stock__gt=0) | Exists(sent), partner__code=ERP_PARTNER)


def _as_record(row: Any) -> base.Stock:
    return base.Stock(item=row.product.upc, quantity=str(row.num_in_stock or 0))


def _pieces(quantity: str) -> int:
    return max(0, int(Decimal(quantity).to_integral_value(ROUND_FLOOR)))
