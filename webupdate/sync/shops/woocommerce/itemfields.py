"""What an item is in the store: fields and meta data of a product."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from webupdate.sync.shops.base import Item, Part, sent_hash
from webupdate.sync.shops.woocommerce import values
from webupdate.sync.shops.woocommerce.facts import EBMS_ID, ITEM
from webupdate.sync.shops.woocommerce.products import OWN_EXTRAS, Extras, Product

# What an item's remote id says behind the product's: the store has got a GTIN from here, which may be taken away.
GTIN = ":gtin"
_NUMBER = "global_unique_id"
_LENGTHS = (8, 12, 13, 14)  # of EAN-8, UPC, EAN and ISBN-13, GTIN-14
_BETWEEN = re.compile(r"[ -]")
_EXTRA_FIELDS = tuple(name for name in Extras.__struct_fields__ if name not in OWN_EXTRAS)


def item_fields(sku: str, record: Item, categories: Mapping[str, int]) -> dict[str, Any]:
    """The store's own fields."""
    return values.tax_class(record) | {
        "sku": sku,
        "name": values.title(record.title),
        "description": values.text(record.long),
        "short_description": values.text(record.short),
        "status": "publish" if record.shown else "private",
        "backorders": "yes" if record.oversell else "no",
        "weight": values.weight(record),
        "categories": [] if record.category is None else [{"id": categories[record.category]}],
    }


def item_meta(sku: str, data: bytes, record: Item, product: Product | None) -> dict[str, str]:
    """Meta data: what the store has no field for, and the hash of what is sent."""
    described = product is not None and product.is_variation and product.takes_text and bool(record.short)
    known = {name: getattr(record, name) for name in _EXTRA_FIELDS}
    extras = Extras(sent=sent_hash(data), described=described, **known)
    return {EBMS_ID: sku, ITEM: msgspec.json.encode(extras).decode()}


def gtin(upc: str) -> str:
    """A UPC without blanks and hyphens, "" for what is no number of goods, as 000000000000 that many items have."""
    digits = _BETWEEN.sub("", upc)
    good = digits.isascii() and digits.isdigit() and len(digits) in _LENGTHS and digits.strip("0")
    return digits if good else ""


def gtin_field(part: Part, number: str) -> dict[str, str]:
    """The field of it. Without a number one that was given from here goes, and one that a person typed stays."""
    return {_NUMBER: number} if number or had_gtin(part) else {}


def has_gtin(product: Product) -> bool:
    """Whether the product's number is that of EBMS."""
    return product.extras is not None and gtin(product.extras.upc) == (product.global_unique_id or "") != ""


def had_gtin(part: Part) -> bool:
    """Whether the product got one when the item was acknowledged."""
    return (part.remote_id or "").endswith(GTIN)
