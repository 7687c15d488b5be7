"""Synchronization Status: the orders that wait for an answer, and what is wrong with the selected one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from webupdate.store import inbox
from webupdate.store.inbox import Finding, Order
from webupdate.store.snapshot import Snapshot
from webupdate.sync.text import laid_out
from webupdate.tui import actionkinds, actions, view
from webupdate.tui.bars import Lines
from webupdate.tui.explain import Explain
from webupdate.tui.grid import Column, Grid, Row
from webupdate.tui.mappings import Mappings
from webupdate.tui.page import Page
from webupdate.tui.view import Cell, Line

if TYPE_CHECKING:
    from webupdate.tui.app import WebUpdateApp

_COLUMNS = (
    Column("", 0),
    Column("Order", 10),
    Column("Buyer", 16, grow=2),
    Column("Total", 10, right=True),
    Column("What is wrong", 16, grow=5),
    Column("Since", 8, right=True),
)
_WAITING = inbox.STATES[:-1]  # an order that the shop was told of is done with


class Conflicts(Page):
    """The orders of a site that need a person."""

    place = actionkinds.CONFLICTS
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings(actionkinds.CONFLICTS)]

    def __init__(self, app: WebUpdateApp, site_id: int) -> None:
        super().__init__(app, site_id)
        self._orders: list[Order] = []

    def body(self) -> Iterable[Widget]:
        yield Grid(self.ours.painter, _COLUMNS, id="orders")
        with VerticalScroll(id="problems", can_focus=False):
            yield Lines(self.ours.painter, id="detail")

    def crumbs(self) -> list[str]:
        spot = self.spot()
        return [*([spot.company.name] if spot else []), "Synchronization Status"]

    def show(self, snapshot: Snapshot) -> None:
        if self.spot() is None or self.site_id is None:
            self.dismiss()
            return
        orders = inbox.in_states(self.ours.session.store, self.site_id, *_WAITING)
        self._orders = [order for order in orders if inbox.needs_person(order)]
        grid = self.query_one(Grid)
        grid.put([Row(str(order.id), _cells(order, snapshot.at)) for order in self._orders])
        grid.display = bool(self._orders)
        order = self._selected()
        self.query_one("#detail", Lines).put(_detail(order, self.size.width - 7) if order else _none())

    def _selected(self) -> Order | None:
        key = self.query_one(Grid).key
        return next((order for order in self._orders if str(order.id) == key), None)

    def do_explain(self) -> None:
        order = self._selected()
        self.ours.push_screen(Explain(self.ours, self.site_id, order.number if order else ""))

    def do_mappings(self) -> None:
        self.ours.push_screen(Mappings(self.ours, self.site_id))

    def do_order(self) -> None:
        order = self._selected()
        if order is not None:
            self.ours.push_screen(WholeOrder(self.ours, order))


class WholeOrder(Page):
    """An order as the shop sent it, shown as text and nothing else."""

    place = actionkinds.ORDER
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings(actionkinds.ORDER)]

    def __init__(self, app: WebUpdateApp, order: Order) -> None:
        super().__init__(app)
        self._order = order

    def body(self) -> Iterable[Widget]:
        with VerticalScroll(id="body"):
            yield Lines(self.ours.painter, id="text")

    def crumbs(self) -> list[str]:
        return ["Synchronization Status", f"Order {self._order.number} as received"]

    def on_mount(self) -> None:
        text = laid_out(inbox.received_bytes(self.ours.session.store, self._order.id))
        self.query_one("#text", Lines).put([(Cell(line),) for line in view.clean_lines(text)])


def _cells(order: Order, now: float) -> Line:
    problem = order.error or (order.problems[0].message if order.problems else "")
    more = f" (+{len(order.problems) - 1})" if len(order.problems) > 1 else ""
    return (
        Cell("⚠", "warn"),
        Cell(view.clean(order.number)),
        Cell(view.clean(order.buyer)),
        Cell(view.clean(order.total)),
        Cell(view.clean(problem) + more),
        Cell(view.age(now, order.received_at), "dim"),
    )


def _detail(order: Order, width: int) -> list[Line]:
    title: Line = (Cell(f"Order {view.clean(order.number)}", "bold"), Cell(f" · {view.clean(order.buyer)}", "dim"))
    error = view.wrapped(f"✖ {order.error}", width, tone="bad") if order.error else []
    problems = [line for finding in order.problems for line in _problem(finding, width)]
    return [title, *error, *problems]


def _problem(finding: Finding, width: int) -> list[Line]:
    glyph = Cell("✖ ", "bad") if finding.blocks else Cell("⚠ ", "warn")
    hint = view.wrapped(finding.hint, width, "  ", "dim") if finding.hint else []
    return [
        (),
        (glyph, Cell(view.clean(finding.field), "bold")),
        *_value("web", f"“{finding.seen}”" if finding.seen else ""),
        *_value("EBMS", finding.expected),
        *view.wrapped(finding.message, width, "  "),
        *hint,
    ]


def _value(whose: str, value: str) -> list[Line]:
    return [(Cell(f"  {whose:<6}", "dim"), Cell(view.clean(value)))] if value else []


def _none() -> list[Line]:
    return [(Cell("✔ ", "ok"), Cell("No order waits for an answer."))]
