"""Hosted, attached, and how a window is closed."""

from __future__ import annotations

import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests.tui import seeds
from tests.tui.conftest import Opener
from webupdate.config import Paths
from webupdate.store.lock import EngineLock
from webupdate.tui import actionkinds
from webupdate.tui.session import Session


@pytest.fixture
def service(tmp_path: Path) -> EngineLock:
    """Another process that runs the sync."""
    (tmp_path / "data").mkdir()
    lock = EngineLock(tmp_path / "data" / "engine.lock")
    assert lock.take()
    return lock


@pytest.fixture
def attached(tmp_path: Path, service: EngineLock, engines: list[seeds.FakeEngine]) -> Session:
    session = seeds.new_session(tmp_path / "data")
    seeds.service_beats(session.store, time.time() - 3 * 86400)
    seeds.fill(session)
    assert not session.host()
    return session


async def test_the_title_names_the_service(attached: Session, window: Opener) -> None:
    async with window(attached, size=(120, 40)) as open_window:
        assert "attached to the service, pid 4123 on SRV1, up 3 d" in open_window.text
    async with window(attached) as open_window:
        assert "attached, pid 4123" in open_window.text


async def test_attached_just_quits(attached: Session, window: Opener) -> None:
    async with window(attached) as open_window:
        await open_window.press("q")
    assert open_window.app.return_value == "stop"
    assert attached.close(handover=False) == ""


async def test_the_end_of_the_service_is_noticed_and_can_be_made_good(
    attached: Session, service: EngineLock, window: Opener, engines: list[seeds.FakeEngine]
) -> None:
    async with window(attached) as open_window:
        service.release()
        assert attached.look()
        text = await open_window.look()
        assert "The service has stopped. Press E to run the sync here." in text
        await open_window.press("E")
        await open_window.until("sync runs in this window")
        assert engines[0].calls == ["start"]
        assert "The service has stopped" not in open_window.text
    attached.close(handover=False)


def test_a_service_that_starts_again_is_attached_to(attached: Session, service: EngineLock) -> None:
    service.release()
    assert attached.look()
    assert attached.mode == actionkinds.ORPHANED
    assert service.take()
    seeds.service_beats(attached.store, time.time())
    assert attached.look()
    assert attached.mode == actionkinds.ATTACHED
    assert not attached.look()


def test_an_engine_that_ends_by_itself_is_noticed(empty: Session, engines: list[seeds.FakeEngine]) -> None:
    engines[0].alive = False
    assert empty.look()
    assert empty.lost == "The sync in this window has stopped."
    assert empty.host()


async def test_quit_asks_and_keeps_syncing_by_default(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        await open_window.press("q")
        assert "▸ k  Keep syncing in the background" in await open_window.until("Close the window?")
        await open_window.press("escape")
        assert "Close the window?" not in open_window.text
        await open_window.press("q")
        await open_window.until("Close the window?")
        await open_window.press("enter")
    assert open_window.app.return_value == "handover"


async def test_quit_can_stop_the_sync(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        await open_window.press("ctrl+c")
        await open_window.until("Close the window?")
        await open_window.press("s")
    assert open_window.app.return_value == "stop"


async def test_a_session_that_ties_asks_nothing(filled: Session, window: Opener) -> None:
    filled.ties = True
    async with window(filled) as open_window:
        await open_window.press("q")
    assert open_window.app.return_value == "stop"


def test_handing_over_starts_a_process_and_gives_the_lock_back(
    empty: Session, engines: list[seeds.FakeEngine], monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[list[str], dict[str, Any]]] = []

    class Started:
        pid = 4711

        def __init__(self, command: list[str], **options: Any) -> None:
            started.append((command, options))

    monkeypatch.setattr(subprocess, "Popen", Started)
    said = empty.close(handover=True)
    assert "goes on in the background, pid 4711" in said
    assert said.endswith(f"webupdate --data {empty.paths.data}"), "without the folder another, empty one would open"
    command, options = started[0]
    assert command[-4:] == ["--headless", "--wait", "--data", str(empty.paths.data)]
    assert options["start_new_session"]
    assert engines[0].calls == ["start", "stop"]
    assert EngineLock(empty.paths.lock).take()


def test_a_tied_session_never_hands_over(empty: Session) -> None:
    empty.ties = True
    assert empty.close(handover=True) == "The sync has stopped."


def test_quitting_waits_for_no_request(empty: Session, engines: list[seeds.FakeEngine]) -> None:
    """An engine whose thread hangs for ever: whatever waited for it without a bound would hang here."""
    hangs = threading.Event()
    thread = threading.Thread(target=hangs.wait, daemon=True)
    thread.start()
    waits: list[float] = []

    def stop(timeout: float) -> bool:
        waits.append(timeout)
        thread.join(min(timeout, 0.01))
        return not thread.is_alive()

    engines[0].stop = stop  # type: ignore[method-assign]
    assert empty.close(handover=False) == "The sync has stopped."
    assert sum(waits) < 2
    assert not EngineLock(empty.paths.lock).take()  # the engine may still write: the lock goes with the process
    hangs.set()


def test_an_engine_is_started_once_and_not_after_the_end(tmp_path: Path, engines: list[seeds.FakeEngine]) -> None:
    seeds.new_session(tmp_path / "data").store.close()
    session = Session.open(Paths(tmp_path / "data"))
    assert session.mode == actionkinds.HOSTED
    assert engines == []  # the first screen comes first
    session.run()
    session.run()
    assert [engine.calls for engine in engines] == [["start"]]
    session.close(handover=False)
    session = Session.open(Paths(tmp_path / "data"))
    assert session.close(handover=False) == "The sync has stopped."
    session.run()
    assert len(engines) == 1
