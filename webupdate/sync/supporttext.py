"""What support reads: one message for a company and turn, with all that happened in it."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from webupdate import __version__
from webupdate.store.companies import CompanyInfo
from webupdate.store.notices import Notice
from webupdate.sync.text import visible

LONGEST = 500  # characters of one text
ORDERS_NAMED = 20
_WORDS = {"stopped": "STOPPED", "crashed": "CRASHED", "brake": "BRAKE ON", "conflict": "NEEDS AN ANSWER"}


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A message in plain text. `kind`: failure, or success for what is over."""

    title: str
    body: str
    kind: Literal["failure", "success", "info"] = "failure"


def message(company: CompanyInfo, notices: Sequence[Notice], now: float) -> Message:
    """All that support is to be told of a company."""
    lasting = [notice for notice in notices if notice.told_at is None]
    over = [notice for notice in notices if notice.told_at is not None]
    zone = ZoneInfo(company.values["time_zone"])
    blocks = [*_lasting(lasting, zone), *_over(over, zone)]
    name = visible(company.name)
    more = f" and {len(blocks) - 1} more" if len(blocks) > 1 else ""
    return Message(
        title=f"webupdate, {name}: {blocks[0][0].partition(',')[0].lower()}{more}",
        body="\n\n".join([f"{name}, {_moment(now, zone)}", *("\n".join(block) for block in blocks), _footer(name)]),
        kind="failure" if lasting else "success",
    )


def test_message(name: str, now: float) -> Message:
    """What the Test button sends."""
    return Message(
        title=f"webupdate, {visible(name)}: test",
        body=f"This is a test: whoever reads it is told when the sync of {visible(name)} stops.\n\n{_footer(name)}",
        kind="info",
    )


def _lasting(notices: Sequence[Notice], zone: ZoneInfo) -> Iterator[list[str]]:
    orders = [notice for notice in notices if notice.kind == "conflict"]
    for notice in notices:
        if notice.kind != "conflict":
            yield list(_event(notice, zone))
    if orders:
        since = _moment(min(order.since for order in orders), zone)
        what = f"{len(orders):,} orders, the oldest" if len(orders) > 1 else "1 order"
        yield [f"{_WORDS['conflict']}, since {since}: {what}", *_named(orders), f"To do: {orders[0].hint}"]


def _event(notice: Notice, zone: ZoneInfo) -> Iterator[str]:
    yield f"{_WORDS[notice.kind]}, since {_moment(notice.since, zone)}"
    yield visible(notice.text, LONGEST)
    if notice.kind != "crashed" and notice.over_at is not None:
        yield f"It is over since {_moment(notice.over_at, zone)}."
    elif notice.hint:
        yield f"To do: {visible(notice.hint, LONGEST)}"


def _over(notices: Sequence[Notice], zone: ZoneInfo) -> Iterator[list[str]]:
    for notice in notices:
        if notice.kind != "conflict":
            was = f"{_WORDS[notice.kind].lower()} since {_moment(notice.since, zone)}"
            yield [f"RECOVERED, since {_moment(notice.over_at, zone)} ({was})", visible(notice.text, LONGEST)]
    orders = [notice for notice in notices if notice.kind == "conflict"]
    if orders:
        yield [f"ANSWERED: {len(orders):,} order{'s' * (len(orders) != 1)}", *_named(orders)]


def _named(orders: Sequence[Notice]) -> Iterator[str]:
    yield from (f"  {visible(order.text, LONGEST)}" for order in orders[:ORDERS_NAMED])
    if len(orders) > ORDERS_NAMED:
        yield f"  and {len(orders) - ORDERS_NAMED:,} more"


def _moment(at: float | None, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(at or 0.0, zone).strftime("%Y-%m-%d %H:%M %Z")


def _footer(name: str) -> str:
    host = visible(socket.gethostname())
    return f"Sent by webupdate {__version__} on {host}. More there: webupdate, or webupdate status"
