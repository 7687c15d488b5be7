"""`webupdate orders` and `queue`: what came from the shops, and what waits to be sent to them."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator

import msgspec

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
from webupdate.store.orderlist import WAYS, Listed, page
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
    orders.add_argument("--state", choices=WAYS, help="only orders that are there on their way")
    orders.add_argument("--find", default="", metavar="TEXT", help="only with this in number, buyer or e-mail")


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("company", nargs="?", help="may be left out if there is only one")
    parser.add_argument("--site", help="only this site's (default: all)")
    parser.add_argument("-n", type=count, default=50, metavar="N", help="so many at most (default: 50)")
    parser.add_argument("--json", action="store_true", help="as a JSON list")


def _orders(arguments: Arguments) -> int:
    with Opened(arguments) as store:
        info = chosen_company(store, arguments.company)
        site = info.site(arguments.site).id if arguments.site else None
        found = page(store, info.id, arguments.state or "", arguments.find, arguments.n, site_id=site)
    names = {entry.id: entry.name for entry in info.sites}
    if arguments.json:
        say(json_text([msgspec.structs.asdict(order) | {"site": names[order.site_id]} for order in found]))
    else:
        say("\n".join(_order_line(order, names[order.site_id]) for order in found) or "No such order.")
    return Exit.FINE


def _order_line(order: Listed, site: str) -> str:
    mark = "⚠" if order.way == "waits" else " "
    place = f"{order.id:<6} {visible('#' + order.number):<12} {site}"
    bought = f"{visible(order.buyer)}  {visible(order.total, 20)}"
    file = f"  {visible(order.file_name)}" if order.file_name else ""
    return f"{mark} {place}  {bought}  {order.way}{file}  since {moment(order.since)}"


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
        for one in queued(store, info, site, arguments.entity or "", arguments.n, time.time())
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
