"""Saved files are noticed by the operating system's events; real folders, real events."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from watchdog.events import DirModifiedEvent, FileClosedNoWriteEvent, FileDeletedEvent, FileOpenedEvent

from webupdate.sync.look import NAMES
from webupdate.sync.watch import FolderWatch

WAIT = 20.0  # an event comes within milliseconds; this long only where it never comes


class Pokes:
    """Counts pokes, and waits until something has become true by one."""

    def __init__(self) -> None:
        self.count = 0
        self._changed = threading.Condition()

    def poke(self) -> None:
        with self._changed:
            self.count += 1
            self._changed.notify_all()

    def until(self, true: Callable[[], object]) -> bool:
        with self._changed:
            return bool(self._changed.wait_for(true, WAIT))


class Watched:
    """A folder with a watch on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pokes = Pokes()
        self.watch = FolderWatch(folder, NAMES, self.pokes.poke)

    def ended(self, name: str = "prices.csv") -> bool:
        return self.watch.ended(self.folder / name)

    def until_ended(self, name: str = "prices.csv") -> bool:
        return self.pokes.until(lambda: self.ended(name))

    def sync(self) -> None:
        """All events so far have been handled: those of one folder come in their order."""
        mark = self.folder / "payments.csv"
        mark.unlink(missing_ok=True)
        with self.watch._guard:
            self.watch._ended.pop(mark.name, None)
        mark.write_text("x")
        assert self.until_ended(mark.name)


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    folder = tmp_path / "export"
    folder.mkdir()
    watched = Watched(folder)
    assert watched.watch.ensure()
    yield watched
    watched.watch.stop()


def test_a_saved_file_is_noticed_and_ended(watched: Watched) -> None:
    (watched.folder / "prices.csv").write_text("x")
    assert watched.until_ended()
    assert watched.pokes.count > 0


def test_a_file_that_is_being_written_has_not_ended(watched: Watched) -> None:
    with (watched.folder / "prices.csv").open("w") as stream:
        stream.write("half")
        stream.flush()
        assert watched.pokes.until(lambda: watched.pokes.count)
        assert not watched.ended()
        stream.write("whole")
    assert watched.until_ended()


def test_a_rename_into_place_is_an_end(watched: Watched) -> None:
    (watched.folder / "prices.tmp").write_text("x")
    watched.sync()
    assert not watched.ended()
    (watched.folder / "prices.tmp").rename(watched.folder / "prices.csv")
    assert watched.until_ended()


def test_a_replaced_file_is_noticed(watched: Watched) -> None:
    (watched.folder / "prices.csv").write_text("old")
    watched.sync()
    before = watched.pokes.count
    (watched.folder / "new.tmp").write_text("new")
    (watched.folder / "new.tmp").replace(watched.folder / "prices.csv")
    assert watched.pokes.until(lambda: watched.pokes.count > before)
    assert watched.until_ended()


def test_a_file_moved_in_from_elsewhere_is_noticed(watched: Watched, tmp_path: Path) -> None:
    (tmp_path / "prices.csv").write_text("x")
    (tmp_path / "prices.csv").rename(watched.folder / "prices.csv")
    assert watched.pokes.until(lambda: watched.pokes.count)


def test_capital_letters_and_tabs(watched: Watched) -> None:
    (watched.folder / "PRICES.TXT").write_text("x")
    assert watched.until_ended("PRICES.TXT")


def test_other_files_do_not_poke(watched: Watched) -> None:
    for name in ("notes.csv", "prices.xls", ".prices.csv.swp", "prices"):
        (watched.folder / name).write_text("x")
    (watched.folder / "inventory.csv").mkdir()
    seen: list[str] = []
    watched.sync()
    with watched.watch._guard:
        seen += watched.watch._ended
    assert seen == ["payments.csv"]


def test_our_own_reading_does_not_poke(watched: Watched) -> None:
    path = watched.folder / "prices.csv"
    path.write_text("x")
    watched.sync()
    before = watched.pokes.count
    for _ in range(3):
        assert path.read_text() == "x"
        path.stat()
        list(watched.folder.iterdir())
    for event in (FileOpenedEvent, FileClosedNoWriteEvent, FileDeletedEvent):
        watched.watch.on_any_event(event(str(path)))
    watched.watch.on_any_event(DirModifiedEvent(str(watched.folder)))
    assert watched.pokes.count == before
    assert watched.ended()


def test_watching_twice_is_watching_once(watched: Watched) -> None:
    observer = watched.watch._observer
    assert watched.watch.ensure()
    assert watched.watch._observer is observer


def test_a_missing_folder_can_not_be_watched_and_later_can(tmp_path: Path) -> None:
    watched = Watched(tmp_path / "export")
    assert not watched.watch.ensure()
    watched.folder.mkdir()
    assert watched.watch.ensure()
    (watched.folder / "prices.csv").write_text("x")
    assert watched.until_ended()
    watched.watch.stop()


def test_a_folder_that_was_removed_and_made_anew_is_watched_again(watched: Watched) -> None:
    (watched.folder / "prices.csv").write_text("x")
    assert watched.until_ended()
    (emitter,) = watched.watch._observer.emitters  # type: ignore[union-attr]
    shutil.rmtree(watched.folder)
    emitter.join(WAIT)  # the emitter of a removed folder ends by itself
    watched.folder.mkdir()
    assert watched.watch.ensure()
    assert not watched.ended()  # what is known of the old folder's files says nothing of the new
    (watched.folder / "prices.csv").write_text("x")
    assert watched.until_ended()


def test_a_folder_that_was_moved_away_and_replaced_is_watched_again(watched: Watched, tmp_path: Path) -> None:
    watched.folder.rename(tmp_path / "old")
    watched.folder.mkdir()
    assert watched.watch.ensure()
    (watched.folder / "prices.csv").write_text("x")
    assert watched.until_ended()


def test_a_dead_emitter_is_replaced(watched: Watched) -> None:
    (emitter,) = watched.watch._observer.emitters  # type: ignore[union-attr]
    emitter.stop()
    emitter.join(WAIT)
    assert watched.watch.ensure()
    (watched.folder / "prices.csv").write_text("x")
    assert watched.until_ended()


def test_stopping_ends_the_threads(watched: Watched) -> None:
    observer = watched.watch._observer
    assert observer is not None
    threads = [observer, *observer.emitters]
    watched.watch.stop()
    assert not any(thread.is_alive() for thread in threads)
    watched.watch.stop()  # nothing is left to stop


def test_a_file_moved_in_from_elsewhere_has_ended(watched: Watched, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "prices.csv").write_text("ID,LEVEL,PRICE\r\n")
    (elsewhere / "prices.csv").rename(watched.folder / "prices.csv")
    assert watched.until_ended()


def test_a_save_whose_events_got_lost_is_another_version(watched: Watched) -> None:
    path = watched.folder / "prices.csv"
    path.write_text("ID,LEVEL,PRICE\r\n")
    assert watched.until_ended()
    watched.watch.stop()
    path.write_text("ID,LEVEL,PRICE\r\nA,Retail,1.00\r\n")
    assert not watched.ended()
