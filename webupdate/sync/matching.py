"""Which customer of EBMS a new web account is: by our own mark, then e-mail, then phone and name."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from webupdate.store.accounts import Candidate
from webupdate.sync.shops.base import Customer, WebOrder
from webupdate.sync.text import to_code_page

Facts = Mapping[str, str]
# Fewer digits tell nobody apart; more are country codes and trunk zeros.
DIGITS_COMPARED = 7


class Customers:
    """The customers of the last good export, found by what an account tells of itself.

    `by_mark`: EXTERNALID, which the file of a new customer carries and EBMS's export brings back.
    """

    def __init__(self, customers: Iterable[tuple[str, Facts]], guest: str) -> None:
        self.facts: dict[str, Facts] = {}
        self._marks: dict[str, list[str]] = defaultdict(list)
        self._emails: dict[str, list[str]] = defaultdict(list)
        self._people: dict[tuple[str, str], list[str]] = defaultdict(list)
        for key, facts in customers:
            if key.casefold() != guest.casefold():
                self._take(key, facts)

    def _take(self, key: str, facts: Facts) -> None:
        self.facts[key] = facts
        if mark := facts.get("EXTERNALID"):
            self._marks[mark].append(key)
        for email in {facts.get(name, "").strip().casefold() for name in ("EMAIL", "WEB_USER")} - {""}:
            self._emails[email].append(key)
        for name in _names(facts.get("F_NAME", ""), facts.get("L_NAME", ""), facts.get("CONTACT_1", "")):
            if phone := digits(facts.get("PHONE", "")):
                self._people[phone, name].append(key)

    def by_mark(self, mark: str) -> list[str]:
        """Customers that EBMS made from the file of this account."""
        return list(self._marks.get(mark, ()))

    def find(self, account: Customer) -> list[str]:
        """The customers that this account may be, by the first sign that finds any."""
        for found in (self._by_email(account), self._by_person(account)):
            if found:
                return found
        return []

    def _by_email(self, account: Customer) -> list[str]:
        emails = dict.fromkeys(text.strip().casefold() for text in (account.email, account.login))
        return _once(key for email in emails for key in self._emails.get(email, ()))

    def _by_person(self, account: Customer) -> list[str]:
        phone = digits(account.phone)
        names = _names(account.first_name, account.last_name, account.contact)
        return _once(key for name in names for key in self._people.get((phone, name), ())) if phone else []

    def buyers(self, order: WebOrder) -> list[Candidate]:
        """The customers that an order's buyer may be. One that EBMS has set inactive gives way to those that are not:
        that is how EBMS retires the second of two."""
        bill_to = order.bill_to
        email = order.email or bill_to.email
        buyer = Customer(login="", email=email, last_name=bill_to.company, contact=bill_to.name, phone=bill_to.phone)
        found = self.find(buyer)
        active = [key for key in found if self.facts[key].get("INACTIVE") != "T"]
        return [self.candidate(key) for key in active or found]

    def candidate(self, key: str) -> Candidate:
        """A customer as a person recognises it."""
        get = self.facts[key].get
        name = f"{get('F_NAME', '')} {get('L_NAME', '')}".strip()
        return Candidate(
            id=key, name=name, email=get("EMAIL", ""), phone=get("PHONE", ""), city=get("CITY", "")
        )  # fmt: skip


def digits(phone: str) -> str:
    """The end of a phone number, by which it is compared; "" when it is too short to tell anybody."""
    found = re.sub(r"[^0-9]", "", phone)
    return found[-DIGITS_COMPARED:] if len(found) >= DIGITS_COMPARED else ""


def _names(first: str, last: str, contact: str) -> Iterator[str]:
    """The names of a customer as they are compared: whole, and the contact's where a firm has one."""
    yield from dict.fromkeys(name for name in map(plain_name, (f"{first} {last}", contact)) if name)


def plain_name(name: str) -> str:
    """A name without case, marks and punctuation: "Šimůnek, J." and "simunek j" are one."""
    bare = unicodedata.normalize("NFKD", to_code_page(name).casefold())
    return " ".join(re.findall(r"[^\W_]+", "".join(c for c in bare if not unicodedata.combining(c))))


def _once(keys: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(keys))
