"""The contract of every connector: orders come down whole, once, and are acknowledged."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import msgspec
import pytest

from tests.shops.contract import Purchase, Records, ShopUnderTest, feed, ids
from webupdate.errors import NeedsPerson
from webupdate.sync.shops.base import Address, OrderLine, Shop, WebOrder

KOELN = Address(
    name="Jürgen Šimůnek",
    address1="Obere Straße 57",
    address2="Hof 2",
    city="Köln",
    zip="50667",
    country="Germany",
    country_code="DE",
    phone="+49 30 123",
)
MADRID = msgspec.structs.replace(
    KOELN, name="José Peña", address1="C/ Araquil, 67", city="Madrid", zip="28023", country="Spain", country_code="ES"
)
GUEST = "gast@example.com"


@pytest.fixture
def goods(shop: Shop, records: Records) -> str:
    """The SKU of something that can be bought."""
    shop.upsert([records.sellable(records.tag, "18.00")])
    return records.tag


@pytest.fixture
def end(shop: Shop) -> str:
    """The cursor behind all orders of other tests."""
    return feed(shop)[1]


@pytest.fixture(scope="module")
def order_of_a_guest(shop_under_test: ShopUnderTest) -> tuple[WebOrder, bytes]:
    """An order, and what was received of it: to be looked at only."""
    shop, sku = shop_under_test.shop, "LOOKED-AT"
    cursor = feed(shop)[1]
    shop.upsert([Records(sku).sellable(sku)])
    buy(shop_under_test, sku)
    (received,) = shop.orders(cursor, "", ()).orders
    return received


def buy(under_test: ShopUnderTest, sku: str, quantity: int = 1) -> str:
    return under_test.place_order(Purchase(lines=((sku, quantity),), address=KOELN, email=GUEST))


def test_an_order_holds_all_that_the_buyer_gave(
    shop_under_test: ShopUnderTest, records: Records, goods: str, end: str
) -> None:
    shop, other = shop_under_test.shop, f"{records.tag}-ö"
    shop.upsert([records.sellable(other, "0.33")])
    purchase = Purchase(lines=((goods, 2), (other, 7)), address=KOELN, email=GUEST, note="Bitte läuten – Šimůnek")
    number = shop_under_test.place_order(purchase)
    (order,) = feed(shop, end)[0]
    assert (order.number, order.status, order.currency) == (number, shop_under_test.placed, shop.check().currency)
    assert order.note == (purchase.note if shop_under_test.keeps_notes else "")
    assert order.email == GUEST
    assert order.ship_to is not None
    assert msgspec.structs.replace(order.ship_to, email="") == KOELN
    assert order.bill_to == msgspec.structs.replace(KOELN, email=GUEST)
    assert order.lines == (
        OrderLine(sku=goods, title=f"Title of {goods}", quantity="2", unit_price="18.00", total="36.00"),
        OrderLine(sku=other, title=f"Title of {other}", quantity="7", unit_price="0.33", total="2.31"),
    )
    assert (order.ship_code, order.shipping) == (shop_under_test.ship_code, shop_under_test.ship_price)
    assert order.ship_name
    (payment,) = order.payments
    assert (payment.code, payment.amount) == (shop_under_test.pay_code, order.total)
    assert payment.name


def test_amounts_sum_up_to_the_cent(shop_under_test: ShopUnderTest, records: Records, end: str) -> None:
    shop = shop_under_test.shop
    skus = {f"{records.tag}-{price}": price for price in ("0.01", "0.33", "1234.56")}
    shop.upsert([records.sellable(sku, price) for sku, price in skus.items()])
    shop_under_test.place_order(Purchase(lines=tuple((sku, 3) for sku in skus), address=KOELN, email=GUEST))
    (order,) = feed(shop, end)[0]
    amounts = [line.total for line in order.lines] + [charge.amount for charge in order.charges]
    assert sum(map(Decimal, [*amounts, order.shipping, order.tax])) == Decimal(order.total)
    assert sum(Decimal(payment.amount) for payment in order.payments) == Decimal(order.total)
    assert [Decimal(line.unit_price) for line in order.lines] == [Decimal(price) for price in skus.values()]


def test_a_guest_is_nobody_that_the_erp_knows(order_of_a_guest: tuple[WebOrder, bytes]) -> None:
    order, _ = order_of_a_guest
    assert (order.customer, order.account) == ("", "")


def test_times_tell_their_offset(order_of_a_guest: tuple[WebOrder, bytes]) -> None:
    order, _ = order_of_a_guest
    placed, updated = (datetime.fromisoformat(text) for text in (order.placed_at, order.updated_at))
    assert placed.tzinfo
    assert updated >= placed


def test_what_was_received_is_kept(order_of_a_guest: tuple[WebOrder, bytes]) -> None:
    order, received = order_of_a_guest
    assert order.number.encode() in received
    # The inbox keeps the order itself as JSON, and must get the very same one back.
    assert msgspec.json.decode(msgspec.json.encode(order), type=WebOrder) == order


def test_a_customer_who_logged_in_is_named_by_the_id_of_the_erp(
    shop_under_test: ShopUnderTest, goods: str, end: str
) -> None:
    number = shop_under_test.place_order(Purchase(lines=((goods, 1),), address=MADRID, by_customer=True))
    (order,) = feed(shop_under_test.shop, end)[0]
    assert (order.number, order.customer) == (number, shop_under_test.customer)
    assert order.account
    assert order.ship_to is not None
    assert (order.ship_to.name, order.ship_to.country_code) == ("José Peña", "ES")


def test_each_order_comes_exactly_once_over_pages_that_shift(
    shop_under_test: ShopUnderTest, goods: str, end: str
) -> None:
    shop = shop_under_test.shop
    numbers = [buy(shop_under_test, goods) for _ in range(3)]
    with shop_under_test.small_pages(2):
        first = shop.orders(end, "", ())
        assert (len(first.orders), first.more) == (2, True)
        # Placed between two pages: neither lost nor a reason to see one of the others again.
        numbers.append(buy(shop_under_test, goods))
        rest, cursor = feed(shop, first.cursor)
    assert [order.number for order, _ in first.orders] + [order.number for order in rest] == numbers
    assert feed(shop, cursor)[0] == []
    # From the beginning they are there too, once.
    every = [order.number for order in feed(shop)[0]]
    assert [every.count(number) for number in numbers] == [1] * 4


def test_an_order_changed_between_two_pages_pushes_no_other_out(
    shop_under_test: ShopUnderTest, goods: str, end: str
) -> None:
    shop = shop_under_test.shop
    numbers = [buy(shop_under_test, goods) for _ in range(3)]
    with shop_under_test.small_pages(2):
        first = shop.orders(end, "", ())
        shop_under_test.cancel_order(first.orders[0][0].id)
        rest, _ = feed(shop, first.cursor)
    # The changed one comes again, as changed; by its id the inbox knows that it has it.
    assert [(order.number, order.status) for order in rest] == [
        (numbers[2], shop_under_test.placed),
        (numbers[0], shop_under_test.cancelled),
    ]
    assert rest[1].id == first.orders[0][0].id


def test_an_empty_page_keeps_the_place(shop: Shop, end: str) -> None:
    page = shop.orders(end, "", ())
    assert (page.orders, page.more) == ((), False)
    assert page.cursor == end


def test_statuses_choose(shop_under_test: ShopUnderTest, goods: str, end: str) -> None:
    shop, placed, cancelled = shop_under_test.shop, shop_under_test.placed, shop_under_test.cancelled
    for _ in range(2):
        buy(shop_under_test, goods)
    first, second = ids(feed(shop, end)[0])
    shop_under_test.cancel_order(first)
    assert ids(feed(shop, end, statuses=(placed,))[0]) == [second]
    assert ids(feed(shop, end, statuses=(cancelled,))[0]) == [first]
    assert sorted(ids(feed(shop, end, statuses=(placed, cancelled))[0])) == sorted([first, second])
    assert sorted(ids(feed(shop, end)[0])) == sorted([first, second])


def test_a_cancellation_comes_when_it_is_asked_for(shop_under_test: ShopUnderTest, goods: str, end: str) -> None:
    shop, cancelled = shop_under_test.shop, shop_under_test.cancelled
    assert cancelled in shop.abilities.cancelled_statuses
    assert cancelled not in shop.abilities.order_statuses
    asked = (*shop.abilities.order_statuses, *shop.abilities.cancelled_statuses)
    buy(shop_under_test, goods)
    (order,), cursor = feed(shop, end, statuses=asked)
    shop.acknowledge(order.id, "")  # no file: it is closed; the feed goes on all the same
    shop_under_test.cancel_order(order.id)
    ((again,), _) = feed(shop, cursor, statuses=asked)
    assert (again.id, again.status) == (order.id, cancelled)
    assert msgspec.structs.replace(again, status=order.status, updated_at=order.updated_at) == order


def test_an_order_that_takes_on_a_wanted_status_comes_then(
    shop_under_test: ShopUnderTest, goods: str, end: str
) -> None:
    shop, wanted = shop_under_test.shop, (shop_under_test.cancelled,)
    buy(shop_under_test, goods)
    nothing, cursor = feed(shop, end, statuses=wanted)
    assert nothing == []
    ((order, _),) = shop.orders(end, "", ()).orders
    shop_under_test.cancel_order(order.id)
    assert ids(feed(shop, cursor, statuses=wanted)[0]) == [order.id]


def test_since_chooses_by_the_time_placed(shop_under_test: ShopUnderTest, goods: str, end: str) -> None:
    shop = shop_under_test.shop
    for _ in range(2):
        buy(shop_under_test, goods)
    orders, _ = feed(shop, end)
    since = orders[1].placed_at
    wanted = [order for order in orders if datetime.fromisoformat(order.placed_at) >= datetime.fromisoformat(since)]
    assert ids(feed(shop, end, since=since)[0]) == ids(wanted)
    assert feed(shop, end, since="2999-01-01T00:00:00+01:00")[0] == []
    assert ids(feed(shop, end, since="2000-01-01T00:00:00+01:00")[0]) == ids(orders)


def test_acknowledging_twice_is_once_and_changes_no_order(shop_under_test: ShopUnderTest, goods: str, end: str) -> None:
    shop = shop_under_test.shop
    buy(shop_under_test, goods)
    (order,), cursor = feed(shop, end)
    for _ in range(2):
        shop.acknowledge(order.id, f"SO-shop-{order.number}.csv")
        # Else it would come again as changed, and be a conflict.
        assert feed(shop, cursor)[0] == []


def test_acknowledging_an_order_that_is_gone_needs_a_person(shop: Shop) -> None:
    with pytest.raises(NeedsPerson, match="99999999"):
        shop.acknowledge("99999999", "SO-shop-99999999.csv")
