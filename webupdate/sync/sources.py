"""What every format of an export gives the reader: rows of text cells, one by one, each with its place in the file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from msgspec import Struct

from webupdate.sync.entities import Kind
from webupdate.sync.lines import ExportError

# Larger is no text of a person but a damaged cell.
CELL_LIMIT = 1024 * 1024


class Fault(Struct, frozen=True):
    """What is wrong with one cell: the value seen (safe to show), what it is instead, what to do."""

    seen: str
    what: str
    hint: str


class NotEnded(ExportError):
    """The file is cut off: `size` bytes, last `line`, and `records` good ones read before."""

    def __init__(self, message: str, hint: str, *, file: str, size: int, line: int, records: int) -> None:
        super().__init__(message, hint, record=file, expected="a file whose last line is complete")
        self.file = file
        self.size = size
        self.line = line
        self.records = records


class Source(Protocol):
    """Iterates the rows of a file, once; a row that cannot be told apart comes as the reason why.

    The attributes speak of the row given last: `start` is its line (or row of a sheet), `line` the last line
    read, `suspicious` whether `fault` has to be asked about its cells. `spills`: what follows a damaged row
    may belong to it. `broken` is how messages name a row without cells, and what to do about it.
    """

    spills: bool
    broken: tuple[str, str]

    @property
    def size(self) -> int:
        """Bytes read so far."""
        ...

    @property
    def start(self) -> int: ...

    @property
    def line(self) -> int: ...

    @property
    def suspicious(self) -> bool: ...

    def __iter__(self) -> Iterator[list[str] | str]: ...

    def expect(self, kinds: Sequence[Kind | None]) -> None:
        """The header is known: the kind of each column, None where it is not used."""
        ...

    def fault(self, number: int, cell: str) -> Fault | None:
        """What is wrong with that cell of the row given last."""
        ...

    def begins(self) -> str:
        """How the row given last begins, as it stands in the file."""
        ...

    def cut(self) -> str:
        """After the last row: why the file's end is none, "" if it is one."""
        ...
