"""A long text from outside, whole: an order as the shop sent it, a file as it was written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from webupdate.store import inbox
from webupdate.store.inbox import Order
from webupdate.sync.text import laid_out
from webupdate.tui import actionkinds, actions, view
from webupdate.tui.bars import Lines
from webupdate.tui.page import Page
from webupdate.tui.view import Cell

if TYPE_CHECKING:
    from webupdate.tui.app import WebUpdateApp

# More lines than anybody reads on a screen; the command line shows them all.
_MOST = 5000


class WholeOrder(Page):
    """Shown as text and nothing else."""

    place = actionkinds.ORDER
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings(actionkinds.ORDER)]

    def __init__(self, app: WebUpdateApp, way: Sequence[str], data: bytes) -> None:
        super().__init__(app)
        self._way, self._data = way, data

    def body(self) -> Iterable[Widget]:
        with VerticalScroll(id="body"):
            yield Lines(self.ours.painter, id="text")

    def crumbs(self) -> list[str]:
        return list(self._way)

    def on_mount(self) -> None:
        lines = view.clean_lines(laid_out(self._data))
        more = [f"… {view.counted(len(lines) - _MOST, 'more line')}"] if len(lines) > _MOST else []
        self.query_one("#text", Lines).put([(Cell(line),) for line in (*lines[:_MOST], *more)])


def open_order(app: WebUpdateApp, order: Order) -> None:
    """Show an order as the shop sent it."""
    way = ["Synchronization Status", f"Order #{order.number} as received"]
    app.push_screen(WholeOrder(app, way, inbox.received_bytes(app.session.store, order.id)))
