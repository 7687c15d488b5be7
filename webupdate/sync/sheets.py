"""An .xlsx export as rows of cells: numbers, dates and flags become the text that EBMS would have written."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from webupdate.sync.entities import Kind
from webupdate.sync.lines import ExportError
from webupdate.sync.sheetcheck import Checked, check_workbook
from webupdate.sync.sources import CELL_LIMIT, Fault, NotEnded
from webupdate.sync.text import visible

MEGABYTE = 1024 * 1024
DEFAULT_LIMIT = 20 * MEGABYTE

# Excel keeps 15 digits of a number and writes zeros for the others.
EXACT = 10**15

_OLD_EXCEL = bytes.fromhex("D0CF11E0A1B11AE1")
_SAVE_ANEW = "Open it in Excel, save it as .xlsx without a password, or export .csv from EBMS."

_Raw = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta


class Sheet:
    """The rows of a workbook's first sheet, or of the one that is called like the file.

    Raises ExportError for a file that is no workbook, is protected or larger than `limit` (bytes), and NotEnded
    for one that is cut off. A cut-off workbook holds nothing that could be read, also if a person accepts it.
    """

    spills = False
    broken = ("no row", _SAVE_ANEW)

    def __init__(self, path: Path, name: str, *, limit: int) -> None:
        self.size = path.stat().st_size
        self.start = self.line = 0
        self.suspicious = False
        self._name = name
        self._kinds: Sequence[Kind | None] = ()
        self._faults: dict[int, Fault] = {}
        self._row: list[str] = []
        self._check_file(path, limit)
        self._rows, self._checked, self._left = self._open(path, limit)

    def _check_file(self, path: Path, limit: int) -> None:
        with path.open("rb", buffering=0) as stream:
            start = stream.read(8)
        if not start:
            raise self._cut("is empty")
        if start.startswith(_OLD_EXCEL):
            raise self._error("is protected by a password, or a workbook of Excel 97 (.xls)", _SAVE_ANEW)
        if not start.startswith(b"PK"):
            seen = start[:4].hex(" ").upper()
            raise self._error(f"is no Excel workbook: it begins with the bytes {seen}", _SAVE_ANEW)
        if self.size > limit:
            hint = "Raise “Largest workbook” in Properties, or export .csv from EBMS, which has no limit."
            raise self._error(f"has {self.size:,} bytes, expected at most {limit:,}", hint)

    def _open(self, path: Path, limit: int) -> tuple[Iterator[list[_Raw]], Checked, int]:
        """The rows, what the check noted, and how many empty columns stand left of the first used one."""
        try:
            checked = check_workbook(path, self._name, limit)
            sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(checked.sheet)
            return sheet.iter_rows(), checked, (sheet.start or (0, 0))[1]
        except PasswordError:
            raise self._error("is protected by a password", _SAVE_ANEW) from None
        except CalamineError as error:
            raise self._error(f"can't be read as a workbook ({visible(str(error))})", _SAVE_ANEW) from error
        except BaseException as error:
            # What the reader gives up on (a panic) is no Exception; whoever stops the program is let through.
            if type(error).__name__ != "PanicException":
                raise
            raise self._error("can't be read as a workbook", _SAVE_ANEW) from None

    def __iter__(self) -> Iterator[list[str] | str]:
        width = 0
        for number, raw in enumerate(self._rows, 1):
            self.start = self.line = number
            self._faults = {}
            cells = [self._text(place, value) for place, value in enumerate(raw)]
            self._note_marks(number)
            if not (any(cells) or self._faults):
                continue
            # The sheet is a rectangle; the header says how wide the table in it is.
            width = width or _filled(cells)
            self._row = cells[: max(width, _filled(cells))]
            self.suspicious = bool(self._faults) or sum(map(len, cells)) > CELL_LIMIT
            yield self._row

    def _note_marks(self, number: int) -> None:
        for column, seen in self._checked.marks.get(number, {}).items():
            self._note(column - self._left, _no_value(seen))

    def _text(self, place: int, value: _Raw) -> str:
        if isinstance(value, str):
            return value
        kind = self._kinds[place] if place < len(self._kinds) else None
        if isinstance(value, bool):
            return "T" if value else "F"
        if isinstance(value, int | float):
            if abs(value) >= EXACT and kind is not None:
                self._note(place, _too_long(value))
            return plain(value)
        if kind == "date" and isinstance(value, datetime.date):
            return f"{value.month:02}/{value.day:02}/{value.year:04}"
        self._note(place, _dated(value))
        return str(value)

    def _note(self, place: int, fault: Fault) -> None:
        """Keep what is wrong, unless the column is not used."""
        if place < len(self._kinds) and self._kinds[place] is not None:
            self._faults.setdefault(place, fault)

    def expect(self, kinds: Sequence[Kind | None]) -> None:
        self._kinds = kinds

    def fault(self, number: int, cell: str) -> Fault | None:
        return self._faults.get(number)

    def begins(self) -> str:
        return visible(" | ".join(self._row))

    def cut(self) -> str:
        return ""

    def _error(self, what: str, hint: str) -> ExportError:
        return ExportError(f"{self._name} {what}.", hint, record=self._name, expected="an Excel workbook (.xlsx)")

    def _cut(self, what: str) -> NotEnded:
        return NotEnded(
            f"{self._name} {what}: {self.size:,} bytes.",
            "It seems cut off or still being written; if it stays so, save it again.",
            file=self._name,
            size=self.size,
            line=0,
            records=0,
        )


def plain(value: float) -> str:
    """A number as EBMS writes it: all its digits, no exponent, and none that come from its binary form only."""
    if isinstance(value, int) or value.is_integer():
        return str(int(value))
    return f"{Decimal(format(value, '.15g')):f}"


def _filled(cells: list[str]) -> int:
    """How many cells there are up to the last that holds something."""
    return next((place for place in range(len(cells), 0, -1) if cells[place - 1].strip()), 0)


def _no_value(seen: str) -> Fault:
    if seen:
        return Fault(seen, f"the error {seen} of a formula", "Correct the formula in the sheet.")
    return Fault("", "a formula that was never calculated", "Open the file in Excel and save it.")


def _too_long(value: float) -> Fault:
    hint = "Make the column text in the sheet before the numbers are pasted, or export .csv from EBMS."
    return Fault(plain(value), f"the number {plain(value)}, of which Excel keeps 15 digits only", hint)


def _dated(value: object) -> Fault:
    hint = "Excel made it a date or time: make the column text in the sheet, or export .csv from EBMS."
    return Fault(str(value), f"the date or time {value}", hint)
