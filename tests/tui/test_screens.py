"""Progress, conflicts and log."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import Input

from tests.tui.conftest import Opener
from webupdate import settings
from webupdate.store import board, companies
from webupdate.tui.session import Session

NORTHWIND = ("down", "down", "down")


async def test_progress_has_a_row_for_each_action(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        text = await open_window.press(*NORTHWIND, "enter")
        assert "Northwind Traders › Synchronization Progress" in text
        for _, label in board.ACTIONS:
            assert f"✔ {label}" in text
        assert "✔ In step  all 13 done, finished < 1 min ago" in text
        assert "↑ stock      CHANG-02  quantity 17 → 16" in text
        assert "Home" not in text


async def test_progress_shows_work_as_a_bar(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        text = await open_window.press("down", "enter")
        assert "⟳ Upload items" in text
        assert "▇▁▁▁ 908/2,112 50 s left, 24/s" in text
        assert "· Upload prices" in text


async def test_the_cursor_follows_the_work_until_an_arrow_key_holds_it(
    filled: Session, window: Opener, settings_file: Path
) -> None:
    async with window(filled) as open_window:
        text = await open_window.press("down", "enter")
        assert "▸ ⟳ Upload items" in text and "by work · following" in text
        text = await open_window.press("g", "up")  # also a key that has nowhere to go
        assert "▸ ✔ Read export files" in text and "by work · holding" in text
        text = await open_window.press("S", "f")
        assert "▸ ⟳ Upload items" in text and "worst first · following" in text
        text = await open_window.press("escape", "enter")
        assert "worst first · following" in text
        kept = {"progress": {"sort": "worst", "follow": "yes"}}
        await open_window.wait_for(lambda: settings.load(settings_file)[0].screens == kept)  # for the next window, too


async def test_a_list_that_was_empty_is_steered_again(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        text = await open_window.press(*NORTHWIND, "enter", "n")
        assert "All stages are well." in text
        await open_window.press("n", "g")
        assert "▸ ✔ Upload categories" in await open_window.press("down")


async def test_stages_are_filtered_by_text_and_by_health(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        text = await open_window.press("enter", "slash", *"docu")
        assert "Upload documents" in text and "Upload items" not in text
        text = await open_window.press("escape", "n")
        assert "Upload documents" in text and "Write sales orders" in text and "Upload items" not in text
        await open_window.press("escape", *NORTHWIND, "enter", "n")
        assert "✔ All stages are well. n shows them again." in open_window.text


async def test_only_changed_lines_are_drawn_again(filled: Session, window: Opener) -> None:
    lapp = companies.company(filled.store, "Lapp Hardware")
    async with window(filled) as open_window:
        await open_window.press("down", "enter")
        board.set_status(
            filled.store, lapp.id, lapp.sites[0].id, "items", "working", done=1000, total=2112, rate=20, now=1e9
        )
        text = await open_window.look()
        assert "1,000/2,112" in text
        assert "▸ ⟳ Upload items" in text


async def test_conflicts_show_field_values_and_advice(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        text = await open_window.press("r")
        for words in (
            "100014",
            "SHIP_VIA",
            "“UPS® Ground (3-5 days)”",
            "a SHIP_VIA of shipping.csv",
            "Add the ship via in EBMS",
        ):
            assert words in text
        text = await open_window.press("o")
        assert "Order       100014" in text
        assert "[red]\\u001b[31mcome in[/red]" in await open_window.press("end")


async def test_log_follows_filters_and_explains(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        text = await open_window.press("l")
        assert "following the newest line" in text
        assert "not following" in await open_window.press("up")
        assert "following the newest" in await open_window.press("f")
        text = await open_window.press("enter")
        assert "Make a new token" in text
        text = await open_window.press("escape", "slash", *"chang")
        assert "CHANG-02" in text
        assert "CHAI-01" not in text


async def test_a_company_that_was_removed_closes_its_screen(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        await open_window.press("enter")
        companies.remove(filled.store, companies.company(filled.store, "Blue Ridge Feed"))
        text = await open_window.look()
        text = await open_window.look()
        assert "Web Update Administrator" in text
        assert "Blue Ridge Feed" not in text


async def test_what_is_in_a_field_to_type_into_is_drawn_harmlessly(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        field = Input("a\x1b[31mb\u202ec\x00d")
        await open_window.app.screen.mount(field)
        await open_window.pilot.pause()
        assert "a[31mbcd" in open_window.text
        assert open_window.text.replace("\n", "").isprintable()
        assert field.value == "a\x1b[31mb\u202ec\x00d"  # what is looked for is still the web's word
