"""What happened to one order: received, judged, answered, written, told; newest first."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from webupdate.store import history
from webupdate.store.history import Happened
from webupdate.store.inbox import Order
from webupdate.store.snapshot import Snapshot
from webupdate.tui import actionkinds, actions, view
from webupdate.tui.bars import Footer, Lines
from webupdate.tui.grid import Column, Grid, Row
from webupdate.tui.page import Page
from webupdate.tui.view import Cell, Line
from webupdate.tui.wholeorder import WholeOrder

if TYPE_CHECKING:
    from webupdate.tui.app import WebUpdateApp

_COLUMNS = (Column("When", 16), Column("Step", 9), Column("What happened", 20, grow=1), Column("Who", 10))


class OrderHistory(Page):
    """The steps of an order's way."""

    place = actionkinds.HISTORY
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings(actionkinds.HISTORY)]

    def __init__(self, app: WebUpdateApp, order: Order, way: str) -> None:
        """`way`: the screen that leads here."""
        super().__init__(app)
        self._order, self._way = order, way
        self._steps: list[Happened] = []

    def body(self) -> Iterable[Widget]:
        yield Grid(self.ours.painter, _COLUMNS, id="orders")
        with VerticalScroll(id="problems", can_focus=False):
            yield Lines(self.ours.painter, id="detail")

    def crumbs(self) -> list[str]:
        return [self._way, f"Order #{self._order.number}", "History"]

    def show(self, snapshot: Snapshot) -> None:
        self._steps = history.of_order(self.ours.session.store, self._order.id)
        self.query_one(Grid).put([Row(str(step.id), _cells(step)) for step in self._steps])
        step = self._selected()
        lines = _detail(step, self.size.width - 7) if step else []
        self.query_one("#detail", Lines).put(list(map(self.keyed_line, lines)))

    def _selected(self) -> Happened | None:
        key = self.query_one(Grid).key
        return next((step for step in self._steps if str(step.id) == key), None)

    def do_step_data(self) -> None:
        step = self._selected()
        if step is None or not step.has_data:
            self.query_one(Footer).say("This step has no more than its line.")
            return
        data = history.data_of(self.ours.session.store, step.id)
        way = [f"Order #{self._order.number}", f"{step.what} {_when(step.at)}"]
        self.ours.push_screen(WholeOrder(self.ours, way, data))


def _when(at: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at))


def _cells(step: Happened) -> Line:
    first, *others = step.text.splitlines() or [""]
    more = f"+{len(others)}  " if others else ""
    return (
        Cell(_when(step.at), "dim"),
        Cell(view.clean(step.what)),
        Cell(f"{more}{view.clean(first)}"),
        Cell(view.clean(step.by), "dim"),
    )


def _detail(step: Happened, width: int) -> list[Line]:
    more: list[Line] = [(Cell("{step_data}", "key"), Cell(" shows what it was, byte for byte.", "dim"))]
    texts = step.text.splitlines() or [""]
    shown = [line for text in texts for line in _said(text, width, several=len(texts) > 1)]
    return [*shown, *(more if step.has_data else [])]


def _said(text: str, width: int, *, several: bool) -> list[Line]:
    """What was said; of several things each begins with a dot."""
    if not several:
        return view.wrapped(text, width)
    first, *others = view.wrapped(text, width - 2)
    return [(Cell("· ", "dim"), *first), *((Cell("  "), *line) for line in others)]
