"""The feed of customer accounts, and the EBMS id that an account carries: in a private note, as people may write it."""

from __future__ import annotations

from typing import Any

import msgspec

from webupdate.sync.shops.base import Account, AccountPage, Address, Customer
from webupdate.sync.shops.vendure import feed
from webupdate.sync.shops.vendure.addresses import FIELDS, Side
from webupdate.sync.shops.vendure.client import Client
from webupdate.sync.shops.vendure.facts import CUSTOMER_NOTE

PAGE = 100
# Of a customer, for orders too: `user` is missing for a guest.
NOTES = 'history(options: {filter: {type: {eq: "CUSTOMER_NOTE"}}, take: 50}) { items { data isPublic } }'
_QUERY = f"""query($options: CustomerListOptions) {{ rows: customers(options: $options) {{ items {{
  id createdAt updatedAt firstName lastName emailAddress phoneNumber user {{ id }} {NOTES}
  addresses {{ {FIELDS} country {{ name code }} defaultBillingAddress }}
}} }} }}"""


class _Note(msgspec.Struct, rename="camel"):
    data: Any = None
    is_public: bool = True


class _Notes(msgspec.Struct, frozen=True):
    items: list[_Note] = []


class Buyer(msgspec.Struct, rename="camel"):
    """A customer of the shop, with an account if there is a user."""

    id: str
    email_address: str = ""
    phone_number: str | None = None
    user: Any = None
    history: _Notes = _Notes()

    @property
    def ebms_id(self) -> str:
        """What EBMS calls it, "" if it does not know it."""
        texts = [note.data.get("note") for note in self.history.items if isinstance(note.data, dict)]
        found = [text.strip() for text in texts if isinstance(text, str) and text.startswith(CUSTOMER_NOTE)]
        return found[-1].removeprefix(CUSTOMER_NOTE).strip() if found else ""


class _Address(Side, rename="camel"):
    default_billing_address: bool | None = None


class _Account(Buyer, rename="camel"):
    created_at: str = ""
    updated_at: str = ""
    first_name: str = ""
    last_name: str = ""
    addresses: list[_Address] | None = None


def page(client: Client, cursor: str) -> AccountPage:
    """The accounts made or changed after the cursor; guests are left out, and staff is none of them."""
    found = feed.page(client, _QUERY, {}, cursor, PAGE, wanted=_has_user)
    pairs = tuple((_neutral(msgspec.json.decode(row.raw, type=_Account)), row.raw) for row in found.rows)
    return AccountPage(pairs, found.cursor, found.more)


def _has_user(raw: bytes) -> bool:
    return msgspec.json.decode(raw, type=Buyer).user is not None


def _neutral(found: _Account) -> Account:
    home = _home(found)
    customer = Customer(
        login=found.email_address,
        email=found.email_address,
        first_name=found.first_name,
        last_name=found.last_name,
        address1=home.address1,
        address2=home.address2,
        city=home.city,
        state=home.state,
        zip=home.zip,
        country=home.country,
        phone=home.phone or found.phone_number or "",
        approved=False,
    )
    return Account(
        id=found.id, key=found.ebms_id, made_at=found.created_at, updated_at=found.updated_at, customer=customer
    )


def _home(found: _Account) -> Address:
    addresses = sorted(found.addresses or [], key=lambda address: not address.default_billing_address)
    return addresses[0].neutral() if addresses else Address()
