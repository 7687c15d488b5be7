"""What comes of pressing the key of one certain action (see test_every_action.py)."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tui.effects import Effect, left
from tests.tui.pages import (
    Choices,
    Columns,
    Explain,
    Form,
    Help,
    Home,
    Log,
    NameTyped,
    OrderAnswer,
    PageSeen,
    Properties,
    Question,
    Resolve,
    Sentence,
    Value,
    Wizard,
)
from tests.tui.world import World
from webupdate.store import answers, columnmaps, companies, inbox, mappings
from webupdate.tui import actions
from webupdate.tui.actionkinds import HOSTED, ORPHANED
from webupdate.tui.clipboard import FILE
from webupdate.tui.session import Session


async def pauses(world: World, seen: PageSeen, id: str) -> None:
    assert isinstance(seen, Home)
    for state in ("‖ Blue Ridge Feed", "⚠ Blue Ridge Feed"):
        await seen.act(id)
        await world.person.sees(state)


async def removes(world: World, seen: PageSeen, id: str) -> None:
    naming = await seen.open(id, NameTyped)
    await naming.answer("Blue Ridge")
    await world.person.sees("That is another name.")
    await naming.answer("Blue Ridge Feed")
    await world.person.until(lambda: "Blue Ridge Feed" not in seen.text, "the list without it")
    assert "Blue Ridge Feed" not in [info.name for info in companies.companies(world.store)]


async def reloads_one_kind(world: World, seen: PageSeen, id: str) -> None:
    choices = await seen.open(id, Choices)
    await choices.answer("prices")
    question = await Question.arrived(world.person)
    assert "Reload prices of Northwind Traders?" in question.words
    await question.answer("y")
    await left(world, 0, "reload", {"entity": "prices", "site": "shop"})


async def shows_times(world: World, seen: PageSeen, id: str) -> None:
    assert isinstance(seen, Home)
    assert seen.company("Weaver").endswith(" 3 h")
    await seen.act(id)
    assert re.search(r" \d\d(:\d\d| [A-Z][a-z]{2})$", seen.company("Weaver"))  # yesterday by its date


async def changes_a_setting(world: World, seen: PageSeen, id: str) -> None:
    await seen.select("Calm")
    assert seen.selected.endswith("off")
    await seen.act(id)
    assert seen.selected.endswith("on")
    assert world.person.app.settings.calm


async def finds_a_field(world: World, seen: PageSeen, id: str) -> None:
    assert "Time zone" in seen.text
    await seen.act(id)
    await world.person.type("token")
    assert "Sync token" in seen.text
    assert "Time zone" not in seen.text


async def looks_again(world: World, seen: PageSeen, id: str) -> None:
    await seen.act("problems_only")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Session, "examine", lambda *_: [])
        await seen.act(id)
    await world.person.sees("All is as it should be.")


def redoes(words: str) -> Effect:
    """What was taken back is changed again."""

    async def effect(world: World, seen: PageSeen, id: str) -> None:
        assert words not in seen.header
        await seen.act(id)
        assert words in seen.header

    return effect


def tries_again(tried: Callable[[], int]) -> Effect:
    """The connection is tested once more, and what came out is told."""

    async def effect(world: World, seen: PageSeen, id: str) -> None:
        before = tried()
        await seen.act(id)
        await world.person.until(lambda: tried() == before + 1, "another test")
        await world.person.sees("Connected to https://acme.example.")

    return effect


def wizard_steps_to(step: str) -> Effect:
    """Another step of the wizard is marked."""

    async def effect(world: World, seen: PageSeen, id: str) -> None:
        assert isinstance(seen, Wizard)
        assert f"▸ {step}" not in seen.step
        await seen.act(id)
        assert f"▸ {step}" in seen.step

    return effect


async def hosts(world: World, seen: PageSeen, id: str) -> None:
    world.session.mode = ORPHANED
    world.session._lock.release()  # as it is noticed that nobody runs the sync
    await world.person.look()
    await seen.act(id)
    assert world.person.toasts == ["The sync runs in this window."]
    assert world.session.mode == HOSTED


async def quits(world: World, seen: PageSeen, id: str) -> None:
    question = await seen.open(id, Question)
    assert "Close the window?" in question.words
    assert "Keep syncing in the background" in question.focused
    await question.answer("escape")
    assert isinstance(world.person.screen, Home.kind)


async def follows(world: World, seen: PageSeen, id: str) -> None:
    assert isinstance(seen, Log)
    await seen.act("first")
    assert "not following" in seen.header
    await seen.act(id)
    assert "not following" not in seen.header
    assert seen.rows[-1] == seen.selected


def copies(words: str) -> Effect:
    """Puts something into the clipboard, and into the file for terminals that have none."""

    async def effect(world: World, seen: PageSeen, id: str) -> None:
        await seen.act(id)
        (toast,) = world.person.toasts
        assert "is in the clipboard" in toast
        assert words in world.person.app.clipboard
        file: Path = world.session.paths.data / FILE
        assert words in file.read_text(encoding="utf-8")

    return effect


def steps_to(kept: bool, *, key: str = "") -> Effect:
    """An answer to an order is kept at once, or taken back. `key`: what gives the answer behind the action."""

    async def effect(world: World, seen: PageSeen, id: str) -> None:
        assert isinstance(seen, Resolve)
        before = len(draft(world))
        await seen.act(id)
        if key:
            await world.person.press(key)
        wanted = before + 1 if kept else before - 1
        await world.person.until(lambda: len(draft(world)) == wanted, f"{wanted} answers")

    return effect


def draft(world: World) -> list[answers.Answer]:
    """What was answered to the orders of Blue Ridge and is not confirmed."""
    waiting = inbox.waiting(world.store, world.company().id)
    return [answer for order in waiting for answer in answers.draft(world.store, order.id)]


async def types_an_answer(world: World, seen: PageSeen, id: str) -> None:
    dialog = await seen.open(id, OrderAnswer)
    await dialog.answer("Own truck")
    await world.person.until(lambda: [one.value for one in draft(world)] == ["Own truck"], "the answer")


def ticks(box: str) -> Effect:
    """Ticks a box of the stepper, or takes the tick away."""

    async def effect(world: World, seen: PageSeen, id: str) -> None:
        assert isinstance(seen, Resolve)
        before = seen.ticked(box)
        await seen.act(id)
        assert seen.ticked(box) is not before

    return effect


def chooses(to: str) -> Effect:
    """The cursor goes to the choice of that number."""

    async def effect(world: World, seen: PageSeen, id: str) -> None:
        assert isinstance(seen, Resolve)
        assert not seen.choice.startswith(f"▸ {to} ")
        await seen.act(id)
        assert seen.choice.startswith(f"▸ {to} ")

    return effect


def scrolls(before: str, after: str) -> Effect:
    """Other rows of the order are seen."""

    async def effect(world: World, seen: PageSeen, id: str) -> None:
        assert isinstance(seen, Resolve)
        assert before in seen.sheet
        await seen.act(id)
        assert after in seen.sheet
        assert before not in seen.sheet

    return effect


async def asks_the_shop(world: World, seen: PageSeen, id: str) -> None:
    assert isinstance(seen, Explain)
    await seen.act("search")
    await world.person.press("end", *["backspace"] * 2)
    await world.person.sees("CHAI-02")
    await seen.act(id)
    await world.person.sees("the shop shows title cheap tea")


async def searches(world: World, seen: PageSeen, id: str) -> None:
    assert isinstance(seen, Explain)
    assert not seen.finding
    await seen.act(id)
    assert seen.finding


async def changes_a_mapping(world: World, seen: PageSeen, id: str) -> None:
    await seen.select("LAYER-50")
    value = await seen.open(id, Value)
    await value.answer("FEED-25")
    await world.person.sees("FEED-25")
    known = mappings.remembered(world.store, world.company().id)
    assert ("LAYER-50", "FEED-25") in [(one.web, one.value) for one in known]
    assert world.left()[-1][1] == "rejudge"


async def changes_a_heading(world: World, seen: PageSeen, id: str) -> None:
    await seen.select("Name")
    choices = await seen.open(id, Choices)
    await choices.answer("descr_2")
    await world.person.sees("DESCR_2")
    assert "1 changed" in seen.header


def turns_to(file: str) -> Effect:
    """Another of the six files."""

    async def effect(world: World, seen: PageSeen, id: str) -> None:
        assert isinstance(seen, Columns)
        await seen.act(id)
        assert seen.file == file

    return effect


async def saves_columns(world: World, seen: PageSeen, id: str) -> None:
    await seen.open(id, Home)
    kept = columnmaps.column_map(world.store, world.company().id, "inventory")
    assert kept.columns["Item no."] == "ID"
    assert world.left()[-1][:2] == ("Blue Ridge Feed", "sync_now")


async def saves_properties(world: World, seen: PageSeen, id: str) -> None:
    await seen.open(id, Home)
    assert world.company("Blue Ridge Feed Co").sites
    assert "Blue Ridge Feed Co" in seen.text


async def tests_the_connection(world: World, seen: PageSeen, id: str) -> None:
    assert isinstance(seen, Properties)
    await seen.act(id)
    await world.person.sees("✔ Connected to https://blueridge.example")


async def tests_support(world: World, seen: PageSeen, id: str) -> None:
    assert isinstance(seen, Properties)
    await seen.act(id)
    await world.person.sees("✔ Told about Blue Ridge Feed")


def undoes(words: str) -> Effect:
    """What was changed is as before."""

    async def effect(world: World, seen: PageSeen, id: str) -> None:
        assert words in seen.header
        await seen.act(id)
        assert words not in seen.header

    return effect


def goes_to_field(name: str) -> Effect:
    """Another field of the form."""

    async def effect(world: World, seen: PageSeen, id: str) -> None:
        assert isinstance(seen, Form)
        await seen.act(id)
        assert seen.current == name

    return effect


async def cancels(world: World, seen: PageSeen, id: str) -> None:
    question = await seen.open(id, Question)
    assert "1 change would be lost." in question.words
    await question.answer("y")
    await Home.arrived(world.person)


async def explains_itself(world: World, seen: PageSeen, id: str) -> None:
    """The help of a place names every action of it."""
    place = seen.place
    told = (await seen.open(id, Help)).told
    assert [action.label for action in actions.at(place) if f" {action.label} " not in told] == []


async def tells(world: World, seen: PageSeen, id: str) -> None:
    sentence = await seen.open(id, Sentence)
    assert "Make a new token in the shop's administration" in sentence.text
    await sentence.leave()
    assert not seen.gone
