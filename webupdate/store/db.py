"""The SQLite file: opening, migrating, one helper for every writing transaction."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import peewee
from playhouse.sqlite_ext import SqliteDatabase

from webupdate.config import as_owner
from webupdate.errors import Retryable, Stopped, WebUpdateError
from webupdate.store.schema import MIGRATIONS
from webupdate.store.tables import MODELS

# Writers wait for each other this long (seconds); engine transactions stay far below it.
BUSY_TIMEOUT = 20


class Store:
    """An open store. One is open per process; each thread has its own connection. `only_read`: it can't be written."""

    def __init__(self, path: Path, *, only_read: bool = False) -> None:
        self.path, self.only_read = path, only_read
        lasting = {} if only_read else {"journal_mode": "wal", "synchronous": "full"}
        self.db = SqliteDatabase(
            f"{path.as_uri()}?mode=ro" if only_read else str(path),
            pragmas={**lasting, "foreign_keys": 1, "busy_timeout": BUSY_TIMEOUT * 1000},
            timeout=BUSY_TIMEOUT,
            uri=only_read,
        )
        self.db.bind(MODELS)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One writing transaction; inside another it is part of that one. Raises Retryable (busy), Stopped (disk full).

        IMMEDIATE, because a read followed by a write in a plain transaction fails at once with
        "database is locked" after somebody else's commit, whatever the busy timeout.
        """
        if self.only_read:
            raise no_right(self.path)
        if self.db.in_transaction():
            yield
            return
        try:
            with self.db.atomic("IMMEDIATE"):
                yield
        except (peewee.OperationalError, sqlite3.OperationalError) as error:
            raise _not_written(self.path, error) from error

    def sql(self, statement: str, *parameters: object) -> sqlite3.Cursor:
        """Run one statement on this thread's connection."""
        cursor: sqlite3.Cursor = self.db.execute_sql(statement, parameters)
        return cursor

    def rows(self, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Run one query and read it to its end: `data_version` stands still while a cursor is unread."""
        return self.sql(statement, *parameters).fetchall()

    def one(self, statement: str, *parameters: object) -> Any:
        """The first column of the first row, None if there is none."""
        found = self.rows(statement, *parameters)
        return found[0][0] if found else None

    def many(self, statement: str, parameters: list[tuple[object, ...]]) -> None:
        """Run one statement for each tuple, the fast way."""
        self.db.connection().executemany(statement, parameters)

    def data_version(self) -> int:
        """Changes when another connection has committed."""
        return int(self.one("PRAGMA data_version"))

    def close(self) -> None:
        """Close this thread's connection."""
        if not self.db.is_closed():
            self.db.close()


def open_store(path: Path, *, progress: Callable[[int], None] | None = None) -> Store:
    """Open the store, make it if it is not there, migrate it if it is older than the program.

    Who may read it and not write it gets one that is only read. Raises Stopped when it is newer than the program, is
    no store, or can't be used.
    """
    fresh = not path.exists()
    if fresh:
        _make_private(path)
    store = Store(path, only_read=not fresh and os.access(path, os.R_OK) and not os.access(path, os.W_OK))
    try:
        _patiently(lambda: _migrate(store, progress))
    except (peewee.DatabaseError, sqlite3.DatabaseError) as error:
        store.close()
        raise _unusable(path, error) from error
    except Stopped:
        store.close()
        raise
    return store


def _patiently(work: Callable[[], None]) -> None:
    """Do `work` again while the store is locked, up to BUSY_TIMEOUT.

    Where two processes make one store at once, SQLite refuses the second change to WAL at once, without waiting.
    """
    end = time.monotonic() + BUSY_TIMEOUT
    while True:
        try:
            return work()
        except (peewee.OperationalError, sqlite3.OperationalError, Retryable) as error:
            busy = isinstance(error, Retryable) or "locked" in str(error)
            if not busy or time.monotonic() > end:
                raise
            time.sleep(0.05)


def _make_private(path: Path) -> None:
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise _unusable(path, error) from error


def no_right(path: Path) -> Stopped:
    """The refusal for who may only look."""
    return Stopped(f"You may only look here: the store {path} is not yours to change.", as_owner(path, path.parent))


def _unusable(path: Path, error: Exception) -> Stopped:
    if isinstance(error, PermissionError) or (path.exists() and not os.access(path, os.W_OK)):
        return Stopped(f"You may not use the store {path}: {error}.", as_owner(path.parent))
    return Stopped(
        f"The store {path} can't be used: {error}.",
        "Check the disk, the rights of the folder and who owns the file; a damaged store may be moved away: "
        "webupdate then makes a new one and sends everything again.",
    )


def _not_written(path: Path, error: Exception) -> WebUpdateError:
    if "locked" in str(error):
        return Retryable(
            f"The store {path} is busy: another process or a first reading of a large export writes to it.",
            "Try again in a moment; what runs unattended does so by itself.",
        )
    return Stopped(f"The store {path} can't be written: {error}.", "Is the disk full, or are the file's rights wrong?")


def _migrate(store: Store, progress: Callable[[int], None] | None) -> None:
    version = int(store.one("PRAGMA user_version"))
    if version > len(MIGRATIONS):
        raise Stopped(
            f"The store {store.path} was written by a newer webupdate (store version {version}, "
            f"this program knows {len(MIGRATIONS)}).",
            "Update this program: pip install --upgrade webupdate.",
        )
    if store.only_read and version < len(MIGRATIONS):
        raise no_right(store.path)  # whoever may write has to open it once
    for number in range(version, len(MIGRATIONS)):
        if progress:
            progress(number + 1)
        _apply(store, number)


def _apply(store: Store, number: int) -> None:
    with store.writing():
        # Two processes may start at once: the second finds the work done.
        if int(store.one("PRAGMA user_version")) != number:
            return
        for statement in MIGRATIONS[number]:
            store.sql(statement)
        store.sql(f"PRAGMA user_version = {number + 1}")
