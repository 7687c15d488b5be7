"""What the export files say of each other: told once all files of a save are there, in whatever order they came."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from webupdate.keys import KEY_SEPARATOR
from webupdate.store import exports, references
from webupdate.store.companies import CompanyInfo
from webupdate.store.db import Store
from webupdate.store.exports import Complaint
from webupdate.store.references import Dangling
from webupdate.sync.sieve import Sieve
from webupdate.sync.text import visible

# Under this name the complaints are kept: they belong to no file alone.
NAME = "references"
ASKED = frozenset(("categories", "inventory", "prices"))
NAMED_AT_MOST = 20  # more of one kind are one mistake, told in one sentence


def check(store: Store, company: CompanyInfo, now: float, *, quiet: bool) -> None:
    """Complain of items in no category, prices of no item and shown items without a price; forget earlier ones.

    Unless all is `quiet`, other files of this save may still come: then nothing new is told, only what is over goes.
    """
    found: list[Complaint] = []
    if _have(store, company, "categories", "inventory"):
        found += _told(references.unknown_categories(store, company.id), "TREE_ID", _no_category)
    if _have(store, company, "inventory", "prices"):
        found += _told(references.unknown_items(store, company.id), "ID", _no_item)
        for level in dict.fromkeys(site.values["price_level"] for site in company.sites):
            found += _told(_unpriced(store, company, level), "LEVEL", partial(_no_price, level))
    before = {(one.key, one.field, one.seen) for _, one in exports.complaints(store, company.id, NAME)}
    told = found if quiet else [one for one in found if (one.key, one.field, one.seen) in before]
    with store.writing():
        exports.set_complaints(store, company.id, NAME, told, now)


def _have(store: Store, company: CompanyInfo, *files: str) -> bool:
    return all(exports.has_file(store, company.id, file) for file in files)


def _unpriced(store: Store, company: CompanyInfo, level: str) -> list[Dangling]:
    """Only of items that go to a site of that level."""
    found = references.unpriced_items(store, company.id, level)
    sieves = [Sieve(store, company, site, {}) for site in company.sites if site.values["price_level"] == level]
    if any(not sieve.filter.terms for sieve in sieves):
        return found
    return [
        entry
        for entry in found
        if any(sieve.takes(exports.facts(store, company.id, "inventory", entry.key)) for sieve in sieves)
    ]


def _told(found: Sequence[Dangling], field: str, sentence: Callable[[Dangling], tuple[str, str]]) -> list[Complaint]:
    named = [
        Complaint(
            line=entry.line, key=entry.key, field=field, seen=visible(entry.names), message=message, hint=hint
        )
        for entry in found[:NAMED_AT_MOST]
        for message, hint in [sentence(entry)]
    ]  # fmt: skip
    if len(found) > NAMED_AT_MOST:
        rest = f"The same goes for {len(found) - NAMED_AT_MOST:,} more records of {found[0].file}."
        named.append(Complaint(line=0, field=field, message=rest, hint=named[-1].hint))
    return named


def _no_category(entry: Dangling) -> tuple[str, str]:
    category = visible(entry.names)
    return (
        f"inventory, row {entry.line}, {visible(entry.key)}: TREE_ID {category} is in no categories export. It waits.",
        "Export that category too, or give the item another in EBMS.",
    )


def _no_item(entry: Dangling) -> tuple[str, str]:
    shown = visible(entry.key.replace(KEY_SEPARATOR, " "))
    return (
        f"prices, row {entry.line}, {shown}: item {visible(entry.names)} is in no inventory export. The price waits.",
        "Export that item too, or leave its prices out.",
    )


def _no_price(level: str, entry: Dangling) -> tuple[str, str]:
    return (
        f"inventory, row {entry.line}: item {visible(entry.key)} is shown but has no price for level {visible(level)}. "
        "Nobody can buy it.",
        "Add the price in EBMS and save the prices export.",
    )
