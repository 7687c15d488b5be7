"""A company's properties as a file: taken to another machine, or kept. It never has secrets."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from webupdate.errors import UsageError
from webupdate.store import companies
from webupdate.store.companies import CompanyInfo, check_values
from webupdate.store.db import Store
from webupdate.store.properties import BY_NAME, PROPERTIES
from webupdate.store.secrets import Vault
from webupdate.sync.text import visible

_Scope = Literal["company", "site"]


class Described(msgspec.Struct, frozen=True, kw_only=True):
    """A company as a file describes it: property names and values, in the order of the sites."""

    company: dict[str, str]
    sites: list[dict[str, str]]


def described(info: CompanyInfo) -> Described:
    """A company that there is."""
    return Described(company=info.values, sites=[site.values for site in info.sites])


def read(text: str) -> Described:
    """What a file says, as JSON or TOML, not checked yet. Raises UsageError if it is neither, or not built so."""
    try:
        found: Any = msgspec.json.decode(text) if text.lstrip().startswith("{") else tomllib.loads(text)
        return msgspec.convert(_worded(found), Described)
    except (msgspec.DecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(
            f"It is no description of a company: {visible(str(error), 300)}.",
            'It has "company" with properties and "sites" with a list of them: see webupdate companies export',
        ) from error


def _worded(value: Any) -> Any:
    """Values as they are typed: TOML and JSON know numbers and truth."""
    match value:
        case dict():
            return {name: _worded(inner) for name, inner in value.items()}
        case list():
            return [_worded(inner) for inner in value]
        case bool():
            return "yes" if value else "no"
        case int():
            return str(value)
    return value


def faults(found: Described) -> list[str]:
    """All that is wrong with a description, each with its place; none if it can be taken."""
    wrong = [f"company: {text}" for text in _faults_of(found.company, "company")]
    for number, values in enumerate(found.sites, 1):
        wrong += [f"site {number}: {text}" for text in _faults_of(values, "site")]
    names = Counter(_site_name(values) for values in found.sites)
    wrong += [f"sites: {visible(name)!r} is there {count:,} times." for name, count in names.items() if count > 1]
    return wrong if found.sites else [*wrong, "sites: there is none; a company has one at least."]


def _site_name(values: dict[str, str]) -> str:
    return values.get("site") or BY_NAME["site"].default


def _faults_of(values: dict[str, str], scope: _Scope) -> Iterator[str]:
    for entry in PROPERTIES:
        needed = entry.required and not entry.default and entry.scope == scope and entry.kind != "secret"
        if needed and not values.get(entry.name):
            yield f"{entry.name} is missing."
    complaints = check_values({name: value for name, value in values.items() if value})
    for name in values:
        known = BY_NAME.get(name)
        if known is not None and known.kind == "secret":
            yield f"{name} is a secret; take it out of the file, it is entered afterwards."
        elif known is not None and known.scope != scope:
            yield f"{name} belongs to the {known.scope}."
        elif name in complaints:
            yield f"{visible(name)}: {visible(complaints[name], 300)}"


def take(store: Store, vault: Vault, found: Described) -> CompanyInfo:
    """Make the company, or change the one of that name; its sites that the file lacks stay as they are.

    `found` has no faults. New sites lack their secrets.
    """
    name = found.company["name"].lower()
    with store.writing():
        info = next((one for one in companies.companies(store) if one.name.lower() == name), None)
        for values in found.sites:
            info = _take_site(store, vault, info, found.company, values)
    assert info is not None
    return info


def _take_site(
    store: Store, vault: Vault, info: CompanyInfo | None, company: dict[str, str], site: dict[str, str]
) -> CompanyInfo:
    if info is None:
        return companies.add(store, vault, {**company, **site}, secrets_later=True)
    name = _site_name(site).lower()
    if all(known.name != name for known in info.sites):
        info = companies.add_site(store, vault, info, site, secrets_later=True)
    return companies.change(store, vault, info, {**company, **site}, name)
