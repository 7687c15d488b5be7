"""Import files for EBMS, each laid down exactly once (design section 5): their names, the way into the folder.

`stage` writes a temporary file inside the folder; the caller then commits `staged`, and `place` renames it. After a
crash, a staged file whose temporary file is there is renamed; one whose temporary file is gone was renamed before,
whether EBMS has taken it or not. Nobody need be asked.
"""

from __future__ import annotations

import errno
import hashlib
import itertools
import os
import re
import stat
from pathlib import Path

from webupdate.errors import NeedsPerson

WORK_FOLDER = ".webupdate"  # inside the order folder, so that a rename stays on one volume
HASH_LENGTH = 12
_PART_LIMIT = 40


def file_name(kind: str, site: str, number: str, nth: int = 1) -> str:
    """`<kind>-<site>-<number>.csv`, the files after the first with their number behind; safe on every file system.

    Different numbers give different names, on systems that ignore case too: a number that holds more than
    digits, capitals, dots and underscores, or is long, gets a hash. No such number has a dash, and no `nth` is as long
    as a hash: so a second file is never called as the first one of another number.
    """
    parts = [re.sub(r"[^A-Za-z0-9._-]", "_", part)[:_PART_LIMIT] for part in (site, number)]
    if parts[0] != site or parts[1] != number or not re.fullmatch(r"[A-Z0-9._]+", number):
        parts.append(short_hash(f"{site}\0{number}"))
    if nth > 1:
        parts.append(str(nth))
    return f"{kind}-{'-'.join(parts)}.csv"


def short_hash(text: str) -> str:
    """Tells texts apart that were cut or cleaned."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:HASH_LENGTH]


def check_folder(folder: Path, *, used: bool) -> None:
    """What is left of a share that is not mounted is an empty folder: a file laid there would never be imported.

    Raises FileNotFoundError when our own folder is gone from a folder that was `used` (written to) before.
    """
    work = folder / WORK_FOLDER
    if not work.is_dir() and used:
        raise FileNotFoundError(
            errno.ENOENT, f"it lacks {WORK_FOLDER}, so it is not the folder of before. If it is, make {work}"
        )


def stage(folder: Path, temporary: str, content: bytes) -> None:
    """Write the temporary file, durably. Raises OSError."""
    path = folder / WORK_FOLDER / temporary
    # Never the order folder itself: a lost share must not become a local folder.
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    sync_folder(path.parent)


def place(folder: Path, temporary: str, name: str) -> None:
    """Rename a staged file into place, if that was not done before.

    Raises FileExistsError when another file has its name, OSError.
    """
    path, target = folder / WORK_FOLDER / temporary, folder / name
    if path not in path.parent.iterdir():
        return
    try:
        rename_new(path, target)
    except FileExistsError:
        if not holds(target, path.read_bytes()):
            raise
        path.unlink()
    sync_folder(target.parent)
    sync_folder(path.parent)


def is_plain(path: Path) -> bool:
    """Whether a file can be read here without harm. The order folder is shared: a link may lead to what its owner may
    not read, and a pipe would never end. Raises OSError."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except FileNotFoundError:
        return False


def holds(path: Path, content: bytes) -> bool:
    """Whether a file has this content; one of another size is not read. Raises OSError."""
    return is_plain(path) and path.stat().st_size == len(content) and path.read_bytes() == content


def rename_new(source: Path, target: Path) -> None:
    """Rename without overwriting. Raises FileExistsError.

    One atomic step, so that a temporary file that is gone always means "renamed": link and unlink would leave
    both for a moment, and EBMS may take the first. The check is enough, since only one engine writes here.
    """
    if target.exists():
        raise FileExistsError(str(target))
    source.rename(target)


def set_aside(folder: Path, path: Path, kept: str) -> None:
    """Move a file out of EBMS's reach into `kept` inside our own folder: never deleted, never over another.

    Raises OSError, FileNotFoundError if it is gone.
    """
    target = folder / WORK_FOLDER / kept
    target.mkdir(exist_ok=True)  # without our own folder: a lost share must not become a local folder
    for number in itertools.count(1):
        name = path.name if number == 1 else f"{path.name}.{number}"
        try:
            rename_new(path, target / name)
        except FileExistsError:
            continue
        break
    sync_folder(target)
    sync_folder(path.parent)


def names_in(folder: Path) -> frozenset[str]:
    """What is in a folder; nothing when it can't be read."""
    try:
        return frozenset(path.name for path in folder.iterdir())
    except OSError:
        return frozenset()


def sync_folder(folder: Path) -> None:
    """Make a rename durable; Windows has no such call and does it itself."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:
        pass  # some network file systems refuse it; nothing more can be done there
    finally:
        os.close(handle)


def folder_error(folder: Path, error: OSError) -> NeedsPerson:
    """The folder can't be used at all."""
    return NeedsPerson(
        f"The order folder {folder} can't be written: {error.strerror or error}.",
        "Is the share connected, the disk full, the right to write there? Orders wait; it is tried again by itself.",
        field="order_folder",
    )
