"""`webupdate companies`: companies, their sites and properties."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping

from webupdate.cli import companyfile, sync
from webupdate.cli.acting import act
from webupdate.cli.common import (
    Arguments,
    Commands,
    Opened,
    command,
    group,
    json_text,
    pairs,
    say,
    sites_of,
    typed,
    vault_of,
)
from webupdate.errors import UsageError, WebUpdateError
from webupdate.report import Exit
from webupdate.store import companies
from webupdate.store.companies import CompanyInfo, SiteInfo
from webupdate.store.db import Store
from webupdate.store.overlaps import Own
from webupdate.store.properties import BY_NAME, PROPERTIES
from webupdate.sync.text import visible


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
    test.add_argument("site", nargs="?", help="which site (default: all)")
    for verb, run in (("pause", sync.pause), ("resume", sync.resume)):
        command(verbs, verb, f"{verb} a company", run).add_argument("company")
    remove = command(verbs, "remove", "forget a company; its files and shop stay", _remove)
    remove.add_argument("company")
    remove.add_argument("--yes", action="store_true", help="do not ask")


def _add(arguments: Arguments) -> int:
    values = pairs(arguments.values)
    with Opened(arguments) as store:
        info = companies.add(store, vault_of(arguments), values)
        _say_doubts(store, values, Own(info.id, info.sites[0].id))
    say(f"{info.name} is made. Test it: webupdate companies test {info.name!r}")
    return Exit.FINE


def _add_site(arguments: Arguments) -> int:
    values = pairs(arguments.values)
    with Opened(arguments) as store:
        info = companies.company(store, arguments.company)
        made = companies.add_site(store, vault_of(arguments), info, values).sites[-1]
        _say_doubts(store, values, Own(info.id, made.id))
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
        made = companies.change(store, vault_of(arguments), info, values, arguments.site)
        site = info.site(arguments.site) if arguments.site else info.sites[0]
        _say_doubts(store, values, Own(made.id, site.id))
    return Exit.FINE


def _say_doubts(store: Store, values: dict[str, str], own: Own) -> None:
    """What the form marks with ⚠: it was saved all the same."""
    for one in companies.remarks(store, values, own):
        if not one.wrong:
            say(f"⚠ {one.name}: {visible(one.text, 300)}", sys.stderr)


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
    """Carried out here, whoever runs the sync; without the right to the key by the engine."""
    with Opened(arguments) as store:
        info = companies.company(store, arguments.company)
        codes = [_try(arguments, store, info, site) for site in sites_of(info, arguments.site)]
    return max(codes, key=[Exit.FINE, Exit.USAGE, Exit.UNREACHABLE].index)


def _try(arguments: Arguments, store: Store, info: CompanyInfo, site: SiteInfo) -> Exit:
    from webupdate.sync.connect import try_connection

    vault = vault_of(arguments)
    try:
        if vault.closed is not None:
            found = act(arguments, store, info, "test", site=site.name)
        else:
            found = try_connection(site.values, vault.unlock(site.secrets))
    except WebUpdateError as error:
        say(f"✖ {site.name}: {error.message}", sys.stderr)
        if error.hint:
            say(f"  {error.hint}", sys.stderr)
        return Exit.USAGE if isinstance(error, UsageError) else Exit.UNREACHABLE
    say(f"✔ {site.name}: {found}")
    return Exit.FINE


def _remove(arguments: Arguments) -> int:
    with Opened(arguments) as store:
        info = companies.company(store, arguments.company)
        if not arguments.yes and typed(f"Type the name to forget {info.name!r}: ") != info.name:
            raise UsageError("Nothing was removed.", "The name was not typed as it is; --yes does not ask.")
        companies.remove(store, info)
    return Exit.FINE
