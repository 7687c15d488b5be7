"""The names in IMAGES and DOCUMENTS, and the files below a company's folders that they mean.

A name comes from a file that anybody may have edited: it must never lead out of its folder.
"""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path

from msgspec import Struct

from webupdate.errors import NeedsPerson
from webupdate.store.contents import Figures
from webupdate.sync.folder import LATEST

LONGEST_NAME = 128
JUNCTION = 0xA0000003  # IO_REPARSE_TAG_MOUNT_POINT, which `stat` names on Windows only
DEEPEST = 8  # subfolders in each other
_SEPARATOR = re.compile(r"[\\/]")
_FORBIDDEN = '<>:"|?*'  # in every file name of Windows; ":" stands for drives and for streams behind a file
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])", re.IGNORECASE)


def split_cell(cell: str) -> list[str]:
    """The names in a cell, joined by ";", each once (case does not matter), with / between folders."""
    names: dict[str, str] = {}
    for part in cell.split(";"):
        if name := part.strip(" ").replace("\\", "/"):
            names.setdefault(folded(name), name)
    return list(names.values())


def folded(name: str) -> str:
    """The same for two names that Windows takes for one."""
    return unicodedata.normalize("NFC", name).lower()


def refusal_of(name: str) -> str:
    """Why a name is refused, to be read behind it; "" if it may be looked for."""
    if not name.isprintable():
        return "holds control characters"
    if len(name) > LONGEST_NAME:
        return f"has {len(name)} characters, more than {LONGEST_NAME}"
    if name.startswith(("/", "\\")) or ":" in name:
        return "is an absolute path or names a drive"
    if found := next((char for char in _FORBIDDEN if char in name), ""):
        return f"holds {found}, which no file name on Windows may"
    return next(filter(None, map(_refusal_of_part, _SEPARATOR.split(name))), "")


def _refusal_of_part(part: str) -> str:
    if part in ("", ".", ".."):
        return "leaves the folder" if part == ".." else "has an empty part"
    if part[-1] in ". " or part[0] == " ":
        return "has a part that begins or ends with a blank, or ends with a dot"
    if _DEVICE.fullmatch(part.split(".")[0].rstrip()):
        return "is a device of Windows, not a file"
    return ""


class FoundFile(Struct, frozen=True):
    """A file of the folder and what the folder tells of it."""

    path: Path
    figures: Figures


class Tree(Struct, frozen=True):
    """All files below a folder by their folded names, and what in it leads elsewhere. `trouble`: it can't be read."""

    files: dict[str, FoundFile] = {}
    links: frozenset[str] = frozenset()
    trouble: NeedsPerson | None = None

    def linked(self, name: str) -> bool:
        """Whether the name is, or goes through, a link out of the folder or to another folder."""
        parts = folded(name).split("/")
        return any("/".join(parts[:count]) in self.links for count in range(1, len(parts) + 1))

    @property
    def mark(self) -> int:
        """The same as long as nothing in the folder changes (within this process)."""
        figures = frozenset((name, file.figures) for name, file in self.files.items())
        return hash((figures, self.links, self.trouble is None))


def look_below(folder: Path) -> Tree:
    """Everything in a folder, links to folders not followed."""
    files: dict[str, FoundFile] = {}
    links: set[str] = set()
    try:
        root = os.path.realpath(folder)
        _walk(folder, root, "", files, links)
    except OSError as error:
        return Tree(
            trouble=NeedsPerson(
                f"The folder {folder} can't be read: {error.strerror or error}. What the shop has stays as it is.",
                "Is the share connected and may this user read it? It is tried again by itself.",
            )
        )
    return Tree(files, frozenset(links))


def _walk(folder: Path, root: str, prefix: str, files: dict[str, FoundFile], links: set[str]) -> None:
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        name = prefix + folded(entry.name)
        try:
            if _is_link(entry) and not _leads_to_file_below(entry, root):
                links.add(name)
            elif entry.is_file():
                # os.stat, not entry.stat: on Windows the directory's own figures lag behind.
                files.setdefault(name, FoundFile(Path(entry.path), figures_of(Path(entry.path).stat())))
            elif entry.is_dir() and name.count("/") < DEEPEST:
                _walk(Path(entry.path), root, f"{name}/", files, links)
        except FileNotFoundError:  # gone again in this moment
            continue


def _is_link(entry: os.DirEntry[str]) -> bool:
    # A junction of Windows is no symlink. (Files kept in a cloud have other tags, and are files.)
    return entry.is_symlink() or getattr(entry.stat(follow_symlinks=False), "st_reparse_tag", 0) == JUNCTION


def _leads_to_file_below(entry: os.DirEntry[str], root: str) -> bool:
    target = os.path.realpath(entry.path)
    return target.startswith(root + os.sep) and entry.is_file()


def figures_of(found: os.stat_result) -> Figures:
    """What tells versions of a file apart. File systems hold times that no column of the store takes."""
    # Else the time of creation on Windows, which some programs set: two files may share it, none is lost by it.
    mtime_ns, ctime_ns = (min(max(moment, 0), LATEST) for moment in (found.st_mtime_ns, found.st_ctime_ns))
    return Figures(found.st_size, mtime_ns, ctime_ns, str(found.st_ino))


def look_up(folder: Path, name: str) -> Path:
    """The file of a name that was found before, whatever the case of its letters. Raises OSError."""
    path = folder
    for part in name.split("/"):
        with os.scandir(path) as entries:
            known = sorted(entry.name for entry in entries if folded(entry.name) == folded(part))
        if not known:
            raise FileNotFoundError(name)
        path = path / known[0]
    return path
