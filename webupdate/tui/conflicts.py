"""Synchronization Status: the orders that wait for an answer, and what is wrong with the selected one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from webupdate.orderkinds import KINDS
from webupdate.store import answers, inbox
from webupdate.store.inbox import Finding, Order
from webupdate.store.snapshot import SiteView, Snapshot
from webupdate.sync.resolve import asked_alike
from webupdate.tui import actionkinds, actions, view
from webupdate.tui.bars import Lines
from webupdate.tui.explain import Explain
from webupdate.tui.finder import Finder
from webupdate.tui.grid import Column, Grid, Row
from webupdate.tui.mappings import Mappings
from webupdate.tui.orderhistory import OrderHistory
from webupdate.tui.page import Page
from webupdate.tui.resolve import Resolve
from webupdate.tui.typeanswer import NOTHING
from webupdate.tui.view import Cell, Line
from webupdate.tui.wholeorder import open_order

if TYPE_CHECKING:
    from webupdate.tui.app import WebUpdateApp

MOST = 1000  # orders; when they are answered, others move up
_PROBLEMS = 20  # of one order
_COLUMNS = (
    Column("", 0),
    Column("Order", 9),
    Column("Buyer", 14, grow=2),
    Column("Total", 10, right=True),
    Column("What is wrong", 16, grow=5),
    Column("Since", 7, right=True),
)
_SITE = Column("Site", 10)
Word = tuple[str, str]  # what is asked: topic and the web's word


class Conflicts(Page):
    """The orders of a company that need a person: those of the chosen site first."""

    place = actionkinds.CONFLICTS
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings(actionkinds.CONFLICTS)]

    def __init__(self, app: WebUpdateApp, site_id: int) -> None:
        super().__init__(app, site_id)
        self._orders: list[Order] = []
        self._alike: Counter[Word] = Counter()
        self._find = ""
        spot = self.spot()
        self._several = spot is not None and len(spot.company.sites) > 1

    def body(self) -> Iterable[Widget]:
        if self._several:
            yield Lines(self.ours.painter, id="where")
        columns = (*_COLUMNS[:1], _SITE, *_COLUMNS[1:]) if self._several else _COLUMNS
        yield Grid(self.ours.painter, columns, id="orders")
        with VerticalScroll(id="problems", can_focus=False):
            yield Lines(self.ours.painter, id="detail")
        yield Finder(self.ours.painter)

    def crumbs(self) -> list[str]:
        spot = self.spot()
        return ["Synchronization Status", *([spot.company.name] if spot else [])]

    def show(self, snapshot: Snapshot) -> None:
        spot = self.spot()
        if spot is None:
            self.dismiss()
            return
        store = self.ours.session.store
        waiting = inbox.waiting(store, spot.company.id, MOST)
        found = [order for order in waiting if self._find in _searched(order)]
        self._orders = sorted(found, key=lambda order: (order.site_id != self.site_id, order.site_id))
        self._alike = Counter(word for order in waiting for word in asked_alike(order.problems))
        drafts = answers.drafted(store, spot.company.id)
        grid = self.query_one(Grid)
        grid.put([self._row(order, spot.company.sites, order.id in drafts) for order in self._orders])
        grid.reveal(bool(self._orders))
        if self._several:
            self.query_one("#where", Lines).put([_where(spot.company.sites)])
        order = self._selected()
        lines = _detail(order, self._alike, self.size.width - 7) if order else _none(any_waits=bool(waiting))
        self.query_one("#detail", Lines).put(lines)

    def _row(self, order: Order, sites: Iterable[SiteView], drafted: bool) -> Row:
        first, *others = _cells(order, self.ours.snapshot.at, drafted)
        names = [site.name for site in sites if site.id == order.site_id]
        site = [Cell(view.clean(name), "dim") for name in names] if self._several else []
        return Row(str(order.id), (first, *site, *others))

    def _selected(self) -> Order | None:
        key = self.query_one(Grid).key
        return next((order for order in self._orders if str(order.id) == key), None)

    def on_resize(self) -> None:
        self.call_after_refresh(self.draw)

    def on_finder_changed(self, message: Finder.Changed) -> None:
        self._find = message.text.casefold()
        self.draw()

    def do_find(self) -> None:
        self.query_one(Finder).open()

    def do_step(self) -> None:
        order = self._selected()
        if order is not None:
            self.ours.push_screen(Resolve(self.ours, order.site_id, order))

    def do_explain(self) -> None:
        order = self._selected()
        self.ours.push_screen(Explain(self.ours, self.site_id, order.number if order else ""))

    def do_sync_status(self) -> None:
        self.ours.show_status()

    def do_mappings(self) -> None:
        self.ours.push_screen(Mappings(self.ours, self.site_id))

    def do_order(self) -> None:
        order = self._selected()
        if order is not None:
            open_order(self.ours, order, self.crumbs()[0])

    def do_history(self) -> None:
        order = self._selected()
        if order is not None:
            self.ours.push_screen(OrderHistory(self.ours, order, self.crumbs()[0]))


def _searched(order: Order) -> str:
    """What an order is found by: its number, its buyer, and what is wrong."""
    return " ".join((order.number, order.buyer, *(_short(problem) for problem in order.problems))).casefold()


def _short(problem: Finding) -> str:
    """A problem in a few words: its kind, and what it is with."""
    kind = KINDS.get(problem.kind)
    seen = problem.field if problem.seen in ("", NOTHING) else problem.seen
    return f"{kind.name if kind else 'Problem'}: {seen}"


def _where(sites: Iterable[SiteView]) -> Line:
    """How many orders wait at which site."""
    cells = [
        (Cell(view.clean(site.name), "bold"), Cell(f" {view.counted(site.conflicts, 'order')}   ", "dim"))
        for site in sites
        if site.conflicts
    ]
    return tuple(cell for pair in cells for cell in pair)


def _cells(order: Order, now: float, drafted: bool) -> Line:
    blocking = [finding for finding in order.problems if finding.blocks] or list(order.problems)
    problem = order.error or (_short(blocking[0]) if blocking else "")
    more = f"+{len(blocking) - 1}  " if len(blocking) > 1 and not order.error else ""
    shown = Cell("answered, not confirmed", "busy") if drafted else Cell(more + view.clean(problem))
    return (
        Cell("⚠", "warn"),
        Cell(view.clean(order.number)),
        Cell(view.clean(order.buyer)),
        Cell(view.clean(order.total)),
        shown,
        Cell(view.age(now, order.received_at), "dim"),
    )


def _detail(order: Order, alike: Counter[Word], width: int) -> list[Line]:
    title: Line = (Cell(f"Order #{view.clean(order.number)}", "bold"), Cell(f" · {view.clean(order.buyer)}", "dim"))
    error = view.wrapped(f"✖ {order.error}", width, tone="bad") if order.error else []
    # What a person is not asked about here is only warned of: the stepper shows it.
    shown = [finding for finding in order.problems if finding.blocks][:_PROBLEMS] or order.problems[:_PROBLEMS]
    problems = [line for finding in shown for line in _problem(finding, alike, width)]
    rest = len(order.problems) - len(shown)
    what = "more problem" if len(shown) < sum(finding.blocks for finding in order.problems) else "warning"
    more: list[Line] = [(), (Cell(f"  … and {view.counted(rest, what)}", "dim"),)] if rest else []
    return [title, *error, *problems, *more]


def _problem(finding: Finding, alike: Counter[Word], width: int) -> list[Line]:
    glyph = Cell("✖ ", "bad") if finding.blocks else Cell("⚠ ", "warn")
    hint = view.wrapped(finding.hint, width, "  ", "dim") if finding.hint else []
    others = max((alike[word] for word in asked_alike([finding])), default=1) - 1
    kind = KINDS.get(finding.kind)
    same = f"  {view.counted(others, 'other order')} with the same problem" if others > 0 else ""
    return [
        (),
        (
            glyph,
            Cell(kind.name if kind else "Problem", "bold"),
            Cell(f"  {view.clean(finding.field)}"),
            Cell(same, "busy"),
        ),
        *_value("web", f"“{finding.seen}”" if finding.seen not in ("", NOTHING) else finding.seen),
        *_value("EBMS", finding.expected),
        *view.wrapped(finding.message, width, "  "),
        *hint,
    ]


def _value(whose: str, value: str) -> list[Line]:
    return [(Cell(f"  {whose:<6}", "dim"), Cell(view.clean(value)))] if value else []


def _none(*, any_waits: bool) -> list[Line]:
    if any_waits:
        return [(Cell("No order that waits has this text. Esc in the line below shows all again.", "dim"),)]
    return [(Cell("✔ ", "ok"), Cell("No order waits for an answer."))]
