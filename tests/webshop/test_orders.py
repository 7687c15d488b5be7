"""The orders feed: cursor, paging, filters, sums; acknowledgement and status."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.webshop.running import Api, Checkout, flat, run_in_shop, started_shop
from webupdate.webshop.server import RunningShop


@pytest.fixture
def guest(shop_server: RunningShop) -> Checkout:
    return Checkout(shop_server)


def buy(api: Api, shop: RunningShop, sku: str, quantity: int = 1, **item: Any) -> dict[str, Any]:
    """A new order of a new item."""
    api.item(sku, **item)
    return api.order(Checkout(shop).buy([(sku, quantity)], ship="Pickup"))


def last_cursor(api: Api) -> str:
    cursor, more = "", True
    while more:
        page = api.orders(cursor, limit=500)
        cursor, more = page["cursor"], page["more"]
    return str(cursor)


def test_the_cursor_goes_on_where_it_stopped(api: Api, shop_server: RunningShop) -> None:
    cursor = last_cursor(api)
    assert api.orders(cursor) == {"orders": [], "cursor": cursor, "more": False}
    numbers = [buy(api, shop_server, f"FEED-{n}")["number"] for n in range(3)]
    first = api.orders(cursor, limit=2)
    assert ([order["number"] for order in first["orders"]], first["more"]) == (numbers[:2], True)
    second = api.orders(first["cursor"], limit=2)
    assert ([order["number"] for order in second["orders"]], second["more"]) == (numbers[2:], False)


def test_a_changed_order_comes_again(api: Api, shop_server: RunningShop) -> None:
    order = buy(api, shop_server, "FEED-4")
    cursor = last_cursor(api)
    answer = api.call("POST", "orders/status/", json={"id": order["id"], "status": "Processing"})
    assert (answer.status_code, answer.json()) == (200, {"id": order["id"], "status": "Processing"})
    (changed,) = api.orders(cursor)["orders"]
    assert (changed["id"], changed["status"]) == (order["id"], "Processing")
    assert changed["updated_at"] > order["updated_at"]
    assert changed["placed_at"] == order["placed_at"]


def test_reading_the_thank_you_page_again_is_no_change(api: Api, guest: Checkout) -> None:
    api.item("FEED-5")
    guest.buy([("FEED-5", 1)])
    cursor = last_cursor(api)
    guest.get("/checkout/thank-you/")
    assert api.orders(cursor)["orders"] == []


def test_since_and_statuses_choose(api: Api, shop_server: RunningShop) -> None:
    first = buy(api, shop_server, "FEED-6")
    second = buy(api, shop_server, "FEED-7")
    api.call("POST", "orders/status/", json={"id": second["id"], "status": "Cancelled"})
    since = {"since": second["placed_at"]}
    assert [order["id"] for order in api.orders(**since)["orders"]] == [second["id"]]
    both = api.orders(since=first["placed_at"], statuses="Pending,Cancelled")["orders"]
    assert [order["id"] for order in both] == [first["id"], second["id"]]
    cancelled = api.orders(since=first["placed_at"], statuses="Cancelled")["orders"]
    assert [order["id"] for order in cancelled] == [second["id"]]


def test_acknowledging_gives_the_stock_back_once(api: Api, shop_server: RunningShop) -> None:
    order = buy(api, shop_server, "ACK-1", 4, stock="5", oversell=False)
    cursor = last_cursor(api)
    assert "In stock (1 available)" in Checkout(shop_server).open_item("ACK-1")
    acks = {"orders": [{"id": order["id"], "as": "SO-shop-1.csv"}, {"id": "999999", "as": "x"}, {"id": "no", "as": ""}]}
    for _ in range(2):
        answer = api.call("POST", "orders/ack/", json=acks).json()
        assert answer["results"] == [
            {"id": order["id"], "status": "acked"},
            {"id": "999999", "status": "unknown"},
            {"id": "no", "status": "unknown"},
        ]
        assert "In stock (5 available)" in Checkout(shop_server).open_item("ACK-1")
    assert api.orders(cursor)["orders"] == []
    # the ERP counts the order now
    api.put("stock", "ACK-1", item="ACK-1", quantity="1")
    assert "In stock (1 available)" in Checkout(shop_server).open_item("ACK-1")


def test_the_pipeline_refuses_a_wrong_status(api: Api, shop_server: RunningShop) -> None:
    order = buy(api, shop_server, "STATUS-1")
    answer = api.call("POST", "orders/status/", json={"id": order["id"], "status": "Shipped"})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["seen"]) == (409, "invalid_status", "Shipped")
    assert error["expected"] == "Processing, Cancelled"
    assert api.order(order["number"])["status"] == "Pending"


def test_the_status_of_an_unknown_order(api: Api) -> None:
    answer = api.call("POST", "orders/status/", json={"id": "999999", "status": "Shipped"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown_order")


@pytest.fixture(scope="module")
def taxing_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningShop]:
    """A shop with a tax of 7 % and 10 % off for everybody."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WEBUPDATE_SHOP_TAX_RATE", "0.07")
        with started_shop(tmp_path_factory.mktemp("taxing")) as shop:
            run_in_shop(shop, TEN_PERCENT_OFF)
            yield shop


TEN_PERCENT_OFF = """
from oscar.core.loading import get_model
make = lambda model, **fields: get_model("offer", model).objects.create(**fields)
everything = make("Range", name="all", includes_all_products=True)
condition = make("Condition", range=everything, type="Count", value=1)
benefit = make("Benefit", range=everything, type="Percentage", value=10)
make("ConditionalOffer", name="Ten", offer_type="Site", condition=condition, benefit=benefit)
"""


def test_amounts_with_tax_and_discount_sum_up(taxing_shop: RunningShop) -> None:
    api = Api(taxing_shop)
    api.put("shipping", "Flat", name="Flat", bands=[flat("9.75")])
    api.put("payments", "CC", name="Card", method="CREDITCARD")
    api.item("TAX-1", price="20.00")
    api.item("TAX-2", price="0.33")
    assert "$21.40" in Checkout(taxing_shop).open_item("TAX-1")
    order = api.order(Checkout(taxing_shop).buy([("TAX-1", 3), ("TAX-2", 7)], ship="Flat"))
    first = order["lines"][0]
    assert (first["unit_price"], first["total"], first["tax"]) == ("20.00", "54.00", "3.78")
    amounts = [line["total"] for line in order["lines"]] + [order["shipping"], order["tax"]]
    amounts += [charge["amount"] for charge in order["charges"]]
    assert sum(map(Decimal, amounts)) == Decimal(order["total"])
    assert order["payments"][0]["amount"] == order["total"]
