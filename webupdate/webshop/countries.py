"""All countries, and how the ERP's free text is matched to one."""

from __future__ import annotations

import importlib.resources
import unicodedata
from functools import cache

import babel

# What people write that is neither the English name nor a code.
_ALIASES = {
    "usa": "US",
    "us of a": "US",
    "united states of america": "US",
    "uk": "GB",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "holland": "NL",
    "the netherlands": "NL",
    "czech republic": "CZ",
    "deutschland": "DE",
    "osterreich": "AT",
    "schweiz": "CH",
    "espana": "ES",
    "brasil": "BR",
    "eire": "IE",
    "republic of ireland": "IE",
    "korea": "KR",
    "south korea": "KR",
    "russian federation": "RU",
    "vietnam": "VN",
    "uae": "AE",
}


@cache
def names() -> dict[str, str]:
    """English names of all countries by their two letters (codes: ISO 3166 as in tzdata; names: Unicode CLDR)."""
    table = importlib.resources.files("tzdata").joinpath("zoneinfo/iso3166.tab").read_text(encoding="utf-8")
    codes = [line[:2] for line in table.splitlines() if line and not line.startswith("#")]
    territories = babel.Locale("en").territories
    return {code: territories[code] for code in codes}


def code_of(text: str) -> str | None:
    """The two letters of a country given by name, code or alias; None if it is unknown."""
    return _known().get(_folded(text))


@cache
def _known() -> dict[str, str]:
    known = {_folded(name): code for code, name in names().items()}
    known |= {code.lower(): code for code in names()}
    return known | _ALIASES


def _folded(text: str) -> str:
    """Without accents, case, punctuation and needless blanks."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace(".", "").replace("&", "and"))
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(plain.split())
