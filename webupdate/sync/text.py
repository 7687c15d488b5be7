"""Text from outside: shown safely, freed of control characters, made fit for an EBMS field."""

from __future__ import annotations

import json
import re
import unicodedata

import msgspec

# The code page of every EBMS file; UTF-8 is expressly forbidden (source: MAP).
ENCODING = "cp1252"

# C0, DEL and C1, without the line feed, which is text in a memo.
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_SPACED_CONTROLS = re.compile(r"[\t\v\f\n]+")
_LINE_ENDS = re.compile(r"\r\n?|[\x85\u2028\u2029]")

# Letters of names that Unicode does not decompose into a base letter and a mark.
_UNDECOMPOSED = str.maketrans("łŁđĐħĦıŧŦ", "lLdDhHitT")

_FORMULA_STARTS = ("=", "@", "\t", "\r", "+", "-")
_NUMBER = re.compile(r"[+-][0-9]+(?:[.,][0-9]+)*")
_PHONE = re.compile(r"\+[0-9(][0-9 ()./-]*(?:(?:x|ext\.?) ?[0-9]+)?", re.IGNORECASE)


def visible(value: str, limit: int = 60) -> str:
    """`value` for a message: control and other unprintable characters escaped, cut to `limit` characters.

    A byte that could not be decoded (U+DC80 and up) is shown as that byte, `\\x81`.
    """
    text = harmless(value[: limit + 1])
    return text if len(text) <= limit else text[: limit - 1] + "…"


def harmless(value: str) -> str:
    """One line of text from outside, whole: what a terminal would obey or not show is escaped."""
    return value if value.isprintable() else "".join(c if c.isprintable() else _escape(c) for c in value)


def lines_of(text: str) -> list[str]:
    """The lines of a text. What Python takes for line ends besides is text from outside that is to be seen."""
    return text.replace("\r\n", "\n").split("\n")


def json_text(value: object) -> str:
    """A value as JSON, laid out. What a terminal would obey or not show is escaped, as JSON escapes it."""
    return "\n".join(map(_json_line, msgspec.json.format(msgspec.json.encode(value)).decode().split("\n")))


def json_line(value: object) -> str:
    """A value as JSON in one line, harmless as well."""
    return _json_line(msgspec.json.encode(value).decode())


def _json_line(line: str) -> str:
    return line if line.isprintable() else "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in line)


def _escape(char: str) -> str:
    if "\udc80" <= char <= "\udcff":
        return f"\\x{ord(char) - 0xDC00:02x}"
    return char.encode("unicode_escape").decode("ascii")


def one_line(value: str) -> str:
    """`value` without control characters; line breaks and tabs become one blank, ends are trimmed."""
    breaks = _SPACED_CONTROLS.sub(" ", _LINE_ENDS.sub("\n", value))
    return _CONTROLS.sub("", breaks).strip()


def many_lines(value: str) -> str:
    """`value` without control characters; line breaks of every kind become `\\n`, ends are trimmed."""
    return _CONTROLS.sub("", _LINE_ENDS.sub("\n", value).replace("\t", " ")).strip()


def encodable(value: str) -> bool:
    """Whether EBMS's code page has every character of `value`."""
    try:
        value.encode(ENCODING)
    except UnicodeEncodeError:
        return False
    return True


def to_code_page(value: str, without_likeness: str = "?") -> str:
    """`value` in characters of EBMS's code page: `ů` becomes `u`, what has no likeness `without_likeness`.

    Marks and invisible characters (direction marks, joiners) that the code page lacks are dropped.
    """
    composed = unicodedata.normalize("NFC", value)
    if encodable(composed):
        return composed
    return "".join(c if encodable(c) else _likeness(c, without_likeness) for c in composed)


def _likeness(char: str, otherwise: str) -> str:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return ""
    plain = unicodedata.normalize("NFKD", char.translate(_UNDECOMPOSED))
    kept = "".join(c for c in plain if encodable(c) and c.isprintable())
    return kept or otherwise


def spelled_out(value: str) -> str:
    """`value` whole, in characters of EBMS's code page: what that lacks is written `\\u016f`."""
    return value.encode(ENCODING, "backslashreplace").decode(ENCODING)


def laid_out(received: bytes) -> str:
    """What a shop sent, laid out if it is JSON. Not harmless yet: show it line by line with `visible`."""
    try:
        return json.dumps(json.loads(received), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return received.decode("utf-8", "backslashreplace")


def starts_formula(value: str) -> bool:
    """Whether a spreadsheet would take `value` for a formula. Numbers and phone numbers are none."""
    if not value.startswith(_FORMULA_STARTS):
        return False
    return not (_NUMBER.fullmatch(value) or _PHONE.fullmatch(value))
