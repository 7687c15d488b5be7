"""Which payment gateway of a shop a payment option of EBMS is: `COD = cod; CC = stripe`."""

from __future__ import annotations

import re

from webupdate.store import wordpairs
from webupdate.store.wordpairs import parse as parse

_GATEWAY = re.compile(r"[A-Za-z0-9_-]{1,80}")


def check(text: str) -> str | None:
    """What is wrong with such a text, or None."""
    if problem := wordpairs.problem(text, "COD = cod; CC = stripe", "payment option"):
        return problem
    found = parse(text)
    for gateway in found.values():
        if not _GATEWAY.fullmatch(gateway):
            return f"“{gateway}” is no id of a gateway; expected letters, digits, _ and -, as cod."
    if len(set(found.values())) < len(found):
        return "a gateway stands there twice; it has one title only."
    return None
