"""Sale prices that go with the price they lower: a shop may drop the one without a word when the other changes."""

from __future__ import annotations

from collections.abc import Sequence

from webupdate.keys import KEY_SEPARATOR
from webupdate.store.db import Store
from webupdate.store.queue import AGAIN
from webupdate.store.rows import Row, acked_payload, rows_of, select


def sale_goes_along(store: Store, site_id: int, level: str, keys: Sequence[str]) -> None:
    """Of the changed prices of these keys the sale prices (of `level`, in any letters) go again with them.

    Also one that the shop refused: it may be below its price by now.
    """
    for price in rows_of(store, site_id, "prices", keys):
        if price.seen == price.sent:
            continue
        for sale in _sales_of(store, price, level):
            payload = sale.payload or acked_payload(store, sale)
            store.sql(
                """UPDATE queue SET sent = iif(sent IS NULL, NULL, ?), payload = ?, rev = ?, error = NULL, next_try = 0,
                tries = 0 WHERE id = ?""",
                *(AGAIN, payload, price.rev, sale.id),
            )


def _sales_of(store: Store, price: Row, level: str) -> list[Row]:
    """The sale prices of the same item and unit that are older than this change."""
    sku, _, unit = price.key.split(KEY_SEPARATOR)
    query = """FROM queue q WHERE q.site_id = ? AND q.parent_entity = 'items' AND q.parent_key = ?
      AND q.entity = 'prices' AND q.op = 'put' AND q.seen IS NOT NULL AND q.rev < ?"""
    found = select(store, query, price.site_id, sku, price.rev)
    wanted = (level.casefold(), unit)
    return [row for row in found if (_level(row.key).casefold(), row.key.rpartition(KEY_SEPARATOR)[2]) == wanted]


def _level(key: str) -> str:
    return key.split(KEY_SEPARATOR)[1]
