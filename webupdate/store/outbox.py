"""The outbox: which rows of the queue can be sent now, which wait and for what, which need a person."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from webupdate.keys import KEY_SEPARATOR
from webupdate.store.db import Store
from webupdate.store.rows import Row, chunks, select
from webupdate.store.search import LONGEST, fold_in

_READY = """
  q.site_id = ? AND q.entity = ? AND q.seen IS NOT q.sent AND q.error IS NULL AND q.next_try <= ?
  AND (q.op <> 'put' OR q.payload IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.site_id = q.site_id AND h.entity = q.entity)
  AND NOT EXISTS (SELECT 1 FROM queue w WHERE w.was = q.key AND w.was <> '' AND w.site_id = q.site_id
    AND w.entity = q.entity)"""  # an id given to another record waits until the shop has renamed the one that had it


# A child whose parent is not in the shop, or perhaps not, waits; it may still travel in one bundle with it. What is
# to be taken away waits only for a parent that the shop still knows under another key.
_PARENT_THERE = """
  (q.parent_key IS NULL OR EXISTS (
    SELECT 1 FROM queue p WHERE p.site_id = q.site_id AND p.entity = q.parent_entity AND p.key = q.parent_key
    AND p.sent IS NOT NULL AND p.sent <> '?' AND p.seen IS NOT NULL)
  OR (q.op <> 'put' AND NOT EXISTS (
    SELECT 1 FROM queue r WHERE r.site_id = q.site_id AND r.entity = q.parent_entity AND r.key = q.parent_key
    AND r.was <> '')))"""


class Waiting(msgspec.Struct, frozen=True):
    """A dirty row, when it is tried at the earliest, and whether what it lives in is in the shop."""

    row: Row
    next_try: float
    parent_there: bool


def sendable(
    store: Store, site_id: int, entity: str, now: float, limit: int, *, puts: bool, since: int = 0
) -> list[Row]:
    """Dirty rows that can be sent now: those to put, or those to hide and delete; of revision `since` and later.

    What was tried least comes first, so that a record on which the shop fails does not hold the others;
    then the newest change, so that a price saved now overtakes a Complete Upload. Children of parents that are
    not in the shop wait.
    """
    kind = "=" if puts else "<>"
    return select(
        store,
        f"""FROM queue q WHERE {_READY} AND {_PARENT_THERE} AND q.op {kind} 'put' AND q.rev >= ?
        ORDER BY q.tries, q.rev DESC LIMIT ?""",
        site_id,
        entity,
        now,
        since,
        limit,
    )


def ready_children(store: Store, parents: Sequence[Row], entities: Sequence[str], now: float) -> list[Row]:
    """Dirty children of these parents, to travel with them in one bundle."""
    found: list[Row] = []
    for entity in entities:
        for chunk in chunks([row.key for row in parents]):
            marks = ",".join("?" * len(chunk))
            found += select(
                store,
                f"FROM queue q WHERE {_READY} AND q.parent_entity = ? AND q.parent_key IN ({marks}) ORDER BY q.rev",
                parents[0].site_id,
                entity,
                now,
                parents[0].entity,
                *chunk,
            )
    return found


def lowers_stock(store: Store, site_id: int, items: Sequence[str]) -> bool:
    """Whether stock of one of these items, which the shop has, is still to be sent (a brake may hold it)."""
    marks = ",".join("?" * len(items))
    query = f"""SELECT 1 FROM queue q WHERE q.site_id = ? AND q.entity = 'stock' AND q.key IN ({marks})
      AND q.seen IS NOT q.sent AND q.error IS NULL AND EXISTS (SELECT 1 FROM queue p WHERE p.site_id = q.site_id
        AND p.entity = 'items' AND p.key = q.key AND p.sent IS NOT NULL AND p.seen IS NOT NULL) LIMIT 1"""
    return bool(store.rows(query, site_id, *items))


def waiting_children(store: Store, site_id: int, entity: str) -> list[tuple[str, str]]:
    """Up to a few (key, parent key) of rows that wait for a parent that is not in the shop."""
    query = f"""SELECT q.key, q.parent_key FROM queue q WHERE q.site_id = ? AND q.entity = ?
      AND q.seen IS NOT q.sent AND q.error IS NULL AND q.op = 'put' AND NOT {_PARENT_THERE} ORDER BY q.key LIMIT 3"""
    return [(key, parent) for key, parent in store.rows(query, site_id, entity)]


def in_doubt(store: Store, site_id: int, now: float, limit: int) -> list[Row]:
    """Acknowledged rows of which an older request was running and can no longer be: they are read back once."""
    return select(
        store,
        "FROM queue q WHERE q.site_id = ? AND q.doubt_until <= ? AND q.seen IS q.sent ORDER BY q.doubt_until LIMIT ?",
        site_id,
        now,
        limit,
    )


def not_yet(store: Store, site_id: int, entity: str, mark: int) -> int:
    """Rows of an entity that are to go and were so at revision `mark` (the index alone can count them)."""
    query = "SELECT count(*) FROM queue WHERE site_id = ? AND entity = ? AND seen IS NOT sent AND rev <= ?"
    return int(store.one(query, site_id, entity, mark))


def in_all(store: Store, site_id: int, entity: str) -> int:
    """How many records of an entity a site has or is to have."""
    query = """SELECT count(*) FROM queue WHERE site_id = ? AND entity = ?
      AND (seen IS NOT NULL OR sent IS NOT NULL)"""
    return int(store.one(query, site_id, entity))


def failed(store: Store, site_id: int, entity: str, mark: int) -> int:
    """Those of them that need a person."""
    query = """SELECT count(*) FROM queue WHERE site_id = ? AND entity = ? AND seen IS NOT sent AND rev <= ?
      AND error IS NOT NULL"""
    return int(store.one(query, site_id, entity, mark))


def still_to_go(store: Store, site_id: int, entity: str, mark: int) -> bool:
    """Whether any of them can still go by itself.

    Not one that waits for a parent that can't go: that parent is counted, or waits itself, or needs a person.
    """
    comes = f"""EXISTS (SELECT 1 FROM queue q WHERE q.site_id = w.site_id AND q.entity = w.parent_entity
      AND q.key = w.parent_key AND q.seen IS NOT NULL AND q.seen IS NOT q.sent AND q.error IS NULL
      AND {_PARENT_THERE})"""
    there = _PARENT_THERE.replace("q.", "w.")
    query = f"""SELECT 1 FROM queue w WHERE w.site_id = ? AND w.entity = ? AND w.seen IS NOT w.sent
      AND w.error IS NULL AND w.rev <= ? AND ({there} OR {comes}) LIMIT 1"""
    return bool(store.rows(query, site_id, entity, mark))


def to_go(store: Store, site_id: int, entity: str | None) -> int:
    """How many records `waiting` would find."""
    query = "SELECT count(*) FROM queue WHERE site_id = ? AND (? IS NULL OR entity = ?) AND seen IS NOT sent"
    return int(store.one(query, site_id, entity, entity))


def errors(store: Store, site_id: int, limit: int) -> list[Row]:
    """Records that need a person."""
    return select(
        store,
        "FROM queue q WHERE q.site_id = ? AND q.seen IS NOT q.sent AND q.error IS NOT NULL "
        "ORDER BY q.entity, q.key LIMIT ?",
        site_id,
        limit,
    )


def waiting(
    store: Store, site_id: int, entity: str, text: str, limit: int, *, failed: bool | None = None
) -> list[Waiting]:
    """Dirty rows of `entity` ("" = all) that hold `text` in their key or error; `failed`: only those that need a
    person, or only the others.

    Those that need a person come first, then all in the order in which they would go if nothing held them.
    """
    fold_in(store)
    wanted = text.strip()[:LONGEST].casefold()
    query = f"""SELECT q.id, q.next_try, {_PARENT_THERE} FROM queue q WHERE q.id IN (
        SELECT d.id FROM queue d WHERE d.site_id = ? AND d.seen IS NOT d.sent AND ? IN ('', d.entity)
        AND (? = '' OR instr(folded(replace(d.key, ?, ' '), d.error), ?))
        AND ? IN ('', iif(d.error IS NULL, 'waits', 'failed'))
        ORDER BY d.error IS NULL, d.tries, d.rev DESC, d.id LIMIT ?)
      ORDER BY q.error IS NULL, q.tries, q.rev DESC, q.id"""
    only = "" if failed is None else "failed" if failed else "waits"
    found = store.rows(query, site_id, entity, wanted, KEY_SEPARATOR, wanted, only, limit)
    ids = msgspec.json.encode([number for number, _, _ in found]).decode()
    rows = select(store, "FROM queue q WHERE q.id IN (SELECT value FROM json_each(?))", ids)
    known = {row.id: row for row in rows}
    return [Waiting(known[number], at, bool(there)) for number, at, there in found if number in known]
