"""Orders: all orders of a company, newest first, and where each of them is on its way to EBMS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from webupdate.store import inbox, orderlist
from webupdate.store.db import Store
from webupdate.store.inbox import Order
from webupdate.store.orderlist import Listed
from webupdate.tui import actionkinds, actions, view
from webupdate.tui.bars import Footer
from webupdate.tui.explain import Explain
from webupdate.tui.glance import Place
from webupdate.tui.grid import Column, Row
from webupdate.tui.orderhistory import OrderHistory
from webupdate.tui.paged import Paged
from webupdate.tui.resolve import Resolve
from webupdate.tui.view import Cell, Line, State
from webupdate.tui.wholeorder import open_order

if TYPE_CHECKING:
    from webupdate.tui.app import WebUpdateApp

_COLUMNS = (
    Column("", 0),
    Column("State", 13),
    Column("Order", 9, grow=1),
    Column("Buyer", 14, grow=3),
    Column("Total", 9, right=True),
    Column("File", 12, grow=3),
    Column("Since", 7, right=True),
)
_SITE = Column("Site", 10, wide=True)
STATES: dict[str, State] = {
    "waits": State("⚠", "Waits for you", "warn"),
    "received": State("·", "Received", "dim"),
    "ready": State("⟳", "Ready", "busy"),
    "written": State("⟳", "Written", "busy"),
    "told": State("✔", "Shop told", "ok"),
    "taken": State("✔", "Taken by EBMS", "ok"),
    "closed": State("‖", "Closed", "dim"),
}
_MEANS = {
    "received": "It came down and is judged in the next cycle.",
    "ready": "Nothing is wrong with it; its file is written next.",
    "written": "Its file lies in the order folder; the shop is told next.",
    "told": "Its file lies in the order folder until EBMS imports it; the shop knows that it is taken.",
    "taken": "EBMS has taken its file.",
    "closed": "Nothing more is done about it here.",
}
_EMPTY = (
    "No order has come yet.",
    "The shop's orders come down by themselves at every sync, in the statuses that Properties names. Each becomes a "
    "file in the order folder, which EBMS imports; what EBMS could not take waits for your answer first.",
)
_NOT_BEGUN = "This site has not begun: its orders come once you let it begin (Preview)."


class Orders(Paged[Listed]):
    """The orders of the company that a site belongs to."""

    place = actionkinds.ALL_ORDERS
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings(actionkinds.ALL_ORDERS)]

    def __init__(self, app: WebUpdateApp, site_id: int) -> None:
        super().__init__(app, site_id)
        spot = self.spot()
        self._sites = {site.id: site.name for site in spot.company.sites} if spot else {}

    def columns(self) -> Sequence[Column]:
        return (*_COLUMNS[:3], _SITE, *_COLUMNS[3:]) if len(self._sites) > 1 else _COLUMNS

    def crumbs(self) -> list[str]:
        spot = self.spot()
        return [*([spot.company.name] if spot else []), "Orders"]

    def read(self, store: Store, spot: Place, find: str, only: str, limit: int, now: float) -> list[Listed]:
        return orderlist.page(store, spot.company.id, only, find, limit)

    def row(self, entry: Listed, now: float) -> Row:
        shown = _state(entry.way)
        site = (Cell(view.clean(self._sites.get(entry.site_id, "")), "dim"),) if len(self._sites) > 1 else ()
        cells = (
            Cell(shown.glyph, shown.tone),
            Cell(shown.word, shown.tone),
            Cell(view.clean(entry.number)),
            *site,
            Cell(view.clean(entry.buyer or entry.email)),
            Cell(view.clean(entry.total)),
            Cell(view.clean(entry.file_name), "dim"),
            Cell(view.age(now, entry.since), "dim"),
        )
        return Row(str(entry.id), cells)

    def summary(self, spot: Place) -> Line:
        return (Cell(self.named(self._only) if self._only else "All orders", "bold"), Cell(", newest first", "dim"))

    def named(self, only: str) -> str:
        return _state(only).word

    def detail(self, entry: Listed) -> list[Line]:
        about = " · ".join(part for part in (entry.buyer, entry.email, entry.web_status, entry.placed_at[:10]) if part)
        where = f" {entry.folder}/{entry.file_name}" if entry.file_name else ""
        text = self._waits_for(entry.id) if entry.way == "waits" else f"{_MEANS.get(entry.way, '')}{where}"
        title = (Cell(f"Order #{view.clean(entry.number)}", "bold"), Cell(f" · {view.clean(about)}", "dim"))
        return [title, *view.wrapped(text, self.size.width - 7)[:3]]

    def _waits_for(self, order_id: int) -> str:
        """What a person has to see to, in one sentence."""
        order = inbox.order(self.ours.session.store, order_id)
        if order is None:
            return ""
        blocking = [finding.message for finding in order.problems if finding.blocks]
        changed = ["The shop changed it after its file was written."] if order.newer is not None else []
        said = [*([order.error] if order.error else []), *changed, *blocking]
        more = f" (and {view.counted(len(said) - 1, 'more problem')})" if len(said) > 1 else ""
        return f"{said[0]}{more}" if said else "It waits for your answer."

    def empty(self, spot: Place) -> list[Line]:
        texts = _EMPTY if spot.site.begun else (*_EMPTY, _NOT_BEGUN)
        return [line for text in texts for line in view.wrapped(text, self.size.width - 7, tone="dim")]

    def do_order_state(self) -> None:
        self.step(orderlist.WAYS)

    def do_open_order(self) -> None:
        order = self._order()
        if order is not None:
            waits = inbox.needs_person(order)
            page = Resolve(self.ours, order.site_id, order) if waits else OrderHistory(self.ours, order, "Orders")
            self.ours.push_screen(page)

    def do_history(self) -> None:
        order = self._order()
        if order is not None:
            self.ours.push_screen(OrderHistory(self.ours, order, "Orders"))

    def do_order(self) -> None:
        order = self._order()
        if order is not None:
            open_order(self.ours, order, "Orders")

    def do_explain(self) -> None:
        entry = self.selected()
        self.ours.push_screen(Explain(self.ours, self.site_id, entry.number if entry else ""))

    def _order(self) -> Order | None:
        """The selected order whole; one that somebody has removed is told of."""
        entry = self.selected()
        order = inbox.order(self.ours.session.store, entry.id) if entry else None
        if order is None:
            self.query_one(Footer).say("This order is not here any more.")
        return order


def _state(way: str) -> State:
    return STATES.get(way) or view.state(way)
