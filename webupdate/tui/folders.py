"""What stands beside a folder in Properties: whether it is there and fit for its use. May block on a slow share."""

from __future__ import annotations

import os
from pathlib import Path

from webupdate.sync.folder import SUFFIXES
from webupdate.tui.view import Cell, counted

_EXPORTS = ("categories", "inventory", "prices", "customers", "shipping", "payments")


def told(name: str, value: str) -> Cell:
    """A few words about a folder. A missing one is no mistake: the share may be away just now."""
    folder = Path(value).expanduser()
    if not folder.is_dir():
        return Cell("⚠ not there now", "warn")
    if name == "order_folder":
        fit = os.access(folder, os.W_OK)
        return Cell("✔ writable", "ok") if fit else Cell("✖ not writable", "bad")
    return _exports(folder)


def _exports(folder: Path) -> Cell:
    try:
        names = {entry.name.lower() for entry in folder.iterdir()}
    except OSError:
        return Cell("✖ not readable", "bad")
    found = sum(any(f"{name}{suffix}" in names for suffix in SUFFIXES) for name in _EXPORTS)
    return Cell(f"✔ {counted(found, 'file')}", "ok") if found else Cell("⚠ no exports yet", "warn")
