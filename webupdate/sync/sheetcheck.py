"""Looks through a workbook before it is opened: is it whole, how much would it unpack to, which cells have no value.

The library that reads workbooks unpacks all of a sheet into memory, a rectangle up to its last cell, and gives
an empty cell where a formula failed. A small file can so be made to take all memory, and a #N/A to look like "".
"""

from __future__ import annotations

import errno
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path, PurePath
from xml.parsers import expat

from msgspec import Struct

from webupdate.sync.lines import ExportError
from webupdate.sync.sources import NotEnded
from webupdate.sync.text import visible

# Text of sheets shrinks to a tenth or so; what unpacks to more than that many times the limit is a bomb.
UNPACKED_TIMES = 12
# The cells of the rectangle that the sheet spans; each takes 24 bytes or more.
MOST_CELLS = 6_000_000
# Cells without a value that are remembered; a sheet with more is not worth reading.
MOST_MARKS = 10_000

_BLOCK = 256 * 1024
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


class Checked(Struct, frozen=True):
    """The name of the sheet to read, and by row (from 1) and column (from 0) the cells without value.

    They hold the error that stands there (#N/A), or "" for a formula that was never calculated.
    """

    sheet: str
    marks: dict[int, dict[int, str]]


def check_workbook(path: Path, file: str, limit: int) -> Checked:
    """Check the workbook at `path`, called `file` in messages; `limit` is the size in bytes that it may have.

    Raises NotEnded if it is cut off, ExportError if it is no workbook or unpacks to too much.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            room = limit * UNPACKED_TIMES
            for info in archive.infolist():
                room -= sum(len(block) for block in _unpacked(archive, info, room, file))
            name, part = _choose(archive, file)
            return Checked(name, _Cells(file).read(_unpacked(archive, archive.getinfo(part), room, file)))
    except OSError as error:
        # Of a part that is said to lie before the beginning; anything else is the disk's trouble, not the file's.
        if error.errno != errno.EINVAL:
            raise
        raise _damaged(file, "its list of parts is wrong") from error
    except zipfile.BadZipFile as error:
        raise _cut(path, file, str(error)) from error
    except (KeyError, StopIteration, expat.ExpatError, zlib.error, EOFError, UnicodeDecodeError) as error:
        raise _damaged(file, visible(str(error))) from error
    except (NotImplementedError, RuntimeError) as error:  # a way of packing or of protecting that no Excel uses
        raise _damaged(file, visible(str(error))) from error


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, room: int, file: str) -> Iterator[bytes]:
    """The part's bytes, as many as there really are, whatever the archive says of its size."""
    info.file_size = 1 << 62
    with archive.open(info) as stream:
        while block := stream.read(_BLOCK):
            room -= len(block)
            if room < 0:
                raise ExportError(
                    f"{file} unpacks to far more than its size lets expect: it is not read.",
                    "Save the table alone in a new workbook, or export .csv from EBMS.",
                    record=file,
                    expected=f"at most {UNPACKED_TIMES} times the size that a workbook may have",
                )
            yield block


def _choose(archive: zipfile.ZipFile, file: str) -> tuple[str, str]:
    """The sheet to read: its name, and the part of the archive that holds it."""
    book = next(target for kind, target in _targets(archive, "", file).values() if kind.endswith("/officeDocument"))
    targets = _targets(archive, book, file)
    sheets = {
        part.get("name", ""): targets.get(part.get("r:id", ""), ("", ""))[1]
        for tag, part in _elements(archive, book, file)
        if tag == "sheet"
    }
    if not sheets:
        raise _damaged(file, "it holds no sheet")
    name = sheet_for(list(sheets), file)
    return name, sheets[name]


def _targets(archive: zipfile.ZipFile, part: str, file: str) -> dict[str, tuple[str, str]]:
    """What a part ("" = the whole archive) refers to: kind and path of the other part, by id."""
    folder, name = posixpath.split(part)
    found = {}
    for _, other in _elements(archive, posixpath.join(folder, "_rels", f"{name}.rels"), file):
        path = posixpath.normpath(posixpath.join("/", folder, other.get("Target", "")))
        found[other.get("Id", "")] = (other.get("Type", ""), path.lstrip("/"))
    return found


def sheet_for(names: Sequence[str], file: str) -> str:
    """Of a workbook's sheets the one that is called like the file, else the first."""
    stem = PurePath(file).stem.casefold()
    return next((name for name in names if name.strip().casefold() == stem), names[0])


def _elements(archive: zipfile.ZipFile, part: str, file: str) -> list[tuple[str, dict[str, str]]]:
    """Tags and attributes of a small part."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = _parser(file)
    parser.StartElementHandler = lambda tag, attributes: found.append((_local(tag), attributes))
    parser.Parse(archive.read(part), True)
    return found


def _parser(file: str) -> expat.XMLParserType:
    """No workbook declares entities; a bomb would."""

    def refuse(*_: object) -> None:
        raise _damaged(file, "it declares entities")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.EntityDeclHandler = refuse
    return parser


def _local(tag: str) -> str:
    """A tag without its prefix."""
    return tag.rpartition(":")[2]


class _Cells:
    """Walks the cells of a sheet's XML. A cell without formula costs two calls; the others are watched to their end."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._parser = _parser(file)
        self._row = self._column = 0  # both from 1
        self._last_row = self._last_column = 0
        self._kind = ""
        self._value = ""
        self._count = 0
        self.marks: dict[int, dict[int, str]] = {}

    def read(self, blocks: Iterator[bytes]) -> dict[int, dict[int, str]]:
        """All marks. Raises ExportError, expat.ExpatError."""
        self._parser.StartElementHandler = self._begin
        for block in blocks:
            self._parser.Parse(block)
        self._parser.Parse(b"", True)
        return self.marks

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        name = _local(tag)
        if name == "c":
            self._column += 1
            if found := _REFERENCE.fullmatch(attributes.get("r", "")):
                self._column, self._row = _column(found[1]), int(found[2])
            self._kind = attributes.get("t", "")
            if self._kind == "e":
                self._watch()
        elif name in ("v", "t"):
            self._span()
        elif name == "f":
            self._watch()
        elif name == "row":
            given = attributes.get("r", "")
            self._row = int(given) if given.isdecimal() and len(given) < 8 else self._row + 1
            self._column = 0

    def _watch(self) -> None:
        self._value = ""
        self._parser.CharacterDataHandler = self._data
        self._parser.EndElementHandler = self._end

    def _data(self, text: str) -> None:
        self._value += text[:40]

    def _end(self, tag: str) -> None:
        name = _local(tag)
        if name == "f":
            self._value = ""  # the formula itself
        elif name == "c":
            self._parser.CharacterDataHandler = self._parser.EndElementHandler = None
            # A formula whose value is an empty text says so by its type.
            if self._kind == "e" or not (self._value or self._kind == "str"):
                self._mark(visible(self._value, 20))

    def _span(self) -> None:
        self._last_row = max(self._last_row, self._row)
        self._last_column = max(self._last_column, self._column)
        if self._last_row * self._last_column > MOST_CELLS:
            self._refuse(f"spans {self._last_row:,} rows and {self._last_column:,} columns")

    def _mark(self, seen: str) -> None:
        self.marks.setdefault(self._row, {})[self._column - 1] = seen
        self._count += 1
        if self._count > MOST_MARKS:
            self._refuse(f"has more than {MOST_MARKS:,} cells whose formula gives no value")

    def _refuse(self, what: str) -> None:
        raise ExportError(
            f"{self._file}: the sheet {what}.",
            "Save the table alone in a new workbook (a stray cell far away makes a sheet huge), or export .csv.",
            record=self._file,
            expected=f"a sheet of at most {MOST_CELLS:,} cells",
        )


@lru_cache(maxsize=1024)
def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _cut(path: Path, file: str, why: str) -> NotEnded:
    size = path.stat().st_size
    return NotEnded(
        f"{file} is no whole workbook ({visible(why)}): {size:,} bytes.",
        "It seems cut off or still being written; if it stays so, save it again.",
        file=file,
        size=size,
        line=0,
        records=0,
    )


def _damaged(file: str, why: str) -> ExportError:
    return ExportError(
        f"{file} can't be read as a workbook: {why}.",
        "Open it in Excel and save it as .xlsx, or export .csv from EBMS.",
        record=file,
        expected="an Excel workbook (.xlsx)",
    )
