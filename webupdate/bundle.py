"""What support asks for, in one text file: doctor, how all is, the settings, and the last of the log. No secrets."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import unquote

from webupdate.config import PRIVATE_FILE
from webupdate.errors import Stopped, UsageError
from webupdate.logtail import human_line
from webupdate.report import as_text
from webupdate.store import board
from webupdate.store.checks import addresses
from webupdate.store.companies import companies
from webupdate.store.db import Store
from webupdate.store.secrets import Vault
from webupdate.store.snapshot import snapshot
from webupdate.sync import checkup
from webupdate.sync.checkup import Found
from webupdate.sync.companyfile import described
from webupdate.sync.text import json_text

WRITTEN = "It holds no password and no token; read it before you send it:"
LOG_LINES = 1000
_SHORTEST = 6  # characters; a shorter secret may stand in any text by chance


def write(path: Path, store: Store, vault: Vault, found: Sequence[Found], now: float) -> None:
    """Write the file, for its owner's eyes alone. Raises UsageError when it can't be written there."""
    text = without(secrets(store, vault), "\n".join(lines(store, found, now)))
    try:
        path.touch(mode=PRIVATE_FILE)
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"{path} can't be written: {error.strerror or error}.", "Name another place: webupdate doctor --bundle FILE"
        ) from error


def name(now: float) -> str:
    """What the file is called where nobody says."""
    return time.strftime("support-%Y%m%d-%H%M%S.txt", time.localtime(now))


def lines(store: Store, found: Sequence[Found], now: float) -> Iterator[str]:
    """All of it, each part under its title."""
    yield time.strftime("webupdate, %Y-%m-%d %H:%M:%S %z", time.localtime(now))
    yield from ("", "== webupdate doctor", *checkup.as_text(found))
    yield from ("", "== webupdate status", *as_text(snapshot(store, now)))
    for info in companies(store):
        yield from ("", f"== webupdate companies export {info.name!r}", json_text(described(info)))
    yield from ("", f"== webupdate log -n {LOG_LINES}")
    yield from map(human_line, board.log_lines(store, limit=LOG_LINES))


def secrets(store: Store, vault: Vault) -> set[str]:
    """Every secret that is kept. They are in none of the texts; this is the second lock on the door."""
    tokens = [info.secrets for info in companies(store)]
    tokens += [site.secrets for info in companies(store) for site in info.sites]
    found: set[str] = set()
    for token in tokens:
        try:
            found |= set(vault.unlock(token).values())
        except Stopped:
            continue  # kept with another key: nobody here can know it
    return found


def without(secrets: set[str], text: str) -> str:
    """The text with each secret taken out, and each part of it that is one by itself."""
    parts = {part for secret in secrets for part in _parts(secret) if len(part) >= _SHORTEST}
    for part in sorted(parts, key=len, reverse=True):
        text = text.replace(part, "(secret)")
    return text


def _parts(secret: str) -> Iterator[str]:
    """The whole, and of addresses of support (several with blanks between) password and path, which may be a token."""
    yield secret
    for address in addresses(secret) if "://" in secret else ():
        yield address
        login, _, path = address.partition("://")[2].partition("?")[0].rpartition("@")
        for part in (login.partition(":")[2], *path.split("/")[1:]):
            yield from (part, unquote(part))
