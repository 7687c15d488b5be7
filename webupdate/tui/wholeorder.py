"""A long text from outside, whole: an order as the shop sent it, a file as it was written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from webupdate.store import inbox
from webupdate.store.inbox import Order
from webupdate.sync.ordertext import order_text
from webupdate.sync.stored import read_order
from webupdate.sync.text import laid_out
from webupdate.tui import actionkinds, actions, view
from webupdate.tui.bars import Lines
from webupdate.tui.page import Page
from webupdate.tui.view import Cell, Line

if TYPE_CHECKING:
    from webupdate.tui.app import WebUpdateApp

# More lines than anybody reads on a screen; the command line shows them all.
_MOST = 2500


class WholeOrder(Page):
    """Shown as text and nothing else."""

    place = actionkinds.ORDER
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings(actionkinds.ORDER)]

    def __init__(self, app: WebUpdateApp, way: Sequence[str], data: bytes, read: Iterable[str] = ()) -> None:
        """`read`: the same as a person reads it, shown above."""
        super().__init__(app)
        self._way, self._data, self._read = way, data, tuple(read)

    def body(self) -> Iterable[Widget]:
        with VerticalScroll(id="body"):
            yield Lines(self.ours.painter, id="text")

    def crumbs(self) -> list[str]:
        return list(self._way)

    def on_mount(self) -> None:
        read = _begun([view.clean(line) for line in self._read])
        title: list[Line] = [(), (Cell("As it came, to the letter", "bold"),)] if read else []
        raw = _begun(view.clean_lines(laid_out(self._data)), "dim" if read else "")
        self.query_one("#text", Lines).put([*read, *title, *raw])


def _begun(lines: Sequence[str], tone: str = "") -> list[Line]:
    """The lines, or the first of very many."""
    more = [f"… {view.counted(len(lines) - _MOST, 'more line')}"] if len(lines) > _MOST else []
    return [(Cell(line, tone),) for line in (*lines[:_MOST], *more)]


def open_order(app: WebUpdateApp, order: Order, way: str) -> None:
    """Show an order as the shop sent it; `way` is the screen that leads there."""
    crumbs = [way, f"Order #{order.number} as received"]
    received = inbox.received_bytes(app.session.store, order.id)
    app.push_screen(WholeOrder(app, crumbs, received, order_text(read_order(order))))
