"""`webupdate companies`: companies, their sites and properties."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping

from webupdate.cli import companyfile, sync
from webupdate.cli.common import Arguments, Commands, Opened, command, group, json_text, pairs, say, typed, vault_of
from webupdate.errors import UsageError
from webupdate.report import Exit
from webupdate.store import companies
from webupdate.store.companies import CompanyInfo
from webupdate.store.properties import BY_NAME, PROPERTIES


def add_to(commands: Commands) -> None:
    """Add the command and its verbs."""
    verbs = group(commands, "companies", "make, list and change companies")
    names = "\n".join(f"  {p.name:<16} {p.help}" for p in PROPERTIES)
    add = command(verbs, "add", "make a company", _add, notes=f"properties:\n{names}")
    add.add_argument("values", nargs="+", metavar="PROPERTY=VALUE")
    site = command(verbs, "add-site", "give a company another web site; it fills itself", _add_site)
    site.add_argument("company")
    site.add_argument("values", nargs="+", metavar="PROPERTY=VALUE", help="site=NAME address=https://… token=-")
    listed = command(verbs, "list", "list companies and their sites", _list)
    listed.add_argument("--json", action="store_true")
    listed.add_argument("--names", action="store_true", help=argparse.SUPPRESS)  # for the shells' completion
    change = command(verbs, "set", "change properties of a company", _set)
    change.add_argument("company")
    change.add_argument("values", nargs="+", metavar="PROPERTY=VALUE")
    change.add_argument("--site", help="which site (default: the first)")
    get = command(verbs, "get", "show properties of a company (never secrets)", _get)
    get.add_argument("company")
    get.add_argument("property", nargs="?")
    get.add_argument("--site", help="which site (default: the first)")
    get.add_argument("--json", action="store_true", help="as one JSON object")
    companyfile.add_to(verbs)
    test = command(verbs, "test", "test the connection to a company's shops", _test)
    test.add_argument("company")
    for verb, run in (("pause", sync.pause), ("resume", sync.resume)):
        command(verbs, verb, f"{verb} a company", run).add_argument("company")
    remove = command(verbs, "remove", "forget a company; its files and shop stay", _remove)
    remove.add_argument("company")
    remove.add_argument("--yes", action="store_true", help="do not ask")


def _add(arguments: Arguments) -> int:
    values = pairs(arguments.values)
    with Opened(arguments) as store:
        info = companies.add(store, vault_of(arguments), values)
    say(f"{info.name} is made. Test it: webupdate companies test {info.name!r}")
    return Exit.FINE


def _add_site(arguments: Arguments) -> int:
    values = pairs(arguments.values)
    with Opened(arguments) as store:
        info = companies.company(store, arguments.company)
        made = companies.add_site(store, vault_of(arguments), info, values).sites[-1]
    say(
        f"{made.name} is a site of {info.name} now. Nothing is sent to it before you let it begin: "
        f"webupdate begin {info.name!r} --site {made.name}"
    )
    return Exit.FINE


def _list(arguments: Arguments) -> int:
    with Opened(arguments) as store:
        known = companies.companies(store)
    if arguments.json:
        say(json_text([_public(info) for info in known]))
        return Exit.FINE
    if arguments.names:
        sys.stdout.writelines(f"{info.name}\n" for info in known)
        return Exit.FINE
    for info in known:
        say(f"{info.name}{'  (paused)' if info.paused else ''}")
        for site in info.sites:
            say(f"  {site.name:<20} {site.values['address']}")
    if not known:
        say("No company yet. Make one: webupdate companies add --help")
    return Exit.FINE


def _public(info: CompanyInfo) -> dict[str, object]:
    return {
        "name": info.name,
        "paused": info.paused,
        "values": info.values,
        "sites": [{"name": site.name, "values": site.values} for site in info.sites],
    }


def _set(arguments: Arguments) -> int:
    values = pairs(arguments.values)
    with Opened(arguments) as store:
        info = companies.company(store, arguments.company)
        companies.change(store, vault_of(arguments), info, values, arguments.site)
    return Exit.FINE


def _get(arguments: Arguments) -> int:
    with Opened(arguments) as store:
        info = companies.company(store, arguments.company)
    site = info.site(arguments.site) if arguments.site else info.sites[0]
    values = {**info.values, **site.values}
    if arguments.property is not None:
        values = {arguments.property: _shown(arguments.property, values)}
    if arguments.json:
        say(json_text(values))
    elif arguments.property is not None:
        say(values[arguments.property])
    else:
        say("\n".join(f"{name}={value}" for name, value in values.items()))
    return Exit.FINE


def _shown(name: str, values: Mapping[str, str]) -> str:
    """The value of a property. Raises UsageError if there is none of that name, and for a secret."""
    entry = BY_NAME.get(name)
    if entry is None:
        raise UsageError(f"There is no property {name!r}.", f"Properties: {', '.join(BY_NAME)}")
    if entry.kind == "secret":
        raise UsageError(f"{entry.label} is a secret and is never shown.", "Set a new one: webupdate companies set")
    return values[name]


def _test(arguments: Arguments) -> int:
    from webupdate.sync.connect import try_connection

    with Opened(arguments) as store:
        info = companies.company(store, arguments.company)
        vault = vault_of(arguments)
        for site in info.sites:
            found = try_connection(site.values, vault.unlock(site.secrets))
            ahead = round(found.clock - time.time())
            clock = "its clock is right" if abs(ahead) < 5 else f"its clock is {ahead:+d} s off"
            say(f"✔ {site.name}: {found.name} {found.version} at {site.values['address']}, {clock}")
    return Exit.FINE


def _remove(arguments: Arguments) -> int:
    with Opened(arguments) as store:
        info = companies.company(store, arguments.company)
        if not arguments.yes and typed(f"Type the name to forget {info.name!r}: ") != info.name:
            raise UsageError("Nothing was removed.", "The name was not typed as it is; --yes does not ask.")
        companies.remove(store, info)
    return Exit.FINE
