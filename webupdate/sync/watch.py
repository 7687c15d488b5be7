"""Notices saved export files. A poke means "look soon"; the periodic look is the truth."""

from __future__ import annotations

import os
import sys
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
Version = tuple[int, int]  # size in bytes, time of saving in nanoseconds since 1970


class FolderWatch(FileSystemEventHandler):
    """Watches one folder; the events come on watchdog's thread, which does nothing but note and poke."""

    below = False  # its subfolders too

    def __init__(self, folder: Path, names: tuple[str, ...], poke: Callable[[], None]) -> None:
        self._folder = folder
        self._names = names
        self._poke = poke
        self._ended: dict[str, Version | None] = {}  # the version that was closed or renamed into place
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
        observer = _observer()
        try:
            observer.schedule(self, str(self._folder), recursive=self.below)
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
            noted = self._ended.get(path.name)
        # A later save whose events got lost is another version.
        return noted is not None and noted == _version(path)

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type not in COUNTED or event.is_directory:
            return
        name = Path(os.fsdecode(event.dest_path if event.event_type == "moved" else event.src_path)).name
        path = Path(name.lower())
        if path.stem not in self._names or path.suffix not in SUFFIXES:
            return
        ended = event.event_type in ENDED
        version = _version(self._folder / name) if ended else None
        now = time.monotonic()
        with self._guard:
            # While a file is being written, every block makes an event: the first is enough, looking goes on by itself.
            going_on = now - self._last.get(name, -SETTLE) < SETTLE
            self._ended[name], self._last[name] = version, now
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


class TreeWatch(FolderWatch):
    """Watches a folder and all below it, whatever its files are called."""

    below = True

    def __init__(self, folder: Path, poke: Callable[[], None]) -> None:
        super().__init__(folder, (), poke)
        self._poked = -SETTLE

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type not in (*COUNTED, "deleted"):
            return
        now = time.monotonic()
        # Of a long copying the end counts, and that comes as a close or a rename.
        if event.event_type in ENDED or now - self._poked >= SETTLE:
            self._poked = now
            self._poke()


def _observer() -> BaseObserver:
    """The platform's observer. On Linux with all events: else a file moved in from elsewhere looks merely created."""
    if sys.platform != "linux":
        return Observer()
    from watchdog.observers.inotify import InotifyObserver

    return InotifyObserver(generate_full_events=True)


def _version(path: Path) -> Version | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_size, stat.st_mtime_ns


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        stat = folder.stat()
    except OSError:
        return None
    return (stat.st_dev, stat.st_ino) if folder.is_dir() else None
