"""Synchronization Status: every site with what is wrong there, and the way to where it is put right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

import msgspec
from textual.binding import BindingType

from webupdate.store.db import Store
from webupdate.tui import actionkinds, actions, glance, troubles
from webupdate.tui.actionkinds import Action, Context
from webupdate.tui.deeds import SiteDeeds
from webupdate.tui.entries import ERRORS
from webupdate.tui.glance import Place
from webupdate.tui.grid import Column, Grid, Row
from webupdate.tui.paged import Paged
from webupdate.tui.progress import Progress
from webupdate.tui.records import Records
from webupdate.tui.troubles import Trouble
from webupdate.tui.view import Cell, Line

if TYPE_CHECKING:
    from webupdate.tui.app import WebUpdateApp

_COLUMNS = (
    Column("", 0),
    Column("Company", 17, grow=1),
    Column("Site", 16, grow=1, wide=True),
    Column("What is wrong", 20, grow=5),
    Column("Enter", 13),
)


class SyncStatus(Paged[Trouble], SiteDeeds):
    """The sites with their errors; what the keys do is done to the site of the selected line."""

    place = actionkinds.STATUS
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings(actionkinds.STATUS)]
    summed = True

    def __init__(self, app: WebUpdateApp) -> None:
        first = glance.places(app.snapshot)
        super().__init__(app, first[0].site.id if first else 0)

    def columns(self) -> Sequence[Column]:
        return _COLUMNS

    def crumbs(self) -> list[str]:
        return ["Synchronization Status"]

    def spot(self) -> Place | None:
        """The site of the selected line, where there is none the first; only what is selected is acted on."""
        return self._at() or next(iter(glance.places(self.ours.snapshot)), None)

    def _at(self) -> Place | None:
        chosen = self.selected() if self.query(Grid) else None
        return glance.place_of(self.ours.snapshot, chosen.place.site.id) if chosen else None

    def context(self) -> Context:
        found = super().context()
        if self._at() is not None:
            return found
        return msgspec.structs.replace(found, company=None, site=None, cannot={"company": "No line is selected."})

    def read(self, store: Store, spot: Place, find: str, only: str, limit: int, now: float) -> list[Trouble]:
        return troubles.troubles(store, self.ours.snapshot, find)

    def _is_running(self) -> bool:
        return self.ours.session.mode != actionkinds.ORPHANED

    def row(self, entry: Trouble, now: float) -> Row:
        return Row(entry.key, troubles.row(entry, named=entry.number == 0, running=self._is_running()))

    def summary(self, spot: Place) -> Line:
        if not self._is_running():
            return (Cell("✖ ", "bad"), Cell(glance.IDLE))
        return troubles.summary(self.ours.snapshot, [trouble for _, trouble in self._rows.values()])

    def detail(self, entry: Trouble) -> list[Line]:
        return troubles.detail(entry, self.size.width - 7, running=self._is_running())

    def empty(self, spot: Place) -> list[Line]:
        return [(Cell("There is no site yet.", "dim"),)]

    def word(self, action: Action) -> str:
        """Enter is called what it leads to."""
        entry = self.selected() if action.id == "lead" else None
        return troubles.lead(entry) if entry else super().word(action)

    def do_lead(self) -> None:
        entry = self.selected()
        if entry is None:
            return
        site = entry.place.site.id
        if entry.action == "records":
            self.ours.push_screen(Records(self.ours, site, entry.stage, ERRORS))
        elif entry.action == "progress":
            self.ours.push_screen(Progress(self.ours, site))
        else:
            self.action_act(entry.action)
