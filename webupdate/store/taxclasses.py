"""Which tax class of a shop the items of a TAX_GROUP of EBMS get: `FOOD = reduced-rate; FREE = zero-rate`."""

from __future__ import annotations

import re

from webupdate.store import wordpairs

# As WordPress makes them of a name: what is not Latin is written out as %d0%b5.
_SLUG = re.compile(r"[a-z0-9_%-]{1,200}")


def parse(text: str) -> dict[str, str]:
    """By tax group, in small letters, the slug of the class; what is no pair is left out."""
    return {group.casefold(): slug for group, slug in wordpairs.parse(text).items()}


def check(text: str) -> str | None:
    """What is wrong with such a text, or None."""
    if problem := wordpairs.problem(text, "FOOD = reduced-rate; FREE = zero-rate", "tax group"):
        return problem
    found = parse(text)
    if len(found) < len(wordpairs.parse(text)):
        return "a tax group stands there twice."
    for slug in found.values():
        if not _SLUG.fullmatch(slug):
            return f"“{slug}” is no slug of a tax class; expected small letters, digits and -, as reduced-rate."
    return None
