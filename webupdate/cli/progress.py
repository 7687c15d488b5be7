"""`webupdate progress` and `problems`: what each action of a site did last, and the records that need a person."""

from __future__ import annotations

import time
from collections.abc import Iterator

from webupdate.cli.common import Arguments, Commands, Opened, chosen_company, command, json_text, moment, say, sites_of
from webupdate.report import Exit, exit_code, of_company
from webupdate.store import board, companies, exports, outbox
from webupdate.store.companies import CompanyInfo
from webupdate.store.db import Store
from webupdate.store.snapshot import SiteView, StatusRow, snapshot
from webupdate.sync.entities import FILES
from webupdate.sync.shops.base import ENTITIES
from webupdate.sync.text import visible

_LABELS = dict((*board.ACTIONS, *board.ERRANDS))
_GLYPHS = {"done": "✔", "working": "⟳", "failed": "⚠", "stopped": "✖"}
_MOST = 1000  # records of a site


def add_to(commands: Commands) -> None:
    """Add the commands."""
    progress = command(commands, "progress", "what each action of a site did last, and does now", _progress)
    progress.add_argument("company", nargs="?", help="may be left out if there is only one")
    progress.add_argument("--site", help="only this site's (default: all)")
    progress.add_argument("--json", action="store_true", help="as a JSON list of sites")
    wrong = command(commands, "problems", "what is wrong in the export files, and records that can't go", _problems)
    wrong.add_argument("company")
    names = sorted({*FILES, *ENTITIES})
    wrong.add_argument("--only", choices=names, metavar="NAME", help=f"only of this file or kind: {', '.join(names)}")
    wrong.add_argument("--json", action="store_true", help="as a JSON list")


def _progress(arguments: Arguments) -> int:
    with Opened(arguments) as store:
        info = chosen_company(store, arguments.company)
        wanted = {site.id for site in sites_of(info, arguments.site)}
        now = of_company(snapshot(store, time.time()), info.id)
    sites = [site for company in now.companies for site in company.sites if site.id in wanted]
    if arguments.json:
        say(json_text(sites))
    else:
        say("\n".join(line for site in sites for line in _site_lines(site)))
    return exit_code(now)


def _site_lines(site: SiteView) -> Iterator[str]:
    yield f"{site.name}  {site.address}"
    known = {row.action: row for row in site.rows}
    for action, label in _LABELS.items():
        if (row := known.get(action)) is not None:
            yield from _row_lines(label, row)
        elif action in dict(board.ACTIONS):
            yield f"  · {label:<18} has not run yet"


def _row_lines(label: str, row: StatusRow) -> Iterator[str]:
    done = f"{row.done:,} of {row.total:,}" if row.total and row.total != row.done else f"{row.done:,}"
    rate = f"  {row.rate:,.0f}/s" if row.state == "working" and row.rate else ""
    at = "now" if row.state == "working" else moment(row.at)
    yield f"  {_GLYPHS.get(row.state, '·')} {label:<18} {done:<16} {at:<16}{rate}  {visible(row.message, 400)}".rstrip()
    if row.hint:
        yield f"      → {visible(row.hint, 400)}"


def _problems(arguments: Arguments) -> int:
    with Opened(arguments) as store:
        info = companies.company(store, arguments.company)
        found = [one for one in _wrong(store, info) if arguments.only in (None, one["of"])]
    if arguments.json:
        say(json_text(found))
        return Exit.NEEDS_PERSON if found else Exit.FINE
    for entry in found:
        say(f"⚠ {entry['message']} {entry['hint']}".rstrip())
    if not found:
        say("✔ Nothing is wrong in the files, and no record needs you.")
    return Exit.NEEDS_PERSON if found else Exit.FINE


def _wrong(store: Store, info: CompanyInfo) -> Iterator[dict[str, object]]:
    """Rows of the files first, then records of each site. `of`: the file or kind."""
    for file, one in exports.complaints(store, info.id):
        yield {"where": file, "of": file, "line": one.line, "key": one.key, "message": one.message, "hint": one.hint}
    for site in info.sites:
        for row in outbox.errors(store, site.id, _MOST):
            place = {"where": site.name, "of": row.entity, "line": 0, "key": row.key}
            yield {**place, "message": row.error or "", "hint": ""}
