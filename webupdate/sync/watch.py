"""Notices saved export files. A poke means "look soon"; the periodic look is the truth."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from webupdate.sync.folder import SETTLE, SUFFIXES

# Our own reading makes events too (opened, closed without writing): they do not count.
COUNTED = frozenset(("created", "moved", "modified", "closed"))
ENDED = frozenset(("moved", "closed"))


class FolderWatch(FileSystemEventHandler):
    """Watches one folder; the events come on watchdog's thread, which does nothing but note and poke."""

    def __init__(self, folder: Path, names: tuple[str, ...], poke: Callable[[], None]) -> None:
        self._folder = folder
        self._names = names
        self._poke = poke
        self._ended: dict[str, bool] = {}
        self._last: dict[str, float] = {}  # when the last event of a file came
        self._guard = threading.Lock()
        self._observer: BaseObserver | None = None
        self._identity: tuple[int, int] | None = None

    def ensure(self) -> bool:
        """Watch, or watch again when the emitter died or the folder was removed and made anew.

        False when it can't be watched (not there, a file system without events): the periodic look serves.
        """
        identity = _identity(self._folder)
        if identity is not None and identity == self._identity and self._alive():
            return True
        self.stop()
        if identity is None:
            return False
        observer = Observer()
        try:
            observer.schedule(self, str(self._folder), recursive=False)
            observer.start()
        except (OSError, RuntimeError):
            observer.stop()  # it holds file descriptors before it is started
            return False
        self._observer, self._identity = observer, identity
        return True

    def _alive(self) -> bool:
        return self._observer is not None and all(emitter.is_alive() for emitter in self._observer.emitters)

    def ended(self, path: Path) -> bool:
        """True when the last that was seen of a file is that it was closed or renamed into place."""
        with self._guard:
            return self._ended.get(path.name, False)

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type not in COUNTED or event.is_directory:
            return
        name = Path(os.fsdecode(event.dest_path if event.event_type == "moved" else event.src_path)).name
        path = Path(name.lower())
        if path.stem not in self._names or path.suffix not in SUFFIXES:
            return
        ended = event.event_type in ENDED
        now = time.monotonic()
        with self._guard:
            # While a file is being written, every block makes an event: the first is enough, looking goes on by itself.
            going_on = now - self._last.get(name, -SETTLE) < SETTLE
            self._ended[name], self._last[name] = ended, now
        if ended or not going_on:
            self._poke()

    def stop(self) -> None:
        """Stop watching; returns when watchdog's threads have ended."""
        observer, self._observer, self._identity = self._observer, None, None
        if observer is not None:
            observer.stop()
            observer.join(timeout=5)
        with self._guard:
            self._ended.clear()


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        stat = folder.stat()
    except OSError:
        return None
    return (stat.st_dev, stat.st_ino) if folder.is_dir() else None
