"""Brings customer accounts down from the shop, whole and as received, before anybody judges them."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from webupdate.store import accounts, rows
from webupdate.store.accounts import Arrival, Fields
from webupdate.store.companies import SiteInfo
from webupdate.store.db import Store
from webupdate.sync.merge import fields_of
from webupdate.sync.shops.base import Account, Customer, Shop


def comes_down(site: SiteInfo) -> bool:
    """Whether customers go both ways at this site."""
    return site.values["customers"] == "both"


def download_accounts(
    store: Store, site: SiteInfo, shop: Shop, now: float, stopping: Callable[[], bool] = lambda: False
) -> int:
    """Fetch all new and changed accounts of a site; returns how many were made there. Raises the shop's errors."""
    new = 0
    while not stopping():
        page = shop.accounts(accounts.cursor(store, site.id), to_merge=True)
        acked = _acked(store, site.id, [account.key for account, _ in page.accounts if account.key])
        arrivals = [_arrival(account, received, acked.get(account.key)) for account, received in page.accounts]
        new += accounts.receive(store, site.id, arrivals, page.cursor, now)
        if not page.more or not page.accounts:  # a feed that says "more" and gives none would never end
            break
    return new


def _acked(store: Store, site_id: int, keys: list[str]) -> dict[str, Fields]:
    """What the shop acknowledged last of these customers: the base of one that is seen in the feed first."""
    found: dict[str, Fields] = {}
    for row in rows.rows_of(store, site_id, "customers", keys):
        payload = rows.last_acked(store, row)
        if payload is not None:
            found[row.key] = fields_of(msgspec.json.decode(payload, type=Customer))
    return found


def _arrival(account: Account, received: bytes, base: Fields | None) -> Arrival:
    customer = account.customer
    return Arrival(
        shop_id=account.id,
        key=account.key,
        updated_at=account.updated_at,
        name=f"{customer.first_name} {customer.last_name}".strip(),
        email=customer.email or customer.login,
        web=fields_of(customer),
        base=base,
        content=msgspec.json.encode(account),
        received=received,
    )
