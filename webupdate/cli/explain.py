"""`webupdate explain`: why the web shows what it shows of an item, customer or order."""

from __future__ import annotations

import time

from webupdate.cli.common import Arguments, Commands, Opened, command, json_text, say, vault_of
from webupdate.errors import UsageError
from webupdate.report import Exit
from webupdate.store import companies, search
from webupdate.store.search import Hit
from webupdate.sync import connect, telling
from webupdate.sync.explain import explain, public
from webupdate.sync.text import visible

SHOWN = 20


def add_to(commands: Commands) -> None:
    """Add the command."""
    parser = command(commands, "explain", "say why the web shows what it shows of a record", _explain)
    parser.add_argument("company")
    parser.add_argument("key", help="a SKU, customer, category or order; or a part of its id, name or e-mail")
    parser.add_argument("--kind", choices=search.KINDS, help="only records of this kind")
    parser.add_argument("--offline", action="store_true", help="do not ask the shop what it shows now")
    parser.add_argument("--json", action="store_true", help="as one JSON object")


def _explain(arguments: Arguments) -> int:
    with Opened(arguments) as store:
        info = companies.company(store, arguments.company)
        hits = search.find(store, info.id, arguments.key)
        hit = _chosen(arguments, [hit for hit in hits if arguments.kind in (None, hit.kind)])
        look = None if arguments.offline else connect.looker(vault_of(arguments))
        explained = explain(store, info, hit, time.time(), look) if hit else None
    if explained is None:
        return Exit.USAGE
    if arguments.json:
        say(json_text(public(explained)))
    else:
        say("\n".join(telling.as_text(explained)))
    return Exit.NEEDS_PERSON if any(found.state == "needs" for _, found in explained.verdicts) else Exit.FINE


def _chosen(arguments: Arguments, hits: list[Hit]) -> Hit | None:
    """The record that is meant; None if several are, which are said then. Raises UsageError if there is none."""
    if not hits:
        raise UsageError(
            f"Nothing of {arguments.company} has {visible(arguments.key)!r} in its id, name, e-mail or number.",
            "Type a smaller part of it. What EBMS never exported is not known here.",
        )
    exact = [hit for hit in hits if hit.key.casefold() == arguments.key.strip().casefold()]
    if len(exact) == 1 or len(hits) == 1:
        return (exact or hits)[0]
    if arguments.json:
        say(json_text({"hits": hits}))
        return None
    for hit in hits[:SHOWN]:
        say(f"  {hit.kind:<11}{visible(hit.key):<26}{visible(hit.title)}  {visible(hit.detail)}".rstrip())
    more = f" ({len(hits) - SHOWN:,} more)" if len(hits) > SHOWN else ""
    say(f"Several records are meant{more}. Say which: its whole id, and --kind if two kinds have it.")
    return None
