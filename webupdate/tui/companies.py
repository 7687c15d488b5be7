"""The home screen: every company's site with its state, and what the selected one needs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

import msgspec
from textual.binding import BindingType
from textual.widget import Widget

from webupdate.store import companies, inbox
from webupdate.store.snapshot import Snapshot
from webupdate.tui import actionkinds, actions, glance, view
from webupdate.tui.bars import Lines
from webupdate.tui.deeds import SiteDeeds
from webupdate.tui.finder import Finder
from webupdate.tui.grid import Column, Grid, Row
from webupdate.tui.synctimes import Clock
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
    Column("Conflicts", 9, right=True, wide=True),
    Column("Last", 7, right=True),
    Column("Next", 5, right=True, wide=True),
)
_BELOW = 15  # lines of the window that the list leaves to what stands around it
_EMPTY: list[Line] = [
    (Cell("No company yet.", "bold"),),
    (),
    (Cell("{progress}", "key"), Cell(" leads through the first one, step by step. You need three things:")),
    (),
    (Cell("   1  the folder where EBMS saves its export files"),),
    (Cell("   2  the folder from which EBMS imports sales orders"),),
    (Cell("   3  the shop's address and its key (WooCommerce: and secret)"),),
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
        self._absolute = False

    def body(self) -> Iterable[Widget]:
        yield Grid(self.ours.painter, _COLUMNS, id="sites")
        yield Lines(self.ours.painter, id="detail")
        yield Finder(self.ours.painter, back=self._leave_finder)
        yield Lines(self.ours.painter, id="notice")

    def crumbs(self) -> list[str]:
        return ["Web Update Administrator"]

    def spot(self) -> glance.Place | None:
        key = self.query_one(Grid).key
        return glance.place_of(self.ours.snapshot, int(key)) if key else None

    def show(self, snapshot: Snapshot) -> None:
        found = [place for place in glance.places(snapshot) if self._find in _searched(place)]
        grid = self.query_one(Grid)
        rows = glance.rows(found, self._clock(snapshot))
        grid.put([Row(place.key, line) for place, line in zip(found, rows, strict=True)])
        grid.reveal(bool(snapshot.companies))
        self.query_one("#detail", Lines).put(self._detail(snapshot))
        notice = self.query_one("#notice", Lines)
        notice.put(self._notice())
        notice.display = not self.query_one(Finder).display  # both stand at the bottom

    def _detail(self, snapshot: Snapshot) -> list[Line]:
        spot = self.spot()
        if spot is None:
            empty = [self.keyed_line(line) for line in _EMPTY]
            return empty if not snapshot.companies else [(Cell("No company has this text.", "dim"),)]
        oldest = self._oldest_order(spot, snapshot.at)
        return glance.detail(spot, oldest, self._clock(snapshot), self.size.width - 6, self.keyed)

    def _clock(self, snapshot: Snapshot) -> Clock:
        running = self.ours.session.mode != actionkinds.ORPHANED
        return Clock(snapshot.at, self._absolute, running)

    def _oldest_order(self, spot: glance.Place, now: float) -> str:
        """How long the oldest order has been waiting for an answer."""
        if not spot.site.conflicts:
            return ""
        return view.age(now, inbox.waiting_since(self.ours.session.store, spot.site.id))

    def _notice(self) -> list[Line]:
        session = self.ours.session
        if session.mode == actionkinds.ORPHANED:
            key = Cell(self.ours.keymap.shown(actions.named("host")), "key")
            press = (Cell(" Press "), key, Cell(" to run the sync here."))
            help = (Cell(f" {view.clean(session.remedy)}"),) if session.remedy else press
            return [(Cell("⚠ ", "warn"), Cell(view.clean(session.lost)), *help)]
        if session.only_looks:
            return [(Cell("‖ "), Cell(view.clean(session.only_looks)))]
        notice: list[Line] = [(Cell(view.clean(self.ours.notice), "dim"),)] if self.ours.notice else []
        return [*notice, *glance.support(self.spot(), self.ours.keymap.shown(actions.named("properties")))]

    def on_resize(self) -> None:
        if self.is_mounted:
            self.query_one(Grid).styles.max_height = max(9, self.size.height - _BELOW)
            self.draw()

    def on_finder_changed(self, message: Finder.Changed) -> None:
        self._find = message.text.lower()
        self.draw()

    def do_find(self) -> None:
        self.query_one(Finder).open()
        self.draw()

    def _leave_finder(self) -> None:
        self.query_one(Grid).focus()
        self.draw()

    def context(self) -> actionkinds.Context:
        found = super().context()
        nothing = "" if found.company or not self.ours.snapshot.companies else "No company has this text."
        return msgspec.structs.replace(found, cannot={"progress": nothing})

    def word(self, action: actionkinds.Action) -> str:
        if action.id == "progress" and not self.ours.snapshot.companies:
            return "Set up"
        spot = self.spot() if action.id == "pause" else None
        if spot is not None and spot.company.paused:
            return "Resume"
        return super().word(action)

    def do_progress(self) -> None:
        from webupdate.tui.progress import Progress

        if not self.ours.snapshot.companies:
            self.do_new()
            return
        self.ours.push_screen(Progress(self.ours, self.chosen().site.id))

    def do_times(self) -> None:
        self._absolute = not self._absolute
        self.draw()

    def do_new(self) -> None:
        from webupdate.tui.wizard import Wizard

        self.ours.push_screen(Wizard(self.ours), self._led)

    def _led(self, site_id: int | None) -> None:
        """The wizard has ended: behind a first upload that began stands its progress."""
        from webupdate.tui.progress import Progress

        self._made(site_id)
        spot = glance.place_of(self.ours.snapshot, site_id) if site_id else None
        if spot is not None and spot.site.begun:
            self.ours.push_screen(Progress(self.ours, spot.site.id))

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
