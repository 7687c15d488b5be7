"""The history of each order: what was received, judged, answered, written and told to the shop."""

from __future__ import annotations

import zlib
from typing import Literal

import msgspec

from webupdate.store.db import Store
from webupdate.store.tables import OrderEvent

What = Literal[
    "received",
    "changed",
    "judged",
    "answered",
    "written",
    "told",
    "taken",
    "refused",
    "replaced",
    "withdrawn",
    "closed",
    "failed",
]


class Happened(msgspec.Struct, frozen=True, kw_only=True):
    """One step of an order's way. `at`: seconds since 1970; `by`: who did it, "" = the program."""

    id: int
    at: float
    what: str
    text: str
    by: str
    has_data: bool


def note(
    store: Store, order_id: int, what: What, text: str, now: float, *, by: str = "", data: bytes | None = None
) -> None:
    """Keep a step, in the transaction that takes it. `data`: what was received or written, byte for byte."""
    kept = None if data is None else zlib.compress(data)
    with store.writing():
        OrderEvent.create(inbox=order_id, at=now, what=what, text=text, by=by, data=kept)


def of_order(store: Store, order_id: int, limit: int = 500) -> list[Happened]:
    """The steps of an order, newest first."""
    query = (
        "SELECT id, at, what, text, by, data IS NOT NULL FROM orderevent WHERE inbox_id = ? ORDER BY id DESC LIMIT ?"
    )
    return [
        Happened(id=number, at=at, what=what, text=text, by=by, has_data=bool(has_data))
        for number, at, what, text, by, has_data in store.rows(query, order_id, limit)
    ]


def data_of(store: Store, number: int) -> bytes:
    """What was received or written in a step; b"" if it has none."""
    kept = store.one("SELECT data FROM orderevent WHERE id = ?", number)
    return zlib.decompress(kept) if kept else b""


def last_data(store: Store, order_id: int, what: What) -> bytes | None:
    """The data of the newest step of that kind, None if there is no such step."""
    query = "SELECT id FROM orderevent WHERE inbox_id = ? AND what = ? ORDER BY id DESC LIMIT 1"
    number = store.one(query, order_id, what)
    return None if number is None else data_of(store, number)


def purge(store: Store, company_id: int, before: float) -> int:
    """Forget what happened before that time to the company's orders that are done. Returns how many steps."""
    done = """SELECT id FROM inbox WHERE state IN ('acked', 'closed') AND newer IS NULL AND error IS NULL
      AND site_id IN (SELECT id FROM site WHERE company_id = ?)"""
    with store.writing():
        query = f"DELETE FROM orderevent WHERE at < ? AND inbox_id IN ({done})"
        return int(store.sql(query, before, company_id).rowcount)
