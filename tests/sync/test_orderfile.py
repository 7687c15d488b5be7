"""Web orders become files that EBMS imports: complete, to the cent, harmless."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webupdate.errors import NeedsPerson
from webupdate.sync.orderfile import (
    HEADER_COLUMNS,
    LINE_COLUMNS,
    PAYMENT_COLUMNS,
    OrderFile,
    build,
    file_name,
)
from webupdate.sync.orderrules import OrderRules
from webupdate.sync.settle import Settled
from webupdate.sync.shops.base import Address, Charge, OrderLine, Payment, WebOrder
from webupdate.sync.text import starts_formula

BERLIN = Address(
    name="Maria Anders",
    address1="Obere Str. 57",
    city="Berlin",
    zip="12209",
    country="Germany",
    phone="+49 30 123",
    email="maria@example.com",
)
ORDER = WebOrder(
    id="7",
    number="100007",
    status="Pending",
    placed_at="2026-11-23T01:30:00+00:00",
    updated_at="2026-11-23T01:30:00+00:00",
    currency="USD",
    email="buyer@example.com",
    bill_to=BERLIN,
    ship_to=BERLIN,
    lines=(
        OrderLine(sku="chai", title="Chai", quantity="3", unit="EA", unit_price="18.00", total="48.60"),
        OrderLine(sku="tofu", title="Tofu", quantity="1", unit_price="23.25", total="23.25", tax="1.50"),
    ),
    charges=(Charge(name="Voucher", amount="-5.00", code="X1"),),
    ship_code="fed",
    shipping="9.75",
    tax="1.50",
    total="78.10",
    payments=(Payment(code="CC", name="Card", amount="78.10", reference="ch_123"),),
)
SETTLED = Settled(
    customer_id="ALFKI",
    ship_via="Federal Shipping",
    terms_id="CC",
    items={"chai": "CHAI-01", "tofu": "TOFU-14"},
    methods={"CC": "CREDITCARD", "N30": "CHARGE", "COD": "COD"},
)
RULES = OrderRules(site="oscar", time_zone="America/New_York", level="Retail", charge_account="41000")
COLUMNS = {"H": HEADER_COLUMNS, "D": LINE_COLUMNS, "P": PAYMENT_COLUMNS}


def parsed(file: OrderFile) -> dict[str, list[dict[str, str]]]:
    rows: dict[str, list[dict[str, str]]] = {"H": [], "D": [], "P": []}
    for kind, *cells in csv.reader(io.StringIO(file.content.decode("cp1252"), newline="")):
        rows[kind].append(dict(zip(COLUMNS[kind], cells, strict=True)))
    return rows


def made(settled: Settled = SETTLED, rules: OrderRules = RULES, **changes: Any) -> OrderFile:
    return build(msgspec.structs.replace(ORDER, **changes), settled, rules)


def header(**changes: Any) -> dict[str, str]:
    (row,) = parsed(made(**changes))["H"]
    return row


def billed(**changes: str) -> tuple[dict[str, str], OrderFile]:
    file = made(bill_to=msgspec.structs.replace(BERLIN, **changes), ship_to=None)
    return parsed(file)["H"][0], file


def line_sum(rows: list[dict[str, str]]) -> Decimal:
    amounts = (Decimal(row["M_QUAN_VIS"]) * Decimal(row["UNIT_VIS"]) for row in rows)
    return sum((amount.quantize(Decimal("0.01"), "ROUND_HALF_UP") for amount in amounts), Decimal())


def test_the_whole_file() -> None:
    file = made()
    assert file.name == "SO-oscar-100007.csv" and file.warnings == ()
    address = "Maria Anders,Obere Str. 57,,Berlin,,12209,Germany,+49 30 123,maria@example.com"
    assert file.content.decode("cp1252").split("\r\n") == [
        f"H,100007,T,ALFKI,ALFKI,11/22/2026,,100007,Web order 100007,{address},{address},"
        "Federal Shipping,T,9.75,,1,CC,Retail,T,1.50,78.10,,,,PAYMENT REFERENCE: ch_123,",
        "D,100007,1,CHAI-01,Chai,3,EA,18.00,F,,",
        "D,100007,2,,Discount,1,,-5.40,F,,41000",
        "D,100007,3,TOFU-14,Tofu,1,,23.25,T,,",
        "D,100007,4,,Voucher (X1),1,,-5.00,F,,41000",
        "P,100007,Credit,78.10,11/22/2026,,,,",
        "",
    ]


def test_the_rows_sum_up_to_the_total() -> None:
    rows = parsed(made())
    head = rows["H"][0]
    total = line_sum(rows["D"]) + Decimal(head["FREIGHT"]) + Decimal(head["TAX_WEB"])
    assert total == Decimal(head["TOTAL_WEB"])


def test_a_guest_order_is_the_guests_customer_with_the_buyers_address() -> None:
    settled = msgspec.structs.replace(SETTLED, customer_id="")
    bill_to = msgspec.structs.replace(BERLIN, email="")
    row = parsed(made(settled, bill_to=bill_to))["H"][0]
    assert (row["ID"], row["NAME"], row["EMAIL"]) == ("WEBSITE", "Maria Anders", "buyer@example.com")


def test_without_shipping_there_is_no_ship_to() -> None:
    row = header(ship_to=None, ship_code="", shipping="0.00")
    assert {row[name] for name in HEADER_COLUMNS if name.startswith("C_") and name != "C_ID"} == {""}


def test_company_names() -> None:
    assert billed(name="", company="Around the Horn")[0]["NAME"] == "Around the Horn"
    row, _file = billed(company="Around the Horn")
    assert row["NAME"] == "Maria Anders" and "COMPANY: Around the Horn" in row["MEMO"]


@pytest.mark.parametrize(
    ("zone", "day"), [("Europe/Berlin", "11/23/2026"), ("America/New_York", "11/22/2026"), ("UTC", "11/23/2026")]
)
def test_the_invoice_day_is_that_of_the_zone(zone: str, day: str) -> None:
    rows = parsed(made(rules=OrderRules(site="s", time_zone=zone)))
    assert (rows["H"][0]["INV_DATE"], rows["P"][0]["DATE"]) == (day, day)


@pytest.mark.parametrize(
    ("payment", "kind", "terms"),
    [
        (Payment(code="N30", name="Net 30", amount="78.10"), "Charge", "2"),
        (Payment(code="COD", name="On delivery", amount="78.10"), "COD", "3"),
        (Payment(code="strange", name="Barter", amount="78.10"), "Barter", ""),
    ],
)
def test_payments_say_how_the_order_is_paid(payment: Payment, kind: str, terms: str) -> None:
    rows = parsed(made(payments=(payment,)))
    assert (rows["P"][0]["TYPE"], rows["P"][0]["AMOUNT"], rows["H"][0]["TERMS"]) == (kind, "78.10", terms)


def test_a_card_number_is_never_written() -> None:
    payment = Payment(code="CC", name="Card", amount="1.00", reference="4111 1111 1111 1111, id 1234567890123456")
    memo = header(payments=(payment,))["MEMO"]
    assert "4111 1111" not in memo and "****1111, id 1234567890123456" in memo


def test_a_finer_price_than_ebms_keeps_is_set_right_in_a_row_of_its_own() -> None:
    line = OrderLine(sku="chai", title="Chai", quantity="3", unit_price="3.33333", total="10.00")
    file = made(lines=(line,), charges=())
    rows = parsed(file)["D"]
    assert [(row["DESCR"], row["UNIT_VIS"]) for row in rows] == [("Chai", "3.33"), ("Price difference", "0.01")]
    assert "3.33333" in file.warnings[0]


@pytest.mark.parametrize(
    ("name", "written", "original"),
    [
        ("Šimůnek", "Šimunek", "\\u016f"),
        ("Łukasz ☃", "Lukasz ?", "\\u2603"),
        ("Müller 😀", "Müller ?", "\\U0001f600"),
        ("x" * 90, "x" * 86, "x" * 90),
    ],
)
def test_what_ebms_cannot_hold_is_kept_in_the_memo(name: str, written: str, original: str) -> None:
    row, file = billed(name=name)
    assert row["NAME"] == written
    assert original in row["MEMO"] and "NAME as the web sent it: " in row["MEMO"]
    assert len(file.warnings) == 1 and "NAME" in file.warnings[0]


@pytest.mark.parametrize("name", ["José Müller", "Jose\u0301 Mu\u0308ller", "José\x00 Mül\x1bler"])
def test_what_loses_nothing_is_no_warning(name: str) -> None:
    row, file = billed(name=name)
    assert row["NAME"] == "José Müller" and file.warnings == () and "NAME" not in row["MEMO"]


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("=1+1", " =1+1"),
        ("@SUM(A1)", " @SUM(A1)"),
        ("+cmd|' /C calc'!A0", " +cmd|' /C calc'!A"),
        ("-cmd", " -cmd"),
        ("\x00=x", " =x"),
        ("\u200f=x", " =x"),
        ("＝x", " =x"),
        ("+49 30 123", "+49 30 123"),
        ("+1 (800) 555-0100 x12", "+1 (800) 555-0100 x12"),
        ("-5.00", "-5.00"),
    ],
)
def test_no_cell_starts_a_formula(given: str, written: str) -> None:
    row, file = billed(phone=given)
    assert row["PHONE"].startswith(written)
    assert bool(file.warnings) == written.startswith(" ")


def test_a_note_that_is_a_number_is_none_any_more_with_text_behind_it() -> None:
    assert header(note="-5", bill_to=Address(name="Šimůnek"))["MEMO"].startswith(" -5\r\nPAYMENT REFERENCE")


def test_line_breaks() -> None:
    row, _file = billed(address1="Obere Str.\r\n57\t")
    assert row["ADDRESS1"] == "Obere Str. 57"
    assert header(note="\none\ntwo\u2028three ")["MEMO"].startswith("one\r\ntwo\r\nthree\r\n")


@pytest.mark.parametrize("number", ["\u0300", "+49☃", "=1☃", ""])
def test_a_number_that_has_to_change_is_still_harmless(number: str) -> None:
    row = header(number=number)
    assert not starts_formula(row["EXTERNALID"]) and len(row["EXTERNALID"]) > 12


def test_a_long_number_keeps_its_identity() -> None:
    first, second = (header(number=f"{'9' * 60}{n}")["EXTERNALID"] for n in (1, 2))
    assert first != second and len(first) == len(second) == 49


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"placed_at": "2026-11-23T01:30:00"}, "INV_DATE"),
        ({"placed_at": "soon"}, "INV_DATE"),
        ({"placed_at": "0001-01-01T00:00:00+14:00"}, "INV_DATE"),
        ({"shipping": "NaN"}, "FREIGHT"),
        ({"total": "1e999999999"}, "TOTAL_WEB"),
        ({"tax": "0E999999"}, "TAX_WEB"),
        ({"lines": (OrderLine(sku="x", title="", quantity="1", unit_price="1", total="1"),)}, "line 1 INVEN"),
        (
            {"lines": (OrderLine(sku="chai", title="", quantity="a", unit_price="1", total="1"),)},
            "line 1 M_QUAN_VIS",
        ),
    ],
)
def test_orders_that_no_file_can_be_made_of(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(NeedsPerson) as caught:
        made(**changes)
    error = caught.value
    assert (error.record, error.field) == ("100007", field) and error.expected and error.hint


def test_an_unknown_time_zone() -> None:
    with pytest.raises(NeedsPerson, match="time zone"):
        made(rules=OrderRules(site="s", time_zone="Europe/Atlantis"))


@pytest.mark.parametrize(
    ("site", "number", "start"),
    [
        ("oscar", "100007", "SO-oscar-100007.csv"),
        ("web-shop", "WC.1_2", "SO-web-shop-WC.1_2.csv"),
        ("oscar", "../../etc", "SO-oscar-.._.._etc-"),
        ("oscar", "", "SO-oscar--"),
        ("oscar", "NUL\0:\\", "SO-oscar-NUL___-"),
        ("ö", "1", "SO-_-1-"),
    ],
)
def test_file_names(site: str, number: str, start: str) -> None:
    assert file_name(site, number).startswith(start)


@given(st.lists(st.one_of(st.text(max_size=60), st.text("aA1-_. ", max_size=4)), unique=True, max_size=20))
def test_different_numbers_have_different_safe_names(numbers: list[str]) -> None:
    names = [file_name("oscar", number).lower() for number in numbers]
    assert len(set(names)) == len(numbers)
    assert all(len(name) < 120 and set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789._-") for name in names)


@given(
    st.lists(
        st.tuples(st.one_of(st.text(max_size=60), st.text("aA1-_. ", max_size=4)), st.integers(1, 30)),
        unique=True,
        max_size=20,
    )
)
def test_a_second_file_is_never_called_as_that_of_another_number(files: list[tuple[str, int]]) -> None:
    names = [file_name("oscar", number, attempt).lower() for number, attempt in files]
    assert len(set(names)) == len(files)


def test_a_second_file_has_its_number_behind() -> None:
    assert file_name("shop", "100012", 2) == "SO-shop-100012-2.csv"
    assert file_name("shop", "100012-2") != "SO-shop-100012-2.csv"


TEXT = st.one_of(
    st.text(max_size=100),
    st.text("=+-@\t\r\n\0\x1b\u200f\u202eů😀\"',; A1x", max_size=60),
    st.text(st.characters(categories=["Cs", "Cc", "Cf", "Mn", "Lo"]), max_size=20),
)
MONEY = st.decimals(0, 9999, places=2).map(str)
LINES = st.builds(
    OrderLine,
    sku=st.just("chai"),
    title=TEXT,
    quantity=st.one_of(st.integers(1, 500).map(str), st.decimals("0.01", 99, places=2).map(str)),
    unit=TEXT,
    unit_price=st.decimals(0, 9999, places=4).map(str),
    total=MONEY,
)
ADDRESSES = st.builds(Address, name=TEXT, company=TEXT, address1=TEXT, state=TEXT, zip=TEXT, phone=TEXT, email=TEXT)


@st.composite
def orders(draw: st.DrawFn) -> WebOrder:
    """An order of arbitrary texts whose total is right."""
    lines = tuple(draw(st.lists(LINES, min_size=1, max_size=4)))
    charge = draw(st.decimals(-99, 99, places=2))
    shipping, tax = draw(MONEY), draw(MONEY)
    total = sum((Decimal(line.total) for line in lines), Decimal()) + charge + Decimal(shipping) + Decimal(tax)
    return msgspec.structs.replace(
        ORDER,
        number=draw(TEXT),
        note=draw(TEXT),
        bill_to=draw(ADDRESSES),
        ship_to=draw(st.none() | ADDRESSES),
        lines=lines,
        charges=(Charge(name=draw(TEXT), amount=str(charge)),),
        shipping=shipping,
        tax=tax,
        total=str(total),
        payments=(Payment(code=draw(TEXT), name=draw(TEXT), amount=str(total), reference=draw(TEXT)),),
    )


@settings(max_examples=150, deadline=None)
@given(orders())
def test_any_order_is_a_harmless_file_that_adds_up(order: WebOrder) -> None:
    file = build(order, SETTLED, RULES)
    rows = parsed(file)
    (head,) = rows["H"]
    total = line_sum(rows["D"]) + Decimal(head["FREIGHT"]) + Decimal(head["TAX_WEB"])
    assert total == Decimal(head["TOTAL_WEB"]) == Decimal(order.total)
    assert len(rows["P"]) == 1
    cells = [cell for kind in rows.values() for row in kind for cell in row.values()]
    assert not any(starts_formula(cell) for cell in cells)
    assert all(cell.replace("\r\n", "").isprintable() or "\xa0" in cell or "\xad" in cell for cell in cells)
    assert all(warning.isprintable() for warning in file.warnings)
