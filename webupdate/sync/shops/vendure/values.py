"""What must be right before it is sent."""

from __future__ import annotations

import re

from webupdate.sync.shops.base import KEY_SEPARATOR, Part, Price, Record, Result, Stock
from webupdate.sync.shops.records import pieces, refused

_PRICE = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,6})?")
LONGEST_KEY = 255  # characters: the columns of an SKU and of a facet value's code in MySQL


def is_price(text: str) -> bool:
    """Whether a text is an amount."""
    return bool(_PRICE.fullmatch(text))


def complaint(part: Part, record: Record | None) -> Result | None:
    """Why a record can't be sent; None when it can."""
    if part.was and part.entity != "items":
        return refused(part, "Only items can be renamed.", "was", part.was, "no former key")
    if part.op == "hide" and part.entity not in ("categories", "items"):
        text = f"One of {part.entity} cannot be hidden. Delete it, or hide its item."
        return refused(part, text, "op", "hide", "put")
    key = part.key.split(KEY_SEPARATOR)[0]
    if not key or len(key) > LONGEST_KEY:
        return refused(part, "Vendure can't hold such a key.", "key", key, f"1 to {LONGEST_KEY} characters")
    if isinstance(record, Price) and not is_price(record.price):
        return refused(part, "This is no price.", "price", record.price, "digits with a point, as 18.50")
    if isinstance(record, Stock) and pieces(record.quantity) is None:
        return refused(part, "This is no number of pieces.", "quantity", record.quantity, "a number, as 39")
    return None
