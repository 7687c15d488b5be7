"""The header row of an export: which columns there are, and whether those that must be are."""

from __future__ import annotations

import re

from msgspec import Struct

from webupdate.store.columnmaps import OWN_NAMES, ColumnMap
from webupdate.sync.entities import ExportFile
from webupdate.sync.lines import BadEncoding, ExportError
from webupdate.sync.proposal import propose
from webupdate.sync.text import ENCODING, visible


class MissingColumn(ExportError):
    """A required column is not in the header."""


class DuplicateColumn(ExportError):
    """A known column is in the header twice: which of the two holds cannot be told."""


class Header(Struct, frozen=True):
    """The header row: a name for each of its cells, the known `columns` and the `unknown` headings.

    A name is EBMS's column where the heading is one or is mapped to one, else the heading in upper case, "" for
    one that is to be ignored. `constants` are the columns that the file lacks and that have one value for all rows.
    """

    names: tuple[str, ...]
    columns: tuple[str, ...]
    unknown: tuple[str, ...]
    headings: dict[str, str]
    constants: dict[str, str]

    def said(self, name: str) -> str:
        """A column as messages call it: with the file's own heading where that is another one."""
        heading = self.headings.get(name, name)
        return name if heading.upper() == name else f"{name} ({visible(heading, 30)})"


def read_header(cells: list[str], spec: ExportFile, file: str, mapping: ColumnMap = OWN_NAMES) -> Header:
    """The header of `file`. Raises BadEncoding, DuplicateColumn, MissingColumn."""
    headings = [cell.strip() for cell in cells]
    for number, heading in enumerate(headings, 1):
        if any("\ud800" <= char <= "\udfff" for char in heading):
            raise _undecodable(file, number, visible(heading))
    known = {column.name for column in spec.columns}
    names = _meanings(headings, mapping, known)
    present = tuple(name for name in names if name in known)
    for name in present:
        if present.count(name) > 1:
            raise _duplicate(file, name)
    constants = {name: value for name, value in mapping.constants.items() if name in known and name not in present}
    columns = (*present, *constants)
    missing = [name for name in spec.required if name not in columns]
    if missing:
        raise _missing(file, missing, headings, spec, mapping)
    unknown = tuple(visible(name) for name in names if name and name not in known)
    return Header(names, columns, unknown, dict(zip(names, headings, strict=True)), constants)


def _meanings(headings: list[str], mapping: ColumnMap, known: set[str]) -> tuple[str, ...]:
    """What each heading stands for. Where a person gave a column to another heading, its own name yields."""
    meant = [mapping.column_of(heading) for heading in headings]
    given = {name for name in meant if name}
    return tuple(
        own if name is None and not (own in known and own in given) else name or ""
        for name, own in zip(meant, (heading.upper() for heading in headings), strict=True)
    )


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
        "Remove one of them from the export's column mapping, or let webupdate ignore it: Columns (m).",
        record=file,
        field=name,
        expected=f"{name} once",
    )


def _missing(file: str, missing: list[str], headings: list[str], spec: ExportFile, mapping: ColumnMap) -> MissingColumn:
    seen = visible(", ".join(filter(None, headings)), 200)
    names = ", ".join(missing)
    return MissingColumn(
        f'{file}: the required {_columns(missing)} missing; the header holds "{seen}".',
        _what_to_do(missing, headings, spec, mapping),
        record=file,
        field=names,
        seen=seen,
        expected=names,
    )


def _columns(names: list[str]) -> str:
    return f"column {names[0]} is" if len(names) == 1 else f"columns {', '.join(names)} are"


def _what_to_do(missing: list[str], headings: list[str], spec: ExportFile, mapping: ColumnMap) -> str:
    if len(headings) == 1 and re.search("[;,\t|]", headings[0]):
        return "The columns seem to be separated otherwise: .csv files need commas, .txt files tabs."
    found = propose(headings, spec, mapping)
    if set(missing) <= set(found.values()):
        return (
            "Other headings seem to mean the same: open Columns (m), or run "
            f"webupdate columns {mapping.company!r} {spec.name} --accept"
        )
    return (
        "Add it to the export's column mapping in EBMS; or say which heading it is, or give it one value for all "
        "rows: Columns (m)."
    )
