"""Beside a service of another user: without its key, and without the right to change anything."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.store.making import TOKEN
from tests.tui import seeds
from tests.tui.conftest import Opener
from webupdate.config import Paths
from webupdate.errors import Stopped
from webupdate.store import board, commands, companies
from webupdate.store.lock import EngineLock
from webupdate.store.secrets import KEY_VARIABLE, Vault
from webupdate.sync import connect, support, trials
from webupdate.tui import actionkinds, actions, threads
from webupdate.tui import session as session_module
from webupdate.tui.actionkinds import CHANGING, Context
from webupdate.tui.form import Form
from webupdate.tui.properties import Properties
from webupdate.tui.session import Session
from webupdate.tui.trying import connection

pytestmark = pytest.mark.skipif(os.name == "nt", reason="no such users there")
NOBODY = 65534


@pytest.fixture
def paths(tmp_path: Path) -> Iterator[Paths]:
    """A data folder that everybody may use, whose key is its owner's alone; and a service that runs."""
    session = seeds.new_session(tmp_path / "data")
    seeds.fill(session)
    seeds.service_beats(session.store, time.time() - 3 * 86400)
    lock = EngineLock(session.paths.lock)
    assert lock.take()
    for folder in (tmp_path, *tmp_path.parents[:2], session.paths.data):
        folder.chmod(0o777)
    for file in session.paths.data.glob("*.*"):
        file.chmod(0o666)
    session.paths.key.chmod(0o600 if os.geteuid() == 0 else 0)
    yield session.paths
    session.store.close()
    lock.release()


@contextmanager
def as_somebody() -> Iterator[None]:
    """As another user, where this one may change that."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def keyless(paths: Paths) -> Iterator[Session]:
    with as_somebody():
        session = Session.open(paths)
    yield session
    session.close(handover=False)


@pytest.fixture
def looking(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """A session of somebody who may read the store, and no more."""
    may = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK and may(path, mode))
    session = Session.open(paths)
    yield session
    session.close(handover=False)


def test_a_person_without_the_key_attaches_all_the_same(keyless: Session, paths: Paths) -> None:
    assert keyless.mode == actionkinds.ATTACHED
    assert keyless.keyless.startswith(f"You may not read the key file {paths.key}. Run it as its owner: sudo -u ")
    assert keyless.keyless.endswith(f" webupdate --data {paths.data}")
    info = companies.company(keyless.store, "Blue Ridge Feed")
    changed = companies.change(keyless.store, keyless.vault, info, {"interval": "30"})
    assert changed.values["interval"] == "30"
    with pytest.raises(Stopped, match="Secrets can't be used here"):
        companies.change(keyless.store, keyless.vault, info, {"token": TOKEN})
    assert companies.company(keyless.store, "Blue Ridge Feed").sites[0].secrets == info.sites[0].secrets


async def test_the_form_says_why_a_secret_cannot_be_entered(keyless: Session, window: Opener) -> None:
    async with window(keyless) as open_window:
        await open_window.press("p", "f3", *"token", "enter")
        text = await open_window.press(*"abc")
        assert "▸ Sync token         ••••••••  kept" in text
        assert "‖ Secrets can't be entered here. You may not read the key file" in text
        assert "sudo -u" in text
        page = open_window.app.screen
        assert isinstance(page, Properties)
        assert page.form.changes() == 0


def test_the_service_tests_what_is_saved(keyless: Session, paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wish waits in the store; what the service makes of it comes back."""
    info = companies.company(keyless.store, "Blue Ridge Feed")
    form = Form(info, info.sites[0], keyless=True)
    form.put("address", "https://evil.example")
    asked: list[tuple[str, dict[str, str]]] = []

    def connected(values: dict[str, str], secrets: dict[str, str]) -> str:
        asked.append((values["address"], secrets))
        return "Connected to Blue Ridge."

    def engine(_: float) -> None:
        (wish,) = commands.waiting(keyless.store, info.id)
        vault = Vault(key, "a test")
        commands.finish(keyless.store, wish, trials.carry_out(vault, info, wish, 0))

    paths.key.chmod(0o600)
    key = paths.key.read_bytes()
    monkeypatch.setattr(connect, "try_connection", connected)
    monkeypatch.setattr(threads, "wait", engine)
    found = connection(keyless, form)
    assert found == "Connected to Blue Ridge. The service tested what is saved, without your changes."
    assert asked == [("https://blueridge.example", {"token": seeds.SECRET})]


def test_what_the_service_found_wrong_comes_back(keyless: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    info = companies.company(keyless.store, "Blue Ridge Feed")

    def engine(_: float) -> None:
        (wish,) = commands.waiting(keyless.store, info.id)
        commands.finish(keyless.store, wish, error=Stopped("The login was refused.", "Enter another."))

    monkeypatch.setattr(threads, "wait", engine)
    with pytest.raises(Stopped, match=r"The login was refused\. Enter another\."):
        keyless.ask_engine(info.id, "test_support")


def test_a_service_that_never_answers_is_told(keyless: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "ASK_LONGEST", -1.0)
    with pytest.raises(Stopped, match="has not answered"):
        keyless.ask_engine(companies.company(keyless.store, "Lapp Hardware").id, "test")


def test_nobody_without_the_key_runs_the_sync(keyless: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyless, "_take", lambda: True)
    assert keyless.look()
    assert keyless.mode == actionkinds.ORPHANED
    assert not keyless.host()
    context = Context(mode=keyless.mode, keyless=True)
    assert actions.named("host").why_not(context) == "The sync needs the key, which you may not read."
    with pytest.raises(Stopped, match="Nobody runs the sync"):
        keyless.ask_engine(1, "test")
    assert "sudo -u" in keyless.remedy


def test_no_second_key_is_made_beside_a_service(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    """The service may have its key from systemd: secrets locked up with another nobody could open."""
    key = paths.key.read_bytes()
    paths.key.unlink()
    session = Session.open(paths)
    assert not paths.key.exists()
    assert "The service has its key from elsewhere" in session.keyless
    session.close(handover=False)
    monkeypatch.setenv(KEY_VARIABLE, key.decode())
    session = Session.open(paths)
    assert session.keyless == ""
    session.close(handover=False)
    monkeypatch.setenv(KEY_VARIABLE, "A" * 43 + "=")
    session = Session.open(paths)
    assert "The service has another key." in session.keyless
    session.close(handover=False)


async def test_who_may_only_look_sees_all_and_changes_nothing(looking: Session, window: Opener) -> None:
    before = looking.store.rows("SELECT count(*) FROM command"), looking.store.data_version()
    async with window(looking) as open_window:
        assert "‖ You may only look here: the store" in open_window.text
        assert "sudo -u" in open_window.text
        for key in "scPnXR":
            await open_window.press(key)
        assert "You may only look here: the store is not yours to change." in open_window.text
        for keys in (
            ("v", "v"),
            ("w", "w"),
            ("r", "enter", "1", "escape"),
            ("enter",),
            ("u",),
            ("m", "a"),
            ("Q",),
            ("o",),
        ):
            await open_window.press(*keys)
            await open_window.press(*["escape"] * 4)
            assert "Web Update Administrator" in open_window.text, keys
        text = await open_window.press("p")
        assert "you only look" in text
        assert "‖ You may only look here" in text
        await open_window.until("⚠ not writable by you")
        await open_window.press(*"xyz", "f2")
        assert "You may only look here: the store is not yours to change." in open_window.text
    assert (looking.store.rows("SELECT count(*) FROM command"), looking.store.data_version()) == before


def test_the_store_itself_refuses_too(looking: Session) -> None:
    with pytest.raises(Stopped, match="You may only look here"), looking.store.writing():
        pass
    info = companies.company(looking.store, "Blue Ridge Feed")
    with pytest.raises(Stopped, match="You may only look here"):
        commands.leave(looking.store, "sync_now", company_id=info.id)


@pytest.mark.parametrize(("age", "stopped", "gone"), [(10.0, None, False), (1000.0, None, True), (10.0, 5.0, True)])
def test_who_may_not_open_the_lock_goes_by_the_sign_of_life(
    keyless: Session, monkeypatch: pytest.MonkeyPatch, age: float, stopped: float | None, gone: bool
) -> None:
    def refuse(_: float = 0) -> bool:
        raise Stopped("The lock file can't be opened.")

    info = board.EngineInfo(
        pid=1, host="h", user="u", mode="service", started_at=0, beat_at=time.time() - age, stopped_at=stopped
    )
    monkeypatch.setattr(keyless._lock, "take", refuse)
    monkeypatch.setattr(board, "engine", lambda _: info)
    assert keyless.look() == gone
    assert keyless.mode == (actionkinds.ORPHANED if gone else actionkinds.ATTACHED)


def test_what_changes_something_is_an_action() -> None:
    assert {action.id for action in actions.ACTIONS} >= CHANGING
    asking = {action.id for action in actions.ACTIONS if action.asks}
    assert asking <= CHANGING


@pytest.mark.parametrize("verb", ["test", "test_support"])
def test_the_engine_answers_from_what_is_saved(keyless: Session, monkeypatch: pytest.MonkeyPatch, verb: str) -> None:
    """Nobody may have a secret sent to an address of their own."""
    info = companies.company(keyless.store, "Blue Ridge Feed")
    number = commands.leave(keyless.store, verb, company_id=info.id, site="shop", address="https://evil.example")
    (wish,) = commands.waiting(keyless.store, info.id)
    assert wish.id == number
    seen: list[object] = []

    def connected(values: dict[str, str], _: dict[str, str]) -> str:
        seen.append(values["address"])
        return "fine"

    def told(value: str, name: str, _: float) -> str:
        seen.append((value, name))
        return "fine"

    monkeypatch.setattr(connect, "try_connection", connected)
    monkeypatch.setattr(support, "try_out", told)
    opened = Vault(b"A" * 43 + b"=", "a test")
    monkeypatch.setattr(opened, "unlock", lambda *_: {"support": "jsons://hook.example"})
    assert trials.carry_out(opened, info, wish, 0) == "fine"
    assert seen == ["https://blueridge.example" if verb == "test" else ("jsons://hook.example", "Blue Ridge Feed")]
