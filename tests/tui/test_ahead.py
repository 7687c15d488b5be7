"""Keys that come faster than the program looks at them, as over a slow line: text stays text."""

from __future__ import annotations

from textual import events
from textual.widgets import Input

from tests.tui.conftest import Opener, Window
from tests.tui.test_properties import field
from webupdate.store import companies
from webupdate.tui.palette import Palette
from webupdate.tui.session import Session

_TYPED = {"slash": "/", "colon": ":"}


async def burst(window: Window, *keys: str) -> str:
    """All these keys at once."""
    for key in keys:
        window.app.post_message(events.Key(key, _TYPED.get(key, key if len(key) == 1 else None)))
    await window.pilot.pause()
    return window.text


async def test_behind_find_letters_are_no_keys(filled: Session, window: Opener) -> None:
    paused = [info.paused for info in companies.companies(filled.store)]
    async with window(filled) as home:
        await burst(home, "slash", *"Pw")  # Pause and Preview
        assert "Find  Pw" in await home.until("No company has this text.")
        assert [info.paused for info in companies.companies(filled.store)] == paused
        await burst(home, "slash", "x")
        assert home.app.screen.query_one(Input).value == "Pw/x", "in the line itself it is a character"


async def test_behind_the_list_of_commands_letters_are_no_keys(filled: Session, window: Opener) -> None:
    async with window(filled) as home:
        await burst(home, "colon", *"Pw")
        assert isinstance(home.app.screen, Palette)
        await home.press(*"comp")
        assert "▸ c " in home.text, "the best match, not what comes to stand where the cursor was"


async def test_in_properties_text_lands_where_the_keys_lead(filled: Session, window: Opener) -> None:
    async with window(filled) as form:
        await form.press("p")
        await burst(form, *"Co", "enter", *"/X")
        assert (field(form, "name").value, field(form, "time_zone").value[-2:]) == ("Blue Ridge FeedCo", "/X")
        assert "2 changed" in form.text
        await burst(form, "f3", *"mail")
        assert field(form, "time_zone").value[-2:] == "/X"
        assert "properties" in form.text
