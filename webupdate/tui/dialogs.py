"""Questions and answers that stand in the middle of the screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input

from webupdate.tui import view
from webupdate.tui.bars import Lines
from webupdate.tui.paint import Painter
from webupdate.tui.view import Cell, Line


class Answer(NamedTuple):
    """One way to answer: what it means, its key, its words."""

    id: str
    key: str
    label: str


NO = Answer("no", "n", "No")


class Ask(ModalScreen[str]):
    """A question with answers below each other; the first has the focus. Escape answers `away`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,left,shift+tab", "move(-1)", show=False),
        Binding("down,right,tab", "move(1)", show=False),
        Binding("enter", "choose", show=False),
        Binding("escape", "away", show=False),
    ]

    def __init__(self, painter: Painter, title: str, text: Sequence[str], answers: Sequence[Answer], away: str) -> None:
        super().__init__()
        self._painter, self._away = painter, away
        self._title, self._text, self._answers = title, text, answers
        self._cursor = 0

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Lines(self._painter, id="question")
            yield Lines(self._painter, id="answers")

    def on_mount(self) -> None:
        title: Line = (Cell(view.clean(self._title), "bold"),)
        lines: list[Line] = [(Cell(view.clean(text)),) for text in self._text]
        self.query_one("#question", Lines).put([title, (), *lines, ()])
        self._draw()

    def _draw(self) -> None:
        self.query_one("#answers", Lines).put([self._answer(place) for place in range(len(self._answers))])

    def _answer(self, place: int) -> Line:
        chosen = place == self._cursor
        answer = self._answers[place]
        mark = Cell(" ▸ " if chosen else "   ", "key")
        return (mark, Cell(f"{answer.key}  ", "key"), Cell(answer.label, "bold" if chosen else ""))

    def action_move(self, by: int) -> None:
        self._cursor = (self._cursor + by) % len(self._answers)
        self._draw()

    def action_choose(self) -> None:
        self.dismiss(self._answers[self._cursor].id)

    def action_away(self) -> None:
        self.dismiss(self._away)

    def on_key(self, event: events.Key) -> None:
        for answer in self._answers:
            if event.character and event.character == answer.key:
                event.stop()
                self.dismiss(answer.id)

    def on_click(self, event: events.Click) -> None:
        if event.widget is self.query_one("#answers"):
            self._cursor = min(event.y, len(self._answers) - 1)
            self.action_choose()


def confirm(painter: Painter, title: str, text: Sequence[str], yes: str) -> Ask:
    """A question whose No has the focus."""
    return Ask(painter, title, text, (NO, Answer("yes", "y", yes)), away=NO.id)


def what_next(painter: Painter, result: str, following: str) -> Ask:
    """What became of an order, and whether to go on ("on") with the next, whose number that is."""
    on = Answer("on", "n", f"Go on with order #{view.clean(following)}")
    back = Answer("back", "l", "Back to the list")
    return Ask(painter, "Done", (f"{result[:1].upper()}{result[1:]}.",), (on, back), away=back.id)


class Tell(ModalScreen[None]):
    """What happened and what to do, until a key is pressed."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,space,q", "away", show=False)]

    def __init__(self, painter: Painter, message: str, hint: str = "") -> None:
        super().__init__()
        self._painter, self._message, self._hint = painter, message, hint

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog"):  # a text from outside may be long
            yield Lines(self._painter)

    def on_mount(self) -> None:
        lines: list[Line] = [(Cell(text),) for text in view.clean_lines(self._message)]
        hint: list[Line] = [(), *((Cell(text, "dim"),) for text in view.clean_lines(self._hint))] if self._hint else []
        self.query_one(Lines).put([*lines, *hint, (), (Cell("Enter", "key"), Cell(" OK"))])

    def action_away(self) -> None:
        self.dismiss()


class TypeToConfirm(ModalScreen[bool]):
    """The worst is confirmed by typing a name."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "away", show=False)]

    def __init__(self, painter: Painter, title: str, text: Sequence[str], word: str) -> None:
        super().__init__()
        self._painter, self._title, self._text, self._word = painter, title, text, word

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Lines(self._painter, id="question")
            yield Input(compact=True, select_on_focus=False)
            yield Lines(self._painter, id="keys")

    def on_mount(self) -> None:
        title: Line = (Cell(view.clean(self._title), "bold"),)
        lines: list[Line] = [(Cell(view.clean(text)),) for text in self._text]
        ask: Line = (Cell("Type "), Cell(view.clean(self._word), "bold"), Cell(" to go on:"))
        self.query_one("#question", Lines).put([title, (), *lines, (), ask])
        keys: Line = (Cell("Enter", "key"), Cell(" Remove  "), Cell("Esc", "key"), Cell(" Leave it"))
        self.query_one("#keys", Lines).put([(), keys])

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if event.value.strip() == self._word:
            self.dismiss(True)
        else:
            self.query_one("#keys", Lines).put(
                [(), (Cell("✖ That is another name. Esc leaves the company as it is.", "bad"),)]
            )

    def action_away(self) -> None:
        self.dismiss(False)
