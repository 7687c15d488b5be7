"""Which payment gateway of a shop a payment option of EBMS is: `COD = cod; CC = stripe`."""

from __future__ import annotations

import re

_GATEWAY = re.compile(r"[A-Za-z0-9_-]{1,80}")


def parse(text: str) -> dict[str, str]:
    """By IDCHARGE the shop's id of the gateway; what is no pair is left out, since `check` has said so."""
    pairs = (part.partition("=") for part in text.split(";"))
    return {key.strip(): gateway.strip() for key, sign, gateway in pairs if sign and key.strip()}


def check(text: str) -> str | None:
    """What is wrong with such a text, or None."""
    parts = [part.strip() for part in text.split(";") if part.strip()]
    found = parse(text)
    if len(found) != len(parts):
        return "expected pairs as COD = cod; CC = stripe, each payment option once."
    for gateway in found.values():
        if not _GATEWAY.fullmatch(gateway):
            return f"“{gateway}” is no id of a gateway; expected letters, digits, _ and -, as cod."
    if len(set(found.values())) < len(found):
        return "a gateway stands there twice; it has one title only."
    return None
