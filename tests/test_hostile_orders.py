"""Hostile orders come down from a real shop: shown harmlessly, stored whole, answered, and written safely."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests import hostile
from tests.firm import Firm, run_command
from tests.hostile import LINES, NOTE_SIZE, ORDERS, PHONE
from tests.tui.conftest import Opener, Window, engines, window
from tests.tui.seeds import new_session
from tests.webshop.running import Api, running_shop
from webupdate.logtail import Tail, formatter
from webupdate.store import companies, history, inbox
from webupdate.store.inbox import Order
from webupdate.sync.orderfile import HEADER_COLUMNS, LINE_COLUMNS, PAYMENT_COLUMNS
from webupdate.sync.text import visible
from webupdate.tui.bars import Lines

__all__ = ["engines", "window"]  # fixtures

Cells = dict[str, str]


@pytest.fixture(scope="module")
def came(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    """A firm that all of them have come down to. Tests see copies of it."""
    folder = tmp_path_factory.mktemp("hostile")
    with running_shop(folder / "shop") as shop:
        firm = Firm(folder, shop)
        firm.cycle()
        hostile.place(shop, folder)
        firm.company = companies.change(firm.store, firm.vault, firm.company, {"orders_from": hostile.BEFORE})
        firm.cycle()
        firm.close()
        yield firm


@pytest.fixture
def firm(came: Firm, tmp_path: Path) -> Iterator[Firm]:
    """A copy of it, with folders of its own."""
    for name in ("data", "export", "orders"):
        shutil.copytree(came.folder / name, tmp_path / name)
    firm = Firm(tmp_path, came.shop)
    folders = {"export_folder": str(firm.export), "order_folder": str(firm.orders)}
    firm.company = companies.change(firm.store, firm.vault, firm.company, folders)
    yield firm
    firm.close()


def orders(firm: Firm) -> dict[str, Order]:
    """The orders by what is hostile about them."""
    by_number = {order.number: order for order in inbox.recent(firm.store, firm.company.id, 100)}
    assert len(by_number) == len(ORDERS)
    return {name: by_number[spec["number"]] for name, spec in ORDERS.items()}


def harmless(text: str) -> str:
    """The text, in which nothing is that a terminal would obey or not show."""
    if not text.replace("\n", "").isprintable():
        assert [char for char in text if not (char.isprintable() or char == "\n")] == []
    return text


class Page(msgspec.Struct):
    """A page of the feed, its orders byte for byte."""

    orders: list[msgspec.Raw]


def test_all_is_stored_whole(firm: Firm) -> None:
    feed = Api(firm.shop).call("GET", "orders/", params={"limit": 200})
    sent = msgspec.json.decode(feed.content, type=Page).orders
    found = orders(firm)
    assert sorted(map(bytes, sent)) == sorted(inbox.received_bytes(firm.store, order.id) for order in found.values())
    for name, order in found.items():
        kept = json.loads(inbox.received_bytes(firm.store, order.id))
        assert kept["note"] == ORDERS[name]["ship"]["notes"]
        assert [(line["sku"], line["title"]) for line in kept["lines"]] == [
            (sku, title) for sku, title, _ in ORDERS[name]["lines"]
        ]


def test_the_command_line_shows_it_harmlessly(firm: Firm, capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, firm, "conflicts")
    for words in (r"#7001\x1b[2J", "#7002[red]", "#=7003+1", r"#7005\u202e", r"#70\x0006", "… and 10,000 more"):
        assert words in text
    assert len(json.loads(told(capsys, firm, "conflicts", "--json"))) == len(ORDERS) - 1
    assert r"Order #7001\x1b[2J needs you" in told(capsys, firm, "log")
    assert all(json.loads(line) for line in told(capsys, firm, "log", "--json").splitlines())
    for order in orders(firm).values():
        text = told(capsys, firm, "conflict", str(order.id), "--received", "--history")
        assert all(word in text for word in ("What the shop sent:", "received, Pending"))
        whole = json.loads(told(capsys, firm, "conflict", str(order.id), "--json"))
        assert whole["order"]["order"] == order.number
        assert told(capsys, firm, "explain", firm.company.name, order.number, "--offline").count("\n") < 500
        json.loads(told(capsys, firm, "explain", firm.company.name, order.number, "--offline", "--json"))


def told(capsys: pytest.CaptureFixture[str], firm: Firm, *words: str) -> str:
    """What a command says, which is harmless."""
    return harmless(run_command(capsys, firm, *words)[1])


def test_what_was_received_is_shown_whole(firm: Firm, capsys: pytest.CaptureFixture[str]) -> None:
    found = orders(firm)
    for name, words in {
        "escape codes": (r"\u001b[31mred\u0007\r\nbell\x9b2J", r"Ber\x9blin"),
        "right to left": (r"\u202eexe.gnp", r"CHAI-01\u200f"),
        "a note of 1 MB": (r"ab\u202ec end",),
        "10,000 lines": ("[red]Chai 0", f"[red]Chai {LINES - 1}"),
    }.items():
        text = told(capsys, firm, "conflict", str(found[name].id), "--received")
        assert [word for word in words if word not in text] == []


def test_the_log_is_harmless(firm: Firm) -> None:
    for as_json in (False, True):
        written = map(formatter(as_json=as_json), Tail(firm.store).earlier())
        lines = harmless("\n".join(written)).splitlines()
        assert len(lines) > len(ORDERS)
        assert all(json.loads(line) for line in lines if as_json)


def test_a_step_of_the_history_stays_short(firm: Firm) -> None:
    for order in orders(firm).values():
        assert max(len(step.text) for step in history.of_order(firm.store, order.id)) < 10_000


async def test_the_screens_show_it_harmlessly(firm: Firm, window: Opener, engines: object) -> None:
    waiting = [order for order in orders(firm).values() if order.state == "conflict"]
    firm.close()
    session = new_session(firm.paths.data)
    session.host()
    async with window(session, size=(120, 40)) as open_window:
        await open_window.press("r")
        for order in waiting:
            await look_at(open_window, order)
            await open_window.press("down")
        await open_window.press("escape", "l")
        assert "needs you: Line 1: web SKU “=CHAI”" in drawn(open_window)
    session.close(handover=False)


async def look_at(open_window: Window, order: Order) -> None:
    """The order under the cursor in all screens that show it."""
    assert visible(order.number)[:6] in drawn(open_window)
    await walk(open_window, "enter", "Sales order as EBMS will get it")
    for key in ("n", "n", "p", "pagedown", "pageup"):
        await open_window.press(key)
        drawn(open_window)
    for key, words, most in (("o", "as received", 5004), ("h", "› History", 500), ("e", "Search", 500)):
        await walk(open_window, key, words, most)
        await walk(open_window, "escape", "Sales order as EBMS will get it")
    await walk(open_window, "escape", "What is wrong")


async def walk(open_window: Window, key: str, words: str, most: int = 500) -> None:
    """To the next screen, which is drawn harmlessly."""
    await open_window.press(key)
    await open_window.until(words)
    drawn(open_window, most)


def drawn(open_window: Window, most: int = 500) -> str:
    """The screen, which is harmless and made of not too many lines."""
    assert max((len(lines._lines) for lines in open_window.app.screen.query(Lines)), default=0) <= most
    return harmless(open_window.text)


ITEM, VIA, ACCOUNT = "INVEN.1=CHAI-01", "SHIP_VIA=Federal Shipping", "ACCOUNT=41000"
ANSWERS: dict[str, tuple[str, ...]] = {
    "escape codes": (ITEM, VIA),
    "markup": (ITEM, VIA, "IDCHARGE=N30"),
    "formulas": (ITEM, ACCOUNT),
    "right to left": (ITEM,),
    "NUL": (ITEM, VIA),
    "10,000 lines": (f"INVEN.{LINES // 2 + 1}=CHAI-01",),
    "phones and amounts": (ACCOUNT,),
}


def test_answered_at_the_command_line_all_become_files_that_are_safe(
    firm: Firm, capsys: pytest.CaptureFixture[str]
) -> None:
    found = orders(firm)
    for name, given in ANSWERS.items():
        words = [word for pair in given for word in ("--set", pair)]
        assert ".csv is in" in told(capsys, firm, "resolve", str(found[name].id), *words)
    files = {order.number: order.file_name or "" for order in orders(firm).values()}
    assert sorted(files.values()) == firm.order_files()
    for name, spec in ORDERS.items():
        rows = firm.order_rows(files[spec["number"]])
        assert rows == list(expected(name))
        for cell in (cell for row in rows for cell in row):
            harmless(cell.replace("\r\n", "\n"))
            assert not cell.startswith(("=", "@", "\t", "\r"))
            assert not cell.startswith(("+", "-")) or cell in (PHONE, "-3.50", "-7009", "-5")
    assert sum(firm.cycle().values()) == 1  # the stock of CHAI-01, now that all are written
    assert {order.state for order in orders(firm).values()} == {"acked"}


def expected(name: str) -> Iterator[list[str]]:
    """The rows of an order's file, cell by cell."""
    header = USUAL | {"EXTERNALID": ORDERS[name]["number"], "TOTAL_WEB": ORDERS[name]["total"]} | HEADERS[name]
    usual = {"PO_NO": header["EXTERNALID"], "DESCR": f"Web order {header['EXTERNALID'].strip()}"}
    yield ["H", *((usual | header).get(column, "") for column in HEADER_COLUMNS)]
    for number, line in enumerate(LINES_OF.get(name, ({},)), 1):
        cells = LINE | {"EXTERNALID": header["EXTERNALID"], "LINE": str(number)} | line
        yield ["D", *(cells.get(column, "") for column in LINE_COLUMNS)]
    payment = {"EXTERNALID": header["EXTERNALID"], "TYPE": "Charge", "AMOUNT": header["TOTAL_WEB"]}
    yield ["P", *((payment | {"DATE": header["INV_DATE"]}).get(column, "") for column in PAYMENT_COLUMNS)]


BERLIN = {"NAME": "Maria Anders", "ADDRESS1": "Obere Str. 57", "CITY": "Berlin", "ZIP": "12209", "COUNTRY": "Germany"}
USUAL: Cells = {
    "WEB_SALE": "T", "ID": "ALFKI", "C_ID": "ALFKI", "INV_DATE": "03/01/2026",
    **BERLIN, "PHONE": PHONE, "EMAIL": "alfki@example.com",
    **{f"C_{name}": value for name, value in BERLIN.items()}, "C_PHONE": PHONE,
    "SHIP_VIA": "Federal Shipping", "MAN_FREIGH": "T", "FREIGHT": "9.75", "TERMS": "2", "IDCHARGE": "N30",
    "IN_LEVEL": "Retail", "MAN_TAX": "T", "TAX_WEB": "0.00",
}  # fmt: skip
LINE: Cells = {"INVEN": "CHAI-01", "DESCR": "Chai", "M_QUAN_VIS": "1", "UNIT_VIS": "18.00", "TAXED": "F"}
COUPON: Cells = {"INVEN": "", "UNIT_VIS": "-3.50", "ACCOUNT": "41000"}
# Where an order's file differs from one that nobody would look at twice.
HEADERS: dict[str, Cells] = {
    "escape codes": {
        "EXTERNALID": "7001[2J-58fae0b62bf3", "PO_NO": "7001[2J", "DESCR": "Web order 7001[2J",
        "NAME": "[31mMaria ]0;xAnders",
        "MEMO": "[31mred\r\nbell2J\r\nORDER NUMBER as the web sent it: 7001[2J\r\nPAYMENT REFERENCE: [8m****1111",
    },
    "markup": {
        "NAME": "[red]Maria[/red] Anders", "ADDRESS1": "[@click=app.quit]x[/]", "ADDRESS2": "[/]",
        "MEMO": "[link=file:///etc/passwd]y[/link]\r\n[bold",
    },
    "formulas": {
        "EXTERNALID": " =7003+1", "NAME": ' =HYPERLINK("http://x") Anders', "ADDRESS1": " +1+cmd|' /C calc'!A0",
        "ADDRESS2": " -2+3", "PHONE": " =1+1", "C_NAME": " =1+1 Anders", "C_CITY": " @SUM(A1)", "C_PHONE": " =1+1",
        "MEMO": " =1+1\r\n=2+2\r\nPAYMENT REFERENCE: =****1111\r\nC_NAME as the web sent it: \\uff1d1+1 Anders",
    },
    "right to left": {
        "EXTERNALID": "7005-15a98d1e961c", "PO_NO": "7005", "DESCR": "Web order 7005", "NAME": "airaM Anders",
        "MEMO": "exe.gnp\r\n"
        "ORDER NUMBER as the web sent it: 7005\\u202e\r\n"
        "line 1 DESCR as the web sent it: Chai\\u202e\r\n"
        "PO_NO as the web sent it: 7005\\u202e\r\n"
        "DESCR as the web sent it: Web order 7005\\u202e\r\n"
        "NAME as the web sent it: \\u202eairaM Anders\r\n"
        "CITY as the web sent it: Berlin\\u200f\r\n"
        "MEMO as the web sent it: \\u202eexe.gnp",
    },
    "NUL": {
        "EXTERNALID": "7006-6b24d03877a0", "PO_NO": "7006", "DESCR": "Web order 7006", "CITY": "",
        "MEMO": "a\r\nORDER NUMBER as the web sent it: 7006",
    },
    "a note of 1 MB": {
        "MEMO": f"[31m[red]={'abc ' * (NOTE_SIZE // 5)}end\r\n"
        "MEMO as the web sent it: [31m[red]=" + r"ab\u202ec " * (NOTE_SIZE // 5) + "end",
    },
    "10,000 lines": {},
    "phones and amounts": {"ZIP": "-5", "MEMO": "-3.50"},
}  # fmt: skip
LINES_OF: dict[str, tuple[Cells, ...]] = {
    "escape codes": ({"DESCR": "Chai[0m"},),
    "markup": ({"DESCR": "[reverse]Chai"},),
    "formulas": ({"DESCR": " =1+1"}, COUPON | {"DESCR": " =Coupon (+a)"}),
    "10,000 lines": tuple({"DESCR": f"[red]Chai {place}", "UNIT_VIS": "0.10"} for place in range(LINES)),
    "phones and amounts": ({}, COUPON | {"DESCR": "Coupon"}),
}
