"""The physical lines of an export file: Windows-1252, any line ends, in bounded memory."""

from __future__ import annotations

import codecs
import io
import itertools
import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from webupdate.errors import NeedsPerson
from webupdate.sync.text import ENCODING

_BLOCK = 256 * 1024

# No line or record of an export comes near this; beyond it the file is damaged.
RECORD_LIMIT = 4 * 1024 * 1024

# So many characters that are UTF-8 and not one that is not: chance would not do that.
_UTF8_EVIDENCE = 3

# How zip files (.xlsx) and the older Excel's begin: no text does.
_EXCEL = (b"PK\x03\x04", bytes.fromhex("D0CF11E0"))

_UTF16_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class ExportError(NeedsPerson):
    """A whole export file cannot be used. `record` names the file."""


class BadEncoding(ExportError):
    """The file is not Windows-1252 (source: MAP forbids UTF-8)."""


class TooLong(ExportError):
    """A single line is longer than RECORD_LIMIT bytes: this is no text export."""


class Lines:
    """Iterates the lines of `stream` with their line ends; `name` is the file's name for messages.

    Afterwards `size` is the number of bytes read, and `unended` whether a last line without a line end
    was left out. Undecodable bytes come as U+DC81 and the like; they and NUL set `tainted`. Raises BadEncoding
    for UTF-8, UTF-16 and Excel files, TooLong, and OSError if the file cannot be read. `accept_cut`: that
    last line is given too.
    """

    def __init__(self, stream: BinaryIO, name: str, *, accept_cut: bool = False) -> None:
        self._stream = stream
        self._accept_cut = accept_cut
        self._name = name
        self._proven = False
        self.size = 0
        self.tainted = False
        self.unended = False

    def __iter__(self) -> Iterator[str]:
        return itertools.chain.from_iterable(self._blocks())

    def _blocks(self) -> Iterator[Iterable[str]]:
        carry = b""
        while data := self._stream.read(_BLOCK):
            if not self.size:
                self._check_start(data)
            self.size += len(data)
            whole, carry = _split(carry + data)
            if whole:
                yield self._decoded(whole)
            elif len(carry) > RECORD_LIMIT:
                raise too_long(self._name)
        self.unended = bool(carry) and not carry.endswith(b"\r")
        if carry and (self._accept_cut or not self.unended):
            yield self._decoded(carry)

    def _decoded(self, block: bytes) -> Iterable[str]:
        if not self._proven and not block.isascii():
            self._reject_utf8(block)
        self.tainted = self.tainted or b"\0" in block
        try:
            text = block.decode(ENCODING)
        except UnicodeDecodeError:
            self.tainted = True
            text = block.decode(ENCODING, "surrogateescape")
        # newline="" knows all three line ends and keeps them; str.splitlines would split at more.
        return io.StringIO(text, newline="")

    def _check_start(self, data: bytes) -> None:
        if data.startswith(_EXCEL):
            raise self._wrong("an Excel or zip file (it begins with the bytes of one)")
        if data.startswith(codecs.BOM_UTF8):
            raise self._wrong("UTF-8 (it begins with the bytes EF BB BF)")
        if data.startswith(_UTF16_BOMS) or b"\0" in re.split(rb"[\r\n]", data, maxsplit=1)[0]:
            raise self._wrong("UTF-16 or no text (its first row holds the bytes FF FE, FE FF or 00)")

    def _reject_utf8(self, block: bytes) -> None:
        """UTF-8 without a mark decodes as Windows-1252 too, into gibberish: é would become Ã©."""
        try:
            text = block.decode("utf-8")
        except UnicodeDecodeError:
            self._proven = True
            return
        foreign = [c for c in text if not c.isascii()]
        if len(foreign) >= _UTF8_EVIDENCE:
            raise self._wrong(f'UTF-8 (it holds "{foreign[0]}" as several bytes)')

    def _wrong(self, seen: str) -> BadEncoding:
        return BadEncoding(
            f"{self._name}, row 1, column 1: the file is {seen}, not Windows-1252.",
            "Save the export as plain CSV or text in Windows-1252 (ANSI); EBMS's mappings forbid UTF-8.",
            record=self._name,
            seen=seen,
            expected="Windows-1252",
        )


def too_long(name: str) -> TooLong:
    """A line of file `name` is beyond RECORD_LIMIT."""
    limit = f"{RECORD_LIMIT // 1024 // 1024} MiB"
    return TooLong(
        f"{name}: a line is longer than {limit}; this is no text export.",
        "Export the file again from EBMS.",
        record=name,
        expected=f"lines of at most {limit}",
    )


def _split(data: bytes) -> tuple[bytes, bytes]:
    """Cut after the last line end. A final CR waits, for it may be the first half of a CR LF."""
    end = len(data) - data.endswith(b"\r")
    cut = max(data.rfind(b"\n", 0, end), data.rfind(b"\r", 0, end)) + 1
    return data[:cut], data[cut:]
