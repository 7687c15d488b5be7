"""Customers that wait: both sides beside each other, answers by number."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.tui import seeds
from tests.tui.conftest import Opener
from webupdate.store import commands, companies
from webupdate.store.commands import Wish
from webupdate.tui.session import Session

TO_THE_LIST = ("down", "down", "down", "u")


@pytest.fixture
def asked(filled: Session) -> Session:
    """Northwind has two web customers that wait."""
    seeds.ask_about_customers(filled.store, companies.company(filled.store, "Northwind Traders"), time.time())
    return filled


def left(session: Session) -> list[Wish]:
    """The commands that wait for the engine."""
    return commands.waiting(session.store, companies.company(session.store, "Northwind Traders").id)


def wish(session: Session) -> dict[str, Any]:
    (found,) = left(session)
    assert found.verb == "customer"
    return found.arguments


async def test_home_says_that_customers_wait(asked: Session, window: Opener) -> None:
    async with window(asked) as open_window:
        text = await open_window.press("g")
        assert "2 customers need you" in text
        text = await open_window.press("down", "down", "down")
        assert "2 web customers wait for an answer" in text
        assert "u Customers" in text


async def test_candidates_are_shown_and_linked_by_number(asked: Session, window: Opener) -> None:
    async with window(asked) as open_window:
        text = await open_window.press(*TO_THE_LIST)
        for words in ("Customers that wait", "Jan Šimůnek", "SIMJAN1", "jan@firma.cz", "Brno"):
            assert words in text
        await open_window.press("enter")
        text = await open_window.until("2  It is SIMJAN1 · Jan Simunek · Brno")
        assert "▸ 0  Leave it for now" in text
        await open_window.press("2")
        await open_window.wait_for(lambda: left(asked))
        assert (wish(asked)["link"], wish(asked)["number"]) == ("SIMJAN1", 1)


async def test_both_sides_stand_beside_each_other(asked: Session, window: Opener) -> None:
    async with window(asked) as open_window:
        text = await open_window.press(*TO_THE_LIST, "down")
        line = next(line for line in text.splitlines() if "ADDRESS1   " in line)
        assert [part.strip() for part in line.split("  ") if part.strip()] == [
            *("ADDRESS1", "Obere Str. 57", "Untere Str. 1", "Neue Straße 1"),
        ]
        assert "\x1b" not in text
        assert "[red]Alfreds\\x1b[31m Futterkiste" in text
        await open_window.press("enter")
        await open_window.until("3  Choose field by field")
        await open_window.press("3")
        await open_window.until("1  EBMS: Untere Str. 1")
        await open_window.press("1")
        await open_window.until("2  web: +49 30 123456")
        await open_window.press("2")
        await open_window.wait_for(lambda: left(asked))
        assert wish(asked)["take"] == {"ADDRESS1": "ebms", "PHONE": "web"}


async def test_to_leave_it_leaves_nothing(asked: Session, window: Opener) -> None:
    async with window(asked) as open_window:
        await open_window.press(*TO_THE_LIST, "enter")
        await open_window.until("0  Leave it for now")
        await open_window.press("enter")
        await open_window.until("Link it to the right one")
        assert left(asked) == []


async def test_without_a_question_the_key_says_so(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        assert "No web customer waits for an answer here." in await open_window.press("u")
