"""Prices by level and unit, stock, shipping, payment, and the checkout of guests and customers by HTML."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.webshop.running import BERLIN, DEMO_LOGIN, Api, Checkout, Refusal, flat
from webupdate.webshop.server import RunningShop

ALFKI: dict[str, Any] = {
    "login": DEMO_LOGIN,
    "email": DEMO_LOGIN,
    "last_name": "Alfreds Futterkiste",
    "address1": "Obere Str. 57",
    "city": "Berlin",
    "zip": "12209",
    "country": "Germany",
    "phone": "+49 30 0074321",
    "level": "Wholesale",
    "card": True,
    "charge_terms": "N30",
}


@pytest.fixture
def guest(shop_server: RunningShop) -> Checkout:
    return Checkout(shop_server)


@pytest.fixture
def customer(api: Api, shop_server: RunningShop) -> Checkout:
    """ALFKI, logged in with the demo password."""
    api.put("customers", "ALFKI", **ALFKI)
    checkout = Checkout(shop_server, shop_server.demo_login, shop_server.demo_password)
    checkout.empty_basket()
    return checkout


def test_each_sees_the_price_of_the_own_level(api: Api, guest: Checkout, customer: Checkout) -> None:
    api.item("LEVEL-1", price="22.00")
    api.price("LEVEL-1", "Wholesale", "EA", "16.50")
    assert "$22.00" in guest.open_item("LEVEL-1")
    page = customer.open_item("LEVEL-1")
    assert "$16.50" in page
    assert "$22.00" not in page
    assert "$16.50" in customer.get("/search/", q="LEVEL-1")


def test_without_a_price_of_the_own_level_the_default_counts(api: Api, customer: Checkout) -> None:
    api.item("LEVEL-2", price="23.00")
    assert "$23.00" in customer.open_item("LEVEL-2")


def test_a_customer_who_is_not_approved_is_a_guest(api: Api, customer: Checkout) -> None:
    api.item("LEVEL-3", price="24.00")
    api.price("LEVEL-3", "Wholesale", "EA", "17.00")
    api.put("customers", "ALFKI", **ALFKI | {"approved": False})
    assert "$24.00" in customer.open_item("LEVEL-3")
    customer.add("LEVEL-3")
    customer.go_to_shipping(BERLIN, "")
    customer.choose_shipping("Pickup")
    assert customer.payments_offered() == ["CC", "COD", "PP"]
    api.put("customers", "ALFKI", **ALFKI)


def test_the_public_level_is_the_one_that_the_erp_says(api: Api, guest: Checkout) -> None:
    api.item("PUBLIC-1", price="25.00")
    api.price("PUBLIC-1", "Club", "EA", "21.00")
    assert "$25.00" in guest.open_item("PUBLIC-1")
    for level, price, public in [("Retail", "25.00", False), ("Club", "21.00", True)]:
        data = {"item": "PUBLIC-1", "level": level, "unit": "EA", "price": price, "public": public}
        api.put("prices", f"PUBLIC-1\t{level}\tEA", **data)
    assert "$21.00" in guest.open_item("PUBLIC-1")
    api.put("prices", "PUBLIC-1\tClub\tEA", item="PUBLIC-1", level="Club", unit="EA", price="21.00")
    assert "$" not in guest.open_item("PUBLIC-1").split("Product Information")[1].split("</table>")[0]


def test_units_have_their_own_price(api: Api, guest: Checkout) -> None:
    api.item("UNIT-1", price="2.00")
    api.price("UNIT-1", "Retail", "BOX", "20.00")
    page = guest.open_item("UNIT-1")
    assert "BOX ($20.00)" in page
    assert "EA ($2.00)" in page
    order = api.order(guest.buy([("UNIT-1", 3), ("UNIT-1", 2, "BOX")], ship="Pickup"))
    lines = [(line["unit"], line["quantity"], line["unit_price"], line["total"]) for line in order["lines"]]
    assert lines == [("", "3", "2.00", "6.00"), ("BOX", "2", "20.00", "40.00")]
    with pytest.raises(Refusal):
        Checkout(guest.shop).add("UNIT-1", 1, "PALLET")


def test_lists_offer_to_buy_where_no_unit_must_be_chosen(api: Api, guest: Checkout) -> None:
    api.item("UNIT-2", title="One unit only")
    api.item("UNIT-3", title="Two units")
    api.price("UNIT-3", "Retail", "BOX", "20.00")
    assert "/basket/add/" in guest.get("/search/", q="UNIT-2")
    assert "/basket/add/" not in guest.get("/search/", q="UNIT-3")


def test_no_more_than_the_stock_can_be_bought(api: Api, guest: Checkout) -> None:
    api.item("STOCK-1", stock="5", oversell=False)
    with pytest.raises(Refusal, match="a maximum of 5 can be bought"):
        guest.add("STOCK-1", 6)
    guest.add("STOCK-1", 5)


def test_units_share_the_stock(api: Api, guest: Checkout) -> None:
    api.item("STOCK-2", stock="5", oversell=False)
    api.price("STOCK-2", "Retail", "BOX", "20.00")
    guest.add("STOCK-2", 3)
    with pytest.raises(Refusal, match="a maximum of 5"):
        guest.add("STOCK-2", 3, "BOX")


def test_two_buyers_cannot_have_the_same_pieces(api: Api, shop_server: RunningShop) -> None:
    api.item("STOCK-3", stock="5", oversell=False)
    buyers = [Checkout(shop_server), Checkout(shop_server)]
    for buyer in buyers:
        buyer.add("STOCK-3", 4)
        buyer.go_to_shipping(BERLIN, "two@example.com")
        buyer.choose_shipping("Pickup")
        buyer.choose_payment("CC")
    with ThreadPoolExecutor() as pool:
        outcomes = [future.exception() for future in [pool.submit(buyer.place) for buyer in buyers]]
    failed = [str(outcome) for outcome in outcomes if outcome]
    assert len(failed) == 1
    assert "STOCK-3" in failed[0] or "basket" in failed[0]


def test_an_item_closed_meanwhile_is_not_ordered(api: Api, guest: Checkout) -> None:
    api.item("STOCK-4", stock="5", oversell=False)
    guest.add("STOCK-4", 2)
    guest.go_to_shipping(BERLIN, "late@example.com")
    guest.choose_shipping("Pickup")
    guest.choose_payment("CC")
    api.put("stock", "STOCK-4", item="STOCK-4", quantity="1")
    with pytest.raises(Refusal, match="a maximum of 1 can be bought"):
        guest.place()


@pytest.mark.parametrize(
    ("band", "charge"),
    [
        (flat("9.75"), "9.75"),
        (flat("9.75") | {"handling": "1.25"}, "11.00"),
        ({"rate_type": "PERCENT", "rate": "5"}, "2.00"),
        ({"rate_type": "WEIGHT", "rate": "6.00", "min_value": "5", "max_value": "5"}, "6.00"),
        ({"rate_type": "WEIGHT", "rate": "6.00", "min_value": "5.01"}, None),
        ({"rate_type": "QUANTITY", "rate": "7.00", "max_value": "4"}, "7.00"),
        ({"rate_type": "QUANTITY", "rate": "7.00", "max_value": "3"}, None),
        ({"rate_type": "PICKUP"}, "0.00"),
        (flat("3.00") | {"country": "Germany"}, "3.00"),
        (flat("3.00") | {"country": "USA"}, None),
        (flat("3.00") | {"country": "DE", "state": "Bayern"}, None),
        (flat("3.00") | {"min_value": "40", "max_value": "40"}, "3.00"),
        (flat("3.00") | {"max_value": "39.99"}, None),
    ],
)
def test_the_rate_table_decides(api: Api, guest: Checkout, band: dict[str, str], charge: str | None) -> None:
    """4 pieces for 40.00, weighing 5, to Berlin."""
    api.item("SHIP-1", price="10.00", weight="1.25")
    api.put("shipping", "TRY", name="Try", bands=[band])
    guest.add("SHIP-1", 4)
    guest.go_to_shipping(BERLIN, "ship@example.com")
    offered = guest.shipping_offered()
    assert {"Federal Shipping", "Speedy Express", "Pickup"} <= set(offered)
    assert ("TRY" in offered) == (charge is not None)
    if charge is not None:
        guest.choose_shipping("TRY")
        guest.choose_payment("CC")
        assert api.order(guest.place())["shipping"] == charge
    api.send(api.record("shipping", "TRY", op="delete"))


def test_the_first_band_that_fits_counts(api: Api, guest: Checkout) -> None:
    api.item("SHIP-2", price="10.00")
    bands = [flat("8.00") | {"max_value": "20"}, flat("4.00") | {"max_value": "100"}, flat("0")]
    api.put("shipping", "TABLE", name="Table", bands=bands)
    order = api.order(guest.buy([("SHIP-2", 5)], ship="TABLE"))
    assert (order["shipping"], order["total"]) == ("4.00", "54.00")
    api.send(api.record("shipping", "TABLE", op="delete"))


def test_when_no_method_fits_pickup_is_left(api: Api, guest: Checkout) -> None:
    api.item("SHIP-3")
    methods = ("Federal Shipping", "Speedy Express", "Pickup")
    held = dict(zip(methods, api.read("shipping", *methods), strict=True))
    api.send(*[api.record("shipping", key, op="hide") for key in methods])
    order = api.order(guest.buy([("SHIP-3", 1)]))
    assert (order["ship_code"], order["shipping"]) == ("Pickup", "0.00")
    api.send(*[api.record("shipping", key, data) for key, data in held.items()])


def test_a_method_that_was_not_offered_is_refused(api: Api, guest: Checkout) -> None:
    api.item("SHIP-4")
    guest.add("SHIP-4")
    guest.go_to_shipping(BERLIN, "ship@example.com")
    with pytest.raises(Refusal, match="not permitted"):
        guest.choose_shipping("Teleport")


def test_guests_pay_by_card_cod_or_paypal(api: Api, guest: Checkout) -> None:
    api.item("PAY-1")
    guest.add("PAY-1")
    guest.go_to_shipping(BERLIN, "pay@example.com")
    guest.choose_shipping("Pickup")
    assert guest.payments_offered() == ["CC", "COD", "PP"]
    with pytest.raises(Refusal):
        guest.choose_payment("N30")
    guest.get("/checkout/preview/")
    assert guest.page.url.path == "/checkout/payment-method/"


def test_customers_pay_by_their_terms(api: Api, customer: Checkout) -> None:
    api.item("PAY-2")
    customer.add("PAY-2")
    customer.go_to_shipping(BERLIN, "")
    customer.choose_shipping("Pickup")
    assert customer.payments_offered() == ["CC", "COD", "N30"]
    customer.choose_payment("N30")
    # the terms change before the order is placed
    api.put("customers", "ALFKI", **ALFKI | {"charge_terms": "N60", "card": False})
    with pytest.raises(Refusal):
        customer.place()
    customer.get("/checkout/payment-method/")
    assert customer.payments_offered() == ["COD", "N60"]
    api.put("customers", "ALFKI", **ALFKI)


def test_a_guest_buys(api: Api, guest: Checkout) -> None:
    api.item("BUY-1", title="Chai & Žufanek", price="18.00")
    number = guest.buy([("BUY-1", 2)], email="gast@example.com", note="Bitte läuten", reference="PO-7")
    assert "mail has been sent" not in guest.page.text
    order = api.order(number)
    for field in ("id", "placed_at", "updated_at"):
        assert order.pop(field)
    address = {
        "name": "Jürgen Šimůnek",
        "company": "",
        "address1": "Obere Straße 57",
        "address2": "",
        "city": "Berlin",
        "state": "",
        "zip": "12209",
        "country": "Germany",
        "country_code": "DE",
        "phone": "+49 30 123456",
    }
    line = {"sku": "BUY-1", "title": "Chai & Žufanek", "quantity": "2", "unit": ""}
    assert order == {
        "number": number,
        "status": "Pending",
        "currency": "USD",
        "customer": "",
        "account": "",
        "email": "gast@example.com",
        "note": "Bitte läuten",
        "bill_to": address | {"email": "gast@example.com"},
        "ship_to": address | {"email": ""},
        "lines": [line | {"unit_price": "18.00", "total": "36.00", "tax": "0.00"}],
        "charges": [],
        "ship_code": "Federal Shipping",
        "ship_name": "Federal Shipping",
        "shipping": "9.75",
        "tax": "0.00",
        "total": "45.75",
        "payments": [{"code": "CC", "name": "Pay by CC", "amount": "45.75", "reference": "PO-7"}],
    }


@pytest.mark.parametrize("key", ["2% 10, N30", "net/ü", "N30.1"])
def test_the_payment_keeps_the_key_of_the_erp(api: Api, guest: Checkout, key: str) -> None:
    api.item("PAY-3")
    api.put("payments", key, name="Odd", method="COD")
    order = api.order(guest.buy([("PAY-3", 1)], pay=key, ship="Pickup"))
    assert order["payments"][0]["code"] == key
    api.send(api.record("payments", key, op="delete"))


def test_a_customer_buys(api: Api, customer: Checkout) -> None:
    api.item("BUY-2", price="18.00")
    api.price("BUY-2", "Wholesale", "EA", "16.20")
    order = api.order(customer.buy([("BUY-2", 1)], pay="N30", ship="Pickup"))
    assert order["customer"] == "ALFKI"
    assert order["account"]
    assert order["email"] == DEMO_LOGIN
    assert order["lines"][0]["unit_price"] == "16.20"
    assert order["payments"][0]["code"] == "N30"


def test_a_customer_finds_the_own_address(api: Api, customer: Checkout) -> None:
    api.item("BUY-3")
    customer.add("BUY-3")
    customer.get("/checkout/shipping-address/")
    assert "Obere Str. 57" in customer.page.text
    assert "Germany" in customer.page.text


def test_a_customer_ships_to_the_own_address_again_and_again(api: Api, customer: Checkout) -> None:
    api.item("BUY-4")
    numbers = []
    for _ in range(2):
        customer.add("BUY-4")
        customer.ship_to_own_address()
        customer.choose_shipping("Pickup")
        customer.choose_payment("N30")
        numbers.append(customer.place())
    assert [api.order(number)["ship_to"]["address1"] for number in numbers] == ["Obere Str. 57"] * 2


def test_a_guest_who_logs_in_keeps_the_basket_at_the_new_price(api: Api, shop_server: RunningShop) -> None:
    api.put("customers", "ALFKI", **ALFKI)
    api.item("BUY-4", price="18.00")
    api.price("BUY-4", "Wholesale", "EA", "16.20")
    visitor = Checkout(shop_server)
    visitor.add("BUY-4", 1)
    visitor.log_in(shop_server.demo_login, shop_server.demo_password)
    assert "$16.20" in visitor.get("/basket/")
