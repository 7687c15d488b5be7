"""The Mappings screen: listed, narrowed, changed with a check, forgotten after a question."""

from __future__ import annotations

import getpass
import time

import pytest

from tests.tui.conftest import Opener
from webupdate.store import board, commands, companies, exports, mappings
from webupdate.store.exports import FileState, Seen, set_file_state
from webupdate.tui.session import Session

# Blue Ridge Feed is the first company of the list.
FIRM = "Blue Ridge Feed"


@pytest.fixture
def learnt(filled: Session) -> Session:
    """Three mappings, one of them from hostile words."""
    store, company = filled.store, companies.company(filled.store, FIRM).id
    with store.writing():
        set_file_state(store, company, "inventory", FileState(read_at=1.0))
        exports.remember(store, company, "inventory", [Seen("FEED-50", b"x", 1, "{}"), Seen("FEED-25", b"x", 2, "{}")])
        for topic, web, value in (
            ("item", "[red]FEED\x1b[31m", "FEED-50"),
            ("accept", "13\tALFKI", "yes"),
            ("unit", "FEED-50\tSACK", "BAG"),
        ):
            mappings.remember(store, company, topic, web, value, "anna", time.time() - 120)
    return filled


def kept(session: Session) -> dict[tuple[str, str], tuple[str, str]]:
    known = mappings.remembered(session.store, companies.company(session.store, FIRM).id)
    return {(one.topic, one.web): (one.value, one.made_by) for one in known}


def verbs(session: Session) -> list[str]:
    return [wish.verb for wish in commands.waiting(session.store, companies.company(session.store, FIRM).id)]


async def test_without_any_the_screen_says_where_they_come_from(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        text = await open_window.press("M")
        assert "Blue Ridge Feed › Mappings" in text
        assert "Nothing was learnt yet." in text and "with Always" in text
        assert "There is no mapping in this list." in await open_window.press("x")
        assert "Web Update Administrator" in await open_window.press("escape")


async def test_they_are_listed_harmlessly_with_who_and_when(learnt: Session, window: Opener) -> None:
    async with window(learnt, size=(120, 40)) as open_window:
        await open_window.press("r")
        text = await open_window.press("M")  # from the orders that wait, too
        assert "[red]FEED\\x1b[31m" in text and "\x1b" not in text
        assert "Credit · ALFKI" in text and "import all the same" in text
        assert "anna" in text and "2 m" in text
        assert "Enter Change" in text and "x Forget" in text
        text = await open_window.press("G")
        assert "FEED-50 · SACK = BAG" in text and "made by anna" in text and "served 0 orders" in text


async def test_they_are_narrowed_by_a_text(learnt: Session, window: Opener) -> None:
    async with window(learnt) as open_window:
        text = await open_window.press("M", "slash", *"sack", "enter")
        assert "BAG" in text and "ALFKI" not in text
        text = await open_window.press("slash", *"zzz")
        assert "No mapping has this text." in text
        assert "ALFKI" in await open_window.press("escape")


async def test_a_value_is_checked_kept_with_its_user_and_orders_are_judged_anew(
    learnt: Session, window: Opener
) -> None:
    async with window(learnt) as open_window:
        await open_window.press("M", "down", "enter")
        await open_window.until("Change the mapping")
        await open_window.press(*["backspace"] * 2, *"99", "enter")
        await open_window.until("'FEED-99' is no ID of inventory.csv")
        assert kept(learnt)["item", "[red]FEED\x1b[31m"] == ("FEED-50", "anna")
        await open_window.press("enter")
        await open_window.until("Change the mapping")
        await open_window.press(*["backspace"] * 2, *"25", "enter")
        await open_window.wait_for(lambda: verbs(learnt))
        assert kept(learnt)["item", "[red]FEED\x1b[31m"] == ("FEED-25", getpass.getuser())
        assert verbs(learnt) == ["rejudge"]
        assert any(line.text.startswith("Learnt: web SKU → item") for line in board.log_lines(learnt.store))


async def test_to_leave_the_value_changes_nothing(learnt: Session, window: Opener) -> None:
    before = kept(learnt)
    async with window(learnt) as open_window:
        for key in ("escape", "enter"):
            await open_window.press("M", "down", "enter")
            await open_window.until("Change the mapping")
            await open_window.press(key, "escape")
        await open_window.press("M", "enter")
        await open_window.until("has no value; x forgets it.")
    assert (kept(learnt), verbs(learnt)) == (before, [])


async def test_one_is_forgotten_after_a_question(learnt: Session, window: Opener) -> None:
    async with window(learnt) as open_window:
        await open_window.press("M", "G", "x")
        text = await open_window.until("Forget this mapping?")
        assert "“FEED-50 · SACK” = BAG" in text and "▸ n  No" in text
        await open_window.press("enter")
        assert len(kept(learnt)) == 3
        await open_window.press("x")
        await open_window.until("Forget this mapping?")
        await open_window.press("y")
        await open_window.wait_for(lambda: verbs(learnt))
        assert ("unit", "FEED-50\tSACK") not in kept(learnt)
        assert verbs(learnt) == ["rejudge"]
