"""What EBMS is known to hold, for judging orders: looked up, never guessed."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

Facts = dict[str, str]


class WebAccount(Struct, frozen=True, kw_only=True):
    """A customer account of the shop: the customer of EBMS that it is, "" so far, and the file that makes it one."""

    customer: str = ""
    file_name: str = ""
    asked: bool = False  # a person is asked which customer it is


class Known(Protocol):
    """The last good exports. Each returns the record's facts, None if the export does not have it.

    `has` tells whether a file was ever read: a kind of problem whose input is not known is off.
    """

    def has(self, file: str) -> bool: ...
    def item(self, sku: str) -> Facts | None: ...
    def customer(self, key: str) -> Facts | None: ...
    def ship_via(self, name: str) -> Facts | None: ...
    def payment(self, code: str) -> Facts | None: ...
    def account(self, shop_id: str) -> WebAccount | None: ...
