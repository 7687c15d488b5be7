"""The feed of customer accounts. A store can't say which changed: only new ones come, by their rising ids."""

from __future__ import annotations

import html

import msgspec

from webupdate.sync.shops.base import Account as NeutralAccount
from webupdate.sync.shops.base import AccountPage, Customer
from webupdate.sync.shops.woocommerce.account import FIELDS, Account, fields_of
from webupdate.sync.shops.woocommerce.client import LIST_LIMIT, Client
from webupdate.sync.shops.woocommerce.neworder import address, zoned
from webupdate.sync.shops.woocommerce.places import Places

PAGE = LIST_LIMIT
# Fields of a customer that a buyer may change, and where they stand in the account.
_BUYERS_OWN = {
    "address1": ("billing", "address_1"),
    "address2": ("billing", "address_2"),
    "city": ("billing", "city"),
    "state": ("billing", "state"),
    "zip": ("billing", "postcode"),
    "country": ("billing", "country"),
    "phone": ("billing", "phone"),
    "email": ("email",),
}


class _Numbered(msgspec.Struct):
    id: int


def page(client: Client, places: Places, cursor: str) -> AccountPage:
    """The accounts behind the cursor: the id of the last one. Their role is «customer», so staff is left out.

    From the beginning all that there are come once, so that those of EBMS's customers are known again; the cursor
    says up to which id. Later one that holds what EBMS sent is left out, and ever one that EBMS has left.
    """
    last, _, whole = cursor.partition("/")
    newer = _newer(client, int(last or 0))
    numbers, more = newer[:PAGE], len(newer) > PAGE
    if not numbers:
        return AccountPage((), cursor, more=False)
    all_to = int(whole or (0 if cursor else newer[-1]))
    query: dict[str, str | int] = {"include": ",".join(map(str, numbers)), "per_page": LIST_LIMIT, "_fields": FIELDS}
    raws = client.rows("customers", query, msgspec.Raw)
    pairs = sorted(((msgspec.json.decode(raw, type=Account), bytes(raw)) for raw in raws), key=lambda pair: pair[0].id)
    given = [(found, raw) for found, raw in pairs if not found.kept.gone]
    told = [(_neutral(found, places), raw) for found, raw in given if found.id <= all_to or _changed(found, places)]
    behind = str(numbers[-1]) + (f"/{all_to}" if numbers[-1] < all_to else "")
    return AccountPage(tuple(told), behind, more)


def _newer(client: Client, last: int) -> list[int]:
    """Ids above the last one, rising; the newest pages are read until it comes."""
    found: set[int] = set()
    query = {"orderby": "registered_date", "order": "desc", "_fields": "id"}
    for rows in client.all_rows("customers", query, _Numbered):
        new = {row.id for row in rows if row.id > last}
        found |= new
        if not new:
            break
    return sorted(found)


def _changed(found: Account, places: Places) -> list[str]:
    """The fields in which the account is not what EBMS sent: all of one that EBMS never sent."""
    record = found.kept.record if found.key else None
    if record is None:
        return list(_BUYERS_OWN)
    sent = fields_of(record, places)
    return [name for name, place in _BUYERS_OWN.items() if found.value(place) != sent[place]]


def _neutral(found: Account, places: Places) -> NeutralAccount:
    customer, record = _own(found), found.kept.record
    if found.key and record is not None:
        customer = msgspec.structs.replace(
            record, **{name: getattr(customer, name) for name in _changed(found, places)}
        )  # fmt: skip
    made = zoned(found.date_created_gmt)
    return NeutralAccount(
        id=str(found.id),
        key=found.key,
        made_at=made,
        updated_at=zoned(found.date_modified_gmt) or made,
        customer=customer,
    )


def _own(found: Account) -> Customer:
    """What a buyer told of himself."""
    home = address(found.billing)
    return Customer(
        login=found.email,
        email=found.email,
        first_name=html.unescape(found.first_name or found.billing.first_name),
        last_name=html.unescape(found.last_name or found.billing.last_name),
        address1=home.address1,
        address2=home.address2,
        city=home.city,
        state=home.state,
        zip=home.zip,
        country=home.country,
        phone=home.phone,
        approved=False,
    )
