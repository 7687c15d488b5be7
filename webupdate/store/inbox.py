"""Web orders on their way to EBMS: received, judged, written, told to the shop (design section 5)."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec

from webupdate.store.db import Store
from webupdate.store.tables import Inbox, Site

# The way of an order; `conflict` waits for a person.
STATES = ("received", "conflict", "ready", "writing", "staged", "written", "acked")
# `writing` too: its file was never renamed into place, so it is written anew.
BEFORE_STAGED = ("received", "conflict", "ready", "writing")


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong with an order (source: the kinds of domain.md section 7)."""

    kind: int
    field: str
    seen: str
    expected: str
    message: str
    hint: str = ""
    blocks: bool = True


class Arrived(msgspec.Struct, frozen=True, kw_only=True):
    """A web order as it came in: `content` is the neutral order as JSON, `received` what the shop sent."""

    shop_id: str
    number: str
    web_status: str
    placed_at: str
    updated_at: str
    total: str
    buyer: str
    content: bytes
    received: bytes
    sold: tuple[tuple[str, str], ...]  # web SKU, quantity
    email: str = ""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """An order in the inbox."""

    id: int
    site_id: int
    shop_id: str
    number: str
    state: str
    web_status: str
    placed_at: str
    updated_at: str
    received_at: float
    total: str
    buyer: str
    content: bytes
    problems: tuple[Finding, ...]
    warnings: tuple[str, ...]
    file_name: str | None
    folder: str | None
    temporary: str | None
    written_at: float | None
    acked_at: float | None
    taken_at: float | None
    error: str | None


def receive(store: Store, site_id: int, arrived: Sequence[Arrived], cursor: str, now: float) -> tuple[int, list[str]]:
    """Store a page of orders with the cursor behind it, in one transaction.

    Returns how many are new, and the numbers of those that changed in the shop after they were written.
    """
    new, late = 0, []
    with store.writing():
        for order in arrived:
            known = Inbox.get_or_none((Inbox.site == site_id) & (Inbox.shop_id == order.shop_id))
            if known is None:
                _insert(store, site_id, order, now)
                new += 1
            elif known.updated_at != order.updated_at:
                late += _replace(store, known, order)
        Site.update(cursor=cursor).where(Site.id == site_id).execute()
    return new, late


def _insert(store: Store, site_id: int, order: Arrived, now: float) -> None:
    row = Inbox.create(site=site_id, state="received", received_at=now, **_values(order))
    _set_sold(store, row.id, order)


def _replace(store: Store, known: Inbox, order: Arrived) -> list[str]:
    """Take the newer version while nothing is written; afterwards only note that there is one."""
    if known.state in BEFORE_STAGED:
        Inbox.update(state="received", error=None, **_values(order)).where(Inbox.id == known.id).execute()
        _set_sold(store, int(str(known.id)), order)
        return []
    Inbox.update(updated_at=order.updated_at, web_status=order.web_status).where(Inbox.id == known.id).execute()
    return [order.number]


def _values(order: Arrived) -> dict[str, Any]:
    values = msgspec.structs.asdict(order)
    del values["sold"]
    values["content"] = zlib.compress(order.content)
    values["received"] = zlib.compress(order.received)
    return values


def _set_sold(store: Store, order_id: int, order: Arrived) -> None:
    store.sql("DELETE FROM sold WHERE inbox_id = ?", order_id)
    store.many("INSERT INTO sold VALUES (?, ?, ?)", [(order_id, item, quantity) for item, quantity in order.sold])


def cursor(store: Store, site_id: int) -> str:
    """Where the orders feed of a site goes on."""
    return str(store.one("SELECT cursor FROM site WHERE id = ?", site_id) or "")


def in_states(store: Store, site_id: int, *states: str, limit: int = 200) -> list[Order]:
    """Orders of a site in one of the states, oldest first; those that failed come last and so hold no others."""
    query = Inbox.select().where((Inbox.site == site_id) & Inbox.state.in_(states))
    query = query.order_by(Inbox.error.is_null(False), Inbox.id).limit(limit)
    return [_order(row) for row in query]


def in_folder(store: Store, site_id: int, limit: int = 5000) -> list[Order]:
    """Orders whose file lies in the order folder, as far as is known."""
    query = (
        Inbox.select()
        .where((Inbox.site == site_id) & Inbox.state.in_(("written", "acked")) & Inbox.taken_at.is_null())
        .limit(limit)
    )
    return [_order(row) for row in query]


def oldest_untold(store: Store, site_id: int) -> float | None:
    """When the oldest order came of which the shop was not told yet that it is written."""
    found = store.one("SELECT min(received_at) FROM inbox WHERE site_id = ? AND state = 'written'", site_id)
    return None if found is None else float(found)


def written_to(store: Store, folder: str) -> bool:
    """Whether an order was ever laid down in that folder."""
    query = "SELECT 1 FROM inbox WHERE folder = ? AND state IN ('staged', 'written', 'acked') LIMIT 1"
    return bool(store.rows(query, folder))


def recent(store: Store, company_id: int, limit: int, state: str | None = None) -> list[Order]:
    """The company's orders, newest first."""
    query = Inbox.select().join(Site).where(Site.company == company_id).order_by(Inbox.id.desc()).limit(limit)
    if state is not None:
        query = query.where(Inbox.state == state)
    return [_order(row) for row in query]


def order(store: Store, order_id: int) -> Order | None:
    """The order of that place in the inbox, None if it is gone."""
    row = Inbox.get_or_none(Inbox.id == order_id)
    return None if row is None else _order(row)


def received_bytes(store: Store, order_id: int) -> bytes:
    """What the shop sent, byte for byte."""
    return zlib.decompress(Inbox.get_by_id(order_id).received)


def judged(store: Store, order: Order, problems: Sequence[Finding], warnings: Sequence[str]) -> str:
    """Keep a judgement; returns the new state."""
    state = "conflict" if any(problem.blocks for problem in problems) else "ready"
    with store.writing():
        Inbox.update(
            state=state,
            problems=msgspec.json.encode(problems).decode(),
            warnings=msgspec.json.encode(warnings).decode(),
            error=None,
        ).where(Inbox.id == order.id).execute()
    return state


def advance(store: Store, order: Order, state: str, **values: object) -> Order:
    """Take an order one step further and commit that before the next thing is done."""
    with store.writing():
        Inbox.update(state=state, **values).where(Inbox.id == order.id).execute()
    return _order(Inbox.get_by_id(order.id))


def failed(store: Store, order: Order, error: str) -> None:
    """Keep why an order can't go on; cleared when it does."""
    with store.writing():
        Inbox.update(error=error).where(Inbox.id == order.id).execute()


def taken(store: Store, orders: Sequence[Order], now: float) -> None:
    """EBMS has taken these orders' files."""
    with store.writing():
        Inbox.update(taken_at=now).where(Inbox.id.in_([order.id for order in orders])).execute()


def count_taken(store: Store, company_id: int, saved_at: float, now: float) -> list[str]:
    """An inventory export saved after an order's file was taken counts that order. Returns the SKUs concerned."""
    where = """counted_at IS NULL AND taken_at < ? AND site_id IN (SELECT id FROM site WHERE company_id = ?)"""
    query = f"SELECT DISTINCT s.item FROM sold s JOIN inbox i ON i.id = s.inbox_id WHERE {where}"
    items = [item for (item,) in store.rows(query, saved_at, company_id)]
    store.sql(f"UPDATE inbox SET counted_at = ? WHERE {where}", now, saved_at, company_id)
    return items


def pending(store: Store, company_id: int, site_id: int, *, reserved_in_shop: bool) -> dict[str, Decimal]:
    """By web SKU, what all sites of the company have sold and EBMS does not count yet, as `site_id` must see it.

    A shop that reserves sold stock until an order is acknowledged takes off its own by itself: of its own orders
    only those that are written count there.
    """
    found: dict[str, Decimal] = {}
    query = """SELECT s.item, s.quantity FROM sold s JOIN inbox i ON i.id = s.inbox_id
      JOIN site ON site.id = i.site_id
      WHERE site.company_id = ? AND i.counted_at IS NULL
      AND (i.written_at IS NOT NULL OR i.site_id <> ? OR NOT ?)"""
    for item, quantity in store.rows(query, company_id, site_id, reserved_in_shop):
        found[item] = found.get(item, Decimal(0)) + Decimal(quantity)
    return found


def conflicts(store: Store, site_id: int) -> int:
    """How many orders wait for a person."""
    return int(
        store.one("SELECT count(*) FROM inbox WHERE site_id = ? AND (state = 'conflict' OR error IS NOT NULL)", site_id)
    )


def _order(row: Inbox) -> Order:
    return Order(
        id=row.id,
        site_id=row.site_id,
        shop_id=row.shop_id,
        number=row.number,
        state=row.state,
        web_status=row.web_status,
        placed_at=row.placed_at,
        updated_at=row.updated_at,
        received_at=row.received_at,
        total=row.total,
        buyer=row.buyer,
        content=zlib.decompress(row.content),
        problems=tuple(msgspec.json.decode(row.problems, type=list[Finding])),
        warnings=tuple(msgspec.json.decode(row.warnings, type=list[str])),
        file_name=row.file_name,
        folder=row.folder,
        temporary=row.temporary,
        written_at=row.written_at,
        acked_at=row.acked_at,
        taken_at=row.taken_at,
        error=row.error,
    )
