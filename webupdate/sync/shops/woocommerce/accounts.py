"""The feed of customer accounts. A store can't say which changed: only new ones come, by their rising ids."""

from __future__ import annotations

import html

import msgspec

from webupdate.sync.shops.base import Account, AccountPage, Customer
from webupdate.sync.shops.woocommerce.client import LIST_LIMIT, Client
from webupdate.sync.shops.woocommerce.facts import CUSTOMER_ID
from webupdate.sync.shops.woocommerce.neworder import Side, address, zoned
from webupdate.sync.shops.woocommerce.products import Meta

PAGE = LIST_LIMIT
_FIELDS = "id,date_created_gmt,date_modified_gmt,email,first_name,last_name,billing,meta_data"


class _Numbered(msgspec.Struct):
    id: int


class _Account(msgspec.Struct):
    id: int
    email: str
    date_created_gmt: str | None = None
    date_modified_gmt: str | None = None
    first_name: str = ""
    last_name: str = ""
    billing: Side = Side()
    meta_data: list[Meta] = []


def page(client: Client, cursor: str) -> AccountPage:
    """The accounts made after the one whose id is the cursor. Their role is «customer»: staff is left out."""
    newer = _newer(client, int(cursor or 0))
    numbers, more = newer[:PAGE], len(newer) > PAGE
    if not numbers:
        return AccountPage((), cursor, more=False)
    query: dict[str, str | int] = {"include": ",".join(map(str, numbers)), "per_page": LIST_LIMIT, "_fields": _FIELDS}
    raws = client.rows("customers", query, msgspec.Raw)
    pairs = sorted(((msgspec.json.decode(raw, type=_Account), bytes(raw)) for raw in raws), key=lambda pair: pair[0].id)
    return AccountPage(tuple((_neutral(found), raw) for found, raw in pairs), str(numbers[-1]), more)


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


def _neutral(found: _Account) -> Account:
    known = {meta.key: meta.value for meta in found.meta_data}.get(CUSTOMER_ID)
    home = address(found.billing)
    customer = Customer(
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
    made = zoned(found.date_created_gmt)
    return Account(
        id=str(found.id),
        key=known if isinstance(known, str) else "",
        made_at=made,
        updated_at=zoned(found.date_modified_gmt) or made,
        customer=customer,
    )
