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
NAMED = 20
_WORDS = {
    "stopped": "STOPPED", "away": "NOT REACHED", "crashed": "CRASHED", "brake": "BRAKE ON",
    "conflict": "NEEDS AN ANSWER", "customer": "NEEDS AN ANSWER",
}  # fmt: skip
# What is told as one, however many there are.
_COUNTED = {"conflict": "order", "customer": "web customer"}


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
    for notice in notices:
        if notice.kind not in _COUNTED:
            yield list(_event(notice, zone))
    for kind, waiting in _counted(notices):
        since = _moment(min(notice.since for notice in waiting), zone)
        oldest = ", the oldest" if len(waiting) > 1 else ""
        yield [
            f"{_WORDS[kind]}, since {since}: {_number(waiting)}{oldest}",
            *_named(waiting),
            f"To do: {waiting[0].hint}",
        ]


def _counted(notices: Sequence[Notice]) -> Iterator[tuple[str, list[Notice]]]:
    for kind in _COUNTED:
        if found := [notice for notice in notices if notice.kind == kind]:
            yield kind, found


def _number(waiting: Sequence[Notice]) -> str:
    return f"{len(waiting):,} {_COUNTED[waiting[0].kind]}{'s' * (len(waiting) != 1)}"


def _event(notice: Notice, zone: ZoneInfo) -> Iterator[str]:
    yield f"{_WORDS[notice.kind]}, since {_moment(notice.since, zone)}"
    yield visible(notice.text, LONGEST)
    if notice.kind != "crashed" and notice.over_at is not None:
        yield f"It is over since {_moment(notice.over_at, zone)}."
    elif notice.hint:
        yield f"To do: {visible(notice.hint, LONGEST)}"


def _over(notices: Sequence[Notice], zone: ZoneInfo) -> Iterator[list[str]]:
    for notice in notices:
        if notice.kind not in _COUNTED:
            was = f"{_WORDS[notice.kind].lower()} since {_moment(notice.since, zone)}"
            yield [f"RECOVERED, since {_moment(notice.over_at, zone)} ({was})", visible(notice.text, LONGEST)]
    for _, answered in _counted(notices):
        yield [f"ANSWERED: {_number(answered)}", *_named(answered)]


def _named(waiting: Sequence[Notice]) -> Iterator[str]:
    yield from (f"  {visible(notice.text, LONGEST)}" for notice in waiting[:NAMED])
    if len(waiting) > NAMED:
        yield f"  and {len(waiting) - NAMED:,} more"


def _moment(at: float | None, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(at or 0.0, zone).strftime("%Y-%m-%d %H:%M %Z")


def _footer(name: str) -> str:
    host = visible(socket.gethostname())
    return f"Sent by webupdate {__version__} on {host}. More there: webupdate, or webupdate status"
