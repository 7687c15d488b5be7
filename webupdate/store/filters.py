"""Filters: which items go to a site (EBMS's SQL Mirror has the same per table; source: MIRROR)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

import msgspec

# What a filter may ask for: what detection keeps of every item, so that it can be asked at any time.
COLUMNS = frozenset(
    ("ID", "TREE_ID", "DESCR_1", "C_TYPE", "EACH_UNIT", "MFG", "WAREHOUSE", "TAX_GROUP", "SHOW_WEB", "INACTIVE")
)
_TERM = re.compile(r"\s*([A-Za-z_0-9]+)\s*(<>|=|\bcontains\b|\bbelow\b)\s*(.+?)\s*", re.IGNORECASE)

Above = Mapping[str, str]  # by category, the one above it; the root's is ""


class Term(msgspec.Struct, frozen=True):
    """One condition: the column is (not) one of the values, contains one, or is a category or below one."""

    column: str
    how: Literal["=", "<>", "contains", "below"]
    values: tuple[str, ...]

    def passes(self, values: Mapping[str, str], above: Above) -> bool:
        seen = values.get(self.column, "").casefold()
        if self.how == "contains":
            return any(value in seen for value in self.values)
        if self.how == "below":
            return any(category.casefold() in self.values for category in _line(values.get(self.column, ""), above))
        return (seen in self.values) == (self.how == "=")


class Filter(msgspec.Struct, frozen=True):
    """All terms must hold; no term lets everything pass."""

    terms: tuple[Term, ...] = ()

    @property
    def needs_tree(self) -> bool:
        return any(term.how == "below" for term in self.terms)

    def passes(self, values: Mapping[str, str], above: Above) -> bool:
        """Whether the item with these column values goes to the site."""
        return all(term.passes(values, above) for term in self.terms)


@lru_cache(maxsize=64)
def parse(text: str) -> Filter:
    """The filter of a text as `TREE_ID below 11, 12; MFG <> ACME`. Raises ValueError with a sentence."""
    return Filter(tuple(_term(part) for part in text.split(";") if part.strip()))


def check(text: str) -> str | None:
    """What is wrong with a filter's text, None if nothing is."""
    try:
        parse(text)
    except ValueError as error:
        return str(error)
    return None


def _term(part: str) -> Term:
    found = _TERM.fullmatch(part)
    if found is None:
        raise ValueError(f"{part.strip()[:40]!r} is no condition (as TREE_ID below 11, 12; MFG <> ACME).")
    column, how = found[1].upper(), found[2].lower()
    if column not in COLUMNS:
        raise ValueError(f"{column[:20]!r} can't be asked for. Ask for one of {', '.join(sorted(COLUMNS))}.")
    if how == "below" and column != "TREE_ID":
        raise ValueError(f"only TREE_ID can be below a category; for {column} write {column} = {found[3][:20]!r}.")
    values = tuple(value.strip().casefold() for value in found[3].split(",") if value.strip())
    if not values:
        raise ValueError(f"{part.strip()[:40]!r} names no value.")
    return Term(column, how, values)  # type: ignore[arg-type]


def _line(category: str, above: Above) -> list[str]:
    """A category and all above it; ends where they go in a circle."""
    found: list[str] = []
    while category and category not in found:
        found.append(category)
        category = above.get(category, "")
    return found
