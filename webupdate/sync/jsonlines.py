"""A .jsonl export as rows of cells: one JSON object a line, in UTF-8; its keys are the columns.

Python's own decoder instead of msgspec's, for two reasons: numbers keep the digits that they are written with
(18.50 stays 18.50), and a key that stands twice in an object is noticed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO, TypeAlias

from webupdate.sync.entities import Kind
from webupdate.sync.lines import RECORD_LIMIT, BadEncoding, ExportError, too_long
from webupdate.sync.sources import CELL_LIMIT, Fault
from webupdate.sync.text import visible

# More names than that are no table.
MOST_NAMES = 500

# Half characters, bytes that are not UTF-8 (they come as such), and the one that is in no text.
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")

Pairs: TypeAlias = list[tuple[str, object]]


class _Odd:
    """A constant that JSON lacks and Python's decoder takes: NaN, Infinity."""

    def __init__(self, name: str) -> None:
        self.name = name


# Numbers stay the text that they are.
_DECODER = json.JSONDecoder(object_pairs_hook=list, parse_float=str, parse_int=str, parse_constant=_Odd)


class JsonLines:
    """The rows of a JSON Lines file; the first is made of all names that its objects have."""

    spills = False
    broken = ("no record", "Each line must be one whole JSON object; let the program that made the file write it anew.")

    def __init__(self, path: Path, name: str, *, accept_cut: bool) -> None:
        self.size = path.stat().st_size
        self.start = self.line = 0
        self.suspicious = False
        self._path, self._name, self._accept_cut = path, name, accept_cut
        self._names: list[str] = []
        self._kinds: Sequence[Kind | None] = ()
        self._faults: dict[int, Fault] = {}
        self._text = ""
        self._unended = False
        self._check_start()

    def _check_start(self) -> None:
        with self._path.open("rb", buffering=0) as stream:
            start = stream.read(256)
        if start.startswith(_UTF16) or b"\0" in start:
            raise BadEncoding(
                f"{self._name}, line 1: the file is UTF-16 or no text (it holds the bytes FF FE, FE FF or 00).",
                "Save it as JSON Lines in UTF-8: one object a line.",
                record=self._name,
                expected="UTF-8",
            )

    def __iter__(self) -> Iterator[list[str] | str]:
        names = self._all_names()
        if not names and self.line:
            self._unended = not self._ended and not self._accept_cut
            if not self._unended:
                raise self._no_object()
        if not names:
            return
        self._names = names
        places = {name: place for place, name in enumerate(names)}
        yield list(names)
        for text in self._lines():
            self._text, self._faults = text, {}
            found = _decoded(text)
            if isinstance(found, str):
                if self._ends_here(text):
                    self._unended = True
                    return
                yield found
            else:
                yield self._cells(found, places)

    def _no_object(self) -> ExportError:
        return ExportError(
            f"{self._name}, line 1: no line is a JSON object with names and values.",
            "Write one object a line, as JSON Lines have it, not one list over all lines.",
            record=self._name,
            expected="one JSON object a line",
        )

    def _all_names(self) -> list[str]:
        """A first pass: a name may appear in some objects only, and the columns have to be known before the rows."""
        names: dict[str, None] = {}
        for text in self._lines():
            found = _decoded(text)
            if not isinstance(found, str):
                names |= dict.fromkeys(key for key, _ in found)
            if len(names) > MOST_NAMES:
                raise ExportError(
                    f"{self._name}, line {self.start}: the objects have more than {MOST_NAMES} different names.",
                    "Each line must be one record with the same names: the columns.",
                    record=self._name,
                    expected=f"at most {MOST_NAMES} names",
                )
        return list(names)

    def _lines(self) -> Iterator[str]:
        """The lines that are not blank, without their ends, which may be of any kind."""
        self.line = 0
        with self._path.open(encoding="utf-8-sig", errors="surrogateescape") as stream:
            while line := self._next_line(stream):
                self.line = self.start = self.line + 1
                self._ended = line.endswith("\n")
                if line.strip():
                    yield line.strip()

    def _next_line(self, stream: TextIO) -> str:
        line = stream.readline(RECORD_LIMIT + 1)
        if len(line) > RECORD_LIMIT:
            raise too_long(self._name)
        return line

    def _ends_here(self, text: str) -> bool:
        """Whether this is a last line that is not complete. One that is needs no line end: its brace ends it."""
        return not self._ended and not self._accept_cut

    def _cells(self, pairs: Pairs, places: dict[str, int]) -> list[str]:
        cells = [""] * len(places)
        seen = set()
        for name, value in pairs:
            place = places[name]
            cells[place] = self._cell(place, value)
            if name in seen:
                self._note(place, Fault("", "two values in this line", "Let the name stand once in each object."))
            seen.add(name)
        self.suspicious = bool(self._faults) or len(self._text) > CELL_LIMIT
        return cells

    def _cell(self, place: int, value: object) -> str:
        if isinstance(value, str):
            if _NO_TEXT.search(value):
                seen = visible(value)
                self._note(place, Fault(seen, f'"{seen}", which is no text in UTF-8', "Write the file in UTF-8."))
            return value
        if value is None:
            return ""
        if isinstance(value, bool):
            return "T" if value else "F"
        kind = value.name if isinstance(value, _Odd) else "an object or a list"
        self._note(place, Fault(kind, kind, "Give it as text, number, true, false or null."))
        return ""

    def _note(self, place: int, fault: Fault) -> None:
        """Keep what is wrong, unless the column is not used."""
        if self._kinds[place] is not None:
            self._faults.setdefault(place, fault)

    def expect(self, kinds: Sequence[Kind | None]) -> None:
        self._kinds = kinds

    def fault(self, number: int, cell: str) -> Fault | None:
        return self._faults.get(number)

    def begins(self) -> str:
        return visible(self._text)

    def cut(self) -> str:
        return "ends in the middle of a line" if self._unended else ""


def _decoded(text: str) -> Pairs | str:
    """The names and values of an object, or why there is none."""
    try:
        found = _DECODER.decode(text)
    except RecursionError:
        return "values nested too deep"
    except json.JSONDecodeError as error:
        return f"no JSON, {error.msg[:1].lower()}{error.msg[1:]} at character {error.pos + 1}"
    # An object is a list of its pairs here, and so is told from a list by how it begins.
    return found if text.startswith("{") else "no JSON object"
