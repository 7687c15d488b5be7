"""Reads one export file of EBMS as a stream of rows; what is wrong with a row stops that row alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path

from msgspec import Struct

from webupdate.sync.cells import BadCell, Normaliser
from webupdate.sync.entities import Column, ExportFile
from webupdate.sync.header import DuplicateColumn, Header, MissingColumn, read_header
from webupdate.sync.lines import BadEncoding, ExportError, Lines, TooLong
from webupdate.sync.records import Records
from webupdate.sync.shops.base import KEY_SEPARATOR
from webupdate.sync.text import visible

__all__ = [
    "BadEncoding",
    "BadRow",
    "DuplicateColumn",
    "ExportError",
    "MissingColumn",
    "NotEnded",
    "Reading",
    "Row",
    "TooLong",
    "open_export",
]

# Larger is no text of a person but a damaged cell.
CELL_LIMIT = 1024 * 1024

# Category defaults live among the records under such ids (source: QUIRKS).
DEFAULT_ROW = "($)"

_UNDECODED = re.compile("[\udc80-\udcff]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Row(Struct, frozen=True, gc=False):
    """A good row: `values` holds the known columns, trimmed and normalised; `line` is where it starts."""

    line: int
    key: str
    values: dict[str, str]


class BadRow(Struct, frozen=True, gc=False):
    """A row that cannot be used. `key` None: it cannot be told which record it is.

    `value` is what was seen, made safe to show; `column` "" concerns the whole row.
    """

    line: int
    key: str | None
    column: str
    value: str
    message: str
    hint: str


class NotEnded(ExportError):
    """The file is cut off: `size` bytes, last `line`, and `records` good ones read before."""

    def __init__(self, message: str, hint: str, *, file: str, size: int, line: int, records: int) -> None:
        super().__init__(message, hint, record=file, expected="a file whose last line is complete")
        self.file = file
        self.size = size
        self.line = line
        self.records = records


@contextmanager
def open_export(path: Path, spec: ExportFile, delimiter: str, name: str) -> Iterator[Reading]:
    """Open the export at `path` for one pass; `name` is what messages call it.

    Raises ExportError (MissingColumn, DuplicateColumn, BadEncoding, NotEnded of an empty file) for the
    header and OSError if the file cannot be read.
    """
    with path.open("rb", buffering=0) as stream:
        lines = Lines(stream, name)
        yield Reading(lines, Records(lines, delimiter), spec, name)


class Reading:
    """Iterates Row and BadRow, once, in the order of the file; memory does not grow with it.

    At the end raises NotEnded if the file is cut off; on the way BadEncoding, TooLong, OSError.
    `columns` are the known ones present, `unknown` those ignored, `skipped` the default rows left out,
    `count` the good rows so far, `bad` the bad ones, `size` the bytes read.
    """

    def __init__(self, lines: Lines, records: Records, spec: ExportFile, name: str) -> None:
        self.name = name
        self.spec = spec
        self.skipped = 0
        self.count = 0
        self.bad = 0
        self._lines = lines
        self._records = records
        self._stream = iter(records)
        header = self._read_header()
        self.columns = header.columns
        self.unknown = header.unknown
        self._names = header.names
        records.width = len(header.names)
        known = {column.name: column for column in spec.columns}
        self._pick = _picker([header.names.index(name) for name in self.columns])
        self._typed = [(name, Normaliser(kind)) for name in self.columns if (kind := known[name].kind) != "text"]
        self._key = [known[name] for name in spec.key]

    @property
    def size(self) -> int:
        return self._lines.size

    def __iter__(self) -> Iterator[Row | BadRow]:
        width = len(self._names)
        cut_at = 0
        damaged = False
        for cells in self._stream:
            if isinstance(cells, list) and len(cells) == width:
                damaged = False
                if found := self._row(cells):
                    yield found
            elif not damaged:
                # Lines that follow a damaged record belong to its damage until one is whole again.
                damaged = isinstance(cells, str)
                cut_at = self._records.line if not damaged and len(cells) < width else 0
                yield self._misshapen(cells)
        self._check_end(cut_at == self._records.line)

    def _read_header(self) -> Header:
        cells = next(self._stream, None)
        if cells is None:
            self._check_end(False)
            raise self._not_ended("is empty" if not self.size else "holds blank lines only, no header row")
        if isinstance(cells, str):
            raise self._not_ended(f"has an unreadable header row ({cells})")
        return read_header(cells, self.spec, self.name)

    def _check_end(self, last_is_short: bool) -> None:
        if self._records.open_quote:
            raise self._not_ended(f"ends inside of a quoted cell that begins in row {self._records.start}")
        if self._lines.unended:
            raise self._not_ended("ends in the middle of a line")
        if last_is_short:
            raise self._not_ended("ends with a row that has fewer columns than the header")

    def _not_ended(self, what: str) -> NotEnded:
        line = self._records.line + self._lines.unended
        return NotEnded(
            f"{self.name} {what}: {self.size:,} bytes, last line {line:,}, {self.count:,} records read.",
            "It seems cut off or still being written; if it stays so, save it again from EBMS.",
            file=self.name,
            size=self.size,
            line=line,
            records=self.count,
        )

    def _row(self, cells: list[str]) -> Row | BadRow | None:
        values = dict(zip(self.columns, map(str.strip, self._pick(cells)), strict=True))
        if values[self._key[0].name].startswith(DEFAULT_ROW):
            self.skipped += 1
            return None
        key = None
        try:
            key = self._key_of(values)
            if self._lines.tainted or self._records.size > CELL_LIMIT:
                self._check_raw(cells)
            for name, normalised in self._typed:
                values[name] = normalised[values[name]]
        except _Wrong as wrong:
            return self._bad_row(key, wrong)
        except BadCell as bad:
            seen = visible(values[name])
            what = f'{name} is "{seen}", expected {bad.expected}.'
            return self._bad_row(key, _Wrong(name, seen, what, bad.hint))
        self.count += 1
        return Row(self._records.start, key, values)

    def _key_of(self, values: dict[str, str]) -> str:
        parts = []
        for column in self._key:
            part = values.get(column.name, "")
            if not (part and part.isascii() and part.isprintable()) or len(part) > (column.length or 0):
                self._check_key(column, part)
            parts.append(part)
        return KEY_SEPARATOR.join(parts)

    def _check_key(self, column: Column, part: str) -> None:
        """Length and content of one part of a key; EBMS would cut a longer one silently (source: QUIRKS)."""
        seen = visible(part)
        if not part and column.name in self.spec.required:
            raise _Wrong(column.name, "", f"{column.name} is empty.", "Give the record its id in EBMS.")
        if _UNDECODED.search(part):
            raise self._undecodable(column.name, part)
        if _CONTROL.search(part):
            what = f'{column.name} is "{seen}", expected no control characters.'
            raise _Wrong(column.name, seen, what, "Correct the id in EBMS.")
        if column.length and len(part) > column.length:
            what = f'{column.name} is "{seen}", {len(part)} characters, expected at most {column.length}.'
            raise _Wrong(column.name, seen, what, "Shorten the id; a spreadsheet may have changed the file.")

    def _check_raw(self, cells: list[str]) -> None:
        """What is rare enough to be looked for only after a hint of it: huge cells, undecodable bytes."""
        for number, cell in enumerate(cells):
            name = self._names[number] or f"column {number + 1}"
            if len(cell) > CELL_LIMIT:
                what = f"{name} holds {len(cell):,} characters, expected at most {CELL_LIMIT:,}."
                raise _Wrong(name, visible(cell), what, "Shorten the text in EBMS.")
            if _UNDECODED.search(cell):
                raise self._undecodable(name, cell)

    def _undecodable(self, name: str, cell: str) -> _Wrong:
        found = _UNDECODED.search(cell)
        assert found
        at = next(n for n, line in enumerate(self._records.pulled) if _UNDECODED.search(line))
        byte = f"{ord(found[0]) - 0xDC00:02X}"
        around = visible(cell[max(0, found.start() - 20) : found.start() + 20])
        what = f'{name} holds the byte {byte} in line {self._records.start + at}, "{around}", which Windows-1252 lacks.'
        return _Wrong(name, around, what, "Type the character again in EBMS, or export in Windows-1252.")

    def _misshapen(self, cells: list[str] | str) -> BadRow:
        first = visible(self._records.pulled[0].rstrip("\r\n"))
        width = len(self._names)
        if isinstance(cells, str):
            what, hint = f"broken quoting: {cells}.", "Double each quote inside of a quoted cell."
        else:
            what = f"{len(cells)} columns, expected {width} as in the header."
            hint = "A comma, tab or line break inside of a text needs quotes around the text."
        return self._bad_row(None, _Wrong("", first, f'{what} The row begins "{first}".', hint))

    def _bad_row(self, key: str | None, wrong: _Wrong) -> BadRow:
        self.bad += 1
        line = self._records.start
        record = f", {visible(key.replace(KEY_SEPARATOR, ' / '))}" if key else ""
        message = f"{self.name}, row {line}{record}: {wrong.what}"
        return BadRow(line, key, wrong.column, wrong.value, message, wrong.hint)


class _Wrong(Exception):
    """Why a row cannot be used."""

    def __init__(self, column: str, value: str, what: str, hint: str) -> None:
        super().__init__(what)
        self.column = column
        self.value = value
        self.what = what
        self.hint = hint


def _picker(indices: list[int]) -> Callable[[list[str]], Iterable[str]]:
    """What takes the known cells out of a row, without work per cell where possible."""
    if len(indices) == 1:
        return lambda cells: (cells[indices[0]],)
    return itemgetter(*indices)
