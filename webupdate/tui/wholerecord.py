"""All fields of one record: what the shop has beside what it should have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from webupdate.tui import actionkinds, actions, view
from webupdate.tui.bars import Lines
from webupdate.tui.page import Page
from webupdate.tui.view import Cell, Line

if TYPE_CHECKING:
    from webupdate.tui.app import WebUpdateApp

Triple = tuple[str, str, str]  # name, what the shop has, what it should have


class WholeRecord(Page):
    """One record."""

    place = actionkinds.FIELDS
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings(actionkinds.FIELDS)]

    def __init__(self, app: WebUpdateApp, way: Sequence[str], what: str, fields: Sequence[Triple]) -> None:
        super().__init__(app)
        self._way, self._what, self._fields = way, what, fields

    def body(self) -> Iterable[Widget]:
        with VerticalScroll(id="body"):
            yield Lines(self.ours.painter, id="text")

    def crumbs(self) -> list[str]:
        return list(self._way)

    def on_resize(self) -> None:
        width = self.size.width - 6
        lines = [line for field in self._fields for line in field_lines(field, width)]
        self.query_one("#text", Lines).put([(Cell(self._what, "bold"),), (), *lines])


def field_lines(field: Triple, width: int) -> list[Line]:
    """A field with its two values below each other; where they are the same, once."""
    name, held, wanted = field
    if held == wanted:
        return [(Cell(view.clean(name), "key"),), *_value("in step", held, width), ()]
    return [(Cell(view.clean(name), "key"),), *_value("shop", held, width), *_value("should be", wanted, width), ()]


def _value(whose: str, value: str, width: int) -> list[Line]:
    first, *others = view.wrapped(value or "–", width - 13, tone="" if value else "dim")
    return [(Cell(f"  {whose:<11}", "dim"), *first), *((Cell(" " * 13), *line) for line in others)]
