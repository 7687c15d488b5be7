"""Export files for the tests of the engine: the real Northwind ones, and any that a test writes."""

from __future__ import annotations

from pathlib import Path

import webupdate
from webupdate.sync.entities import FILES, Column, ExportFile
from webupdate.sync.folder import SUFFIXES
from webupdate.sync.reader import BadRow, Row, open_export

NORTHWIND = Path(webupdate.__file__).parent / "northwind"

# A small table with a column of each kind.
THINGS = ExportFile(
    name="things",
    columns=(
        Column("ID", "text", 8),
        Column("NOTE"),
        Column("SHOWN", "flag"),
        Column("PRICE", "decimal"),
        Column("COUNT", "integer"),
        Column("MADE", "date"),
    ),
    required=("ID", "NOTE"),
    key=("ID",),
    entities=("items",),
    facts=(),
)


class Got:
    """What one pass over an export gave, up to the error that stopped it, if any is let through."""

    def __init__(self, path: Path, spec: ExportFile, *, accept_cut: bool = False) -> None:
        format = SUFFIXES[path.suffix]
        self.rows: list[Row] = []
        self.bad: list[BadRow] = []
        with open_export(path, spec, format, path.name, accept_cut=accept_cut) as reading:
            self.reading = reading
            for found in reading:
                if isinstance(found, Row):
                    self.rows.append(found)
                else:
                    self.bad.append(found)

    @property
    def keys(self) -> list[str]:
        return [row.key for row in self.rows]


def read(
    folder: Path, content: str | bytes, spec: ExportFile = THINGS, suffix: str = ".csv", *, accept_cut: bool = False
) -> Got:
    """Write `content` as an export of `spec` and read it."""
    path = folder / f"{spec.name}{suffix}"
    path.write_bytes(content.encode("cp1252") if isinstance(content, str) else content)
    return Got(path, spec, accept_cut=accept_cut)


def northwind(name: str) -> Got:
    return Got(NORTHWIND / f"{name}.csv", FILES[name])
