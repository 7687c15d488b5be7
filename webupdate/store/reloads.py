"""Complete Uploads and Reloads under way: what was marked to go again, and how much of it has gone."""

from __future__ import annotations

from collections.abc import Callable, Collection

import msgspec

from webupdate.store import outbox, queue
from webupdate.store.db import Store

ALL = ""  # the entity of the row that sums a Complete Upload up


class Reload(msgspec.Struct, frozen=True, kw_only=True):
    """A Complete Upload (`entity` "") or the part or Reload of one entity; `rate` in records a second."""

    site_id: int
    entity: str
    rev: int
    total: int
    done: int
    rate: float
    started_at: float


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one that is over: `failed` records need a person, `waiting` ones wait for those."""

    entity: str
    total: int
    sent: int
    failed: int
    waiting: int


def begin(store: Store, company_id: int, site_id: int, entities: Collection[str], now: float) -> int:
    """Mark a site's records of these entities (none named: of all, a Complete Upload) to go again; returns how many.

    One that runs already begins anew.
    """
    with store.writing():
        for entity in entities or (None,):
            queue.mark_complete(store, site_id, entity)
        mark = store.one("SELECT rev FROM company WHERE id = ?", company_id)
        counts = dict(
            store.rows(
                "SELECT entity, count(*) FROM queue WHERE site_id = ? AND seen IS NOT sent GROUP BY entity", site_id
            )
        )
        totals = {entity: counts.get(entity, 0) for entity in entities or counts}
        if not entities:
            store.sql("DELETE FROM reload WHERE site_id = ?", site_id)
            totals[ALL] = sum(totals.values())
        store.many(
            "INSERT OR REPLACE INTO reload (site_id, entity, rev, total, started_at) VALUES (?, ?, ?, ?, ?)",
            [(site_id, entity, mark, total, now) for entity, total in totals.items()],
        )
        return sum(total for entity, total in totals.items() if entity != ALL)


def cancel(store: Store, site_id: int) -> bool:
    """Turn a Complete Upload off; False if none runs.

    What is marked still goes: nothing tells any more which of it the shop surely holds.
    """
    with store.writing():
        mark = store.one("SELECT rev FROM reload WHERE site_id = ? AND entity = ?", site_id, ALL)
        store.sql("DELETE FROM reload WHERE site_id = ? AND rev = ?", site_id, mark)
        return mark is not None


def running(store: Store, site_id: int | None = None) -> list[Reload]:
    """Those under way at a site (None: at all sites); the sum of a Complete Upload comes first."""
    query = """SELECT site_id, entity, rev, total, done, rate, started_at FROM reload
      WHERE site_id = coalesce(?, site_id) ORDER BY site_id, entity"""
    return [
        Reload(site_id=site, entity=entity, rev=rev, total=total, done=done, rate=rate, started_at=at)
        for site, entity, rev, total, done, rate, at in store.rows(query, site_id)
    ]


def note_progress(store: Store, site_id: int, entity: str, rate: float) -> Reload | None:
    """Count what of an entity has gone; None if nothing of it is under way."""
    found = next((entry for entry in running(store, site_id) if entry.entity == entity), None)
    if found is None:
        return None
    done = max(0, found.total - outbox.not_yet(store, site_id, entity, found.rev))
    with store.writing():
        store.sql("UPDATE reload SET done = ?, rate = ? WHERE site_id = ? AND entity = ?", done, rate, site_id, entity)
    return msgspec.structs.replace(found, done=done, rate=rate)


def note_sum(store: Store, site_id: int, rate: float) -> None:
    """Sum a Complete Upload up, if one runs; `rate` is that of all its entities together."""
    if not store.rows("SELECT 1 FROM reload WHERE site_id = ? AND entity = ''", site_id):
        return
    with store.writing():
        store.sql(
            """UPDATE reload SET rate = ?, done = (SELECT coalesce(sum(part.done), 0) FROM reload part
              WHERE part.site_id = reload.site_id AND part.entity <> '' AND part.rev = reload.rev)
            WHERE site_id = ? AND entity = ''""",
            *(rate, site_id),
        )


def end(store: Store, site_id: int, carried: Callable[[str], bool]) -> list[Ended]:
    """Turn off what is over: no record is left that could still go. `carried`: whether the shop takes an entity.

    A Complete Upload ends as a whole; what became dirty later does not belong to it.
    """
    found = running(store, site_id)
    whole = next((entry for entry in found if entry.entity == ALL), None)
    parts = [entry for entry in found if entry.entity != ALL]
    groups = [[entry] for entry in parts if whole is None or entry.rev != whole.rev]
    if whole is not None:
        groups.insert(0, [whole, *(entry for entry in parts if entry.rev == whole.rev)])
    return [_ended(store, group) for group in groups if not any(_goes_on(store, entry, carried) for entry in group)]


def _goes_on(store: Store, entry: Reload, carried: Callable[[str], bool]) -> bool:
    return carried(entry.entity) and outbox.still_to_go(store, entry.site_id, entry.entity, entry.rev)


def _ended(store: Store, group: list[Reload]) -> Ended:
    """Turn one off. Its first row says what it is; it alone, or the others, have the numbers."""
    parts = group[1:] or group
    site_id = group[0].site_id
    left = sum(outbox.not_yet(store, site_id, part.entity, part.rev) for part in parts)
    failed = sum(outbox.failed(store, site_id, part.entity, part.rev) for part in parts)
    with store.writing():
        for entry in group:
            store.sql("DELETE FROM reload WHERE site_id = ? AND entity = ?", site_id, entry.entity)
    total = group[0].total
    return Ended(
        entity=group[0].entity, total=total, sent=max(0, total - left), failed=failed, waiting=left - failed
    )  # fmt: skip
