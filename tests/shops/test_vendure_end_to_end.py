"""Northwind into a real Vendure and orders back, by the engine itself. The server is that of the contract suite."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

import pytest

from tests.firm import NAME, Firm
from tests.shops.contract import Purchase
from tests.shops.test_contract_orders import KOELN
from tests.shops.vendure_adapter import VendureUnderTest
from webupdate.store import companies
from webupdate.store.companies import CompanyInfo

_PRODUCT = """query($sku: String!) { productVariants(options: {filter: {sku: {eq: $sku}}}) { items {
  name enabled prices { price } stockLevels { stockOnHand stockAllocated } product { name enabled collections { slug } }
} } }"""


class VendureFirm(Firm):
    """A firm whose shop is the real Vendure."""

    under_test: VendureUnderTest

    def make_company(self) -> CompanyInfo:
        values = {
            "name": NAME,
            "export_folder": str(self.export),
            "order_folder": str(self.orders),
            "shop": "vendure",
            "address": self.under_test.address,
            "api_key": self.under_test.secret,
            "certificate": str(self.under_test.server.authority),
            "customers": "up",
            "make_accounts": "yes",
            "gateways": "COD = invoice",
        }
        self.company = companies.add(self.store, self.vault, values)
        self.begin_site()
        return companies.company(self.store, NAME)

    def variants(self, sku: str) -> list[dict[str, Any]]:
        """What the shop holds under an SKU."""
        return list(self.under_test.admin.ask(_PRODUCT, sku=sku)["productVariants"]["items"])


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory, vendure: VendureUnderTest) -> Iterator[VendureFirm]:
    """Northwind in the shop: the tests share it, since the way up is long."""
    VendureFirm.under_test = vendure
    firm = VendureFirm(tmp_path_factory.mktemp("firm"), None)  # type: ignore[arg-type]
    while firm.cycle():
        pass
    yield firm
    firm.close()


def test_northwind_is_in_the_shop_and_nothing_is_sent_again(firm: VendureFirm) -> None:
    assert firm.failed() == []
    assert (firm.site().state, firm.site().waiting) == ("ok", 0)
    (chai,) = firm.variants("CHAI-01")
    assert (chai["name"], chai["prices"], chai["enabled"]) == ("Chai", [{"price": 1800}], True)
    assert chai["stockLevels"] == [{"stockOnHand": 39, "stockAllocated": 0}]
    assert firm.cycle() == {}


def test_northwinds_customers_have_accounts(firm: VendureFirm, vendure: VendureUnderTest) -> None:
    with (firm.export / "customers.csv").open(encoding="cp1252", newline="") as file:
        keys = [row["ID"] for row in csv.DictReader(file) if row["EMAIL"]]
    there = [found.key for found in vendure.shop.read("customers", keys) if found.data is not None]
    assert (len(keys), there) == (91, keys)


def test_a_genuine_order_comes_down_as_a_file_once(firm: VendureFirm, vendure: VendureUnderTest) -> None:
    # Nothing is asked: ship via and payment are EBMS's own.
    purchase = Purchase(lines=(("CHAI-01", 2), ("CHANG-02", 1)), address=KOELN, email="g@example.com")
    number = vendure.place_order(purchase, "Federal Shipping")
    for _ in range(3):
        firm.cycle()
    assert firm.order_files() == [f"SO-shop-{number}.csv"]
    rows = firm.order_rows(f"SO-shop-{number}.csv")
    assert all(any(word in row for row in rows) for word in ("CHAI-01", "Federal Shipping", "COD"))
    assert _notes(vendure, number) == [f"Web Update: written as SO-shop-{number}.csv"]


def test_a_price_reaches_the_shop(firm: VendureFirm) -> None:
    firm.change("prices", "CHAI-01,Retail,EA,18.00", "CHAI-01,Retail,EA,18.50")
    assert firm.cycle() == {"prices": 1}
    assert firm.variants("CHAI-01")[0]["prices"] == [{"price": 1850}]


def _notes(vendure: VendureUnderTest, number: str) -> list[str]:
    query = """query($code: String!) { orders(options: {filter: {code: {eq: $code}}}) { items {
      history(options: {filter: {type: {eq: "ORDER_NOTE"}}}) { items { data isPublic } }
    } } }"""
    (order,) = vendure.admin.ask(query, code=number)["orders"]["items"]
    notes = order["history"]["items"]
    assert not any(note["isPublic"] for note in notes)
    return [note["data"]["note"] for note in notes]
