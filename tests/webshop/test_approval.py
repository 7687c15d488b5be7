"""Approval before the first order, where the site's Properties ask for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.webshop.running import BERLIN, PASSWORD, Api, Checkout, Refusal
from webupdate.webshop.server import RunningShop

WAITS = "Your account waits for approval"


@pytest.fixture
def asking(api: Api) -> Iterator[Api]:
    """The shop, asking for approval."""
    api.item("APPROVE-1")
    assert api.call("PUT", "settings/", json={"approval": True}).json() == {"approval": True}
    yield api
    api.call("PUT", "settings/", json={})
    assert api.call("GET", "settings/").json() == {"approval": False}


def account(shop: RunningShop, email: str) -> Checkout:
    buyer = Checkout(shop)
    buyer.register(email)
    buyer.add("APPROVE-1")
    return buyer


def approve(api: Api, key: str, email: str, approved: bool) -> None:
    result = api.put("customers", key, login=email, email=email, last_name="Firma", approved=approved)
    assert result["status"] in ("created", "updated")


def test_an_account_orders_once_it_is_approved(asking: Api, shop_server: RunningShop) -> None:
    buyer = account(shop_server, "wait1@example.com")
    for key, approved in [("", False), ("WAIT-1", False), ("WAIT-1", True), ("WAIT-1", False)]:
        if key:
            approve(asking, key, "wait1@example.com", approved)
        assert (WAITS in buyer.get("/checkout/")) == (not approved)
    approve(asking, "WAIT-1", "wait1@example.com", True)
    buyer.go_to_shipping(BERLIN, "")
    buyer.choose_shipping("Pickup")
    buyer.choose_payment("COD")
    assert asking.order(buyer.place())["customer"] == "WAIT-1"


def test_no_step_of_the_checkout_opens_to_one_who_waits(asking: Api, shop_server: RunningShop) -> None:
    buyer = account(shop_server, "wait2@example.com")
    for step in ("shipping-address", "shipping-method", "payment-method", "payment-details", "preview"):
        assert WAITS in buyer.get(f"/checkout/{step}/")
        assert buyer.page.url.path == "/basket/"
        assert buyer.complaints()


def test_an_approval_taken_back_stops_an_order_half_made(asking: Api, shop_server: RunningShop) -> None:
    buyer = account(shop_server, "wait3@example.com")
    approve(asking, "WAIT-3", "wait3@example.com", True)
    buyer.go_to_shipping(BERLIN, "")
    buyer.choose_shipping("Pickup")
    buyer.choose_payment("COD")
    approve(asking, "WAIT-3", "wait3@example.com", False)
    with pytest.raises(Refusal, match=WAITS):
        buyer.place()


def test_guests_are_not_asked(asking: Api, shop_server: RunningShop) -> None:
    assert asking.order(Checkout(shop_server).buy([("APPROVE-1", 1)]))["customer"] == ""


def test_without_the_setting_an_account_orders_at_once(api: Api, shop_server: RunningShop) -> None:
    api.item("APPROVE-1")
    buyer = account(shop_server, "atonce@example.com")
    assert api.order(buyer.buy([], pay="COD"))["account"]
    assert Checkout(shop_server, "atonce@example.com", PASSWORD)
