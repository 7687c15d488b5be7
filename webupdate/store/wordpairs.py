"""Pairs that a person writes into a property: what EBMS calls a thing = what the shop calls it, with `;` between."""

from __future__ import annotations


def parse(text: str) -> dict[str, str]:
    """By EBMS's word the shop's; what is no pair is left out, since `problem` has said so."""
    pairs = (part.partition("=") for part in text.split(";"))
    return {key.strip(): value.strip() for key, sign, value in pairs if sign and key.strip()}


def problem(text: str, example: str, what: str) -> str | None:
    """What is wrong with such a text, or None. `what`: what stands at the left, of which each may stand once."""
    parts = [part.strip() for part in text.split(";") if part.strip()]
    return None if len(parse(text)) == len(parts) else f"expected pairs as {example}, each {what} once."
