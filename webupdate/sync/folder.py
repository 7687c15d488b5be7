"""The export folder: which files are there, whether they have settled, and a copy of each that stands still."""

from __future__ import annotations

import contextlib
import os
import shutil
from datetime import datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import xxhash
from msgspec import Struct

from webupdate.errors import NeedsPerson, Retryable

Format = Literal["csv", "txt", "xlsx", "jsonl"]
SUFFIXES: dict[str, Format] = {".csv": "csv", ".txt": "txt", ".xlsx": "xlsx", ".jsonl": "jsonl"}
BLOCK = 1 << 20
# A file without a close or rename event is read once it has stood still this long (seconds).
SETTLE = 2.0
# File systems hold times that no clock shows and no column of the store takes (nanoseconds since 1970: year 2116).
LATEST = 2**62


class Found(Struct, frozen=True):
    """An export file as the folder shows it; `mtime` is when it was saved."""

    path: Path
    format: Format
    size: int
    mtime_ns: int

    @property
    def mtime(self) -> float:
        return self.mtime_ns / 1e9

    @property
    def name(self) -> str:
        return self.path.name


def find(folder: Path, names: tuple[str, ...]) -> dict[str, Found]:
    """The export files by their names without suffix, whatever the case of their letters.

    Of several files of one name the one saved last counts. Raises NeedsPerson when the folder can't be read.
    """
    found: dict[str, Found] = {}
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                path = Path(entry.path)
                stem, suffix = path.stem.lower(), path.suffix.lower()
                if stem in names and suffix in SUFFIXES and entry.is_file():
                    # It may be gone again, being replaced in this very moment: that is no trouble of the folder.
                    with contextlib.suppress(FileNotFoundError):
                        # Path.stat, not entry.stat: on Windows the directory's own figures lag behind.
                        candidate = _found(path, SUFFIXES[suffix])
                        if stem not in found or candidate.mtime_ns > found[stem].mtime_ns:
                            found[stem] = candidate
    except OSError as error:
        raise NeedsPerson(
            f"The export folder {folder} can't be read: {error.strerror or error}.",
            "Is the share connected and may this user read it? It is tried again by itself.",
            field="export_folder",
        ) from error
    return found


def _found(path: Path, format: Format) -> Found:
    stat = path.stat()
    return Found(path, format, stat.st_size, min(max(stat.st_mtime_ns, 0), LATEST))


def saved(found: Found, zone: str) -> str:
    """The version of a file for people: "inventory.csv saved 09:14", in the company's time zone."""
    return f"{found.name} saved {datetime.fromtimestamp(found.mtime, ZoneInfo(zone)):%H:%M}"


def forget_copies(spool: Path) -> None:
    """Remove what a killed process left in `spool`: such copies hold customers' data."""
    shutil.rmtree(spool, ignore_errors=True)


def take_copy(found: Found, spool: Path) -> str:
    """Copy a file to `spool` and return its digest.

    What is read afterwards is one version that nobody changes, and EBMS can replace its own file meanwhile
    (on Windows an open file could not be). Raises Retryable when it changed while it was copied.
    """
    # The same bytes mean something else in another format; of .csv files digests are kept from the first version on.
    digest = xxhash.xxh3_128(b"" if found.format == "csv" else found.format.encode())
    try:
        spool.parent.mkdir(mode=0o700, exist_ok=True)
        with found.path.open("rb", buffering=0) as source, spool.open("wb", buffering=0) as copy:
            while block := source.read(BLOCK):
                digest.update(block)
                copy.write(block)
        after = _found(found.path, found.format)
    except OSError as error:
        raise Retryable(
            f"{found.name} can't be read now: {error.strerror or error}.", "It is tried again by itself."
        ) from error
    if after != found:
        raise Retryable(f"{found.name} is being saved.", "It is read as soon as that is through.")
    return digest.hexdigest()
