"""Copying: by the terminal's own clipboard (OSC 52, also over SSH), and into a file for terminals that have none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from webupdate.config import PRIVATE_FILE

if TYPE_CHECKING:
    from webupdate.tui.app import WebUpdateApp

FILE = "copied.txt"


def copy(app: WebUpdateApp, what: str, text: str) -> None:
    """Put harmless `text` into the clipboard and the file, and say where `what` is now.

    No terminal answers whether it took OSC 52, so the file is always written and named.
    """
    app.copy_to_clipboard(text)
    path = app.session.paths.data / FILE
    where = f"also in {path}" if _written(path, text) else "if the terminal has one"
    app.notify(f"{what} is in the clipboard, {where}.", markup=False)


def _written(path: Path, text: str) -> bool:
    """Whether the file holds it; a window without rights to the data folder has only the clipboard."""
    try:
        path.touch(mode=PRIVATE_FILE)
        path.write_text(text + "\n", encoding="utf-8")
    except OSError:
        return False
    return True
