"""The log: it follows or holds one's place, narrows down, copies, and takes any text."""

from __future__ import annotations

import stat
import time

import pytest

from tests.tui.conftest import Opener
from webupdate.store import board
from webupdate.tui import log as log_module
from webupdate.tui.clipboard import FILE
from webupdate.tui.log import Log
from webupdate.tui.session import Session

HOSTILE = "[red]\x1b[31m\x00\u202e come in " + "x" * 9000


def fill(session: Session, count: int, first: int = 0, level: str = "info") -> None:
    for number in range(first, first + count):
        board.log(session.store, f"event number {number:04}", level=level)


def events(text: str) -> list[str]:
    """The events that are seen, without the scrollbar."""
    return [line[:75] for line in text.splitlines() if "event number" in line]


def selected(text: str) -> str:
    """The line with the cursor."""
    return next(line for line in text.splitlines() if "▸" in line)


async def test_it_follows_until_somebody_reads_further_up(filled: Session, window: Opener) -> None:
    fill(filled, 100)
    async with window(filled) as open_window:
        text = await open_window.press("l")
        assert "following the newest line" in text and "event number 0099" in selected(text)
        fill(filled, 1, 100)
        assert "event number 0100" in selected(await open_window.look())
        before = await open_window.press("up", "up")
        assert "not following" in before and "event number 0098" in selected(before)
        fill(filled, 3, 101)
        after = await open_window.look()
        assert "+3 new  f Follow" in after
        assert events(after) == events(before)
        text = await open_window.press("f")
        assert "event number 0103" in selected(text) and "new  f" not in text
        assert "following the newest line" in text


async def test_coming_back_to_the_last_line_follows_again(filled: Session, window: Opener) -> None:
    fill(filled, 30)
    async with window(filled) as open_window:
        await open_window.press("l", "up")
        fill(filled, 2, 30)
        assert "+2 new" in await open_window.look()
        assert "+1 new" in await open_window.press("down", "down")
        text = await open_window.press("G")
        assert "following the newest line" in text and "new  f" not in text


async def test_the_place_holds_when_the_oldest_lines_go(
    filled: Session, window: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_module, "MOST", 60)
    fill(filled, 80)
    async with window(filled) as open_window:
        before = await open_window.press("l", *["up"] * 30)
        fill(filled, 10, 80)
        after = await open_window.look()
        assert "+10 new" in after
        assert events(after) == events(before)


async def test_one_key_goes_through_the_levels(filled: Session, window: Opener) -> None:
    fill(filled, 2, 0)
    fill(filled, 1, 2, "warning")
    fill(filled, 1, 3, "error")
    async with window(filled) as open_window:
        await open_window.press("l")
        text = await open_window.press("l")
        assert "Warnings and errors" in text and "number 0001" not in text and "number 0002" in text
        text = await open_window.press("l")
        assert "Errors 2 of" in text and "number 0002" not in text and "number 0003" in text
        assert "number 0001" in await open_window.press("l")


async def test_a_filter_gives_the_place_back(filled: Session, window: Opener) -> None:
    fill(filled, 50)
    async with window(filled) as open_window:
        await open_window.press("l", *["up"] * 9)
        text = await open_window.press("slash", *"0012")
        assert "event number 0012" in text
        assert "with “0012” 1 of" in text
        text = await open_window.press("escape")
        assert "event number 0040" in selected(text) and "not following" in text
        assert "0 of" in await open_window.press("slash", *"nowhere", "enter")
        assert "There is nothing to open in this list." in await open_window.press("y")


async def test_a_line_is_copied_whole_and_kept_in_a_file(filled: Session, window: Opener) -> None:
    board.log(filled.store, "Shipping is unknown.", level="error", hint="Add it.", entity="orders", key="1\t2")
    async with window(filled) as open_window:
        await open_window.press("l", "y")
        copied = open_window.app.clipboard
        assert copied.endswith("error  orders 1 2  Shipping is unknown.  Add it.")
        file = filled.paths.data / FILE
        assert file.read_text(encoding="utf-8") == copied + "\n"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_without_rights_to_the_folder_the_clipboard_is_enough(filled: Session, window: Opener) -> None:
    (filled.paths.data / FILE).mkdir()
    async with window(filled) as open_window:
        await open_window.press("l", "y")
        assert "Login refused" in open_window.app.clipboard


async def test_enter_tells_all_of_a_line_however_long(filled: Session, window: Opener) -> None:
    board.log(filled.store, HOSTILE, level="error", hint="What to do about it.", key=HOSTILE)
    async with window(filled) as open_window:
        text = await open_window.press("l")
        assert "\x1b" not in text and "[red]\\x1b[31m\\x00\\u202e" in text
        text = await open_window.press("enter")
        assert "\x1b" not in text and "[red]\\x1b[31m" in text
        text = await open_window.press("end")
        assert "What to do about it." in text and "Enter OK" in text
        await open_window.press("escape", "y")
        assert "\x1b" not in open_window.app.clipboard
        assert isinstance(open_window.app.screen, Log)


async def test_no_events_say_so(empty: Session, window: Opener) -> None:
    async with window(empty) as open_window:
        assert "No events yet." in await open_window.press("l")


async def test_an_event_of_another_day_says_so_and_the_selected_one_tells_its_remedy(
    filled: Session, window: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    yesterday = time.time() - 30 * 3600
    board.log(filled.store, "event number 0000 " + "word " * 30, level="error", hint="Add it in EBMS.", now=yesterday)
    async with window(filled) as open_window:
        text = await open_window.press("l")
        assert time.strftime("%m-%d %H:%M ✖", time.localtime(yesterday)) in " ".join(text.split())
        below = text.rpartition(" of ")[2]
        assert "event number 0000" in below and "Add it in EBMS." in below
        assert "Add it in EBMS." not in await open_window.press("up")
