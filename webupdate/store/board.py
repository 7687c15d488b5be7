"""What the engine tells people: status rows, health, events, counts, the heartbeat."""

from __future__ import annotations

import getpass
import os
import socket
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec

from webupdate.store import notices
from webupdate.store.db import Store

# The rows of Synchronization Progress, in the order in which a cycle does them.
ACTIONS: tuple[tuple[str, str], ...] = (
    ("read", "Read export files"),
    ("categories", "Upload categories"),
    ("items", "Upload items"),
    ("prices", "Upload prices"),
    ("stock", "Upload stock"),
    ("images", "Upload images"),
    ("documents", "Upload documents"),
    ("customers", "Upload customers"),
    ("shipping", "Upload shipping"),
    ("payments", "Upload payments"),
    ("accounts", "Download customers"),
    ("orders", "Download orders"),
    ("write", "Write sales orders"),
)
# Rows that are there once it was asked for.
ERRANDS: tuple[tuple[str, str], ...] = (("verify", "Verify the shop"),)
EVENTS_KEPT = 5000
_LOG = "INSERT INTO event (at, company_id, site_id, level, entity, key, text, hint) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"


class EngineInfo(msgspec.Struct, frozen=True, kw_only=True):
    """The process that runs the sync, as it said itself."""

    pid: int
    host: str
    user: str
    mode: str
    started_at: float
    beat_at: float
    stopped_at: float | None


class LogLine(msgspec.Struct, frozen=True, kw_only=True):
    """One event. `level`: info, warning, error."""

    id: int
    at: float
    company_id: int | None
    site_id: int | None
    level: str
    entity: str
    key: str
    text: str
    hint: str


_NEXT = "next look "  # and the site's number: what is known of a site in a setting
# The columns of an event in a query.
LINE = ", ".join(LogLine.__struct_fields__)


def set_status(
    store: Store,
    company_id: int,
    site_id: int,
    action: str,
    state: str,
    *,
    done: int = 0,
    total: int = 0,
    message: str = "",
    hint: str = "",
    rate: float = 0.0,
    now: float,
) -> None:
    """Write one row of Synchronization Progress."""
    with store.writing():
        store.sql(
            "INSERT OR REPLACE INTO status (company_id, site_id, action, state, done, total, message, hint, rate, at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *(company_id, site_id, action, state, done, total, message, hint, rate, now),
        )


def nothing_new(store: Store, company_id: int, site_id: int, action: str, message: str, now: float) -> None:
    """An action had nothing to do: what it did last stays to be seen, with its time; else `message` is told."""
    query = "SELECT 1 FROM status WHERE company_id = ? AND site_id = ? AND action = ? AND state = 'done' AND done > 0"
    if not store.rows(query, company_id, site_id, action):
        set_status(store, company_id, site_id, action, "done", message=message, now=now)


def set_health(
    store: Store, company_id: int, site_id: int, state: str, message: str = "", hint: str = "", *, now: float
) -> bool:
    """Write how a site (0: the company itself) is: ok, waiting, needs or stopped. True if that is news.

    Another message of the same state is news, but no new beginning of it.
    """
    with store.writing():
        before = store.rows(
            "SELECT state, message FROM health WHERE company_id = ? AND site_id = ?", company_id, site_id
        )
        if before and before[0] == (state, message):
            return False
        store.sql(
            """INSERT INTO health (company_id, site_id, state, message, hint, since) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET state = excluded.state, message = excluded.message, hint = excluded.hint,
            since = iif(state = excluded.state, since, excluded.since)""",
            *(company_id, site_id, state, message, hint, now),
        )
        return True


def health_of(store: Store, site_id: int) -> str:
    """How a site is, as `set_health` was told last; "new" if it never was."""
    return str(store.one("SELECT state FROM health WHERE site_id = ?", site_id) or "new")


def halted(store: Store, company_id: int, site_id: int) -> str:
    """What keeps the shop of a site from taking anything now, "" if nothing does."""
    query = "SELECT message FROM health WHERE company_id = ? AND site_id = ? AND state IN ('stopped', 'waiting')"
    return str(store.one(query, company_id, site_id) or "")


def set_synced(store: Store, company_id: int, site_id: int, now: float) -> None:
    """A cycle of this site went through."""
    with store.writing():
        store.sql("UPDATE health SET synced_at = ? WHERE company_id = ? AND site_id = ?", now, company_id, site_id)


def set_next(store: Store, site_id: int, at: float) -> None:
    """When the engine looks at this site next, if nothing is saved or asked for before."""
    with store.writing():
        store.sql("INSERT OR REPLACE INTO setting VALUES (?, ?)", f"{_NEXT}{site_id}", f"{at:.0f}")


def next_looks(store: Store) -> dict[int, float]:
    """By site, when the engine looks next."""
    rows = store.rows("SELECT name, value FROM setting WHERE name LIKE ?", f"{_NEXT}%")
    return {int(name.removeprefix(_NEXT)): float(value) for name, value in rows}


def log(
    store: Store,
    text: str,
    *,
    level: str = "info",
    hint: str = "",
    company_id: int | None = None,
    site_id: int | None = None,
    entity: str = "",
    key: str = "",
    now: float | None = None,
) -> None:
    """Add an event to the ring."""
    moment = time.time() if now is None else now
    with store.writing():
        number = store.sql(_LOG, moment, company_id, site_id, level, entity, key, text, hint).lastrowid or 0
        if number % 100 == 0:
            store.sql("DELETE FROM event WHERE id <= ?", number - EVENTS_KEPT)


def log_lines(store: Store, *, after: int = 0, limit: int = 200, company_id: int | None = None) -> list[LogLine]:
    """The newest events behind number `after`, oldest of them first."""
    query = f"""SELECT {LINE} FROM event WHERE id > ? AND ? IN (0, company_id) ORDER BY id DESC LIMIT ?"""
    return as_lines(store.rows(query, after, company_id or 0, limit))[::-1]


def as_lines(rows: Iterable[tuple[Any, ...]]) -> list[LogLine]:
    """Events that were read as LINE."""
    return [LogLine(**dict(zip(LogLine.__struct_fields__, row, strict=True))) for row in rows]


def tally(store: Store, site_id: int, entity: str, count: int, now: float) -> None:
    """Count records that the shop acknowledged (orders: that were written), by the hour."""
    store.sql(
        """INSERT INTO tally (site_id, hour, entity, sent) VALUES (?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET sent = sent + excluded.sent""",
        *(site_id, int(now // 3600), entity, count),
    )
    store.sql("DELETE FROM tally WHERE hour < ?", int(now // 3600) - 24 * 14)


def counts(store: Store, site_id: int) -> dict[str, tuple[int, int]]:
    """By entity, how many records wait and how many failed."""
    query = "SELECT entity, waiting, failed FROM counts WHERE site_id = ?"
    return {entity: (waiting, failed) for entity, waiting, failed in store.rows(query, site_id)}


def engine_started(store: Store, mode: str, now: float) -> None:
    """Say who runs the sync. Whoever ran it before and never said that it ended has crashed: support is told."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container's user without a name, a Windows service
        user = "?"
    with store.writing():
        _notice_crash(store, now)
        store.sql(
            "INSERT OR REPLACE INTO engine (id, pid, host, user, mode, started_at, beat_at) "
            "VALUES (1, ?, ?, ?, ?, ?, ?)",
            *(os.getpid(), socket.gethostname(), user, mode, now, now),
        )


def _notice_crash(store: Store, now: float) -> None:
    """A command that was broken off is no crash: whoever gave it was there."""
    former = engine(store)
    if former is None or former.stopped_at is not None or former.mode == "command":
        return
    seen = datetime.fromtimestamp(former.beat_at, UTC).isoformat(sep=" ", timespec="minutes")
    text = (
        f"The sync ended without a word: process {former.pid} on {former.host} ({former.mode}), last seen {seen}. "
        "It runs again."
    )
    hint = (
        "It was killed, or the machine went down: see the system's journal and service.log in the data folder. "
        "Nothing is lost: what was under way goes again."
    )
    notices.crashed(store, text, hint, now)
    log(store, text, level="warning", hint=hint, now=now)


def engine_beat(store: Store, now: float) -> None:
    """Still here."""
    with store.writing():
        store.sql("UPDATE engine SET beat_at = ?", now)


def engine_stopped(store: Store, now: float) -> None:
    """The engine ended in good order."""
    with store.writing():
        store.sql("UPDATE engine SET stopped_at = ?, beat_at = ?", now, now)


def engine(store: Store) -> EngineInfo | None:
    """Who runs, or ran last."""
    found = store.rows("SELECT pid, host, user, mode, started_at, beat_at, stopped_at FROM engine")
    if not found:
        return None
    pid, host, user, mode, started_at, beat_at, stopped_at = found[0]
    return EngineInfo(
        pid=pid, host=host, user=user, mode=mode, started_at=started_at, beat_at=beat_at, stopped_at=stopped_at
    )
