"""The event log: newest last, following the newest line unless somebody reads further up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from webupdate.keys import KEY_SEPARATOR
from webupdate.store import board
from webupdate.store.board import LogLine
from webupdate.store.snapshot import Snapshot
from webupdate.tui import actionkinds, actions, stages, view
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
    Column("Time", 8),
    Column("", 0),
    Column("Company", 14, grow=1),
    Column("Record", 14, grow=1),
    Column("Event", 16, grow=6),
)


class Log(Page):
    """All events."""

    place = actionkinds.LOG
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings(actionkinds.LOG)]

    def __init__(self, app: WebUpdateApp) -> None:
        super().__init__(app)
        self._find = ""
        self._follow = True
        self._lines: list[LogLine] = []

    def body(self) -> Iterable[Widget]:
        yield Grid(self.ours.painter, _COLUMNS, id="events")
        yield Lines(self.ours.painter, id="none")
        yield Finder(self.ours.painter)

    def crumbs(self) -> list[str]:
        return ["Log"]

    def header_note(self) -> tuple[str, ...]:
        return ("following the newest line",) if self._follow else ("not following",)

    def show(self, snapshot: Snapshot) -> None:
        self._read()
        names = {company.id: company.name for company in snapshot.companies}
        found = [(line, _cells(line, names)) for line in self._lines]
        rows = [Row(str(line.id), cells) for line, cells in found if self._find in _searched(line, cells)]
        grid = self.query_one(Grid)
        grid.put(rows)
        if self._follow:
            grid.action_last()
        nothing: list[Line] = (
            [] if rows else [(Cell("No event has this text." if self._find else "No events yet.", "dim"),)]
        )
        self.query_one("#none", Lines).put(nothing)

    def _read(self) -> None:
        """Add what is new: the lines known already are not read again."""
        after = self._lines[-1].id if self._lines else 0
        self._lines = (self._lines + board.log_lines(self.ours.session.store, after=after, limit=MOST))[-MOST:]

    def on_grid_moved(self) -> None:
        self._follow = self.query_one(Grid).at_end
        self.draw_lines()

    def on_finder_changed(self, message: Finder.Changed) -> None:
        self._find = message.text.lower()
        self.draw()

    def do_find(self) -> None:
        self.query_one(Finder).open()

    def do_follow(self) -> None:
        self._follow = True
        self.draw()

    def do_event(self) -> None:
        key = self.query_one(Grid).key
        line = next(line for line in self._lines if str(line.id) == key)
        text = " ".join(part for part in (line.entity, line.key, line.text) if part)
        self.ours.push_screen(Tell(self.ours.painter, text, line.hint))


def _cells(line: LogLine, names: dict[int, str]) -> Line:
    glyph, tone = stages.LEVELS.get(line.level, stages.LEVELS["info"])
    return (
        Cell(view.moment(line.at), "dim"),
        Cell(glyph, tone),
        Cell(view.clean(names.get(line.company_id or 0, "")), "dim"),
        Cell(view.clean(" ".join(part for part in (line.entity, line.key.replace(KEY_SEPARATOR, " ")) if part))),
        Cell(view.clean(line.text), tone if line.level == "error" else ""),
    )


def _searched(line: LogLine, cells: Line) -> str:
    return " ".join(cell.text for cell in cells).lower() + line.hint.lower()
