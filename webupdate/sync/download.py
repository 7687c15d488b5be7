"""Brings web orders into the inbox, whole and as received, before anybody judges them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation

import msgspec

from webupdate.store import board, inbox
from webupdate.store.companies import CompanyInfo, SiteInfo, orders_from
from webupdate.store.db import Store
from webupdate.store.inbox import Arrived
from webupdate.sync.orders import restock
from webupdate.sync.shops.base import Shop, WebOrder
from webupdate.sync.text import visible

# More is no order but a damaged one.
MOST_PIECES = 10**9


def download_orders(
    store: Store,
    company: CompanyInfo,
    site: SiteInfo,
    shop: Shop,
    now: float,
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Fetch all new and changed orders of a site; returns how many are new. Raises the shop's errors."""
    named = tuple(part.strip() for part in site.values["order_statuses"].split(",") if part.strip())
    statuses = named or shop.abilities.order_statuses
    total = 0
    while not stopping():
        page = shop.orders(inbox.cursor(store, site.id), orders_from(company, site), statuses)
        came = [arrived(order, received) for order, received in page.orders]
        with store.writing():
            new, late = inbox.receive(store, site.id, came, page.cursor, now)
            _tell(store, company, site, page.orders, late, now)
            # What one site sold is no longer there for the others either.
            restock(store, company, [sku for order in came for sku, _ in order.sold], now)
        total += new
        if not page.more or not page.orders:  # a feed that says "more" and gives none would never end
            break
    return total


def _tell(
    store: Store,
    company: CompanyInfo,
    site: SiteInfo,
    orders: tuple[tuple[WebOrder, bytes], ...],
    late: list[str],
    now: float,
) -> None:
    for order, _ in orders:
        if order.number in late:
            board.log(
                store,
                f"Order #{visible(order.number)} was changed in the shop after its file was written "
                f"(status {visible(order.status)}); the file stays as it is.",
                level="warning",
                hint="Look at the order in the shop and change the sales order in EBMS if it matters.",
                company_id=company.id,
                site_id=site.id,
                entity="orders",
                key=order.number,
                now=now,
            )


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
