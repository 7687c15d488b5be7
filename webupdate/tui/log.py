"""The event log: newest last, following the newest line unless somebody reads further up."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.binding import BindingType
from textual.widget import Widget

from webupdate.keys import KEY_SEPARATOR
from webupdate.store import board
from webupdate.store.board import LogLine
from webupdate.store.snapshot import Snapshot
from webupdate.tui import actionkinds, actions, clipboard, stages, view
from webupdate.tui.bars import Lines
from webupdate.tui.dialogs import Tell
from webupdate.tui.finder import Finder
from webupdate.tui.grid import Column, Grid, Row
from webupdate.tui.page import Page
from webupdate.tui.view import Cell, Line

if TYPE_CHECKING:
    from webupdate.tui.app import WebUpdateApp

MOST = board.EVENTS_KEPT
_COLUMNS = (
    Column("Time", 11),
    Column("", 0),
    Column("Company", 14, grow=1, wide=True),
    Column("Record", 14, grow=1, wide=True),
    Column("Event", 16, grow=6),
)
_DETAIL = 3  # lines below the list for the selected event
# What the key for the level goes through: its name, and the levels that are left out.
_LEVELS = (("All events", ()), ("Warnings and errors", ("info",)), ("Errors", ("info", "warning")))


class _Entry(NamedTuple):
    """An event as it is shown; made once, since there are thousands."""

    line: LogLine
    company: str
    row: Row
    searched: str


class Log(Page):
    """All events. `_stays`: the line that somebody reads, None while it follows; lines behind `_seen` are new."""

    place = actionkinds.LOG
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings(actionkinds.LOG)]

    def __init__(self, app: WebUpdateApp) -> None:
        super().__init__(app)
        self._find = ""
        self._level = 0
        self._stays: int | None = None
        self._seen = 0
        self._put: str | None = None  # the line that was selected when the list was drawn
        self._drawn_for: tuple[dict[int, str], str] = ({}, "")  # the companies' names, and the day
        self._entries: list[_Entry] = []

    def body(self) -> Iterable[Widget]:
        yield Grid(self.ours.painter, _COLUMNS, id="events")
        yield Lines(self.ours.painter, id="standing")
        yield Lines(self.ours.painter, id="detail")
        yield Finder(self.ours.painter)

    def crumbs(self) -> list[str]:
        return ["Log"]

    def header_note(self) -> tuple[str, ...]:
        return ("following the newest line",) if self._stays is None else ("not following",)

    def show(self, snapshot: Snapshot) -> None:
        grid = self.query_one(Grid)
        self._note_move(grid)
        self._read({company.id: company.name for company in snapshot.companies}, view.day(snapshot.at))
        shown = [entry for entry in self._entries if self._takes(entry)]
        grid.put([entry.row for entry in shown])
        if self._stays is None:
            grid.action_last()
        elif shown:
            grid.select(self._nearest(shown, self._stays))
        self._put = grid.key
        self.query_one("#standing", Lines).put([self.keyed_line(self._standing(shown))])
        self.query_one("#detail", Lines).put(self._detail(shown))

    def _detail(self, shown: list[_Entry]) -> list[Line]:
        """Whose the selected line is, the beginning of what it says and of what to do about it; Enter shows all."""
        if not shown:
            return []
        entry, width = self._selected(), self.size.width - 8
        line = entry.line
        text, hint = view.wrapped(line.text, width), view.wrapped(line.hint, width, tone="dim") if line.hint else []
        about = " · ".join(filter(None, (entry.company, _record(line))))
        return [
            *(view.wrapped(about, width, tone="dim")[:1] if about else []),
            *view.begun(text, _DETAIL - bool(hint)),
            *view.begun(hint, max(1, _DETAIL - len(text))),
        ]

    def _note_move(self, grid: Grid) -> None:
        """Whoever has left the last line reads; whoever comes back to it follows."""
        if grid.key is None or grid.key == self._put:
            return
        self._put = grid.key
        self._seen = max(int(grid.key), self._seen if self._stays is not None else self._entries[-1].line.id)
        self._stays = None if grid.at_end else int(grid.key)

    def _read(self, names: dict[int, str], today: str) -> None:
        """Add what is new: the lines known already are not read again, nor made again but for another name or day."""
        known = self._entries
        if self._drawn_for != (names, today):
            known = [_entry(entry.line, names, today) for entry in known]
        after = known[-1].line.id if known else 0
        new = board.log_lines(self.ours.session.store, after=after, limit=MOST)
        self._drawn_for = (names, today)
        self._entries = (known + [_entry(line, names, today) for line in new])[-MOST:]

    def _takes(self, entry: _Entry) -> bool:
        return entry.line.level not in _LEVELS[self._level][1] and self._find in entry.searched

    def _nearest(self, shown: list[_Entry], number: int) -> str:
        """The line of that number; if the filters hide it, the last one before it."""
        before = [entry.row.key for entry in shown if entry.line.id <= number]
        return before[-1] if before else shown[0].row.key

    def _standing(self, shown: list[_Entry]) -> Line:
        """What the list shows, and how much came that it does not."""
        name = _LEVELS[self._level][0]
        if not self._entries:
            return (Cell("No events yet.", "dim"),)
        text = f" with “{view.clean(self._find)}”" if self._find else ""
        count = f" {view.number(len(shown))} of {view.number(len(self._entries))}"
        what: Line = (Cell(name, "bold" if self._level else "dim"), Cell(f"{text}{count}", "dim"))
        new = sum(entry.line.id > self._seen for entry in shown) if self._stays is not None else 0
        news: Line = (Cell(f"    +{view.number(new)} new  ", "busy"), Cell("{follow}", "key"), Cell(" Follow"))
        return (*what, *news) if new else what

    def on_resize(self) -> None:
        self.call_after_refresh(self.draw)

    def on_finder_changed(self, message: Finder.Changed) -> None:
        self._find = message.text.casefold()
        self.draw()

    def do_find(self) -> None:
        self.query_one(Finder).open()

    def do_follow(self) -> None:
        self._put = self.query_one(Grid).key
        self._stays = None
        self.draw()

    def do_level(self) -> None:
        self._level = (self._level + 1) % len(_LEVELS)
        self.draw()

    def do_event(self) -> None:
        entry = self._selected()
        about = f"{_when(entry.line)}  {entry.line.level}  {entry.company}".rstrip()
        text = f"{about}\n{_text(entry.line)}"
        self.ours.push_screen(Tell(self.ours.painter, text, entry.line.hint))

    def do_copy(self) -> None:
        entry = self._selected()
        parts = (_when(entry.line), entry.line.level, entry.company, _text(entry.line), entry.line.hint)
        clipboard.copy(self.ours, "The line", view.clean("  ".join(filter(None, parts))))

    def _selected(self) -> _Entry:
        """The selected line; the action table has made sure that there is one."""
        key = self.query_one(Grid).key
        return next(entry for entry in self._entries if entry.row.key == key)


def _when(line: LogLine) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(line.at))


def _record(line: LogLine) -> str:
    return f"{line.entity} {line.key.replace(KEY_SEPARATOR, ' ')}".strip()


def _text(line: LogLine) -> str:
    return f"{_record(line)}  {line.text}".strip()


def _entry(line: LogLine, names: dict[int, str], today: str) -> _Entry:
    company = names.get(line.company_id or 0, "")
    glyph, tone = stages.LEVELS.get(line.level, stages.LEVELS["info"])
    cells: Line = (
        Cell(view.stamp(line.at, today), "dim"),
        Cell(glyph, tone),
        Cell(view.clean(company), "dim"),
        Cell(view.clean(_record(line))),
        Cell(view.clean(line.text), tone if line.level == "error" else ""),
    )
    searched = " ".join((*(cell.text for cell in cells), line.hint)).casefold()
    return _Entry(line, company, Row(str(line.id), cells), searched)
