"""What may be sold of an item. Its key is the item's SKU; Oscar counts in whole pieces from 0."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal

from django.utils import timezone
from oscar.core.loading import get_model

from webupdate.sync.shops import base
from webupdate.webshop.erp.errors import Invalid
from webupdate.webshop.erp.job import Job, Loaded, unknown_parent
from webupdate.webshop.erp.kinds.parents import living_items

Partner = get_model("partner", "Partner")
StockRecord = get_model("partner", "StockRecord")


def put(jobs: list[Job]) -> None:
    """Set the stock of items that the shop has, rounded down."""
    items = living_items(job.data.item for job in jobs)
    for job in jobs:
        if job.data.item not in items:
            job.error = unknown_parent("item", job.data.item, "item")
    jobs = [job for job in jobs if job.open]
    partner = Partner.objects.get()
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
    rows = StockRecord.objects.filter(product__in=items.values())
    return {
        row.partner_sku: Loaded(str(row.pk), base.Stock(item=row.partner_sku, quantity=str(row.num_in_stock)))
        for row in rows
    }


def _pieces(quantity: str) -> int:
    return max(0, int(Decimal(quantity).to_integral_value(ROUND_FLOOR)))
