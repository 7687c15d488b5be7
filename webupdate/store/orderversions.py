"""Orders after they were received: files in the order folder, newer versions from the shop, refusals, the end."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from webupdate.orderkinds import LATER
from webupdate.store import answers, history, inbox
from webupdate.store.db import Store
from webupdate.store.inbox import Arrived, Finding, Order, Refusal
from webupdate.store.tables import Inbox

_SEPARATOR = ", "  # no file name of ours has one


def known_ids(store: Store, site_id: int, shop_ids: Sequence[str]) -> frozenset[str]:
    """Which of the shop's ids are those of orders that were taken."""
    query = "SELECT shop_id FROM inbox WHERE site_id = ? AND shop_id IN (SELECT value FROM json_each(?))"
    return frozenset(found for (found,) in store.rows(query, site_id, msgspec.json.encode(shop_ids).decode()))


def in_folder(store: Store, site_id: int, limit: int = 5000) -> list[Order]:
    """Orders whose file lies in the order folder, as far as is known."""
    query = (
        Inbox.select()
        .where((Inbox.site == site_id) & Inbox.state.in_(("written", "acked")) & Inbox.taken_at.is_null())
        .limit(limit)
    )
    return [inbox.as_order(row) for row in query]


def of_files(store: Store, site_id: int, names: Iterable[str]) -> list[Order]:
    """The orders that EBMS has or is to take by one of these files."""
    query = """SELECT id FROM inbox WHERE site_id = ? AND state IN ('written', 'acked')
      AND file_name IN (SELECT value FROM json_each(?))"""
    found = [number for (number,) in store.rows(query, site_id, msgspec.json.encode(sorted(names)).decode())]
    return [inbox.as_order(row) for row in Inbox.select().where(Inbox.id.in_(found)).order_by(Inbox.id)]


def written_to(store: Store, folder: str) -> bool:
    """Whether an order was ever laid down in that folder."""
    query = """SELECT 1 FROM inbox WHERE folder = ?
      AND (state IN ('staged', 'written', 'acked') OR attempt > 1) LIMIT 1"""
    return bool(store.rows(query, folder))


def taken(store: Store, orders: Sequence[Order], now: float) -> None:
    """EBMS has taken these orders' files."""
    with store.writing():
        Inbox.update(taken_at=now).where(Inbox.id.in_([order.id for order in orders])).execute()


def untold(store: Store, site_id: int, limit: int = 5000) -> list[Order]:
    """Orders of which the shop does not know yet that they are written or closed."""
    query = Inbox.select().where((Inbox.site == site_id) & _UNTOLD).order_by(Inbox.id).limit(limit)
    return [inbox.as_order(row) for row in query]


def oldest_untold(store: Store, site_id: int) -> float | None:
    """When the oldest of them came."""
    query = """SELECT min(received_at) FROM inbox WHERE site_id = ?
      AND (state = 'written' OR state = 'closed' AND acked_at IS NULL)"""
    found = store.one(query, site_id)
    return None if found is None else float(found)


def told(store: Store, order: Order, now: float) -> None:
    """The shop knows. What is closed stays so."""
    inbox.advance(store, order, "closed" if order.state == "closed" else "acked", acked_at=now)


_UNTOLD = (Inbox.state == "written") | ((Inbox.state == "closed") & Inbox.acked_at.is_null())


def noted(store: Store, order: Order, came: Arrived, text: str, now: float) -> None:
    """A newer version asks nothing: what was asked before is over, too."""
    with store.writing():
        values = {"updated_at": came.updated_at, "web_status": came.web_status} | _no_question(order)
        Inbox.update(**values).where(Inbox.id == order.id).execute()
        history.note(store, order.id, "changed", text, now, data=came.received)


def asked(store: Store, order: Order, came: Arrived, finding: Finding) -> None:
    """Keep a newer version as a question, in the place of an earlier one."""
    problems = (*_other_problems(order), finding)
    with store.writing():
        Inbox.update(
            updated_at=came.updated_at,
            web_status=came.web_status,
            newer=zlib.compress(came.content),
            newer_received=zlib.compress(came.received),
            problems=_encoded(problems),
        ).where(Inbox.id == order.id).execute()


def answered(store: Store, order: Order) -> None:
    """A person leaves the file as it is."""
    with store.writing():
        Inbox.update(**_no_question(order)).where(Inbox.id == order.id).execute()


def newer_received(store: Store, order_id: int) -> bytes:
    """What the shop sent of the newer version, byte for byte; b"" if there is none."""
    kept = store.one("SELECT newer_received FROM inbox WHERE id = ?", order_id)
    return zlib.decompress(kept) if kept else b""


def replaced(store: Store, order: Order, came: Arrived) -> Order:
    """The newer version counts: another file stands for those that EBMS may hold (`Order.replaces`)."""
    files = filter(None, (order.replaces, order.file_name if order.state != "closed" else None))
    values = _anew(order) | {"replaces": _SEPARATOR.join(files) or None}
    return _take(store, order, "received", values, came)


def refused(store: Store, order: Order, refusal: Refusal, came: Arrived | None) -> Order:
    """EBMS refused the order's file, so it holds none of it; a newer version (`came`) then simply counts."""
    values = _anew(order) | {"refusal": msgspec.json.encode(refusal).decode()}
    return _take(store, order, "conflict", values, came)


def again(store: Store, order: Order, *, other_name: bool) -> Order:
    """Write the order once more: its refusal is answered; `other_name`: its file gets another name."""
    attempt = order.attempt + other_name
    return inbox.advance(store, order, "received", refusal=None, error=None, attempt=attempt)


def answered_refusal(store: Store, order_id: int) -> None:
    """A person has answered what EBMS refused an order for."""
    with store.writing():
        Inbox.update(refusal=None).where(Inbox.id == order_id).execute()


def closed(store: Store, order: Order, now: float, *, sold: bool) -> Order:
    """No file is written. `sold`: EBMS counts the order as if it had taken its file now; else nothing was sold."""
    with store.writing():
        if not sold:
            store.sql("DELETE FROM sold WHERE inbox_id = ?", order.id)
        return inbox.advance(
            store, order, "closed", refusal=None, error=None, problems="[]", draft="[]", temporary=None,
            taken_at=now if sold else None,
        )  # fmt: skip


def replacing(store: Store, site_id: int) -> list[Order]:
    """Orders that are to be written in the place of files that EBMS may not have taken yet."""
    query = Inbox.select().where(
        (Inbox.site == site_id) & Inbox.state.in_(inbox.BEFORE_STAGED) & Inbox.replaces.is_null(False)
    )
    return [inbox.as_order(row) for row in query]


def files_replaced(order: Order) -> list[str]:
    """The names of the files that an order stands for."""
    return order.replaces.split(_SEPARATOR) if order.replaces else []


def withdrawn(store: Store, order: Order, name: str) -> Order:
    """EBMS has not taken that file and never will: there is nothing to replace."""
    left = _SEPARATOR.join(file for file in files_replaced(order) if file != name)
    return inbox.advance(store, order, order.state, replaces=left or None)


def _anew(order: Order) -> dict[str, Any]:
    """Another file will be written. Until then the order takes off stock as before: a shop that was not told yet
    still reserves it, else we do; EBMS counts none of it."""
    return {
        "attempt": order.attempt + (order.file_name is not None),
        "written_at": order.written_at if order.acked_at is not None else None,
        "taken_at": None,
        "counted_at": None,
        "error": None,
    }


def _take(store: Store, order: Order, state: str, values: dict[str, Any], came: Arrived | None) -> Order:
    with store.writing():
        values |= _no_question(order)
        if came is not None:
            if not inbox.bought_alike(order.content, came.content):
                answers.lapse(store, order.id)
            values |= inbox.values_of(came)
            inbox.set_sold(store, order.id, came)
        return inbox.advance(store, order, state, **values)


def _no_question(order: Order) -> dict[str, Any]:
    return {"newer": None, "newer_received": None, "problems": _encoded(_other_problems(order))}


def _other_problems(order: Order) -> tuple[Finding, ...]:
    return tuple(problem for problem in order.problems if problem.kind != LATER)


def _encoded(problems: Sequence[Finding]) -> str:
    return msgspec.json.encode(problems).decode()
