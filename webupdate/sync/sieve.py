"""What one site should hold of the records that an export has: by its own rules, filter and stock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property

import msgspec

from webupdate.store import accounts, exports, filters, gateways, gone, pairs, queue, rows, taxclasses
from webupdate.store.companies import CompanyInfo, SiteInfo
from webupdate.store.db import Store
from webupdate.store.queue import Wanted
from webupdate.sync.mapping import Mapped, SiteRules
from webupdate.sync.merge import with_web
from webupdate.sync.shops import ABILITIES
from webupdate.sync.shops.base import KEY_SEPARATOR, OF_ITEMS, Price, Stock

Facts = Mapping[str, str]


class Sieve:
    """One site of a company. `sold`: by SKU, what the web sold and EBMS does not count yet."""

    def __init__(self, store: Store, company: CompanyInfo, site: SiteInfo, sold: dict[str, Decimal]) -> None:
        self._store = store
        self._company = company
        self._sold = sold
        self.site_id = site.id
        able = ABILITIES[site.values["shop"]]
        self.rules = SiteRules(
            guest_customer=company.values["guest_customer"],
            price_level=site.values["price_level"],
            tax_classes=tuple(taxclasses.parse(site.values["tax_classes"]).items()) if able.has_tax_classes else (),
        )
        self.filter = filters.parse(site.values["items"])
        self.makes_accounts = makes_accounts(site)
        self._sale_level = site.values["sale_level"]
        self._gateways = gateways.parse(site.values["gateways"]) if able.names_gateways else None

    def takes(self, item: Facts | None) -> bool:
        """Whether an item with these facts goes to the site; one that no export has told of yet does."""
        return item is None or not self.filter.terms or self.filter.passes(item, self._above)

    @cached_property
    def _above(self) -> dict[str, str]:
        if not self.filter.needs_tree:
            return {}
        known = exports.categories(self._store, self._company.id)
        return {key: facts.get("PARENT_ID", "") for key, (_, facts) in known.items()}

    def observe(self, entries: Sequence[Mapped], items: Mapping[str, Facts], now: float) -> None:
        """Write what the site should hold; `items` are the facts of the items concerned, as far as known."""
        good = with_web(self._store, self.site_id, [entry for entry in entries if not entry.problem])
        strangers = self.strangers([entry.key for entry in good if entry.entity == "customers"])
        taken = [entry for entry in good if self._goes(entry, items) and entry.key not in strangers]
        wanted = [wanted_of(entry, self._sold) for entry in taken]
        with self._store.writing():
            queue.observe(self._store, self._company.id, self.site_id, wanted, now)
            if self._sale_level:
                public = [entry.key for entry in taken if isinstance(entry.record, Price) and entry.record.public]
                pairs.sale_goes_along(self._store, self.site_id, self._sale_level, public)
        if len(taken) < len(good):
            there = {(entry.entity, entry.key) for entry in taken}
            self.leave([key for entry in good if (key := (entry.entity, entry.key)) not in there], now)

    def strangers(self, keys: Sequence[str]) -> set[str]:
        """Those of the customers for whom the site's shop would have to make an account, which it may not."""
        if self.makes_accounts or not keys:
            return set()
        there = {key for _, key in rows.held(self._store, self.site_id, [("customers", key) for key in keys])}
        return set(keys) - there - accounts.of_keys(self._store, self.site_id, keys).keys()

    def pays(self, key: str) -> bool:
        """Whether the site's shop has a gateway for a payment option."""
        return self._gateways is None or key in self._gateways

    def _goes(self, entry: Mapped, items: Mapping[str, Facts]) -> bool:
        if entry.entity == "payments":
            return self.pays(entry.key)
        return entry.entity not in OF_ITEMS or self.takes(items.get(item_of(entry.key)))

    def leave(self, keys: Sequence[tuple[str, str]], now: float) -> None:
        """These records are not for this site any more."""
        gone.leave(self._store, self._company.id, self.site_id, self._company.values["gone"], keys, now)


def makes_accounts(site: SiteInfo) -> bool:
    """Whether customers without an account in the shop get one: where it mails them, only if that is wanted."""
    return not ABILITIES[site.values["shop"]].mails_new_accounts or site.values["make_accounts"] == "yes"


def item_of(key: str) -> str:
    """The item of a price, picture or document."""
    return key.split(KEY_SEPARATOR)[0]


def wanted_of(entry: Mapped, sold: dict[str, Decimal]) -> Wanted:
    """What a site should hold for a mapped record."""
    if entry.record is None:
        return Wanted(entity=entry.entity, key=entry.key, op="delete")
    record = entry.record
    if isinstance(record, Stock):
        record = less_sold(record, sold)
    return Wanted(
        entity=entry.entity,
        key=entry.key,
        parent=entry.parent,
        payload=msgspec.json.encode(record),
        hidden=entry.hidden,
    )


def less_sold(stock: Stock, sold: dict[str, Decimal]) -> Stock:
    """Stock less what the web sold, so that a saved text change never puts sold pieces back."""
    taken = sold.get(stock.item)
    if not taken:
        return stock
    return msgspec.structs.replace(stock, quantity=f"{Decimal(stock.quantity) - taken:f}")
