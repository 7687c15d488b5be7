"""The event log as it comes: what is new in it, in words or as JSON lines."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from webupdate.store import board
from webupdate.store.board import LogLine
from webupdate.store.db import Store
from webupdate.sync.text import harmless, json_line

_ALL = 2 * board.EVENTS_KEPT  # the ring is cut only now and then


class Tail:
    """The lines that come from now on, each once."""

    def __init__(self, store: Store, *, company_id: int | None = None) -> None:
        self._store = store
        self._company_id = company_id
        self._version = -1
        self._last = max((line.id for line in board.log_lines(store, limit=1)), default=0)

    def earlier(self) -> list[LogLine]:
        """All that is kept of what came before, oldest first."""
        return [line for line in self._read(0) if line.id <= self._last]

    def new(self) -> Iterator[LogLine]:
        """What came since the last call, oldest first. Cheap while nobody writes to the store."""
        version = self._store.data_version()
        if version == self._version:
            return
        for line in self._read(self._last):
            self._last = line.id
            yield line
        self._version = version

    def _read(self, after: int) -> list[LogLine]:
        return board.log_lines(self._store, after=after, limit=_ALL, company_id=self._company_id)


def formatter(*, as_json: bool) -> Callable[[LogLine], str]:
    """How a line is written."""
    return json_line if as_json else human_line


def human_line(line: LogLine) -> str:
    """One event for people, on one line."""
    moment = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(line.at))
    mark = {"info": " ", "warning": "⚠", "error": "✖"}.get(line.level, " ")
    return harmless(f"{moment} {mark} {line.text} {line.hint}".rstrip())
