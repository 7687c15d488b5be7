"""Detection's own state: what the export files held when they were last read well. It knows of no uploads."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from webupdate.store.db import Store
from webupdate.store.tables import Export, Problem

# Stands for the released version: whatever the next reading changes, the program's new mapping may be the reason.
REMAPPED = "*"


class Tally(msgspec.Struct, frozen=True):
    """How many records of an entity the file holds, and how many of them are not for the web."""

    read: int = 0
    left: int = 0


class FileState(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one export file as it was last read well."""

    path: str = ""
    size: int = -1
    mtime_ns: int = 0
    digest: str = ""
    read_at: float = 0
    records: int = 0
    tallies: dict[str, Tally] = {}
    forced: bool = True
    held: str = ""  # the digest of the version on which a brake is
    released: str = ""  # the digest of the version that a person let pass
    columns: tuple[str, ...] = ()  # the known columns that the last good version had


class Seen(msgspec.Struct, frozen=True):
    """One record of a file: its hash, line and the facts that judging needs (JSON)."""

    key: str
    hash: bytes
    line: int
    facts: str
    left_out: str = ""  # the entities of it that are not for the web


class Complaint(msgspec.Struct, frozen=True, kw_only=True):
    """A row that could not be read, or a record that makes no sense."""

    line: int
    message: str
    key: str = ""
    field: str = ""
    seen: str = ""
    hint: str = ""


def file_state(store: Store, company_id: int, file: str) -> FileState:
    """What is known of a file; an unknown one is to be read."""
    row = Export.get_or_none((Export.company == company_id) & (Export.file == file))
    if row is None:
        return FileState()
    return FileState(
        path=row.path,
        size=row.size,
        mtime_ns=row.mtime_ns,
        digest=row.digest,
        read_at=row.read_at,
        records=row.records,
        tallies=msgspec.json.decode(row.tallies, type=dict[str, Tally]),
        forced=bool(row.forced),
        held=row.held,
        released=row.released,
        columns=msgspec.json.decode(row.columns, type=tuple[str, ...]),
    )


def set_file_state(store: Store, company_id: int, file: str, state: FileState) -> None:
    """Remember a file as read."""
    values = {"company": company_id, "file": file, **msgspec.structs.asdict(state)}
    for name in ("tallies", "columns"):
        values[name] = msgspec.json.encode(values[name]).decode()
    Export.insert(values).on_conflict_replace().execute()


def force(store: Store, company_id: int, file: str | None = None) -> None:
    """The next look reads the file (None: every file), changed or not."""
    with store.writing():
        store.sql("UPDATE export SET forced = 1 WHERE company_id = ? AND file = coalesce(?, file)", company_id, file)


def force_file(store: Store, company_id: int, file: str) -> None:
    """The next look reads this file, changed or not."""
    with store.writing():
        Export.update(forced=True).where((Export.company == company_id) & (Export.file == file)).execute()


def set_aside(store: Store, company_id: int, file: str, held: str) -> None:
    """The file's newest version was not taken; `held` is its digest if a brake is on, else "".

    What tells the good version is dropped: should that one come back, be it with its old time, it is read anew
    and so replaces what was said of the bad one.
    """
    Export.update(held=held, digest="", size=-1).where((Export.company == company_id) & (Export.file == file)).execute()


def release(store: Store, company_id: int, file: str) -> bool:
    """Let the held version pass, and no other; False if no brake is on."""
    with store.writing():
        cursor = store.sql(
            "UPDATE export SET released = held, held = '', forced = 1 WHERE company_id = ? AND file = ? AND held <> ''",
            *(company_id, file),
        )
        return int(cursor.rowcount) > 0


def begin_walk(store: Store) -> None:
    """Start collecting the keys of a file on this connection (on disk, so memory does not grow with the file)."""
    store.sql("CREATE TEMP TABLE IF NOT EXISTS present (key TEXT PRIMARY KEY, line INTEGER) WITHOUT ROWID")
    store.sql("DELETE FROM present")


def note_present(store: Store, keys: Sequence[tuple[str, int]]) -> dict[str, int]:
    """Note keys as present; returns those that were there already, with the line where."""
    marks = ",".join("?" * len(keys))
    twins = dict(store.rows(f"SELECT key, line FROM present WHERE key IN ({marks})", *(key for key, _ in keys)))
    store.many("INSERT OR IGNORE INTO present VALUES (?, ?)", list(keys))
    return twins


def known_hashes(store: Store, company_id: int, file: str, keys: Sequence[str]) -> dict[str, bytes]:
    """The hashes of the last good read."""
    marks = ",".join("?" * len(keys))
    query = f"SELECT key, hash FROM exportrow WHERE company_id = ? AND file = ? AND key IN ({marks})"
    return {key: bytes(value) for key, value in store.rows(query, company_id, file, *keys)}


def remember(store: Store, company_id: int, file: str, rows: Sequence[Seen]) -> None:
    """Remember what a file holds."""
    store.many(
        "INSERT OR REPLACE INTO exportrow (company_id, file, key, hash, line, facts, left_out) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(company_id, file, row.key, row.hash, row.line, row.facts, row.left_out) for row in rows],
    )


def gone(store: Store, company_id: int, file: str) -> list[str]:
    """Keys that the last good read had and this one has not."""
    query = """SELECT key FROM exportrow e WHERE company_id = ? AND file = ?
      AND NOT EXISTS (SELECT 1 FROM present p WHERE p.key = e.key) ORDER BY key"""
    return [key for (key,) in store.rows(query, company_id, file)]


def known_count(store: Store, company_id: int, file: str) -> int:
    """How many records the last good read had."""
    return int(store.one("SELECT count(*) FROM exportrow WHERE company_id = ? AND file = ?", company_id, file))


def forget(store: Store, company_id: int, file: str, keys: Sequence[str]) -> None:
    """Drop records that left the file."""
    store.many(
        "DELETE FROM exportrow WHERE company_id = ? AND file = ? AND key = ?",
        [(company_id, file, key) for key in keys],
    )


def facts(store: Store, company_id: int, file: str, key: str) -> dict[str, str] | None:
    """The facts of one record, None if the export does not have it."""
    found = store.rows(
        "SELECT facts FROM exportrow WHERE company_id = ? AND file = ? AND key = ?", company_id, file, key
    )
    return msgspec.json.decode(found[0][0], type=dict[str, str]) if found else None


def facts_of(store: Store, company_id: int, file: str, keys: Sequence[str]) -> dict[str, dict[str, str]]:
    """The facts of those of these records that the export has; any number of keys below SQLite's limit."""
    marks = ",".join("?" * len(keys))
    query = f"SELECT key, facts FROM exportrow WHERE company_id = ? AND file = ? AND key IN ({marks})"
    found = store.rows(query, company_id, file, *keys)
    return {key: msgspec.json.decode(facts, type=dict[str, str]) for key, facts in found}


def facts_below(store: Store, company_id: int, file: str, prefix: str) -> list[tuple[str, dict[str, str]]]:
    """Key and facts of the records whose key begins so."""
    query = "SELECT key, facts FROM exportrow WHERE company_id = ? AND file = ? AND key >= ? AND key < ?"
    found = store.rows(query, company_id, file, prefix, prefix + "\U0010ffff")
    return [(key, msgspec.json.decode(facts, type=dict[str, str])) for key, facts in found]


def all_facts(store: Store, company_id: int, file: str) -> list[tuple[str, dict[str, str]]]:
    """Key and facts of all records of a file."""
    query = "SELECT key, facts FROM exportrow WHERE company_id = ? AND file = ?"
    return [
        (key, msgspec.json.decode(facts, type=dict[str, str])) for key, facts in store.rows(query, company_id, file)
    ]  # fmt: skip


def categories(store: Store, company_id: int) -> dict[str, tuple[int, dict[str, str]]]:
    """All categories that the export has: line and facts by id."""
    query = "SELECT key, line, facts FROM exportrow WHERE company_id = ? AND file = 'categories'"
    return {
        key: (line, msgspec.json.decode(facts, type=dict[str, str]))
        for key, line, facts in store.rows(query, company_id)
    }


def left_out(store: Store, company_id: int, file: str) -> dict[str, int]:
    """By entity, how many records of a file are not for the web."""
    found: dict[str, int] = {}
    query = """SELECT left_out, count(*) FROM exportrow WHERE company_id = ? AND file = ? AND left_out <> ''
      GROUP BY left_out"""
    for entities, count in store.rows(query, company_id, file):
        for entity in entities.split(","):
            found[entity] = found.get(entity, 0) + count
    return found


def has_file(store: Store, company_id: int, file: str) -> bool:
    """True when the file was read well at least once."""
    return file_state(store, company_id, file).read_at > 0


def check_mapping(store: Store, version: int) -> None:
    """A program whose mapping gives other records compares everything anew.

    That so much changes then is the program's doing, and no reason to hold it.
    """
    with store.writing():
        if store.one("SELECT value FROM setting WHERE name = 'mapping'") != str(version):
            store.sql("UPDATE export SET forced = 1, released = iif(held = '', ?, released)", REMAPPED)
            store.sql("INSERT OR REPLACE INTO setting VALUES ('mapping', ?)", str(version))


def set_complaints(store: Store, company_id: int, file: str, found: Sequence[Complaint], now: float) -> None:
    """Replace what was wrong in a file."""
    Problem.delete().where((Problem.company == company_id) & (Problem.file == file)).execute()
    rows = [{"company": company_id, "file": file, "at": now, **msgspec.structs.asdict(entry)} for entry in found]
    for start in range(0, len(rows), 100):
        Problem.insert_many(rows[start : start + 100]).execute()


def complaints(store: Store, company_id: int, file: str | None = None) -> list[tuple[str, Complaint]]:
    """What is wrong in the files, by file and line."""
    query = Problem.select().where(Problem.company == company_id).order_by(Problem.file, Problem.line)
    if file is not None:
        query = query.where(Problem.file == file)
    return [
        (
            row.file,
            Complaint(line=row.line, message=row.message, key=row.key, field=row.field, seen=row.seen, hint=row.hint),
        )
        for row in query
    ]


def complaint_counts(store: Store, company_id: int) -> dict[str, int]:
    """By file, how many complaints there are."""
    return dict(store.rows("SELECT file, count(*) FROM problem WHERE company_id = ? GROUP BY file", company_id))
