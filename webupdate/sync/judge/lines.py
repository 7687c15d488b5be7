"""The lines of an order: item, quantity, unit, price."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from webupdate.orderkinds import KINDS
from webupdate.store.inbox import Finding
from webupdate.sync.judge.case import Case
from webupdate.sync.judge.items import available, known_lines, level_of, level_price, sold, units_of
from webupdate.sync.ordercells import cents, decimal_of, plain
from webupdate.sync.settle import item_word, unit_word
from webupdate.sync.shops.base import OrderLine
from webupdate.sync.text import visible

# C_TYPE of items of which each piece has a number of its own (source: API-INV).
_SERIALIZED = "3"


def unknown_sku(case: Case) -> Iterator[Finding]:
    """Kind 1, field ARINVDET.INVEN, once for each line: an ID that EBMS never had, or has given a new one."""
    for number, line, item, now in _lines_without_item(case):
        if now == "":
            continue
        message, hint = _unknown(item, now, visible(line.title))
        yield Finding(
            kind=1,
            field=f"INVEN, line {number}",
            seen=visible(item) or "nothing",
            expected=visible(now or "") or "an ID of inventory.csv",
            message=f"Line {number}: {message}",
            hint=hint,
            blocks=KINDS[1].blocks,
            topic="item",
            web=item_word(line),
            line=number,
        )


def _unknown(item: str, now: str | None, title: str) -> tuple[str, str]:
    if not item:
        return (
            f"the web sent no SKU for “{title}”, so nothing says which item of EBMS was sold.",
            "Give the product its SKU in the shop: the ID of its item in EBMS.",
        )
    if now:
        return (
            f"item {visible(item)} ({title}) is called {visible(now)} in EBMS now (the same AUTOID); EBMS takes no "
            "order for the old ID.",
            "New orders carry the new ID as soon as the shop has it.",
        )
    return (
        f"web SKU “{visible(item)}” ({title}) is no item of EBMS, and EBMS takes no order for an item that it lacks.",
        "Add the item in EBMS under this ID and save the inventory export.",
    )


def gone_item(case: Case) -> Iterator[Finding]:
    """Kind 2, field INVEN: an item that left the export. The export may leave out what EBMS still has."""
    for number, line, item, now in _lines_without_item(case):
        if now == "":
            why = "is no longer in inventory.csv: EBMS has deleted it, or exports it no more"
            yield _out_of_sale(number, line, item, why, "an item that EBMS sells")


def inactive_item(case: Case) -> Iterator[Finding]:
    """Kind 2, field INVEN (INVENTRY.INACTIVE)."""
    for number, line, item, facts in known_lines(case):
        if facts.get("INACTIVE") == "T":
            yield _out_of_sale(number, line, item, "is inactive in EBMS (INACTIVE is T)", "an active item")


def _out_of_sale(number: int, line: OrderLine, item: str, why: str, expected: str) -> Finding:
    return Finding(
        kind=2,
        field=f"INVEN, line {number}",
        seen=visible(item),
        expected=expected,
        message=f"Line {number}: item {visible(item)} ({visible(line.title)}) {why}. It is not to be sold any more, "
        "but the web has sold it.",
        hint="Make it active in EBMS and save the inventory export, or choose the item that takes its place.",
        blocks=KINDS[2].blocks,
        topic="item",
        web=item_word(line),
        line=number,
        subject=item,
    )


def bad_quantity(case: Case) -> Iterator[Finding]:
    """Kind 6, field M_QUAN_VIS: no number, not above zero, or finer than EBMS counts the item."""
    for number, line in case.lines():
        text, item = case.settled.quantity(number, line), case.settled.item(line)
        whole = (case.known.item(item) or {}).get("C_TYPE") == _SERIALIZED
        if not (reason := _wrong_quantity(decimal_of(text), whole)):
            continue
        yield Finding(
            kind=6,
            field=f"M_QUAN_VIS, line {number}",
            seen=visible(text) or "nothing",
            expected="a whole number above 0" if whole else "a number above 0",
            message=f"Line {number}: the web sold “{visible(text)}” of {visible(item or line.title)}. {reason}",
            hint="Ask the buyer how many are meant.",
            blocks=KINDS[6].blocks,
            topic="quantity",
            web=str(number),
            line=number,
        )


def _wrong_quantity(count: Decimal | None, whole: bool) -> str:
    if count is None:
        return "That is no number, and without one nobody knows what is to be shipped."
    if count <= 0:
        return "Nothing can be shipped of that; what was sent back is no sales order."
    if whole and count != count.to_integral_value():
        return "Each piece of it has a serial number (C_TYPE 3), so that only whole pieces can be sold."
    if count != cents(count):
        return "EBMS keeps two places, and would bill another quantity."
    return ""


def short_stock(case: Case) -> Iterator[Finding]:
    """Kind 5, field M_QUAN_VIS, once for each item: all its lines together are more than T_AVAIL, and it must not be
    oversold (NOTQTYSELL). Told at the last of the lines."""
    for item, lines in sold(case).items():
        ordered, there, number = sum(lines.values(), Decimal(0)), available(case, item), max(lines)
        if there is None or ordered <= there:
            continue
        yield Finding(
            kind=5,
            field=f"M_QUAN_VIS, line {number}",
            seen=plain(ordered),
            expected=f"at most {plain(there)}",
            message=f"Line {number}: {plain(ordered)} of {visible(item)} are ordered, but only {plain(there)} are "
            "available in EBMS (T_AVAIL), and it must not be oversold (NOTQTYSELL). The shop has accepted the order, "
            "so the rest will be back-ordered.",
            hint="Order more of it, or tell the buyer that a part comes later.",
            blocks=KINDS[5].blocks,
            topic="quantity",
            web=str(number),
            line=number,
            subject=item,
        )


def unknown_unit(case: Case) -> Iterator[Finding]:
    """Kind 3, field UNIT_MEAS: neither the item's own or default unit nor one that it has a price for."""
    for number, line, item, facts in known_lines(case):
        unit, units = case.settled.unit(line), units_of(item, case)
        if not unit or not units or unit in units:
            continue
        yield Finding(
            kind=3,
            field=f"UNIT_MEAS, line {number}",
            seen=visible(unit),
            expected=visible(" or ".join(units), 120),
            message=f"Line {number}: item {visible(item)} has no unit “{visible(unit)}” in EBMS, which then can't tell "
            f"how many {visible(facts.get('EACH_UNIT', '')) or 'pieces'} leave the stock.",
            hint="Add the unit to the item in EBMS and save the inventory and prices exports.",
            blocks=KINDS[3].blocks,
            topic="unit",
            web=unit_word(line),
            line=number,
        )


def no_price(case: Case) -> Iterator[Finding]:
    """Kind 4, field UNIT_VIS: no price above zero, which stops the order. A base price of 0 makes every level of an
    item $0 (source: QUIRKS). What a person has set is not asked about."""
    for number, line in case.lines():
        price = decimal_of(line.unit_price)
        if number in case.settled.prices or (price is not None and price > 0):
            continue
        item = case.settled.item(line)
        expected = level_price(case, item, case.settled.unit(line))
        yield Finding(
            kind=4,
            field=f"UNIT_VIS, line {number}",
            seen=visible(line.unit_price) or "nothing",
            expected="a price above 0" if expected is None else plain(expected, 2),
            message=f"Line {number}: the web's price of {visible(item or line.title)} is “{visible(line.unit_price)}”. "
            "That is more often a missing price than a gift.",
            hint="Give the item a price in EBMS and save the prices export, so that the web sells it for that.",
            blocks=True,
            topic="price",
            web=str(number),
            line=number,
            subject=item if price is not None else "",
        )


def other_price(case: Case) -> Iterator[Finding]:
    """Kind 4, field UNIT_VIS: another price than that of the order's level. The web's is kept: the buyer has agreed to
    it. EBMS drops prices that differ when it calculates an order anew (source: QUIRKS)."""
    for number, line, item, _ in known_lines(case):
        price, expected = decimal_of(line.unit_price), level_price(case, item, case.settled.unit(line))
        if number in case.settled.prices or price is None or price <= 0 or expected is None:
            continue
        if abs(price - expected) <= case.rules.tolerance:
            continue
        level = visible(level_of(case))
        yield Finding(
            kind=4,
            field=f"UNIT_VIS, line {number}",
            seen=plain(price, 2),
            expected=plain(expected, 2),
            message=f"Line {number}: the web sold {visible(item)} for {plain(price, 2)}; price level {level} says "
            f"{plain(expected, 2)}. The buyer has agreed to the web's price, so that is written; EBMS drops it if the "
            "order is calculated anew.",
            hint="If the shop still shows an old price, see what it holds: webupdate explain.",
            blocks=KINDS[4].blocks,
            topic="price",
            web=str(number),
            line=number,
            subject=item,
        )


def _lines_without_item(case: Case) -> Iterator[tuple[int, OrderLine, str, str | None]]:
    """The lines whose item EBMS does not have: number, line, ID, and what became of it (Known.departed)."""
    for number, line in case.lines() if case.known.has("inventory") else ():
        item = case.settled.item(line)
        if case.known.item(item) is None:
            yield number, line, item, case.known.departed("inventory", item)


# In the order of a line's fields.
_OF_A_LINE = (
    unknown_sku, gone_item, inactive_item, bad_quantity, short_stock, unknown_unit, no_price, other_price,
)  # fmt: skip


def line_by_line(case: Case) -> Iterator[Finding]:
    """All that is wrong with the lines, as they are entered: one after the other."""
    yield from sorted((finding for check in _OF_A_LINE for finding in check(case)), key=lambda found: found.line)


CHECKS: tuple[Callable[[Case], Iterator[Finding]], ...] = (line_by_line,)
