"""What is known of pictures and documents: their digests, so that a file that did not change is not read again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from webupdate.store.db import Store
from webupdate.store.queue import AGAIN
from webupdate.store.rows import Row

# How an error begins that the scanner gave a record; it takes it back when the file is sound again.
UNSOUND = "Its file can't go: "

_COLUMNS = "entity, name, size, mtime_ns, ctime_ns, inode, digest, media_type, problem, judged, read_at"


class Figures(msgspec.Struct, frozen=True):
    """What a folder tells of a file. Two versions of one file hardly ever have the same.

    Beside size and time of change the inode and (on POSIX) the time of the inode's change: so a file is noticed
    that was put in place of another with its time.
    """

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: str


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What a file was when it was read last. `problem` "" = sound, judged by the limits `judged`."""

    entity: str
    name: str
    figures: Figures
    digest: str
    media_type: str = ""
    problem: str = ""
    judged: str
    read_at: float


def known(store: Store, company_id: int) -> dict[tuple[str, str], Known]:
    """All that is known of a company's files, by entity and name."""
    rows = store.rows(f"SELECT {_COLUMNS} FROM content WHERE company_id = ?", company_id)
    return {(row[0], row[1]): _known(row) for row in rows}


def find(store: Store, company_id: int, entity: str, name: str) -> Known | None:
    """What is known of one file."""
    query = f"SELECT {_COLUMNS} FROM content WHERE company_id = ? AND entity = ? AND name = ?"
    rows = store.rows(query, company_id, entity, name)
    return _known(rows[0]) if rows else None


def remember(store: Store, company_id: int, found: Sequence[Known]) -> None:
    """Remember files as they were read."""
    with store.writing():
        store.many(
            f"INSERT OR REPLACE INTO content (company_id, {_COLUMNS}) VALUES (?{', ?' * 11})",
            [
                (
                    *(company_id, entry.entity, entry.name),
                    *msgspec.structs.astuple(entry.figures),
                    *(entry.digest, entry.media_type, entry.problem, entry.judged, entry.read_at),
                )
                for entry in found
            ],
        )


def forget(store: Store, company_id: int, names: Sequence[tuple[str, str]]) -> None:
    """Forget files, each an entity and a name."""
    with store.writing():
        store.many(
            "DELETE FROM content WHERE company_id = ? AND entity = ? AND name = ?",
            [(company_id, entity, name) for entity, name in names],
        )


def _known(row: tuple[Any, ...]) -> Known:
    entity, name, size, mtime_ns, ctime_ns, inode, digest, media_type, problem, judged, read_at = row
    return Known(
        entity=entity,
        name=name,
        figures=Figures(size, mtime_ns, ctime_ns, inode),
        digest=digest,
        media_type=media_type,
        problem=problem,
        judged=judged,
        read_at=read_at,
    )


def rows(store: Store, site_id: int) -> dict[tuple[str, str], str | None]:
    """The hash of what a site should hold, by entity and key, of pictures and documents whose item is in the export.

    None for a record that goes again and has no payload any more: it is put anew, and so gets that back.
    """
    query = """SELECT entity, key, CASE WHEN seen IS NOT sent AND op = 'put' AND payload IS NULL THEN NULL ELSE seen END
      FROM queue WHERE site_id = ? AND entity IN ('images', 'documents') AND seen IS NOT NULL AND NOT gone"""
    return {(entity, key): seen for entity, key, seen in store.rows(query, site_id)}


def unsent(store: Store, site_id: int) -> dict[tuple[str, str], str | None]:
    """The error, by entity and key, of pictures and documents that are to go to a site."""
    query = """SELECT entity, key, error FROM queue WHERE site_id = ? AND entity IN ('images', 'documents')
      AND seen IS NOT sent AND op = 'put' AND NOT gone"""
    return {(entity, key): error for entity, key, error in store.rows(query, site_id)}


def blame(store: Store, site_id: int, errors: Mapping[tuple[str, str], str | None]) -> None:
    """Write errors of records that are to go; None: it may go again at once."""
    with store.writing():
        store.many(
            """UPDATE queue SET error = ?, tries = 0, next_try = 0
            WHERE site_id = ? AND entity = ? AND key = ? AND seen IS NOT sent""",
            [(error, site_id, entity, key) for (entity, key), error in errors.items()],
        )


def unfilled(store: Store, site_id: int) -> bool:
    """Whether something is to go that has neither payload nor error: only a look at its file helps it on."""
    query = """SELECT 1 FROM queue WHERE site_id = ? AND entity IN ('images', 'documents') AND seen IS NOT sent
      AND op = 'put' AND payload IS NULL AND error IS NULL AND NOT gone LIMIT 1"""
    return bool(store.rows(query, site_id))


def has_left(store: Store, row: Row) -> bool:
    """Whether a file's item has left the export: the shop keeps both, and nothing is known of the file any more."""
    return bool(store.one("SELECT gone FROM queue WHERE id = ?", row.id))


def items_of(store: Store, site_id: int) -> set[str]:
    """The items that a site should hold, hidden ones too."""
    query = "SELECT key FROM queue WHERE site_id = ? AND entity = 'items' AND seen IS NOT NULL"
    return {key for (key,) in store.rows(query, site_id)}


def naming(store: Store, company_id: int) -> list[tuple[str, int, dict[str, str]]]:
    """SKU, line and facts of every item of the last good export that names files."""
    query = """SELECT key, line, facts FROM exportrow WHERE company_id = ? AND file = 'inventory'
      AND (facts LIKE '%"IMAGES"%' OR facts LIKE '%"DOCUMENTS"%') ORDER BY line"""
    return [
        (key, line, msgspec.json.decode(facts, type=dict[str, str]))
        for key, line, facts in store.rows(query, company_id)
    ]


def items_in_export(store: Store, company_id: int) -> set[str]:
    """All items of the last good export."""
    query = "SELECT key FROM exportrow WHERE company_id = ? AND file = 'inventory'"
    return {key for (key,) in store.rows(query, company_id)}


def parents(store: Store, children: Sequence[Row]) -> dict[int, tuple[object, ...]]:
    """By the child's row, what changes whenever its item is made, changed or deleted in the shop."""
    query = """SELECT p.rev, (SELECT at FROM acked WHERE queue_id = p.id) FROM queue p
      WHERE p.site_id = ? AND p.entity = ? AND p.key = ?"""
    return {
        row.id: next(iter(store.rows(query, row.site_id, row.parent_entity, row.parent_key)), ()) for row in children
    }


def again(store: Store, row: Row) -> None:
    """Send an acknowledged row once more."""
    store.sql("UPDATE queue SET sent = ?, payload = coalesce(payload, ?) WHERE id = ?", AGAIN, row.payload, row.id)
