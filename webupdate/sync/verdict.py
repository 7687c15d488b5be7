"""Why the web shows what it shows of a record, in one sentence. Pure: all that is known goes in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from webupdate.store import queue
from webupdate.store.exports import Complaint
from webupdate.store.records import Trace
from webupdate.store.rows import Row
from webupdate.sync.compare import Field
from webupdate.sync.text import visible


class Verdict(Struct, frozen=True):
    """`state`: ok, hidden, waits, needs, differs or off (not for the web); `text`: one sentence."""

    state: str
    text: str


class Source(Struct, frozen=True, kw_only=True):
    """A record's row in the export: the file as it was read last, and the columns that are kept of it."""

    file: str
    line: int
    saved_at: float
    read_at: float
    facts: dict[str, str]

    @property
    def place(self) -> str:
        return f"{self.file} line {self.line:,}"


class Case(Struct, frozen=True, kw_only=True):
    """All that a verdict on one record of one site needs."""

    row: Row | None
    trace: Trace
    source: Source | None
    complaint: Complaint | None = None
    left: str = ""  # why the export's record is not for the web, or not for this site
    holds: str = ""  # what holds the sending of it or of the whole site
    parent_there: bool = True
    asked: bool = False  # whether the shop was asked what it shows
    shows: bool = True  # whether it has anything under the key
    differs: tuple[Field, ...] = ()
    now: float = 0
    zone: str = "UTC"

    def clock(self, at: float) -> str:
        """The time of day where the company is, with the day if it was another one."""
        moment, today = (datetime.fromtimestamp(time, ZoneInfo(self.zone)) for time in (at, self.now))
        return f"{moment:%H:%M}" if moment.date() == today.date() else f"{moment:%Y-%m-%d %H:%M}"


def verdict(case: Case) -> Verdict:
    """The sentence for a record."""
    row = case.row
    if row is None or (row.seen is None and row.sent is None):
        return _never_sent(case)
    if row.error is not None and row.seen != row.sent:
        return Verdict("needs", f"Refused: {row.error}")
    if row.seen != row.sent:
        return Verdict("waits", _waits(case, row))
    if case.complaint is not None:
        text = f"Old: the shop shows what was exported before. Now the row can't be used: {case.complaint.message}"
        return Verdict("needs", text)
    return _at_rest(case, row)


def _never_sent(case: Case) -> Verdict:
    if case.complaint is not None:
        return Verdict("needs", f"Not sent: {case.complaint.message}")
    if case.source is None:
        return Verdict("off", "Unknown: EBMS's export does not have it, and it was never sent to this shop.")
    if case.left:
        return Verdict("off", f"Not on the web: {case.left} ({case.source.place}).")
    return Verdict("waits", "Waits: " + (case.holds or "it goes with the next reading of the export."))


def _waits(case: Case, row: Row) -> str:
    """Why it has not gone; the first reason that holds."""
    if case.holds:
        return f"Waits: {case.holds}"
    if row.op == "put" and row.payload is None:
        return "Waits: its content comes with the next good reading of the export."
    if not case.parent_there:
        parent = visible(row.parent_key or "")
        return f"Waits: after {row.parent_entity} {parent}, which is not in the shop or goes again itself."
    if case.trace.next_try > case.now:
        at = case.clock(case.trace.next_try)
        return f"Waits: next try at {at} (number {row.tries + 1:,}): the shop did not take it so far."
    again = ", though the shop may have it already" if row.sent == queue.AGAIN else ""
    return f"Waits: it is to be sent{again}; what was saved last goes first."


def _at_rest(case: Case, row: Row) -> Verdict:
    """Nothing is to be sent: what the shop shows is what it should, unless somebody else changed it."""
    if row.seen is None:
        return Verdict("off", f"Not in the shop: {_why_gone(case)}.")
    if case.asked and not case.shows and row.seen != queue.HIDDEN:
        return Verdict("differs", "Differs: the shop has nothing under this id any more; was it deleted there?")
    if case.differs:
        return Verdict("differs", _differences(case.differs))
    if row.seen == queue.HIDDEN:
        return Verdict("hidden", f"Hidden: {_why_gone(case)}.")
    if row.hidden and case.source is not None:
        return Verdict("hidden", f"Hidden: {_why_hidden(case.source.facts)} in {case.source.place}.")
    return Verdict("ok", _in_step(case))


def _differences(fields: tuple[Field, ...]) -> str:
    first = fields[0]
    more = f" (and {len(fields) - 1:,} more fields)" if len(fields) > 1 else ""
    held, wanted = first.held or "nothing", first.wanted or "nothing"
    return f"Differs: the shop shows {first.name} {held}, EBMS says {wanted}{more}; another program changed it?"


def _why_gone(case: Case) -> str:
    if case.left and case.source is not None:
        return f"{case.left} ({case.source.place})"
    return "it has left the export" if case.source is None else "EBMS's record is not for this shop"


def _why_hidden(facts: Mapping[str, str]) -> str:
    if facts.get("INACTIVE") == "T":
        return "INACTIVE is T"
    return f"SHOW_WEB is {facts.get('SHOW_WEB') or 'empty'}"


def _in_step(case: Case) -> str:
    source = case.source
    what = f"what EBMS exported at {case.clock(source.saved_at)}" if source else "what EBMS exported last"
    if case.asked:
        return f"In step: the shop shows {what}."
    at = f" at {case.clock(case.trace.at)}" if case.trace.at else ""
    return f"In step as far as is known: the shop acknowledged{at} {what}."
