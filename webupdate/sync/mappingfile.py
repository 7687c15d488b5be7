"""Mappings as a CSV file that people read and edit: written, read back exactly, and checked before it is taken.

A word of several parts (an item and its unit) has `|` between them. What can't be seen is written as an escape
(`\\n`, `\\xa0`), as is a backslash (`\\\\`) and a `|` that is no border (`\\|`).
"""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from msgspec import Struct

from webupdate.errors import UsageError
from webupdate.keys import KEY_SEPARATOR
from webupdate.store.mappings import Remembered
from webupdate.sync.judge import typed
from webupdate.sync.known import Known
from webupdate.sync.text import starts_formula, visible
from webupdate.sync.topics import TOPICS

HEADER = ("topic", "web", "value", "made_by", "made_at", "used")
_NEEDED = HEADER[:3]
# What a word of the web consists of, where it has several parts.
_PARTS = {"unit": ("SKU", "unit"), "state": ("country", "state"), "accept": ("kind", "item or customer")}
# An escape, one that means nothing, or a border between two parts. No surrogates: they are no characters.
_ESCAPED = re.compile(
    r"\\(?:([\\|])|([tnr])|x([0-9a-f]{2})|u((?!d[89a-f])[0-9a-f]{4})|U(00(?:0[0-9a-f]|10)[0-9a-f]{4})|(.|$))|(\|)",
    re.DOTALL,
)
_LETTERS = {"t": "\t", "n": "\n", "r": "\r"}


class Line(Struct, frozen=True, kw_only=True):
    """A mapping of a file; `number`: the line where it begins."""

    number: int
    topic: str
    web: str
    value: str


class Fault(Struct, frozen=True):
    """What is wrong in a line of a file."""

    line: int
    message: str


def written(entries: Iterable[Remembered]) -> str:
    """The file of these mappings."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    for entry in entries:
        made_at = datetime.fromtimestamp(entry.made_at, UTC).isoformat(timespec="seconds")
        cells = (entry.topic, word_shown(entry.web), _escaped(entry.value), _escaped(entry.made_by), made_at)
        writer.writerow((*map(_harmless, cells), str(entry.used)))
    return text.getvalue()


def word_shown(web: str) -> str:
    """A word of the web for a file or a command; `word_read` gives it back exactly."""
    return "|".join(_escaped(part).replace("|", "\\|") for part in web.split(KEY_SEPARATOR))


def word_read(text: str) -> str:
    """The word that is meant. Raises ValueError for an escape that means nothing."""
    return _read(text, border=KEY_SEPARATOR)


def _escaped(value: str) -> str:
    return "".join(_escape(char) for char in value)


def _escape(char: str) -> str:
    if char == "\\":
        return "\\\\"
    return char if char.isprintable() else char.encode("unicode_escape").decode("ascii")


def _read(text: str, *, border: str = "|") -> str:
    def read(found: re.Match[str]) -> str:
        itself, letter, *codes, wrong, bar = found.groups()
        if wrong is not None:
            raise ValueError(f"{visible(found[0])} means nothing; a backslash is written \\\\.")
        code = next(filter(None, codes), "")
        return border if bar else itself or _LETTERS.get(letter or "") or chr(int(code, 16))

    return _ESCAPED.sub(read, text)


def _harmless(cell: str) -> str:
    """A blank keeps a spreadsheet from running a cell as a formula."""
    return f" {cell}" if starts_formula(cell.lstrip(" ")) else cell


def _as_meant(cell: str) -> str:
    return cell[1:] if cell.startswith(" ") and starts_formula(cell.lstrip(" ")) else cell


def read(text: str) -> tuple[list[Line], list[Fault]]:
    """The lines of a file, and what can't be read in it. Raises UsageError for what is no such file."""
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    found: list[Line | Fault] = []
    try:
        head = _head(next(rows, []))
        begins = rows.line_num + 1
        for row in rows:
            number, begins = begins, rows.line_num + 1
            if any(row):
                found.append(_line(number, head, row))
    except csv.Error as error:
        found.append(Fault(rows.line_num, f"It can't be read from here on: {error}."))
    return [one for one in found if isinstance(one, Line)], [one for one in found if isinstance(one, Fault)]


def _head(cells: Sequence[str]) -> list[str]:
    head = [cell.strip().casefold() for cell in cells]
    if missing := [name for name in _NEEDED if name not in head]:
        raise UsageError(
            f"The file has no heading {', '.join(missing)} in its first line.",
            f"It must be a CSV file with commas, whose first line is: {','.join(HEADER)}",
        )
    return head


def _line(number: int, head: Sequence[str], row: Sequence[str]) -> Line | Fault:
    if len(row) != len(head):
        return Fault(number, f"It has {len(row)} cells, the first line {len(head)}.")
    cells = {name: _as_meant(cell) for name, cell in zip(head, row, strict=True)}
    try:
        return made(number, cells["topic"], cells["web"], _read(cells["value"]))
    except ValueError as error:
        return Fault(number, str(error))


def made(number: int, topic: str, word: str, value: str) -> Line:
    """A mapping as it is typed. Raises ValueError for an escape that means nothing."""
    return Line(number=number, topic=topic, web=word_read(word), value=value)


def faults(lines: Iterable[Line], known: Known) -> Iterator[Fault]:
    """What can't be taken, by the topics, the last exports, and what the file itself says before."""
    first: dict[tuple[str, str], int] = {}
    for line in lines:
        reason = wrong(line, known)
        before = first.setdefault((line.topic, line.web), line.number)
        if not reason and before != line.number:
            reason = f"Line {before} says already what {visible(word_shown(line.web))!r} is."
        if reason:
            yield Fault(line.number, reason)


def wrong(line: Line, known: Known) -> str:
    """What is wrong with a mapping, as a sentence; "" if it can be kept."""
    topic = TOPICS.get(line.topic)
    if topic is None:
        mapped = [name for name, entry in TOPICS.items() if entry.mapped]
        close = difflib.get_close_matches(line.topic, mapped, n=1)
        meant = f"Did you mean {close[0]}?" if close else f"Topics: {', '.join(mapped)}."
        return f"There is no topic {visible(line.topic)!r}. {meant}"
    if not topic.mapped:
        return f"{topic.name} ({topic.label}) is said of one order and can't be kept for those to come."
    parts = _PARTS.get(topic.name, ("web",))
    if not line.web or len(line.web.split(KEY_SEPARATOR)) < len(parts):
        return f"{visible(word_shown(line.web))!r} is no {' and '.join(parts)}: {'|'.join(parts)} is needed."
    if topic.name == "customer" and "@" in line.web and line.web != line.web.casefold():
        return f"E-mails are compared in small letters: {visible(line.web.casefold())}"
    return typed.wrong(line.topic, line.web, line.value, known)
