"""From plain values to what Textual draws: tones become colours, and glyphs what this terminal can show."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.content import Content
from textual.filter import LineFilter

from webupdate.tui.view import Cell, Line

TONES: dict[str, str] = {
    "": "",
    "ok": "$success",
    "busy": "$accent",
    "warn": "$warning",
    "bad": "$error",
    "dim": "$quiet",
    "key": "bold $accent",
    "bold": "bold",
}

# For a terminal without these glyphs. One column wide each, but those that stand alone or at an end of a text.
_GLYPHS = "✔⟳⚠✖‖·▸◂›…•↑↓→–“”‹─▁▂▃▄▅▆▇"
_ASCII = 'OK > ! X = . > < > ... * ^ v -> - " " < - _ . - - = = #'
_CUT = re.compile(r"(?<=.)…")  # where a text was cut there is one column for the mark
_TWINS = str.maketrans(dict(zip(_GLYPHS, _ASCII.split(), strict=True)))
# Terminals whose fonts lack the glyphs although they understand UTF-8 (the console of a virtual machine).
POOR_TERMINALS = frozenset({"linux", "vt100", "vt102", "vt220", "dumb"})


def needs_twins(encoding: str | None, term: str | None = None) -> bool:
    """Whether glyphs have to be shown as their ASCII twins."""
    kind = os.environ.get("TERM", "") if term is None else term
    return kind in POOR_TERMINALS or "utf" not in (encoding or "").lower()


class Painter:
    """Draws cells for one terminal."""

    def __init__(self, twins: bool) -> None:
        self.twins = twins

    def text(self, text: str) -> str:
        """The text as this terminal can show it."""
        return _CUT.sub("~", text).translate(_TWINS) if self.twins else text

    def line(self, line: Line) -> Content:
        """One line. Content is assembled, never parsed: text from outside can't be markup."""
        return Content.assemble(*(self._piece(cell) for cell in line))

    def lines(self, lines: Iterable[Line]) -> Content:
        """Several lines."""
        return Content("\n").join([self.line(line) for line in lines])

    def _piece(self, cell: Cell) -> tuple[str, str]:
        return self.text(cell.text), TONES[cell.tone]


class Harmless(LineFilter):
    """The last hand on every line: what a terminal would obey is not drawn, wherever it came from.

    Lines are made of clean text already; but a field to type into holds what was pasted, or the web's word itself.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments as they may be drawn, in as many columns."""
        return [part if part.control or part.text.isprintable() else _harmless(part) for part in segments]


def _harmless(part: Segment) -> Segment:
    text = "".join(char if char.isprintable() else "·" * cell_len(char) for char in part.text)
    return Segment(text, part.style)
