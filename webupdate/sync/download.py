"""Brings web orders into the inbox, whole and as received, before anybody judges them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation

import msgspec

from webupdate.orderkinds import LATER
from webupdate.store import answers, board, history, inbox, orderversions
from webupdate.store.companies import CompanyInfo, SiteInfo, orders_from
from webupdate.store.db import Store
from webupdate.store.inbox import Arrived, Finding, Order
from webupdate.sync import changes, statuses, topics
from webupdate.sync.orders import restock
from webupdate.sync.shops.base import Abilities, OrderPage, Shop, WebOrder
from webupdate.sync.stored import read_kept, read_order
from webupdate.sync.text import visible

# More is no order but a damaged one.
MOST_PIECES = 10**9
AT_ONCE = 20  # orders in one transaction: screens and commands write between them


def download_orders(
    store: Store,
    company: CompanyInfo,
    site: SiteInfo,
    shop: Shop,
    now: float,
    stopping: Callable[[], bool] = lambda: False,
    ahead: float = 0.0,
) -> int:
    """Fetch all new and changed orders of a site; returns how many are new. Raises the shop's errors.

    `ahead`: by how many seconds the shop's clock is ahead of ours.
    """
    asked = statuses.asked_for(site, shop.abilities)
    total = 0
    while not stopping():
        page = shop.orders(inbox.cursor(store, site.id), orders_from(company, site, ahead), asked)
        total += take(store, company, site, page, shop.abilities, now)
        if not page.more or not page.orders:  # a feed that says "more" and gives none would never end
            break
    return total


def take(store: Store, company: CompanyInfo, site: SiteInfo, page: OrderPage, abilities: Abilities, now: float) -> int:
    """Take a page of the feed; returns how many orders are new.

    One that is off in the shop already when it is seen first is none: it is dropped.
    """
    off = statuses.cancelled(site, abilities)
    before, rest, new = inbox.cursor(store, site.id), page.orders, 0
    while len(rest) > AT_ONCE:  # the feed gives them again if the rest is not reached
        new += _take(store, company, site, OrderPage(rest[:AT_ONCE], before, page.more), off, now)
        rest = rest[AT_ONCE:]
    return new + _take(store, company, site, OrderPage(rest, page.cursor, page.more), off, now)


def _take(store: Store, company: CompanyInfo, site: SiteInfo, page: OrderPage, off: frozenset[str], now: float) -> int:
    """Take a part of a page in one transaction."""
    with store.writing():
        known = orderversions.known_ids(store, site.id, [order.id for order, _ in page.orders])
        came = [arrived(*one) for one in page.orders if one[0].status not in off or one[0].id in known]
        new, late = inbox.receive(store, site.id, came, page.cursor, now)
        for order, newer in late:
            _weigh(store, company, order, newer, off, now)
        # What one site sold is no longer there for the others either.
        restock(store, company, [sku for order in came for sku, _ in order.sold], now)
    return new


def _weigh(store: Store, company: CompanyInfo, order: Order, came: Arrived, off: frozenset[str], now: float) -> None:
    """A version that came after the order's file was written: a question, unless nothing but its status changed."""
    new = msgspec.json.decode(came.content, type=WebOrder)
    finding = changes.question(read_order(order), new, off, order.file_name or "")
    if finding is not None and not _was_left(store, order, changes.version(new, off)):
        _ask(store, company, order, came, finding, now)
    elif (order.updated_at, order.web_status) != (came.updated_at, came.web_status) or order.newer is not None:
        over = ": nothing is asked any more" if order.newer is not None else ""
        text = f"changed in the shop, {visible(came.web_status)}{over}"
        orderversions.noted(store, order, came, text, now)


def _was_left(store: Store, order: Order, version: str) -> bool:
    """Whether a person has seen this version and left the file as it is."""
    place = ("decision", topics.key(str(LATER), version))
    return any(answer.place == place for answer in answers.in_force(store, order.id))


def _ask(store: Store, company: CompanyInfo, order: Order, came: Arrived, finding: Finding, now: float) -> None:
    orderversions.asked(store, order, came, finding)
    if finding in order.problems:
        return  # asked already
    history.note(store, order.id, "changed", finding.message, now, data=came.received)
    board.log(
        store,
        f"Order #{visible(order.number)} needs you: {finding.message}",
        level="warning",
        hint=finding.hint,
        company_id=company.id,
        site_id=order.site_id,
        entity="orders",
        key=order.number,
        now=now,
    )


def newer_of(store: Store, order: Order) -> Arrived | None:
    """The version that is asked about, as it came."""
    if order.newer is None:
        return None
    return arrived(read_kept(order, order.newer), orderversions.newer_received(store, order.id))


def arrived(order: WebOrder, received: bytes) -> Arrived:
    """An order as the inbox keeps it."""
    return Arrived(
        shop_id=order.id,
        number=order.number,
        web_status=order.status,
        placed_at=order.placed_at,
        updated_at=order.updated_at,
        total=order.total,
        buyer=order.bill_to.name or order.email,
        email=order.email,
        content=msgspec.json.encode(order),
        received=received,
        sold=tuple((line.sku, line.quantity) for line in order.lines if _is_count(line.quantity)),
    )


def _is_count(quantity: str) -> bool:
    """Whether stock can be lowered by it; the order file says what is wrong with any other."""
    try:
        return 0 < Decimal(quantity) < MOST_PIECES
    except InvalidOperation:
        return False
