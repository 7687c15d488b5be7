"""Items as the parents of prices and stock, and what all of them share."""

from __future__ import annotations

from collections.abc import Iterable

from oscar.core.loading import get_model

from webupdate.webshop.erp.job import deleted_keys

Product = get_model("catalogue", "Product")

# Made with the shop. A person may add further ones in the dashboard.
ERP_PARTNER = "erp"
GOODS = "goods"  # slug of the product class


def living_items(skus: Iterable[str]) -> dict[str, int]:
    """The products of these SKUs that are not deleted, by SKU."""
    wanted = set(skus)
    found = dict(Product.objects.filter(upc__in=wanted).values_list("upc", "pk"))
    return {sku: found[sku] for sku in found.keys() - deleted_keys("items", wanted)}
