"""The list of all orders: where each is, found, narrowed down and opened."""

from __future__ import annotations

import time

import pytest

from tests.tui import orderseeds
from tests.tui.conftest import Opener, Window
from webupdate.store import companies, inbox, orderlist
from webupdate.store.inbox import Order
from webupdate.sync.shops.base import Address
from webupdate.tui import paged
from webupdate.tui.app import WebUpdateApp
from webupdate.tui.orderhistory import OrderHistory
from webupdate.tui.orders import STATES, Orders
from webupdate.tui.resolve import Resolve
from webupdate.tui.session import Session

FILE = "SO-shop-100020.csv"


def add(session: Session, number: str, state: str, **values: object) -> Order:
    """An order of Blue Ridge Feed in that state of the inbox."""
    blue = companies.company(session.store, "Blue Ridge Feed")
    ann = Address(name=f"Ann {number}", country="USA", country_code="US")
    order = orderseeds.receive(
        session.store, blue, number, time.time(), bill_to=ann, email=f"ann{number}@example.com", total="7.00"
    )
    return inbox.advance(session.store, order, state, **({"problems": "[]"} | values))


def newest(window: Window) -> str:
    """The number of the order that was read as the newest one."""
    screen = window.app.screen
    return screen._found[0].number if isinstance(screen, Orders) and screen._found else ""


def on_every_way(session: Session) -> None:
    now = time.time()
    add(session, "100020", "ready")
    add(session, "100021", "written", file_name=FILE, folder="/orders", written_at=now)
    add(session, "100022", "acked", file_name=FILE, folder="/orders", written_at=now, acked_at=now)
    add(session, "100023", "acked", file_name=FILE, folder="/orders", written_at=now, acked_at=now, taken_at=now)
    add(session, "100024", "closed")
    add(session, "100025", "received")


async def test_every_order_says_where_it_is(filled: Session, window: Opener) -> None:
    on_every_way(filled)
    async with window(filled) as open_window:
        await open_window.press("o")
        text = await open_window.until("100025")
        assert "Blue Ridge Feed › Orders" in text and "All orders, newest first" in text
        numbers = [line.split("100")[1][:3] for line in text.splitlines() if " 100" in line and "Order" not in line]
        assert numbers == ["025", "024", "023", "022", "021", "020", "015", "014"]
        for state in STATES.values():
            assert f"{state.glyph} {state.word}" in text
        assert "It came down and is judged in the next cycle." in text
        assert "Nothing more is done about it here." in await open_window.press("down")
        text = await open_window.press("down", "down", "down")
        assert "Its file lies in the order folder; the shop is told next. /orders/SO-" in text


async def test_one_key_goes_through_the_states(filled: Session, window: Opener) -> None:
    on_every_way(filled)
    async with window(filled) as open_window:
        await open_window.press("o")
        await open_window.until("100025")
        await open_window.press("s")
        text = await open_window.until("Waits for you, newest first")
        await open_window.wait_for(lambda: "100025" not in open_window.text)
        assert "100014" in open_window.text and "Ship via" in text
        await open_window.press(*["s"] * (len(orderlist.WAYS) - 1))
        await open_window.until("Closed, newest first")
        await open_window.wait_for(lambda: "100014" not in open_window.text)
        await open_window.press("s")
        await open_window.until("100014")


async def test_a_state_without_orders_is_named(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        await open_window.press("o")
        await open_window.until("100014")
        await open_window.press(*["s"] * (1 + orderlist.WAYS.index("taken")))
        await open_window.until("Nothing here is like this: Taken by EBMS")


@pytest.mark.parametrize("text", ["100022", "ANN 100022", "ann100022@example"])
async def test_an_order_is_found_by_number_buyer_and_mail(filled: Session, window: Opener, text: str) -> None:
    on_every_way(filled)
    async with window(filled) as open_window:
        await open_window.press("o")
        await open_window.until("100025")
        await open_window.press("slash", *text)
        await open_window.wait_for(lambda: "100025" not in open_window.text and "100022" in open_window.text)
        await open_window.press(*"xyz")
        await open_window.until("Nothing here is like this: “")
        await open_window.press("escape")
        await open_window.until("100025")


async def test_enter_resolves_what_waits_and_tells_the_history_of_the_others(filled: Session, window: Opener) -> None:
    add(filled, "100030", "closed")
    async with window(filled) as open_window:
        await open_window.press("o")
        await open_window.until("100030")
        await open_window.press("enter")
        assert isinstance(open_window.app.screen, OrderHistory)
        await open_window.press("escape", "down", "enter")
        assert isinstance(open_window.app.screen, Resolve)
        await open_window.press("escape", "h")
        assert isinstance(open_window.app.screen, OrderHistory)
        await open_window.press("escape", "o")
        assert "E-mail      jane@stoltzfus.example" in open_window.text
        await open_window.press("end")
        assert "[red]\\u001b[31mcome in[/red]" in open_window.text  # as it came
        await open_window.press("escape", "e")
        await open_window.until("Order #100015")


async def test_an_order_that_has_gone_is_told_of(filled: Session, window: Opener) -> None:
    order = add(filled, "100030", "closed")
    async with window(filled) as open_window:
        await open_window.press("o")
        await open_window.until("100030")
        with filled.store.writing():
            filled.store.sql("DELETE FROM inbox WHERE id = ?", order.id)
        assert "This order is not here any more." in await open_window.press("enter")


async def test_no_orders_say_where_they_come_from(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        await open_window.press("down", "o")
        await open_window.until("No order has come yet.")
        assert "There is nothing to open in this list." in await open_window.press("enter")


async def test_only_what_was_gone_to_is_read(filled: Session, window: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paged, "PAGE", 3)
    on_every_way(filled)
    asked: list[int] = []
    real = orderlist.page

    def page(*arguments: object) -> list[orderlist.Listed]:
        asked.append(arguments[-1])  # type: ignore[arg-type]
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(orderlist, "page", page)
    async with window(filled) as open_window:
        await open_window.press("o")
        text = await open_window.until("first 3, more below")
        assert "100022" not in text
        await open_window.press("G")
        await open_window.until("100020")
        assert asked == [3, 6]


async def test_new_orders_leave_the_place(filled: Session, window: Opener) -> None:
    for number in range(100030, 100060):
        add(filled, str(number), "closed")
    async with window(filled) as open_window:
        await open_window.press("o")
        await open_window.until("100059")
        before = await open_window.press(*["down"] * 20)
        assert "▸ ‖ Closed        100039" in before
        add(filled, "100060", "closed")
        await open_window.look()
        await open_window.wait_for(lambda: newest(open_window) == "100060")
        after = open_window.text
        assert [line[:30] for line in after.splitlines()][2:] == [line[:30] for line in before.splitlines()][2:]


async def test_hostile_texts_are_harmless(filled: Session, window: Opener) -> None:
    bad = "[red]\x1b[31m\x00\u202e" + "x" * 9000
    order = add(filled, "100030", "closed")
    texts = {"buyer": bad, "number": bad, "total": bad, "file_name": bad, "folder": bad, "web_status": bad}
    inbox.advance(filled.store, order, "closed", **texts)
    async with window(filled) as open_window:
        await open_window.press("o")
        text = await open_window.until("[red]\\x1b[")
        assert "\x1b" not in text and "\u202e" not in text
        assert "Esc Back" in text


@pytest.mark.parametrize("keys", ["o", "Q", "l"])
async def test_the_lists_need_no_glyphs(filled: Session, keys: str) -> None:
    app = WebUpdateApp(filled, twins=True)
    async with app.run_test(size=(80, 24)) as pilot:
        window = Window(app, pilot)
        await window.press(*keys)
        text = await window.until("100014" if keys != "Q" else "chai.pdf")
        assert not set("✔⟳⚠✖‖·▸…–“”─") & set(text)
        assert "needs you" in text if keys == "Q" else "!" in text
