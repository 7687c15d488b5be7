"""What is behind the stages that send nothing: the export files, the orders and the web customers."""

from __future__ import annotations

import time

from webupdate.store import accounts, exports, inbox, orderlist, sendings
from webupdate.store.accounts import WebCustomer
from webupdate.store.board import LogLine
from webupdate.store.db import Store
from webupdate.store.exports import Complaint
from webupdate.store.inbox import Order
from webupdate.store.orderlist import Listed
from webupdate.sync.entities import FILES
from webupdate.tui import view
from webupdate.tui.entries import ERRORS, HISTORY, WAITING, Entry, Numbers, holds, look, of_complaint
from webupdate.tui.glance import Place
from webupdate.tui.stages import FILES_OF_ITEMS, with_complaints

_DAY = 24 * 3600.0
_MOST_LINES = 1000
# By stage and list: which orders are in it (store/orderlist.py), "" = all.
_WAYS: dict[str, dict[str, tuple[str, ...]]] = {
    "orders": {WAITING: ("received",), ERRORS: ("waits",), HISTORY: ("",)},
    "write": {WAITING: ("ready", "written"), ERRORS: ("waits",), HISTORY: ("told", "taken")},
}
_ORDER_TEXT = {
    "received": "came down, is judged next",
    "ready": "its file is written next",
    "written": "its file is written, the shop is told next",
    "told": "its file lies in the order folder",
    "taken": "EBMS has taken its file",
    "closed": "closed",
    "waits": "waits for your answer",
}
_ORDER_LOOKS = {"waits": ("⚠", "warn"), **dict.fromkeys(("received", "ready", "written"), ("·", "dim"))}
_ON_THEIR_WAY = ("received", "ready", "writing", "staged")


def numbers(store: Store, spot: Place, action: str, now: float) -> Numbers:
    """How many there are."""
    if action == "read":
        return Numbers(len(FILES), _wrong(store, spot), len(_readings(store, spot, "", now)))
    if action == "accounts":
        on_the_way = accounts.in_states(store, spot.site.id, *_ON_THEIR_WAY, limit=_MOST_LINES)
        return Numbers(len(on_the_way), spot.site.customers, accounts.count(store, spot.site.id))
    ways = orderlist.counts(store, spot.site.id)
    waiting, errors, history = (_counted(ways, _WAYS[action][which]) for which in (WAITING, ERRORS, HISTORY))
    return Numbers(waiting, errors, history)


def _counted(ways: dict[str, int], wanted: tuple[str, ...]) -> int:
    return sum(count for way, count in ways.items() if way in wanted or "" in wanted)


def entries(store: Store, spot: Place, action: str, which: str, find: str, limit: int, now: float) -> list[Entry]:
    """The first entries of one of the lists."""
    if action == "read":
        found = _of_files(store, spot, which, find, now)
    elif action == "accounts":
        found = [_of_customer(one) for one in _customers(store, spot, which)]
    elif which == ERRORS:
        return _asking(store, spot, find, limit)
    else:
        return _orders(store, spot, _WAYS[action][which], find, limit)
    return [one for one in found if holds(one, find)][:limit]


def _orders(store: Store, spot: Place, ways: tuple[str, ...], find: str, limit: int) -> list[Entry]:
    found = [
        order
        for way in ways
        for order in orderlist.page(store, spot.company.id, way, find, limit, site_id=spot.site.id)
    ]
    return [_of_order(order) for order in sorted(found, key=lambda order: -order.id)][:limit]


def _asking(store: Store, spot: Place, find: str, limit: int) -> list[Entry]:
    """The orders that wait for a person, with what is wrong."""
    orders = [order for order in inbox.waiting(store, spot.company.id, _MOST_LINES) if order.site_id == spot.site.id]
    return [one for one in map(_of_asking, orders) if holds(one, find)][:limit]


def _of_asking(order: Order) -> Entry:
    blocking = [finding for finding in order.problems if finding.blocks] or list(order.problems)
    said = order.error or (blocking[0].message if blocking else "The shop changed it after its file was written.")
    more = f" (and {view.counted(len(blocking) - 1, 'more problem')})" if len(blocking) > 1 else ""
    return Entry(
        id=str(order.id),
        glyph="⚠",
        tone="warn",
        kind="orders",
        record=f"Order #{order.number}",
        text=said + more,
        at=order.received_at,
        hint=blocking[0].hint if blocking and not order.error else "",
        key=order.number,
        order=order.id,
    )


def _of_order(order: Listed) -> Entry:
    glyph, tone = _ORDER_LOOKS.get(order.way, ("✔", "ok"))
    about = ", ".join(part for part in (order.buyer or order.email, order.total, order.file_name) if part)
    text = f"{_ORDER_TEXT.get(order.way, order.way)}  ({about})" if about else _ORDER_TEXT.get(order.way, order.way)
    return Entry(
        id=str(order.id),
        glyph=glyph,
        tone=tone,
        kind="orders",
        record=f"Order #{order.number}",
        text=text,
        at=order.since,
        key=order.number,
        order=order.id,
    )


def _customers(store: Store, spot: Place, which: str) -> list[WebCustomer]:
    if which == ERRORS:
        return accounts.needing(store, spot.site.id)
    if which == WAITING:
        return accounts.in_states(store, spot.site.id, *_ON_THEIR_WAY, limit=_MOST_LINES)
    return accounts.newest(store, spot.site.id, _MOST_LINES)


def _of_customer(account: WebCustomer) -> Entry:
    asked = account.question.message if account.question and not account.make_new else ""
    said = account.error or asked
    done = account.state in ("linked", "written")
    glyph, tone = ("⚠", "warn") if said else ("✔", "ok") if done else ("·", "dim")
    text = said or (f"is customer {account.key} of EBMS" if account.key else f"{account.state}: on its way to EBMS")
    return Entry(
        id=str(account.id),
        glyph=glyph,
        tone=tone,
        kind="accounts",
        record=account.name or account.email or account.shop_id,
        text=text,
        at=account.received_at,
        hint=account.question.hint if asked and account.question else "",
        key=account.key or account.email,
        customer=account.id,
    )


def _of_files(store: Store, spot: Place, which: str, find: str, now: float) -> list[Entry]:
    if which == HISTORY:
        return [_of_reading(line) for line in _readings(store, spot, find, now)]
    if which == ERRORS:
        return [of_complaint(file, found) for file, found in _complaints(store, spot)]
    return [_of_file(store, spot, file) for file in FILES]


def _wrong(store: Store, spot: Place) -> int:
    complaints = exports.complaint_counts(store, spot.company.id)
    return with_complaints({}, complaints).get("read", (0, 0))[1]


def _complaints(store: Store, spot: Place) -> list[tuple[str, Complaint]]:
    told = exports.complaints(store, spot.company.id)
    return [(file, found) for file, found in told if file not in FILES_OF_ITEMS]


def _readings(store: Store, spot: Place, find: str, now: float) -> list[LogLine]:
    return sendings.readings(store, spot.company.id, find, now - _DAY, _MOST_LINES)


def _of_reading(line: LogLine) -> Entry:
    glyph, tone = look(line.level)
    return Entry(str(line.id), glyph, tone, "file", line.entity, line.text, line.at, hint=line.hint, file=line.entity)


def _of_file(store: Store, spot: Place, file: str) -> Entry:
    """An export file as it was last read well."""
    state = exports.file_state(store, spot.company.id, file)
    if file in spot.company.brakes:
        said = "a brake holds the newest version; the one before it counts"
        return Entry(file, "⚠", "warn", "file", file, said, state.read_at, file=file)
    if not state.read_at:
        return Entry(file, "·", "dim", "file", file, "not there yet, or not read yet", None, file=file)
    saved = time.strftime("%Y-%m-%d %H:%M", time.localtime(state.mtime_ns / 1e9))
    text = f"{view.counted(state.records, 'record')}, saved {saved}"
    return Entry(file, "✔", "ok", "file", file, text, state.read_at, file=file)
