"""What EBMS is known to hold, for judging orders: looked up, never guessed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from msgspec import Struct

from webupdate.store.accounts import Candidate
from webupdate.sync.shops.base import ShipBand, WebOrder

Facts = dict[str, str]


class WebAccount(Struct, frozen=True, kw_only=True):
    """A customer account of the shop: the customer of EBMS that it is, "" so far, and the file that makes it one."""

    customer: str = ""
    file_name: str = ""
    asked: bool = False  # a person is asked which customer it is
    others: frozenset[str] = frozenset()  # customers that fit, but that a person said it is none of


class Known(Protocol):
    """The last good exports, and what this program did before. `has` tells whether a file was ever read: a kind of
    problem whose input is not known is off. The others return None where the export does not have the record."""

    def has(self, file: str) -> bool: ...
    def item(self, sku: str) -> Facts | None: ...
    def customer(self, key: str) -> Facts | None: ...
    def ship_via(self, name: str) -> Facts | None: ...
    def payment(self, code: str) -> Facts | None: ...
    def account(self, shop_id: str) -> WebAccount | None: ...

    def prices(self, item: str) -> Mapping[tuple[str, str], str]:
        """PRICE by (LEVEL, UNIT) of an item; UNIT "" is the item's own."""
        ...

    def bands(self, ship_via: str) -> tuple[ShipBand, ...]:
        """The rate table of a ship via."""
        ...

    def customers_like(self, order: WebOrder) -> tuple[Candidate, ...]:
        """The customers that an order's buyer may be: by e-mail, else by phone and name; without those that a person
        said the buyer's account is none of."""
        ...

    def departed(self, file: str, key: str) -> str | None:
        """None: this key never left the export. "": it left. Else the key that the record has now."""
        ...

    def earlier(self, order: WebOrder) -> str:
        """What became of another order of the same number, in words; "" if there is none."""
        ...

    def all(self, file: str) -> Mapping[str, Facts]:
        """All records of an export by key, for offering likely answers."""
        ...
