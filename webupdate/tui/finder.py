"""The line in which a text to look for is typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input

from webupdate.tui.bars import Lines
from webupdate.tui.grid import Grid
from webupdate.tui.paint import Painter
from webupdate.tui.view import Cell


class Finder(Horizontal):
    """Hidden until it is opened. Enter keeps the text and goes back to the list; Escape drops it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "drop", show=False),
        Binding("enter,down,up", "keep", show=False),
    ]

    class Changed(Message):
        """Another text is looked for; "" shows all."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, painter: Painter, back: Callable[[], object] | None = None) -> None:
        """`back` is called to leave the line; without it the page's list gets the focus."""
        super().__init__()
        self._painter = painter
        self._back = back or self._to_list

    def compose(self) -> ComposeResult:
        yield Lines(self._painter, classes="label")
        yield Input(compact=True, select_on_focus=False)

    def on_mount(self) -> None:
        self.query_one(Lines).put([(Cell("Find", "key"),)])

    def open(self) -> None:
        """Show the line and type into it, at once: the next key may be there already."""
        self.display = True
        self.screen.set_focus(self.query_one(Input))

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_keep()

    def action_keep(self) -> None:
        self.display = bool(self.query_one(Input).value)
        self._back()

    def close(self) -> None:
        """Forget the text and hide the line."""
        self.query_one(Input).value = ""
        self.display = False

    def action_drop(self) -> None:
        self.close()
        self._back()

    def _to_list(self) -> None:
        self.screen.query_one(Grid).focus()
