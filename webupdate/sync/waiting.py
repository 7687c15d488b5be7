"""What waits to be sent, and why each record of it has not gone yet."""

from __future__ import annotations

from msgspec import Struct

from webupdate.store import holds, outbox, records
from webupdate.store.companies import CompanyInfo, SiteInfo
from webupdate.store.db import Store
from webupdate.store.rows import Row
from webupdate.sync.verdict import Case, verdict


class Holds:
    """What holds all records of a site, or all of one entity."""

    def __init__(self, store: Store, company: CompanyInfo, site: SiteInfo) -> None:
        self._store, self._company, self._site = store, company, site
        self._braked = {hold.entity: hold.message for hold in holds.holds(store) if hold.site_id == site.id}

    def of(self, entity: str) -> str:
        """The reason in words, "" if nothing holds them."""
        if self._company.paused:
            return f"{self._company.name} is paused."
        if self._site.begun_at is None:
            return "nothing goes to this shop before somebody has let it begin (see Preview)."
        if entity == "customers" and self._site.values["customers"] == "off":
            return "customer accounts are switched off by the property Customers."
        if entity in self._braked:
            return f"a brake is on. {self._braked[entity]}"
        health = "SELECT message FROM health WHERE company_id = ? AND site_id = ? AND state IN ('stopped', 'waiting')"
        message = self._store.one(health, self._company.id, self._site.id)
        return f"the shop takes nothing now. {message}" if message else ""


class Queued(Struct, frozen=True, kw_only=True):
    """A record that waits. `op`: put, hide or delete; `state`: waits or needs (a person); `why`: one sentence.

    `next_try`: seconds since 1970, 0 if it was not tried in vain.
    """

    site: str
    entity: str
    key: str
    op: str
    state: str
    why: str
    tries: int
    next_try: float


def queued(
    store: Store, company: CompanyInfo, site: SiteInfo, entity: str | None, limit: int, now: float
) -> list[Queued]:
    """What waits to be sent to a site: what needs a person first, then the newest change."""
    held = Holds(store, company, site)
    return [_queued(store, company, site, row, held, now) for row in outbox.waiting(store, site.id, entity, limit)]


def _queued(store: Store, company: CompanyInfo, site: SiteInfo, row: Row, held: Holds, now: float) -> Queued:
    trace = records.trace(store, row)
    found = verdict(
        Case(
            row=row,
            trace=trace,
            source=None,
            holds=held.of(row.entity),
            parent_there=records.parent_in_shop(store, row),
            now=now,
            zone=company.values["time_zone"],
        )
    )
    return Queued(
        site=site.name, entity=row.entity, key=row.key, op=row.op, state=found.state, why=found.text,
        tries=row.tries, next_try=trace.next_try,
    )  # fmt: skip
