"""What must be right before it is sent: a store would take it without a word and store something else."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from webupdate.sync.htmllines import as_lines
from webupdate.sync.shops.base import KEY_SEPARATOR, Item, Part, Price, Record, Result, Stock
from webupdate.sync.shops.records import pieces as pieces
from webupdate.sync.shops.records import record_of as record_of
from webupdate.sync.shops.records import refused as refused
from webupdate.sync.shops.woocommerce.facts import DOCUMENT, IMAGE, PRICE, STANDARD, fits, meta_name

# "9,50" would be stored as 950, "abc" as no price.
_PRICE = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,6})?")
_WEIGHT = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,6})?")
# WordPress leaves the words of a script standing as text.
_UNREAD = re.compile(r"<(script|style|iframe)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[a-z/!?]", re.IGNORECASE)
_ESCAPE = re.compile(r"%[0-9a-f]{2}", re.IGNORECASE)
LONGEST_NAME = 255  # characters of a name of meta data, as the database has room for
_META = {"prices": PRICE, "images": IMAGE, "documents": DOCUMENT}
LONGEST_KEY = 100  # characters: the look-up table of SKUs cuts longer ones


def complaint(part: Part, record: Record | None) -> Result | None:
    """Why a record can't be sent; None when it can."""
    if part.was and part.entity != "items":
        return refused(part, "Only items can be renamed.", "was", part.was, "no former key")
    if part.op == "hide" and part.entity not in ("categories", "items"):
        return refused(
            part, f"One of {part.entity} cannot be hidden. Delete it, or hide its item.", "op", "hide", "put"
        )
    sku = part.key.split(KEY_SEPARATOR)[0]
    if part.entity != "categories" and (problem := _unfit(sku)):
        return refused(part, f"WooCommerce would store this SKU otherwise: {problem}.", "key", sku, "another SKU")
    if record is not None and part.entity in _META and len(meta_name(_META[part.entity], part.key)) > LONGEST_NAME:
        name = part.key.split(KEY_SEPARATOR, 1)[1]
        return refused(part, "WooCommerce's meta data can't hold so long a name.", "name", name, "a shorter one")
    if part.entity == "categories" and not fits(part.key):
        return refused(part, "The address of a category can't hold such a key.", "key", part.key, "a shorter one")
    check = _CHECKS.get(part.entity)
    return check(part, record) if check and record is not None else None


def _unfit(sku: str) -> str:
    if sku != " ".join(sku.split()):
        return "it drops blanks at the ends and doubled ones"
    if _TAG.search(sku) or _ESCAPE.search(sku):
        return "it drops what looks like a tag or an escape"
    return f"it has more than {LONGEST_KEY} characters" if len(sku) > LONGEST_KEY else ""


def is_price(text: str) -> bool:
    """Whether the store takes a text for the amount that it is."""
    return bool(_PRICE.fullmatch(text))


def _price(part: Part, record: Record) -> Result | None:
    assert isinstance(record, Price)
    if is_price(record.price):
        return None
    return refused(
        part, "WooCommerce would store another price.", "price", record.price, "digits with a point, as 18.50"
    )


def _stock(part: Part, record: Record) -> Result | None:
    assert isinstance(record, Stock)
    if pieces(record.quantity) is not None:
        return None
    return refused(part, "This is no number of pieces.", "quantity", record.quantity, "a number, as 39")


_CHECKS: dict[str, Callable[[Part, Record], Result | None]] = {"prices": _price, "stock": _stock}


def text(rich: str) -> str:
    """A text without scripts and styles, as it is sent."""
    return _slashed(_UNREAD.sub("", rich))


def lined(rich: str) -> str:
    """The same for a category: WordPress drops all blocks there, and shows lines as lines."""
    return _slashed(as_lines(_UNREAD.sub("", rich)))


def _slashed(plain: str) -> str:
    """WordPress takes one backslash off wherever it stores a text: 3\\4 inch would be 34 inch."""
    return plain.replace("\\", "\\\\")


def unfit_text(record: Record) -> tuple[str, str, str] | None:
    """Field, value and what is expected of the first text of which a store would keep another; None if all are good."""
    for name in record.__struct_fields__:
        value = getattr(record, name)
        if isinstance(value, str) and (_TAG.search(value) or _ESCAPE.search(value) or "\\" in value):
            return name, value, "no tag, no backslash and no escape as %20"
    return None


def weight(item: Item) -> str:
    """The weight, "" for what WooCommerce would not keep."""
    return item.weight if _WEIGHT.fullmatch(item.weight) else ""


def tax_class(item: Item) -> dict[str, str]:
    """The field of the tax class, none for an item that keeps the one it has. A product calls the standard one ""."""
    return {"tax_class": "" if item.tax_class == STANDARD else item.tax_class} if item.tax_class else {}


def same_text(stored: str, sent: str) -> bool:
    """Whether a text is what was sent: the store writes signs out as HTML, and drops blanks that say nothing."""
    return html.unescape(stored).split() == shown(sent).split()


def title(plain: str) -> str:
    """A title, which is no HTML, so that the store does not take a part of it for a tag: "size <L>"."""
    return _slashed(plain.replace("<", "&lt;").replace(">", "&gt;"))


def unslashed(sent: str) -> str:
    """A text that is sent, for where no backslash is taken off."""
    return sent.replace("\\\\", "\\")


def shown(sent: str) -> str:
    """What people read of a text or title that is sent."""
    return html.unescape(unslashed(sent))


def same_number(one: str, other: str) -> bool:
    """Whether two texts are the same number."""
    try:
        return Decimal(one) == Decimal(other)
    except InvalidOperation:
        return one == other
