"""The shops that are held to the contract; each test runs over every one of them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.shops.contract import Connect, Records, ShopUnderTest
from tests.shops.oscar_adapter import oscar_under_test
from tests.shops.vendure_adapter import VendureUnderTest, vendure_under_test
from tests.shops.wire import Cutter
from tests.shops.woo_adapter import WooUnderTest, woo_under_test
from webupdate.sync.shops.base import Shop
from webupdate.webshop.certificates import ensure_certificates
from webupdate.webshop.folder import make_folder

# A new shop is one more line here; see contract.py for what its adapter gives.
ADAPTERS: dict[str, Callable[[Path], AbstractContextManager[ShopUnderTest]]] = {
    "oscar": oscar_under_test,
    "woocommerce": woo_under_test,
}

_tags = (f"T{number:03}" for number in itertools.count(1))


@pytest.fixture(scope="session")
def vendure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VendureUnderTest]:
    """The one server of all its tests."""
    with vendure_under_test(tmp_path_factory.mktemp("vendure")) as under_test:
        yield under_test


@pytest.fixture(scope="module")
def under_test(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WooUnderTest]:
    """The stand-in of the tests of WooCommerce alone, of each file its own."""
    with woo_under_test(tmp_path_factory.mktemp("woo")) as made:
        yield made


@pytest.fixture(scope="session", params=[*ADAPTERS, "vendure"])
def shop_under_test(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ShopUnderTest]:
    name = str(request.param)
    if name == "vendure":
        yield request.getfixturevalue("vendure")
        return
    with ADAPTERS[name](tmp_path_factory.mktemp(name)) as under_test:
        yield under_test


@pytest.fixture
def shop(shop_under_test: ShopUnderTest) -> Shop:
    """The connector, with all rights."""
    return shop_under_test.shop


@pytest.fixture
def records(request: pytest.FixtureRequest) -> Records:
    """Records whose keys no other test has: all share one server."""
    shared = "shop_under_test" in request.fixturenames
    flat = shared and request.getfixturevalue("shop_under_test").flat_rates
    return Records(next(_tags), flat_rates=flat)


@pytest.fixture
def connect(shop_under_test: ShopUnderTest) -> Iterator[Connect]:
    """Makes further connectors, and closes them."""
    with ExitStack() as stack:

        def make(*, address: str = "", secret: str = "", certificate: str = "") -> Shop:
            further = shop_under_test.connect(address=address, secret=secret, certificate=certificate)
            stack.callback(further.close)
            return further

        yield make


@pytest.fixture
def cutter(shop_under_test: ShopUnderTest) -> Iterator[Cutter]:
    """A port before the shop that can cut a connection."""
    made = Cutter(urlsplit(shop_under_test.address).port or 443)
    yield made
    made.close()


@pytest.fixture(scope="session")
def strange_authority(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The file of an authority that has signed nothing of ours."""
    folder = make_folder(tmp_path_factory.mktemp("strange"))
    ensure_certificates(folder)
    return str(folder.ca)
