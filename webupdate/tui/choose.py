"""A list to choose from, with a line that narrows it; and a line to type a value into."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from webupdate.tui import view
from webupdate.tui.bars import Lines
from webupdate.tui.grid import Column, Grid, Row
from webupdate.tui.paint import Painter
from webupdate.tui.view import Cell, Line, Option


class Choose(ModalScreen[str]):
    """Choose one option, first the one of the id `now`; what is typed narrows the list. Escape chooses "" (nothing)."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("enter", "choose", show=False, priority=True),
        Binding("escape", "away", show=False),
    ]

    columns: ClassVar[tuple[Column, ...]] = (Column("", 26), Column("", 20, grow=1))

    def __init__(self, painter: Painter, title: str, options: Sequence[Option], now: str) -> None:
        super().__init__()
        self._painter, self._title, self._options, self._now = painter, title, options, now

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Lines(self._painter, id="question")
            yield Input(compact=True, select_on_focus=False, placeholder="Type to narrow the list")
            yield Grid(self._painter, self.columns, titles=False, steered=True, id="options")
            yield Lines(self._painter, id="keys")

    def on_mount(self) -> None:
        self.query_one("#question", Lines).put([(Cell(view.clean(self._title), "bold"),), ()])
        self.query_one("#keys", Lines).put(
            [(), (Cell("Enter", "key"), Cell(" Choose  "), Cell("Esc", "key"), Cell(" Leave it"))]
        )
        self._draw("")
        self.query_one(Grid).select(self._now)

    def _draw(self, text: str) -> None:
        sought = text.lower()
        fitting = [one for one in self._options if sought in f"{one.label} {one.note}".lower()]
        fitting.sort(key=lambda one: sought not in one.label.lower())
        self.query_one(Grid).put([Row(one.id, self.cells(one)) for one in fitting])

    def cells(self, option: Option) -> Line:
        """An option as a line."""
        return (Cell(view.clean(option.label)), Cell(view.clean(option.note), "dim"))

    def on_input_changed(self, event: Input.Changed) -> None:
        """What fits best stands first, and is what Enter chooses: not whatever comes to stand where the cursor was."""
        self._draw(event.value.strip())
        self.query_one(Grid).action_first()

    def action_move(self, by: int) -> None:
        grid = self.query_one(Grid)
        grid.action_cursor_down() if by > 0 else grid.action_cursor_up()

    def action_choose(self) -> None:
        self.dismiss(self.query_one(Grid).key or "")

    def on_grid_chosen(self) -> None:
        self.action_choose()

    def action_away(self) -> None:
        self.dismiss("")


class TypeValue(ModalScreen[str | None]):
    """Type a value; Escape gives None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "away", show=False)]

    def __init__(self, painter: Painter, title: str, text: str, value: str) -> None:
        super().__init__()
        self._painter, self._title, self._text, self._value = painter, title, text, value

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Lines(self._painter, id="question")
            yield Input(self._value, compact=True, select_on_focus=False)
            yield Lines(self._painter, id="keys")

    def on_mount(self) -> None:
        self.query_one("#question", Lines).put(
            [(Cell(view.clean(self._title), "bold"),), (), (Cell(view.clean(self._text)),), ()]
        )
        self.query_one("#keys", Lines).put(
            [(), (Cell("Enter", "key"), Cell(" OK  "), Cell("Esc", "key"), Cell(" Leave it"))]
        )

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value.strip())

    def action_away(self) -> None:
        self.dismiss(None)
