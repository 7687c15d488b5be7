"""What the headings of a company's files mean: EBMS's own Text Import/Export Mappings, seen from here."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from webupdate.store import exports
from webupdate.store.db import Store


class ColumnMap(msgspec.Struct, frozen=True, kw_only=True):
    """The meaning of one file's headings.

    `columns`: EBMS's column by heading, "" for a heading that is to be ignored. `constants`: a value for all rows
    by column, used where the file lacks that column. `company` is for hints.
    """

    columns: dict[str, str] = {}
    constants: dict[str, str] = {}
    company: str = "COMPANY"

    def column_of(self, heading: str) -> str | None:
        """The column of a heading (case and blanks around it do not matter); None where nobody gave it one."""
        wanted = heading.strip().casefold()
        return next((column for name, column in self.columns.items() if name.casefold() == wanted), None)

    def __bool__(self) -> bool:
        return bool(self.columns or self.constants)

    def with_columns(self, columns: Mapping[str, str | None]) -> ColumnMap:
        """The same with these headings changed; None forgets one."""
        changed = {heading.strip().casefold() for heading in columns}
        kept = {heading: column for heading, column in self.columns.items() if heading.casefold() not in changed}
        given = {heading.strip(): column for heading, column in columns.items() if column is not None}
        return msgspec.structs.replace(self, columns={**kept, **given})

    def with_constant(self, column: str, value: str) -> ColumnMap:
        """The same with one value for all rows of a column; "" takes it away."""
        kept = {name: old for name, old in self.constants.items() if name != column}
        return msgspec.structs.replace(self, constants={**kept, column: value} if value else kept)


# Every heading means the column of its own name.
OWN_NAMES = ColumnMap()


def column_map(store: Store, company_id: int, file: str) -> ColumnMap:
    """The meaning of a file's headings."""
    rows = store.rows("SELECT heading, field, value FROM columnmap WHERE company_id = ? AND file = ?", company_id, file)
    company = store.one("SELECT name FROM company WHERE id = ?", company_id)
    return ColumnMap(
        columns={heading: field for heading, field, value in rows if value is None},
        constants={field: value for _, field, value in rows if value is not None},
        company=str(company or OWN_NAMES.company),
    )


def set_column_map(store: Store, company_id: int, file: str, mapping: ColumnMap) -> None:
    """Keep what the headings mean; the file is read anew at the next look, if that is news."""
    with store.writing():
        old = column_map(store, company_id, file)
        if (old.columns, old.constants) == (mapping.columns, mapping.constants):
            return
        store.sql("DELETE FROM columnmap WHERE company_id = ? AND file = ?", company_id, file)
        store.many(
            "INSERT INTO columnmap (company_id, file, heading, field, value) VALUES (?, ?, ?, ?, ?)",
            [
                *((company_id, file, heading, field, None) for heading, field in mapping.columns.items()),
                # A constant has no heading of its own: its column stands for one that no file can have.
                *((company_id, file, f"\n{field}", field, value) for field, value in mapping.constants.items()),
            ],
        )
        exports.force_file(store, company_id, file)
