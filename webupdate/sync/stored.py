"""Orders as the inbox keeps them, read again."""

from __future__ import annotations

import msgspec

from webupdate.store.inbox import Order
from webupdate.sync.shops.base import Address, WebOrder


def read_order(order: Order) -> WebOrder:
    """The order that counts."""
    return read_kept(order, order.content)


def read_kept(order: Order, kept: bytes) -> WebOrder:
    """A version of an order. What another version of this program has kept and this one can't read comes without lines,
    as what the shop sends and nobody can read: then it waits for a person, and no other order does."""
    try:
        return msgspec.json.decode(kept, type=WebOrder)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return WebOrder(
            id=order.shop_id,
            number=order.number,
            status=order.web_status,
            placed_at=order.placed_at,
            updated_at=order.updated_at,
            currency="",
            bill_to=Address(),
            ship_to=None,
            lines=(),
            total=order.total,
        )
