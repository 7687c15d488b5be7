"""`webupdate preview` and `begin`: what would be sent, and the first permission to send it."""

from __future__ import annotations

import time
from collections.abc import Iterator

from webupdate.cli.acting import read_shop
from webupdate.cli.common import Arguments, Commands, Opened, command, json_text, say, sites_of, typed
from webupdate.errors import Stopped, UsageError
from webupdate.report import Exit
from webupdate.store import companies
from webupdate.store.companies import CompanyInfo, SiteInfo
from webupdate.store.db import Store
from webupdate.sync import firstrun
from webupdate.sync.preview import OPS, Change, Preview, preview
from webupdate.sync.shops.base import ENTITIES
from webupdate.sync.text import visible

_CUSTOMERS = {"o": "off", "u": "up", "b": "both"}
_GLYPHS = {"new": "+", "deleted": "-", "hidden": "-", "same": "="}


def add_to(commands: Commands) -> None:
    """Add the commands."""
    ahead = command(commands, "preview", "what would be sent now, field by field; sends nothing", _preview)
    ahead.add_argument("company")
    ahead.add_argument("--site", help="which site (default: all)")
    ahead.add_argument("--entity", choices=ENTITIES, help="list only records of this kind")
    ahead.add_argument("--find", default="", metavar="TEXT", help="list only records with this text")
    ahead.add_argument("--json", action="store_true", help="as a JSON list of sites")
    start = command(commands, "begin", "let a new site send and take, once its first run was seen", _begin)
    start.add_argument("company")
    start.add_argument("--site", help="which site (default: all new ones)")
    start.add_argument("--customers", choices=("off", "up", "both"), help="which way customer accounts go")
    start.add_argument("--yes", action="store_true", help="do not ask")


def _preview(arguments: Arguments) -> int:
    entries = []
    unread = False
    with Opened(arguments) as store:
        info = companies.company(store, arguments.company)
        for site in sites_of(info, arguments.site):
            failed = _look(arguments, store, info, site)
            unread |= bool(failed)
            found = preview(store, site, entity=arguments.entity or "", text=arguments.find)
            begun = site.begun_at is not None
            entries.append({"company": info.name, "site": site.name, "begun": begun, "preview": found})
            for line in () if arguments.json else _lines(store, info, site, found, failed):
                say(line)
    if arguments.json:
        say(json_text(entries))
    return Exit.UNREACHABLE if unread else Exit.FINE


def _look(arguments: Arguments, store: Store, info: CompanyInfo, site: SiteInfo) -> str:
    """Learn what the shop holds of what it was never sent; returns why that was not possible, "" if it was."""
    found = read_shop(arguments, store, info, site, "contact" if site.begun_at is None else "preview")
    return f"{found.message} {found.hint}".strip() if found.state == "failed" else ""


def _lines(store: Store, info: CompanyInfo, site: SiteInfo, found: Preview, failed: str) -> Iterator[str]:
    if failed:
        yield f"⚠ The shop could not be read, so what it was never sent is called new. {failed}"
    if info.paused:
        yield f"⚠ {info.name} is paused: what EBMS saved since then has not been read."
    for change in found.changes:
        yield from _change(change)
    if found.matching > len(found.changes):
        yield f"… and {found.matching - len(found.changes):,} more; narrow it down with --entity or --find"
    yield from _table(found)
    if site.begun_at is None:
        yield from firstrun.summary(store, info, site, found)
        yield f"Nothing is sent or taken yet. Let it begin: webupdate begin {info.name!r} --site {site.name}"


def _change(change: Change) -> Iterator[str]:
    waits = f"  ({visible(change.waits, 200)})" if change.waits else ""
    yield f"{_GLYPHS.get(change.op, '~')} {change.entity:<10} {change.name}  {change.op}{waits}"
    for field in change.fields:
        old = "" if change.op == "new" else f"{field.held or '–'} → "
        yield f"    {field.name:<10} {old}{field.wanted or '–'}"


def _table(found: Preview) -> Iterator[str]:
    if not found.counts:
        yield "Nothing waits to be sent."
        return
    yield f"{'':<12}" + "".join(f"{op:>9}" for op in OPS)
    for entity, of in found.counts.items():
        yield f"{entity:<12}" + "".join(f"{of.get(op, 0):>9,}" for op in OPS)


def _begin(arguments: Arguments) -> int:
    with Opened(arguments) as store:
        info = companies.company(store, arguments.company)
        new = [site for site in sites_of(info, arguments.site) if site.begun_at is None]
        if not new:
            raise UsageError(f"{info.name} runs already: nothing is to begin.", "See: webupdate status")
        for site in new:
            _begin_site(arguments, store, info, site)
    return Exit.FINE


def _begin_site(arguments: Arguments, store: Store, info: CompanyInfo, site: SiteInfo) -> None:
    if failed := _look(arguments, store, info, site):
        raise Stopped(f"{site.name} can't begin, since its shop could not be read: {failed}")
    found = preview(store, site, limit=0)
    say(f"{info.name}, {site.name}, {site.values['address']}")
    for line in (*_table(found), *firstrun.summary(store, info, site, found)):
        say(line)
    customers = arguments.customers or _ask_customers(arguments, store, site)
    if not arguments.yes and typed("Begin to send and take? [y/N] ").lower() not in ("y", "yes"):
        raise UsageError("Nothing has begun.", "--yes does not ask.")
    companies.begin(store, site.id, time.time(), customers)
    say(f"{site.name} begins.")


def _ask_customers(arguments: Arguments, store: Store, site: SiteInfo) -> str:
    """Accounts that exist already are off in both directions until somebody says otherwise; "" = as the property is."""
    if not firstrun.has_accounts(store, site):
        return ""
    if arguments.yes:
        return "off"
    answer = typed("The shop has customer accounts already. Leave them (o)ff, send them (u)p, or (b)oth ways? [o] ")
    return _CUSTOMERS.get(answer.lower()[:1], "off")
