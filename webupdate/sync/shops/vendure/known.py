"""Finds customers in the shop: by id, by e-mail, by the EBMS id that they carry, or all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from webupdate.sync.shops.base import Held
from webupdate.sync.shops.records import chunks
from webupdate.sync.shops.vendure.account import FIELDS, Account
from webupdate.sync.shops.vendure.client import Client
from webupdate.sync.shops.vendure.facts import BATCH, PAGE
from webupdate.sync.shops.vendure.lists import every, rows

_QUERY = f"query($options: CustomerListOptions) {{ rows: customers(options: $options) {{ items {{ {FIELDS} }} }} }}"
# Whoever is paying just now has ordered, who only fills a basket has not.
_ORDERS = 'orders(options: {take: 1, filter: {state: {notEq: "AddingItems"}}}) { totalItems }'


class _Count(msgspec.Struct, rename="camel"):
    total_items: int


class _Ordered(msgspec.Struct):
    orders: _Count


class Known:
    """Reads customers. Only which id that of a customer has is kept, and looked at before it is believed."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._numbers: dict[str, str] = {}
        self._whole = False  # all were read once

    def forget(self) -> None:
        """Something may have been made of which nobody heard."""
        self._whole = False

    def note(self, key: str, number: str) -> None:
        """The account of a customer is this one."""
        self._numbers[key] = number

    def by_id(self, numbers: Iterable[str], *, write: bool = False) -> dict[str, Account]:
        """The accounts of these ids."""
        found = self._where("id", numbers, write=write)
        return {account.id: account for account in found}

    def by_email(self, emails: Iterable[str]) -> dict[str, Account]:
        """The customers of these e-mails, which are written small: of two the one that has an account."""
        found = self._where("emailAddress", emails, write=True)
        return {account.email_address.lower(): account for account in sorted(found, key=lambda row: bool(row.user))}

    def _where(self, field: str, values: Iterable[str], *, write: bool) -> list[Account]:
        found: list[Account] = []
        for some in chunks(list(dict.fromkeys(values)), BATCH):
            options = {"take": PAGE, "filter": {field: {"in": some}}, "sort": {"id": "ASC"}}
            found += rows(self._client, _QUERY, options, Account, write=write)
        return found

    def by_key(self, keys: Iterable[str], *, write: bool = False) -> dict[str, Account]:
        """Accounts by EBMS id. The shop can't be asked for that: all are read once where an id is not known."""
        wanted = list(dict.fromkeys(keys))
        found = self._still(wanted, write=write)
        if len(found) < len(wanted):
            self._read_all(write=write)
            found = self._still(wanted, write=write)
        return found

    def met(self, keys: Iterable[str]) -> dict[str, Account]:
        """The same of customers who are perhaps new: all are read once only, not for each new one."""
        if not self._whole:
            self._read_all(write=True)
        return self._still(list(keys), write=True)

    def _read_all(self, *, write: bool) -> None:
        self.every(write=write)
        self._whole = True

    def every(self, *, write: bool = False) -> list[Account]:
        """All that carry an EBMS id."""
        found: list[Account] = every(self._client, _QUERY, {}, Account, write=write)
        ours = [account for account in found if account.ebms_id]
        for account in ours:
            self.note(account.ebms_id, account.id)
        return ours

    def held(self, keys: list[str]) -> list[Held]:
        """What the shop holds for these keys."""
        found = self.by_key(keys)
        return [found[key].held() if key in found else Held(entity="customers", key=key, data=None) for key in keys]

    def buyers(self, numbers: Iterable[str]) -> set[str]:
        """Which of these have ordered."""
        aliases = {f"c{place}": number for place, number in enumerate(dict.fromkeys(numbers))}
        if not aliases:
            return set()
        head = ", ".join(f"${alias}: ID!" for alias in aliases)
        body = " ".join(f"{alias}: customer(id: ${alias}) {{ {_ORDERS} }}" for alias in aliases)
        query = f"query({head}) {{ {body} }}"
        found: Mapping[str, _Ordered | None] = self._client.ask(query, aliases, dict[str, _Ordered | None], write=True)
        return {aliases[alias] for alias, row in found.items() if row is not None and row.orders.total_items}

    def _still(self, keys: list[str], *, write: bool) -> dict[str, Account]:
        numbers = [self._numbers[key] for key in keys if key in self._numbers]
        found = {account.ebms_id: account for account in self.by_id(numbers, write=write).values()}
        return {key: found[key] for key in keys if key in found}
