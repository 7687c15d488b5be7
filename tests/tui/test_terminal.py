"""The program in a real terminal: start, sizes, quit, a lost line, poor terminals, and what goes on without it."""

from __future__ import annotations

import os
import re
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from webupdate.store import board, companies
from webupdate.store.db import open_store
from webupdate.store.lock import EngineLock
from webupdate.store.secrets import open_vault

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo terminals of this kind", allow_module_level=True)

from tests.tui.terminal import PATIENCE, Terminal, wait_for

_SGR = re.compile(rb"\x1b\[([0-9;:]*)m")


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A data folder with a company whose shop can't be reached; no service is left behind."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    orders = tmp_path / "orders"
    orders.mkdir()
    store = open_store(folder / "webupdate.sqlite3")
    values = {"name": "Far Away", "export_folder": str(tmp_path), "order_folder": str(orders)}
    companies.add(
        store, open_vault(folder / "secret.key"), values | {"address": "https://127.0.0.1:1", "token": "not a token"}
    )
    yield folder
    if (engine := board.engine(store)) is not None and engine.stopped_at is None:
        os.kill(engine.pid, signal.SIGTERM)
        wait_for(lambda: lock_is_free(folder), "the service ends")
    store.close()


def address(folder: Path, url: str) -> None:
    """Give the company's shop another address."""
    store = open_store(folder / "webupdate.sqlite3")
    info = companies.company(store, "Far Away")
    companies.change(store, open_vault(folder / "secret.key"), info, {"address": url})
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


def colours(output: bytes) -> set[int]:
    """The numbers of all colours that were sent; 38 and 48 stand for those outside of the 16."""
    numbers = {int(number) for found in _SGR.findall(output) for number in re.split(b"[;:]", found) if number}
    return {number for number in numbers if 30 <= number <= 49 or 90 <= number <= 107}


def test_start_sizes_and_stop_while_the_engine_hangs_in_a_request(data: Path) -> None:
    """The shop takes the request and says nothing, for longer than this test waits."""
    shop = socket.create_server(("127.0.0.1", 0))
    shop.settimeout(PATIENCE)
    address(data, f"http://127.0.0.1:{shop.getsockname()[1]}")
    terminal = Terminal("--data", str(data), home=data)
    before = terminal.modes()
    terminal.see("Far Away")
    terminal.see("\x1b]2;")
    assert terminal.modes() != before
    for width, height, text in ((40, 10, "too small"), (80, 24, "Far Away"), (200, 60, "Sent today")):
        since = len(terminal.read())
        terminal.resize(width, height)
        terminal.see(text, since)
    request = shop.accept()[0]
    assert request.recv(3) == b"GET"
    terminal.press("q")
    terminal.see("Close the window?")
    terminal.press("s")
    wait_for(terminal.ended, "the window closes")
    assert terminal.process.returncode == 0
    request.close()
    shop.close()
    assert lock_is_free(data)
    assert b"not a token" not in terminal.output
    assert terminal.modes() == before
    kept, given_back = b"\x1b[22;2t", b"\x1b[23;2t"
    assert terminal.output.index(kept) < terminal.output.index(b"\x1b]2;") < terminal.output.index(given_back)
    assert terminal.output.index(b"\x1b[?1049l") < terminal.output.index(given_back)
    terminal.close()


def test_without_colours_and_mouse_and_killed(data: Path) -> None:
    terminal = Terminal("--data", str(data), "--no-mouse", home=data, environment={"NO_COLOR": "1"})
    before = terminal.modes()
    terminal.see("Far Away")
    terminal.press("?")
    terminal.see("Keys here")
    assert colours(terminal.output) == set()
    assert re.findall(rb"\x1b\[\?100[0-9]h", terminal.output) == [b"\x1b[?1004h"]  # the focus alone
    terminal.process.kill()
    wait_for(terminal.ended, "the window ends")
    assert terminal.modes() != before
    since = len(terminal.read())
    terminal.reset()
    assert b"\x1bc" in terminal.read()[since:]  # it leaves the other screen, brings the cursor back, ends all reports
    assert terminal.usable()
    assert lock_is_free(data)
    terminal.close()


def test_the_console_of_a_machine(data: Path) -> None:
    terminal = Terminal("--data", str(data), home=data, environment={"TERM": "linux"})
    terminal.see("> ")
    terminal.see("Far Away")
    assert colours(terminal.output)
    assert not colours(terminal.output) & {38, 48}
    assert not set("▸✔⚠✖‖·─").intersection(terminal.output.decode())
    assert b"\x1b]2;" not in terminal.output
    terminal.press("q")
    terminal.see("Close the window?")
    terminal.press("s")
    wait_for(terminal.ended, "the window closes")
    terminal.close()


def test_a_lost_line_leaves_the_sync_running(data: Path) -> None:
    terminal = Terminal("--data", str(data), home=data)
    terminal.see("Far Away")
    terminal.hang_up()
    wait_for(terminal.ended, "the window ends")
    wait_for(lambda: service_runs(data), "the service runs")
    assert not lock_is_free(data)
    attached = Terminal("--data", str(data), home=data)
    attached.see("attached")
    attached.press("q")
    wait_for(attached.ended, "the attached window closes without asking")
    assert service_runs(data)
    assert not any(
        "ended without a word" in text for text in log(data)
    )  # that would be a crash, of which support hears


def test_what_is_typed_ahead_lands_in_the_right_field(data: Path) -> None:
    terminal = Terminal("--data", str(data), home=data)
    terminal.see("Far Away")
    terminal.press("n")
    terminal.see("New company")
    terminal.see("Order folder")
    down = "\x1b[B"
    terminal.press(f"Hasty{down * 2}{data}")  # one burst, as over a slow line
    terminal.see("writable")
    terminal.hang_up()
    wait_for(terminal.ended, "the window ends")
    wait_for(lambda: service_runs(data), "the service runs")
