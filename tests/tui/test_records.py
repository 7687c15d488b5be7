"""The records behind a stage: what waits, what is wrong, what was done of late."""

from __future__ import annotations

import time

import msgspec

from tests.tui import seeds
from tests.tui.conftest import Opener
from webupdate.store import commands, companies, queue
from webupdate.store.queue import Wanted
from webupdate.store.snapshot import snapshot
from webupdate.tui import downlists, glance
from webupdate.tui.explain import Explain
from webupdate.tui.resolve import Resolve
from webupdate.tui.session import Session

NORTHWIND = ("down", "down", "down")
DOCUMENTS = ("enter", "slash", *"docu", "enter")


async def test_a_row_opens_what_is_wrong_first(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        text = await open_window.press(*DOCUMENTS)
        assert "1 failed" in text
        await open_window.press("enter")
        text = await open_window.until("chai.pdf is no PDF")
        assert "Upload documents › Records" in text
        assert "1 Waiting 0   2 Errors 1   3 History 0" in text
        assert "t Try again" in text
        await open_window.press("1")
        await open_window.until("✔ Nothing waits here.")
        await open_window.press("3")
        await open_window.until("· Nothing was sent in the last 24 hours.")
        assert "Upload documents" in await open_window.press("escape")


async def test_one_record_or_all_get_another_try(filled: Session, window: Opener) -> None:
    blue = companies.company(filled.store, "Blue Ridge Feed")
    seeds.refuse(filled.store, blue, "documents", "tea.pdf", "tea.pdf is no PDF.", time.time())
    async with window(filled) as open_window:
        await open_window.press(*DOCUMENTS, "enter")
        await open_window.until("2 Errors 2")
        await open_window.until("chai.pdf is no PDF")
        for keys, rest in ((("t",), {"row"}), (("T",), {"entity"})):
            await open_window.press(*keys)
            await open_window.wait_for(lambda: commands.waiting(filled.store, blue.id))
            (wish,) = commands.waiting(filled.store, blue.id)
            assert (wish.verb, wish.arguments["site"]) == ("retry", blue.sites[0].name)
            assert wish.arguments.keys() - {"site"} == rest
            commands.finish(filled.store, wish)


async def test_a_record_is_shown_whole_and_explained(filled: Session, window: Opener) -> None:
    northwind = companies.company(filled.store, "Northwind Traders")
    item = Wanted(entity="items", key="CHAI-01", payload=msgspec.json.encode({"title": "Tea", "unit": "EA"}))
    queue.observe(filled.store, northwind.id, northwind.sites[0].id, [item], time.time())
    async with window(filled) as open_window:
        await open_window.press(*NORTHWIND, "enter", "down", "down", "enter")
        await open_window.until("1 Waiting 1")
        await open_window.until("it is to be sent")
        await open_window.press("enter")
        text = await open_window.until("should be")
        assert "shop       Chai" in text and "should be  Tea" in text
        await open_window.press("escape", "e")
        assert isinstance(open_window.app.screen, Explain)
        await open_window.press("escape", "3")
        assert "✔ CHAI-01" in await open_window.until("sent")


async def test_long_lists_are_read_in_parts(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        await open_window.press("down", "enter", "enter")
        await open_window.until("1 Waiting 1,204")
        await open_window.until("first 200, more below")
        await open_window.press("G")
        await open_window.until("first 400, more below")
        await open_window.press("slash", *"bolt-17")
        await open_window.wait_for(lambda: "more below" not in open_window.text)
        assert "BOLT-1700" not in open_window.text


async def test_the_files_their_problems_and_their_orders(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        await open_window.press("enter", "enter")
        await open_window.until("prices, line 17")
        text = await open_window.until("Add it in EBMS and save.")
        assert "1 Files 6   2 Errors 1" in text
        text = await open_window.press("t")
        assert "Only a record that was refused can be tried again." in text
        await open_window.press("1")
        await open_window.until("not there yet, or not read yet")
        await open_window.press("escape", "G", "enter")
        await open_window.until("Order #100014")
        await open_window.press("enter")
        assert isinstance(open_window.app.screen, Resolve)


def test_each_stage_counts_what_it_lists(filled: Session) -> None:
    now = time.time()
    seeds.ask_about_customers(filled.store, companies.company(filled.store, "Northwind Traders"), now)
    for spot in glance.places(snapshot(filled.store, now)):
        for action in ("read", "orders", "write", "accounts"):
            counted = downlists.numbers(filled.store, spot, action, now)
            for which, count in zip(("waiting", "errors", "history"), counted, strict=True):
                found = downlists.entries(filled.store, spot, action, which, "", 500, now)
                assert len(found) == count, (spot.company.name, action, which)
                assert len({entry.id for entry in found}) == count
