"""The order as a document: readable, new, of an open day, not refused by EBMS."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from webupdate.store.inbox import Finding
from webupdate.sync.judge.case import Case
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


CHECKS: tuple[Callable[[Case], Iterator[Finding]], ...] = (unreadable,)
