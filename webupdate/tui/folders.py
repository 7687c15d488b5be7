"""What stands beside a folder in Properties: whether it is there and fit for its use. May block on a slow share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from webupdate.errors import NeedsPerson
from webupdate.sync import folder
from webupdate.sync.folder import Found
from webupdate.tui.view import Cell, counted

_EXPORTS = ("categories", "inventory", "prices", "customers", "shipping", "payments")


class ExportFile(NamedTuple):
    """One of the six export files: its name, when it was saved (None: not there), why it can't be read ("": it can)."""

    label: str
    saved_at: float | None = None
    problem: str = ""


def told(name: str, value: str) -> Cell:
    """A few words about a folder. A missing one is no mistake: the share may be away just now."""
    path = Path(value).expanduser()
    if not path.is_dir():
        return Cell("⚠ not there now", "warn")
    if name == "order_folder":
        fit = os.access(path, os.W_OK)
        return Cell("✔ writable", "ok") if fit else Cell("✖ not writable", "bad")
    try:
        found = folder.find(path, _EXPORTS)
    except NeedsPerson:
        return Cell("✖ not readable", "bad")
    return Cell(f"✔ {counted(len(found), 'file')}", "ok") if found else Cell("⚠ no exports yet", "warn")


def export_files(value: str) -> list[ExportFile]:
    """The six export files of a folder, in the order in which they are read. Raises NeedsPerson if it can't be."""
    found = folder.find(Path(value).expanduser(), _EXPORTS)
    return [_export_file(name, found.get(name)) for name in _EXPORTS]


def _export_file(name: str, found: Found | None) -> ExportFile:
    if found is None:
        return ExportFile(name)
    try:
        with found.path.open("rb") as file:
            file.read(1)
    except OSError as error:
        return ExportFile(found.name, found.mtime, f"can't be read: {error.strerror or error}")
    return ExportFile(found.name, found.mtime)
