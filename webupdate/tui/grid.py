"""A list with columns: fixed widths that we lay out ourselves, and only changed lines are drawn again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from webupdate.tui import actionkinds, actions
from webupdate.tui.paint import TONES, Painter
from webupdate.tui.view import Cell, Line

GAP = 1  # blanks between columns
MARKER = 3  # columns at the left for the cursor's mark
WIDE = 100  # from this width on, columns that are only nice to have are shown


class Column(NamedTuple):
    """A column; those with `grow` share the room that is left, in that proportion. Width 0: a glyph."""

    title: str
    width: int
    grow: int = 0
    right: bool = False
    wide: bool = False  # only on wide terminals


class Row(NamedTuple):
    """A line of the list; `key` tells it from others when lines move."""

    key: str
    cells: Line


class Grid(ScrollView, can_focus=True):
    """The list."""

    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings(actionkinds.LIST, "{id}")]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"grid--cursor"}

    class Chosen(Message):
        """A line was clicked twice."""

    class Moved(Message):
        """Another line is selected."""

    class Touched(Message):
        """A person moved the cursor, or tried to; comes before Moved."""

    def __init__(
        self,
        painter: Painter,
        columns: Sequence[Column],
        *,
        titles: bool = True,
        steered: bool = False,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._painter = painter
        self._columns = columns
        self._top = 1 if titles else 0
        self._steered = steered  # its cursor is moved from a field that has the focus itself
        self._rows: list[Row] = []
        self._cursor = 0

    def reveal(self, shown: bool) -> None:
        """Show the list, or hide it while it is empty; back again, it takes the focus that it lost by that."""
        self.display = shown
        if shown and self.screen.focused is None:
            self.focus()

    @property
    def key(self) -> str | None:
        """The key of the selected line."""
        return self._rows[self._cursor].key if self._rows else None

    @property
    def at_end(self) -> bool:
        return self._cursor >= len(self._rows) - 1

    def put(self, rows: Sequence[Row]) -> None:
        """Show these lines. The cursor stays on its line, wherever that is now, and the line where it was seen."""
        old, key, place = self._rows, self.key, self._cursor
        self._rows = list(rows)
        self._cursor = self._place_of(key)
        self.virtual_size = Size(self.size.width, len(rows) + self._top)
        if self._cursor != place and self.scroll_offset.y:
            self.scroll_to(y=self.scroll_offset.y + self._cursor - place, animate=False, force=True)
        if len(old) != len(self._rows):
            self.refresh(layout=True)
        else:
            self._refresh_changed(old)
        if self.key != key:
            self._show_cursor()
            self.post_message(self.Moved())

    def _place_of(self, key: str | None) -> int:
        for place, row in enumerate(self._rows):
            if row.key == key:
                return place
        return max(0, min(self._cursor, len(self._rows) - 1))

    def _refresh_changed(self, old: Sequence[Row]) -> None:
        for place, (before, after) in enumerate(zip(old, self._rows, strict=True)):
            if before != after:
                self.refresh_line(place + self._top)

    def steer(self, on: bool) -> None:
        """Whether the field that has the focus moves the cursor, and so the line under it is meant."""
        if on != self._steered:
            self._steered = on
            self.refresh_line(self._cursor + self._top)

    def select(self, key: str) -> None:
        """Put the cursor on the line of that key, if it is there."""
        self._move_to(self._place_of(key))

    def action_cursor_up(self) -> None:
        self._touch(self._cursor - 1)

    def action_cursor_down(self) -> None:
        self._touch(self._cursor + 1)

    def action_page_up(self) -> None:
        self._touch(self._cursor - max(1, self.size.height - 2))

    def action_page_down(self) -> None:
        self._touch(self._cursor + max(1, self.size.height - 2))

    def action_first(self) -> None:
        self._touch(0)

    def action_last(self) -> None:
        self._touch(len(self._rows) - 1)

    def _touch(self, place: int) -> None:
        self.post_message(self.Touched())
        self._move_to(place)

    def _move_to(self, place: int) -> None:
        place = max(0, min(place, len(self._rows) - 1))
        if place == self._cursor or not self._rows:
            return
        self.refresh_line(self._cursor + self._top)
        self._cursor = place
        self.refresh_line(self._cursor + self._top)
        self._show_cursor()
        self.post_message(self.Moved())

    def _show_cursor(self) -> None:
        """Scroll so that the cursor can be seen; the titles take the first line of what is shown."""
        line = Region(0, self._cursor, 1, 1 + self._top)
        self.scroll_to_region(line, animate=False, force=True)

    def on_click(self, event: events.Click) -> None:
        place = event.y - self._top + self.scroll_offset.y
        if event.y < self._top or place >= len(self._rows):
            return
        if place == self._cursor or event.chain > 1:
            self.post_message(self.Chosen())
        self._touch(place)

    def on_resize(self) -> None:
        self.virtual_size = Size(self.size.width, len(self._rows) + self._top)

    def on_focus(self) -> None:
        self.refresh_line(self._cursor + self._top)

    def on_blur(self) -> None:
        self.refresh_line(self._cursor + self._top)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._rows) + self._top

    def render_line(self, y: int) -> Strip:
        if y < self._top:
            return self._strip(tuple(Cell(column.title, "dim") for column in self._columns), False, y)
        place = y - self._top + self.scroll_offset.y
        if place >= len(self._rows):
            return Strip.blank(self.size.width, self.rich_style)
        return self._strip(self._rows[place].cells, place == self._cursor, y)

    def _strip(self, cells: Line, cursor: bool, y: int) -> Strip:
        base = self.rich_style
        if cursor:
            base += self.get_component_rich_style("grid--cursor")
        marked = cursor and (self.has_focus or self._steered)
        segments = [Segment(self._painter.text("▸" if marked else " ").center(MARKER), base + self._style("key"))]
        for column, width, cell in zip(self._columns, self._widths(), cells, strict=True):
            if width:
                tone = self._style(cell.tone)
                style = base + (tone.without_color if base.reverse else tone)  # one bar, no patches
                segments.append(Segment(self._fit(cell.text, width, column.right) + " " * GAP, style))
        return Strip(segments).adjust_cell_length(self.size.width, base)

    def _style(self, tone: str) -> Style:
        return self.app.stylesheet.parse_style(TONES[tone]).rich_style if tone else Style()

    def _fit(self, text: str, width: int, right: bool) -> str:
        """The text in exactly `width` columns, cut with an ellipsis."""
        shown = self._painter.text(text)
        size = cell_len(shown)
        if size > width:
            return set_cell_size(shown, width - 1) + ("~" if self._painter.twins else "…")
        return " " * (width - size) + shown if right else shown + " " * (width - size)

    def _widths(self) -> list[int]:
        """The width of each column now; 0 = not shown."""
        widths = [self._least(column) for column in self._columns]
        growing = [place for place, column in enumerate(self._columns) if widths[place] and column.grow]
        spare = max(0, self.size.width - MARKER - sum(width + GAP for width in widths if width))
        parts = sum(self._columns[place].grow for place in growing)
        for place in growing:  # each takes its share of what is left, so that nothing is left at the end
            share = spare * self._columns[place].grow // parts
            widths[place], spare, parts = widths[place] + share, spare - share, parts - self._columns[place].grow
        return widths

    def _least(self, column: Column) -> int:
        if column.wide and self.size.width < WIDE:
            return 0
        return column.width or (2 if self._painter.twins else 1)
