"""In which shop statuses orders are taken, and which say that there is no order any more."""

from __future__ import annotations

from webupdate.store.companies import SiteInfo
from webupdate.sync.shops.base import Abilities


def wanted(site: SiteInfo, abilities: Abilities) -> tuple[str, ...]:
    """The statuses in which orders are taken; () = all."""
    return _named(site) or abilities.order_statuses


def cancelled(site: SiteInfo, abilities: Abilities) -> frozenset[str]:
    """The statuses of orders that are off; one that the property names is taken like any other."""
    return frozenset(abilities.cancelled_statuses) - frozenset(_named(site))


def asked_for(site: SiteInfo, abilities: Abilities) -> tuple[str, ...]:
    """What the feed is asked for: a later cancellation must come, too. () = all."""
    taken = wanted(site, abilities)
    return (*taken, *sorted(cancelled(site, abilities) - frozenset(taken))) if taken else ()


def _named(site: SiteInfo) -> tuple[str, ...]:
    return tuple(part.strip() for part in site.values["order_statuses"].split(",") if part.strip())
