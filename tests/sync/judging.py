"""What the tests of judging share: an EBMS as a test says, an order without problems, and its judgement."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from webupdate.orderkinds import KINDS
from webupdate.store.accounts import Candidate
from webupdate.store.answers import Answer
from webupdate.store.inbox import Finding, Refusal
from webupdate.sync import judge
from webupdate.sync.judge import Case, Given
from webupdate.sync.known import Facts, WebAccount
from webupdate.sync.matching import Customers
from webupdate.sync.ordercells import decimal_of
from webupdate.sync.orderrules import OrderRules
from webupdate.sync.shops.base import Address, OrderLine, Payment, ShipBand, WebOrder

FILES = ("inventory", "prices", "customers", "shipping", "payments")
RECORDS: dict[str, dict[str, Facts]] = {
    "inventory": {
        "CHAI-01": {"DESCR_1": "Chai", "EACH_UNIT": "EA", "T_AVAIL": "39", "NOTQTYSELL": "T"},
        "CHANG-02": {"DESCR_1": "Chang", "EACH_UNIT": "EA", "DEF_UNIT": "CS", "T_AVAIL": "17"},
    },
    "customers": {
        "WEBSITE": {"L_NAME": "Web Customer", "IN_LEVEL": "Retail"},
        "ALFKI": {
            "L_NAME": "Alfreds Futterkiste",
            "EMAIL": "alfki@example.com",
            "PHONE": "030-0074321",
            "IN_LEVEL": "Wholesale",
            "CHARGEPYMT": "T",
            "IDCHARGE": "N30",
            "CRED_LIM": "5000.00",
            "CONTACT_1": "Maria Anders",
            "WEB_APPRVD": "T",
            "CREDITCARD": "T",
        },
    },
    "shipping": {"Federal Shipping": {"DESCR": "Federal Shipping"}, "Pickup": {"DESCR": "Customer pickup"}},
    "payments": {
        "N30": {"TERMS": "2", "METHOD": "CHARGE", "CHARGE": "Net 30"},
        "CC": {"TERMS": "1", "METHOD": "CREDITCARD", "CHARGE": "Credit card"},
        "COD": {"TERMS": "3", "METHOD": "COD", "CHARGE": "Collect on Delivery"},
    },
}
PRICES = {
    "CHAI-01": {("Retail", "EA"): "18.00", ("Wholesale", "EA"): "18.00"},
    "CHANG-02": {("Retail", "EA"): "19.00", ("Wholesale", "EA"): "19.00", ("Retail", "CS"): "200.00"},
}
ACCOUNTS = {
    "6": WebAccount(file_name="CU-shop-6.csv"),
    "7": WebAccount(customer="ALFKI", file_name="CU-shop-7.csv"),
    "8": WebAccount(asked=True),
}


class Ebms:
    """What EBMS holds; only `files` were ever read. `records` add to RECORDS, by file, `accounts` to ACCOUNTS."""

    def __init__(
        self,
        *files: str,
        records: Mapping[str, Mapping[str, Facts]] | None = None,
        left: Mapping[tuple[str, str], str] | None = None,
        rates: Mapping[str, tuple[ShipBand, ...]] | None = None,
        accounts: Mapping[str, WebAccount] | None = None,
        first: str = "",
    ) -> None:
        self.files = files
        self.records = {file: {**RECORDS.get(file, {}), **(records or {}).get(file, {})} for file in FILES}
        self.left, self.rates, self.first = left or {}, rates or {}, first
        self.accounts = {**ACCOUNTS, **(accounts or {})}

    def has(self, file: str) -> bool:
        return file in self.files

    def _get(self, file: str, key: str) -> Facts | None:
        return self.records[file].get(key) if self.has(file) else None

    def item(self, sku: str) -> Facts | None:
        return self._get("inventory", sku)

    def customer(self, key: str) -> Facts | None:
        return self._get("customers", key)

    def ship_via(self, name: str) -> Facts | None:
        return self._get("shipping", name)

    def payment(self, code: str) -> Facts | None:
        return self._get("payments", code)

    def account(self, shop_id: str) -> WebAccount | None:
        return self.accounts.get(shop_id)

    def prices(self, item: str) -> Mapping[tuple[str, str], str]:
        return PRICES.get(item, {}) if self.has("prices") else {}

    def bands(self, ship_via: str) -> tuple[ShipBand, ...]:
        return self.rates.get(ship_via, ())

    def customers_like(self, order: WebOrder) -> tuple[Candidate, ...]:
        account = self.account(order.account)
        others = account.others if account else frozenset[str]()
        found = Customers(self.all("customers").items(), "WEBSITE").buyers(order)
        return tuple(candidate for candidate in found if candidate.id not in others)

    def departed(self, file: str, key: str) -> str | None:
        return self.left.get((file, key))

    def earlier(self, order: WebOrder) -> str:
        return self.first

    def all(self, file: str) -> Mapping[str, Facts]:
        return self.records[file] if self.has(file) else {}


ALL = Ebms(*FILES)
RULES = OrderRules(site="shop", time_zone="UTC", level="Retail", charge_account="41000")
BERLIN = Address(
    name="Maria Anders", address1="Obere Str. 57", city="Berlin", zip="12209", country="Germany", country_code="DE"
)
GOOD = WebOrder(
    id="1",
    number="100012",
    status="Paid",
    placed_at="2026-11-23T10:00:00+00:00",
    updated_at="2026-11-23T10:00:00+00:00",
    currency="USD",
    customer="ALFKI",
    account="5",
    bill_to=BERLIN,
    ship_to=BERLIN,
    lines=(OrderLine(sku="CHAI-01", title="Chai", quantity="1", unit="EA", unit_price="18.00", total="18.00"),),
    ship_code="Federal Shipping",
    ship_name="Federal Shipping",
    payments=(Payment(code="N30", name="Net 30", amount="18.00"),),
    total="18.00",
)


def with_(**values: Any) -> WebOrder:
    """A good order but for these values; its total is right unless it is one of them."""
    return changed(GOOD, **values)


def changed(order: WebOrder, **values: Any) -> WebOrder:
    """An order with other values, and the total that follows from them."""
    order = msgspec.structs.replace(order, **values)
    texts = [*(line.total for line in order.lines), *(charge.amount for charge in order.charges)]
    amounts = [decimal_of(text) for text in (*texts, order.shipping, order.tax)]
    if "total" in values or None in amounts:
        return order
    return msgspec.structs.replace(order, total=f"{sum(filter(None, amounts), Decimal(0)):.2f}")


def line(sku: str, **values: Any) -> OrderLine:
    """A good line but for its SKU and these values."""
    return msgspec.structs.replace(GOOD.lines[0], sku=sku, **values)


def answer(topic: str, web: str, value: str = "") -> Answer:
    """An answer of a person."""
    return Answer(topic=topic, web=web, value=value, by="anna", at=1.0)


def case(
    order: WebOrder, known: Ebms = ALL, *given: Answer, rules: OrderRules = RULES, refusal: Refusal | None = None
) -> Case:
    """An order before the judge."""
    return judge.open_case(order, known, Given(given), rules, refusal)


def others(kind: int) -> OrderRules:
    """Rules by which no other kind is looked for."""
    return msgspec.structs.replace(RULES, severities={number: "off" for number in KINDS if number != kind})


def findings(
    order: WebOrder, known: Ebms = ALL, *given: Answer, rules: OrderRules = RULES, refusal: Refusal | None = None
) -> tuple[Finding, ...]:
    """What is wrong with an order."""
    return judge.judge(case(order, known, *given, rules=rules, refusal=refusal))


def kinds(order: WebOrder, known: Ebms = ALL, *given: Answer, rules: OrderRules = RULES) -> list[int]:
    """Which kinds of problems an order has."""
    return [finding.kind for finding in findings(order, known, *given, rules=rules)]


def blocking(order: WebOrder, known: Ebms = ALL, *given: Answer, rules: OrderRules = RULES) -> list[int]:
    """Which kinds of problems stop an order."""
    return [finding.kind for finding in findings(order, known, *given, rules=rules) if finding.blocks]
