"""Whether an answer to a problem of an order can be, whoever typed it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from webupdate.sync import topics
from webupdate.sync.judge import spelling
from webupdate.sync.judge.choices import FILE_OF
from webupdate.sync.known import Known
from webupdate.sync.ordercells import day_of, decimal_of
from webupdate.sync.text import visible


def wrong(topic: str, web: str, value: str, known: Known) -> str:
    """What is wrong with an answer, as a sentence; "" if it can be given."""
    file = FILE_OF.get(topic)
    if file is not None:
        there = value in known.all(file) or not known.has(file)
        return "" if there else f"{visible(value)!r} is no ID of {file}.csv as it was saved last."
    check = _CHECKS.get(topic)
    return check(web, value) if check else ""


def _amount(_web: str, value: str) -> str:
    number = decimal_of(value)
    return "" if number is not None and number >= 0 else f"{visible(value)!r} is no amount such as 18.00."


def _day(_web: str, value: str) -> str:
    return "" if day_of(value) else f"{visible(value)!r} is no day such as 11/23/2026 (month, day, year)."


def _count(_web: str, value: str) -> str:
    number = decimal_of(value)
    return "" if number is not None and number > Decimal(0) else f"{visible(value)!r} is no quantity above 0."


_CHECKS: dict[str, Callable[[str, str], str]] = {
    "text": lambda web, value: spelling.wrong(value, topics.parts(web)[0]),
    "state": lambda web, value: spelling.wrong(value, "STATE"),
    "country": lambda web, value: spelling.wrong(value, "COUNTRY"),
    "unit": lambda web, value: spelling.wrong(value, "UNIT_MEAS"),
    "account": lambda web, value: spelling.wrong(value, "ACCOUNT") if value else "A G/L account is needed.",
    "price": _amount,
    "quantity": _count,
    "day": _day,
}
