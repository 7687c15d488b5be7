"""What the tests of the screens share: a seeded session, and an app on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual import _wait
from textual.pilot import Pilot

from tests.tui import seeds
from webupdate import settings
from webupdate.store.db import Store
from webupdate.store.secrets import Vault
from webupdate.tui import session as session_module
from webupdate.tui.app import WebUpdateApp
from webupdate.tui.session import Session

# Textual waits after each key until the process rests for 20 ms: half the time of these tests. Resting for 5 ms shows
# the same.
_wait.SLEEP_GRANULARITY, _wait.SLEEP_IDLE = 1 / 200, 0.0005


class Window:
    """An open window, as a person sees it."""

    def __init__(self, app: WebUpdateApp, pilot: Pilot[str]) -> None:
        self.app, self.pilot = app, pilot

    @property
    def text(self) -> str:
        """All that stands on the screen."""
        lines = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text for strip in lines)

    async def press(self, *keys: str) -> str:
        """Press keys, then read the screen."""
        await self.pilot.press(*keys)
        await self.pilot.pause()
        return self.text

    async def look(self) -> str:
        """As if the store had been polled."""
        self.app.look(again=True)
        await self.pilot.pause()
        return self.text

    async def until(self, seen: str) -> str:
        """Wait for a text that a thread brings."""
        for _ in range(200):
            if seen in self.text:
                return self.text
            await self.pilot.pause(0.01)
        raise AssertionError(f"{seen!r} did not come:\n{self.text}")

    async def wait_for(self, holds: Callable[[], object]) -> None:
        """Wait for something that a thread does."""
        for _ in range(200):
            if holds():
                return
            await self.pilot.pause(0.01)
        raise AssertionError("did not come about")


@pytest.fixture(autouse=True)
def settings_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Nobody's own settings are read or written."""
    path = tmp_path / "config" / "settings.toml"
    monkeypatch.setattr(settings, "default_path", lambda: path)
    return path


Opener = Callable[..., AbstractAsyncContextManager[Window]]


@pytest.fixture
def engines(monkeypatch: pytest.MonkeyPatch) -> list[seeds.FakeEngine]:
    """Engines that were made, none of them real."""
    made: list[seeds.FakeEngine] = []

    def new_engine(store: Store, vault: Vault, *_: object) -> seeds.FakeEngine:
        made.append(seeds.FakeEngine())
        return made[-1]

    monkeypatch.setattr(session_module, "new_engine", new_engine)
    return made


@pytest.fixture
def empty(tmp_path: Path, engines: list[seeds.FakeEngine]) -> Iterator[Session]:
    """A session that runs the sync, without a company."""
    session = seeds.new_session(tmp_path / "data")
    session.host()
    yield session
    session.close(handover=False)


@pytest.fixture
def filled(empty: Session) -> Session:
    """The five companies."""
    seeds.fill(empty)
    return empty


@pytest.fixture
def window() -> Opener:
    """Opens a window on a session."""

    @asynccontextmanager
    async def open_window(
        session: Session, *, size: tuple[int, int] = (80, 24), notice: str = "", **more: Any
    ) -> AsyncIterator[Window]:
        app = WebUpdateApp(session, notice, twins=False, **more)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            yield Window(app, pilot)

    return open_window
