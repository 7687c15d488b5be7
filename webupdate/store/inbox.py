"""Web orders on their way to EBMS: received, judged, written, told to the shop (design section 5)."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import msgspec
from peewee import SQL

from webupdate.store import answers, history
from webupdate.store.db import Store
from webupdate.store.tables import Inbox, Site

# The way of an order; `conflict` waits for a person, `closed` is done without a file of ours.
STATES = ("received", "conflict", "ready", "writing", "staged", "written", "acked", "closed")
# What waits for a person: also an order that the shop changed after its file was written.
NEEDS_PERSON = "(state = 'conflict' OR error IS NOT NULL OR newer IS NOT NULL)"
# `writing` too: its file was never renamed into place, so it is written anew.
BEFORE_STAGED = ("received", "conflict", "ready", "writing")


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong with an order (source: the kinds of domain.md section 7).

    `field` is EBMS's, with the line of the order where it has several ("INVEN, line 2"). `message` says what happened
    and why it matters, `hint` what to do outside of this program. An answer to it has the same `topic` and `web`
    (sync/topics.py); no topic: nothing can be answered. `subject` is what "import all the same" is kept for
    (an item, a customer; "" = it can't be imported all the same), `accepted_by` who has said so.
    """

    kind: int
    field: str
    seen: str
    expected: str
    message: str
    hint: str = ""
    blocks: bool = True
    topic: str = ""
    web: str = ""
    line: int = 0
    subject: str = ""
    accepted_by: str = ""


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """What EBMS said when it refused an order's file; `at`: when it was read (seconds since 1970)."""

    text: str
    at: float


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
    attempt: int = 1
    replaces: str | None = None
    refusal: Refusal | None = None
    newer: bytes | None = None


def receive(
    store: Store, site_id: int, arrived: Sequence[Arrived], cursor: str, now: float
) -> tuple[int, list[tuple[Order, Arrived]]]:
    """Store a page of orders with the cursor behind it, in one transaction.

    While nothing is written, a newer version replaces the order. Returns how many are new, and those whose file was
    staged or that are closed, as they are here and as they came: nothing is done about them
    (store/orderversions.py). Versions are told apart by what they hold: a shop's time may be cut to seconds.
    """
    new: int = 0
    late: list[tuple[Order, Arrived]] = []
    with store.writing():
        for order in arrived:
            known = Inbox.get_or_none((Inbox.site == site_id) & (Inbox.shop_id == order.shop_id))
            if known is None:
                _insert(store, site_id, order, now)
                new += 1
            elif known.state not in BEFORE_STAGED:
                late.append((as_order(known), order))
            elif (kept := zlib.decompress(known.content)) != order.content:
                _replace(store, known.id, kept, order, now)
        Site.update(cursor=cursor).where(Site.id == site_id).execute()
    return new, late


def _insert(store: Store, site_id: int, order: Arrived, now: float) -> None:
    row = Inbox.create(site=site_id, state="received", received_at=now, **values_of(order))
    set_sold(store, row.id, order)
    history.note(store, row.id, "received", f"received, {order.web_status}", now, data=order.received)


def _replace(store: Store, number: int, kept: bytes, order: Arrived, now: float) -> None:
    if not bought_alike(kept, order.content):
        answers.lapse(store, number)
    Inbox.update(state="received", error=None, **values_of(order)).where(Inbox.id == number).execute()
    set_sold(store, number, order)
    history.note(store, number, "changed", f"changed in the shop, {order.web_status}", now, data=order.received)


class _Bought(msgspec.Struct):
    """What of an order the answers by lines and amounts are about, as it is kept."""

    lines: msgspec.Raw
    charges: msgspec.Raw
    shipping: str
    tax: str
    total: str
    payments: msgspec.Raw


def bought_alike(content: bytes, other: bytes) -> bool:
    """Whether the same is bought for the same; a version that can't be read is another one."""
    try:
        return msgspec.json.decode(content, type=_Bought) == msgspec.json.decode(other, type=_Bought)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False


def values_of(order: Arrived) -> dict[str, Any]:
    """The columns of an order as it came."""
    values = msgspec.structs.asdict(order)
    del values["sold"]
    values["content"] = zlib.compress(order.content)
    values["received"] = zlib.compress(order.received)
    return values


def set_sold(store: Store, order_id: int, order: Arrived) -> None:
    """What an order takes off the stock."""
    store.sql("DELETE FROM sold WHERE inbox_id = ?", order_id)
    store.many("INSERT INTO sold VALUES (?, ?, ?)", [(order_id, item, quantity) for item, quantity in order.sold])


def cursor(store: Store, site_id: int) -> str:
    """Where the orders feed of a site goes on."""
    return str(store.one("SELECT cursor FROM site WHERE id = ?", site_id) or "")


def in_states(store: Store, site_id: int, *states: str, limit: int = 200) -> list[Order]:
    """Orders of a site in one of the states, oldest first; those that failed come last and so hold no others."""
    query = Inbox.select().where((Inbox.site == site_id) & Inbox.state.in_(states))
    query = query.order_by(Inbox.error.is_null(False), Inbox.id).limit(limit)
    return [as_order(row) for row in query]


def recent(store: Store, company_id: int, limit: int, state: str | None = None) -> list[Order]:
    """The company's orders, newest first."""
    query = Inbox.select().join(Site).where(Site.company == company_id).order_by(Inbox.id.desc()).limit(limit)
    if state is not None:
        query = query.where(Inbox.state == state)
    return [as_order(row) for row in query]


def order(store: Store, order_id: int) -> Order | None:
    """The order of that place in the inbox, None if it is gone."""
    row = Inbox.get_or_none(Inbox.id == order_id)
    return None if row is None else as_order(row)


def numbered(store: Store, number: str) -> list[Order]:
    """The orders that a shop gave this number, of all companies and sites, newest first."""
    return [as_order(row) for row in Inbox.select().where(Inbox.number == number).order_by(Inbox.id.desc())]


def earlier(store: Store, site_id: int, number: str, shop_id: str) -> str:
    """What became of another order of the same number, in words; "" if there is none.

    A shop that was built anew at the same address begins its numbers anew.
    """
    query = """SELECT state, file_name, placed_at FROM inbox
      WHERE site_id = ? AND number = ? AND shop_id <> ? ORDER BY id LIMIT 1"""
    found = store.rows(query, site_id, number, shop_id)
    if not found:
        return ""
    state, name, placed_at = found[0]
    return f"placed {placed_at[:10]}, {f'written as {name}' if name else state}"


def waiting(store: Store, company_id: int, limit: int = 5000) -> list[Order]:
    """The company's orders that wait for a person, oldest first."""
    query = Inbox.select().join(Site).where((Site.company == company_id) & SQL(_NEEDS)).order_by(Inbox.id)
    return [as_order(row) for row in query.limit(limit)]


def waiting_since(store: Store, site_id: int) -> float | None:
    """When the oldest order came down that waits for a person at a site."""
    found = store.one(f"SELECT min(received_at) FROM inbox WHERE site_id = ? AND {NEEDS_PERSON}", site_id)
    return None if found is None else float(found)


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


def needs_person(order: Order) -> bool:
    """Whether an order waits for an answer."""
    return order.state == "conflict" or order.error is not None or order.newer is not None


def advance(store: Store, order: Order, state: str, **values: object) -> Order:
    """Take an order one step further and commit that before the next thing is done."""
    with store.writing():
        Inbox.update(state=state, **values).where(Inbox.id == order.id).execute()
    return as_order(Inbox.get_by_id(order.id))


def failed(store: Store, order: Order, error: str) -> None:
    """Keep why an order can't go on; cleared when it does."""
    with store.writing():
        Inbox.update(error=error).where(Inbox.id == order.id).execute()


def count_taken(store: Store, company_id: int, saved_at: float, now: float) -> list[str]:
    """An inventory export saved after an order's file was taken counts that order. Returns the SKUs concerned."""
    where = """counted_at IS NULL AND taken_at < ? AND site_id IN (SELECT id FROM site WHERE company_id = ?)"""
    query = f"SELECT DISTINCT s.item FROM sold s JOIN inbox i ON i.id = s.inbox_id WHERE {where}"
    items = [item for (item,) in store.rows(query, saved_at, company_id)]
    store.sql(f"UPDATE inbox SET counted_at = ? WHERE {where}", now, saved_at, company_id)
    return items


def pending(
    store: Store, company_id: int, site_id: int, *, reserved_in_shop: bool, skus: Iterable[str] | None = None
) -> dict[str, Decimal]:
    """By web SKU, what all sites of the company have sold and EBMS does not count yet, as `site_id` must see it.
    `skus`: of these only.

    A shop that reserves sold stock until an order is acknowledged takes off its own by itself: of its own orders
    only those count there that are written, or that a person enters by hand.
    """
    found: dict[str, Decimal] = {}
    query = """SELECT s.item, s.quantity FROM sold s JOIN inbox i ON i.id = s.inbox_id
      JOIN site ON site.id = i.site_id
      WHERE site.company_id = ? AND i.counted_at IS NULL
      AND (i.written_at IS NOT NULL OR i.state = 'closed' OR i.site_id <> ? OR NOT ?)"""
    parameters: list[object] = [company_id, site_id, reserved_in_shop]
    if skus is not None:
        query += " AND s.item IN (SELECT value FROM json_each(?))"
        parameters.append(msgspec.json.encode(list(skus)).decode())
    for item, quantity in store.rows(query, *parameters):
        found[item] = found.get(item, Decimal(0)) + Decimal(quantity)
    return found


def conflicts(store: Store, site_id: int) -> int:
    """How many orders wait for a person."""
    return int(store.one(f"SELECT count(*) FROM inbox WHERE site_id = ? AND {NEEDS_PERSON}", site_id))


_NEEDS = "(t1.state = 'conflict' OR t1.error IS NOT NULL OR t1.newer IS NOT NULL)"


def as_order(row: Inbox) -> Order:
    """An order as everybody else sees it."""
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
        attempt=row.attempt,
        replaces=row.replaces,
        refusal=None if row.refusal is None else msgspec.json.decode(row.refusal, type=Refusal),
        newer=None if row.newer is None else zlib.decompress(row.newer),
    )
