"""What the WooCommerce connector makes of orders: recorded ones of a live store, and the traps of its feed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from tests.shops.contract import Purchase, feed, ids
from tests.shops.test_contract_orders import KOELN
from tests.shops.woo.asking import Body
from tests.shops.woo.world import World, recorded_body
from tests.shops.woo_adapter import WooUnderTest, woo_under_test
from webupdate.sync.shops.base import Address, Charge, OrderLine, Payment, Shop, WebOrder
from webupdate.sync.shops.woocommerce import Taken
from webupdate.sync.shops.woocommerce.neworder import Order, neutral
from webupdate.sync.shops.woocommerce.orders import OVERLAP


@pytest.fixture
def under_test(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WooUnderTest]:
    with woo_under_test(tmp_path_factory.mktemp("woo")) as made:
        yield made


@pytest.fixture
def shop(under_test: WooUnderTest) -> Shop:
    return under_test.shop


@pytest.fixture
def world(under_test: WooUnderTest) -> World:
    return under_test.stand_in.world


def buy(under_test: WooUnderTest, sku: str = "TEA") -> str:
    return under_test.place_order(Purchase(lines=((sku, 1),), address=KOELN, email="gast@example.com"))


def read(body: Body) -> WebOrder:
    return neutral(msgspec.convert(body, Order), "")


RECORDED: list[Body] = [*recorded_body(50), *recorded_body(37), recorded_body(41), recorded_body(47), recorded_body(86)]


@pytest.mark.parametrize("body", RECORDED, ids=lambda body: str(body["id"]))
def test_amounts_of_recorded_orders_sum_up(body: Body) -> None:
    order = read(body)
    amounts = [line.total for line in order.lines] + [charge.amount for charge in order.charges]
    assert sum(map(Decimal, [*amounts, order.shipping, order.tax])) == Decimal(order.total)
    given_back = sum((Decimal(row["total"]) for row in body["refunds"]), Decimal(0))
    assert Decimal(order.total) == Decimal(body["total"]) + given_back


def test_an_order_with_a_coupon_and_a_variation() -> None:
    order = read(RECORDED[0])
    assert (order.number, order.status, order.account) == ("21", "processing", "")
    assert (order.placed_at, order.currency) == ("2026-11-23T17:33:48+00:00", "EUR")
    assert (order.bill_to.name, order.bill_to.company) == ("Jürgen Groß", "Groß & Söhne")
    assert (order.bill_to.country, order.bill_to.country_code) == ("Germany", "DE")
    hammer = OrderLine(sku="H-300", title="Hammer 300 g", quantity="3", unit_price="19.99", total="53.98", tax="10.26")
    assert order.lines[0] == hammer
    assert [line.sku for line in order.lines][-1].startswith("AH-")
    assert "Rot" in order.lines[-1].title or "Blau" in order.lines[-1].title
    assert (order.ship_code, order.shipping, order.tax) == ("DHL", "5.90", "20.70")
    assert order.payments == (Payment(code="cod", name="Cash on delivery", amount="136.73"),)
    assert order.charges == ()  # the coupon is in the lines' totals already


def test_a_refund_is_a_charge_of_its_own_and_a_fee_another() -> None:
    order = read(RECORDED[4])
    assert order.charges == (Charge(name="Refund: Kratzer", amount="-5.00"),)
    assert (order.total, order.payments[0].amount) == ("25.81", "25.81")
    order = read(recorded_body(41))
    assert order.charges == (
        Charge(name="Gift wrap", amount="2.00"),
        Charge(name="Refund: one broken", amount="-18.00"),
    )
    assert order.note == "Please ring twice"


def test_an_order_from_abroad_without_a_state() -> None:
    order = read(recorded_body(47))
    assert order.bill_to == Address(
        name="Zoë O'Neill-Šimůnek", address1="12 rue de l’Église", city="Strasbourg", zip="67000", country="France",
        country_code="FR", phone="+33 3 88 15 16 17", email="zoe@example.com",
    )  # fmt: skip
    assert order.tax == "0.00"


def test_a_price_that_does_not_divide_into_cents_is_told_finer() -> None:
    body = recorded_body(47)
    body["line_items"][0] |= {"quantity": 3, "subtotal": "10.00", "total": "10.00"}
    assert read(body).lines[0].unit_price == "3.333333"


def test_an_open_cart_never_comes(under_test: WooUnderTest, shop: Shop, world: World) -> None:
    number = buy(under_test)
    world.orders[int(number)]["status"] = "checkout-draft"
    assert feed(shop)[0] == []


def test_orders_of_one_second_come_once_each_over_all_pages(under_test: WooUnderTest, shop: Shop, world: World) -> None:
    """The store tells what changed after a whole second: what came later in the same one would be lost."""
    world.ticking = False
    first = [buy(under_test) for _ in range(3)]
    for size in (1, 2, 3, 4):
        with under_test.small_pages(size):
            orders, cursor = feed(shop)
            assert ids(orders) == first
    late = buy(under_test)
    assert ids(feed(shop, cursor)[0]) == [late]


def test_a_checkout_that_was_seen_late_comes_still(under_test: WooUnderTest, shop: Shop, world: World) -> None:
    """Its transaction took longer than that of an order behind it."""
    slow = world.orders.pop(int(buy(under_test)))
    fast = buy(under_test)
    orders, cursor = feed(shop)
    assert ids(orders) == [fast]
    world.orders[slow["id"]] = slow
    assert ids(feed(shop, cursor)[0]) == [str(slow["id"])]


def age(world: World) -> None:
    """So much time passes that nothing is asked for again because of the overlap."""
    for _ in range(2 + int(OVERLAP.total_seconds())):
        world.tick()


def test_our_mark_brings_no_order_back_even_for_a_new_process(
    under_test: WooUnderTest, shop: Shop, world: World
) -> None:
    number = buy(under_test)
    age(world)
    buy(under_test)
    _, cursor = feed(shop)
    age(world)
    shop.acknowledge(number, "SO-shop-1.csv")
    shop.acknowledge(number, "SO-shop-1.csv")
    another = under_test.connect()
    assert feed(another, cursor)[0] == []
    another.close()
    # From the beginning it comes as the version that was taken.
    again = next(order for order in feed(shop)[0] if order.number == number)
    assert again.updated_at == again.placed_at
    mark = next(row["value"] for row in world.orders[int(number)]["meta_data"] if "webupdate" in row["key"])
    assert json.loads(mark)["written_as"] == "SO-shop-1.csv"


def test_a_taken_order_gets_a_status_and_one_note_if_that_is_wanted(
    under_test: WooUnderTest, shop: Shop, world: World
) -> None:
    number = buy(under_test)
    _, cursor = feed(shop)
    age(world)
    telling = under_test.connect(taken=Taken("completed", note=True))
    for _ in range(2):
        telling.acknowledge(number, "SO-shop-1.csv")
    telling.close()
    assert world.orders[int(number)]["status"] == "completed"
    notes = [line for line in under_test.stand_in.requests if line.endswith("/notes")]
    assert len(notes) == 1
    # Its new status is our own doing, and no change.
    assert feed(shop, cursor)[0] == []


def test_an_order_that_is_closed_without_a_file_is_only_marked(
    under_test: WooUnderTest, shop: Shop, world: World
) -> None:
    number = buy(under_test)
    telling = under_test.connect(taken=Taken("completed", note=True))
    telling.acknowledge(number, "")
    telling.close()
    assert (world.orders[int(number)]["status"], len(world.orders[int(number)]["meta_data"])) == ("processing", 1)
    assert not [line for line in under_test.stand_in.requests if line.endswith("/notes")]


def test_a_change_between_download_and_mark_is_not_lost(under_test: WooUnderTest, shop: Shop, world: World) -> None:
    number = buy(under_test)
    _, cursor = feed(shop)
    age(world)
    under_test.cancel_order(number)
    shop.acknowledge(number, "SO-shop-1.csv")
    (order,) = feed(shop, cursor)[0]
    assert (order.number, order.status) == (number, "cancelled")
    _, cursor = feed(shop, cursor)
    world.tick()
    world.orders[int(number)]["status"] = "completed"
    world.orders[int(number)].update(world.dates("date_modified"))
    assert [order.status for order in feed(shop, cursor)[0]] == ["completed"]


def test_a_gateway_that_properties_name_is_told_by_its_code(under_test: WooUnderTest, shop: Shop) -> None:
    buy(under_test)
    (order,), cursor = feed(shop)
    assert (order.payments[0].code, order.payments[0].name) == (under_test.pay_code, under_test.pay_name)
    naming = under_test.connect(gateways={"COD": under_test.pay_code})
    (again,), _ = feed(naming)
    assert (again.payments[0].code, again.payments[0].name) == ("COD", "COD")
    assert feed(naming, cursor)[0] == []  # naming one changes no order
    naming.close()


def test_meta_data_of_a_plugin_is_no_change(under_test: WooUnderTest, shop: Shop, world: World) -> None:
    number = buy(under_test)
    _, cursor = feed(shop)
    world.tick()
    world.orders[int(number)]["meta_data"].append({"id": 9, "key": "_debug_log", "value": "x"})
    world.orders[int(number)].update(world.dates("date_modified"))
    assert feed(shop, cursor)[0] == []


@pytest.mark.parametrize(
    "damage", [{"line_items": "none"}, {"total": "much"}, {"billing": None}, {"shipping_total": "NaN"}]
)
def test_an_order_that_cannot_be_read_comes_down_without_lines(
    under_test: WooUnderTest, shop: Shop, world: World, damage: dict[str, Any]
) -> None:
    broken, good = buy(under_test), buy(under_test)
    world.orders[int(broken)] |= damage
    orders, cursor = feed(shop)
    assert [(order.id, order.number, bool(order.lines)) for order in orders] == [
        (broken, broken, False),
        (good, good, True),
    ]
    assert feed(shop, cursor)[0] == []


def test_since_is_asked_in_gmt_whatever_its_offset(under_test: WooUnderTest, shop: Shop, world: World) -> None:
    buy(under_test)
    (order,) = feed(shop)[0]
    placed = datetime.fromisoformat(order.placed_at)
    there = placed.astimezone(ZoneInfo("America/New_York")).isoformat()
    assert ids(feed(shop, since=there)[0]) == [order.id]
    assert any(f"after={placed.replace(tzinfo=None).isoformat()[:13]}" in line for line in _asked(under_test))


def test_an_hour_that_the_clocks_skip_loses_no_order(under_test: WooUnderTest, shop: Shop, world: World) -> None:
    """In the night of 29 March Berlin has no 02:15, and WordPress takes it for 03:15 though it was said in GMT."""
    first, second = buy(under_test), buy(under_test)
    world.orders[int(first)]["date_modified_gmt"] = "2026-03-29T02:10:00"
    world.orders[int(second)]["date_modified_gmt"] = "2026-03-29T01:00:00"
    _, cursor = feed(shop)
    world.orders[int(second)]["date_modified_gmt"] = "2026-03-29T02:40:00"
    world.orders[int(second)]["total"] = "1.00"
    assert ids(feed(shop, cursor)[0]) == [second]


def _asked(under_test: WooUnderTest) -> list[str]:
    return [line.replace("%3A", ":") for line in under_test.stand_in.requests]


def test_a_cursor_of_another_shop_begins_anew(under_test: WooUnderTest, shop: Shop) -> None:
    number = buy(under_test)
    assert ids(feed(shop, "100012|2026-01-01")[0]) == [number]
