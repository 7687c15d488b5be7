"""Northwind's 830 orders in the shop: placed with Oscar's own classes, dated and priced as they were."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

import webupdate
from tests.webshop.running import Api, run_in_shop, running_shop
from webupdate.errors import WebUpdateError
from webupdate.webshop import server
from webupdate.webshop.server import RunningShop

FILE = Path(webupdate.__file__).parent / "northwind" / "orders.json"
PAST: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"), parse_float=Decimal)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningShop]:
    """A shop with two customers, a handful of items, and all orders."""
    with running_shop(tmp_path_factory.mktemp("past")) as shop:
        api = Api(shop)
        for sku in ("QUESO-CABRALES-11", "MANJIMUP-DRIED-APPLE-51"):
            api.item(sku, stock="5")
        login = {"login": "vinet@example.com", "email": "vinet@example.com", "last_name": "Vins et alcools Chevalier"}
        where = {"address1": "59 rue de l'Abbaye", "city": "Reims", "zip": "51100", "country": "France"}
        api.put("payments", "N30", name="Net 30", method="CHARGE", terms="2")
        assert api.put("customers", "VINET", **login, **where, charge_terms="N30")["status"] == "created"
        assert server.place_orders(shop, FILE) == "830 orders placed"
        yield shop


@pytest.fixture(scope="module")
def feed(shop: RunningShop) -> dict[str, dict[str, Any]]:
    """All orders that the shop gives, by number."""
    api, cursor = Api(shop), ""
    found: dict[str, dict[str, Any]] = {}
    while True:
        page = api.call("GET", "orders/", params={"cursor": cursor, "limit": 200}).json()
        found |= {order["number"]: order for order in page["orders"]}
        cursor = page["cursor"]
        if not page["more"]:
            return found


def total(line: dict[str, Any]) -> Decimal:
    share = 1 - Decimal(line["discount"])
    return (Decimal(line["unit_price"]) * line["quantity"] * share).quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_every_order_comes_down_dated_and_priced_as_it_was(feed: dict[str, dict[str, Any]]) -> None:
    assert feed.keys() == {past["number"] for past in PAST}
    for past in PAST:
        order = feed[past["number"]]
        assert order["placed_at"][:10] == past["ordered_at"][:10]
        assert (order["ship_code"], order["shipping"]) == (past["ship_via"], past["freight"])
        lines = [(line["sku"], line["quantity"], line["unit_price"], line["total"]) for line in order["lines"]]
        assert lines == [
            (line["sku"], str(line["quantity"]), line["unit_price"], str(total(line))) for line in past["lines"]
        ]
        assert Decimal(order["total"]) == sum(map(total, past["lines"]), Decimal(past["freight"]))
        assert order["ship_to"]["name"] == past["ship_to"]["name"]


def test_who_has_an_account_ordered_with_it_on_their_terms(feed: dict[str, dict[str, Any]]) -> None:
    known = {order["customer"] for order in feed.values()}
    assert known == {"VINET", ""}
    order = feed["10248"]
    assert (order["customer"], order["payments"][0]["code"]) == ("VINET", "N30")
    assert order["payments"][0]["amount"] == order["total"]
    assert order["lines"][0]["unit"] == "EA"


def test_placed_twice_is_placed_once(shop: RunningShop, feed: dict[str, dict[str, Any]]) -> None:
    assert server.place_orders(shop, FILE) == "0 orders placed"


def test_no_stock_is_reserved_or_given_back(shop: RunningShop, feed: dict[str, dict[str, Any]]) -> None:
    records = "get_model('partner', 'StockRecord').objects.order_by('partner_sku')"
    allocated = f"""from oscar.core.loading import get_model
print([(record.num_in_stock, record.num_allocated or 0) for record in {records}])"""
    before = run_in_shop(shop, allocated)
    ack = {"orders": [{"id": feed["10248"]["id"], "as": "SO-shop-10248.csv"}]}
    answer = Api(shop).call("POST", "orders/ack/", json=ack)
    assert answer.status_code == httpx.codes.OK, answer.text
    assert run_in_shop(shop, allocated) == before


def test_a_file_that_holds_no_orders_is_told(shop: RunningShop, tmp_path: Path) -> None:
    file = tmp_path / "orders.json"
    file.write_text("[{}]", encoding="utf-8")
    with pytest.raises(WebUpdateError, match="can't be placed"):
        server.place_orders(shop, file)
