"""The real django-oscar server, over real TLS, as the contract suite wants it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.shops.contract import Purchase, Records, send
from tests.webshop.running import BY_HAND, DEMO_LOGIN, PASSWORD, Api, Checkout, run_in_shop, running_shop
from webupdate.sync.shops import oscar
from webupdate.sync.shops.base import Address, Customer, PayOption, ShipBand, ShipMethod, Shop
from webupdate.sync.shops.oscar import OscarShop
from webupdate.webshop.server import RunningShop

VISITOR = """
from django.contrib.auth.models import User
from rest_framework.authtoken.models import Token
print(Token.objects.create(user=User.objects.create(username="visitor")).key)
"""


class OscarUnderTest:
    """A shop that sells: one way to ship, one to pay, one customer who can log in."""

    too_many = 501
    resumes = True
    flat_rates = False
    looks_first = 0
    makes_after = 0
    keeps_notes = True
    tells_changed_accounts = True
    placed = "Pending"
    cancelled = "Cancelled"
    ship_code = "Federal Shipping"
    ship_price = "9.75"
    pay_code = "CC"
    customer = "ALFKI"

    def __init__(self, server: RunningShop) -> None:
        self._server = server
        self.address = server.url
        self.secret = server.token
        # One that nobody has, and that of somebody who has an account but is not staff.
        self.powerless: tuple[str, ...] = ("0" * 40, run_in_shop(server, VISITOR).strip())
        self.shop = self.connect()
        self._open_for_business()

    def connect(self, *, address: str = "", secret: str = "", certificate: str = "") -> Shop:
        return OscarShop(address or self.address, secret or self.secret, certificate or str(self._server.ca_file))

    def place_order(self, purchase: Purchase) -> str:
        login = (DEMO_LOGIN, self._server.demo_password) if purchase.by_customer else ()
        buyer = Checkout(self._server, *login)
        if purchase.by_customer:
            buyer.empty_basket()  # a customer's is kept from one visit to the next
        return buyer.buy(
            purchase.lines,
            address=_form_of(purchase.address),
            ship=self.ship_code,
            pay=self.pay_code,
            email=purchase.email,
            note=purchase.note,
        )

    def cancel_order(self, order_id: str) -> None:
        answer = Api(self._server).call("POST", "orders/status/", json={"id": order_id, "status": self.cancelled})
        assert answer.status_code == 200, answer.text

    def make_by_hand(self, sku: str) -> None:
        run_in_shop(self._server, BY_HAND.format(sku=sku))

    def register(self, email: str) -> None:
        Checkout(self._server).register(email)

    def save_address(self, email: str, address: Address) -> None:
        Checkout(self._server, email, PASSWORD).save_address(_form_of(address))

    @contextmanager
    def small_pages(self, size: int) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(oscar, "PAGE", size)
            yield

    def _open_for_business(self) -> None:
        records = Records("SETUP")
        ship = ShipMethod(name=self.ship_code, bands=(ShipBand(rate_type="FLAT", rate=self.ship_price),))
        # A second one, or the checkout would not ask.
        pickup = ShipMethod(name="Pickup", bands=(ShipBand(rate_type="PICKUP"),))
        send(
            self.shop,
            records.put("shipping", self.ship_code, ship),
            records.put("shipping", "Pickup", pickup),
            records.put("payments", self.pay_code, PayOption(name="Card", method="CREDITCARD")),
            records.put("customers", self.customer, Customer(login=DEMO_LOGIN, email=DEMO_LOGIN, card=True)),
        )


def _form_of(address: Address) -> dict[str, str]:
    first_name, last_name = address.name.split(" ", 1)
    return {
        "first_name": first_name,
        "last_name": last_name,
        "line1": address.address1,
        "line2": address.address2,
        "line4": address.city,
        "state": address.state,
        "postcode": address.zip,
        "country": address.country_code,
        "phone_number": address.phone,
    }


@contextmanager
def oscar_under_test(directory: Path) -> Iterator[OscarUnderTest]:
    """A server of its own in the directory."""
    with running_shop(directory) as server:
        under_test = OscarUnderTest(server)
        try:
            yield under_test
        finally:
            under_test.shop.close()
