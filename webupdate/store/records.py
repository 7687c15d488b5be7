"""What is known of one record beside its row of the queue: what was acknowledged, when it is tried, what happened."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import msgspec

from webupdate.keys import KEY_SEPARATOR
from webupdate.store.board import LINE, LogLine, as_lines
from webupdate.store.db import Store
from webupdate.store.rows import Row


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """What the shop acknowledged last (`payload`, the record as JSON; `hash` its hash; `at`), and when it is tried."""

    payload: bytes | None = None
    hash: str | None = None
    at: float | None = None
    next_try: float = 0


def trace(store: Store, row: Row) -> Trace:
    """The trace of a row."""
    query = """SELECT a.payload, a.hash, a.at, q.next_try FROM queue q
      LEFT JOIN acked a ON a.queue_id = q.id AND NOT a.found WHERE q.id = ?"""
    for payload, known, at, next_try in store.rows(query, row.id):
        packed = None if payload is None else zlib.decompress(payload)
        return Trace(payload=packed, hash=known, at=at, next_try=next_try)
    return Trace()


def parent_in_shop(store: Store, row: Row) -> bool:
    """Whether the record inside of which this one lives is surely in the shop."""
    query = "SELECT sent, seen FROM queue WHERE site_id = ? AND entity = ? AND key = ?"
    found = store.rows(query, row.site_id, row.parent_entity, row.parent_key)
    return row.parent_key is None or any(sent not in (None, "?") and seen is not None for sent, seen in found)


def line_of(store: Store, company_id: int, file: str, key: str) -> int | None:
    """The line of a file on which the last good reading found a record, None if it did not."""
    query = "SELECT line FROM exportrow WHERE company_id = ? AND file = ? AND key = ?"
    found = store.one(query, company_id, file, key)
    return None if found is None else int(found)


def events(store: Store, company_id: int, entities: Sequence[str], key: str, limit: int = 100) -> list[LogLine]:
    """What the log still has of a record and of what lives inside of it, newest first."""
    marks = ",".join("?" * len(entities))
    query = f"""SELECT {LINE} FROM event
      WHERE company_id = ? AND entity IN ({marks}) AND key <> '' AND (key = ? OR (key > ? AND key < ?))
      ORDER BY id DESC LIMIT ?"""
    inside = key + KEY_SEPARATOR
    behind = key + chr(ord(KEY_SEPARATOR) + 1)
    return as_lines(store.rows(query, company_id, *entities, key, inside, behind, limit))
