"""The list of commands: whatever can be done on a screen is in it, with its key or with why it does not work now."""

from __future__ import annotations

import pytest

from tests.tui.conftest import Opener
from tests.tui.test_keys import PAGES
from webupdate.store import companies
from webupdate.tui import actions, keymap, keytable, palette
from webupdate.tui.actionkinds import HOME, LIST, Context
from webupdate.tui.keymap import Keymap
from webupdate.tui.page import Page
from webupdate.tui.session import Session

HOSTILE = "[red]x[/] [link=y"


def dialog(text: str) -> str:
    """What stands on the screen above its last line."""
    return text.rpartition("\n")[0]


@pytest.mark.parametrize("place", [place for place in keytable.PLACES if place not in (LIST, "help")])
def test_every_action_of_a_place_is_in_its_list_with_its_keys(place: str) -> None:
    found = {entry.id: entry for entry in palette.entries(place, Keymap(), Context())}
    there = {action.id for action in actions.at(place)}
    opens = there & {"palette", "form_palette"}
    assert len(opens) == 1, "each screen has a key that opens it"
    assert found.keys() == there - opens
    assert all(entry.keys and entry.label and entry.help for entry in found.values())


@pytest.mark.parametrize("page", PAGES)
def test_every_action_of_a_screen_is_bound_to_its_keys(page: type[Page]) -> None:
    """By hand or by a digit (1-9): what is in the table can be pressed."""
    bound = {key for binding in page._merge_bindings().key_to_bindings.values() for key in (binding[0].key,)}
    missing = {key for action in actions.at(page.place) for key in action.keys} - bound
    assert missing <= {"1-9"}


def test_changed_keys_and_reasons_are_shown() -> None:
    found = palette.entries(HOME, Keymap(changed={"new": ("f9",), "log": ("L",)}), Context())
    by_id = {entry.id: entry for entry in found}
    assert by_id["log"].keys == "L"
    assert by_id["sync_now"].reason == "There is no company yet. Press F9 to set one up."
    works = [not entry.reason for entry in found]
    assert works == sorted(works, reverse=True), "what works comes first"


async def test_a_command_is_found_by_its_name_and_done(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        text = await open_window.press("colon")
        assert "Commands" in text and "s         Sync now" in text
        text = await open_window.press(*"event log")
        assert "The event log." in text and "Sync now" not in dialog(text)
        assert "Nothing here is called so." in await open_window.press("x")
        await open_window.press("backspace", "enter")
        assert "following the newest line" in open_window.text


async def test_what_does_not_work_says_why(filled: Session, window: Opener) -> None:
    info = companies.company(filled.store, "Blue Ridge Feed")
    companies.change(filled.store, filled.vault, info, {"name": HOSTILE})
    companies.set_paused(filled.store, info, True)
    async with window(filled) as open_window:
        await open_window.press("ctrl+p", *"sync now")
        assert f"{HOSTILE} is paused. Press P" in open_window.text
        await open_window.press("enter")
        assert "is paused. Press P to resume it first." in open_window.text.splitlines()[-1]
        await open_window.press("p", "ctrl+p")
        assert "Test connection" in open_window.text
        assert "Commands" not in await open_window.press("escape")


def test_its_keys_arrive() -> None:
    assert not {*actions.named("palette").keys, *actions.named("form_palette").keys} & keymap.SWALLOWED
