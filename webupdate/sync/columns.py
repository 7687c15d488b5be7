"""What the headings of an export mean, for people: with examples, what is probable, and the first rows as read."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Literal

from msgspec import Struct

from webupdate.errors import NeedsPerson, UsageError
from webupdate.store.columnmaps import ColumnMap
from webupdate.store.companies import CompanyInfo
from webupdate.sync.entities import FILES, ExportFile
from webupdate.sync.folder import Found, find
from webupdate.sync.proposal import propose
from webupdate.sync.reader import BadRow, open_export, open_source
from webupdate.sync.sheets import MEGABYTE
from webupdate.sync.text import visible

ROWS = 5
EXAMPLES = 3

State = Literal["own", "mapped", "ignored", "proposed", "unknown"]


class Sample(Struct, frozen=True):
    """The headings of a file as they stand in it, and its first rows. None of `found`: there is no such file."""

    spec: ExportFile
    found: Found | None = None
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    limit: int = MEGABYTE

    @property
    def name(self) -> str:
        return self.found.name if self.found else self.spec.name


class Meaning(Struct, frozen=True):
    """A heading: the `column` that it feeds, or would if the proposal was accepted; some values below it."""

    heading: str
    column: str
    state: State
    examples: tuple[str, ...]


class Preview(Struct, frozen=True):
    """The first rows as they would be read: known columns and their values; or what is wrong instead."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    wrong: tuple[str, ...] = ()


def spec_named(file: str) -> ExportFile:
    """The export file of that name, with or without its suffix. Raises UsageError."""
    name = Path(file).stem.lower()
    if name not in FILES:
        raise UsageError(f"There is no export file {file!r}.", f"Export files: {', '.join(FILES)}")
    return FILES[name]


def sample(company: CompanyInfo, file: str) -> Sample:
    """Look at a file of the company's export folder. Raises WebUpdateError when it can't be read.

    It is read in its place, not copied: only its beginning is looked at, and nothing is kept.
    """
    spec = FILES[file]
    limit = int(company.values["largest_workbook"]) * MEGABYTE
    found = find(Path(company.values["export_folder"]).expanduser(), (file,)).get(file)
    if found is None:
        return Sample(spec)
    try:
        with open_source(found.path, found.format, found.name, limit=limit) as source:
            rows = (tuple(row) for row in source if isinstance(row, list))
            head, *others = list(islice(rows, 1 + ROWS)) or [()]
    except OSError as error:
        raise NeedsPerson(f"{found.name} can't be read: {error.strerror or error}.", "Try again.") from error
    return Sample(spec, found, tuple(name.strip() for name in head), tuple(others), limit)


def meanings(seen: Sample, mapping: ColumnMap) -> list[Meaning]:
    """What each heading means, in the order of the file."""
    known = {column.name for column in seen.spec.columns}
    proposed = propose(seen.headings, seen.spec, mapping)
    given = {mapping.column_of(heading) for heading in seen.headings}
    found = []
    for place, heading in enumerate(seen.headings):
        column, state = _meaning(heading, mapping, known - given, proposed)
        values = (row[place].strip() for row in seen.rows if place < len(row))
        examples = tuple(islice(filter(None, values), EXAMPLES))
        if heading:
            found.append(Meaning(heading, column, state, examples))
    return found


def _meaning(heading: str, mapping: ColumnMap, free: set[str], proposed: dict[str, str]) -> tuple[str, State]:
    column = mapping.column_of(heading)
    if column is not None:
        return column, "mapped" if column else "ignored"
    if heading.upper() in free:
        return heading.upper(), "own"
    return (proposed[heading], "proposed") if heading in proposed else ("", "unknown")


def missing(seen: Sample, mapping: ColumnMap) -> list[str]:
    """The required columns that no heading feeds and that have no value for all rows."""
    fed = {meaning.column for meaning in meanings(seen, mapping) if meaning.state in ("own", "mapped")}
    return [name for name in seen.spec.required if name not in fed and name not in mapping.constants]


def accepted(seen: Sample, mapping: ColumnMap) -> ColumnMap:
    """The mapping with all proposals taken."""
    return mapping.with_columns(dict(propose(seen.headings, seen.spec, mapping)))


def checked(seen: Sample, heading: str, column: str) -> str:
    """EBMS's name of the column that a heading is to feed. Raises UsageError if there is no such column."""
    known = [entry.name for entry in seen.spec.columns]
    if column.strip().upper() not in known:
        raise UsageError(
            f"{visible(column)!r} is no column of {seen.spec.name}, so {visible(heading)!r} can't feed it.",
            f"Columns: {', '.join(known)}",
        )
    return column.strip().upper()


def preview(seen: Sample, mapping: ColumnMap) -> Preview:
    """Read the first rows with a mapping that need not be saved yet. Raises WebUpdateError."""
    if seen.found is None:
        return Preview()
    rows: list[tuple[str, ...]] = []
    wrong: list[str] = []
    with open_export(
        seen.found.path, seen.spec, seen.found.format, seen.name, columns=mapping, limit=seen.limit
    ) as reading:
        for row in islice(reading, ROWS):
            if isinstance(row, BadRow):
                wrong.append(row.message)
            else:
                rows.append(tuple(row.values[name] for name in reading.columns))
        return Preview(reading.columns, tuple(rows), tuple(wrong))


def shown(values: Sequence[str]) -> str:
    """Some values, made safe to show."""
    return " · ".join(visible(value, 30) for value in values)
