"""Checks the fields of one record before anything is written."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from webupdate.sync.shops.base import (
    KEY_SEPARATOR,
    RECORD_TYPES,
    Document,
    Item,
    PayOption,
    Picture,
    Price,
    ShipBand,
    ShipMethod,
    Stock,
)
from webupdate.webshop.countries import code_of
from webupdate.webshop.erp.errors import Invalid

TEXT_LENGTH = 100_000  # of descriptions; every other text has a column of its own length
LENGTHS = {
    "title": 255,
    "out_of_stock_message": 255,
    "unit": 32,
    "upc": 64,
    "manufacturer": 64,
    "manufacturer_part": 64,
    "tax_group": 64,
    "level": 32,
    "login": 150,
    "email": 254,
    "first_name": 150,
    "last_name": 150,
    "address1": 255,
    "address2": 255,
    "city": 255,
    "state": 255,
    "zip": 64,
    "country": 255,
    "phone": 64,
    "contact": 255,
    "charge_terms": 64,
    "ship_via": 64,
    "group": 64,
    "default_unit": 32,
    "name": 128,
    "terms": 64,
    "due_days": 16,
}
NEEDED = {"items": "title", "categories": "title", "customers": "login", "shipping": "name", "payments": "name"}
KEY_LENGTHS = {"prices": 128, "categories": 128, "images": 200, "documents": 200}
# Keys of several parts, with tabs between them.
KEY_PARTS = {
    "prices": ("item", "level", "unit"),
    "images": ("item", "name"),
    "documents": ("item", "name"),
}
KEY_LENGTH = 64
RELATED = 100  # more would be a page of its own
MAX_REV = 2**63 - 1
MAX_POSITION = 10_000  # of an item's files
PAY_METHODS = ("CASH", "CHECK", "CREDITCARD", "CHARGE", "COD", "PAYPAL", "GIFTCARD")
RATE_TYPES = ("FLAT", "PERCENT", "WEIGHT", "QUANTITY", "PICKUP")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_DECIMAL = re.compile(r"-?\d{1,10}(\.\d{1,10})?", re.ASCII)


def check_key(kind: str, key: str) -> None:
    """Raise Invalid if the key cannot be one of this kind."""
    longest = KEY_LENGTHS.get(kind, KEY_LENGTH)
    names = KEY_PARTS.get(kind, ("key",))
    parts = key.split(KEY_SEPARATOR) if len(names) > 1 else [key]
    fits = 0 < len(key) <= longest and not any(map(_UNPRINTABLE.search, parts))
    if not fits or len(parts) != len(names):
        expected = f"1 to {longest} printable characters"
        if len(names) > 1:
            expected += f"; {', '.join(names)} separated by tabs"
        raise Invalid(f"{key!r} cannot be a key of {kind}.", field="key", seen=key, expected=expected)


def check_rev(rev: int) -> None:
    """Raise Invalid if the revision does not fit its column."""
    if not 0 <= rev <= MAX_REV:
        raise Invalid("The revision is out of range.", field="rev", seen=rev, expected="0 to 2^63 - 1")


def decode_record(kind: str, key: str, raw: msgspec.Raw) -> Any:
    """The data of a put as the record of its kind, each field checked; raises Invalid."""
    try:
        record = msgspec.json.decode(raw, type=RECORD_TYPES[kind])
    except msgspec.ValidationError as error:
        raise _explain(error, raw) from error
    _check_texts(kind, record)
    match record:
        case Price():
            _check_same(KEY_SEPARATOR.join([record.item, record.level, record.unit]), key)
            decimal_of(record.price, "price", places=2, lowest=Decimal(0))
        case Stock():
            _check_same(record.item, key)
            decimal_of(record.quantity, "quantity")
        case Item():
            _check_item(record)
        case Picture() | Document():
            _check_same(KEY_SEPARATOR.join([record.item, record.name]), key)
            check_digest(record.content)
            _check_position(record.position)
        case ShipMethod():
            _check_bands(record.bands)
        case PayOption():
            _check_choice(record.method, "method", PAY_METHODS)
    return record


def decimal_of(text: str, field: str, *, places: int = 10, lowest: Decimal | None = None) -> Decimal:
    """A decimal number written with a point; raises Invalid if it is none, too fine or too low."""
    try:
        value = Decimal(text) if _DECIMAL.fullmatch(text) else None
    except InvalidOperation:
        value = None
    fits = value is not None and value == round(value, places) and (lowest is None or value >= lowest)
    if value is None or not fits:
        expected = f"a decimal number with at most {places} places"
        expected += f", {lowest} or more" if lowest is not None else ""
        raise Invalid(f"{field} is not {expected}.", field=field, seen=text, expected=expected)
    return value


def check_digest(text: str) -> str:
    """The digest of a content; raises Invalid if it is none. It becomes a file's name: nothing else may pass."""
    if not _DIGEST.fullmatch(text):
        expected = "64 small hexadecimal digits"
        raise Invalid(f"{text[:80]!r} is no SHA-256.", field="content", seen=text, expected=expected)
    return text


def _check_position(position: int) -> None:
    if not 0 <= position < MAX_POSITION:
        expected = f"0 to {MAX_POSITION - 1}"
        raise Invalid("The position is out of range.", field="position", seen=position, expected=expected)


def _explain(error: msgspec.ValidationError, raw: msgspec.Raw) -> Invalid:
    path = re.search(r"\$\.(\w+)", str(error)) or re.search(r"field `(\w+)`", str(error))
    field = path[1] if path else "data"
    content = msgspec.json.decode(raw)
    seen = content.get(field, "nothing") if isinstance(content, dict) else content
    wanted = re.search(r"Expected `([^`]+)`", str(error))
    expected = wanted[1] if wanted else "a value"
    return Invalid(f"The data cannot be read: {error}.", field=field, seen=seen, expected=expected)


def _check_texts(kind: str, record: msgspec.Struct) -> None:
    for field in record.__struct_fields__:
        text = getattr(record, field)
        if isinstance(text, str):
            _check_text(field, text)
    needed = NEEDED.get(kind)
    if needed and not getattr(record, needed).strip():
        raise Invalid(f"{needed} is empty.", field=needed, seen="", expected="a text")


def _check_text(field: str, text: str) -> None:
    longest = LENGTHS.get(field, TEXT_LENGTH)
    if len(text) > longest:
        expected = f"at most {longest} characters"
        message = f"{field} has {len(text)} characters, the shop takes {longest}."
        raise Invalid(message, field=field, seen=text, expected=expected)
    if "\0" in text:
        raise Invalid(f"{field} holds a NUL character.", field=field, seen=text, expected="printable text")


def _check_item(item: Item) -> None:
    if item.weight:
        decimal_of(item.weight, "weight", places=4, lowest=Decimal(0))
    too_long = [sku for sku in item.related if not 0 < len(sku) <= KEY_LENGTH or _UNPRINTABLE.search(sku)]
    if too_long or len(item.related) > RELATED:
        seen = too_long[0] if too_long else f"{len(item.related)} items"
        expected = f"at most {RELATED} keys of items"
        raise Invalid(f"related is not {expected}.", field="related", seen=seen, expected=expected)


def _check_same(made: str, key: str) -> None:
    if made != key:
        raise Invalid("The key does not agree with the data.", field="key", seen=key, expected=made)


def _check_choice(value: str, field: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        expected = "one of " + ", ".join(choices)
        raise Invalid(f"{field} is {value!r}, not {expected}.", field=field, seen=value, expected=expected)


def _check_bands(bands: tuple[ShipBand, ...]) -> None:
    for band in bands:
        _check_choice(band.rate_type, "rate_type", RATE_TYPES)
        for field in ("rate", "min_value", "max_value", "handling"):
            if text := getattr(band, field):
                decimal_of(text, field)
        if band.country and code_of(band.country) is None:
            message = f"The shop knows no country {band.country!r}."
            expected = "a country's English name or its two letters"
            raise Invalid(message, field="country", seen=band.country, expected=expected)
