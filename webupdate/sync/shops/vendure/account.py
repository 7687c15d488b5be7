"""A customer as the shop shows it, and the customer of EBMS who is in it."""

from __future__ import annotations

from typing import Any

import msgspec

from webupdate.sync.shops.base import Customer, Held
from webupdate.sync.shops.records import email_of, person_of
from webupdate.sync.shops.vendure import addresses
from webupdate.sync.shops.vendure.addresses import Side
from webupdate.sync.shops.vendure.notes import NOTES, Buyer
from webupdate.sync.shops.vendure.places import Places

ADDRESS = f"id {addresses.FIELDS} country {{ name code }} defaultBillingAddress defaultShippingAddress"
PERSON = "id firstName lastName emailAddress phoneNumber"
FIELDS = f"{PERSON} createdAt updatedAt user {{ id }} {NOTES} addresses {{ {ADDRESS} }}"

Fields = dict[str, str]
_NAMES = ("firstName", "lastName")


class Entry(Side, rename="camel"):
    """An entry of a customer's address book."""

    id: str = ""
    default_billing_address: bool | None = None
    default_shipping_address: bool | None = None


class Account(Buyer, rename="camel"):
    """A customer, or a row of a mutation's answer: then with an error's code and text instead."""

    id: str = ""
    created_at: str = ""
    updated_at: str = ""
    first_name: str = ""
    last_name: str = ""
    addresses: list[Entry] | None = None
    error_code: str = ""
    message: str = ""

    @property
    def own(self) -> Entry | None:
        """The address that is ours, if it is still there."""
        known = self.kept.address
        return next((entry for entry in self.addresses or [] if known and entry.id == known), None)

    def held(self) -> Held:
        """What EBMS sent last: what a buyer changes since is no change of EBMS's record."""
        record = self.kept.record
        if record is None or self.kept.gone or not self.ebms_id:
            return Held(entity="customers", key=self.ebms_id, data=None)
        if self.kept.hidden:
            record = msgspec.structs.replace(record, active=False)
        sent = "" if self.kept.hidden else self.kept.sent
        return Held(
            entity="customers", key=self.ebms_id, data=msgspec.json.encode(record), remote_id=self.id, sent=sent
        )


class Change(msgspec.Struct, frozen=True):
    """What is to be written of an account: fields of the person; of our address (`entry` "": a new one)."""

    person: Fields
    home: dict[str, Any]
    entry: str = ""


def person_fields(record: Customer) -> Fields:
    """What a customer's record is in the shop's customer."""
    first, last, _ = person_of(record)
    return {"firstName": first, "lastName": last, "phoneNumber": record.phone, "emailAddress": email_of(record)}


def home_fields(record: Customer, places: Places) -> Fields:
    """What it is in an address; none at all for one without a country, which the shop can't hold."""
    country = places.country(record.country)
    if not country or not (record.address1 or record.address2 or record.city or record.state or record.zip):
        return {}
    first, last, company = person_of(record)
    return {
        "fullName": f"{first} {last}".strip(),
        "company": company,
        "streetLine1": record.address1,
        "streetLine2": record.address2,
        "city": record.city,
        "province": record.state,
        "postalCode": record.zip,
        "countryCode": country,
        "phoneNumber": record.phone,
    }


def changes(account: Account, record: Customer, places: Places) -> Change:
    """What EBMS changed since it was sent last. All else may be the buyer's own by now."""
    before, person, home = account.kept.record, person_fields(record), home_fields(record, places)
    if before is None:
        return _first_meeting(account, person, home)
    old = person_fields(before)
    person = {name: value for name, value in person.items() if value != old[name]}
    old = home_fields(before, places)
    changed = {name: value for name, value in home.items() if value != old.get(name)}
    if not changed:
        return Change(_without_same_email(account, person), {}, account.kept.address)
    # One that the buyer deleted comes again once EBMS has another.
    new = _addition(account, home) if account.own is None else None
    return Change(_without_same_email(account, person), new or changed, account.own.id if account.own else "")


def _first_meeting(account: Account, person: Fields, home: Fields) -> Change:
    """Of an account that was there before EBMS's name, phone and address count where EBMS has them."""
    named, stored = any(person[name] for name in _NAMES), person_in(account)
    counting = {name: value for name, value in person.items() if value or (name in _NAMES and named)}
    wanted = {name: value for name, value in counting.items() if value != stored[name]}
    wanted = _without_same_email(account, wanted)
    if not home:
        return Change(wanted, {}, account.kept.address)
    # That of a customer who comes back, or what a request that was cut off had made.
    entries = [account.own] if account.own is not None else account.addresses or []
    same = next((entry for entry in entries if stored_of(entry, home) == home), account.own)
    if same is None:
        return Change(wanted, _addition(account, home))
    stored = stored_of(same, home)
    return Change(wanted, {name: value for name, value in home.items() if value != stored[name]}, same.id)


def person_in(account: Account) -> Fields:
    """The same fields as the shop holds them."""
    return {
        "firstName": account.first_name,
        "lastName": account.last_name,
        "phoneNumber": account.phone_number or "",
        "emailAddress": account.email_address,
    }


def _addition(account: Account, home: Fields) -> dict[str, Any]:
    """A new entry: invoices go there; parcels do unless the buyer has chosen another."""
    chosen = any(entry.default_shipping_address for entry in account.addresses or [])
    return {**home, "defaultBillingAddress": True, "defaultShippingAddress": not chosen}


def _without_same_email(account: Account, fields: Fields) -> Fields:
    """The shop writes all e-mails small."""
    if fields.get("emailAddress", "").lower() == account.email_address.lower():
        return {name: value for name, value in fields.items() if name != "emailAddress"}
    return fields


def stored_of(entry: Entry, names: Any) -> Fields:
    """These fields of an address as the shop holds them."""
    shown = entry.neutral()
    whole = {
        "fullName": shown.name,
        "company": shown.company,
        "streetLine1": shown.address1,
        "streetLine2": shown.address2,
        "city": shown.city,
        "province": shown.state,
        "postalCode": shown.zip,
        "countryCode": shown.country_code,
        "phoneNumber": shown.phone,
    }
    return {name: value for name, value in whole.items() if name in names}


def stored_otherwise(sent: Fields, stored: Fields) -> tuple[str, str, str] | None:
    """Field, value sent and value stored of the first one of which the shop made something else."""
    for name, value in sent.items():
        got = stored.get(name, value)
        same = value.lower() == got.lower() if name == "emailAddress" else value == got
        if not same:
            return name, value, got
    return None
