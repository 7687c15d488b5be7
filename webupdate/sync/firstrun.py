"""What the first run of a new site would do, in words: what a person sees before it may begin (design section 11)."""

from __future__ import annotations

from webupdate.store import inspections
from webupdate.store.companies import CompanyInfo, SiteInfo, orders_from
from webupdate.store.db import Store
from webupdate.store.inspections import Inspection
from webupdate.sync.preview import Preview
from webupdate.sync.shops import ABILITIES


def summary(store: Store, company: CompanyInfo, site: SiteInfo, found: Preview) -> list[str]:
    """Sentences for people, besides the numbers of `found`."""
    contact = inspections.latest(store, site.id, "contact")
    if contact is None or contact.state == "running":
        return ["The shop has not been read yet: whether it holds any of these records is not known."]
    if contact.state == "failed":
        return [f"The shop could not be read: {contact.message} {contact.hint}".rstrip()]
    return [_records(contact, found), *_accounts(site, contact, found), _orders(company, site, contact)]


def has_accounts(store: Store, site: SiteInfo) -> bool:
    """Whether the shop has customer accounts already, as far as it was read."""
    contact = inspections.latest(store, site.id, "contact")
    if contact is None:
        return False
    return bool(contact.numbers.accounts or contact.numbers.foreign_of.get("customers"))


def _records(contact: Inspection, found: Preview) -> str:
    there, changed = found.total("changed", "same"), found.total("changed")
    return (
        f"The shop has {there:,} of these records already (by SKU or id): they are taken over, {changed:,} of them "
        f"would change. {contact.numbers.foreign:,} records are only in the shop and stay as they are."
    )


def _accounts(site: SiteInfo, contact: Inspection, found: Preview) -> list[str]:
    if site.values["customers"] == "off":
        return ["Customer accounts are off in both directions."]
    numbers = contact.numbers
    made = max(0, found.counts.get("customers", {}).get("new", 0) - numbers.matched)
    mails = ABILITIES[site.values["shop"]].mails_new_accounts
    posted = f"the shop will send {made:,} mails" if mails else "the shop mails nobody because of it"
    lines = [f"{made:,} customer accounts would be made in the shop; {posted}."]
    if numbers.matched:
        lines.append(
            f"{numbers.matched:,} accounts of the shop have the e-mail of a customer of EBMS and are taken over."
        )
    if numbers.accounts > numbers.matched:
        lines.append(f"{numbers.accounts - numbers.matched:,} accounts of the shop are not known to EBMS.")
    return lines


def _orders(company: CompanyInfo, site: SiteInfo, contact: Inspection) -> str:
    since = orders_from(company, site)[:16].replace("T", " ")
    numbers = contact.numbers
    least = "at least " if numbers.old_orders_more else ""
    return f"Orders placed from {since} on are taken; {least}{numbers.old_orders:,} older ones stay where they are."
