"""What waits to be sent to a site, and why: for each record the same sentence that Explain has of it."""

from __future__ import annotations

from msgspec import Struct

from webupdate.store import outbox
from webupdate.store.companies import CompanyInfo, SiteInfo
from webupdate.store.db import Store
from webupdate.store.records import Trace
from webupdate.store.rows import Row
from webupdate.sync.holding import Holding
from webupdate.sync.verdict import Case, Verdict, verdict

_MICRO = 1e6


class Waits(Struct, frozen=True, kw_only=True):
    """A record that waits, and why. `since`: seconds since 1970 when the change to be sent was read."""

    row: Row
    why: Verdict
    since: float


def backlog(
    store: Store,
    company: CompanyInfo,
    site: SiteInfo,
    entity: str,
    text: str,
    limit: int,
    now: float,
    *,
    failed: bool | None = None,
) -> list[Waits]:
    """Up to `limit` records of `entity` ("" = all) that hold `text`, in the order of outbox.waiting."""
    holding = Holding(store, company, site)
    found = []
    for entry in outbox.waiting(store, site.id, entity, text, limit, failed=failed):
        case = Case(
            row=entry.row,
            trace=Trace(next_try=entry.next_try),
            source=None,
            holds=holding.of(entry.row.entity),
            parent_there=entry.parent_there,
            now=now,
            zone=company.values["time_zone"],
        )
        # A revision is never below the microseconds since 1970 when it was given (queue.reserve_revs).
        found.append(Waits(row=entry.row, why=verdict(case), since=min(now, entry.row.rev / _MICRO)))
    return found
