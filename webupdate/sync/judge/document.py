"""The order as a document: readable, new, of an open day, not refused by EBMS."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from zoneinfo import ZoneInfo

from webupdate.store.inbox import Finding
from webupdate.sync.judge.case import Case
from webupdate.sync.ordercells import NO_ZONE, as_ebms, day_of, moment_of
from webupdate.sync.text import visible


def unreadable(case: Case) -> Iterator[Finding]:
    """No line could be read: kind 29, the document as a whole."""
    if case.order.lines:
        return
    yield Finding(
        kind=29,
        field="document",
        seen="no lines",
        expected="an order with lines, addresses and totals",
        message=f"Order #{visible(case.order.number)} can't be read: what the shop sent is no order as known here.",
        hint="Enter it in EBMS by hand and look at the shop's sync plugin; what was received is kept.",
        topic="decision",
        web="29",
    )


def downloaded_already(case: Case) -> Iterator[Finding]:
    """Kind 23, field EXTERNALID: another order of the same number was there before."""
    earlier = case.known.earlier(case.order)
    if not earlier:
        return
    number = visible(case.order.number)
    yield Finding(
        kind=23,
        field="EXTERNALID",
        seen=number,
        expected="a number of its own",
        message=f"An order #{number} was downloaded before ({visible(earlier, 200)}). Written twice it would be "
        "shipped and billed twice.",
        hint="Compare the two. A shop that was built anew begins its numbers anew.",
        blocks=True,
        topic="decision",
        web="23",
        subject=case.order.id,
    )


def no_day(case: Case) -> Iterator[Finding]:
    """Kind 27, field INV_DATE: the shop gives none that can be read."""
    if _zone(case) is None or _day(case) is not None:
        return
    yield Finding(
        kind=27,
        field="INV_DATE",
        seen=visible(case.order.placed_at) or "nothing",
        expected="an ISO 8601 time with offset",
        message=f"When the order was placed is “{visible(case.order.placed_at)}”, which is no time: EBMS books it to a "
        "period by its date.",
        hint="Look into the shop for the day.",
        blocks=True,
        topic="day",
    )


def closed_day(case: Case) -> Iterator[Finding]:
    """Kind 27, field INV_DATE: outside of the open days that the Properties name."""
    day, first, last = _day(case), case.rules.first_day, case.rules.last_day
    if day is None or (first or day) <= day <= (last or day):
        return
    span = f"{as_ebms(first) if first else 'any day'} to {as_ebms(last) if last else 'any day'}"
    yield Finding(
        kind=27,
        field="INV_DATE",
        seen=as_ebms(day),
        expected=span,
        message=f"The order is of {as_ebms(day)}, but EBMS's fiscal calendar is open from {span} (Properties, First "
        "and Last open day): a closed period takes no order.",
        hint="Open the period in EBMS and change the Properties, or give the order a day that is open.",
        blocks=True,
        topic="day",
    )


def other_day(case: Case) -> Iterator[Finding]:
    """Kind 27: the day at the shop is not that of the firm. A time in UTC says nothing of where the shop is."""
    moment, day = moment_of(case.order.placed_at), _day(case)
    if case.settled.day or moment is None or day is None or not moment.utcoffset() or moment.date() == day:
        return
    yield Finding(
        kind=27,
        field="INV_DATE",
        seen=as_ebms(moment.date()),
        expected=as_ebms(day),
        message=f"It was {as_ebms(moment.date())} at the shop when the order was placed, and {as_ebms(day)} here "
        f"({case.rules.time_zone}): it is written with the day here.",
        hint="If the shop's day is the right one, change the company's time zone.",
        blocks=False,
        topic="day",
    )


def _day(case: Case) -> date | None:
    """INV_DATE; None if it can't be known."""
    if case.settled.day:
        return day_of(case.settled.day)
    zone = _zone(case)
    moment = moment_of(case.order.placed_at, zone) if zone else None
    return moment.date() if moment else None


def _zone(case: Case) -> ZoneInfo | None:
    try:
        return ZoneInfo(case.rules.time_zone)
    except NO_ZONE:  # the Properties check it
        return None


CHECKS: tuple[Callable[[Case], Iterator[Finding]], ...] = (downloaded_already, no_day, closed_day, other_day)
