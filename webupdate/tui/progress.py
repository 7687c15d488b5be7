"""Synchronization Progress: a row for each action of a cycle, and the newest events below."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from webupdate.errors import UsageError
from webupdate.store import board
from webupdate.store.snapshot import Snapshot, StatusRow
from webupdate.tui import actionkinds, actions, glance, stages
from webupdate.tui.bars import Lines
from webupdate.tui.deeds import SiteDeeds
from webupdate.tui.grid import Column, Grid, Row
from webupdate.tui.records import Records

if TYPE_CHECKING:
    from webupdate.tui.app import WebUpdateApp

_COLUMNS = (
    Column("", 0),
    Column("Action", 18),
    Column("Status", 9, grow=1),
    Column("Done", stages.DONE_WIDTH, grow=1),
    Column("Message", 14, grow=6),
    Column("Last", 7, right=True),
)


class Progress(SiteDeeds):
    """The progress of one site."""

    place = actionkinds.PROGRESS
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings(actionkinds.PROGRESS)]

    def __init__(self, app: WebUpdateApp, site_id: int) -> None:
        super().__init__(app, site_id)

    def body(self) -> Iterable[Widget]:
        yield Grid(self.ours.painter, _COLUMNS, id="stages")
        yield Lines(self.ours.painter, id="detail")
        yield Lines(self.ours.painter, id="events")

    def crumbs(self) -> list[str]:
        return [*title_of(self.spot()), "Synchronization Progress"]

    def show(self, snapshot: Snapshot) -> None:
        spot = self.spot()
        if spot is None:
            self.dismiss()  # somebody removed the company
            return
        rows = stages.rows(spot.site)
        counts = board.counts(self.ours.session.store, spot.site.id)
        self.query_one(Grid).put([Row(row.action, stages.cells(row, counts, snapshot.at)) for row in rows])
        self.query_one("#detail", Lines).put(stages.detail(self._selected(rows)))
        lines = board.log_lines(self.ours.session.store, limit=40, company_id=spot.company.id)
        events = self.query_one("#events", Lines)
        events.put([stages.event(line) for line in lines[-max(1, events.size.height) :]])

    def on_resize(self) -> None:
        self.call_after_refresh(self.draw)  # how many events fit is known only then

    async def do_reload(self) -> None:
        """Reload of what the selected action sends; a row that sends nothing says so."""
        action = self.query_one(Grid).key or ""
        entities = stages.RECORDS_OF.get(action, ())
        if len(entities) != 1:
            raise UsageError(
                "This row sends no records of its own.",
                self.keyed("Select an upload, as Upload prices, and press {reload}."),
            )
        await self.reload(action)

    def _selected(self, rows: list[StatusRow]) -> StatusRow:
        key = self.query_one(Grid).key
        return next((row for row in rows if row.action == key), rows[0])

    def do_records(self) -> None:
        action = self.query_one(Grid).key or "read"
        if action in dict(board.ERRANDS):
            self.do_verify()
            return
        if action in ("orders", "write") and self.chosen().site.conflicts:
            self.do_resolve()
        elif action == "accounts" and self.chosen().site.customers:
            self.do_customers()
        else:
            self.ours.push_screen(Records(self.ours, self.chosen().site.id, action))


def title_of(spot: glance.Place | None) -> list[str]:
    """The company, and its site where there are several."""
    if spot is None:
        return []
    several = len(spot.company.sites) > 1
    return [spot.company.name, spot.site.name] if several else [spot.company.name]
