"""A line to type an answer into: checked while it is typed, with what EBMS has that is close."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from webupdate.store.db import Store
from webupdate.store.inbox import Finding
from webupdate.sync import topics
from webupdate.sync.judge import choices
from webupdate.sync.ordercells import LENGTHS
from webupdate.sync.text import one_line, to_code_page
from webupdate.tui import stepper, view
from webupdate.tui.bars import Lines
from webupdate.tui.grid import Column, Grid, Row
from webupdate.tui.paint import Painter
from webupdate.tui.stepper import State
from webupdate.tui.threads import away
from webupdate.tui.view import Cell, Line

_FIELDS = {"state": "STATE", "country": "COUNTRY", "unit": "UNIT_MEAS", "account": "ACCOUNT"}
_FILES_WORDS = {"item": "an item", "customer": "a customer", "ship_via": "a ship via", "terms": "terms", "due": "terms"}


class TypeAnswer(ModalScreen[str | None]):
    """Type the answer to the problem that a state stands at; Escape gives None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("escape", "away", show=False),
    ]

    def __init__(self, painter: Painter, store: Store, state: State, problem: Finding) -> None:
        super().__init__()
        self._painter, self._store, self._state, self._problem = painter, store, state, problem
        self._offered: Sequence[tuple[str, str]] = ()
        self._steered = False  # the arrows were used: what is under the cursor is meant

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Lines(self._painter, id="question")
            yield Input(_first_text(self._problem), compact=True, select_on_focus=False)
            yield Lines(self._painter, id="check")
            yield Grid(self._painter, (Column("", 16), Column("", 20, grow=1)), titles=False, id="options")
            yield Lines(self._painter, id="keys")

    def on_mount(self) -> None:
        what = _FILES_WORDS.get(self._problem.topic, "what EBMS gets")
        title: Line = (Cell(f"{view.clean(self._problem.field)}: type {what}", "bold"),)
        said: Line = (Cell(f"web says “{view.clean(self._problem.seen)}”", "dim"),)
        self.query_one("#question", Lines).put([title, said, ()])
        keys: Line = (Cell("Enter", "key"), Cell(" Take  "), Cell("↑↓", "key"), Cell(" Suggestions  "))
        self.query_one("#keys", Lines).put([(), (*keys, Cell("Esc", "key"), Cell(" Back"))])
        self._look(self.query_one(Input).value)

    def on_input_changed(self, event: Input.Changed) -> None:
        self._look(event.value)

    def _look(self, text: str) -> None:
        self._steer(False)
        self.query_one("#check", Lines).put([_checked(self._state, self._problem, text.strip())])
        suggest: Callable[[], Awaitable[None]] = partial(self._suggest, text.strip())
        self.run_worker(suggest, group="search", exclusive=True)

    async def _suggest(self, text: str) -> None:
        """A firm may have many items: they are compared beside the screen."""
        known = self._state.matter.known
        self._offered = await away(self._store, choices.suggest, self._problem.topic, text, known) if text else ()
        rows = [Row(key, (Cell(view.clean(key)), Cell(view.clean(about), "dim"))) for key, about in self._offered]
        grid = self.query_one(Grid)
        grid.put(rows)
        grid.action_first()  # the closest, not what was closest to less text

    def action_move(self, by: int) -> None:
        grid = self.query_one(Grid)
        if self._steered:
            grid.action_cursor_down() if by > 0 else grid.action_cursor_up()
        self._steer(bool(self._offered))
        if self._steered:
            self.query_one("#check", Lines).put([(Cell("✔ ", "ok"), Cell(f"Enter takes {view.clean(grid.key or '')}"))])

    def _steer(self, on: bool) -> None:
        self._steered = on
        self.query_one(Grid).steer(on)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        value = (self.query_one(Grid).key or "") if self._steered else event.value.strip()
        reason = stepper.wrong(self._state, value) or ("" if value else "Nothing was typed yet.")
        if reason:
            self.query_one("#check", Lines).put([(Cell("✖ ", "bad"), Cell(view.clean(reason)))])
        else:
            self.dismiss(value)

    def on_grid_chosen(self) -> None:
        self.dismiss(self.query_one(Grid).key)

    def action_away(self) -> None:
        self.dismiss(None)


def _field(problem: Finding) -> str:
    """The field whose length counts; "" for what is looked up."""
    return topics.parts(problem.web)[0] if problem.topic == "text" else _FIELDS.get(problem.topic, "")


def _first_text(problem: Finding) -> str:
    """A text is corrected, all else is typed anew."""
    texts = ("text", "state", "country")
    return to_code_page(one_line(topics.parts(problem.web)[-1])).strip() if problem.topic in texts else ""


def _checked(state: State, problem: Finding, text: str) -> Line:
    """What is to be said of what was typed so far."""
    limit = LENGTHS.get(_field(problem))
    count = Cell(f"{len(text)} of {limit} characters  ", "dim") if limit else Cell("")
    if not text:
        return (count,)
    if reason := stepper.wrong(state, text):
        return (count, Cell("✖ ", "bad"), Cell(view.clean(reason)))
    about = choices.about(problem.topic, text, state.matter.known) if problem.topic in choices.FILE_OF else ""
    return (count, Cell("✔ ", "ok"), Cell(about or "can be taken"))
