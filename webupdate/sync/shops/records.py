"""What connectors that write records themselves have in common: reading a part, refusing it, pieces, people."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_FLOOR, Decimal, InvalidOperation
from typing import TypeVar

import msgspec

from webupdate.sync.shops.base import RECORD_TYPES, Customer, Part, Record, Result
from webupdate.sync.text import visible

_MOST_PIECES = 2_000_000_000

Row = TypeVar("Row")


class Unfit(Exception):
    """Why a record can't be taken: message, field, value seen, value expected."""


def refused(part: Part, message: str, field: str = "", seen: str = "", expected: str = "") -> Result:
    """A result that says why a record was not taken."""
    return Result(
        entity=part.entity, key=part.key, status="refused", field=field, message=message, seen=visible(seen),
        expected=expected,
    )  # fmt: skip


def record_of(part: Part) -> Record | None:
    """What is sent; None for what is hidden or deleted."""
    return None if part.data is None else msgspec.json.decode(part.data, type=RECORD_TYPES[part.entity])


def pieces(quantity: str) -> int | None:
    """Whole pieces from 0; None if it is no number."""
    try:
        number = Decimal(quantity)
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number) > _MOST_PIECES:
        return None
    return max(0, int(number.to_integral_value(ROUND_FLOOR)))


def email_of(record: Customer) -> str:
    """The address by which the account is known; "" for a customer without one."""
    return record.email or (record.login if "@" in record.login else "")


def person_of(record: Customer) -> tuple[str, str, str]:
    """First name, last name and company. EBMS writes a firm into L_NAME, with the person as its contact."""
    if record.first_name or not record.contact:
        return record.first_name, record.last_name, ""
    first, _, last = record.contact.rpartition(" ")
    return first, last, record.last_name


def chunks(rows: list[Row], size: int) -> Iterable[list[Row]]:
    """The rows in lists of at most `size`."""
    return (rows[start : start + size] for start in range(0, len(rows), size))
