"""When a site was in step last, and when the engine looks at it next, in minutes: nothing counts down."""

from __future__ import annotations

from typing import NamedTuple

from webupdate.store.snapshot import CompanyView, SiteView
from webupdate.tui import view
from webupdate.tui.view import Cell, Line


class Clock(NamedTuple):
    """What times are told by: now, whether as times of day instead of ages, and whether anybody runs the sync."""

    now: float
    absolute: bool = False
    running: bool = True

    def told(self, at: float | None) -> str:
        """A moment that is over, in a few characters."""
        return view.when(self.now, at) if self.absolute else view.age(self.now, at)


def upcoming(company: CompanyView, site: SiteView, clock: Clock) -> str:
    """When the engine looks again, "" if nobody knows."""
    at = site.next_at
    if at is None or company.paused or not site.begun or not clock.running:
        return ""
    return view.clock(at) if at > clock.now else "now"


def line(company: CompanyView, site: SiteView, clock: Clock) -> Line:
    """Last and next sync, always as times of day."""
    at = site.synced_at
    if at is None:
        last = "not yet"
    else:
        day = view.when(clock.now, at)
        last = f"{day if ':' in day else f'{day}, {view.clock(at)}'} ({view.age(clock.now, at)} ago)"
    coming = (Cell("    next ", "dim"), Cell(_coming(company, site, clock)))
    return (Cell("Sync   last ", "dim"), Cell(last), *coming)


def _coming(company: CompanyView, site: SiteView, clock: Clock) -> str:
    every = company.interval
    pace = f"every {every} s" if every < 120 else f"every {every // 60} min"
    if company.paused:
        return "when it is resumed"
    if not clock.running:
        return "when somebody runs the sync"
    if not site.begun:
        return "when it has begun"
    return f"{upcoming(company, site, clock) or 'soon'} ({pace})"
