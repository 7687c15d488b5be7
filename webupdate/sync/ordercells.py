"""Values from a shop made fit for the cells of EBMS's import files; what had to change is noted."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from webupdate.errors import NeedsPerson
from webupdate.sync.text import (
    ENCODING,
    many_lines,
    one_line,
    spelled_out,
    starts_formula,
    to_code_page,
    visible,
)

CENT = Decimal("0.01")

# What looking up a time zone raises for a name that is none.
NO_ZONE = (ZoneInfoNotFoundError, ValueError, OSError)

# More is no order but a damaged one.
_LARGEST = Decimal(10) ** 12

# Maximum lengths in characters (source: ARINV, ARINVDET); fields not named here are memos or unlimited.
LENGTHS: dict[str, int] = {
    "EXTERNALID": 50,
    "ID": 10,
    "C_ID": 10,
    "PO_NO": 20,
    "DESCR": 50,
    "NAME": 86,
    "ADDRESS1": 35,
    "ADDRESS2": 35,
    "CITY": 30,
    "STATE": 3,
    "ZIP": 11,
    "COUNTRY": 25,
    "PHONE": 25,
    "EMAIL": 50,
    "SHIP_VIA": 25,
    "IDCHARGE": 10,
    "IN_LEVEL": 15,
    "INVEN": 24,
    "UNIT_MEAS": 10,
    "ACCOUNT": 9,
}

_LONG_NUMBER = re.compile(r"[0-9](?:[ -]?[0-9]){12,18}")


class Cells:
    """Cleans the cells of one record. `warnings` are for a person, `originals` for the MEMO of the record."""

    def __init__(self, record: str, kind: str = "order") -> None:
        self._record = record
        self._kind = kind
        self.warnings: list[str] = []
        self.originals: list[str] = []

    def text(self, field: str, value: str, length: int | None = None) -> str:
        """One line of at most `length` characters; what is lost goes to `originals` whole."""
        return self._fitted(field, one_line(value), length)

    def memo(self, field: str, value: str) -> str:
        """Text of any length that keeps its line breaks, as CR LF."""
        return self._fitted(field, many_lines(value), None).replace("\n", "\r\n")

    def note(self, field: str, value: str) -> None:
        """Keep what the file has no field for."""
        kept = f"{field}: {spelled_out(many_lines(value))}".replace("\n", "\r\n")
        if kept not in self.originals:
            self.originals.append(kept)

    def _fitted(self, field: str, value: str, length: int | None) -> str:
        value = unicodedata.normalize("NFC", value)
        fit = to_code_page(value).strip()
        cut = self._harmless(field, fit[:length].rstrip(), length)
        if fit != value:
            self._changed(field, value, fit, "EBMS cannot hold some of its characters")
        if cut.lstrip() != fit:
            self._changed(field, value, cut, f"EBMS holds {length} characters")
        return cut

    def _harmless(self, field: str, value: str, length: int | None) -> str:
        """A leading blank keeps a spreadsheet from running text as a formula (design section 5)."""
        if not starts_formula(value):
            return value
        self.warnings.append(f'{field} "{visible(value)}" looks like a formula: a blank was put before it.')
        return f" {value}"[:length]

    def _changed(self, field: str, value: str, used: str, why: str) -> None:
        self.warnings.append(f'{field} is "{visible(value)}", written as "{visible(used)}": {why}.')
        self.note(f"{field} as the web sent it", value)

    def number(self, field: str, value: str) -> Decimal:
        """A finite number of plausible size. Raises NeedsPerson."""
        number = decimal_of(value)
        if number is None:
            raise self.refused(field, value, "a number such as 18.00")
        return number

    def day(self, field: str, at: str, time_zone: str) -> str:
        """The day (MM/DD/YYYY) of an ISO 8601 time in that zone. Raises NeedsPerson."""
        try:
            zone = ZoneInfo(time_zone)
        except NO_ZONE as error:
            raise NeedsPerson(
                f'The time zone "{time_zone}" is not known.',
                "Set the company's time zone to an IANA name such as America/New_York.",
                field=field,
                seen=time_zone,
                expected="an IANA time zone",
            ) from error
        if (moment := moment_of(at, zone)) is None:
            raise self.refused(field, at, "an ISO 8601 time with offset")
        return as_ebms(moment.date())

    def refused(self, field: str, seen: str, expected: str) -> NeedsPerson:
        """The error that stops this record."""
        return NeedsPerson(
            f'{self._kind.capitalize()} {visible(self._record)}: {field} is "{visible(seen)}", expected {expected}.',
            f"Correct the {self._kind} in the shop, then retry it.",
            record=visible(self._record),
            field=field,
            seen=visible(seen),
            expected=expected,
        )


def moment_of(at: str, zone: ZoneInfo | None = None) -> datetime | None:
    """An ISO 8601 time with offset, in that zone (None: as it is written); None if the text is none."""
    try:
        moment = datetime.fromisoformat(at)
        return None if moment.tzinfo is None else moment.astimezone(zone) if zone else moment
    except (ValueError, OverflowError):
        return None


def as_ebms(day: date) -> str:
    """A day as EBMS writes it, MM/DD/YYYY."""
    return f"{day.month:02}/{day.day:02}/{day.year:04}"


def day_of(text: str) -> date | None:
    """A day that is written so, None if the text is none."""
    try:
        day = datetime.strptime(text, "%m/%d/%Y").date()
    except ValueError:
        return None
    return day if as_ebms(day) == text else None


def decimal_of(value: str) -> Decimal | None:
    """A finite number of plausible size, None if the text is none."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or abs(exponent) > 30 or abs(number) >= _LARGEST:
        return None
    return number


def plain(number: Decimal, places: int = 0) -> str:
    """`number` exactly, without exponent and needless zeros, with at least `places` places."""
    text = f"{number if number else abs(number):f}"
    whole, _, fraction = text.partition(".")
    fraction = fraction.rstrip("0").ljust(places, "0")
    return f"{whole}.{fraction}" if fraction else whole


def cents(number: Decimal) -> Decimal:
    """Rounded as EBMS rounds amounts: to two places, halves away from zero."""
    return number.quantize(CENT, ROUND_HALF_UP)


def without_card_numbers(text: str) -> str:
    """`text` with every card number (13 to 19 digits whose Luhn sum is right) cut to its last four digits."""
    return _LONG_NUMBER.sub(_masked, text)


def _masked(found: re.Match[str]) -> str:
    digits = [int(char) for char in found[0] if char.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    is_card = (sum(doubled) + sum(digits[-1::-2])) % 10 == 0
    return f"****{found[0][-4:]}" if is_card else found[0]


def as_bytes(rows: Iterable[tuple[str, ...]]) -> bytes:
    """Rows as EBMS imports them: Windows-1252, CR LF, quotes only where needed."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode(ENCODING)
