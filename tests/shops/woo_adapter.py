"""The stand-in for a WooCommerce store, as the contract suite wants it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.shops.contract import Purchase
from tests.shops.woo import orders, products
from tests.shops.woo.asking import Request
from tests.shops.woo.meta import set_meta
from tests.shops.woo.server import StandIn, running
from tests.shops.woo.world import Login, blank_customer
from webupdate.sync.shops.base import Address, Shop
from webupdate.sync.shops.woocommerce import Taken, WooShop, accounts
from webupdate.sync.shops.woocommerce import orders as feed

# A key, its secret, and the user and application password of the media library.
OWNER = ("ck_0123456789abcdef", "cs_0123456789abcdef", "manager", "abcdEFGH0123ijkl")
BUYER = ("ck_buyer89abcdef", "cs_buyer89abcdef", "buyer", "wxyzEFGH0123ijkl")
NOBODY = ("ck_nobody9abcdef", "cs_nobody9abcdef", "nobody", "nopeEFGH0123ijkl")


class WooUnderTest:
    """A store that sells: one way to ship, one to pay, one customer who can log in."""

    too_many = 0
    resumes = False
    looks_first = 1
    makes_after = 0
    keeps_notes = True
    flat_rates = True
    tells_changed_accounts = False
    placed = "processing"
    cancelled = "cancelled"
    ship_code = "DHL"
    ship_price = "5.90"
    pay_code = "cod"
    pay_name = "Cash on delivery"
    customer = "ALFKI"
    secret = ":".join(OWNER)
    powerless: tuple[str, ...] = (":".join(NOBODY), ":".join(BUYER))

    def __init__(self, stand_in: StandIn) -> None:
        self.stand_in = stand_in
        self.address = stand_in.url
        world = stand_in.world
        for (key, secret, user, password), role in ((OWNER, "shop_manager"), (BUYER, "customer")):
            world.keys[key] = Login(secret, "read_write", role)
            world.passwords[user] = Login(password, "read_write", role)
        self._customer = self._make_customer("alfki@example.com", [{"key": "ebms_id", "value": self.customer}])
        self.shop = self.connect()

    def connect(
        self,
        *,
        address: str = "",
        secret: str = "",
        certificate: str = "",
        taken: Taken | None = None,
        make_accounts: bool = True,
        sale_level: str = "",
        ship_zone: str = "",
        gateways: dict[str, str] | None = None,
    ) -> Shop:
        parts = (secret or self.secret).split(":")
        names = ("consumer_key", "consumer_secret", "media_user", "media_password")
        secrets = dict(zip(names, parts if len(parts) == 4 else [secret] * 4, strict=True))
        return WooShop(
            address or self.address,
            secrets,
            certificate or str(self.stand_in.authority),
            taken,
            make_accounts=make_accounts,
            sale_level=sale_level,
            ship_zone=ship_zone,
            gateways=gateways,
        )

    def place_order(self, purchase: Purchase) -> str:
        """What the Store API's checkout makes of a cart (recording 47)."""
        self.stand_in.world.tick()
        first, last = purchase.address.name.split(" ", 1)
        side = {
            "first_name": first,
            "last_name": last,
            "address_1": purchase.address.address1,
            "address_2": purchase.address.address2,
            "city": purchase.address.city,
            "postcode": purchase.address.zip,
            "country": purchase.address.country_code,
            "phone": purchase.address.phone,
        }
        fields: dict[str, Any] = {
            "status": self.placed,
            "created_via": "store-api",
            "customer_note": purchase.note,
            "customer_id": self._customer if purchase.by_customer else 0,
            "payment_method": self.pay_code,
            "payment_method_title": self.pay_name,
            "billing": side | {"email": purchase.email or "alfki@example.com"},
            "shipping": side,
            "line_items": [{"sku": sku, "quantity": quantity} for sku, quantity in purchase.lines],
            "shipping_lines": [{"method_id": "flat_rate", "method_title": self.ship_code, "total": self.ship_price}],
        }
        return str(orders.place(self.stand_in.world, fields)["number"])

    def cancel_order(self, order_id: str) -> None:
        self.stand_in.world.tick()
        orders.update(self.stand_in.world, Request(method="PUT", path="", body={"status": self.cancelled}), order_id)

    def make_by_hand(self, sku: str) -> None:
        fields = {"sku": sku, "name": "By hand", "regular_price": "5", "manage_stock": True, "stock_quantity": 3}
        products.create(self.stand_in.world, Request(method="POST", path="", body=fields))

    def register(self, email: str) -> None:
        self.stand_in.world.tick()
        self._make_customer(email, [])

    def save_address(self, email: str, address: Address) -> None:
        raise NotImplementedError("a store can't say that an account changed")

    def _make_customer(self, email: str, meta: list[dict[str, str]]) -> int:
        world = self.stand_in.world
        row = blank_customer() | {"id": world.new_id("users"), "email": email, "username": email, "meta_data": []}
        row.update(world.dates("date_created", "date_modified"))
        world.customers[row["id"]] = row
        set_meta(row["meta_data"], meta)
        return int(row["id"])

    @contextmanager
    def small_pages(self, size: int) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(feed, "PAGE", size)
            patch.setattr(accounts, "PAGE", size)
            yield


@contextmanager
def woo_under_test(directory: Path) -> Iterator[WooUnderTest]:
    """A stand-in of its own."""
    with running(directory) as stand_in:
        under_test = WooUnderTest(stand_in)
        try:
            yield under_test
        finally:
            under_test.shop.close()
