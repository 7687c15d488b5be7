"""The header row of an export: which columns there are, and whether those that must be are."""

from __future__ import annotations

import re

from msgspec import Struct

from webupdate.sync.entities import ExportFile
from webupdate.sync.lines import BadEncoding, ExportError
from webupdate.sync.text import ENCODING, visible


class MissingColumn(ExportError):
    """A required column is not in the header."""


class DuplicateColumn(ExportError):
    """A known column is in the header twice: which of the two holds cannot be told."""


class Header(Struct, frozen=True):
    """The header row: all `names` (trimmed, upper case), the known `columns`, the `unknown` ones."""

    names: tuple[str, ...]
    columns: tuple[str, ...]
    unknown: tuple[str, ...]


def read_header(cells: list[str], spec: ExportFile, file: str) -> Header:
    """The header of `file`. Raises BadEncoding, DuplicateColumn, MissingColumn."""
    names = tuple(cell.strip().upper() for cell in cells)
    for number, name in enumerate(names, 1):
        if any("\udc80" <= char <= "\udcff" for char in name):
            raise _undecodable(file, number, visible(name))
    known = {column.name for column in spec.columns}
    columns = tuple(name for name in names if name in known)
    for name in columns:
        if columns.count(name) > 1:
            raise _duplicate(file, name)
    missing = [name for name in spec.required if name not in columns]
    if missing:
        raise _missing(file, ", ".join(missing), names)
    return Header(names, columns, tuple(name for name in names if name and name not in known))


def _undecodable(file: str, number: int, seen: str) -> BadEncoding:
    return BadEncoding(
        f'{file}, row 1, column {number}: "{seen}" holds a byte that Windows-1252 lacks.',
        "Export the file again from EBMS in Windows-1252 (ANSI).",
        record=file,
        seen=seen,
        expected=ENCODING,
    )


def _duplicate(file: str, name: str) -> DuplicateColumn:
    return DuplicateColumn(
        f"{file}: the header names the column {name} more than once.",
        "Remove one of them from the export's column mapping.",
        record=file,
        field=name,
        expected=f"{name} once",
    )


def _missing(file: str, missing: str, names: tuple[str, ...]) -> MissingColumn:
    seen = visible(", ".join(filter(None, names)), 200)
    hint = "Add it to the export's column mapping in EBMS."
    if len(names) == 1 and re.search("[;,\t|]", names[0]):
        hint = "The columns seem to be separated otherwise: .csv files need commas, .txt files tabs."
    return MissingColumn(
        f'{file}: the required column {missing} is missing; the header holds "{seen}".',
        hint,
        record=file,
        field=missing,
        seen=seen,
        expected=missing,
    )
