"""What the queue says that a shop holds: to be compared with what it does hold, and marked where that differs."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import msgspec

from webupdate.store.db import Store
from webupdate.store.queue import HIDDEN, children_again, digest
from webupdate.store.rows import Row, acked_payload, rows_of

_CHUNK = 400
# A child whose parent is not to be in the shop can't be there either (stock of a deleted item).
_TO_BE_THERE = """q.site_id = ? AND q.entity = ? AND q.seen IS NOT NULL AND q.seen <> ? AND q.seen IS q.sent
  AND (q.parent_key IS NULL OR EXISTS (SELECT 1 FROM queue p WHERE p.site_id = q.site_id
    AND p.entity = q.parent_entity AND p.key = q.parent_key AND p.seen IS NOT NULL))"""


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """A record as the queue knows it. `wanted` is what the shop should hold, None if it is not known any more.

    `waits`: its newest change has not been acknowledged, so nothing can be said of it.
    """

    key: str
    waits: bool
    hidden: bool
    gone: bool
    wanted: bytes | None


def expected(store: Store, site_id: int, entity: str, keys: Sequence[str]) -> dict[str, Expected]:
    """What the queue knows of these keys; a key that it never had is left out."""
    found: dict[str, Expected] = {}
    for start in range(0, len(keys), _CHUNK):
        chunk = keys[start : start + _CHUNK]
        query = f"""SELECT q.key, q.seen, q.seen IS NOT q.sent, q.payload, a.payload
          FROM queue q LEFT JOIN acked a ON a.queue_id = q.id AND a.hash = q.seen
          WHERE q.site_id = ? AND q.entity = ? AND q.key IN ({",".join("?" * len(chunk))})"""
        for key, seen, waits, payload, acked in store.rows(query, site_id, entity, *chunk):
            wanted = payload if acked is None else zlib.decompress(acked)
            found[key] = Expected(
                key=key, waits=bool(waits), hidden=seen == HIDDEN, gone=seen is None, wanted=wanted and bytes(wanted)
            )
    return found


def to_be_there(store: Store, site_id: int, entity: str) -> list[str]:
    """The keys of all records that the shop has acknowledged and should show."""
    return [key for (key,) in store.rows(f"SELECT q.key FROM queue q WHERE {_TO_BE_THERE}", site_id, entity, HIDDEN)]


def known_count(store: Store, site_id: int, entities: Sequence[str]) -> int:
    """How many records of these entities the site is to hold."""
    among = ",".join("?" * len(entities))
    query = f"SELECT count(*) FROM queue WHERE site_id = ? AND entity IN ({among}) AND seen IS NOT NULL"
    return int(store.one(query, site_id, *entities))


def waiting(store: Store, site_id: int, entities: Sequence[str]) -> int:
    """How many records of these entities wait to be sent, or for a person."""
    among = ",".join("?" * len(entities))
    query = f"SELECT coalesce(sum(waiting + failed), 0) FROM counts WHERE site_id = ? AND entity IN ({among})"
    return int(store.one(query, site_id, *entities))


def old_keys(store: Store, site_id: int, entity: str) -> set[str]:
    """The keys under which the shop still knows records that EBMS has renamed."""
    query = "SELECT was FROM queue WHERE site_id = ? AND entity = ? AND was <> ''"
    return {was for (was,) in store.rows(query, site_id, entity)}


def mend(store: Store, site_id: int, entity: str, key: str, held: str | None) -> bool:
    """Let one record go to the shop again, which holds something else: `held` is its digest, None = nothing.

    Of what the shop has lost, what lived inside goes again too. Returns whether the record is there to be sent;
    else the next forced read of the exports brings it.
    """
    known = rows_of(store, site_id, entity, [key])
    if not known or known[0].seen != known[0].sent:
        return True
    row = known[0]
    payload = row.payload or acked_payload(store, row)
    store.sql(
        """UPDATE queue SET sent = ?, payload = ?, remote_id = iif(? IS NULL, NULL, remote_id),
        tries = 0, stales = 0, next_try = 0, error = NULL WHERE id = ?""",
        *(held, payload, held, row.id),
    )
    if held is None:
        children_again(store, row)
    return payload is not None or row.op != "put"


class Dirty(msgspec.Struct, frozen=True, kw_only=True):
    """A record that is to be sent. `left` is what the shop was last known to hold, None if nothing is known."""

    row: Row
    left: bytes | None


def dirty(store: Store, site_id: int, entity: str, after: str, limit: int) -> list[Dirty]:
    """What waits to be sent or for a person, in the order of the keys, behind the key `after`."""
    query = """SELECT q.key, a.payload FROM queue q LEFT JOIN acked a ON a.queue_id = q.id
      WHERE q.site_id = ? AND q.entity = ? AND q.seen IS NOT q.sent AND q.key > ? ORDER BY q.key LIMIT ?"""
    left = dict(store.rows(query, site_id, entity, after, limit))
    rows = sorted(rows_of(store, site_id, entity, list(left)), key=lambda row: row.key)
    return [Dirty(row=row, left=None if left[row.key] is None else zlib.decompress(left[row.key])) for row in rows]


# Nothing was ever acknowledged of it, or the shop has lost it since.
_UNKNOWN = "(q.sent IS NULL OR NOT EXISTS (SELECT 1 FROM acked a WHERE a.queue_id = q.id AND NOT a.found))"


def never_acked(store: Store, site_id: int, entity: str, after: str, limit: int) -> list[str]:
    """Keys, in their order, of records to send of which nothing is known that the shop may hold."""
    query = f"""SELECT q.key FROM queue q WHERE q.site_id = ? AND q.entity = ? AND q.seen IS NOT q.sent
      AND {_UNKNOWN} AND q.key > ? ORDER BY q.key LIMIT ?"""
    return [key for (key,) in store.rows(query, site_id, entity, after, limit)]


def remember_held(
    store: Store, site_id: int, entity: str, held: Sequence[tuple[str, bytes | None]], now: float
) -> None:
    """Keep what the shop was found to hold of records that were never acknowledged: the left side of a Preview.

    It stands where the acknowledged record will stand, under a hash of its own.
    """
    unknown = f"SELECT q.id FROM queue q WHERE q.site_id = ? AND q.entity = ? AND q.key = ? AND {_UNKNOWN}"
    with store.writing():
        store.many(
            f"""DELETE FROM acked WHERE queue_id = ({unknown})
            AND hash IS NOT (SELECT seen FROM queue WHERE id = queue_id)""",
            [(site_id, entity, key) for key, data in held if data is None],
        )
        store.many(
            f"""INSERT OR REPLACE INTO acked (queue_id, hash, payload, at, found)
            SELECT id, ?, ?, ?, 1 FROM queue WHERE id = ({unknown}) AND seen IS NOT sent""",
            [
                (digest(data), zlib.compress(data, 1), now, site_id, entity, key)
                for key, data in held
                if data is not None
            ],
        )
