"""The order's file on its way into EBMS: another one has its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from webupdate.orderkinds import IN_THE_WAY
from webupdate.store.inbox import Finding
from webupdate.sync.judge.case import Case
from webupdate.sync.text import visible


def in_the_way(case: Case) -> Iterator[Finding]:
    """Kind 28: nobody knows whether EBMS has the order by a file of this name."""
    if case.in_the_way:
        yield found_in_the_way(case.order.number, case.in_the_way)


def found_in_the_way(number: str, name: str) -> Finding:
    """The finding that a file has the name of the order's and other content."""
    return Finding(
        kind=IN_THE_WAY,
        field="EXTERNALID",
        seen=visible(name),
        expected="no other file of that name in the order folder",
        message=f"Order #{visible(number)} can't be written: {visible(name)} is there already with other content, and "
        "nobody knows whether EBMS has the order by it.",
        hint="Look for the order in EBMS. Or move that file away: the order is then written by itself.",
        topic="decision",
        web=str(IN_THE_WAY),
    )


CHECKS: tuple[Callable[[Case], Iterator[Finding]], ...] = (in_the_way,)
