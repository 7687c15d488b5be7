"""How and where to: the ship via, the freight, the address."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from webupdate.store.inbox import Finding
from webupdate.sync.judge.case import Case
from webupdate.sync.settle import ship_word
from webupdate.sync.text import visible


def unknown_ship_via(case: Case) -> Iterator[Finding]:
    """Kind 14, field SHIP_VIA: it decides the tax rate, so the order can't go in without one."""
    seen = ship_word(case.order)
    if not case.known.has("shipping") or not seen or case.known.ship_via(case.settled.ship_via) is not None:
        return
    yield Finding(
        kind=14,
        field="SHIP_VIA",
        seen=visible(seen),
        expected="a SHIP_VIA of shipping.csv",
        message=f"Ship via is not known to EBMS. The web sent “{visible(seen)}”. It decides the tax rate, so "
        "the order can't go in without one.",
        hint="Add the ship via in EBMS and save the shipping export.",
        topic="ship_via",
        web=seen,
    )


CHECKS: tuple[Callable[[Case], Iterator[Finding]], ...] = (unknown_ship_via,)
