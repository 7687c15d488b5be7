"""The line at the top, the line at the bottom, and plain lines between them."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.message import Message
from textual.visual import VisualType
from textual.widget import Widget

from webupdate.tui.paint import Painter
from webupdate.tui.view import Cell, Hint, Line, fitting, header, length

REASON_SHOWN = 6.0  # seconds; then the keys are shown again


class Header(Widget):
    """Where we are; what needs a person; who runs the sync; the time in minutes."""

    def __init__(self, painter: Painter) -> None:
        super().__init__()
        self._painter = painter
        self._shown: tuple[tuple[str, ...], int, tuple[str, ...], str] = ((" ",), 0, (), "")

    def put(self, crumbs: Sequence[str], needs_you: int, who: Sequence[str], clock: str) -> None:
        """Show this, if it is news."""
        news = (tuple(crumbs), needs_you, tuple(who), clock)
        if news != self._shown:
            self._shown = news
            self.refresh()

    def render(self) -> VisualType:
        left, right = header(self.size.width, *self._shown)
        gap = Cell(" " * max(1, self.size.width - length(left) - length(right)))
        return self._painter.line((*left, gap, *right))


class Footer(Widget):
    """The keys that work here; or, until the next key, why one does not."""

    class Pressed(Message):
        """A key was clicked."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self, painter: Painter) -> None:
        super().__init__()
        self._painter = painter
        self._hints: list[Hint] = []
        self._reason = ""

    def put(self, hints: list[Hint]) -> None:
        """Show these keys, if they are news."""
        if hints != self._hints:
            self._hints = hints
            self.refresh()

    def say(self, reason: str) -> None:
        """Show why a key does not work here; "" shows the keys again."""
        if reason != self._reason:
            self._reason = reason
            self.refresh()
            if reason:
                self.set_timer(REASON_SHOWN, lambda: self.say("") if self._reason == reason else None)

    def render(self) -> VisualType:
        if self._reason:
            return self._painter.line((Cell("⚠ ", "warn"), Cell(self._reason)))
        return self._painter.line(tuple(cell for hint in self._fitting() for cell in _cells(hint)))

    def _fitting(self) -> list[Hint]:
        return fitting(self._hints, self.size.width) if self._hints else []

    def on_click(self, event: events.Click) -> None:
        place = 0
        for hint in self._fitting():
            if place <= event.x - 1 < place + hint.width:
                self.post_message(self.Pressed(hint.action))
            place += hint.width + 2


def _cells(hint: Hint) -> Line:
    if not hint.enabled:
        return (Cell(f"{hint.key} {hint.label}  ", "dim"),)
    return (Cell(hint.key, "key"), Cell(f" {hint.label}  "))


class Lines(Widget):
    """Plain lines, wrapped where they are too long; drawn again only when they change."""

    def __init__(self, painter: Painter, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._painter = painter
        self._lines: list[Line] = []

    def put(self, lines: Sequence[Line]) -> None:
        """Show these lines."""
        if list(lines) == self._lines:
            return
        higher = len(lines) != len(self._lines)
        self._lines = list(lines)
        self.refresh(layout=higher or self.styles.height is None or self.styles.is_auto_height)

    def render(self) -> Content:
        return self._painter.lines(self._lines)
