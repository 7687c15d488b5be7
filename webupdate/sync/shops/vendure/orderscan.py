"""Which orders are new or changed. Vendure does not say: an order's `updatedAt` stays when only its state changes.

So it stays when the order is placed, paid or sent on its way (seen with 3.7.3 on PostgreSQL). Therefore all orders that
were placed in the last 30 days are looked at each time, with four fields each, and compared with what was given; older
ones come when `updatedAt` says that they changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from webupdate.sync.shops.vendure.client import Client
from webupdate.sync.shops.vendure.facts import PAGE
from webupdate.sync.shops.vendure.lists import rows

WATCHED = timedelta(days=30)
OVERLAP = timedelta(seconds=60)  # a slow transaction is seen later than its time says

_QUERY = """query($options: OrderListOptions) { rows: orders(options: $options) { items {
  id state createdAt updatedAt orderPlacedAt totalWithTax totalQuantity
} } }"""
_SHIFT = 10  # rows by which pages overlap
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


class Cursor(msgspec.Struct):
    """`at`: the newest moment of what was given. `seen`: by id the print of what was given, and until when it may come
    up again (seconds since 1970, on the shop's clock)."""

    at: str = ""
    seen: dict[str, tuple[str, int]] = {}


class Seen(msgspec.Struct, rename="camel"):
    """An order as it is looked at."""

    id: str
    state: str
    created_at: str
    updated_at: str
    total_with_tax: float
    total_quantity: int
    order_placed_at: str | None = None

    @property
    def placed(self) -> datetime:
        """When it was placed; one that staff made without that, when it was begun."""
        return datetime.fromisoformat(self.order_placed_at or self.created_at)

    @property
    def moment(self) -> datetime:
        """The newest that it says of itself."""
        return max(self.placed, datetime.fromisoformat(self.updated_at))

    @property
    def print(self) -> str:
        """What changes with it."""
        text = f"{self.updated_at} {self.state} {self.total_with_tax} {self.total_quantity}"
        return hashlib.sha256(text.encode()).hexdigest()[:8]

    @property
    def until(self) -> int:
        """How long it may come up again."""
        later = max(self.placed + WATCHED, datetime.fromisoformat(self.updated_at) + OVERLAP)
        return int(later.timestamp()) + 1


def unseen(client: Client, conditions: Mapping[str, Any], cursor: Cursor) -> list[Seen]:
    """All orders that are not as they were given, oldest first."""
    start = datetime.fromisoformat(cursor.at) - WATCHED if cursor.at else _EPOCH
    found = _all(client, conditions, {"orderPlacedAt": {"after": start.isoformat()}})
    if cursor.at:
        changed = {"updatedAt": {"after": (datetime.fromisoformat(cursor.at) - OVERLAP).isoformat()}}
        found |= _all(client, conditions, changed)
    news = [order for order in found.values() if cursor.seen.get(order.id, ("", 0))[0] != order.print]
    return sorted(news, key=lambda order: (order.moment, order.id))


def _all(client: Client, conditions: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Seen]:
    """Rows by id, page by page. What leaves the list meanwhile (another state) makes all behind it move up: so pages
    overlap, and what is passed over all the same comes the next time, since it is remembered nowhere."""
    found: dict[str, Seen] = {}
    skip = 0
    while True:
        where = {"_and": [dict(conditions), dict(more)]}
        options = {"take": PAGE, "skip": skip, "sort": {"id": "ASC"}, "filter": where}
        some: list[Seen] = rows(client, _QUERY, options, Seen)
        found |= {order.id: order for order in some}
        if len(some) < PAGE:
            return found
        skip += PAGE - _SHIFT


def behind(cursor: Cursor, given: list[Seen]) -> Cursor:
    """The cursor behind these orders."""
    moments = [order.moment for order in given] + ([datetime.fromisoformat(cursor.at)] if cursor.at else [])
    newest = max(moments)
    seen = cursor.seen | {order.id: (order.print, order.until) for order in given}
    kept = {known: entry for known, entry in seen.items() if entry[1] >= newest.timestamp()}
    return Cursor(newest.isoformat(), kept)
