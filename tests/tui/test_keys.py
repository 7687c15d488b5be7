"""The action table: complete, helpful, and without keys that terminals swallow."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from textual.binding import Binding
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from webupdate.tui import actionkinds, actions
from webupdate.tui.app import WebUpdateApp
from webupdate.tui.choose import Choose, TypeValue
from webupdate.tui.columns import Columns
from webupdate.tui.companies import Companies
from webupdate.tui.conflicts import Conflicts
from webupdate.tui.dialogs import Ask, Tell, TypeToConfirm
from webupdate.tui.doctor import Doctor
from webupdate.tui.explain import Explain
from webupdate.tui.fields import Choice, Tick
from webupdate.tui.finder import Finder
from webupdate.tui.grid import Grid
from webupdate.tui.help import Help, TooSmall
from webupdate.tui.keymap import SWALLOWED
from webupdate.tui.log import Log
from webupdate.tui.mappings import Mappings
from webupdate.tui.orderhistory import OrderHistory
from webupdate.tui.orders import Orders
from webupdate.tui.page import Page
from webupdate.tui.palette import Palette
from webupdate.tui.preview import PreviewPage
from webupdate.tui.progress import Progress
from webupdate.tui.properties import Properties
from webupdate.tui.queue import Queue
from webupdate.tui.records import Records
from webupdate.tui.resolve import Resolve
from webupdate.tui.settingspage import SettingsPage
from webupdate.tui.syncstatus import SyncStatus
from webupdate.tui.typeanswer import TypeAnswer
from webupdate.tui.verify import Verify
from webupdate.tui.webcustomers import WebCustomers
from webupdate.tui.wholeorder import WholeOrder
from webupdate.tui.wholerecord import WholeRecord
from webupdate.tui.wizard import Wizard

PAGES: tuple[type[Page], ...] = (
    *(Resolve, OrderHistory, Orders, Queue, SettingsPage),
    *(Verify, PreviewPage, WholeRecord, WebCustomers, Columns, Mappings),
    *(Wizard, Companies, Progress, Records, SyncStatus, Conflicts, WholeOrder, Log, Explain, Doctor, Help, Properties),
)
SCREENS: tuple[type[Screen[object]], ...] = (Ask, Tell, TypeToConfirm, TooSmall, Choose, Palette, TypeValue, TypeAnswer)  # type: ignore[assignment]
WIDGETS: tuple[type[Widget], ...] = (Grid, Input, Choice, Tick, Finder)


def bindings(kind: type[object]) -> Iterator[Binding]:
    """All bindings that hold for a class, Textual's own included."""
    merged = kind._merge_bindings()  # type: ignore[attr-defined]
    for keys in merged.key_to_bindings.values():
        yield from keys


@pytest.mark.parametrize("kind", [*PAGES, *SCREENS, *WIDGETS, WebUpdateApp])
def test_nothing_is_only_on_a_key_that_terminals_swallow(kind: type[object]) -> None:
    keys: dict[str, set[str]] = {}
    for binding in bindings(kind):
        keys.setdefault(binding.action, set()).add(binding.key)
    assert {action: on for action, on in keys.items() if on <= SWALLOWED} == {}


def test_textuals_own_quit_key_is_gone() -> None:
    assert "ctrl+q" not in {binding.key for binding in bindings(WebUpdateApp)}


@pytest.mark.parametrize("page", PAGES)
def test_every_action_can_be_done_where_it_is_offered(page: type[Page]) -> None:
    missing = [action.id for action in actions.at(page.place) if not hasattr(page, f"do_{action.id}")]
    assert actions.at(page.place)
    assert missing == []


def test_every_list_key_does_something() -> None:
    assert [action.id for action in actions.at(actionkinds.LIST) if not hasattr(Grid, f"action_{action.id}")] == []


@pytest.mark.parametrize("action", actions.ACTIONS, ids=lambda action: action.id)
def test_every_action_explains_itself(action: actionkinds.Action) -> None:
    assert action.help.endswith(".")
    assert action.label
    assert action.keys
    assert action.places


@pytest.mark.parametrize("place", [*(page.place for page in PAGES), actionkinds.LIST])
def test_no_key_has_two_meanings_in_one_place(place: str) -> None:
    keys = [key for action in actions.at(place) for key in action.keys]
    assert len(keys) == len(set(keys))


def test_home_and_end_have_twins() -> None:
    assert actions.named("first").keys == ("g", "home")
    assert actions.named("last").keys == ("G", "end")
