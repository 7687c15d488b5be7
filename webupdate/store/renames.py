"""Renamed records: the same AUTOID under another ID. The shop's record is kept and gets the new key."""

from __future__ import annotations

import msgspec

from webupdate.keys import KEY_SEPARATOR
from webupdate.store import queue, rows
from webupdate.store.db import Store
from webupdate.store.queue import AGAIN
from webupdate.store.rows import Row


def rename(store: Store, site_id: int, entity: str, old: str, new: str) -> bool:
    """Let the site's record `old` go on as `new`, whose row was made already; False if the shop can't be told so.

    That is when it never had the old one, has one under the new key, or may not know the old name yet (renamed twice
    before it answered): then the old one has simply gone, and its row goes on saying what the shop called it.
    """
    before, after = (_row(store, site_id, entity, key) for key in (old, new))
    if before is None or before.sent is None or before.was or after is None or after.sent is not None:
        return False
    with store.writing():
        _hand_on(store, before, after)
        if entity == "customers":
            store.sql("UPDATE account SET key = ? WHERE site_id = ? AND key = ?", new, site_id, old)
        for child in rows.children_of(store, before):
            _rename_child(store, child, old, new)
    return True


def _row(store: Store, site_id: int, entity: str, key: str) -> Row | None:
    return next(iter(rows.rows_of(store, site_id, entity, [key])), None)


def _hand_on(store: Store, before: Row, after: Row) -> None:
    """What the shop holds belongs to the new row from now on; what exactly it holds is not known."""
    store.sql(
        """UPDATE queue SET sent = ?, remote_id = ?, was = ?,
        doubt_until = coalesce(max(doubt_until, ?), doubt_until, ?) WHERE id = ?""",
        *(AGAIN, before.remote_id, before.key, before.doubt_until, before.doubt_until, after.id),
    )
    store.sql("UPDATE OR REPLACE acked SET queue_id = ? WHERE queue_id = ?", after.id, before.id)
    _leave_nothing(store, before)


def _leave_nothing(store: Store, row: Row) -> None:
    """The old key is nobody's; while an old request may still make it anew, it is kept to be looked at afterwards."""
    if row.doubt_until is None:
        store.sql("DELETE FROM queue WHERE id = ?", row.id)
        return
    store.sql(
        """UPDATE queue SET seen = NULL, sent = NULL, op = 'delete', hidden = 0, payload = NULL, remote_id = NULL,
        error = NULL, gone = 1 WHERE id = ?""",
        row.id,
    )


def _rename_child(store: Store, child: Row, old: str, new: str) -> None:
    """A price, stock level or file goes on under the new item, which the shop has renamed with all that is in it."""
    key = KEY_SEPARATOR.join((new, *child.key.split(KEY_SEPARATOR)[1:]))
    twin = _row(store, child.site_id, child.entity, key)
    if twin is not None:
        store.sql("UPDATE queue SET sent = ? WHERE id = ? AND sent IS NULL", AGAIN, twin.id)
        _leave_nothing(store, child)
        return
    payload = child.payload or rows.acked_payload(store, child)
    if payload is not None:
        payload = msgspec.json.encode({**msgspec.json.decode(payload), "item": new})
    seen = queue.digest(payload) if payload is not None and child.op == "put" else child.seen
    store.sql(
        "UPDATE queue SET key = ?, parent_key = ?, payload = ?, seen = ?, sent = ? WHERE id = ?",
        *(key, new, payload, seen, None if child.sent is None else AGAIN, child.id),
    )
