"""The program in a real terminal: start, quit, a lost line, and what goes on without the window."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from webupdate.store import board, companies
from webupdate.store.db import open_store
from webupdate.store.lock import EngineLock
from webupdate.store.secrets import open_vault

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo terminals of this kind", allow_module_level=True)

import fcntl
import pty
import struct
import termios

PATIENCE = 20.0
SHORT_WAIT = 0.02


class Terminal:
    """A program in a pseudo terminal of 80x24."""

    def __init__(self, *arguments: str) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        os.set_blocking(self.master, False)
        self.output = b""
        environment = {**os.environ, "TERM": "xterm-256color"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "webupdate", *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(slave, termios.TIOCSCTTY, 0),
        )
        os.close(slave)

    def press(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def see(self, text: str) -> None:
        """Wait until the program has written a text."""
        wait_for(lambda: text.encode() in self._read(), text)

    def ended(self) -> bool:
        self._read()
        return self.process.poll() is not None

    def hang_up(self) -> None:
        """The line is lost: the kernel sends SIGHUP."""
        os.close(self.master)

    def _read(self) -> bytes:
        try:
            while part := os.read(self.master, 65536):
                self.output += part
        except OSError:  # nothing more at the moment, or the other end is closed
            pass
        return self.output


def wait_for(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"not within {PATIENCE} s: {what}"
        time.sleep(SHORT_WAIT)


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A data folder with a company whose shop can't be reached; no service is left behind."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    store = open_store(folder / "webupdate.sqlite3")
    values = {"name": "Far Away", "export_folder": str(tmp_path), "order_folder": str(tmp_path)}
    companies.add(
        store, open_vault(folder / "secret.key"), values | {"address": "https://127.0.0.1:1", "token": "not a token"}
    )
    yield folder
    if (engine := board.engine(store)) is not None and engine.stopped_at is None:
        os.kill(engine.pid, signal.SIGTERM)
        wait_for(lambda: lock_is_free(folder), "the service ends")
    store.close()


def lock_is_free(folder: Path) -> bool:
    lock = EngineLock(folder / "engine.lock")
    if not lock.take():
        return False
    lock.release()
    return True


def service_runs(folder: Path) -> bool:
    store = open_store(folder / "webupdate.sqlite3")
    try:
        engine = board.engine(store)
        return engine is not None and engine.mode == "service" and engine.stopped_at is None
    finally:
        store.close()


def log(folder: Path) -> list[str]:
    store = open_store(folder / "webupdate.sqlite3")
    try:
        return [line.text for line in board.log_lines(store)]
    finally:
        store.close()


def test_start_and_stop(data: Path) -> None:
    terminal = Terminal("--data", str(data))
    terminal.see("Far Away")
    terminal.press("q")
    terminal.see("Close the window?")
    terminal.press("s")
    wait_for(terminal.ended, "the window closes")
    assert terminal.process.returncode == 0
    assert lock_is_free(data)
    assert b"not a token" not in terminal.output


def test_a_lost_line_leaves_the_sync_running(data: Path) -> None:
    terminal = Terminal("--data", str(data))
    terminal.see("Far Away")
    terminal.hang_up()
    wait_for(terminal.ended, "the window ends")
    wait_for(lambda: service_runs(data), "the service runs")
    assert not lock_is_free(data)
    attached = Terminal("--data", str(data))
    attached.see("attached")
    attached.press("q")
    wait_for(attached.ended, "the attached window closes without asking")
    assert service_runs(data)
    assert not any(
        "ended without a word" in text for text in log(data)
    )  # that would be a crash, of which support hears


def test_what_is_typed_ahead_lands_in_the_right_field(data: Path) -> None:
    terminal = Terminal("--data", str(data))
    terminal.see("Far Away")
    terminal.press("n")
    terminal.see("New company")
    terminal.see("Order folder")
    down = "\x1b[B"
    terminal.press(f"Hasty{down * 3}{data}")  # one burst, as over a slow line
    terminal.see("writable")
    terminal.hang_up()
    wait_for(terminal.ended, "the window ends")
    wait_for(lambda: service_runs(data), "the service runs")
