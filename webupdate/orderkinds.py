"""The kinds of order problems as data (source: domain.md section 7): number, name, and whether they stop an order."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Severity = Literal["block", "warn", "off"]


class Kind(Struct, frozen=True):
    """A kind of problem. `blocks`: it stops an order unless the property `kinds` says otherwise.

    `files`: the export files without which it can't be looked for; `properties`: of these one must be set; `told`:
    where else it is known from.
    """

    number: int
    name: str
    blocks: bool = True
    files: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()
    told: str = ""


_KINDS = (
    Kind(1, "Unknown SKU", files=("inventory",)),
    Kind(2, "Item inactive", files=("inventory",)),
    Kind(3, "Unit not defined", files=("inventory",)),
    Kind(4, "Price differs", False, files=("inventory", "prices"), told="a line for nothing always stops"),
    Kind(5, "Not enough stock", False, files=("inventory",)),
    Kind(6, "Quantity"),
    Kind(7, "Customer not found"),
    Kind(8, "Several customers fit", files=("customers",)),
    Kind(9, "Customer would be made twice", files=("customers",)),
    Kind(10, "Customer renamed or deleted", files=("customers",)),
    Kind(11, "Customer inactive", files=("customers",)),
    Kind(12, "Account not approved", files=("customers",), told="only where new accounts wait for approval"),
    Kind(13, "Credit", files=("customers", "payments"), told="Abort is only told by EBMS's refusal"),
    Kind(14, "Ship via unknown", files=("shipping",)),
    Kind(15, "Freight differs", False, files=("shipping",)),
    Kind(16, "Terms", files=("payments",)),
    Kind(17, "Payment", files=("payments",)),
    Kind(18, "Tax differs", False),
    Kind(19, "Total differs"),
    Kind(20, "Address incomplete"),
    Kind(21, "Value too long"),
    Kind(22, "Characters", True),
    Kind(23, "Downloaded already", told="told by the orders that came down before"),
    Kind(24, "Changed in the shop later", told="told by the shop's feed of orders"),
    Kind(25, "Locked in EBMS", told="only told by EBMS's refusal"),
    Kind(26, "No G/L account"),
    Kind(27, "Date outside the open period", properties=("first_day", "last_day")),
    Kind(28, "Outcome unknown", told="told by what this program did with its file"),
    Kind(29, "Can't be read"),
)

CANCELLED = "ORD_STAT"  # the field of a problem of kind LATER that says that the order is off
TWIN, LATER, IN_THE_WAY = 23, 24, 28  # what is decided of them needs to know them by name

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
