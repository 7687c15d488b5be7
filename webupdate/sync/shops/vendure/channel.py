"""What must be known of a channel before anything is sent to it: its languages, its money, our two facets in it."""

from __future__ import annotations

import itertools
from collections.abc import Container
from contextlib import suppress
from decimal import Decimal
from typing import Any

import msgspec

from webupdate.errors import Stopped
from webupdate.sync.shops.vendure.client import Client, Refusal, meaning
from webupdate.sync.shops.vendure.facts import CATEGORY_FACET, FACET_NAMES, ITEM_FACET, LARGEST_MONEY
from webupdate.sync.text import visible

_QUERY = """query($facets: [String!]) {
  activeChannel { code token defaultLanguageCode defaultCurrencyCode pricesIncludeTax }
  globalSettings { trackInventory outOfStockThreshold serverConfig { moneyStrategyPrecision } }
  stockLocations(options: {take: 1, sort: {id: ASC}}) { items { id } }
  facets(options: {filter: {code: {in: $facets}}}) { items { id code } }
}"""
# What needs the other rights to read; a key can't be asked for its rights.
_READS = (
    "products(options: {take: 1}) { totalItems } orders(options: {take: 1}) { totalItems } "
    "customers(options: {take: 1}) { totalItems }"
)
_READS_FOR = {
    "customers": "countries(options: {take: 1}) { totalItems }",
    "shipping": "shippingMethods(options: {take: 1}) { totalItems }",
    "payments": "paymentMethods(options: {take: 1}) { totalItems }",
}
# What changes nothing, and needs the rights to write.
_WRITES = (
    "mutation { createFacetValues(input: []) { id } }",
    "mutation { updateProducts(input: []) { id } }",
    "mutation { deleteProducts(ids: []) { result } }",
    'mutation { addNoteToOrder(input: {id: "0", note: "", isPublic: false}) { id } }',
)
_WRITES_FOR = {
    "customers": (
        'mutation { createCustomerAddress(customerId: "0", input: {streetLine1: "", countryCode: ""}) { id } }',
        'mutation { updateCustomer(input: {id: "0"}) { __typename } }',
        "mutation { deleteCustomers(ids: []) { result } }",
    ),
    "shipping": (
        """mutation { createShippingMethod(input: {code: "", fulfillmentHandler: "",
          checker: {code: "", arguments: []}, calculator: {code: "", arguments: []}, translations: []}) { id } }""",
        'mutation { updateShippingMethod(input: {id: "0", translations: []}) { id } }',
        "mutation { deleteShippingMethods(ids: []) { result } }",
    ),
    "payments": ('mutation { updatePaymentMethod(input: {id: "0"}) { id } }',),
}
_MAKE_FACET = "mutation($input: CreateFacetInput!) { createFacet(input: $input) { id code } }"


class _Channel(msgspec.Struct, rename="camel"):
    code: str
    token: str
    default_language_code: str
    default_currency_code: str
    prices_include_tax: bool


class _Config(msgspec.Struct, rename="camel"):
    money_strategy_precision: int


class _Settings(msgspec.Struct, rename="camel"):
    track_inventory: bool
    out_of_stock_threshold: int
    server_config: _Config


class _Numbered(msgspec.Struct):
    id: str
    code: str = ""


class _Count(msgspec.Struct, rename="camel"):
    total_items: int


class _Items(msgspec.Struct):
    items: list[_Numbered]


class _Found(msgspec.Struct, rename="camel"):
    active_channel: _Channel
    global_settings: _Settings
    stock_locations: _Items
    facets: _Items


class _Made(msgspec.Struct, rename="camel"):
    create_facet: _Numbered


class Channel:
    """A channel as it was found when it was asked for first."""

    def __init__(self, client: Client, token: str, language: str) -> None:
        self._client = client
        self._token = token
        self._language = language
        self._found: _Found | None = None

    def learn(self, *, write: bool = False, again: bool = False) -> _Found:
        """What the shop says of itself; asked once."""
        if self._found is None or again:
            variables = {"facets": [ITEM_FACET, CATEGORY_FACET]}
            found: _Found = self._client.ask(_QUERY, variables, _Found, write=write)
            if self._token not in ("", found.active_channel.token):
                # A server with one channel takes any token for its.
                raise Stopped("The shop has no channel of this token.", "Check Channel token in Properties.")
            if not found.stock_locations.items:
                text = f"The shop's channel «{visible(found.active_channel.code)}» has no stock location."
                raise Stopped(text, "Give it one: Settings, Stock locations, and there the channel.")
            self._found = found
        return self._found

    def probe(self) -> None:
        """A harmless read; raises what ails the shop."""
        self.learn(write=True, again=True)

    def check_reads(self, entities: Container[str]) -> int:
        """How many products there are. Raises Stopped for a key whose role may not read what must be read.

        `entities`: what the site carries.
        """
        fields = [_READS, *(field for entity, field in _READS_FOR.items() if entity in entities)]
        counts: dict[str, _Count] = self._client.ask(f"{{ {' '.join(fields)} }}", {}, dict[str, _Count])
        return counts["products"].total_items

    def check_writes(self, entities: Container[str]) -> None:
        """Raise Stopped for a key whose role may not write. `entities`: what the site carries."""
        more = [queries for entity, queries in _WRITES_FOR.items() if entity in entities]
        for query in itertools.chain(_WRITES, *more):
            # Any other refusal says that the right is there.
            with suppress(Refusal):
                self._client.change(query, {}, dict[str, Any])

    @property
    def language(self) -> str:
        """In which texts are written."""
        return self._language or self.learn().active_channel.default_language_code

    @property
    def includes_tax(self) -> bool:
        """Whether the tax is in the prices that are set."""
        return self.learn().active_channel.prices_include_tax

    @property
    def location(self) -> str:
        """The id of the stock location that we count in: the first."""
        return self.learn().stock_locations.items[0].id

    @property
    def counts(self) -> bool:
        """Whether the stock of a variant that says nothing of it is counted."""
        return self.learn().global_settings.track_inventory

    @property
    def threshold(self) -> int:
        """The stock at which such a variant is sold out."""
        return self.learn().global_settings.out_of_stock_threshold

    def minor(self, price: str) -> int | None:
        """A price in the smallest unit of money, None for one that has none or is too large. It must be a number."""
        amount = Decimal(price).scaleb(self._places)
        return int(amount) if amount == amount.to_integral_value() and amount <= LARGEST_MONEY else None

    @property
    def largest(self) -> str:
        """The highest price."""
        return f"{self.major(LARGEST_MONEY):f}"

    def major(self, amount: Decimal | int) -> Decimal:
        """The same back."""
        return Decimal(amount).scaleb(-self._places)

    @property
    def _places(self) -> int:
        return self.learn().global_settings.server_config.money_strategy_precision

    def facet(self, code: str) -> str:
        """The id of one of our facets, "" as long as nothing was sent."""
        return next((facet.id for facet in self.learn().facets.items if facet.code == code), "")

    def make_facets(self) -> None:
        """Make those that are missing."""
        found = self.learn(write=True)
        if len(found.facets.items) < len(FACET_NAMES):
            found = self.learn(write=True, again=True)
        for code, name in FACET_NAMES.items():
            if not self.facet(code):
                found.facets.items.append(self._make_facet(code, name))

    def _make_facet(self, code: str, name: str) -> _Numbered:
        translations = self.translated(name=name)
        variables: dict[str, Any] = {"input": {"code": code, "isPrivate": True, "translations": translations}}
        try:
            made: _Made = self._client.change(_MAKE_FACET, variables, _Made)
        except Refusal as refusal:
            raise meaning(refusal.trouble, write=True) from refusal
        return made.create_facet

    def translated(self, **texts: str) -> list[dict[str, str]]:
        """Texts as the one translation that is written."""
        return [{"languageCode": self.language, **texts}]
