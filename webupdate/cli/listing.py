"""`webupdate orders` and `queue`: what came from the shops, and what waits to be sent to them."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator

from webupdate.cli.common import (
    Arguments,
    Commands,
    Opened,
    chosen_company,
    command,
    count,
    json_text,
    moment,
    say,
    sites_of,
)
from webupdate.keys import KEY_SEPARATOR
from webupdate.report import Exit
from webupdate.store import outbox
from webupdate.store.companies import CompanyInfo
from webupdate.store.db import Store
from webupdate.store.inbox import STATES
from webupdate.store.orderlist import Listed, listed
from webupdate.sync.shops.base import ENTITIES
from webupdate.sync.text import visible
from webupdate.sync.waiting import Queued, queued

_LONG = 400  # characters of a sentence


def add_to(commands: Commands) -> None:
    """Add the commands."""
    queue = command(commands, "queue", "what waits to be sent, and why each record has not gone yet", _queue)
    _add_common(queue)
    queue.add_argument("--entity", choices=ENTITIES, help="only records of this kind")
    orders = command(commands, "orders", "all orders, newest first, whatever became of them", _orders)
    _add_common(orders)
    orders.add_argument("--state", choices=STATES, help="only orders in this state")
    orders.add_argument("--find", default="", metavar="TEXT", help="only with this in number, buyer, e-mail or file")


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("company", nargs="?", help="may be left out if there is only one")
    parser.add_argument("--site", help="only this site's (default: all)")
    parser.add_argument("-n", type=count, default=50, metavar="N", help="so many at most (default: 50)")
    parser.add_argument("--json", action="store_true", help="as a JSON list")


def _orders(arguments: Arguments) -> int:
    with Opened(arguments) as store:
        info = chosen_company(store, arguments.company)
        site = info.site(arguments.site).id if arguments.site else None
        found = listed(store, info.id, arguments.n, site_id=site, state=arguments.state, text=arguments.find)
    if arguments.json:
        say(json_text(found))
    else:
        say("\n".join(map(_order_line, found)) or "No such order.")
    return Exit.FINE


def _order_line(order: Listed) -> str:
    mark = "⚠" if order.needs else " "
    place = f"{order.number:<6} {visible('#' + order.order):<12} {order.site}"
    bought = f"{visible(order.buyer)}  {visible(order.total, 20)}"
    file = f"  {visible(order.file)}" if order.file else ""
    error = f"  {visible(order.error, _LONG)}" if order.error else ""
    return f"{mark} {place}  {bought}  {order.state}{file}  since {moment(order.since)}{error}"


def _queue(arguments: Arguments) -> int:
    with Opened(arguments) as store:
        info = chosen_company(store, arguments.company)
        found = _waiting(store, info, arguments)
        more = sum(outbox.to_go(store, site.id, arguments.entity) for site in sites_of(info, arguments.site))
    if arguments.json:
        say(json_text(found))
    else:
        say("\n".join(_queue_lines(found, more - len(found))))
    return Exit.NEEDS_PERSON if any(one.state == "needs" for one in found) else Exit.FINE


def _waiting(store: Store, info: CompanyInfo, arguments: Arguments) -> list[Queued]:
    """Of all sites, so many as were asked for: what needs a person first."""
    found = [
        one
        for site in sites_of(info, arguments.site)
        for one in queued(store, info, site, arguments.entity, arguments.n, time.time())
    ]
    return sorted(found, key=lambda one: one.state != "needs")[: arguments.n]


def _queue_lines(found: list[Queued], more: int) -> Iterator[str]:
    for one in found:
        mark = "⚠" if one.state == "needs" else "·"
        key = visible(one.key.replace(KEY_SEPARATOR, " "), 140)
        yield f"{mark} {one.site}  {one.entity} {key}  {visible(one.why, _LONG)}"
    if more:
        yield f"{more:,} more wait; -n {len(found) + more} shows them, too."
    elif not found:
        yield "✔ Nothing waits to be sent."
