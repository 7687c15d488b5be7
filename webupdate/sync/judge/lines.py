"""The lines of an order: item, unit, price, stock, quantity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal

from webupdate.store.inbox import Finding
from webupdate.sync.judge import topics
from webupdate.sync.judge.case import Case
from webupdate.sync.judge.known import Facts
from webupdate.sync.ordercells import decimal_of, plain
from webupdate.sync.shops.base import OrderLine
from webupdate.sync.text import visible

# Items of which each piece has a number of its own (source: INVENTRY, C_TYPE).
_SERIALIZED = ("3", "7")


def unknown_sku(case: Case) -> Iterator[Finding]:
    """Kind 1, field ARINVDET.INVEN, once for each line; kind 2 for an item that EBMS had and has no more."""
    if not case.known.has("inventory"):
        return
    for number, line in case.lines():
        item = case.settled.items[line.sku]
        if case.known.item(item) is not None:
            continue
        now = case.known.departed("inventory", item)
        message, hint = _why_unknown(number, line, item, now)
        yield Finding(
            kind=2 if now == "" else 1,
            field=f"INVEN, line {number}",
            seen=visible(item) or "nothing",
            expected=visible(now) if now else "an ID of inventory.csv",
            message=message,
            hint=hint,
            blocks=True,
            topic="item",
            web=line.sku,
            line=number,
        )


def _why_unknown(number: int, line: OrderLine, item: str, now: str | None) -> tuple[str, str]:
    shown, title = visible(item), visible(line.title)
    if not item:
        return (
            f"Line {number} ({title}) has no SKU: which item of EBMS it is, nobody can tell but you.",
            "Give the product its SKU in the shop, the ID of the item in EBMS.",
        )
    if now is None:
        return (
            f"Line {number}: web SKU “{shown}” ({title}) is no item of EBMS.",
            "Add the item in EBMS under this ID and save the inventory export.",
        )
    if now:
        return (
            f"Line {number}: item {shown} ({title}) is called {visible(now)} in EBMS now; the web still sold it "
            "under its old ID.",
            "Once the new ID is in the shop, new orders carry it.",
        )
    return (
        f"Line {number}: item {shown} ({title}) has left the inventory export: EBMS has deleted it, and no order can "
        "be entered for it.",
        "Choose the item that takes its place, or leave the line out and tell the buyer.",
    )


def inactive_item(case: Case) -> Iterator[Finding]:
    """Kind 2, field INVEN (INVENTRY.INACTIVE)."""
    for number, line, item, facts in _known_lines(case):
        if facts.get("INACTIVE") == "T":
            yield Finding(
                kind=2,
                field=f"INVEN, line {number}",
                seen=visible(item),
                expected="an active item",
                message=f"Line {number}: item {visible(item)} ({visible(line.title)}) is inactive in EBMS: it is not "
                "sold any more, but the web has sold it.",
                hint="Make it active in EBMS, or choose the item that takes its place.",
                blocks=True,
                topic="item",
                web=line.sku,
                line=number,
                subject=item,
            )


def unknown_unit(case: Case) -> Iterator[Finding]:
    """Kind 3, field UNIT_MEAS: neither the item's own or default unit nor one that it has a price for."""
    for number, line, item, facts in _known_lines(case):
        unit, known = case.settled.units[line.sku, line.unit], units_of(item, case)
        if unit and known and unit not in known:
            yield Finding(
                kind=3,
                field=f"UNIT_MEAS, line {number}",
                seen=visible(unit),
                expected=", ".join(map(visible, known)),
                message=f"Line {number}: item {visible(item)} has no unit “{visible(unit)}”: EBMS can't tell how many "
                f"{visible(facts.get('EACH_UNIT', '')) or 'pieces'} that are, nor the price.",
                hint="Add the unit to the item in EBMS and save the inventory and prices exports.",
                blocks=True,
                topic="unit",
                web=topics.key(line.sku, line.unit),
                line=number,
            )


def no_price(case: Case) -> Iterator[Finding]:
    """Kind 4, field UNIT_VIS: a line for nothing. EBMS makes one of an item without a base price (source: BUILD)."""
    for number, line in case.lines():
        if decimal_of(case.settled.prices.get(number, line.unit_price)) == 0 and number not in case.settled.prices:
            price = level_price(number, case)
            yield Finding(
                kind=4,
                field=f"UNIT_VIS, line {number}",
                seen="0.00",
                expected=plain(price, 2) if price is not None else "a price",
                message=f"Line {number}: the web sold {visible(line.sku)} ({visible(line.title)}) for nothing. That is "
                "more often a missing price than a gift.",
                hint="Give the item its price in EBMS and save the prices export.",
                blocks=True,
                topic="price",
                web=str(number),
                line=number,
                subject=case.settled.items[line.sku],
            )


def other_price(case: Case) -> Iterator[Finding]:
    """Kind 4, field UNIT_VIS: another price than that of the customer's level. The web's is kept: it was agreed."""
    for number, line, item, _ in _known_lines(case):
        sold, price = decimal_of(line.unit_price), level_price(number, case)
        if not sold or price is None or number in case.settled.prices or abs(sold - price) <= case.rules.tolerance:
            continue
        level = visible(case.settled.level or case.rules.level)
        yield Finding(
            kind=4,
            field=f"UNIT_VIS, line {number}",
            seen=plain(sold, 2),
            expected=f"{plain(price, 2)}, level {level}",
            message=f"Line {number}: the web sold {visible(item)} for {plain(sold, 2)}; its price is {plain(price, 2)} "
            f"now (level {level}). The buyer has agreed to the web's price, so that one is written.",
            hint="If the shop shows an old price, see: webupdate explain.",
            blocks=False,
            topic="price",
            web=str(number),
            line=number,
            subject=item,
        )


def short_stock(case: Case) -> Iterator[Finding]:
    """Kind 5, field M_QUAN_VIS: more than T_AVAIL of an item that must not be oversold (NOTQTYSELL)."""
    wanted: dict[str, list[tuple[int, Decimal]]] = defaultdict(list)
    for number, line, item, facts in _known_lines(case):
        # What is ordered by another unit can't be compared: how many pieces it has, no export says.
        if facts.get("NOTQTYSELL") == "T" and case.settled.units[line.sku, line.unit] in ("", facts.get("EACH_UNIT")):
            wanted[item].append((number, quantity_of(number, case) or Decimal(0)))
    for item, lines in wanted.items():
        ordered, there = sum(count for _, count in lines), _available(item, case)
        if there is not None and ordered > there:
            yield Finding(
                kind=5,
                field=f"M_QUAN_VIS, line {lines[0][0]}",
                seen=plain(Decimal(ordered)),
                expected=f"at most {plain(there)}",
                message=f"{plain(Decimal(ordered))} of {visible(item)} are ordered, {plain(there)} are available in "
                "EBMS, and it must not be sold beyond that. The shop has accepted the order.",
                hint="Order it from the vendor, or tell the buyer.",
                blocks=False,
                topic="quantity",
                web=str(lines[0][0]),
                line=lines[0][0],
                subject=item,
            )


def bad_quantity(case: Case) -> Iterator[Finding]:
    """Kind 6, field M_QUAN_VIS: no number, zero, negative, or a part of a piece that has a serial number."""
    for number, line in case.lines():
        facts = case.known.item(case.settled.items[line.sku]) or {}
        whole = facts.get("C_TYPE") in _SERIALIZED
        text, count = case.settled.quantities.get(number, line.quantity), quantity_of(number, case)
        if count is not None and count > 0 and (count == count.to_integral_value() or not whole):
            continue
        yield Finding(
            kind=6,
            field=f"M_QUAN_VIS, line {number}",
            seen=visible(text) or "nothing",
            expected="a whole number above 0" if whole else "a number above 0",
            message=f"Line {number}: “{visible(text)}” of {visible(line.sku)} can't be ordered"
            + (": each piece has a number of its own." if whole and count else "."),
            hint="Ask the buyer how many were meant.",
            blocks=True,
            topic="quantity",
            web=str(number),
            line=number,
        )


def units_of(item: str, case: Case) -> tuple[str, ...]:
    """The units of measure that EBMS knows of an item, its own first; none if no export says any."""
    facts = case.known.item(item) or {}
    units = (facts.get("EACH_UNIT", ""), facts.get("DEF_UNIT", ""), *(unit for _, unit in case.known.prices(item)))
    return tuple(dict.fromkeys(filter(None, units)))


def level_price(number: int, case: Case) -> Decimal | None:
    """What a line's item costs at the customer's price level and in the line's unit; None if no export says it."""
    line = case.order.lines[number - 1]
    item, unit = case.settled.items[line.sku], case.settled.units[line.sku, line.unit]
    own = (case.known.item(item) or {}).get("EACH_UNIT", "")
    prices, level = case.known.prices(item), case.settled.level or case.rules.level
    for name in ("", own) if unit in ("", own) else (unit,):
        if (level, name) in prices:
            return decimal_of(prices[level, name])
    return None


def quantity_of(number: int, case: Case) -> Decimal | None:
    """How many of a line's item are ordered; None if that is no number."""
    return decimal_of(case.settled.quantities.get(number, case.order.lines[number - 1].quantity))


def _known_lines(case: Case) -> Iterator[tuple[int, OrderLine, str, Facts]]:
    """The lines whose item EBMS has: number, line, ID and facts."""
    for number, line in case.lines():
        item = case.settled.items[line.sku]
        if (facts := case.known.item(item)) is not None:
            yield number, line, item, facts


def _available(item: str, case: Case) -> Decimal | None:
    return decimal_of((case.known.item(item) or {}).get("T_AVAIL", ""))


CHECKS: tuple[Callable[[Case], Iterator[Finding]], ...] = (
    unknown_sku, inactive_item, bad_quantity, short_stock, unknown_unit, no_price, other_price,
)  # fmt: skip
