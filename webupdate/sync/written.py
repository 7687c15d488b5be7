"""The amounts of an order as its file has them: the web's, but for what a person has changed of the lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from webupdate.sync.ordercells import cents, decimal_of, plain
from webupdate.sync.settle import OWED, Settled
from webupdate.sync.shops.base import OrderLine, WebOrder


def line_totals(order: WebOrder, settled: Settled) -> Iterator[str]:
    """The totals of the lines that go to EBMS; "" where one can't be computed."""
    for number, line in enumerate(order.lines, 1):
        if number not in settled.skipped:
            yield _line_total(number, line, settled)


def tax(order: WebOrder, settled: Settled) -> str:
    """TAX_WEB: without the tax of the lines that are left out."""
    whole, less = decimal_of(order.tax), sum_of(order.lines[number - 1].tax for number in settled.skipped)
    return plain(max(whole - less, Decimal(0)), 2) if whole is not None and less else order.tax


def total(order: WebOrder, settled: Settled) -> str:
    """TOTAL_WEB: the web's total, or what the file sums up to once a person has changed lines."""
    if not settled.by_hand:
        return order.total
    found = _sum(order, settled)
    return order.total if found is None else plain(found, 2)


def payment(place: int, order: WebOrder, settled: Settled) -> str:
    """AMOUNT of a payment, by its place from 0. What was taken stays taken; what is still owed follows the total."""
    amount = order.payments[place].amount
    owed = [at for at, one in enumerate(order.payments) if settled.methods.get(one.code) in OWED]
    if not settled.by_hand or owed[:1] != [place]:
        return amount
    found = _sum(order, settled)
    others = sum_of(one.amount for at, one in enumerate(order.payments) if at != place)
    return amount if found is None or others is None else plain(max(found - others, Decimal(0)), 2)


def sum_of(texts: Iterable[str]) -> Decimal | None:
    """The sum of amounts, None if one of them is no number."""
    numbers = [decimal_of(text) for text in texts]
    found = [number for number in numbers if number is not None]
    return sum(found, Decimal(0)) if len(found) == len(numbers) else None


def _sum(order: WebOrder, settled: Settled) -> Decimal | None:
    charges = (charge.amount for charge in order.charges)
    return sum_of((*line_totals(order, settled), *charges, order.shipping, tax(order, settled)))


def _line_total(number: int, line: OrderLine, settled: Settled) -> str:
    if number not in settled.prices and number not in settled.quantities:
        return line.total
    quantity, price = decimal_of(settled.quantity(number, line)), decimal_of(settled.price(number, line))
    return "" if quantity is None or price is None else str(cents(quantity * cents(price)))
