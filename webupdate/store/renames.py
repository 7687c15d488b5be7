"""Renamed records: the same AUTOID under another ID. The shop's record is kept and gets the new key."""

from __future__ import annotations

import msgspec

from webupdate.keys import KEY_SEPARATOR
from webupdate.store import queue
from webupdate.store.db import Store
from webupdate.store.queue import AGAIN, Row


def rename(store: Store, site_id: int, entity: str, old: str, new: str) -> bool:
    """Let the site's record `old` go on as `new`, whose row was made already; False if the shop can't be told so.

    That is when it never had the old one, or has one under the new key: then the old one has simply gone.
    """
    before, after = (_row(store, site_id, entity, key) for key in (old, new))
    if before is None or before.sent is None or after is None or after.sent is not None:
        return False
    with store.writing():
        _hand_on(store, before, after)
        for child in queue.children_of(store, before):
            _rename_child(store, child, old, new)
    return True


def _row(store: Store, site_id: int, entity: str, key: str) -> Row | None:
    return next(iter(queue.rows_of(store, site_id, entity, [key])), None)


def _hand_on(store: Store, before: Row, after: Row) -> None:
    """What the shop holds belongs to the new row from now on; what exactly it holds is not known."""
    store.sql(
        "UPDATE queue SET sent = ?, remote_id = ?, was = ?, doubt_until = ? WHERE id = ?",
        *(AGAIN, before.remote_id, before.was or before.key, before.doubt_until, after.id),
    )
    store.sql("UPDATE OR REPLACE acked SET queue_id = ? WHERE queue_id = ?", after.id, before.id)
    store.sql("DELETE FROM queue WHERE id = ?", before.id)


def _rename_child(store: Store, child: Row, old: str, new: str) -> None:
    """A price, stock level or file goes on under the new item, which the shop has renamed with all that is in it."""
    key = KEY_SEPARATOR.join((new, *child.key.split(KEY_SEPARATOR)[1:]))
    twin = _row(store, child.site_id, child.entity, key)
    if twin is not None:
        store.sql("UPDATE queue SET sent = ? WHERE id = ? AND sent IS NULL", AGAIN, twin.id)
        store.sql("DELETE FROM queue WHERE id = ?", child.id)
        return
    payload = child.payload or queue.acked_payload(store, child)
    if payload is not None:
        payload = msgspec.json.encode({**msgspec.json.decode(payload), "item": new})
    seen = queue.digest(payload) if payload is not None and child.op == "put" else child.seen
    store.sql(
        "UPDATE queue SET key = ?, parent_key = ?, payload = ?, seen = ?, sent = ? WHERE id = ?",
        *(key, new, payload, seen, None if child.sent is None else AGAIN, child.id),
    )
