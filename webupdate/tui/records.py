"""The records of one action that need a person, with what to do about the selected one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.binding import BindingType
from textual.widget import Widget

from webupdate.keys import KEY_SEPARATOR
from webupdate.store import commands, exports, outbox
from webupdate.store.exports import Complaint
from webupdate.store.snapshot import Snapshot
from webupdate.tui import actionkinds, actions, glance, stages, view
from webupdate.tui.bars import Lines
from webupdate.tui.columns import open_columns
from webupdate.tui.explain import Explain
from webupdate.tui.finder import Finder
from webupdate.tui.grid import Column, Grid, Row
from webupdate.tui.page import Page
from webupdate.tui.threads import away
from webupdate.tui.view import Cell, Line

if TYPE_CHECKING:
    from webupdate.tui.app import WebUpdateApp

MOST = 500
_COLUMNS = (Column("", 0), Column("Record", 24), Column("What is wrong", 20, grow=1))


class Fault(NamedTuple):
    """A record with what is wrong with it."""

    record: str
    message: str
    hint: str
    key: str = ""  # what Explain is asked for


class Records(Page):
    """The faults of one action of a site."""

    place = actionkinds.RECORDS
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings(actionkinds.RECORDS)]

    def __init__(self, app: WebUpdateApp, site_id: int, action: str) -> None:
        super().__init__(app, site_id)
        self._action = action
        self._find = ""
        self._faults: list[Fault] = []

    def body(self) -> Iterable[Widget]:
        yield Grid(self.ours.painter, _COLUMNS, id="records")
        yield Lines(self.ours.painter, id="detail")
        yield Finder(self.ours.painter)

    def crumbs(self) -> list[str]:
        spot = self.spot()
        return [*([spot.company.name] if spot else []), stages.label(self._action), "Records"]

    def show(self, snapshot: Snapshot) -> None:
        spot = self.spot()
        if spot is None:
            self.dismiss()
            return
        self._faults = [fault for fault in self._read(spot) if self._find in " ".join(fault).lower()]
        grid = self.query_one(Grid)
        grid.put([_row(place, fault) for place, fault in enumerate(self._faults)])
        grid.display = bool(self._faults)
        self.query_one("#detail", Lines).put(self._detail(grid.key))

    def _read(self, spot: glance.Place) -> list[Fault]:
        store = self.ours.session.store
        entities = (self._action,)
        told = exports.complaints(store, spot.company.id)
        mine = [(file, found) for file, found in told if _belongs(file, self._action)][:MOST]
        rows = [row for row in outbox.errors(store, spot.site.id, MOST) if row.entity in entities]
        return [
            *(Fault(_place(file, found), found.message, found.hint, found.key) for file, found in mine),
            *(Fault(row.key.replace(KEY_SEPARATOR, " "), row.error or "", "", row.key) for row in rows),
        ]

    def _detail(self, key: str | None) -> list[Line]:
        if key is None:
            return [(Cell("✔ ", "ok"), Cell("No record of this action needs you."))]
        fault = self._faults[int(key)]
        hint: list[Line] = [(Cell(view.clean(fault.hint), "dim"),)] if fault.hint else []
        return [(Cell(view.clean(fault.record), "bold"),), (Cell(view.clean(fault.message)),), *hint]

    def on_finder_changed(self, message: Finder.Changed) -> None:
        self._find = message.text.lower()
        self.draw()

    def do_find(self) -> None:
        self.query_one(Finder).open()

    def do_columns(self) -> None:
        key = self.query_one(Grid).key
        open_columns(self, self._faults[int(key)].record.partition(",")[0] if key else "")

    def do_explain(self) -> None:
        key = self.query_one(Grid).key
        of_item = self._faults[int(key)].key.split(KEY_SEPARATOR)[0] if key is not None else ""
        self.ours.push_screen(Explain(self.ours, self.site_id, of_item))

    async def do_retry(self) -> None:
        spot, store = self.spot(), self.ours.session.store
        assert spot is not None
        await away(store, commands.leave, store, "retry", company_id=spot.company.id)
        self.ours.notify("The failed records get another try.", markup=False)


def _belongs(file: str, action: str) -> bool:
    """Problems of pictures and documents are told in the rows of those, all others where the files are read."""
    return file == action if file in ("images", "documents") else action == "read"


def _place(file: str, found: Complaint) -> str:
    """The item of a picture or document; else file and line."""
    if file in ("images", "documents") and found.key:
        return found.key
    return f"{file}, line {found.line}" if found.line else file


def _row(place: int, fault: Fault) -> Row:
    cells = (Cell("⚠", "warn"), Cell(view.clean(fault.record)), Cell(view.clean(fault.message)))
    return Row(str(place), cells)
