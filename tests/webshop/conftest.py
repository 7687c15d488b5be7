"""One shop for all tests of this folder: each uses records of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.webshop.running import Api, flat, running_shop
from webupdate.webshop.server import RunningShop


@pytest.fixture(scope="session")
def shop_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningShop]:
    with running_shop(tmp_path_factory.mktemp("shop")) as shop:
        yield shop


@pytest.fixture(scope="session")
def api(shop_server: RunningShop) -> Api:
    """The API of the shop, which has the ship methods and payment options of Northwind."""
    api = Api(shop_server)
    api.put("shipping", "Federal Shipping", name="Federal Shipping", bands=[flat("9.75")])
    api.put("shipping", "Speedy Express", name="Speedy Express", bands=[flat("24.50")])
    api.put("shipping", "Pickup", name="Customer pickup", bands=[{"rate_type": "PICKUP"}])
    options = {"N30": "CHARGE", "N60": "CHARGE", "COD": "COD", "CC": "CREDITCARD", "CHK": "CHECK", "PP": "PAYPAL"}
    for key, method in options.items():
        api.put("payments", key, name=f"Pay by {key}", method=method)
    return api
