"""Verify, Preview and the beginning of a new site, as they are seen and steered."""

from __future__ import annotations

import pytest

from tests.store.making import NOW
from tests.tui import seeds
from tests.tui.conftest import Opener
from webupdate.errors import UsageError
from webupdate.store import commands, companies, inspections, queue
from webupdate.store.companies import CompanyInfo
from webupdate.store.queue import Wanted
from webupdate.sync.shops.base import ENTITIES
from webupdate.tui import preview
from webupdate.tui.session import Session

NORTHWIND = ("down", "down", "down")


@pytest.fixture
def looked(filled: Session) -> Session:
    """Northwind differs from its shop; Yoder Supply is new."""
    seeds.read_back(filled)
    return filled


def wishes(session: Session, name: str) -> list[tuple[str, dict[str, object]]]:
    info = companies.company(session.store, name)
    return [(wish.verb, wish.arguments) for wish in commands.waiting(session.store, info.id)]


def yoder(session: Session) -> CompanyInfo:
    return companies.company(session.store, "Yoder Supply")


async def test_home_says_what_is_needed(looked: Session, window: Opener) -> None:
    async with window(looked) as home:
        assert "⚠ Northwind Traders" in home.text
        assert "5 records differ" in home.text
        assert "New: see Preview" in home.text
        assert "5 records of the shop are not as EBMS has it" in await home.press(*NORTHWIND)
        assert "New: nothing is sent or taken before you let it begin" in await home.press("G")


async def test_verify_shows_both_sides_field_by_field(looked: Session, window: Opener) -> None:
    async with window(looked) as home:
        text = await home.press(*NORTHWIND, "v")
        assert "Northwind Traders › shop › Verify" in text
        assert "5 records differ of 415; F repairs 5" in text
        assert "2 wait to be sent and were not compared · 1 only in" in text
        assert "TOFU-14" in text and "missing" in text
        text = await home.press("down")
        assert "title       Tea [red]by hand[/red]  →  Chai" in text
        text = await home.press("enter")
        assert "shop       Tea [red]by hand[/red]" in text
        assert "should be  Chai" in text
        text = await home.press("escape", "slash", *"pavlova")
        assert "PAVLOVA-16" in text
        assert "TOFU-14" not in text


async def test_a_company_that_is_removed_while_its_preview_is_read(
    looked: Session, window: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*_: object) -> preview.Found:
        companies.remove(looked.store, companies.company(looked.store, "Northwind Traders"))
        raise UsageError("The company is not here any more.", "Somebody else has removed it.")

    monkeypatch.setattr(preview, "read", read)
    async with window(looked) as home:
        await home.press(*NORTHWIND, "w")
        await home.until("The company is not here any more.")
        text = await home.press("enter")
        assert "Web Update Administrator" in text and "Northwind Traders" not in text


async def test_a_repair_asks_first_and_no_has_the_focus(looked: Session, window: Opener) -> None:
    async with window(looked) as home:
        text = await home.press(*NORTHWIND, "v", "F")
        assert "Repair 5 records in the shop?" in text
        assert "▸ n  No" in text
        await home.press("enter")
        assert wishes(looked, "Northwind Traders") == []
        await home.press("F", "y")
        await home.wait_for(lambda: wishes(looked, "Northwind Traders"))
        assert wishes(looked, "Northwind Traders") == [("verify", {"site": "shop", "fix": True})]


async def test_a_repair_that_cannot_go_says_why(looked: Session, window: Opener) -> None:
    northwind = companies.company(looked.store, "Northwind Traders")
    site = northwind.sites[0].id
    found = inspections.latest(looked.store, site, "verify")
    assert found is not None
    queue.observe(looked.store, northwind.id, site, [Wanted(entity="items", key="TOFU-14", payload=b"{}")], NOW)
    inspections.mend(looked.store, found, ENTITIES, NOW)
    async with window(looked) as home:
        assert "5 records differ of 415; 2 on the way to the shop" in await home.press(*NORTHWIND, "v")
    companies.set_paused(looked.store, northwind, True)
    async with window(looked) as home:
        text = await home.press(*NORTHWIND, "v")
        assert "⚠ 5 records differ of 415; not all of them were repaired yet" in text
        assert "2 still wait: The company is paused." in text


async def test_the_first_look_at_verify_reads_the_shop(looked: Session, window: Opener) -> None:
    async with window(looked) as home:
        await home.press("v")
        await home.wait_for(lambda: wishes(looked, "Blue Ridge Feed"))
        assert wishes(looked, "Blue Ridge Feed") == [("verify", {"site": "shop", "fix": False})]
        blue = companies.company(looked.store, "Blue Ridge Feed").sites[0].id
        number = inspections.begin(looked.store, blue, "verify", 1.0)
        inspections.progress(looked.store, number, inspections.Numbers(read=600), ())
        assert "Reading the shop: 600 records so far" in await home.look()
        inspections.end(looked.store, number, 2.0, "The shop can't be reached.", "Is it up?")
        text = await home.look()
        assert "✖ The shop can't be reached." in text
        assert "Is it up?" in text
        inspections.end(looked.store, number, 2.0)
        assert "✔ The shop holds all as it should: 600 records read." in await home.look()
        assert "Nothing differs" in await home.press("F")


async def test_a_preview_lists_old_and_new_and_narrows_down(looked: Session, window: Opener) -> None:
    async with window(looked) as home:
        await home.press("G", "w")
        text = await home.until("12 new, 1 changed")
        assert "Nothing is sent or taken yet. b lets it begin." in text
        text = await home.until("16 customer accounts would be made in the shop")
        await home.press("e", "e")
        text = await home.until("Listed: prices, 13 of 13")
        assert "BOLT-10 Retail EA" in text
        await home.press("e", "e", "slash", *"bolt, old")
        text = await home.until("Listed: all kinds, 1 of 1")
        assert "changed  Bolt, old" in text
        await home.press("enter")
        text = await home.press("enter")
        assert "shop       Bolt, old text" in text
        assert "should be  Hex bolt M8" in text
    assert ("preview", {"site": "shop"}) in wishes(looked, "Yoder Supply")


async def test_a_new_site_begins_with_a_yes(looked: Session, window: Opener) -> None:
    async with window(looked) as home:
        await home.press("G", "w")
        await home.until("12 new, 1 changed")
        text = await home.press("b")
        assert "Begin with Yoder Supply, shop?" in text
        assert "▸ n  No" in text
        assert "46 records would be sent to https://yoder.example now" in text
        await home.press("enter")
        assert yoder(looked).sites[0].begun_at is None
        await home.press("b", "y")
        await home.wait_for(lambda: yoder(looked).sites[0].begun_at)
        assert yoder(looked).sites[0].values["customers"] == "off"
        await home.look()
        assert "This site has begun already." in await home.press("b")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_question_fits(looked: Session, window: Opener, size: tuple[int, int]) -> None:
    async with window(looked, size=size) as home:
        await home.press("G", "w")
        await home.until("12 new, 1 changed")
        assert "b  Begin; customer accounts go both ways" in await home.press("b")
