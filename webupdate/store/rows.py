"""Rows of the queue as frozen values, and how they are looked up."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence

import msgspec

from webupdate.store.db import Store

_COLUMNS = (
    "id, site_id, entity, key, parent_entity, parent_key, seen, sent, rev, op, hidden, doubt_until, "
    "remote_id, payload, stales, tries, error, was"
)


class Row(msgspec.Struct, frozen=True):
    """One row of the queue."""

    id: int
    site_id: int
    entity: str
    key: str
    parent_entity: str | None
    parent_key: str | None
    seen: str | None
    sent: str | None
    rev: int
    op: str
    hidden: bool
    doubt_until: float | None
    remote_id: str | None
    payload: bytes | None
    stales: int
    tries: int
    error: str | None
    was: str = ""  # the key that the shop knows, while EBMS's new one was not acknowledged yet


def rows_of(store: Store, site_id: int, entity: str, keys: Sequence[str]) -> list[Row]:
    """The rows of these keys, as far as there are any."""
    found: list[Row] = []
    for chunk in chunks(keys):
        marks = ",".join("?" * len(chunk))
        query = f"FROM queue q WHERE q.site_id = ? AND q.entity = ? AND q.key IN ({marks})"
        found += select(store, query, site_id, entity, *chunk)
    return found


def by_id(store: Store, number: int) -> Row | None:
    """The row of that number, None if it is gone."""
    found = select(store, "FROM queue q WHERE q.id = ?", number)
    return found[0] if found else None


def children_of(store: Store, parent: Row) -> list[Row]:
    """All that lives inside of this record."""
    query = "FROM queue q WHERE q.site_id = ? AND q.parent_entity = ? AND q.parent_key = ?"
    return select(store, query, parent.site_id, parent.entity, parent.key)


def held(store: Store, site_id: int, keys: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of the (entity, key) pairs that the site holds or is to hold."""
    return {
        (entity, key)
        for entity, key in keys
        if store.one(
            "SELECT 1 FROM queue WHERE site_id = ? AND entity = ? AND key = ? "
            "AND (seen IS NOT NULL OR sent IS NOT NULL)",
            *(site_id, entity, key),
        )
    }


def gone_rows(store: Store, site_id: int) -> list[Row]:
    """The rows of records that left the export."""
    return select(store, "FROM queue q WHERE q.site_id = ? AND q.gone", site_id)


def acked_payload(store: Store, row: Row) -> bytes | None:
    """What the shop acknowledged last, if that is still what it should hold."""
    found = store.rows("SELECT payload FROM acked WHERE queue_id = ? AND hash = ?", row.id, row.seen)
    return zlib.decompress(found[0][0]) if found else None


def last_acked(store: Store, row: Row) -> bytes | None:
    """What the shop acknowledged last, as JSON; None if it never did."""
    found = store.rows("SELECT payload FROM acked WHERE queue_id = ? AND NOT found", row.id)
    return zlib.decompress(found[0][0]) if found else None


def select(store: Store, rest: str, *parameters: object) -> list[Row]:
    """The rows of a query on `queue q`; `rest` begins with FROM."""
    columns = ", ".join(f"q.{name}" for name in _COLUMNS.split(", "))
    return [_row(values) for values in store.rows(f"SELECT {columns} {rest}", *parameters)]


def _row(values: tuple[object, ...]) -> Row:
    row: list[object] = list(values)
    row[10] = bool(row[10])
    row[13] = None if row[13] is None else bytes(row[13])  # type: ignore[call-overload]
    return Row(*row)  # type: ignore[arg-type]


def chunks(keys: Sequence[str], size: int = 400) -> Iterable[Sequence[str]]:
    """Keys in parts below SQLite's smallest limit of parameters."""
    for start in range(0, len(keys), size):
        yield keys[start : start + size]
