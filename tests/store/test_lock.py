"""One engine per data folder: the operating system's lock, which dies with its holder."""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock
import pytest

from tests.store.making import Place, expect, start_python
from webupdate.config import Paths
from webupdate.errors import LockHeld, Stopped
from webupdate.headless import take_lock
from webupdate.store import board
from webupdate.store.lock import EngineLock

HOLD = """
import sys
from pathlib import Path
from webupdate.store.lock import EngineLock
lock = EngineLock(Path(sys.argv[1]))
print(lock.take(), flush=True)
sys.stdin.readline()
lock.release()
print("released", flush=True)
sys.stdin.readline()
"""


@contextmanager
def another_holder(path: Path) -> Iterator[int]:
    """A process that holds the lock; its pid."""
    process = start_python(HOLD, path)
    try:
        expect(process, "True")
        yield process.pid
    finally:
        process.kill()
        process.communicate()


def test_one_holds_it_the_other_does_not(paths: Paths) -> None:
    first, second = EngineLock(paths.lock), EngineLock(paths.lock)
    assert first.take()
    assert not second.take()
    first.release()
    assert second.take()
    second.release()


def test_a_second_process_is_told_who_holds_it(place: Place, paths: Paths) -> None:
    board.engine_started(place.store, "service", 1.0)
    with another_holder(paths.lock):
        assert not EngineLock(paths.lock).take()
        with pytest.raises(LockHeld, match=f"already: pid {os.getpid()} on ") as held:
            take_lock(paths, place.store)
    assert "webupdate --headless --wait" in held.value.hint


def test_a_holder_that_did_not_say_its_name(place: Place, paths: Paths) -> None:
    with another_holder(paths.lock), pytest.raises(LockHeld, match="just started"):
        take_lock(paths, place.store)


def test_it_dies_with_its_process(paths: Paths) -> None:
    lock = EngineLock(paths.lock)
    with another_holder(paths.lock) as pid:
        os.kill(pid, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        assert lock.take(wait=30)
    assert lock.still_ours()
    lock.release()


def test_waiting_for_it(paths: Paths) -> None:
    process = start_python(HOLD, paths.lock)
    expect(process, "True")
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()
    lock = EngineLock(paths.lock)
    assert lock.take(wait=-1)
    lock.release()
    process.communicate("\n")


def test_a_removed_or_replaced_file_is_noticed(paths: Paths) -> None:
    lock = EngineLock(paths.lock)
    assert not lock.still_ours()
    assert lock.take()
    assert lock.still_ours()
    paths.lock.unlink()
    assert not lock.still_ours()
    paths.lock.write_text("")
    assert not lock.still_ours()
    lock.release()


@pytest.mark.skipif(os.name == "nt", reason="flock is not of Windows")
@pytest.mark.filterwarnings("ignore:flock not supported")
@pytest.mark.parametrize("number", [errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP])
def test_a_file_system_without_locks_is_refused(paths: Paths, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """The library's own way out, a soft lock, would outlive a killed engine and lock its successor out."""
    import fcntl

    def flock(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", flock)
    with pytest.raises(Stopped, match="can't lock files") as refused:
        EngineLock(paths.lock).take()
    assert "--data" in refused.value.hint


def test_a_platform_without_locks_is_refused(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filelock, "FileLock", filelock.SoftFileLock)
    with pytest.raises(Stopped, match="can't lock files"):
        EngineLock(paths.lock)


def test_a_lock_of_somebody_else_is_said(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    lock = EngineLock(paths.lock)
    monkeypatch.setattr(lock._lock, "acquire", refuse)
    with pytest.raises(Stopped, match="can't be opened: Permission denied"):
        lock.take()
