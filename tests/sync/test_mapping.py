"""EBMS rows become neutral records."""

from __future__ import annotations

from collections import defaultdict

import msgspec
import pytest

from tests.sync.exports import northwind
from webupdate.sync.entities import FILES
from webupdate.sync.mapping import Mapped, SiteRules, map_rows
from webupdate.sync.reader import Row
from webupdate.sync.shops.base import (
    KEY_SEPARATOR,
    RECORD_TYPES,
    Category,
    Customer,
    Item,
    PayOption,
    Price,
    ShipBand,
    ShipMethod,
    Stock,
)

RULES = SiteRules(guest_customer="WEBSITE")


def mapped(file: str, *rows: dict[str, str]) -> tuple[Mapped, ...]:
    key = KEY_SEPARATOR.join(rows[0].get(name, "") for name in FILES[file].key)
    return map_rows(file, [Row(2 + n, key, row) for n, row in enumerate(rows)], RULES)


def one(file: str, *rows: dict[str, str]) -> Mapped:
    (found,) = mapped(file, *rows)
    return found


def item(**values: str) -> Mapped:
    return mapped("inventory", {"ID": "A-1", "TREE_ID": "11", "DESCR_1": "Chai", "SHOW_WEB": "T"} | values)[0]


def stock(**values: str) -> Mapped:
    return mapped("inventory", {"ID": "A-1"} | values)[1]


def product(**values: str) -> Item:
    record = item(**values).record
    assert isinstance(record, Item)
    return record


def account(**values: str) -> Customer:
    record = one("customers", {"ID": "ALFKI", "EMAIL": "Alfki@Example.com"} | values).record
    assert isinstance(record, Customer)
    return record


def test_northwind_counts() -> None:
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for file in FILES:
        for row in northwind(file).rows:
            for found in map_rows(file, [row], RULES):
                assert found.problem is None
                tally = [found.record is not None, found.hidden, bool(found.left)]
                counts[found.entity] = [a + b for a, b in zip(counts[found.entity], tally, strict=True)]
    assert counts == {
        "categories": [9, 0, 0],
        "items": [77, 8, 0],
        "stock": [77, 0, 0],
        "prices": [154, 0, 0],
        "customers": [91, 0, 1],
        "shipping": [4, 0, 0],
        "payments": [3, 0, 1],
    }


def test_every_northwind_record_survives_json() -> None:
    for file in FILES:
        for row in northwind(file).rows:
            for found in map_rows(file, [row], RULES):
                data = msgspec.json.encode(found.record)
                if found.record:
                    assert msgspec.json.decode(data, type=RECORD_TYPES[found.entity]) == found.record


def test_a_northwind_item() -> None:
    chai = northwind("inventory").rows[0]
    found, count = map_rows("inventory", [chai], RULES)
    assert (found.entity, found.key, found.parent, found.hidden) == (
        "items",
        "CHAI-01",
        ("categories", "11"),
        False,
    )
    assert found.record == Item(
        category="11",
        title="Chai",
        short="10 boxes x 20 bags",
        long="Chai, sold as 10 boxes x 20 bags.<br>Supplied by Exotic Liquids.",
        oversell=False,
        unit="EA",
        manufacturer="EXOTIC-LIQ",
        tax_group="FOOD",
    )
    assert (count.parent, count.record) == (("items", "CHAI-01"), Stock(item="CHAI-01", quantity="39.00"))


@pytest.mark.parametrize(
    ("values", "title"),
    [
        ({"WEB_DESCR1": "Web"}, "Web"),
        ({}, "Chai"),
        ({"DESCR_1": "\x07"}, "A-1"),
        ({"DESCR_1": 'a <b>\r\n"c"\x1b[0m\x85'}, 'a <b> "c"[0m'),
    ],
)
def test_titles_are_plain(values: dict[str, str], title: str) -> None:
    assert product(**values).title == title


@pytest.mark.parametrize(
    ("text", "long"),
    [
        ("a < b & c\r\nd", "a &lt; b &amp; c<br>d"),
        ("size <L>\rnext", "size &lt;L&gt;<br>next"),
        ("<p>Hi &amp; <b>you</b></p>\r\nx", "<p>Hi &amp; <b>you</b></p>\nx"),
        ("one<br/>two & three", "one<br/>two & three"),
        ('<a href="x">y</a>', '<a href="x">y</a>'),
        ("bell\x07", "bell"),
    ],
)
def test_long_text_is_html(text: str, long: str) -> None:
    assert product(WEB_DESCR3=text).long == long


def test_short_text_falls_back() -> None:
    assert product(DESCR_2="second").short == "second"
    assert product(DESCR_2="second", WEB_DESCR2="web").short == "web"


@pytest.mark.parametrize(
    ("values", "hidden"),
    [({}, False), ({"SHOW_WEB": "F"}, True), ({"INACTIVE": "T"}, True), ({"INACTIVE": "F"}, False)],
)
def test_hidden_items(values: dict[str, str], hidden: bool) -> None:
    found = item(**values)
    assert isinstance(found.record, Item)
    assert (found.hidden, found.record.shown) == (hidden, not hidden)


@pytest.mark.parametrize(
    ("values", "oversell"),
    [
        ({}, True),
        ({"NOTQTYSELL": "F"}, True),
        ({"NOTQTYSELL": "T"}, False),
        ({"NOTQTYSELL": "T", "C_TYPE": "0"}, True),
        ({"NOTQTYSELL": "T", "C_TYPE": "2"}, False),
    ],
)
def test_selling_beyond_stock(values: dict[str, str], oversell: bool) -> None:
    assert product(**values).oversell is oversell


@pytest.mark.parametrize("tree", ["", "0", "000"])
def test_an_item_at_the_root(tree: str) -> None:
    found = item(TREE_ID=tree)
    assert found.parent is None and isinstance(found.record, Item) and found.record.category is None


@pytest.mark.parametrize(
    ("values", "quantity"),
    [
        ({"T_AVAIL": "5.00", "T_ON_HAND": "9.00"}, "5.00"),
        ({"T_AVAIL": "", "T_ON_HAND": "9.00"}, "9.00"),
        ({"T_AVAIL": "-3.00"}, "-3.00"),
        ({"T_AVAIL": "0"}, "0"),
    ],
)
def test_stock(values: dict[str, str], quantity: str) -> None:
    assert stock(**values).record == Stock(item="A-1", quantity=quantity)


@pytest.mark.parametrize("kind", ["0", "1", "6", "10"])
def test_what_is_not_counted_has_no_stock(kind: str) -> None:
    found = stock(T_AVAIL="5.00", C_TYPE=kind)
    assert found.record is None and f"C_TYPE {kind}" in found.left
    assert stock().left


def test_categories() -> None:
    found = one("categories", {"TREE_ID": "11", "PARENT_ID": "1", "TREE_DESCR": "Bev", "SHOW_WEB": "F"})
    assert found.record == Category(parent="1", title="Bev", shown=False)
    assert (found.parent, found.hidden) == (("categories", "1"), True)
    root = one("categories", {"TREE_ID": "1", "PARENT_ID": "0", "TREE_DESCR": "All", "WEB_DESCR1": "Shop"})
    assert (root.parent, root.record) == (None, Category(parent=None, title="Shop"))


def test_prices() -> None:
    found = one("prices", {"ID": "A-1", "LEVEL": "Retail", "UNIT": "EA", "PRICE": "0.3333"})
    assert found.key == "A-1\tRetail\tEA" and found.parent == ("items", "A-1")
    assert found.record == Price(item="A-1", level="Retail", unit="EA", price="0.3333", public=True)
    other = one("prices", {"ID": "A-1", "LEVEL": "Wholesale", "UNIT": "EA", "PRICE": "0.30"})
    assert other.record == Price(item="A-1", level="Wholesale", unit="EA", price="0.30")
    assert one("prices", {"ID": "A-1", "LEVEL": "Retail", "PRICE": "1"}).key == "A-1\tRetail\t"


@pytest.mark.parametrize("price", ["", "-1.00"])
def test_a_price_that_is_none(price: str) -> None:
    found = one("prices", {"ID": "A-1", "LEVEL": "Retail", "PRICE": price})
    assert found.record is None and found.problem
    assert (found.problem.line, found.problem.column) == (2, "PRICE") and found.problem.hint


def test_customers() -> None:
    found = account(CHARGEPYMT="T", IDCHARGE="N30", CREDITCARD="T", IN_LEVEL="Retail", L_NAME="Müller")
    assert (found.login, found.email) == ("alfki@example.com", "Alfki@Example.com")
    assert (found.charge_terms, found.card, found.level, found.approved) == ("N30", True, "Retail", True)
    assert account(WEB_USER="Alf").login == "Alf"
    assert account(CHARGEPYMT="F", IDCHARGE="N30").charge_terms == ""
    assert account(WEB_APPRVD="F").approved is False


def test_an_inactive_customer_is_hidden() -> None:
    found = one("customers", {"ID": "ALFKI", "EMAIL": "a@example.com", "INACTIVE": "T"})
    assert found.hidden and isinstance(found.record, Customer) and not found.record.active


@pytest.mark.parametrize("row", [{"ID": "WEBSITE", "EMAIL": "a@example.com"}, {"ID": "ALFKI", "EMAIL": ""}])
def test_customers_that_are_not_for_the_site(row: dict[str, str]) -> None:
    found = one("customers", row)
    assert found.record is None and found.left and not found.problem


def test_the_rows_of_a_ship_via_are_its_bands() -> None:
    row = {"SHIP_VIA": "UPS", "DESCR": "UPS Ground", "RATE_TYPE": "weight", "SHOW_WEB": "T"}
    light = row | {"MIN_VALUE": "0", "MAX_VALUE": "5", "RATE": "4.50", "HANDLING": "0.00"}
    heavy = row | {"MIN_VALUE": "5", "MAX_VALUE": "0.00", "RATE": "9.00", "COUNTRY": "USA"}
    assert one("shipping", light, heavy, row | {"SHOW_WEB": "F"}).record == ShipMethod(
        name="UPS Ground",
        bands=(
            ShipBand(rate_type="WEIGHT", rate="4.50", max_value="5"),
            ShipBand(rate_type="WEIGHT", rate="9.00", min_value="5", country="USA"),
        ),
    )
    assert one("shipping", row | {"SHOW_WEB": "F"}).left


@pytest.mark.parametrize(
    ("values", "column"),
    [({}, "RATE"), ({"RATE_TYPE": "FLAT"}, "RATE"), ({"RATE_TYPE": "DRONE", "RATE": "1"}, "RATE_TYPE")],
)
def test_a_ship_via_without_a_known_rate_is_not_free(values: dict[str, str], column: str) -> None:
    found = one("shipping", {"SHIP_VIA": "UPS"} | values)
    assert found.record is None and found.problem and found.problem.column == column


def test_payments() -> None:
    row = {"IDCHARGE": "N30", "CHARGE": "Net 30", "METHOD": "charge", "TERMS": "2", "DUE_DAYS": "30"}
    record = PayOption(name="Net 30", method="CHARGE", terms="2", due_days="30")
    assert one("payments", row).record == record
    assert one("payments", row | {"SHOW_WEB": "F"}).left
    problem = one("payments", row | {"METHOD": "BARTER"}).problem
    assert problem and problem.value == "BARTER" and "PAYPAL" in problem.message
