"""The address book entry of a customer, so that it can be chosen at checkout."""

from __future__ import annotations

from typing import Any

from oscar.core.loading import get_model

from webupdate.webshop.countries import code_of
from webupdate.webshop.erp.models import CustomerInfo

Country = get_model("address", "Country")
UserAddress = get_model("address", "UserAddress")

_FIELDS = [
    "first_name",
    "last_name",
    "line1",
    "line2",
    "line4",
    "state",
    "postcode",
    "country",
    "phone_number",
    "search_text",
    "hash",
]


def write_addresses(infos: list[CustomerInfo]) -> None:
    """Make or change the entries; none where the country is unknown or the street is missing."""
    countries = all_countries()
    entries = [entry for entry in (made_of(info, countries) for info in infos) if entry]
    made = {entry.code: entry for entry in entries}
    # An entry of the same address that the customer made is the same entry for Oscar: ours stays.
    same = UserAddress.objects.filter(
        user__in=[entry.user_id for entry in entries], hash__in=[entry.hash for entry in entries]
    )
    same.exclude(code__in=made).delete()
    UserAddress.objects.filter(code__in={_code(info) for info in infos} - made.keys()).delete()
    UserAddress.objects.bulk_create(entries, update_conflicts=True, unique_fields=["code"], update_fields=_FIELDS)


def all_countries() -> dict[str, Any]:
    """Oscar's countries by their two letters: fetched once for many entries."""
    return {country.pk: country for country in Country.objects.all()}


def made_of(info: CustomerInfo, countries: dict[str, Any]) -> Any:
    """The entry that the shop makes of a customer's address (not saved); None where it can make none."""
    country = countries.get(code_of(info.country) or "")
    return _address(info, country) if country and info.address1 else None


def _code(info: CustomerInfo) -> str:
    return f"erp-{info.key}"


def _address(info: CustomerInfo, country: Any) -> Any:
    entry = UserAddress(
        user=info.user,
        code=_code(info),
        first_name=info.user.first_name,
        last_name=info.user.last_name,
        line1=info.address1,
        line2=info.address2,
        line4=info.city,
        state=info.state,
        postcode=info.zip.upper(),
        country=country,
        phone_number=info.phone,
        is_default_for_shipping=True,
        is_default_for_billing=True,
    )
    # what save() would do, which bulk_create does not call
    entry._update_search_text()
    entry.hash = entry.generate_hash()
    return entry
