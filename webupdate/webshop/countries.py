"""All countries, and how the ERP's free text is matched to one."""

from __future__ import annotations

import importlib.resources
from functools import cache

import babel

from webupdate.sync.countries import ALIASES, folded


@cache
def names() -> dict[str, str]:
    """English names of all countries by their two letters (codes: ISO 3166 as in tzdata; names: Unicode CLDR)."""
    table = importlib.resources.files("tzdata").joinpath("zoneinfo/iso3166.tab").read_text(encoding="utf-8")
    codes = [line[:2] for line in table.splitlines() if line and not line.startswith("#")]
    territories = babel.Locale("en").territories
    return {code: territories[code] for code in codes}


def code_of(text: str) -> str | None:
    """The two letters of a country given by name, code or alias; None if it is unknown."""
    return _known().get(folded(text))


@cache
def _known() -> dict[str, str]:
    known = {folded(name): code for code, name in names().items()}
    known |= {code.lower(): code for code in names()}
    return known | ALIASES
