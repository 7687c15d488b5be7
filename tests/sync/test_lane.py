"""The lane of files by itself: how it ends, and when it walks the folders."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.sync.folders import VAULT, Exports
from webupdate.clock import SystemClock
from webupdate.store.db import open_store
from webupdate.sync import lane
from webupdate.sync.lane import FileLane


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
