"""The lane of files by itself: how it ends, and when it walks the folders."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from watchdog.events import FileCreatedEvent

from tests.sync.folders import VAULT, Exports
from webupdate.clock import SystemClock
from webupdate.store.db import open_store
from webupdate.sync import filescan, lane
from webupdate.sync.filenames import Tree, look_below
from webupdate.sync.lane import FileLane
from webupdate.sync.watch import TreeWatch


def test_a_request_that_never_ends_does_not_hold_who_closes_the_lane(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(tmp_path / "store.sqlite3")
    files = FileLane(store, VAULT, Exports(store, tmp_path).company.id, SystemClock())
    begun, end = threading.Event(), threading.Event()

    def hangs(now: float) -> float:
        begun.set()
        end.wait()
        return 0.0

    monkeypatch.setattr(files, "step", hangs)
    monkeypatch.setattr(lane, "ENDS_WITHIN", 0.01)
    files.start()
    assert begun.wait(10)
    files.close()
    assert not end.is_set()  # it came back all the same
    thread = next(one for one in threading.enumerate() if one.name.startswith("files-"))
    end.set()
    thread.join(10)
    assert not thread.is_alive()
    store.close()


def test_the_folders_are_walked_when_something_happened_in_them_or_it_is_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record lane wakes this one in each of its cycles, and those come in quick succession during an upload."""
    store = open_store(tmp_path / "store.sqlite3")
    scene = Exports(store, tmp_path)
    scene.save("inventory.csv", "ID,TREE_ID,DESCR_1,SHOW_WEB\r\nTEA,0,x,T\r\n")
    scene.look(10)
    watches: list[TreeWatch] = []
    walks: list[Path] = []

    def watched(watch: TreeWatch) -> bool:
        watches.append(watch)
        return True

    def walked(folder: Path) -> Tree:
        walks.append(folder)
        return look_below(folder)

    monkeypatch.setattr(TreeWatch, "ensure", watched)
    monkeypatch.setattr(filescan, "look_below", walked)
    files = FileLane(store, VAULT, scene.company.id, SystemClock())
    interval = float(scene.company.values["interval"])

    def walks_at(moment: float) -> int:
        walks.clear()
        files.step(scene.now + moment)
        return len(walks)

    assert walks_at(0) == 2
    assert walks_at(1) == 0
    watches[0].on_any_event(FileCreatedEvent(str(scene.folder / "images" / "a.png")))
    assert (walks_at(2), walks_at(3)) == (2, 0)
    files.hurry()
    assert (walks_at(4), walks_at(5)) == (2, 0)
    assert files.step(scene.now + 6) == interval - 2
    assert walks_at(4 + interval) == 2
    monkeypatch.setattr(TreeWatch, "ensure", lambda _: False)
    assert walks_at(5 + interval) == 2
    monkeypatch.setattr(TreeWatch, "ensure", watched)
    assert (walks_at(6 + interval), walks_at(7 + interval)) == (2, 0)  # what happened unwatched
    files.close()
    store.close()
