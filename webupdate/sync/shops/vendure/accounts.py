"""The feed of customer accounts, with the EBMS id that they carry; what EBMS sent itself is no news."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from webupdate.errors import Retryable
from webupdate.sync.shops.base import Account as NeutralAccount
from webupdate.sync.shops.base import AccountPage, Customer
from webupdate.sync.shops.records import email_of
from webupdate.sync.shops.vendure import feed
from webupdate.sync.shops.vendure.account import FIELDS, Account, home_fields, stored_of
from webupdate.sync.shops.vendure.client import Client
from webupdate.sync.shops.vendure.lists import rows
from webupdate.sync.shops.vendure.places import Places
from webupdate.sync.text import visible

PAGE = 100
_QUERY = f"query($options: CustomerListOptions) {{ rows: customers(options: $options) {{ items {{ {FIELDS} }} }} }}"
_NEWEST = "query($options: CustomerListOptions) { rows: customers(options: $options) { items { id updatedAt } } }"
# Fields of a customer that a buyer may change in the address that is ours.
_AT_HOME = {
    "address1": "streetLine1",
    "address2": "streetLine2",
    "city": "city",
    "state": "province",
    "zip": "postalCode",
    "country": "countryCode",
}
_OWN = ("phone", "email", *_AT_HOME)


class _First(msgspec.Struct):
    """A cursor within the first reading: all that there were when it began are told, also what EBMS sent."""

    all_to: str
    feed: str


class _Stamp(msgspec.Struct, rename="camel"):
    updated_at: str


def page(client: Client, places: Places, cursor: str) -> AccountPage:
    """The accounts made or changed after the cursor; guests and who has left EBMS are left out, staff is none of them.

    From the beginning all come once, so that those of EBMS's customers are known again. Raises Retryable for one that
    can't be read, as no Vendure gives it.
    """
    try:
        return _page(client, places, cursor)
    except (msgspec.DecodeError, ValueError) as error:
        text = f"A customer in the shop's answer can't be read: {visible(str(error), 100)}."
        raise Retryable(text, "Is it Vendure 3? A plugin of the shop may change customers: ask who runs it.") from error


def _page(client: Client, places: Places, cursor: str) -> AccountPage:
    first = _first(client, cursor)
    found = feed.page(client, _QUERY, {}, first.feed, PAGE, wanted=_news(places, first.all_to))
    told = ((msgspec.json.decode(row.raw, type=Account), row.raw) for row in found.rows)
    pairs = tuple((_neutral(account, places), raw) for account, raw in told)
    behind = found.cursor
    if found.more and first.all_to:
        behind = msgspec.json.encode(_First(first.all_to, found.cursor)).decode()
    return AccountPage(pairs, behind, found.more)


def _first(client: Client, cursor: str) -> _First:
    if not cursor:
        options = {"take": 1, "sort": {"updatedAt": "DESC"}}
        newest: list[_Stamp] = rows(client, _NEWEST, options, _Stamp)
        return _First(newest[0].updated_at if newest else "", "")
    try:
        return msgspec.json.decode(cursor, type=_First)
    except msgspec.DecodeError:
        return _First("", cursor)


def _news(places: Places, all_to: str) -> Callable[[bytes], bool]:
    def wanted(raw: bytes) -> bool:
        found = msgspec.json.decode(raw, type=Account)
        if found.user is None or found.kept.gone:
            return False
        return found.updated_at <= all_to or bool(_changed(found, places))

    return wanted


def _changed(found: Account, places: Places) -> list[str]:
    """The fields in which the account is not what EBMS sent: all of one that EBMS never sent."""
    record = found.kept.record if found.ebms_id else None
    if record is None:
        return list(_OWN)
    changed = [] if found.email_address.lower() == email_of(record).lower() else ["email"]
    changed += [] if (found.phone_number or "") == record.phone else ["phone"]
    sent, own = home_fields(record, places), found.own
    # An entry that the buyer took out says nothing of where they live.
    stored = stored_of(own, sent) if own is not None else sent
    return changed + [name for name, place in _AT_HOME.items() if stored.get(place) != sent.get(place)]


def _neutral(found: Account, places: Places) -> NeutralAccount:
    customer, record = _own(found), found.kept.record
    if found.ebms_id and record is not None:
        changed = {name: getattr(customer, name) for name in _changed(found, places)}
        customer = msgspec.structs.replace(record, **changed)
    return NeutralAccount(
        id=found.id, key=found.ebms_id, made_at=found.created_at, updated_at=found.updated_at, customer=customer
    )


def _own(found: Account) -> Customer:
    """What a buyer told of himself, in our address or in his first one."""
    addresses = sorted(found.addresses or [], key=lambda entry: not entry.default_billing_address)
    own = found.own or (addresses[0] if addresses else None)
    home = own.neutral() if own is not None else None
    places = {} if home is None else {name: getattr(home, name) for name in _AT_HOME}
    phone = found.phone_number or ("" if home is None else home.phone)
    return Customer(
        login=found.email_address,
        email=found.email_address,
        first_name=found.first_name,
        last_name=found.last_name,
        phone=phone,
        approved=False,
        **places,
    )
