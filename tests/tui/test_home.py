"""The home screen and what can be done from it."""

from __future__ import annotations

import asyncio
import time

import pytest

from tests.tui import seeds
from tests.tui.conftest import Opener
from webupdate.store import board, commands, companies, exports, holds, notices, outbox
from webupdate.store.holds import Hold
from webupdate.store.notices import Ailment
from webupdate.tui import view
from webupdate.tui.session import Session


async def test_all_companies_at_a_glance(filled: Session, window: Opener) -> None:
    async with window(filled, notice="log in as alfki@example.com") as open_window:
        text = open_window.text
        for words in (
            "✔ Northwind Traders",
            "⚠ Blue Ridge Feed",
            "⟳ Lapp Hardware",
            "✖ Weaver Metals",
            "‖ Miller Fuel",
        ):
            assert words in text
        assert "1,204" in text
        assert "⚠ 5 need you" in text
        assert "sync runs in this window" in text
        assert "log in as alfki@example.com" in text


async def test_that_nobody_is_told_is_said_quietly(filled: Session, window: Opener) -> None:
    hint = "Nobody is told when the sync stops: set Support in Properties (p)"
    blue = companies.company(filled.store, "Blue Ridge Feed")
    async with window(filled) as open_window:
        assert hint in open_window.text
        assert "⚠ 5 need you" in open_window.text
        companies.change(filled.store, filled.vault, blue, {"support": "jsons://hook.example/secret-path"})
        text = await open_window.look()
        assert hint not in text
        assert hint in await open_window.press("down")


async def test_that_support_could_not_be_told_stands_out(filled: Session, window: Opener) -> None:
    blue = companies.company(filled.store, "Blue Ridge Feed")
    companies.change(filled.store, filled.vault, blue, {"support": "jsons://hook.example/secret-path"})
    notices.begin(filled.store, blue.id, Ailment(kind="stopped", subject="x", text="", hint="", since=1.0))
    pending = notices.pending(filled.store, blue.id)
    notices.later(filled.store, pending, 2.0, "Address 1 (jsons): hook.example answered 500.")
    async with window(filled) as open_window:
        assert "⚠ Support could not be told: Address 1 (jsons): hook.example" in open_window.text


async def test_what_needs_the_person_stands_below(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        assert "2 orders wait for an answer, the oldest for 38 min" in open_window.text
        assert "r Resolve Error" in open_window.text
        text = await open_window.press("G")
        assert "Make a new token in the shop's administration" in text


async def test_without_a_company_it_leads_to_new(empty: Session, window: Opener) -> None:
    async with window(empty) as open_window:
        assert "No company yet." in open_window.text
        text = await open_window.press("s")
        assert "There is no company yet. Press n to set one up." in text
        assert "New company" in await open_window.press("n")
        assert "▸ 1 Folders" in open_window.text


async def test_what_others_write_comes_by_itself(filled: Session, window: Opener) -> None:
    northwind = companies.company(filled.store, "Northwind Traders")

    def stop() -> None:
        board.set_health(filled.store, northwind.id, northwind.sites[0].id, "stopped", "Disk full", now=time.time())
        filled.store.close()

    async with window(filled) as open_window:
        await asyncio.to_thread(stop)
        await open_window.until("Disk full")


async def test_nothing_is_read_while_nothing_changes(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        before = open_window.app.snapshot
        open_window.app.look()
        assert open_window.app.snapshot is before or before.at // 60 != open_window.app.snapshot.at // 60


async def test_sync_now_leaves_a_wish(filled: Session, window: Opener) -> None:
    blue = companies.company(filled.store, "Blue Ridge Feed")
    async with window(filled) as open_window:
        await open_window.press("s")
        await open_window.wait_for(lambda: commands.waiting(filled.store, blue.id))
        assert [wish.verb for wish in commands.waiting(filled.store, blue.id)] == ["sync_now"]


async def test_a_key_that_does_not_work_says_why(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        text = await open_window.press("down", "down", "s")
        assert "Miller Fuel is paused. Press P to resume it first." in text
        assert "q Quit" in await open_window.press("down")


@pytest.mark.parametrize("key", ["P", "space"])
async def test_pause_and_resume(filled: Session, window: Opener, key: str) -> None:
    async with window(filled) as open_window:
        await open_window.press(key)
        await open_window.until("‖ Blue Ridge Feed")
        await open_window.press(key)
        await open_window.until("⚠ Blue Ridge Feed")


async def test_complete_upload_asks_with_no_in_focus(filled: Session, window: Opener) -> None:
    northwind = companies.company(filled.store, "Northwind Traders")
    items = outbox.in_all(filled.store, northwind.sites[0].id, "items")
    assert items > 0
    async with window(filled) as open_window:
        await open_window.press("down", "down", "down", "c")
        text = await open_window.until("Complete Upload of Northwind Traders?")
        assert view.counted(items, "item") in text
        assert "▸ n  No" in text
        await open_window.press("enter")
        assert commands.waiting(filled.store, northwind.id) == []
        await open_window.press("c")
        await open_window.until("Complete Upload of Northwind Traders?")
        await open_window.press("y")
        await open_window.wait_for(lambda: commands.waiting(filled.store, northwind.id))
        wish = commands.waiting(filled.store, northwind.id)[0]
        assert (wish.verb, wish.arguments) == ("complete_upload", {"site": "shop"})


async def test_reload_asks_what_and_then_whether(filled: Session, window: Opener) -> None:
    northwind = companies.company(filled.store, "Northwind Traders")
    count = outbox.in_all(filled.store, northwind.sites[0].id, "prices")
    async with window(filled) as open_window:
        await open_window.press("down", "down", "down", "R")
        await open_window.until("Reload: which records of Northwind Traders go again?")
        await open_window.press(*"pri", "enter")
        text = await open_window.until("Reload prices of Northwind Traders?")
        assert f"It sends {view.counted(count, 'record')} to https://shop.northwind.example again" in text
        await open_window.press("y")
        await open_window.wait_for(lambda: commands.waiting(filled.store, northwind.id))
    wish = commands.waiting(filled.store, northwind.id)[0]
    assert (wish.verb, wish.arguments) == ("reload", {"entity": "prices", "site": "shop"})


async def test_one_key_shows_times_of_day_and_one_ages(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        assert " 2 d" in open_window.text
        text = await open_window.press("T")
        assert " 2 d" not in text
        assert view.when(time.time(), time.time() - 2 * 86400) in text
        assert " 2 d" in await open_window.press("T")


async def test_remove_wants_the_name(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        await open_window.press("x")
        await open_window.until("Remove Blue Ridge Feed?")
        assert "another name" in await open_window.press("B", "enter")
        await open_window.press("escape")
        assert len(companies.companies(filled.store)) == 5
        await open_window.press("x")
        await open_window.until("Remove Blue Ridge Feed?")
        await open_window.press(*"Blue", "space", *"Ridge", "space", *"Feed", "enter")
        await open_window.wait_for(lambda: len(companies.companies(filled.store)) == 4)


async def test_find_shows_only_what_fits(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        text = await open_window.press("slash", *"miller", "enter")
        assert "Miller Fuel" in text
        assert "Weaver Metals" not in text
        assert "Weaver Metals" in await open_window.press("slash", "escape")


async def test_hostile_names_are_only_text(empty: Session, window: Opener) -> None:
    info = seeds.add_company(empty, "[red]Acme[/red]", "https://shop.example/[b]")
    site = info.sites[0].id
    message = "\x1b[31mowned\x1b[0m [bold]x[/] \u202eevil [@click=app.exit]y[/]"
    board.set_health(empty.store, info.id, site, "stopped", message, "[/]\x07", now=time.time())
    board.log(empty.store, message, company_id=info.id, entity="items", key="[red]\x9b31m")
    board.set_status(empty.store, info.id, site, "items", "failed", message=message, hint=message, now=time.time())
    async with window(empty) as open_window:
        assert "[red]Acme[/red]" in open_window.text
        assert "\\x1b[31mowned" in open_window.text
        for keys in (["enter"], ["down", "down"], ["l"], ["enter"], ["escape", "escape", "escape", "c"]):
            text = await open_window.press(*keys)
            assert not any(char in text for char in "\x1b\x07\x9b\u202e")


async def test_a_small_terminal_gets_one_sentence(filled: Session, window: Opener) -> None:
    async with window(filled, size=(60, 20)) as open_window:
        assert "This window is too small: it needs 80 columns and 24 lines." in open_window.text
        assert "Blue Ridge" not in open_window.text
        await open_window.pilot.resize_terminal(80, 24)
        await open_window.until("Blue Ridge Feed")


async def test_wide_terminals_get_more_columns(filled: Session, window: Opener) -> None:
    async with window(filled, size=(120, 40)) as open_window:
        assert "Sent today" in open_window.text


async def test_help_lists_every_key_of_the_screen(filled: Session, window: Opener) -> None:
    async with window(filled, size=(120, 60)) as open_window:
        text = await open_window.press("question_mark")
        assert "P Space" in text
        assert "Forget the company here" in text
        assert "Asks first." in text
        assert "Blue Ridge Feed" in await open_window.press("escape")


async def test_a_brake_is_released_with_one_key_and_a_yes(filled: Session, window: Opener) -> None:
    store = filled.store
    with store.writing():
        store.sql(
            "INSERT INTO export (company_id, file) SELECT id, 'prices' FROM company WHERE name = 'Northwind Traders'"
        )
        number = store.one("SELECT id FROM company WHERE name = 'Northwind Traders'")
        exports.set_aside(store, number, "prices", "digest")
        complaint = exports.Complaint(line=0, message="95 of 154 records are missing from prices.csv: it is held.")
        exports.set_complaints(store, number, "prices", [complaint], 0)
    async with window(filled) as open_window:
        text = await open_window.press("down", "down", "down")
        assert "Brake on prices" in text
        await open_window.press("b")
        await open_window.until("95 of 154 records are missing")
        await open_window.press("y")
        await open_window.wait_for(lambda: exports.file_state(store, number, "prices").released == "digest")


async def test_held_records_of_a_site_are_released_with_their_numbers(filled: Session, window: Opener) -> None:
    store = filled.store
    site = companies.company(store, "Northwind Traders").sites[0].id
    hold = Hold(site_id=site, entity="items", message="60 of 100 items would change: all items are held.", hint="")
    holds.put_on(store, hold, 0.0)
    async with window(filled) as open_window:
        assert "Brake on items" in open_window.text
        assert "60 of 100 items would change" in await open_window.press("down", "down", "down")
        await open_window.press("b")
        await open_window.until("Release items of the site shop?")
        assert "all items are held." in open_window.text
        await open_window.press("y")
        await open_window.wait_for(lambda: not list(holds.holds(store)))
