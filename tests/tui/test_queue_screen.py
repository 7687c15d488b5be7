"""What waits to be sent: each with its reason, found, narrowed down and explained."""

from __future__ import annotations

import time

from tests.tui.conftest import Opener
from webupdate.store import companies, holds, outbox, queue
from webupdate.store.companies import CompanyInfo
from webupdate.store.queue import Wanted
from webupdate.tui.explain import Explain
from webupdate.tui.session import Session

NORTHWIND = ("down", "down", "down")


def northwind(session: Session) -> CompanyInfo:
    return companies.company(session.store, "Northwind Traders")


def wait(session: Session, *wanted: Wanted) -> None:
    info = northwind(session)
    queue.observe(session.store, info.id, info.sites[0].id, wanted, time.time())


def price(item: str) -> Wanted:
    return Wanted(entity="prices", key=f"{item}\tRetail\tEA", parent=("items", item), payload=b"{}")


async def test_each_record_says_why_it_waits(filled: Session, window: Opener) -> None:
    wait(filled, Wanted(entity="items", key="TOFU-14", payload=b"{}"), price("TOFU-14"), price("CHAI-01"))
    site = northwind(filled).sites[0].id
    (chai,) = outbox.sendable(filled.store, site, "prices", time.time(), 1, puts=True)
    queue.not_sent(filled.store, [chai], time.time() + 3600)
    async with window(filled) as open_window:
        await open_window.press(*NORTHWIND, "Q")
        text = await open_window.until("TOFU-14")
        assert "Northwind Traders › shop › Queue" in text
        assert "3 to send  items 1  prices 2" in text
        assert "▸ · prices     CHAI-01 Retail EA      next try at" in text and "< 1 min" in text
        assert "(number 1): the shop did not take it" in text
        text = await open_window.press("down")
        assert "▸ · prices     TOFU-14 Retail EA      after items TOFU-14" in text
        assert "Waits: after items TOFU-14, which is not in the shop" in text
        assert "Waits: it is to be sent; what was saved last goes first." in await open_window.press("down")


async def test_what_needs_a_person_comes_first(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        await open_window.press("Q")
        text = await open_window.until("chai.pdf")
        assert "0 to send  1 needs you  documents 1" in text
        assert "▸ ⚠ documents  chai.pdf" in text
        assert "Refused: chai.pdf is no PDF: it begins with “PK”. Save it as PDF again." in text


async def test_a_brake_and_a_pause_are_the_reason(filled: Session, window: Opener) -> None:
    info = northwind(filled)
    wait(filled, Wanted(entity="items", key="TOFU-14", payload=b"{}"))
    held = holds.Hold(site_id=info.sites[0].id, entity="items", message="9 of 10 items would go.", hint="Look.")
    holds.put_on(filled.store, held, time.time())
    async with window(filled) as open_window:
        await open_window.press(*NORTHWIND, "Q")
        await open_window.until("Waits: a brake is on. 9 of 10 items would go.")
        companies.set_paused(filled.store, info, True)
        await open_window.look()
        await open_window.until("Northwind Traders is paused.")


async def test_kinds_and_texts_narrow_it_down(filled: Session, window: Opener) -> None:
    wait(filled, *(Wanted(entity="items", key=f"ITEM-{n}", payload=b"{}") for n in range(3)), price("ITEM-2"))
    async with window(filled) as open_window:
        await open_window.press(*NORTHWIND, "Q")
        await open_window.until("ITEM-0")
        await open_window.press("e")
        await open_window.until("only items")
        await open_window.wait_for(lambda: "ITEM-2 Retail" not in open_window.text)
        await open_window.press("e")
        await open_window.until("only prices")
        await open_window.wait_for(lambda: "ITEM-0" not in open_window.text)
        await open_window.press("e", "slash", *"item-2 re")
        await open_window.wait_for(lambda: "ITEM-0" not in open_window.text and "ITEM-2 Retail EA" in open_window.text)
        await open_window.press(*"xyz")
        await open_window.until("Nothing here is like this: “item-2 rexyz”")


async def test_enter_explains_the_item_of_a_price(filled: Session, window: Opener) -> None:
    wait(filled, price("CHAI-01"))
    async with window(filled) as open_window:
        await open_window.press(*NORTHWIND, "Q")
        await open_window.until("CHAI-01 Retail EA")
        await open_window.press("enter")
        assert isinstance(open_window.app.screen, Explain)
        await open_window.until("Item CHAI-01  Chai")


async def test_nothing_waits_says_so_as_it_is(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        await open_window.press(*NORTHWIND, "Q")
        await open_window.until("✔ Nothing waits: the shop holds all that EBMS has.")
        with filled.store.writing():
            filled.store.sql("UPDATE health SET synced_at = NULL")
        await open_window.look()
        await open_window.until("the first synchronization has not run")


async def test_hostile_keys_are_harmless(filled: Session, window: Opener) -> None:
    wait(filled, Wanted(entity="items", key="[red]\x1b[31m\x00\u202e" + "x" * 9000, payload=b"{}"))
    async with window(filled) as open_window:
        await open_window.press(*NORTHWIND, "Q")
        text = await open_window.until("[red]\\x1b[")
        assert "\x1b" not in text and "\u202e" not in text
        assert "Esc Back" in text
