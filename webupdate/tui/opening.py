"""`webupdate --open conflicts[/COMPANY[/ORDER]]`: which screens stand on each other at the start."""

from __future__ import annotations

from typing import NamedTuple

from webupdate.errors import UsageError
from webupdate.store import companies, inbox
from webupdate.store.companies import CompanyInfo
from webupdate.store.db import Store
from webupdate.store.inbox import Order
from webupdate.sync.text import visible

_LOOKS_LIKE = "It looks like conflicts, conflicts/COMPANY or conflicts/COMPANY/ORDER."


class Target(NamedTuple):
    """The list of orders of a site's company, and the order whose stepper opens, if any."""

    site_id: int
    order: Order | None


def target(store: Store, text: str) -> Target | None:
    """What `text` names; None for the first screen, where no order waits. Raises UsageError if it names nothing."""
    place, _, rest = text.partition("/")
    if place != "conflicts":
        raise UsageError(f"--open knows no screen “{visible(text)}”.", _LOOKS_LIKE)
    if not rest:
        return _first(store)
    company = _company(store, rest)
    number = rest.removeprefix(company.name).removeprefix("/")
    order = _order(store, company, number) if number else None
    return Target(order.site_id if order else _site(store, company), order)


def _first(store: Store) -> Target | None:
    """The first company in which an order waits; Escape leads to the others."""
    found = [company for company in companies.companies(store) if inbox.waiting(store, company.id, 1)]
    return Target(_site(store, found[0]), None) if found else None


def _site(store: Store, company: CompanyInfo) -> int:
    """The site whose orders come first."""
    waiting = inbox.waiting(store, company.id, 1)
    return waiting[0].site_id if waiting else company.sites[0].id


def _company(store: Store, rest: str) -> CompanyInfo:
    """The company at the beginning of `rest`; its name may hold a slash itself."""
    known = companies.companies(store)
    fitting = [company for company in known if rest == company.name or rest.startswith(f"{company.name}/")]
    if not fitting:
        name = rest.partition("/")[0]
        there = ", ".join(company.name for company in known)
        hint = f"There are: {there}." if there else "There is none yet. Make one: webupdate companies add --help"
        raise UsageError(f"There is no company “{visible(name)}”.", hint)
    return max(fitting, key=lambda company: len(company.name))


def _order(store: Store, company: CompanyInfo, text: str) -> Order:
    """The order of that number in the shop, else of that number here."""
    number = text.removeprefix("#")
    waiting = inbox.waiting(store, company.id)
    found = [order for order in waiting if order.number == number] or [
        order for order in waiting if str(order.id) == number
    ]
    if not found:
        hint = f'Those that wait: webupdate --open "{visible(f"conflicts/{company.name}")}"'
        raise UsageError(f"No order “{visible(text)}” of {company.name} waits for an answer.", hint)
    return found[-1]
