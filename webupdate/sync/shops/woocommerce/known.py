"""Finds accounts in the store: by id, by e-mail, by the EBMS id that they carry, or all of them."""

from __future__ import annotations

from collections.abc import Iterable

from webupdate.sync.shops.base import Held
from webupdate.sync.shops.woocommerce.account import FIELDS, Account
from webupdate.sync.shops.woocommerce.categories import chunks
from webupdate.sync.shops.woocommerce.client import LIST_LIMIT, Client

PATH = "customers"
# The list is of role customer unless it is asked otherwise: a subscriber has an e-mail too.
_QUERY: dict[str, str | int] = {"role": "all", "_fields": FIELDS, "per_page": LIST_LIMIT}


class Known:
    """Reads accounts. Only which id a customer's account has is kept, and looked at before it is believed."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._numbers: dict[str, int] = {}
        self._whole = False  # every account was read once

    def forget(self) -> None:
        """Something may have been made of which nobody heard."""
        self._whole = False

    def note(self, account: Account) -> None:
        """The account of a customer is this one."""
        self._numbers[account.key] = account.id

    def by_id(self, numbers: Iterable[int]) -> dict[int, Account]:
        """The accounts of these ids."""
        found: dict[int, Account] = {}
        for group in chunks(list(dict.fromkeys(numbers)), LIST_LIMIT):
            rows = self._client.rows(PATH, {**_QUERY, "include": ",".join(map(str, group))}, Account)
            found |= {account.id: account for account in rows}
        return found

    def by_email(self, email: str) -> Account | None:
        """The account of an e-mail."""
        rows = self._client.rows(PATH, {**_QUERY, "email": email}, Account)
        return next((row for row in rows if row.email.casefold() == email.casefold()), None)

    def by_key(self, keys: Iterable[str]) -> dict[str, Account]:
        """Accounts by EBMS id. The store can't be asked for that: all are read once where an id is not known."""
        wanted = list(dict.fromkeys(keys))
        found = self._still(wanted)
        if len(found) < len(wanted):
            self._read_all()
            found = self._still(wanted)
        return found

    def met(self, keys: Iterable[str]) -> dict[str, Account]:
        """The same of customers who are perhaps new: all accounts are read once only, not for each new one."""
        if not self._whole:
            self._read_all()
        return self._still(list(keys))

    def _read_all(self) -> None:
        for _ in self.every():
            pass
        self._whole = True

    def every(self) -> Iterable[Account]:
        """All accounts that carry an EBMS id."""
        query = {**_QUERY, "orderby": "id", "order": "asc"}
        for page in self._client.all_rows(PATH, query, Account):
            for account in page:
                if account.key:
                    self.note(account)
                    yield account

    def held(self, keys: list[str]) -> list[Held]:
        """What the store holds for these keys."""
        found = self.by_key(keys)
        return [found[key].held() if key in found else Held(entity="customers", key=key, data=None) for key in keys]

    def _still(self, keys: list[str]) -> dict[str, Account]:
        numbers = [self._numbers[key] for key in keys if key in self._numbers]
        found = {account.key: account for account in self.by_id(numbers).values()}
        return {key: found[key] for key in keys if key in found}
