"""Splits lines into records by the rules of RFC 4180, and finds its way back after a damaged one."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

from webupdate.sync.lines import RECORD_LIMIT

# csv's own limit, 128 KiB, is below what a memo may hold; it can only be set for the whole process.
csv.field_size_limit(RECORD_LIMIT)


class _TooLarge(Exception):
    """A record is larger than RECORD_LIMIT: a quote was opened and not closed."""


class Records:
    """Iterates the records of `lines`: the cells of one, or a text that says why it cannot be read.

    After a damaged record it goes on with the line that follows the damaged record's *first* line, so that
    a stray quote costs one record and not all that it swallowed. `start` is the physical line where the
    current record starts (1 = first), `pulled` its lines, `size` its characters, `line` the last line read.
    `width` is to be set once the header is known. `open_quote`: the lines ended inside of a quoted cell;
    with `accept_cut` that is a damaged record like others.
    """

    def __init__(self, lines: Iterable[str], delimiter: str, *, accept_cut: bool = False) -> None:
        self._source = iter(lines)
        self._delimiter = delimiter
        self._accept_cut = accept_cut
        self._pushed: list[str] = []
        self._parser = self._new_parser()
        self.pulled: list[str] = []
        self.width: int | None = None
        self.start = 1
        self.line = 0
        self.size = 0
        self.open_quote = False

    def __iter__(self) -> Iterator[list[str] | str]:
        while (found := self._next()) is not None:
            if found:
                yield found

    def _next(self) -> list[str] | str | None:
        self.start = self.line + 1
        self.size = 0
        self.pulled.clear()
        try:
            cells: list[str] = next(self._parser)
        except StopIteration:
            self.open_quote = False
            return None
        except _TooLarge:
            return self._rescued(f"a record of more than {RECORD_LIMIT // 1024 // 1024} MiB (an open quote?)")
        except csv.Error:
            if not self.open_quote:
                return self._rescued("text after a closing quote")
            return self._rescued("a quote that is never closed") if self._accept_cut else None
        if len(cells) != self.width and self.width and len(self.pulled) > 1:
            return self._rescued(f"{len(cells)} columns over {len(self.pulled)} lines")
        return cells

    def _new_parser(self) -> Iterator[list[str]]:
        # strict: otherwise a quote inside of a quoted cell, or one never closed, would pass unnoticed.
        return csv.reader(self._pull(), delimiter=self._delimiter, strict=True)

    def _pull(self) -> Iterator[str]:
        while True:
            line = self._pushed.pop() if self._pushed else next(self._source, None)
            if line is None:
                # Asked for more: if csv complains now, then because a quote is open.
                self.open_quote = True
                return
            self.line += 1
            self.size += len(line)
            self.pulled.append(line)
            if self.size > RECORD_LIMIT:
                raise _TooLarge
            yield line

    def _rescued(self, reason: str) -> list[str] | str:
        """Give back all lines but the first, which in a tab file may be meant without any quoting."""
        first, *others = self.pulled
        self._pushed.extend(reversed(others))
        self.line -= len(others)
        self.size = len(first)
        del self.pulled[1:]
        self._parser = self._new_parser()
        self.open_quote = False
        cells = first.rstrip("\r\n").split(self._delimiter)
        if self._delimiter == "\t" and len(cells) == self.width:
            return cells
        return reason
