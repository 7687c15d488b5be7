"""Resolve Error on a real store with Northwind's exports, by the keyboard only."""

from __future__ import annotations

import zlib
from pathlib import Path

import msgspec
import pytest

from tests.sync.desks import FINE, Desk
from tests.sync.folders import Exports
from tests.sync.judging import line
from tests.tui.conftest import Opener, Window
from webupdate.store import answers, commands, history, inbox, mappings
from webupdate.store.answers import Answer
from webupdate.store.commands import Wish
from webupdate.store.inbox import Finding, Order
from webupdate.store.tables import Inbox
from webupdate.sync import topics
from webupdate.sync.resolve import resolve
from webupdate.sync.shops.base import Address, Payment
from webupdate.tui.bars import Lines
from webupdate.tui.resolve import Resolve
from webupdate.tui.session import Session

TO_THE_ORDER = ("r", "enter")
HOSTILE = "[red]x[/red]\x1b[31m\x00\u202eevil =1+1"


@pytest.fixture
def desk(empty: Session, tmp_path: Path) -> Desk:
    """Northwind, as far as its files are read, with orders to come."""
    exports = Exports(empty.store, tmp_path)
    exports.save_northwind()
    exports.look()
    exports.upload()
    empty.store.sql("UPDATE site SET begun_at = 1")
    return Desk(exports)


def wishes(desk: Desk) -> list[Wish]:
    return commands.waiting(desk.store, desk.exports.company.id)


def given(desk: Desk) -> list[tuple[str, str, str, str]]:
    """The answers of the one command that waits."""
    (wish,) = wishes(desk)
    assert wish.verb == "resolve"
    found = msgspec.convert(wish.arguments["answers"], list[Answer])
    return [(one.topic, one.web, one.value, one.scope) for one in found]


async def confirmed(open_window: Window, desk: Desk) -> str:
    """Press Enter at the finished order, and let the engine do its part."""
    await open_window.press("enter")
    await open_window.wait_for(lambda: wishes(desk))
    (wish,) = wishes(desk)
    commands.finish(desk.store, wish, resolve(desk.store, desk.exports.company, wish, desk.exports.now))
    return await open_window.look()


async def opened(open_window: Window, keys: tuple[str, ...] = TO_THE_ORDER) -> str:
    await open_window.press(*keys)
    await open_window.until("Sales order as EBMS will get it")
    return open_window.text


async def test_an_unknown_sku_is_resolved_from_the_company_list_in_few_presses(
    empty: Session, desk: Desk, window: Opener
) -> None:
    order = desk.receive(lines=(line("CHAI", title="Chai"), line("CHANG-02")))
    async with window(empty) as open_window:
        keys = ["r", "enter", "1", "enter"]
        assert "r Resolve" in await open_window.press("g")
        assert "Enter Resolve" in await open_window.press(keys[0])
        text = await opened(open_window, (keys[1],))
        for words in ("Unknown SKU", "▸ 1  CHAI-01", "problem 1 of 1", "1-9 Choose", "web SKU “CHAI”"):
            assert words in text
        text = await open_window.press(keys[2])
        assert "Nothing stops this order." in text and "Enter Confirm" in text
        text = await confirmed(open_window, desk)
        assert len(keys) <= 12
        assert "No order waits for an answer." in await open_window.until("No order waits for an answer.")
    assert desk.order(order).state == "ready"
    (content,) = desk.write().values()
    assert b",CHAI-01," in content
    known = mappings.remembered(desk.store, desk.exports.company.id)
    assert [(one.topic, one.web, one.value) for one in known] == [("item", "CHAI", "CHAI-01")]
    assert ("answered", known[0].made_by) in desk.story(order)


async def test_the_list_says_in_a_few_words_what_is_wrong_and_finds_an_order(
    empty: Session, desk: Desk, window: Opener
) -> None:
    desk.receive(lines=(line("CHAI"), line("CHANG")))
    desk.receive(ship_code="ups", ship_name="UPS Ground")
    desk.receive(lines=(line("CHAI-01"),) * 300)
    desk.receive(lines=(line("CHAI-01"),) * 300)
    async with window(empty) as open_window:
        text = await open_window.press("r")
        assert "+1  Unknown SKU: CHAI" in text and "Ship via unknown: UPS" in text and "Order #100013" in text
        await open_window.press("slash", *"ups gr")
        text = await open_window.press("enter")
        assert "Ship via unknown  SHIP_VIA" in text and "100013" not in text
        await open_window.press("slash", *"xx")
        assert "No order that waits has this text." in open_window.text
        await open_window.press("escape", "G")
        assert "Credit  ID  1 other order with the same problem" in open_window.text


async def test_several_problems_are_stepped_through_and_undone(empty: Session, desk: Desk, window: Opener) -> None:
    desk.receive(lines=(line("CHAI"), line("CHANG")), ship_code="ups", ship_name="UPS Ground")
    async with window(empty) as open_window:
        assert "problem 1 of 3" in await opened(open_window)
        assert "Ship via unknown" in open_window.text
        assert "problem 2 of 3" in await open_window.press("n")
        assert "Line 1: web SKU “CHAI”" in open_window.text
        assert "problem 1 of 2" in await open_window.press("p", "1")
        text = await open_window.press("pageup")
        assert "✔" in next(text for text in text.splitlines() if "SHIP_VIA" in text)
        assert "problem 1 of 1" in await open_window.press("1")
        assert "problem 1 of 2" in await open_window.press("u")
        assert "problem 1 of 3" in await open_window.press("u")
        assert "Nothing was answered yet." in await open_window.press("u")
        await open_window.press("1", "1", "a", "1")
        await open_window.press("enter")
        await open_window.wait_for(lambda: wishes(desk))
    assert [(topic, web, scope) for topic, web, _, scope in given(desk)] == [
        ("ship_via", "UPS Ground", "always"),
        ("item", "CHAI", "always"),
        ("item", "CHANG", "order"),
    ]


async def test_what_is_answered_is_there_again_later(empty: Session, desk: Desk, window: Opener) -> None:
    order = desk.receive(lines=(line("CHAI"), line("CHANG")))
    async with window(empty) as open_window:
        await opened(open_window)
        await open_window.press("1", "escape")
        assert "answered, not confirmed" in await open_window.until("answered, not confirmed")
        assert [one.web for one in answers.draft(desk.store, order.id)] == ["CHAI"]
    async with window(empty) as open_window:
        assert "problem 1 of 1" in await opened(open_window)
        assert "CHAI-01" in open_window.text
        assert "problem 1 of 2" in await open_window.press("u")
        await open_window.press("escape")
        await open_window.wait_for(lambda: answers.draft(desk.store, order.id) == ())
    assert wishes(desk) == []


async def test_one_answer_serves_all_that_wait_alike_and_the_next_is_offered(
    empty: Session, desk: Desk, window: Opener
) -> None:
    orders = [desk.receive(lines=(line(sku, title="Chai"),)) for sku in ("CHAI", "CHAI", "TEE", "CHAI")]
    async with window(empty) as open_window:
        assert "2 other orders with the same problem" in await open_window.press("r")
        text = await opened(open_window, ("enter",))
        assert "helps 2 more orders" in text
        assert "[x] g  Also in 2 other orders" in await open_window.press("g")
        await open_window.press("1")
        await confirmed(open_window, desk)
        text = await open_window.until("Go on with order #100015")
        assert "2 more orders with it" in text
        await open_window.press("enter")
        assert "web SKU “TEE”" in await open_window.until("web SKU “TEE”")
    assert [desk.order(order).state for order in orders] == ["ready", "ready", "conflict", "ready"]
    assert mappings.remembered(desk.store, desk.exports.company.id) == []


async def test_an_answered_order_does_not_close_the_question_what_comes_next(
    empty: Session, desk: Desk, window: Opener
) -> None:
    for sku in ("CHAI", "TEE"):
        desk.receive(lines=(line(sku, title="Chai"),))
    async with window(empty) as open_window:
        await opened(open_window)
        await open_window.press("1")
        await confirmed(open_window, desk)
        await open_window.until("Go on with order #100014")
        (page,) = [screen for screen in open_window.app.screen_stack if isinstance(screen, Resolve)]
        await open_window.look()
        page.draw()  # as when the question goes away: the snapshot is a newer one, and the order waits no longer
        assert not any(worker.group == "load" and not worker.is_finished for worker in open_window.app.workers)
        await page._read()
        assert "Go on with order #100014" in open_window.text
        assert "does not wait" not in open_window.text
        await open_window.press("l")
        assert "1 needs you" in await open_window.until("Synchronization Status › Northwind")
        assert "web   “TEE”" in open_window.text


async def test_a_typed_answer_is_checked_and_suggested(empty: Session, desk: Desk, window: Opener) -> None:
    desk.receive(lines=(line("X-4711", title="?"), line("CHAI-01")))
    async with window(empty) as open_window:
        await opened(open_window)
        await open_window.press("t")
        assert "It is kept for all orders to come." in await open_window.until("type another item")
        await open_window.press(*"syrup")
        await open_window.until("SYRUP-03")
        assert "is no ID of inventory.csv" in await open_window.press("enter")
        await open_window.press("down")
        assert "Enter takes ANISEED-SYRUP-03" in open_window.text
        await open_window.press("enter")
        await open_window.until("Nothing stops this order.")
        await open_window.press("enter")
        await open_window.wait_for(lambda: wishes(desk))
    assert given(desk) == [("item", "X-4711", "ANISEED-SYRUP-03", "always")]


async def test_a_text_that_is_too_long_says_so_while_it_is_typed(empty: Session, desk: Desk, window: Opener) -> None:
    order = desk.receive(lines=(line("CHAI"),))
    web = topics.key("ADDRESS1", "1" * 40)
    long = Finding(
        kind=21, field="C_ADDRESS1", seen="1" * 40, expected="", message="Too long.", topic="text", web=web, blocks=True
    )
    async with window(empty) as open_window:
        await opened(open_window)
        (page,) = [screen for screen in open_window.app.screen_stack if isinstance(screen, Resolve)]
        page._put(msgspec.structs.replace(page.state, problems=(long,), at=0, choices=()))
        await open_window.press("t")
        assert "40 of 35 characters" in await open_window.until("40 of 35 characters")
        assert "40 of 35 characters" in await open_window.press("enter")
        assert "ADDRESS1 holds 35" in open_window.text and "Suggestions" not in open_window.text
        assert "35 of 35 characters" in await open_window.press(*["backspace"] * 5)
    assert inbox.order(desk.store, order.id) == order


async def test_an_answer_that_does_not_help_says_so(empty: Session, desk: Desk, window: Opener) -> None:
    desk.receive(payments=(Payment(code="N30", name="Net 30", amount="27.75"),), customer="", account="", email="")
    async with window(empty) as open_window:
        assert "must not buy on account" in await opened(open_window)
        await open_window.press("t", *"N30")
        await open_window.until("✔ Net 30")
        await open_window.press("enter")
        assert "That does not settle it" in await open_window.until("That does not settle it")


async def test_leaving_the_line_out_and_the_keys_that_do_not_work_say_why(
    empty: Session, desk: Desk, window: Opener
) -> None:
    desk.receive(lines=(line("CHAI"), line("CHANG-02")))
    async with window(empty) as open_window:
        text = await opened(open_window)
        number = next(text.strip()[0] for text in text.splitlines() if "leave the line out" in text)
        assert "no default" in await open_window.press("d")
        assert "No other order waits with this." in await open_window.press("g")
        assert "There is no choice 9." in await open_window.press("9")
        text = await open_window.press(number)
        assert "left out" in next(text for text in text.splitlines() if "Line 1" in text)
        await open_window.press("enter")
        await open_window.wait_for(lambda: wishes(desk))
    assert given(desk) == [("line", "1", "skip", "order")]


async def test_nobody_carries_it_out_while_nobody_runs_the_sync(empty: Session, desk: Desk, window: Opener) -> None:
    desk.receive(lines=(line("CHAI"),))
    async with window(empty) as open_window:
        await opened(open_window)
        empty.mode = "orphaned"
        assert "Nobody runs the sync. Press E" in await open_window.press("1", "enter")
        empty.mode = "hosted"
    assert wishes(desk) == []


async def test_what_the_engine_refuses_is_told_and_the_answers_stay(empty: Session, desk: Desk, window: Opener) -> None:
    desk.receive(lines=(line("CHAI"),))
    async with window(empty) as open_window:
        await opened(open_window)
        await open_window.press("1", "enter")
        await open_window.wait_for(lambda: wishes(desk))
        desk.store.sql("UPDATE command SET done_at = 1, error = 'The item has left the export.'")
        await open_window.look()
        await open_window.until("The item has left the export.")
        await open_window.press("enter")
        assert "Nothing stops this order." in await open_window.until("Enter  Confirm")


async def test_an_order_changed_later_stands_beside_what_was_written(
    empty: Session, desk: Desk, window: Opener
) -> None:
    order = desk.receive()
    desk.write()
    content = msgspec.json.decode(order.content, type=type(FINE))
    newer = msgspec.structs.replace(
        content, status="Cancelled", shipping="0.00", lines=(line("CHAI-01", quantity="3"),)
    )
    later = Finding(
        kind=24, field="document", seen="", expected="", message="It was changed in the shop later.", topic="decision",
        web="24",
    )  # fmt: skip
    packed = zlib.compress(msgspec.json.encode(newer))
    Inbox.update(newer=packed, problems=msgspec.json.encode([later]).decode()).where(Inbox.id == order.id).execute()
    async with window(empty) as open_window:
        await open_window.press(*TO_THE_ORDER)
        text = await open_window.until("in the shop now")
        assert "Changed in the shop after SO-shop-100013.csv" in text
        row = next(text for text in text.splitlines() if "line 1 quantity" in text)
        assert row.split()[-2:] == ["1", "3"]
        assert "Cancelled" in text
        assert "write a corrected file" in text and "hand it over" in text
        await open_window.press("2", "enter")
        await open_window.wait_for(lambda: wishes(desk))
    assert given(desk) == [("decision", "24", topics.LEAVE, "order")]


async def test_a_hostile_order_is_drawn_harmlessly(empty: Session, desk: Desk, window: Opener) -> None:
    evil = Address(name=HOSTILE, address1=HOSTILE, city=HOSTILE, country=HOSTILE, country_code="DE")
    lines = (line(HOSTILE, title=HOSTILE, quantity="1e999999", unit=HOSTILE),)
    desk.receive(lines=lines, bill_to=evil, ship_to=evil, ship_name=HOSTILE, ship_code="", number=HOSTILE, total="NaN")
    async with window(empty) as open_window:
        text = await opened(open_window)
        assert "[red]x[/red]\\x1b[31m\\x00\\u202e" in text
        for keys in (("t",), ("escape", "n"), ("p", "1"), ("u", "o"), ("escape", "h"), ("enter",), ("down", "enter")):
            text += await open_window.press(*keys)
        assert not {"\x1b", "\x00", "\u202e"} & set(text)


async def test_an_order_of_ten_thousand_lines_is_drawn_in_part(empty: Session, desk: Desk, window: Opener) -> None:
    skus = ["CHAI-01"] * 9_990 + ["CHAI"] * 10
    lines = tuple(line(sku, unit_price="0.01", total="0.01") for sku in skus)
    paid = (Payment(code="N30", name="Net 30", amount="109.75"),)
    desk.receive(lines=lines, total="109.75", payments=paid)
    async with window(empty) as open_window:
        text = await opened(open_window)
        assert "problem 1 of 10" in text and "◂" in next(text for text in text.splitlines() if "Line 9991" in text)
        drawn = sum(len(widget._lines) for widget in open_window.app.screen.query(Lines))
        assert drawn <= 22
        assert "Line 998" in await open_window.press("pageup", "pageup")
        assert "Line 1 " in await open_window.press("1", "pageup")


async def test_a_judgement_of_several_things_is_told_line_by_line(empty: Session, desk: Desk, window: Opener) -> None:
    desk.receive(lines=(line("CHAI"), line("CHANG")))
    async with window(empty) as open_window:
        await open_window.press("r")
        text = await open_window.press("h")
        assert "+1  Line 1: web SKU “CHAI”" in text
        assert "· Line 1: web SKU “CHAI”" in text and "· Line 2: web SKU “CHANG”" in text


async def test_history_tells_what_happened_newest_first(empty: Session, desk: Desk, window: Opener) -> None:
    order = desk.receive(lines=(line("CHAI"),))
    history.note(desk.store, order.id, "answered", "item: CHAI", desk.exports.now, by="[b]anna", data=b"\x1b[31m{")
    async with window(empty) as open_window:
        await open_window.press("r")
        text = await open_window.press("h")
        rows = [row.strip(" ▸").split() for row in text.splitlines()]
        steps = [row[2] for row in rows if row and row[0].startswith("2025-")]
        assert steps == ["answered", "judged", "received"]
        assert "[b]anna" in text
        assert "\\x1b[31m{" in await open_window.press("enter")
        text = await open_window.press("escape", "down", "enter")
        assert "no more than its line" in text


async def test_the_next_order_is_one_key_away(empty: Session, desk: Desk, window: Opener) -> None:
    desk.receive(lines=(line("CHAI"),))
    async with window(empty) as open_window:
        await opened(open_window)
        await open_window.press("k")
        await open_window.until("No other order waits.")
        desk.receive(lines=(line("TEE"),))
        await open_window.press("k")
        assert "Order #100014" in await open_window.until("web SKU “TEE”")
        await open_window.press("k")
        assert "Order #100013" in await open_window.until("web SKU “CHAI”")


async def test_an_order_that_goes_by_itself_closes_its_stepper(empty: Session, desk: Desk, window: Opener) -> None:
    order: Order = desk.receive(lines=(line("CHAI"),))
    async with window(empty) as open_window:
        await opened(open_window)
        desk.answer(order, ("item", "CHAI", "CHAI-01"))
        await open_window.look()
        await open_window.until("No order waits for an answer.")
