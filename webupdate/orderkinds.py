"""The kinds of order problems as data (source: domain.md section 7): number, name, and whether they stop an order."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Severity = Literal["block", "warn", "off"]


class Kind(Struct, frozen=True):
    """A kind of problem. `blocks`: it stops an order unless the property `kinds` says otherwise."""

    number: int
    name: str
    blocks: bool = True


_KINDS = (
    Kind(1, "Unknown SKU"),
    Kind(2, "Item inactive"),
    Kind(3, "Unit not defined"),
    Kind(4, "Price differs", False),
    Kind(5, "Not enough stock", False),
    Kind(6, "Quantity"),
    Kind(7, "Customer not found"),
    Kind(8, "Several customers fit"),
    Kind(9, "Customer would be made twice"),
    Kind(10, "Customer renamed or deleted"),
    Kind(11, "Customer inactive"),
    Kind(12, "Account not approved"),
    Kind(13, "Credit"),
    Kind(14, "Ship via unknown"),
    Kind(15, "Freight differs", False),
    Kind(16, "Terms"),
    Kind(17, "Payment"),
    Kind(18, "Tax differs", False),
    Kind(19, "Total differs"),
    Kind(20, "Address incomplete"),
    Kind(21, "Value too long"),
    Kind(22, "Characters", True),
    Kind(23, "Downloaded already"),
    Kind(24, "Changed in the shop later"),
    Kind(25, "Locked in EBMS"),
    Kind(26, "No G/L account"),
    Kind(27, "Date outside the open period"),
    Kind(28, "Outcome unknown"),
    Kind(29, "Can't be read"),
)

LATER, IN_THE_WAY = 24, 28  # what became of an order's file: the other kinds are problems of the order itself

KINDS: dict[int, Kind] = {kind.number: kind for kind in _KINDS}


def severities(text: str) -> dict[int, Severity]:
    """`5 block, 13 warn, 15 off` by number. Raises ValueError, whose text is a sentence for a person."""
    found: dict[int, Severity] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        number, _, severity = part.partition(" ")
        severity = severity.strip()
        if not number.isdecimal() or int(number) not in KINDS or severity not in ("block", "warn", "off"):
            raise ValueError(f"{part!r} is no number of a kind (1 to {len(KINDS)}) with block, warn or off.")
        found[int(number)] = severity  # type: ignore[assignment]  # it is one of the three
    return found
