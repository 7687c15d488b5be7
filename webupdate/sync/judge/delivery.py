"""The order's file on its way into EBMS: another one has its name, or EBMS has refused it."""

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


def refused(case: Case) -> Finding:
    """EBMS refused the file, and nothing that is known here says why: kind 29."""
    text = case.refusal.text if case.refusal is not None else ""
    said = f'It said: "{visible(text, 300)}"' if text else "It gave no reason"
    return Finding(
        kind=29,
        field="document",
        seen=visible(text, 300) or "no reason given",
        expected="an order that EBMS imports",
        message=f"EBMS refused the file of order #{visible(case.order.number)}. {said}.",
        hint="Correct in EBMS what it complains of, then write the file again, or enter the order by hand.",
        topic="decision",
        web="29",
    )


CHECKS: tuple[Callable[[Case], Iterator[Finding]], ...] = (in_the_way,)
