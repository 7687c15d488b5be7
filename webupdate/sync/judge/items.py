"""What EBMS holds of the items of an order's lines: units, the price for the customer, what may be sold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from webupdate.sync.judge.case import Case
from webupdate.sync.known import Facts
from webupdate.sync.mapping import UNCOUNTED
from webupdate.sync.ordercells import decimal_of
from webupdate.sync.shops.base import OrderLine


def known_lines(case: Case) -> Iterator[tuple[int, OrderLine, str, Facts]]:
    """The lines whose item EBMS has: number, line, ID and facts."""
    for number, line in case.lines():
        item = case.settled.item(line)
        if (facts := case.known.item(item)) is not None:
            yield number, line, item, facts


def units_of(item: str, case: Case) -> tuple[str, ...]:
    """The units of measure that EBMS has of an item, its own first; none if no export says any."""
    facts = case.known.item(item) or {}
    units = (facts.get("EACH_UNIT", ""), facts.get("DEF_UNIT", ""), *(unit for _, unit in case.known.prices(item)))
    return tuple(dict.fromkeys(filter(None, units)))


def level_of(case: Case) -> str:
    """The price level that the order is sold at."""
    return case.settled.level or case.rules.level


def level_price(case: Case, item: str, unit: str) -> Decimal | None:
    """What an item costs at the order's level in a unit of measure; None if no export says it."""
    own = ("", (case.known.item(item) or {}).get("EACH_UNIT", ""))
    prices, level = case.known.prices(item), level_of(case)
    for name in own if unit in own else (unit,):
        if (level, name) in prices:
            return decimal_of(prices[level, name])
    return None


def sold(case: Case) -> dict[str, dict[int, Decimal]]:
    """How many of each item are ordered, by item and number of the line: of items that must not be oversold
    (NOTQTYSELL) and in their own unit, since how many pieces another unit has no export says."""
    found: dict[str, dict[int, Decimal]] = defaultdict(dict)
    for number, line, item, facts in known_lines(case):
        counted = facts.get("NOTQTYSELL") == "T" and facts.get("C_TYPE") not in UNCOUNTED
        quantity = decimal_of(case.settled.quantity(number, line)) or Decimal(0)
        if counted and quantity > 0 and case.settled.unit(line) in ("", facts.get("EACH_UNIT")):
            found[item][number] = quantity
    return found


def available(case: Case, item: str) -> Decimal | None:
    """T_AVAIL of an item, None if no export says it."""
    return decimal_of((case.known.item(item) or {}).get("T_AVAIL", ""))
