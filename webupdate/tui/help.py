"""All keys of a screen, from the one action table; and the sentence for a terminal that is too small."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widget import Widget

from webupdate.tui import actionkinds, actions, keytable, view
from webupdate.tui.actionkinds import Action
from webupdate.tui.bars import Lines
from webupdate.tui.keymap import Keymap
from webupdate.tui.page import Page
from webupdate.tui.paint import Painter
from webupdate.tui.view import STATES, Cell, Line

if TYPE_CHECKING:
    from webupdate.tui.app import WebUpdateApp

_LABEL = max(len(action.label) for action in actions.ACTIONS)
_TEXT_AT = 2 + 12 + _LABEL + 1  # where the explanation of a key begins
_STATES_HELP = (
    ("ok", "shop and export files are equal, nothing waits"),
    ("working", "changes are on their way to the shop"),
    ("needs", "something waits for your answer or your correction"),
    ("stopped", "nothing goes on until the named cause is gone"),
    ("paused", "stopped by you"),
    ("waiting", "for the shop, the folder or the first synchronization; goes on by itself"),
)


class Help(Page):
    """The help of one screen."""

    place = actionkinds.HELP
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings(actionkinds.HELP)]

    def __init__(self, app: WebUpdateApp, about: str) -> None:
        super().__init__(app)
        self._about = about

    def crumbs(self) -> list[str]:
        return ["Help"]

    def body(self) -> Iterable[Widget]:
        with VerticalScroll(id="body"):
            yield Lines(self.ours.painter, id="help")

    def on_resize(self) -> None:
        width = self.size.width - 6
        keymap = self.ours.keymap
        here = _keys(self._about, width, keymap)
        lists = _keys(actionkinds.LIST, width, keymap) if self._about != actionkinds.FORM else []
        self.query_one("#help", Lines).put(
            [
                *(_title("Keys here"), *here),
                *([(), _title("In lists"), *lists] if lists else []),
                *((), _title("States"), *(_state(name, text) for name, text in _STATES_HELP)),
                *((), (Cell("  Hold Shift to select text with the mouse.", "dim"),)),
                (Cell(f"  The same on the command line: {keytable.TWINS[self._about]}", "dim"),),
            ]
        )


def _title(text: str) -> Line:
    return (Cell(text, "bold"),)


def _keys(place: str, width: int, keymap: Keymap) -> list[Line]:
    return [line for action in actions.at(place) for line in _action(action, width, keymap)]


def _action(action: Action, width: int, keymap: Keymap) -> list[Line]:
    keys = " ".join(actionkinds.key_name(key) for key in keymap.keys(action))
    first, *others = view.wrapped(action.help + (" Asks first." if action.asks else ""), width - _TEXT_AT, tone="dim")
    named = (Cell(f"  {keys:<12}", "key"), Cell(f"{action.label:<{_LABEL}} "))
    return [(*named, *first), *((Cell(" " * _TEXT_AT), *line) for line in others)]


def _state(name: str, text: str) -> Line:
    state = STATES[name]
    return (Cell(f"  {state.glyph} {state.word:<10}", state.tone), Cell(text, "dim"))


class TooSmall(Screen[None]):
    """One sentence instead of a broken layout."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("q", "app.leave", show=False)]

    def __init__(self, painter: Painter, least: tuple[int, int], fits: Callable[[], bool]) -> None:
        super().__init__()
        self._painter, self._least, self._fits = painter, least, fits

    def compose(self) -> ComposeResult:
        yield Lines(self._painter, id="small")

    def on_screen_resume(self) -> None:
        """The window may have grown while a question stood on top."""
        if self._fits():
            self.dismiss()

    def on_mount(self) -> None:
        width, height = self._least
        self.query_one(Lines).put([(Cell(f"This window is too small: it needs {width} columns and {height} lines."),)])
