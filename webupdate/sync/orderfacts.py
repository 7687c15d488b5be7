"""What is known when an order is judged: the last good exports, the shop's accounts, what was learnt."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property

import msgspec

from webupdate.keys import KEY_SEPARATOR
from webupdate.store import accounts, departed, exports, inbox, mappings
from webupdate.store.accounts import Candidate
from webupdate.store.answers import Answer
from webupdate.store.companies import CompanyInfo, SiteInfo
from webupdate.store.db import Store
from webupdate.sync import questions
from webupdate.sync.entities import ROWS
from webupdate.sync.known import Facts, WebAccount
from webupdate.sync.mapping import SiteRules, map_rows
from webupdate.sync.matching import Customers
from webupdate.sync.reader import Row
from webupdate.sync.shops.base import ShipBand, ShipMethod, WebOrder


class ExportFacts:
    """`judge.Known` for one site, at one moment: what was looked up once is kept."""

    def __init__(self, store: Store, company: CompanyInfo, site: SiteInfo) -> None:
        self._store = store
        self._company = company
        self._site = site
        self.has = cache(self._has)
        self._facts = cache(self._look_up)
        self.prices = cache(self._prices)
        self.all = cache(self._all)
        self.account = cache(self._account)
        self.bands = cache(self._bands)
        self.departed = cache(self._departed)

    def item(self, sku: str) -> Facts | None:
        return self._facts("inventory", sku)

    def customer(self, key: str) -> Facts | None:
        return self._facts("customers", key)

    def ship_via(self, name: str) -> Facts | None:
        return self._facts("shipping", name)

    def payment(self, code: str) -> Facts | None:
        return self._facts("payments", code)

    def customers_like(self, order: WebOrder) -> tuple[Candidate, ...]:
        account = self.account(order.account) if order.account else None
        others = account.others if account else frozenset[str]()
        return tuple(found for found in self._customers.buyers(order) if found.id not in others)

    def earlier(self, order: WebOrder) -> str:
        return inbox.earlier(self._store, self._site.id, order.number, order.id)

    @cached_property
    def _customers(self) -> Customers:
        return Customers(self.all("customers").items(), self._company.values["guest_customer"])

    def _account(self, shop_id: str) -> WebAccount | None:
        found = accounts.of_shop_id(self._store, self._site.id, shop_id)
        if found is None:
            return None
        return WebAccount(
            customer=found.key, file_name=found.file_name or "", asked=found.state == "conflict",
            others=frozenset(questions.offered(found)),
        )  # fmt: skip

    def _departed(self, file: str, key: str) -> str | None:
        """A record may have been renamed more than once; one that is there again ends the search."""
        passed: set[str] = set()
        now = departed.now(self._store, self._company.id, file, key)
        while now and now not in passed and self._facts(file, now) is None:
            passed.add(now)
            now = departed.now(self._store, self._company.id, file, now) or ""
        return now

    def _bands(self, ship_via: str) -> tuple[ShipBand, ...]:
        facts = self.ship_via(ship_via) or {}
        rows = msgspec.json.decode(facts.get(ROWS, "[]"), type=list[Facts])
        (made,) = map_rows("shipping", [Row(0, ship_via, row) for row in rows], SiteRules()) if rows else (None,)
        return made.record.bands if made and isinstance(made.record, ShipMethod) else ()

    def _has(self, file: str) -> bool:
        return exports.has_file(self._store, self._company.id, file)

    def _look_up(self, file: str, key: str) -> Facts | None:
        return exports.facts(self._store, self._company.id, file, key)

    def _prices(self, item: str) -> Mapping[tuple[str, str], str]:
        found: dict[tuple[str, str], str] = {}
        for key, facts in exports.facts_below(self._store, self._company.id, "prices", item + KEY_SEPARATOR):
            _, level, unit = key.split(KEY_SEPARATOR)
            found[level, unit] = facts.get("PRICE", "")
        return found

    def _all(self, file: str) -> Mapping[str, Facts]:
        return dict(exports.all_facts(self._store, self._company.id, file))


def remembered(store: Store, company_id: int) -> dict[tuple[str, str], Answer]:
    """What was learnt, as answers to every order of the company."""
    return {
        (entry.topic, entry.web): Answer(
            topic=entry.topic, web=entry.web, value=entry.value, scope="always", by=entry.made_by, at=entry.made_at
        )
        for entry in mappings.remembered(store, company_id)
    }
