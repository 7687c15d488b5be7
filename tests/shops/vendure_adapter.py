"""A real Vendure server, over real TLS, as the contract suite wants it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.shops.contract import Purchase, Records, send
from tests.shops.vendure.running import Admin, Api, Running, running
from webupdate.sync.shops.base import Address, Shop
from webupdate.sync.shops.vendure import VendureShop, accounts, orders
from webupdate.sync.shops.vendure.facts import CUSTOMER_NOTE

PASSWORD = "correct horse battery"
CUSTOMER = "stamm@example.com"


class VendureUnderTest:
    """A shop that sells: one way to ship, one to pay, one customer who can log in."""

    too_many = 0
    resumes = False
    looks_first = 1
    flat_rates = True
    makes_after = 3
    keeps_notes = False
    tells_changed_accounts = False
    placed = "PaymentAuthorized"
    cancelled = "Cancelled"
    ship_code = "Parcel"
    ship_price = "5.90"
    pay_code = "invoice"
    customer = "STAMM"

    def __init__(self, server: Running) -> None:
        self.server = server
        self.address = server.url
        self.secret = server.owner
        # One that nobody has, and that of a role without the rights.
        self.powerless: tuple[str, ...] = (f"{'0' * 24}:{'0' * 64}", server.nobody)
        self.admin = Admin(server)
        self.shop = self.connect()
        self._open_for_business()

    def connect(
        self,
        *,
        address: str = "",
        secret: str = "",
        certificate: str = "",
        make_accounts: bool = True,
        gateways: dict[str, str] | None = None,
    ) -> Shop:
        address, secret = address or self.address, secret or self.secret
        authority = certificate or str(self.server.authority)
        return VendureShop(address, secret, authority, make_accounts=make_accounts, gateways=gateways)

    def _open_for_business(self) -> None:
        # The first item makes the facets that all others need.
        records = Records("SETUP")
        send(self.shop, records.item("SETUP"))
        self.register(CUSTOMER)
        found = self.admin.ask("{ customers { items { id } } }")["customers"]["items"]
        fields = {"id": found[0]["id"], "note": f"{CUSTOMER_NOTE}{self.customer}", "isPublic": False}
        self.admin.ask(
            "mutation($input: AddNoteToCustomerInput!) { addNoteToCustomer(input: $input) { id } }", input=fields
        )

    def place_order(self, purchase: Purchase, ship: str = ship_code) -> str:
        """The whole checkout by the Shop API, as a storefront does it."""
        buyer = Buyer(self.server)
        try:
            if purchase.by_customer:
                buyer.log_in(CUSTOMER)
            return buyer.buy(purchase, self.variants([sku for sku, _ in purchase.lines]), ship)
        finally:
            buyer.close()

    def variants(self, skus: list[str]) -> dict[str, str]:
        """The ids of variants by SKU."""
        query = """query($skus: [String!]) {
          productVariants(options: {filter: {sku: {in: $skus}}}) { items { id sku } }
        }"""
        rows = self.admin.ask(query, skus=skus)["productVariants"]["items"]
        return {row["sku"]: row["id"] for row in rows}

    def cancel_order(self, order_id: str) -> None:
        query = """mutation($id: ID!) { cancelOrder(input: {orderId: $id, cancelShipping: false}) {
          ... on Order { state } ... on ErrorResult { message }
        } }"""
        assert self.admin.ask(query, id=order_id)["cancelOrder"] == {"state": self.cancelled}

    def make_by_hand(self, sku: str) -> None:
        texts = {"languageCode": "en", "name": "By hand", "slug": f"by-hand-{sku}", "description": ""}
        query = "mutation($input: CreateProductInput!) { createProduct(input: $input) { id } }"
        product = self.admin.ask(query, input={"translations": [texts]})["createProduct"]["id"]
        fields: dict[str, Any] = {
            "productId": product,
            "sku": sku,
            "price": 500,
            "stockOnHand": 3,
            "translations": [{"languageCode": "en", "name": "By hand"}],
        }
        query = "mutation($input: [CreateProductVariantInput!]!) { createProductVariants(input: $input) { id } }"
        self.admin.ask(query, input=[fields])

    def register(self, email: str) -> None:
        visitor = Buyer(self.server)
        query = """mutation($input: RegisterCustomerInput!) { registerCustomerAccount(input: $input) {
          ... on Success { success } ... on ErrorResult { message }
        } }"""
        made = visitor.ask(query, input={"emailAddress": email, "password": PASSWORD})["registerCustomerAccount"]
        visitor.close()
        assert made == {"success": True}

    def save_address(self, email: str, address: Address) -> None:
        raise NotImplementedError("an address changes without its account")

    @contextmanager
    def small_pages(self, size: int) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(orders, "PAGE", size)
            patch.setattr(accounts, "PAGE", size)
            yield


class Buyer(Api):
    """A visitor of the Shop API."""

    def __init__(self, server: Running) -> None:
        super().__init__(server, "/shop-api")

    def log_in(self, email: str) -> None:
        query = """mutation($email: String!, $password: String!) {
          login(username: $email, password: $password) { __typename }
        }"""
        assert self.ask(query, email=email, password=PASSWORD)["login"]["__typename"] == "CurrentUser"

    def buy(self, purchase: Purchase, variants: dict[str, str], ship: str) -> str:
        """From the basket to the order's number. `ship`: the name of a way to ship."""
        for sku, quantity in purchase.lines:
            self.fill(variants[sku], quantity)
        first, last = purchase.address.name.split(" ", 1)
        if not purchase.by_customer:
            guest = {"firstName": first, "lastName": last, "emailAddress": purchase.email}
            self._do("setCustomerForOrder", "input: CreateCustomerInput!", input=guest)
        for name in ("setOrderShippingAddress", "setOrderBillingAddress"):
            self._do(name, "input: CreateAddressInput!", input=_form_of(purchase.address))
        (chosen,) = [each["id"] for each in self.offers() if each["name"] == ship]
        self._do("setOrderShippingMethod", "shippingMethodId: [ID!]!", shippingMethodId=[chosen])
        self._do("transitionOrderToState", "state: String!", state="ArrangingPayment")
        payment = {"method": VendureUnderTest.pay_code, "metadata": {}}
        return str(self._do("addPaymentToOrder", "input: PaymentInput!", input=payment)["code"])

    def fill(self, variant: str, quantity: int) -> None:
        """Put something into the basket."""
        declared = "productVariantId: ID!, quantity: Int!"
        self._do("addItemToOrder", declared, productVariantId=variant, quantity=quantity)

    def offers(self) -> list[dict[str, Any]]:
        """The ways to ship that the basket may go."""
        query = "{ eligibleShippingMethods { id name price priceWithTax } }"
        return list(self.ask(query)["eligibleShippingMethods"])

    def _do(self, name: str, declared: str, **variables: Any) -> Any:
        """One step, which must end with an order."""
        head = ", ".join(f"${each}" for each in declared.split(", "))
        given = ", ".join(f"{each}: ${each}" for each in variables)
        query = f"""mutation({head}) {{ done: {name}({given}) {{
          ... on Order {{ id code state }} ... on ErrorResult {{ errorCode message }}
        }} }}"""
        done = self.ask(query, **variables)["done"]
        assert "code" in done, done
        return done


def _form_of(address: Address) -> dict[str, str]:
    return {
        "fullName": address.name,
        "streetLine1": address.address1,
        "streetLine2": address.address2,
        "city": address.city,
        "postalCode": address.zip,
        "countryCode": address.country_code,
        "phoneNumber": address.phone,
    }


@contextmanager
def vendure_under_test(directory: Path) -> Iterator[VendureUnderTest]:
    """A server of its own in the directory."""
    with running(directory) as server:
        under_test = VendureUnderTest(server)
        try:
            yield under_test
        finally:
            under_test.shop.close()
            under_test.admin.close()
