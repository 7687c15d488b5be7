"""What the first run of a new site would do, in words: what a person sees before it may begin (design section 11)."""

from __future__ import annotations

from webupdate.store import inspections
from webupdate.store.companies import CompanyInfo, SiteInfo, orders_from
from webupdate.store.db import Store
from webupdate.store.inspections import Inspection, Numbers
from webupdate.sync.preview import Preview
from webupdate.sync.shops import ABILITIES
from webupdate.sync.sieve import makes_accounts


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
    ours = "The shop has none of these records yet (by SKU or id)."
    if there:
        ours = (
            f"The shop has {there:,} of these records already (by SKU or id): they are taken over, {changed:,} of them "
            "would change."
        )
    foreign = contact.numbers.foreign
    return f"{ours} {_counted(foreign, 'record')} only in the shop: left alone." if foreign else ours


def _accounts(site: SiteInfo, contact: Inspection, found: Preview) -> list[str]:
    if site.values["customers"] == "off":
        return ["Customer accounts are off in both directions."]
    numbers = contact.numbers
    lines = [_made(site, numbers, found)]
    if numbers.matched:
        lines.append(f"{_counted(numbers.matched, 'account')} of the shop with the e-mail of a customer: taken over.")
    if strange := numbers.accounts - numbers.matched:
        lines.append(f"{_counted(strange, 'account')} of the shop that EBMS does not know.")
    return lines


def _made(site: SiteInfo, numbers: Numbers, found: Preview) -> str:
    """How many accounts would be made in the shop, and how many mails that means."""
    if not makes_accounts(site):
        return (
            "No customer account is made in the shop, and nobody is mailed, since Make accounts is off in Properties: "
            f"{_counted(numbers.lacking, 'customer')} of EBMS would get one, and {_counted(numbers.lacking, 'mail')}."
        )
    made = max(0, found.counts.get("customers", {}).get("new", 0) - numbers.matched)
    mails = ABILITIES[site.values["shop"]].mails_new_accounts
    posted = f"the shop will send {_counted(made, 'mail')}" if mails else "the shop mails nobody because of it"
    return f"{_counted(made, 'customer account')} would be made in the shop; {posted}."


def _orders(company: CompanyInfo, site: SiteInfo, contact: Inspection) -> str:
    since = orders_from(company, site)[:16].replace("T", " ")
    numbers = contact.numbers
    least = "at least " if numbers.old_orders_more else ""
    taken = f"Orders placed from {since} on are taken"
    if not numbers.old_orders and not numbers.old_orders_more:
        return f"{taken}; there are no older ones."
    return f"{taken}; {least}{numbers.old_orders:,} older left where they are."


def _counted(count: int, one: str) -> str:
    return f"{count:,} {one}" + ("" if count == 1 else "s")
