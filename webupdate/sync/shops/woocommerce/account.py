"""A customer account as the store shows it, and the customer of EBMS who is in it."""

from __future__ import annotations

import html
import re
from typing import Any

import msgspec

from webupdate.sync.shops.base import Customer, Held
from webupdate.sync.shops.records import email_of, person_of
from webupdate.sync.shops.woocommerce.client import Problem
from webupdate.sync.shops.woocommerce.facts import CUSTOMER, CUSTOMER_ID
from webupdate.sync.shops.woocommerce.neworder import Side
from webupdate.sync.shops.woocommerce.places import Places
from webupdate.sync.shops.woocommerce.products import Meta, read_meta

FIELDS = (
    "id,date_created_gmt,date_modified_gmt,email,first_name,last_name,role,billing,shipping,is_paying_customer,"
    "meta_data"
)
# Of other roles are the shop's own people; a batch would change and delete them without asking for a right.
BUYERS = ("customer", "subscriber")
# What is written of an address; of these `phone` and `email` stand in the billing address only.
ADDRESS = ("first_name", "last_name", "company", "address_1", "address_2", "city", "state", "postcode", "country")
_AT_HOME = ("address_1", "address_2", "city", "state", "postcode", "country")

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_EMAIL = re.compile(rf"[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~.-]+@{_LABEL}(?:\.{_LABEL})+")

Fields = dict[tuple[str, ...], str]


class Kept(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the store has no field for. `sent`: the hash of the record sent last; `made`: by this program.

    `gone`: EBMS has no such customer any more, and the account is the buyer's alone.
    """

    record: Customer | None = None
    sent: str = ""
    made: bool = False
    hidden: bool = False
    gone: bool = False


class Account(msgspec.Struct, frozen=True):
    """An account, or a row of a batch's answer."""

    id: int
    email: str = ""
    date_created_gmt: str | None = None
    date_modified_gmt: str | None = None
    first_name: str = ""
    last_name: str = ""
    role: str = "customer"
    billing: Side = Side()
    shipping: Side = Side()
    is_paying_customer: bool = False
    meta_data: list[Meta] = []
    error: Problem | None = None

    @property
    def key(self) -> str:
        """The EBMS id that it carries, "" for none."""
        known = {meta.key: meta.value for meta in self.meta_data}.get(CUSTOMER_ID)
        return known if isinstance(known, str) else ""

    @property
    def kept(self) -> Kept:
        """What is kept beside it."""
        value = {meta.key: meta.value for meta in self.meta_data}.get(CUSTOMER)
        return read_meta(value, Kept) or Kept()

    def value(self, place: tuple[str, ...]) -> str:
        """One of its fields, as people write it."""
        found: Any = self
        for name in place:
            found = getattr(found, name)
        return html.unescape(found)

    def held(self) -> Held:
        """What EBMS sent last: what a buyer changes since is no change of EBMS's record."""
        record = self.kept.record
        if record is None or self.kept.gone:
            return Held(entity="customers", key=self.key, data=None)
        if self.kept.hidden:
            record = msgspec.structs.replace(record, active=False)
        sent = "" if self.kept.hidden else self.kept.sent
        data = msgspec.json.encode(record)
        return Held(entity="customers", key=self.key, data=data, remote_id=str(self.id), sent=sent)


def is_email(text: str) -> bool:
    """Whether WordPress takes a text for an e-mail address: Latin letters only, and one address, not two."""
    return len(text) > 5 and bool(_EMAIL.fullmatch(text))


def fields_of(record: Customer, places: Places) -> Fields:
    """What a customer's record is in an account, field by field. The country must be one that the store knows."""
    country = places.country(record.country) or ""
    first, last, company = person_of(record)
    side = {
        "first_name": first,
        "last_name": last,
        "company": company,
        "address_1": record.address1,
        "address_2": record.address2,
        "city": record.city,
        "state": places.state(country, record.state),
        "postcode": record.zip,
        "country": country,
    }
    email = email_of(record)
    found: Fields = {("email",): email, ("first_name",): first, ("last_name",): last}
    found |= {("billing", name): value for name, value in side.items()}
    found |= {("billing", "phone"): record.phone, ("billing", "email"): email}
    return found | {("shipping", name): value for name, value in side.items()}


def changes(account: Account | None, record: Customer, places: Places) -> Fields:
    """What is to be written: what EBMS changed since it was sent last. All else may be the buyer's own by now."""
    new = fields_of(record, places)
    if account is None:
        return new
    if account.kept.record is None:
        return _first_meeting(account, new)
    old = fields_of(account.kept.record, places)
    changed = {place: value for place, value in new.items() if value != old[place]}
    # A shipping address that is no longer EBMS's is the buyer's.
    own = any(account.value(place) != value for place, value in old.items() if place[0] == "shipping")
    wanted = {place: value for place, value in changed.items() if not (own and place[0] == "shipping")}
    return _without_same_email(account, wanted)


def _first_meeting(account: Account, new: Fields) -> Fields:
    """Of an account that was there before EBMS's name, address and phone count where EBMS has them."""
    groups: list[list[tuple[str, ...]]] = [
        [("first_name",), ("last_name",), *(("billing", name) for name in ADDRESS[:3])],
        [("billing", name) for name in _AT_HOME],
        [("billing", "phone")],
        [("billing", "email")],
        [("email",)],
    ]
    if not any(account.value(("shipping", name)) for name in ADDRESS):
        groups.append([("shipping", name) for name in ADDRESS])
    found: Fields = {}
    for group in groups:
        if any(new[place] for place in group):
            found |= {place: new[place] for place in group}
    return _without_same_email(account, found)


def _without_same_email(account: Account, fields: Fields) -> Fields:
    """The store takes the address of an account in other letters for that of somebody else."""
    if fields.get(("email",), "").casefold() == account.email.casefold():
        return {place: value for place, value in fields.items() if place != ("email",)}
    return fields


def nested(fields: Fields) -> dict[str, Any]:
    """The fields as the store takes them."""
    found: dict[str, Any] = {}
    for place, value in fields.items():
        if len(place) == 1:
            found[place[0]] = value
        else:
            found.setdefault(place[0], {})[place[1]] = value
    return found


def stored_otherwise(fields: Fields, account: Account) -> tuple[str, str, str] | None:
    """Field, value sent and value stored of the first one of which the store made something else."""
    for place, sent in fields.items():
        stored = account.value(place)
        # WordPress makes one blank of several.
        same = sent.casefold() == stored.casefold() if place[-1] == "email" else sent.split() == stored.split()
        if not same:
            return ".".join(place), sent, stored
    return None
