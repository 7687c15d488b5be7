"""Products that people made of other kinds than a simple one, and what of an item each of them takes.

None is ever made, deleted or turned into another kind: what EBMS deletes is hidden, and no type is ever sent.
"""

from __future__ import annotations

from typing import Any

from webupdate.sync.shops.woocommerce import values
from webupdate.sync.shops.woocommerce.facts import DOCUMENT, EBMS_ID, IMAGE, ITEM, PRICE, STOCK
from webupdate.sync.shops.woocommerce.products import Product

# A variation's name, category and long text are those of its parent.
_OF_PARENT = ("name", "description", "short_description", "categories")
_OWN_PRICE = ("regular_price", "sale_price", "date_on_sale_from", "date_on_sale_to")
# Backorders of one that is not counted are an error for a store.
_OWN_STOCK = ("manage_stock", "stock_quantity", "backorders")


def batch_of(parent: int) -> str:
    """Where products are written; a store takes variations of one parent at a time only."""
    return f"products/{parent}/variations/batch" if parent else "products/batch"


def fitted(fields: dict[str, Any], product: Product | None) -> dict[str, Any]:
    """What a product takes of the fields of an item; a new one is a simple product and takes all."""
    if product is None:
        return fields
    left_out: set[str] = set() if product.is_priced else {*_OWN_PRICE}
    left_out |= set() if product.is_counted else {*_OWN_STOCK}
    text = {}
    if product.is_variation:
        left_out |= {*_OF_PARENT}
        if "short_description" in fields and product.takes_text:
            # The text of a variation is the one that loses no backslash.
            text = {"description": values.unslashed(fields["short_description"])}
    return {name: value for name, value in fields.items() if name not in left_out} | text


def left_alone(product: Product) -> dict[str, Any]:
    """What is sent for a product that EBMS deletes and that is its owner's: hidden, and all that was kept of EBMS."""
    begins = tuple(f"{prefix}/" for prefix in (PRICE, IMAGE, DOCUMENT))
    names = [name for name in product.metas if name in (ITEM, STOCK) or name.startswith(begins)]
    meta = [{"key": name, "value": None} for name in names]
    return {"status": "private", "meta_data": [*meta, {"key": EBMS_ID, "value": ""}]}
