"""Whether a setting's value makes sense: each check returns what is wrong as a sentence, or None."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Callable
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import tzlocal

from webupdate import orderkinds

Check = Callable[[str], str | None]
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_MAIL = "mailtos://user:password@mail.example?to=support@firm.example"
_LARGEST_PEM = 1_000_000  # bytes; all authorities of a system are a quarter of that
NOBODY = "none"  # instead of an address of support: what was kept is forgotten


def check_name(value: str) -> str | None:
    if len(value) > 60 or any(not letter.isprintable() for letter in value):
        return f"{value[:20]!r} is no name: at most 60 printable characters."
    if value != value.strip():
        return f"{value!r} begins or ends with a blank: nobody could type it."
    return None


def check_site(value: str) -> str | None:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,19}", value):
        return f"{value[:30]!r} can't name a site: 1 to 20 small letters, digits or hyphens (it is in file names)."
    return None


def check_address(value: str) -> str | None:
    wrong = f"{value[:60]!r} is no web address. It looks like https://shop.example"
    if re.fullmatch(r"[\w-]+(\.[\w-]+)+(:\d+)?(/[\w./-]*)?", value, re.ASCII) and len(value) < 60:
        return f"lacks the https:// at its beginning. Write https://{value}"
    try:
        parts = urlsplit(value)
        host, _port = parts.hostname or "", parts.port
        host.encode("idna")  # an empty or overlong label would be found out only when connecting
    except ValueError:
        return wrong
    if parts.scheme not in ("http", "https") or not host or re.search(r"[\s?#]", value):
        return wrong
    if parts.username or parts.password:
        return "The address must not hold a login: it would be shown and logged. Use the fields below."
    if parts.scheme == "http" and host not in LOOPBACK:
        return f"the connection must be encrypted. Use https://{parts.netloc}{parts.path}"
    return None


def check_folder(value: str) -> str | None:
    folder = _expanded(value)
    if folder is None or not folder.is_absolute():
        return f"{value!r} is not a whole path. Begin with / (on Windows with a drive, as D:\\EBMS\\Export)."
    return None


def check_file(value: str) -> str | None:
    file = _expanded(value)
    if file is None or not file.is_file():
        return f"There is no file {value}."
    return None


def check_certificate(value: str) -> str | None:
    file = _expanded(value)
    if (complaint := check_file(value)) or file is None:
        return complaint
    try:
        with file.open("rb") as stream:
            found = b"-----BEGIN CERTIFICATE-----" in stream.read(_LARGEST_PEM)
    except OSError:
        return None  # not by this person; by who runs the sync it may be read
    return None if found else f"{value} holds no certificate. It must be PEM: a text with BEGIN CERTIFICATE in it."


def _expanded(value: str) -> Path | None:
    """The path with ~ replaced; None when it names an unknown user's home or holds control characters."""
    if not value.isprintable():
        return None
    try:
        return Path(value).expanduser()
    except RuntimeError:
        return None


def this_machines_zone() -> str:
    """EBMS's server stands where the firm is: its zone is the likely one; with UTC an evening order's day is wrong."""
    try:
        name = tzlocal.get_localzone_name()
    except (zoneinfo.ZoneInfoNotFoundError, LookupError, OSError, ValueError):
        return "UTC"
    return name if check_zone(name) is None else "UTC"


def check_zone(value: str) -> str | None:
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return f"{value!r} is no time zone. It looks like America/New_York or Europe/Berlin."
    return None


def check_category(value: str) -> str | None:
    if not re.fullmatch(r"[0-9A-Za-z]{1,5}", value):
        return f"{value[:20]!r} is no TREE_ID: 1 to 5 letters or digits, as 24."
    return None


def check_language(value: str) -> str | None:
    if not re.fullmatch(r"[a-z]{2,3}(_[A-Z][A-Za-z]{1,3})?", value):
        return f"{value[:20]!r} is no code of a language. Write it as the shop does, as de or pt_BR."
    return None


def check_date(value: str) -> str | None:
    try:
        # Compared, since Python reads other forms of ISO 8601 too and the shop may not.
        known = date.fromisoformat(value).isoformat() == value
    except ValueError:
        known = False
    return None if known else f"{value!r} is no date. Write YYYY-MM-DD, as 2026-11-23."


def check_kinds(value: str) -> str | None:
    try:
        orderkinds.severities(value)
    except ValueError as error:
        return f"{error} It looks like 5 block, 13 warn, 15 off."
    return None


def check_account(value: str) -> str | None:
    if not re.fullmatch(r"[0-9A-Za-z.-]{1,9}", value):
        return f"{value[:20]!r} is no G/L account: 1 to 9 digits, letters, points or hyphens (source: ARINVDET)."
    return None


def check_amount(value: str) -> str | None:
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,2})?", value):
        return f"{value[:20]!r} is no amount with at most two places, as 0.05."
    return None


def check_subfolder(value: str) -> str | None:
    if not re.fullmatch(r"[\w-][\w .-]{0,39}", value) or value.endswith((" ", ".")):
        return f"{value[:40]!r} can't name a folder inside the order folder: letters, digits, hyphens, no path."
    return None


def addresses(value: str) -> list[str]:
    """The addresses of support in a setting, which stand between blanks or commas; none for NOBODY."""
    parts = re.split(r"[\s,;]+(?=[A-Za-z0-9]+://|mailto:)|\s+", value)
    return [part for part in (part.strip(",;") for part in parts) if part and part != NOBODY]


def check_support(value: str) -> str | None:
    """Never says a part of the value back: it holds passwords."""
    for place, address in enumerate(addresses(value), 1):
        if not address.isprintable():
            return f"address {place} holds characters that can't be seen."
        if re.fullmatch(r"(mailto:)?[^\s:/@]+@[^\s:/@]+", address):
            return f"address {place} lacks the server that takes the mail. It looks like {_MAIL}"
        if not re.match(r"[A-Za-z0-9]+://", address):
            return f"address {place} names no way to tell. It looks like {_MAIL}"
    return None


def between(low: int, high: int, unit: str) -> Check:
    """A whole number between two bounds, both included."""

    def check(value: str) -> str | None:
        if not re.fullmatch(r"[0-9]{1,9}", value) or not low <= int(value) <= high:
            return f"{value!r} must be a whole number of {unit} from {low} to {high}."
        return None

    return check
