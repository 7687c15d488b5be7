"""The feed of orders. A store says what changed after a moment, in whole seconds, and that is all.

So it is asked with an overlap, and the cursor remembers what was given of that time. Our own mark moves an order too:
it holds what the order was when it was set, so that a change of the mark alone is no change.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import DecimalException
from typing import Any

import msgspec

from webupdate.errors import NeedsPerson
from webupdate.sync.shops.base import OrderPage, WebOrder
from webupdate.sync.shops.woocommerce.client import LIST_LIMIT, Client, unclear
from webupdate.sync.shops.woocommerce.facts import CUSTOMER_ID, DOWNLOADED
from webupdate.sync.shops.woocommerce.neworder import FIELDS, Order, neutral, unreadable
from webupdate.sync.shops.woocommerce.products import Meta
from webupdate.sync.text import visible

PAGE = LIST_LIMIT
OVERLAP = timedelta(seconds=60)  # a slow checkout may be seen later than its time says
# All but abandoned carts, which have an id and a total too.
ANY_STATUS = ("pending", "processing", "on-hold", "completed", "cancelled", "refunded", "failed")
_SECOND = timedelta(seconds=1)
# When clocks are put forward anywhere: on a Friday, Saturday or Sunday of these months, in the first hours.
_SKIP_MONTHS, _SKIP_DAYS, _SKIP_HOURS = (3, 4, 9, 10), (4, 5, 6), 4


class _Cursor(msgspec.Struct):
    """`at`: the newest change that was given, in GMT. `seen`: print by id of what changed since the overlap began."""

    at: str = ""
    seen: dict[str, str] = {}


class _Stamp(msgspec.Struct):
    """What a row must have to be put in its place, whatever else is wrong with it."""

    id: int
    date_modified_gmt: str


class _Customer(msgspec.Struct):
    id: int
    meta_data: list[Meta] = []


class _Marked(msgspec.Struct):
    id: int


class Taken(msgspec.Struct, frozen=True):
    """What an order gets beside our mark when it is safely a file: a status ("" = it keeps its own), a private note."""

    status: str = ""
    note: bool = False


class Mark(msgspec.Struct, omit_defaults=True):
    """What is written to an order that is safely a file.

    `before`: its print then; `content`: its print with the status that it gets; `modified`: when it had changed last.
    """

    written_as: str
    before: str
    content: str
    modified: str


class _Row(msgspec.Struct):
    stamp: _Stamp
    raw: bytes
    order: WebOrder
    mark: Mark | None

    @property
    def content(self) -> str:
        """A print of all that the engine sees of the order, but for what is no change of it."""
        bare = msgspec.structs.replace(self.order, updated_at="", customer="")
        return hashlib.sha256(msgspec.json.encode(bare)).hexdigest()[:12]


class Orders:
    """Reads and marks orders. `terms`: EBMS's codes of payment options, by the gateways that Properties name."""

    def __init__(self, client: Client, taken: Taken, terms: Mapping[str, str]) -> None:
        self._client = client
        self._taken = taken
        self._terms = terms

    def page(self, cursor: str, since: str, statuses: tuple[str, ...]) -> OrderPage:
        """The next orders behind the cursor, oldest change first."""
        at = _read_cursor(cursor)
        given: list[_Row] = []
        passed: list[_Row] = []
        more = False
        for row in self._rows(at, since, statuses):
            if len(given) == PAGE:
                more = True
                break
            (given if self._is_news(row, at) else passed).append(row)
        behind = _behind(at, given + passed)
        # An empty page keeps its place, but for what need not be read again.
        text = msgspec.json.encode(behind).decode() if behind != at else cursor
        return OrderPage(tuple((self._in_terms(row.order), row.raw) for row in given), text, more)

    def _in_terms(self, order: WebOrder) -> WebOrder:
        """With EBMS's code where the gateway is named. No part of the print: naming one changes no order."""
        payments = [
            msgspec.structs.replace(paid, code=key, name=key) if (key := self._terms.get(paid.code)) else paid
            for paid in order.payments
        ]
        return msgspec.structs.replace(order, payments=tuple(payments))

    def _rows(self, at: _Cursor, since: str, statuses: tuple[str, ...]) -> Any:
        """All rows from the overlap on. Each page begins where the last one ended, by time: pages by number shift."""
        start = _moment(at.at) - OVERLAP if at.at else None
        page, met = 1, set[tuple[int, str]]()
        while True:
            raws = self._asked(start, since, statuses, page)
            rows = self._read(raws)
            yield from (row for row in rows if (row.stamp.id, row.stamp.date_modified_gmt) not in met)
            met |= {(row.stamp.id, row.stamp.date_modified_gmt) for row in rows}
            if len(raws) < PAGE:
                return
            last = _moment(rows[-1].stamp.date_modified_gmt) - _SECOND
            page, start = (page + 1, start) if start is not None and last <= start else (1, last)

    def _asked(self, start: datetime | None, since: str, statuses: tuple[str, ...], page: int) -> list[msgspec.Raw]:
        query: dict[str, str | int] = {
            "status": ",".join(statuses or ANY_STATUS),
            "orderby": "modified",
            "order": "asc",
            "per_page": PAGE,
            "page": page,
            "dates_are_gmt": "true",
            "_fields": FIELDS,
        }
        if start is not None:
            query["modified_after"] = _before_a_skip(start).isoformat()
        if since:
            # Without a zone: together with the flag it would be shifted twice.
            query["after"] = (_gmt(since) - _SECOND).isoformat()
        return self._client.rows("orders", query, msgspec.Raw)

    def _read(self, raws: Sequence[msgspec.Raw]) -> list[_Row]:
        orders = [_decoded(raw) for raw in raws]
        accounts = self._customers({order.customer_id for order in orders if order is not None} - {0})
        return [_row(bytes(raw), order, accounts) for raw, order in zip(raws, orders, strict=True)]

    def _customers(self, numbers: set[int]) -> dict[int, str]:
        """EBMS ids of accounts."""
        if not numbers:
            return {}
        include = ",".join(map(str, sorted(numbers)))
        query: dict[str, str | int] = {"include": include, "role": "all", "per_page": LIST_LIMIT}
        rows = self._client.rows("customers", {**query, "_fields": "id,meta_data"}, _Customer)
        found = {row.id: {meta.key: meta.value for meta in row.meta_data}.get(CUSTOMER_ID) for row in rows}
        return {number: known for number, known in found.items() if isinstance(known, str)}

    def _is_news(self, row: _Row, at: _Cursor) -> bool:
        """Whether this version of an order was not given yet."""
        seen, mark = at.seen.get(str(row.stamp.id)), row.mark
        if seen == row.content:
            return False
        if mark is None or mark.content != row.content:
            return True
        # The mark alone has changed it, if the version before it was given.
        return mark.before != seen if seen is not None else not at.at or mark.modified > at.at

    def acknowledge(self, number: str, written_as: str) -> None:
        """Mark an order; one without a file (`written_as` "") is only closed. Said twice it is the same mark."""
        taken = self._taken if written_as else Taken()
        answer = self._client.careful(f"orders/{number}?_fields={FIELDS}")
        order = _decoded(msgspec.Raw(answer.body))
        if order is None:
            raise unclear(answer, "the order")
        before = _row(answer.body, order, {})
        status = taken.status or order.status
        # As the order will be: else its new status would come back as a change.
        row = _row(answer.body, msgspec.structs.replace(order, status=status), {})
        mark = Mark(written_as, before.content, row.content, order.date_modified_gmt)
        again = before.mark is not None and before.mark.content == row.content
        if before.mark is not None and again:
            mark.before, mark.modified = before.mark.before, before.mark.modified  # only the mark has moved it since
        body: dict[str, Any] = {"meta_data": [{"key": DOWNLOADED, "value": msgspec.json.encode(mark).decode()}]}
        if status != order.status:
            body["status"] = status
        self._client.write("PUT", f"orders/{number}", body, {"_fields": "id,meta_data"}).decode(_Marked)
        if taken.note and not again:
            # At last and never again: said twice it would stand there twice.
            self._client.write("POST", f"orders/{number}/notes", {"note": f"Taken over by webupdate as {written_as}"})


def acknowledge(orders: Orders, number: str, written_as: str) -> None:
    """Mark an order; one that the store does not know any more needs a person."""
    try:
        orders.acknowledge(number, written_as)
    except NeedsPerson as error:
        raise NeedsPerson(
            f"Order {visible(number)}: {error.message}", "Was it deleted in the shop? Its file is written."
        ) from error


def _decoded(raw: msgspec.Raw) -> Order | None:
    try:
        return msgspec.json.decode(raw, type=Order)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _row(raw: bytes, order: Order | None, accounts: Mapping[int, str]) -> _Row:
    if order is not None:
        try:
            web = neutral(order, accounts.get(order.customer_id, ""))
            row = _Row(_Stamp(order.id, order.date_modified_gmt), raw, web, _mark(order))
        except (ValueError, DecimalException):
            order = None
        else:
            if row.mark is not None and row.mark.content == row.content:
                # What moved it was the mark: to the engine it is the version that it knows.
                row.order = msgspec.structs.replace(web, updated_at=f"{row.mark.modified}+00:00")
            return row
    stamp = _stamp(raw)
    return _Row(stamp, raw, unreadable(raw), None)


def _stamp(raw: bytes) -> _Stamp:
    try:
        return msgspec.json.decode(raw, type=_Stamp)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _Stamp(0, "1970-01-01T00:00:00")


def _mark(order: Order) -> Mark | None:
    value = {meta.key: meta.value for meta in order.meta_data}.get(DOWNLOADED)
    try:
        return msgspec.json.decode(value, type=Mark) if isinstance(value, str) else None
    except msgspec.DecodeError:
        return None


def _read_cursor(cursor: str) -> _Cursor:
    try:
        return msgspec.json.decode(cursor, type=_Cursor) if cursor else _Cursor()
    except msgspec.DecodeError:
        return _Cursor()  # of another shop: what was taken is known by its id


def _behind(at: _Cursor, rows: list[_Row]) -> _Cursor:
    """The cursor behind these rows."""
    newest = max([at.at, *(row.stamp.date_modified_gmt for row in rows)])
    if not newest:
        return at
    start = (_moment(newest) - OVERLAP).isoformat()
    seen = {str(row.stamp.id): row.content for row in rows if row.stamp.date_modified_gmt > start}
    kept = at.seen if newest == at.at else {}
    return _Cursor(newest, {**kept, **seen})


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=None)


def _before_a_skip(moment: datetime) -> datetime:
    """The moment, an hour earlier where the clocks of the store's zone may skip it.

    WordPress reads it in that zone, GMT or not: 02:15 in the night when 02:00 is followed by 03:00 is 03:15 to it,
    and what changed between these would never come.
    """
    skipped = moment.month in _SKIP_MONTHS and moment.weekday() in _SKIP_DAYS and moment.hour < _SKIP_HOURS
    return moment - timedelta(hours=1) if skipped else moment


def _gmt(moment: str) -> datetime:
    """A moment with a zone, in GMT and without it."""
    given = datetime.fromisoformat(moment)
    offset = given.utcoffset() or timedelta(0)
    return given.replace(tzinfo=None, microsecond=0) - offset
