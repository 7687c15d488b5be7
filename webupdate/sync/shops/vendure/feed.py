"""What changed in the shop after a cursor, oldest change first: orders and accounts.

Some databases keep whole seconds only, and a slow change may be seen later than its time says. So it is asked with an
overlap, and the cursor remembers what was given of that time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from webupdate.sync.shops.vendure.client import Client
from webupdate.sync.shops.vendure.facts import PAGE
from webupdate.sync.shops.vendure.lists import rows

OVERLAP = timedelta(seconds=60)


class _Cursor(msgspec.Struct):
    """`at`: the newest change given. `seen`: time and print, by id, of what changed since the overlap began."""

    at: str = ""
    seen: dict[str, tuple[str, str]] = {}


class _Stamp(msgspec.Struct, rename="camel"):
    """What a row must have to be put in its place, whatever else is wrong with it."""

    id: str
    updated_at: str


class Changed(msgspec.Struct):
    """A row as it was received."""

    id: str
    at: str
    raw: bytes

    @property
    def print(self) -> str:
        """By which a row that is given again is known."""
        return hashlib.sha256(self.raw).hexdigest()[:12]


class Page(msgspec.Struct):
    """The next rows, and the cursor behind them."""

    rows: list[Changed]
    cursor: str
    more: bool


def page(
    client: Client,
    query: str,
    conditions: Mapping[str, Any],
    cursor: str,
    size: int,
    wanted: Callable[[bytes], bool] = lambda _: True,
) -> Page:
    """The next wanted rows of a query that calls its list `rows` and asks for `id` and `updatedAt`."""
    at = _read(cursor)
    given: list[Changed] = []
    more = False
    for row in _behind(client, query, conditions, at):
        if at.seen.get(row.id) == (row.at, row.print) or not wanted(row.raw):
            continue
        if len(given) == size:
            more = True
            break
        given.append(row)
    after = _after(at, given)
    # An empty page keeps its place.
    return Page(given, msgspec.json.encode(after).decode() if given else cursor, more)


def _behind(client: Client, query: str, conditions: Mapping[str, Any], at: _Cursor) -> Iterator[Changed]:
    """All rows from the overlap on. Each page begins where the last one ended, by time: pages by number shift."""
    start = _moment(at.at) - OVERLAP if at.at else datetime.fromisoformat("1970-01-01T00:00:00+00:00")
    skip, met = 0, set[tuple[str, str]]()
    while True:
        where = {**conditions, "updatedAt": {"after": start.isoformat()}}
        options = {"take": PAGE, "skip": skip, "sort": {"updatedAt": "ASC", "id": "ASC"}, "filter": where}
        found = [_changed(raw) for raw in rows(client, query, options, msgspec.Raw)]
        yield from (row for row in found if (row.id, row.at) not in met)
        met |= {(row.id, row.at) for row in found}
        if len(found) < PAGE:
            return
        last = _moment(found[-1].at) - timedelta(seconds=1)
        skip, start = (skip + PAGE, start) if last <= start else (0, last)


def _changed(raw: msgspec.Raw) -> Changed:
    stamp = msgspec.json.decode(raw, type=_Stamp)
    return Changed(stamp.id, stamp.updated_at, bytes(raw))


def _read(cursor: str) -> _Cursor:
    try:
        return msgspec.json.decode(cursor, type=_Cursor) if cursor else _Cursor()
    except msgspec.DecodeError:
        return _Cursor()  # of another shop: what was taken is known by its id


def _after(at: _Cursor, given: list[Changed]) -> _Cursor:
    newest = max([at.at, *(row.at for row in given)])
    seen = at.seen | {row.id: (row.at, row.print) for row in given}
    start = _moment(newest) - OVERLAP if newest else None
    return _Cursor(newest, {known: row for known, row in seen.items() if start is None or _moment(row[0]) > start})


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
