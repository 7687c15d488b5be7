"""What EBMS is known to hold, for judging orders: looked up, never guessed."""

from __future__ import annotations

from typing import Protocol

Facts = dict[str, str]


class Known(Protocol):
    """The last good exports. Each returns the record's facts, None if the export does not have it.

    `has` tells whether a file was ever read: a kind of problem whose input is not known is off.
    """

    def has(self, file: str) -> bool: ...
    def item(self, sku: str) -> Facts | None: ...
    def customer(self, key: str) -> Facts | None: ...
    def ship_via(self, name: str) -> Facts | None: ...
    def payment(self, code: str) -> Facts | None: ...
