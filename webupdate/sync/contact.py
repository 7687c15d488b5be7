"""The first contact with a live shop, and what a Preview has to know of it: all of it reading (design section 11)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

import msgspec

from webupdate.store import drift, exports, inspections
from webupdate.store.companies import orders_from
from webupdate.store.inspections import Difference, Numbers
from webupdate.sync.inspector import PAGE, Inspector
from webupdate.sync.shops.base import Entity, Held

# Old orders and strange accounts are counted up to so many pages of their feeds.
MOST_PAGES = 20
_EVER = "1970-01-01T00:00:00+00:00"


class Contact(Inspector):
    """Learns what the shop of a new site holds: which records are there already, and what is in it besides."""

    def met(self, entity: Entity, records: list[Held]) -> Iterable[Difference]:
        known = drift.expected(self.store, self.site.id, entity, [held.key for held in records])
        ours = [(held.key, held.data) for held in records if held.key in known]
        drift.remember_held(self.store, self.site.id, entity, ours, self.now())
        return [self.foreign(entity, held) for held in records if held.key not in known and entity != "stock"]

    def finish(self) -> None:
        numbers = self._with_orders(self._with_accounts(self.numbers()))
        with self.store.writing():
            inspections.progress(self.store, self.found.id, numbers, ())
            inspections.end(self.store, self.found.id, self.now())

    def _with_accounts(self, numbers: Numbers) -> Numbers:
        """Accounts without an EBMS id, those of them whose e-mail is a customer's, and customers without any."""
        lacking = self._customers_mails()
        mails = set[str]().union(*lacking.values())
        cursor, accounts, matched = "", 0, 0
        for _ in range(MOST_PAGES):
            page = self.shop.accounts(cursor)
            own = {account.customer.email.lower() for account, _ in page.accounts if not account.key}
            there = {account.key for account, _ in page.accounts if account.key}
            accounts += len(own)
            matched += len(own & mails)
            lacking = {key: of for key, of in lacking.items() if key not in there and not of & own}
            cursor = page.cursor
            if not page.more or not page.accounts:
                break
        return msgspec.structs.replace(numbers, accounts=accounts, matched=matched, lacking=len(lacking))

    def _customers_mails(self) -> dict[str, set[str]]:
        """By id, what an account of a customer may be known by; those without any can have none."""
        guest = self.company.values["guest_customer"].casefold()
        found = {
            key: {facts.get(name, "").strip().lower() for name in ("EMAIL", "WEB_USER")} - {""}
            for key, facts in exports.all_facts(self.store, self.company.id, "customers")
        }
        return {key: mails for key, mails in found.items() if mails and key.casefold() != guest}

    def _with_orders(self, numbers: Numbers) -> Numbers:
        """Orders placed before the first day from which they are taken."""
        since = datetime.fromisoformat(orders_from(self.company, self.site))
        cursor, old, more = "", 0, True
        for _ in range(MOST_PAGES):
            page = self.shop.orders(cursor, _EVER, self.shop.abilities.order_statuses)
            old += sum(_before(order.placed_at, since) for order, _ in page.orders)
            cursor, more = page.cursor, page.more and bool(page.orders)
            if not more:
                break
        return msgspec.structs.replace(numbers, old_orders=old, old_orders_more=more)


def _before(placed_at: str, since: datetime) -> bool:
    try:
        return datetime.fromisoformat(placed_at) < since
    except (ValueError, TypeError):  # no time, or one without a zone: what it is nobody knows
        return False


class Peek(Inspector):
    """Learns what the shop holds of records that are to be sent and were never acknowledged."""

    def go_on(self, interrupted: Callable[[], bool]) -> bool:
        for entity in list(self._todo):
            while keys := drift.never_acked(self.store, self.site.id, entity, self._after, PAGE):
                if interrupted():
                    return False
                held = [(record.key, record.data) for record in self.shop.read(entity, keys)]
                drift.remember_held(self.store, self.site.id, entity, held, self.now())
                self._after = keys[-1]
            self._todo.remove(entity)
            self._after = ""
        inspections.end(self.store, self.found.id, self.now())
        return True
