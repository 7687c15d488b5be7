"""The accounts feed: what buyers made or changed in the shop, in the order of change."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from msgspec import Struct
from oscar.core.loading import get_model

from webupdate.sync.shops.base import Account, Customer
from webupdate.webshop.countries import names
from webupdate.webshop.erp.cursor import page_behind
from webupdate.webshop.erp.job import without_deleted
from webupdate.webshop.erp.kinds.addresses import all_countries, made_of
from webupdate.webshop.erp.kinds.customers import as_record
from webupdate.webshop.erp.models import CustomerInfo

UserAddress = get_model("address", "UserAddress")

# Where a field of a customer's record stands in an entry of the address book.
_IN_ENTRY = {
    "address1": "line1",
    "address2": "line2",
    "city": "line4",
    "state": "state",
    "zip": "postcode",
    "country": "country_id",
    "phone": "phone_number",
}


class AccountsPage(Struct):
    """The next accounts; the cursor stands behind the last one."""

    accounts: list[Account]
    cursor: str
    more: bool


def page(cursor: str, limit: int) -> AccountsPage:
    """The next accounts. Staff are not customers."""
    buyers = without_deleted(User.objects.filter(is_staff=False), "customers", "erp__key")
    rows = buyers.select_related("erp", "erp_mark").prefetch_related("addresses__country")
    users, cursor, more = page_behind(rows, "erp_mark", cursor, limit)
    countries = all_countries()
    return AccountsPage([_account(user, countries) for user in users], cursor, more)


def _account(user: User, countries: dict[str, Any]) -> Account:
    info = getattr(user, "erp", None)
    return Account(
        id=str(user.pk),
        key=info.key if info else "",
        made_at=user.date_joined.isoformat(),
        updated_at=user.erp_mark.updated_at.isoformat(),
        customer=_known(info, countries) if info else _new(user),
    )


def _new(user: User) -> Customer:
    """An account of the shop alone. Its login is its e-mail: Oscar's user name is a random one. Nobody approved it."""
    entry = _entry(user, "")
    fields: dict[str, Any] = {} if entry is None else {field: _text(entry, field) for field in _IN_ENTRY}
    named = user if user.last_name or entry is None else entry
    return Customer(
        login=user.email,
        email=user.email,
        first_name=named.first_name,
        last_name=named.last_name,
        approved=False,
        active=user.is_active,
        **fields,
    )


def _known(info: CustomerInfo, countries: dict[str, Any]) -> Customer:
    """A customer of the ERP, with what the buyer has changed in the address book.

    An entry says "United States" where the ERP wrote "USA": a field is changed if the shop would not have made it
    of the ERP's.
    """
    record = as_record(info)
    entry = _entry(info.user, info.key)
    if entry is None:
        return record
    made = made_of(info, countries)
    texts = {field: _text(entry, field) for field in _IN_ENTRY}
    changed = {field: text for field, text in texts.items() if made is None or text != _text(made, field)}
    return Customer(**{field: getattr(record, field) for field in record.__struct_fields__} | changed)


def _entry(user: User, key: str) -> Any:
    """The entry that the ERP sent, if the buyer has not removed it, else the default one."""
    entries = sorted(
        user.addresses.all(),
        key=lambda entry: (
            entry.code != f"erp-{key}",
            not entry.is_default_for_billing,
            not entry.is_default_for_shipping,
            entry.pk,
        ),
    )
    return entries[0] if entries else None


def _text(entry: Any, field: str) -> str:
    if field == "country":
        return names()[entry.country_id]
    return str(getattr(entry, _IN_ENTRY[field]) or "")
