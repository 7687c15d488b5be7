"""The lines of an order: item, unit, price, stock, quantity."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from webupdate.store.inbox import Finding
from webupdate.sync.judge.case import Case
from webupdate.sync.text import visible


def unknown_sku(case: Case) -> Iterator[Finding]:
    """Kind 1, field ARINVDET.INVEN, once for each line."""
    if not case.known.has("inventory"):
        return
    for number, line in case.lines():
        if case.known.item(case.settled.items[line.sku]) is None:
            yield Finding(
                kind=1,
                field=f"INVEN, line {number}",
                seen=visible(line.sku),
                expected="an ID of inventory.csv",
                message=f"Line {number}: web SKU “{visible(line.sku)}” ({visible(line.title)}) is no item of EBMS.",
                hint="Add the item in EBMS under this ID and save the inventory export.",
                topic="item",
                web=line.sku,
                line=number,
            )


CHECKS: tuple[Callable[[Case], Iterator[Finding]], ...] = (unknown_sku,)
