"""A line of the lists behind a stage of Synchronization Progress, as a plain value."""

from __future__ import annotations

import re
from typing import NamedTuple

from webupdate.keys import KEY_SEPARATOR
from webupdate.store import search
from webupdate.store.exports import Complaint
from webupdate.tui import view
from webupdate.tui.stages import FILES_OF_ITEMS, LEVELS

# What a message about a line of a file begins with: "prices.csv, row 2, CHAI-01 / Retail / EA: ".
_WHERE = re.compile(r"^[\w.]+, (?:row|line) [\d,]+(?:, [^:]*)?: ")

WAITING, ERRORS, HISTORY = "waiting", "errors", "history"


class Entry(NamedTuple):
    """A record with what is told of it. `key`: what Explain is asked for.

    `brief`: its text without where that is, if the record's name says it already.
    What it is: a row of the queue, an order or a web customer of the inbox (its number), or of an export file.
    """

    id: str
    glyph: str
    tone: str
    kind: str
    record: str
    text: str
    at: float | None
    hint: str = ""
    key: str = ""
    row: int = 0
    order: int = 0
    customer: int = 0
    file: str = ""
    brief: str = ""

    @property
    def title(self) -> str:
        """The record with its kind, unless its name says that already."""
        return self.record if self.file or self.order or self.customer else f"{self.kind} {self.record}"


class Numbers(NamedTuple):
    """How many lines each of the three lists has."""

    waiting: int
    errors: int
    history: int

    @property
    def telling(self) -> str:
        """The list that tells most: what is wrong, else what waits, else what was done."""
        return ERRORS if self.errors else WAITING if self.waiting else HISTORY


def holds(entry: Entry, find: str) -> bool:
    """Whether an entry has the text."""
    return find.strip().casefold() in f"{entry.record} {entry.text}".casefold()


def name_of(key: str) -> str:
    """A key of the queue as people read it."""
    return key.replace(KEY_SEPARATOR, " ")


def searched(entity: str, key: str, parent: str | None = None) -> str:
    """What Explain finds a record by: itself, or the record that it belongs to."""
    return (key if entity in search.KINDS else parent or key).split(KEY_SEPARATOR)[0]


def look(level: str) -> tuple[str, str]:
    """Glyph and tone of what the log tells."""
    return ("✔", "ok") if level == "info" else LEVELS.get(level, LEVELS["info"])


def of_complaint(file: str, found: Complaint) -> Entry:
    """What is wrong in an export file; of a picture or document the item, else file and line."""
    of_item = file in FILES_OF_ITEMS
    place = f"{file}, line {view.number(found.line)}" if found.line else file
    return Entry(
        id=f"{file} {found.line} {found.key} {found.field} {found.message}",
        glyph="⚠",
        tone="warn",
        kind=file,
        record=found.key if of_item and found.key else place,
        text=found.message,
        brief=_WHERE.sub("", found.message),
        at=None,
        hint=found.hint,
        key=found.key,
        file="" if of_item else file,
    )
