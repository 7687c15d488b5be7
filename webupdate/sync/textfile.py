"""A .csv or .txt export as rows of cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from webupdate.sync.entities import Kind
from webupdate.sync.lines import Lines
from webupdate.sync.records import Records
from webupdate.sync.sources import CELL_LIMIT, Fault
from webupdate.sync.text import visible

DELIMITERS = {"csv": ",", "txt": "\t"}

# Bytes that Windows-1252 lacks, and the one that is in no text but ends it for many programs.
_UNDECODED = re.compile("[\0\udc80-\udcff]")


class TextFile:
    """The rows of a text file. With `accept_cut` a last line without line end is a line too."""

    spills = True
    broken = ("broken quoting", "Double each quote inside of a quoted cell.")

    def __init__(self, stream: BinaryIO, format: str, name: str, *, accept_cut: bool) -> None:
        self._lines = Lines(stream, name, accept_cut=accept_cut)
        self._records = Records(self._lines, DELIMITERS[format], accept_cut=accept_cut)
        self._accept_cut = accept_cut

    @property
    def size(self) -> int:
        return self._lines.size

    @property
    def start(self) -> int:
        return self._records.start

    @property
    def line(self) -> int:
        return self._records.line + self._lines.unended * (not self._accept_cut)

    @property
    def suspicious(self) -> bool:
        return self._lines.tainted or self._records.size > CELL_LIMIT

    def __iter__(self) -> Iterator[list[str] | str]:
        return iter(self._records)

    def expect(self, kinds: Sequence[Kind | None]) -> None:
        self._records.width = len(kinds)

    def fault(self, number: int, cell: str) -> Fault | None:
        """A byte that is no character; the line named is the one that holds it."""
        found = _UNDECODED.search(cell)
        if found is None:
            return None
        at = next(n for n, line in enumerate(self._records.pulled) if _UNDECODED.search(line))
        byte = f"{ord(found[0]) & 0xFF:02X}"
        around = visible(cell[max(0, found.start() - 20) : found.start() + 20])
        what = f'the byte {byte} in line {self.start + at}, "{around}", which is no character of Windows-1252'
        return Fault(around, what, "Type the character again in EBMS, or export in Windows-1252.")

    def begins(self) -> str:
        return visible(self._records.pulled[0].rstrip("\r\n"))

    def cut(self) -> str:
        if self._accept_cut:
            return ""
        if self._records.open_quote:
            return f"ends inside of a quoted cell that begins in row {self._records.start}"
        return "ends in the middle of a line" if self._lines.unended else ""
