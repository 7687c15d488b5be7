"""The home screen: every company's site with its state, and what the selected one needs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from webupdate.store import companies, inbox
from webupdate.store.snapshot import Snapshot
from webupdate.tui import actionkinds, actions, glance, view
from webupdate.tui.bars import Lines
from webupdate.tui.deeds import SiteDeeds
from webupdate.tui.finder import Finder
from webupdate.tui.grid import Column, Grid, Row
from webupdate.tui.view import Cell, Line

if TYPE_CHECKING:
    from webupdate.tui.app import WebUpdateApp

_COLUMNS = (
    Column("", 0),
    Column("Company", 13, grow=4),
    Column("Site", 12, grow=6),
    Column("State", 15, grow=6),
    Column("Waiting", 7, right=True),
    Column("Sent today", 10, right=True, wide=True),
    Column("Last", 7, right=True),
)
_EMPTY: list[Line] = [
    (Cell("No company yet.", "bold"),),
    (),
    (Cell("n", "key"), Cell("  sets up the first one. You need three things:")),
    (),
    (Cell("   1  the folder where EBMS saves its export files"),),
    (Cell("   2  the folder from which EBMS imports sales orders"),),
    (Cell("   3  the shop's address and its sync token"),),
    (),
    (Cell("Nothing is sent before you have seen what would be, and let it begin.", "dim"),),
]


class Companies(SiteDeeds):
    """The list of companies."""

    place = actionkinds.HOME
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings(actionkinds.HOME)]

    def __init__(self, app: WebUpdateApp) -> None:
        super().__init__(app)
        self._find = ""

    def body(self) -> Iterable[Widget]:
        yield Grid(self.ours.painter, _COLUMNS, id="sites")
        yield Lines(self.ours.painter, id="detail")
        yield Finder(self.ours.painter)
        yield Lines(self.ours.painter, id="notice")

    def crumbs(self) -> list[str]:
        return ["Web Update Administrator"]

    def spot(self) -> glance.Place | None:
        key = self.query_one(Grid).key
        return glance.place_of(self.ours.snapshot, int(key)) if key else None

    def show(self, snapshot: Snapshot) -> None:
        found = [place for place in glance.places(snapshot) if self._find in _searched(place)]
        grid = self.query_one(Grid)
        grid.put([Row(place.key, glance.row(place, snapshot.at)) for place in found])
        grid.display = bool(snapshot.companies)
        self.query_one("#detail", Lines).put(self._detail(snapshot))
        self.query_one("#notice", Lines).put(self._notice())

    def _detail(self, snapshot: Snapshot) -> list[Line]:
        spot = self.spot()
        if spot is None:
            return _EMPTY if not snapshot.companies else [(Cell("No company has this text.", "dim"),)]
        return glance.detail(spot, self._oldest_order(spot, snapshot.at), self.size.width - 6)

    def _oldest_order(self, spot: glance.Place, now: float) -> str:
        """How long the oldest order has been waiting for an answer."""
        if not spot.site.conflicts:
            return ""
        oldest = inbox.in_states(self.ours.session.store, spot.site.id, "conflict", limit=1)
        return view.age(now, oldest[0].received_at) if oldest else ""

    def _notice(self) -> list[Line]:
        session = self.ours.session
        if session.mode == actionkinds.ORPHANED:
            key = Cell(self.ours.keymap.shown(actions.named("host")), "key")
            press = (Cell(" Press "), key, Cell(" to run the sync here."))
            return [(Cell("⚠ ", "warn"), Cell(view.clean(session.lost)), *press)]
        notice: list[Line] = [(Cell(view.clean(self.ours.notice), "dim"),)] if self.ours.notice else []
        return [*notice, *glance.support(self.spot(), self.ours.keymap.shown(actions.named("properties")))]

    def on_resize(self) -> None:
        if self.is_mounted:
            self.draw()

    def on_finder_changed(self, message: Finder.Changed) -> None:
        self._find = message.text.lower()
        self.draw()

    def do_find(self) -> None:
        self.query_one(Finder).open()

    def do_progress(self) -> None:
        from webupdate.tui.progress import Progress

        self.ours.push_screen(Progress(self.ours, self.chosen().site.id))

    def do_new(self) -> None:
        from webupdate.tui.properties import Properties

        self.ours.push_screen(Properties(self.ours), self._made)

    def do_add_site(self) -> None:
        from webupdate.tui.properties import Properties

        info = companies.company_by_id(self.ours.session.store, self.chosen().company.id)
        if info is not None:
            self.ours.push_screen(Properties(self.ours, info), self._made)

    def _made(self, site_id: int | None) -> None:
        """Select a site that was made just now."""
        if site_id is not None:
            self.ours.look(again=True)
            self.query_one(Grid).select(str(site_id))

    async def do_quit(self) -> None:
        await self.ours.leave()


def _searched(place: glance.Place) -> str:
    return f"{place.company.name} {place.site.name} {place.site.address} {glance.sentence(place)}".lower()
