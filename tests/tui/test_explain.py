"""Explain and Reload on the screens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from tests.tui.conftest import Opener
from webupdate.store import board, commands, companies, reloads
from webupdate.store.companies import SiteInfo
from webupdate.store.secrets import Vault
from webupdate.sync import connect
from webupdate.sync.explain import Look, Shown
from webupdate.sync.shops.base import Held
from webupdate.sync.shops.oscar import OSCAR
from webupdate.tui.explain import Explain
from webupdate.tui.session import Session

NORTHWIND = ("down", "down", "down")


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shop that holds Chai with another title."""

    def looker(_: Vault) -> Look:
        def look(site: SiteInfo, wanted: Mapping[str, Sequence[str]]) -> Shown:
            title = b'{"category":"11","title":"cheap tea","short":"10 boxes x 20 bags","unit":"EA"}'
            held = Held(entity="items", key="CHAI-01", data=title)
            return Shown({("items", "CHAI-01"): held}, OSCAR)

        return look

    monkeypatch.setattr(connect, "looker", looker)


async def test_typing_finds_and_explains(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        await open_window.press(*NORTHWIND, "e")
        await open_window.until("Why does the web show this?")
        await open_window.press(*"CHAI")
        text = await open_window.until("In step as far as is known")
        assert "F1 Help" in text and "/ Search" not in text  # a question mark or a slash would be typed
        for shown in ("CHAI-01", "CHAI-02", "chaise@example", "In the export: inventory.csv line 12"):
            assert shown in text
        await open_window.press("down", "down")
        assert "? Help" in await open_window.until("Item CHAI-02  Chai for two")
        await open_window.press("escape")
        await open_window.until("Web Update Administrator")


async def test_enter_asks_the_shop(filled: Session, window: Opener, shop: None) -> None:
    async with window(filled) as open_window:
        await open_window.press(*NORTHWIND, "e", *"chai-01")
        await open_window.until("In step as far as is known")
        await open_window.press("enter")
        text = await open_window.until("✖ Differs: the shop shows title cheap tea, EBMS says Chai")
        assert "another program changed it?" in " ".join(text.split())
        await open_window.press(*(["down"] * 6))
        await open_window.until("EBMS: Chai   acknowledged: Chai   shop: cheap tea")


async def test_the_explanation_can_be_copied(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        await open_window.press(*NORTHWIND, "e", *"chai-01")
        await open_window.until("In step as far as is known")
        assert isinstance(open_window.app.screen, Explain)
        open_window.app.screen.do_copy()
        assert open_window.app.clipboard.startswith("Item CHAI-01  Chai\nIn step as far as is known")


async def test_nothing_found_says_so(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        await open_window.press(*NORTHWIND, "e", *"xyz")
        await open_window.until("Nothing has this text")


async def test_a_faulty_record_leads_to_its_explanation(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        await open_window.press("enter", "enter")
        await open_window.until("CHAI-01")
        await open_window.press("e")
        await open_window.until("Item CHAI-01")
        await open_window.until("Not sent: Item CHAI-01 has no price for level Retail")


async def test_reload_asks_with_numbers_and_no_in_focus(filled: Session, window: Opener) -> None:
    info = companies.company(filled.store, "Northwind Traders")
    async with window(filled) as open_window:
        await open_window.press(*NORTHWIND, "enter", "R")
        await open_window.until("This row sends no records of its own.")
        await open_window.press("enter", "down", "down", "R")
        text = await open_window.until("Reload items of Northwind Traders?")
        assert "It sends 1 record to https://shop.northwind.example again" in text
        assert "▸ n  No" in text
        await open_window.press("enter")
        assert commands.waiting(filled.store, info.id) == []
        await open_window.press("R")
        await open_window.until("Reload items of Northwind Traders?")
        await open_window.press("y")
        await open_window.wait_for(lambda: commands.waiting(filled.store, info.id))
        (wish,) = commands.waiting(filled.store, info.id)
        assert (wish.verb, wish.arguments) == ("reload", {"entity": "items", "site": "shop"})


async def test_a_complete_upload_is_summed_up_and_its_end_is_in_the_log(filled: Session, window: Opener) -> None:
    lapp = companies.company(filled.store, "Lapp Hardware")
    async with window(filled) as open_window:
        text = await open_window.press("down")
        assert "Complete Upload 42 %" in text
        text = await open_window.press("enter")
        assert "⟳ Complete Upload  ▇▇▇▁▁▁▁▁ 908/2,112  50 s left, 24/s" in text
        with filled.store.writing():
            filled.store.sql("DELETE FROM reload")
            board.log(
                filled.store, "Complete Upload of shop done: 2,111 of 2,112 sent, 1 needs you", company_id=lapp.id
            )
        text = await open_window.look()
        assert "⟳ Complete Upload" not in text
        assert "Complete Upload of shop done: 2,111 of 2,112 sent, 1 needs you" in text


async def test_unticking_turns_it_off(filled: Session, window: Opener) -> None:
    from tests.tui.test_properties import fill_in

    lapp = companies.company(filled.store, "Lapp Hardware")
    assert reloads.running(filled.store, lapp.sites[0].id)
    async with window(filled) as open_window:
        await open_window.press("down", "p")
        await fill_in(open_window, complete_upload="no")
        await open_window.press("f2")
        await open_window.wait_for(lambda: commands.waiting(filled.store, lapp.id))
        assert [wish.verb for wish in commands.waiting(filled.store, lapp.id)] == ["cancel_upload"]
