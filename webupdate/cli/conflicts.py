"""`webupdate conflicts`, `conflict`, `resolve` and `retry`: orders that wait, and the answers."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

from webupdate.cli import answering, orderview
from webupdate.cli.acting import act, say_if_nobody_syncs
from webupdate.cli.answering import Wanted
from webupdate.cli.common import Arguments, Commands, Opened, chosen_company, command, json_text, say, sites_of
from webupdate.cli.orderview import Waiting
from webupdate.errors import UsageError
from webupdate.report import Exit
from webupdate.store import answers, companies, history, inbox
from webupdate.store.companies import CompanyInfo
from webupdate.store.db import Store
from webupdate.store.inbox import Order
from webupdate.sync import topics
from webupdate.sync.judge import Case
from webupdate.sync.orders import OrderDesk
from webupdate.sync.text import harmless, laid_out, lines_of, visible

_DECISIONS = (topics.AGAIN, topics.REPLACE, topics.LEAVE, topics.CLOSE)
_EPILOG = """as in:
  resolve 12 --set INVEN.2=CHAI-01 --always     the web's SKU of line 2 is this item, always
  resolve 12 --set SHIP_VIA="UPS Ground" --alike   so do all that wait with the same problem now
  resolve 12 --accept UNIT_VIS.1 --skip-line 3  let line 1 pass, leave line 3 out
  resolve "#100014" --decide close              no file: somebody enters it in EBMS by hand

What can be answered, and with which words: webupdate conflict 12
"""


class Chosen(NamedTuple):
    """One order with all that is needed to look at it."""

    info: CompanyInfo
    site: str
    order: Order
    desk: OrderDesk

    @property
    def case(self) -> Case:
        return self.desk.case(self.order)


def add_to(commands: Commands) -> None:
    """Add the commands."""
    every = command(commands, "conflicts", "the orders that wait for an answer", _list)
    every.add_argument("company", nargs="?", help="may be left out if there is only one")
    every.add_argument("--site", help="only this site's (default: all)")
    every.add_argument("--json", action="store_true", help="as a JSON list")
    one = command(commands, "conflict", "one order whole: the sales order, its problems, what can be answered", _show)
    _add_number(one)
    one.add_argument("--received", action="store_true", help="what the shop sent, too")
    one.add_argument("--history", action="store_true", help="what happened to it, newest first")
    one.add_argument("--json", action="store_true", help="as one JSON object")
    _add_resolve(commands)
    again = command(commands, "retry", "try failed records again, and judge anew the orders that wait", _retry)
    again.add_argument("company", nargs="?", help="may be left out if there is only one")


def _add_number(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("number", metavar="N", help="its number here (webupdate conflicts), or the shop's as #100014")


def _add_resolve(commands: Commands) -> None:
    parser = command(commands, "resolve", "answer the problems of an order", _resolve)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = _EPILOG
    _add_number(parser)
    several: dict[str, Any] = {"action": "append", "default": []}
    parser.add_argument("--set", metavar="FIELD=VALUE", help="what it is in EBMS", **several)
    parser.add_argument("--accept", metavar="FIELD", help="import it all the same", **several)
    parser.add_argument("--skip-line", metavar="N", help="leave this line out", **several)
    parser.add_argument("--decide", choices=_DECISIONS, default="", help="what becomes of the whole order")
    scope = parser.add_mutually_exclusive_group()
    for name, text in (("always", "for all orders to come, too"), ("alike", "for all that wait with the same, too")):
        scope.add_argument(f"--{name}", dest="scope", action="store_const", const=name, default="order", help=text)


def _list(arguments: Arguments) -> int:
    with Opened(arguments) as store:
        info = chosen_company(store, arguments.company)
        entries = list(_waiting(store, info, arguments.site))
    if arguments.json:
        say(json_text(entries))
    else:
        say("\n".join(line for entry in entries for line in orderview.list_lines(entry)) or "No order waits.")
    return Exit.NEEDS_PERSON if entries else Exit.FINE


def _waiting(store: Store, info: CompanyInfo, site: str | None) -> Iterator[Waiting]:
    names = {entry.id: entry.name for entry in sites_of(info, site)}
    orders = inbox.waiting(store, info.id)
    shared = orderview.alike(orders)
    for order in orders:
        if order.site_id in names:
            yield orderview.waiting(
                store, info.name, names[order.site_id], order, orderview.told(order, shared)
            )  # fmt: skip


def _show(arguments: Arguments) -> int:
    with Opened(arguments) as store:
        chosen = _chosen(store, arguments.number)
        shared = orderview.alike(inbox.waiting(store, chosen.info.id))
        problems = orderview.told_with_answers(arguments, chosen.order, chosen.case, shared)
        entry = orderview.waiting(store, chosen.info.name, chosen.site, chosen.order, problems)
        text = _as_json(store, chosen, entry) if arguments.json else "\n".join(_lines(arguments, store, chosen, entry))
    say(text)
    return Exit.NEEDS_PERSON if inbox.needs_person(chosen.order) else Exit.FINE


def _as_json(store: Store, chosen: Chosen, entry: Waiting) -> str:
    order = chosen.order
    rows, unwritten = orderview.rows(chosen.case) if not orderview.blocking(order.problems) else ([], "")
    return json_text(
        {
            "order": entry,
            "rows": rows,
            "unwritten": unwritten,
            "draft": answers.draft(store, order.id),
            "answers": answers.in_force(store, order.id),
            "refusal": order.refusal,
            "file": order.file_name or "",
            "history": history.of_order(store, order.id),
            "received": "\n".join(_received(store, order)),
        }
    )


def _lines(arguments: Arguments, store: Store, chosen: Chosen, entry: Waiting) -> Iterator[str]:
    order = chosen.order
    yield from orderview.head(entry)
    yield from orderview.draft_lines(answers.draft(store, order.id))
    if not orderview.blocking(order.problems):
        rows, unwritten = orderview.rows(chosen.case)
        yield f"Sales order as EBMS will get it:{f' ✖ {unwritten}' if unwritten else ''}"
        yield from orderview.row_lines(rows)
    for problem in sorted(entry.problems, key=lambda problem: not problem.blocks):
        yield from orderview.problem_lines(problem)
    if not all(problem.blocks for problem in entry.problems):
        yield "What is marked ⚠ stops nothing. It can be answered as well; --json gives the commands for that."
    if arguments.history:
        yield "What happened, newest first:"
        yield from orderview.history_lines(history.of_order(store, order.id))
    if arguments.received:
        yield "What the shop sent:"
        yield from _received(store, order)


def _received(store: Store, order: Order) -> Iterator[str]:
    """What the shop sent, whole and harmless."""
    yield from map(harmless, lines_of(laid_out(inbox.received_bytes(store, order.id))))


def _resolve(arguments: Arguments) -> int:
    with Opened(arguments) as store:
        chosen = _chosen(store, arguments.number)
        given = answering.answers(_wanted(arguments), chosen.order.problems, chosen.case)
        seen = chosen.order.updated_at
        say(act(arguments, store, chosen.info, "resolve", order=chosen.order.id, answers=given, seen=seen))
        order = inbox.order(store, chosen.order.id)
    assert order is not None
    for line in _became(chosen.info, order):
        say(line)
    return Exit.NEEDS_PERSON if inbox.needs_person(order) else Exit.FINE


def _wanted(arguments: Arguments) -> Wanted:
    return Wanted(arguments.set, arguments.accept, arguments.skip_line, arguments.decide, arguments.scope)


def _became(info: CompanyInfo, order: Order) -> Iterator[str]:
    """Where the order is now, and what still stops it."""
    if order.error:
        yield f"✖ {visible(order.error, 4000)}"
    for one in answering.named(order.problems) if inbox.needs_person(order) else ():
        if one.finding.blocks:
            yield f"✖ {one.name}: {visible(one.finding.message, 4000)}"
    if order.file_name and order.written_at:
        yield f"{order.file_name} is in {order.folder}."
    elif order.state == "ready":
        waits = f"{info.name} is paused: its file is laid down once it is resumed."
        yield waits if info.paused else "Its file is laid down at the next turn: webupdate status"


def _chosen(store: Store, text: str) -> Chosen:
    """The order of that number here; else of that number in the shop, if only one has it. Raises UsageError."""
    number = text.strip().removeprefix("#")
    here = inbox.order(store, int(number)) if text.strip().isdecimal() and len(number) < 19 else None
    found = [here] if here is not None else inbox.numbered(store, number)
    if not found:
        raise UsageError(f"There is no order {visible(text)!r} here.", "Orders that wait: webupdate conflicts")
    if len(found) > 1:
        numbers = ", ".join(str(order.id) for order in found)
        raise UsageError(f"Several orders have the number {visible(text)}.", f"Say which by its number here: {numbers}")
    order = found[0]
    for info in companies.companies(store):
        for site in info.sites:
            if site.id == order.site_id:
                return Chosen(info, site.name, order, OrderDesk(store, info, site, time.time()))
    raise UsageError(f"The company of order {visible(text)!r} was removed.", "Companies: webupdate companies list")


def _retry(arguments: Arguments) -> int:
    with Opened(arguments) as store:
        info = chosen_company(store, arguments.company)
        say(f"{info.name}: {act(arguments, store, info, 'retry')}.")
        say(f"{info.name}: {act(arguments, store, info, 'rejudge')}.")
        waiting = inbox.waiting(store, info.id)
    say_if_nobody_syncs(arguments)
    return Exit.NEEDS_PERSON if waiting else Exit.FINE
