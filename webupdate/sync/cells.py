"""The cells of an export by kind: checked and brought to one form."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation

from webupdate.sync.entities import Kind

# More is no amount, weight or count of a firm, but a damaged cell.
LARGEST = Decimal(10) ** 12
MOST_PLACES = 10

_PLAIN = re.compile(r"(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,10})?")
_NUMERIC = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_WHOLE = re.compile(r"[+-]?[0-9]{1,9}")
_SLASHED = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_PACKED = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")

# What a spreadsheet makes of a number of more than eleven digits.
_SHORTENED = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{2,3}")

# "?" is how DBF writes a logical field that was never set.
_FLAGS = dict.fromkeys(("T", "Y", "TRUE", "YES", "1"), "T")
_FLAGS |= dict.fromkeys(("F", "N", "FALSE", "NO", "0", "", "?"), "F")


class BadCell(ValueError):
    """A cell is not what its column holds. `expected` and `hint` are for a person."""

    def __init__(self, expected: str, hint: str) -> None:
        super().__init__(expected)
        self.expected = expected
        self.hint = hint


def code(raw: str) -> str:
    """An id as it is. Raises BadCell for one that a spreadsheet has shortened: its digits are lost."""
    if "+" in raw and _SHORTENED.fullmatch(raw):
        hint = "Export from EBMS again and do not save the file in a spreadsheet."
        raise BadCell("an id, not the short form that a spreadsheet makes of a long number", hint)
    return raw


def flag(raw: str) -> str:
    """ "T" or "F"; an empty cell is "F" (DBF logical)."""
    try:
        return _FLAGS[raw.upper()]
    except KeyError:
        raise BadCell("T or F", "Correct the field in EBMS or the export's column mapping.") from None


def decimal(raw: str) -> str:
    """A number as plain text with a point and the digits as given: ".50" becomes "0.50", "1E3" "1000".

    "" stays "". Raises BadCell for thousands marks, decimal commas, what is not finite or implausibly large.
    """
    if not raw or _PLAIN.fullmatch(raw):
        return raw
    if not _NUMERIC.fullmatch(raw):
        raise BadCell("a number such as 1234.50", _decimal_hint(raw))
    number = _plausible(raw)
    return f"{number:f}" if number else f"{abs(number):f}"


def _plausible(raw: str) -> Decimal:
    try:
        number = Decimal(raw)
    except InvalidOperation:
        number = LARGEST
    exponent = number.as_tuple().exponent
    if abs(number) >= LARGEST or not isinstance(exponent, int) or not -MOST_PLACES <= exponent <= 12:
        raise BadCell(
            f"a number below {LARGEST:,f} with at most {MOST_PLACES} places",
            "Correct the field in EBMS; a spreadsheet may have changed the file.",
        )
    return number


def _decimal_hint(raw: str) -> str:
    if "," in raw:
        return "Export numbers with a point and without a thousands mark."
    return "Correct the field in EBMS or the export's column mapping."


def integer(raw: str) -> str:
    """A whole number without leading zeros or plus sign; "" stays ""."""
    if not raw:
        return raw
    if not _WHOLE.fullmatch(raw):
        raise BadCell("a whole number", "Correct the field in EBMS or the export's column mapping.")
    return str(int(raw))


def day(raw: str) -> str:
    """MM/DD/YYYY or YYYYMMDD as ISO "YYYY-MM-DD"; "" and DBF's blank "/  /" are "" (source: API-ARINV, API-INV)."""
    if not raw.strip("/ "):
        return ""
    try:
        if found := _SLASHED.fullmatch(raw):
            month, day_, year = map(int, found.groups())
        elif found := _PACKED.fullmatch(raw):
            year, month, day_ = map(int, found.groups())
        else:
            raise ValueError
        return date(year, month, day_).isoformat()
    except ValueError:
        hint = "Export dates as EBMS writes them; a spreadsheet may have changed the file."
        raise BadCell("a date as MM/DD/YYYY or YYYYMMDD", hint) from None


NORMALISERS: dict[Kind, Callable[[str], str]] = {
    "code": code,
    "flag": flag,
    "decimal": decimal,
    "integer": integer,
    "date": day,
}


class Normaliser(dict[str, str]):
    """Looks cells up by what they hold; a bounded number of answers is kept, since cells repeat a lot."""

    MOST_KEPT = 4096

    def __init__(self, kind: Kind) -> None:
        super().__init__()
        self._normalise = NORMALISERS[kind]

    def __missing__(self, raw: str) -> str:
        value = self._normalise(raw)
        if len(self) < self.MOST_KEPT:
            self[raw] = value
        return value
