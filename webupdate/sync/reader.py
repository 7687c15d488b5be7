"""Reads one export file of EBMS as a stream of rows; what is wrong with a row stops that row alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path

from msgspec import Struct

from webupdate.store.columnmaps import OWN_NAMES, ColumnMap
from webupdate.sync.cells import BadCell, Normaliser, code
from webupdate.sync.entities import Column, ExportFile
from webupdate.sync.folder import Format
from webupdate.sync.header import DuplicateColumn, Header, MissingColumn, read_header
from webupdate.sync.jsonlines import JsonLines
from webupdate.sync.lines import BadEncoding, ExportError, TooLong
from webupdate.sync.sheets import DEFAULT_LIMIT, Sheet
from webupdate.sync.shops.base import KEY_SEPARATOR
from webupdate.sync.sources import CELL_LIMIT, NotEnded, Source
from webupdate.sync.text import encodable, visible
from webupdate.sync.textfile import TextFile

__all__ = [
    "CELL_LIMIT",
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

# Category defaults live among the records under such ids (source: QUIRKS).
DEFAULT_ROW = "($)"

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


@contextmanager
def open_export(
    path: Path,
    spec: ExportFile,
    format: Format,
    name: str,
    *,
    columns: ColumnMap = OWN_NAMES,
    accept_cut: bool = False,
    limit: int = DEFAULT_LIMIT,
) -> Iterator[Reading]:
    """Open the export at `path` for one pass; `name` is what messages call it.

    `columns` says what the headings mean that EBMS does not know. `accept_cut`: a person has let a cut-off file
    pass, so it is read to its end, whatever that is. `limit`: the size in bytes that a workbook may have.
    Raises ExportError (MissingColumn, DuplicateColumn, BadEncoding, NotEnded of an empty file) for the
    header and OSError if the file cannot be read.
    """
    with open_source(path, format, name, accept_cut=accept_cut, limit=limit) as source:
        yield Reading(source, spec, name, columns, accept_cut=accept_cut)


@contextmanager
def open_source(
    path: Path, format: Format, name: str, *, accept_cut: bool = False, limit: int = DEFAULT_LIMIT
) -> Iterator[Source]:
    """Open a file as rows of cells, whatever they mean. Raises ExportError of formats that are read as a whole."""
    if format == "xlsx":
        yield Sheet(path, name, limit=limit)
    elif format == "jsonl":
        yield JsonLines(path, name, accept_cut=accept_cut)
    else:
        with path.open("rb", buffering=0) as stream:
            yield TextFile(stream, format, name, accept_cut=accept_cut)


class Reading:
    """Iterates Row and BadRow, once, in the order of the file; memory does not grow with it.

    At the end raises NotEnded if the file is cut off; on the way BadEncoding, TooLong, OSError.
    `columns` are the known ones present (mapped ones and constants too), `unknown` the headings ignored,
    `skipped` the default rows left out, `count` the good rows so far, `bad` the bad ones, `size` the bytes read.
    """

    def __init__(
        self, source: Source, spec: ExportFile, name: str, columns: ColumnMap = OWN_NAMES, *, accept_cut: bool = False
    ) -> None:
        self.name = name
        self.spec = spec
        self.skipped = 0
        self.count = 0
        self.bad = 0
        self._source = source
        self._accept_cut = accept_cut
        self._stream = iter(source)
        header = self._read_header(columns)
        self.columns = header.columns
        self.unknown = header.unknown
        self._header = header
        known = {column.name: column for column in spec.columns}
        present = [name for name in self.columns if name not in header.constants]
        source.expect([known[name].kind if name in known else None for name in header.names])
        self._present = present
        self._pick = _picker([header.names.index(name) for name in present])
        self._typed = [(name, Normaliser(kind)) for name in self.columns if (kind := known[name].kind) != "text"]
        self._key = [known[name] for name in spec.key]

    @property
    def size(self) -> int:
        return self._source.size

    def __iter__(self) -> Iterator[Row | BadRow]:
        width = len(self._header.names)
        cut_at = 0
        damaged = False
        for cells in self._stream:
            if isinstance(cells, list) and len(cells) == width:
                damaged = False
                if found := self._row(cells):
                    yield found
            elif not (damaged and self._source.spills):
                # Lines that follow a damaged record belong to its damage until one is whole again.
                damaged = isinstance(cells, str)
                cut_at = self._source.line if not damaged and len(cells) < width else 0
                yield self._misshapen(cells)
        self._check_end(cut_at == self._source.line)

    def _read_header(self, columns: ColumnMap) -> Header:
        cells = next(self._stream, None)
        if cells is None:
            self._check_end(False)
            raise self._not_ended("is empty" if not self.size else "holds blank lines only, no header row")
        if isinstance(cells, str):
            raise self._not_ended(f"has an unreadable header row ({cells})")
        return read_header(cells, self.spec, self.name, columns)

    def _check_end(self, last_is_short: bool) -> None:
        if what := self._source.cut():
            raise self._not_ended(what)
        if last_is_short and not self._accept_cut:
            raise self._not_ended("ends with a row that has fewer columns than the header")

    def _not_ended(self, what: str) -> NotEnded:
        line = self._source.line
        return NotEnded(
            f"{self.name} {what}: {self.size:,} bytes, last line {line:,}, {self.count:,} records read.",
            "It seems cut off or still being written; if it stays so, save it again from EBMS.",
            file=self.name,
            size=self.size,
            line=line,
            records=self.count,
        )

    def _row(self, cells: list[str]) -> Row | BadRow | None:
        values = dict(zip(self._present, map(str.strip, self._pick(cells)), strict=True))
        if self._header.constants:
            values.update(self._header.constants)
        if values[self._key[0].name].startswith(DEFAULT_ROW):
            self.skipped += 1
            return None
        key = None
        try:
            wrong = self._fault(cells) if self._source.suspicious else None
            if wrong and wrong.column in self.spec.key:
                raise wrong
            key = self._key_of(values)
            if wrong:
                raise wrong
            for name, normalised in self._typed:
                values[name] = normalised[values[name]]
        except _Wrong as wrong:
            return self._bad_row(key, wrong)
        except BadCell as bad:
            seen = visible(values[name])
            what = f'{self._header.said(name)} is "{seen}", expected {bad.expected}.'
            return self._bad_row(key, _Wrong(name, seen, what, bad.hint))
        self.count += 1
        return Row(self._source.start, key, values)

    def _key_of(self, values: dict[str, str]) -> str:
        parts = []
        for column in self._key:
            part = values.get(column.name, "")
            if not (part and part.isascii() and part.isprintable()) or len(part) > (column.length or 0) or "+" in part:
                self._check_key(column, part)
            parts.append(part)
        return KEY_SEPARATOR.join(parts)

    def _check_key(self, column: Column, part: str) -> None:
        """Length and content of one part of a key; EBMS would cut a longer one silently (source: QUIRKS)."""
        if part or column.name in self.spec.required:
            self._refuse_key(column, part, visible(part))

    def _refuse_key(self, column: Column, part: str, seen: str) -> None:
        name = self._header.said(column.name)
        if not part:
            raise _Wrong(column.name, "", f"{name} is empty.", "Give the record its id in EBMS.")
        if _CONTROL.search(part):
            what = f'{name} is "{seen}", expected no control characters.'
            raise _Wrong(column.name, seen, what, "Correct the id in EBMS.")
        if not encodable(part):
            what = f'{name} is "{seen}", expected characters of Windows-1252, the only ones that EBMS has.'
            raise _Wrong(column.name, seen, what, "Correct the id in EBMS.")
        if column.length and len(part) > column.length:
            what = f'{name} is "{seen}", {len(part)} characters, expected at most {column.length}.'
            raise _Wrong(column.name, seen, what, "Shorten the id; a spreadsheet may have changed the file.")
        try:
            code(part)
        except BadCell as bad:
            raise _Wrong(column.name, seen, f'{name} is "{seen}", expected {bad.expected}.', bad.hint) from bad

    def _fault(self, cells: list[str]) -> _Wrong | None:
        """What the source finds wrong with a cell; of several the one in a key, since then the record is not known."""
        found = None
        for number, cell in enumerate(cells):
            name = self._header.names[number] or f"column {number + 1}"
            said = self._header.said(name)
            if len(cell) > CELL_LIMIT:
                what = f"{said} holds {len(cell):,} characters, expected at most {CELL_LIMIT:,}."
                wrong = _Wrong(name, visible(cell), what, "Shorten the text in EBMS.")
            elif fault := self._source.fault(number, cell):
                wrong = _Wrong(name, fault.seen, f"{said} holds {fault.what}.", fault.hint)
            else:
                continue
            if name in self.spec.key:
                return wrong
            found = found or wrong
        return found

    def _misshapen(self, cells: list[str] | str) -> BadRow:
        first = self._source.begins()
        width = len(self._header.names)
        if isinstance(cells, str):
            kind, hint = self._source.broken
            what = f"{kind}: {cells}."
        else:
            what = f"{len(cells)} columns, expected {width} as in the header."
            hint = "A comma, tab or line break inside of a text needs quotes around the text."
        return self._bad_row(None, _Wrong("", first, f'{what} The row begins "{first}".', hint))

    def _bad_row(self, key: str | None, wrong: _Wrong) -> BadRow:
        self.bad += 1
        line = self._source.start
        parts = filter(None, (key or "").split(KEY_SEPARATOR))
        record = f", {visible(' / '.join(parts))}" if key else ""
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
