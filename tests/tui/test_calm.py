"""What is drawn while nothing happens, and what is said to those who do not look."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from types import SimpleNamespace

import pytest
from textual.screen import Screen

from tests.tui.conftest import Opener, Window
from webupdate.settings import Settings
from webupdate.store import board, companies
from webupdate.tui import app as app_module
from webupdate.tui.attention import BELL_PAUSE, Attention, title_kept, titled
from webupdate.tui.session import Session

MINUTE = 60.0
Clock = Callable[[float], float]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Moves the app's clock on and tells it; it stands still else, ten seconds past a full minute."""
    now = [time.time() // MINUTE * MINUTE + 10]
    monkeypatch.setattr(app_module, "time", SimpleNamespace(time=lambda: now[0], monotonic=lambda: now[0]))

    def forward(seconds: float) -> float:
        now[0] += seconds
        return now[0]

    return forward


def unpainted(screen: Screen[object]) -> bool:
    """Whether a screen, one of those beneath too, is still to be drawn."""
    return bool(screen._layout_required or screen._dirty_widgets or screen._compositor._dirty_regions)


async def drawn(open_window: Window, steps: Sequence[Callable[[], object]]) -> list[int]:
    """How often something is sent to the terminal after each step and a look at the store."""
    app = open_window.app
    assert app._timer is not None
    app._timer.stop()  # looks are made here
    await app.workers.wait_for_complete()
    await open_window.wait_for(lambda: not any(map(unpainted, app.screen_stack)))
    counts = []
    for step in steps:
        await open_window.pilot.pause()
        sent: list[object] = []
        app._display = lambda screen, update, sent=sent: sent.append(update) if update else None  # type: ignore[method-assign,misc]
        await asyncio.to_thread(step)
        app.look()
        await open_window.pilot.pause()
        counts.append(len(sent))
    return counts


def synced(session: Session, name: str, clock: Clock) -> Callable[[], None]:
    """The engine has looked at a company's site again, and beats."""

    def write() -> None:
        company = companies.company(session.store, name)
        now = clock(0)
        board.engine_beat(session.store, now)
        board.set_synced(session.store, company.id, company.sites[0].id, now)
        session.store.close()

    return write


async def test_an_idle_screen_is_drawn_once_a_minute(filled: Session, window: Opener, clock: Clock) -> None:
    async with window(filled) as open_window:
        beat = synced(filled, "Northwind Traders", clock)
        steps = [lambda: clock(40), beat, lambda: clock(10), beat, lambda: clock(4)]
        before, beaten, minute, *after = await drawn(open_window, steps)
    assert (before, beaten, after) == (0, 0, [0, 0])
    assert minute >= 1


async def test_a_calm_idle_screen_is_not_drawn_at_all(filled: Session, window: Opener, clock: Clock) -> None:
    async with window(filled, chosen=Settings(calm=True)) as open_window:
        beat = synced(filled, "Northwind Traders", clock)
        steps = [lambda: clock(4), beat, *([lambda: clock(MINUTE), beat] * 3)]
        assert await drawn(open_window, steps) == [0] * len(steps)
        as_of = open_window.text.splitlines()[0].rstrip()[-5:]
        assert f"as of {as_of}" in await open_window.press("l")

        def stop() -> None:
            northwind = companies.company(filled.store, "Northwind Traders")
            board.set_health(filled.store, northwind.id, northwind.sites[0].id, "stopped", "Disk full", now=1e9)
            filled.store.close()

        await open_window.press("escape")
        assert await drawn(open_window, [stop]) != [0]
        assert "Disk full" in open_window.text
        assert f"as of {as_of}" not in open_window.text


def test_the_bell_rings_when_more_needs_a_person() -> None:
    attention = Attention()
    rung = [
        attention.rings(count, now)
        for count, now in ((2, 0), (2, 1), (1, 2), (3, 3), (9, 4), (1, 5), (2, 5 + BELL_PAUSE))
    ]
    assert rung == [False, False, False, True, False, False, True]


def test_the_title_says_how_many() -> None:
    attention = Attention()
    assert attention.title(0) == "webupdate"
    attention.rings(0, 0)
    assert attention.title(0) is None
    assert attention.title(1234) == "⚠ 1,234 · webupdate"


def test_the_old_title_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    monkeypatch.setenv("TERM", "xterm")
    with pytest.raises(OSError), title_kept(written.append) as titles:
        assert titles
        written.append(titled("x"))
        raise OSError
    assert written == ["\x1b[22;2t", "\x1b]2;x\x07", "\x1b[23;2t"]
    monkeypatch.setenv("TERM", "linux")
    with title_kept(written.append) as titles:
        assert not titles
    assert len(written) == 3


async def test_what_newly_needs_a_person_rings_and_stands_in_the_title(
    filled: Session, window: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[str] = []
    async with window(filled, chosen=Settings(), titles=True) as open_window:
        app = open_window.app
        monkeypatch.setattr(app, "bell", lambda: rung.append("bell"))
        monkeypatch.setattr(app._driver, "write", rung.append)
        northwind = companies.company(filled.store, "Northwind Traders")
        board.set_health(filled.store, northwind.id, northwind.sites[0].id, "stopped", "Disk full", now=1e9)
        await open_window.look()
        assert rung == ["\x1b]2;⚠ 6 · webupdate\x07", "bell"]
        app.change(bell=False)
        app._attention = Attention()
        app._attention.rings(0, 0)
        await open_window.look()
        assert rung[2:] == ["\x1b]2;⚠ 6 · webupdate\x07"]


async def test_a_window_that_was_too_small_goes_on_where_it_was(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        await open_window.press("l")
        await open_window.pilot.resize_terminal(40, 10)
        assert "This window is too small" in await open_window.press()
        await open_window.press("q")
        await open_window.until("Close the window?")
        await open_window.pilot.resize_terminal(80, 24)
        text = await open_window.press("escape")
        assert "following the newest line" in text
