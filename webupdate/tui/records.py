"""The records behind a stage of Synchronization Progress: those that wait, those with errors, what was done of late."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace
from textual.binding import BindingType

from webupdate.store import board, commands, inbox
from webupdate.store.db import Store
from webupdate.sync.entities import FILES
from webupdate.tui import actionkinds, actions, downlists, stages, uploadlists, view
from webupdate.tui.actionkinds import Action, Context
from webupdate.tui.columns import open_columns
from webupdate.tui.dialogs import Tell
from webupdate.tui.entries import ERRORS, HISTORY, WAITING, Entry, Numbers
from webupdate.tui.explain import Explain
from webupdate.tui.glance import Place
from webupdate.tui.grid import Column, Row
from webupdate.tui.orderhistory import OrderHistory
from webupdate.tui.paged import Paged
from webupdate.tui.resolve import Resolve
from webupdate.tui.threads import away
from webupdate.tui.view import Cell, Line
from webupdate.tui.webcustomers import WebCustomers
from webupdate.tui.wholerecord import WholeRecord

if TYPE_CHECKING:
    from webupdate.tui.app import WebUpdateApp

_COLUMNS = (
    Column("", 0),
    Column("Record", 28, grow=1),
    Column("Message", 20, grow=5),
    Column("When", 7, right=True),
)
_KIND = Column("Kind", 10)
_VIEWS = {WAITING: "Waiting", ERRORS: "Errors", HISTORY: "History"}
_EMPTY = {
    WAITING: "Nothing waits here.",
    ERRORS: "No record of this stage needs you.",
    HISTORY: "Nothing was sent in the last 24 hours.",
}


class Records(Paged[Entry]):
    """The records of one action of a site; `action` "": of all uploads. `_only` is the list that is shown."""

    place = actionkinds.RECORDS
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings(actionkinds.RECORDS)]
    summed = True

    def __init__(self, app: WebUpdateApp, site_id: int, action: str, which: str = "") -> None:
        super().__init__(app, site_id)
        self._action = action
        spot = self.spot()
        self._numbers = self._count(app.session.store, spot, app.snapshot.at) if spot else Numbers(0, 0, 0)
        self._only = which or self._numbers.telling

    def _count(self, store: Store, spot: Place, now: float) -> Numbers:
        if self._is_upload:
            return uploadlists.numbers(store, spot, self._action)
        return downlists.numbers(store, spot, self._action, now)

    @property
    def _is_upload(self) -> bool:
        return self._action in ("", *stages.UPLOADS)

    def columns(self) -> Sequence[Column]:
        return (*_COLUMNS[:1], _KIND, *_COLUMNS[1:]) if self._action == "" else _COLUMNS

    def crumbs(self) -> list[str]:
        spot = self.spot()
        label = stages.label(self._action) if self._action else "All uploads"
        return [*([spot.company.name] if spot else []), label, "Records"]

    def read(self, store: Store, spot: Place, find: str, only: str, limit: int, now: float) -> list[Entry]:
        self._numbers = self._count(store, spot, now)  # for the line above, read in the same thread
        read = uploadlists.entries if self._is_upload else downlists.entries
        return read(store, spot, self._action, only, find, limit, now)

    def row(self, entry: Entry, now: float) -> Row:
        kind = (Cell(entry.kind, "dim"),) if self._action == "" else ()
        cells = (
            Cell(entry.glyph, entry.tone),
            *kind,
            Cell(view.clean(entry.record)),
            Cell(view.clean(entry.brief or entry.text), "dim" if self._only == HISTORY and entry.tone == "ok" else ""),
            Cell(view.age(now, entry.at), "dim"),
        )
        return Row(entry.id, cells)

    def summary(self, spot: Place) -> Line:
        """The three lists with their keys and how many they have; the one that is shown stands out."""
        found: list[Cell] = []
        for which, count in zip(_VIEWS, self._numbers, strict=True):
            shown = which == self._only
            tone = "warn" if which == ERRORS and count else "" if shown else "dim"
            found += [
                Cell(f"{{view_{which}}}", "key"),
                Cell(f" {self.named(which)} ", "bold" if shown else "dim"),
                Cell(view.number(count), tone),
                Cell("   "),
            ]
        return self.keyed_line(tuple(found[:-1]))

    def named(self, only: str) -> str:
        return "Files" if (self._action, only) == ("read", WAITING) else _VIEWS.get(only, only)

    def detail(self, entry: Entry) -> list[Line]:
        width = self.size.width - 7
        when = f" · {view.moment(entry.at)}" if entry.at and self._only == HISTORY else ""
        title = (Cell(view.clean(entry.title), "bold"), Cell(when, "dim"))
        hint = view.begun(view.wrapped(entry.hint, width, tone="dim"), 2) if entry.hint else []
        return [title, *view.begun(view.wrapped(entry.text, width - 2), 4 - len(hint)), *hint]

    def empty(self, spot: Place) -> list[Line]:
        if self._only == WAITING and self._is_upload and spot.company.brakes:
            return [(Cell("⚠ ", "warn"), Cell(f"Nothing waits, but a brake holds {', '.join(spot.company.brakes)}."))]
        if self._only == HISTORY:
            return [(Cell("· "), Cell(_EMPTY[HISTORY] if self._is_upload else "Nothing has come yet.", "dim"))]
        return [(Cell("✔ ", "ok"), Cell(_EMPTY[self._only]))]

    def narrowed(self) -> bool:
        return bool(self._find)

    def context(self) -> Context:
        """What can't be done with the selected line, and why."""
        base, entry = super().context(), self.selected()
        idle = actionkinds.needs_sync(base)
        one = (
            "" if entry and entry.row and self._only == ERRORS else "Only a record that was refused can be tried again."
        )
        every = "" if self._is_upload and self._refused() else "No record of this stage can be tried again."
        return replace(base, cannot={"retry_one": idle or one, "retry_all": idle or every})

    def _refused(self) -> bool:
        """Whether the queue holds one that failed; what is wrong in a file only another file puts right."""
        counts = board.counts(self.ours.session.store, self.site_id or 0)
        return any(failed for kind, (_, failed) in counts.items() if self._action in ("", kind))

    def word(self, action: Action) -> str:
        """Enter leads to what the selected line is."""
        return self._opens() if action.id == "open_record" else super().word(action)

    def _opens(self) -> str:
        entry = self.selected()
        if entry is None or entry.row:
            return "Whole record"
        if entry.customer:
            return "Answer"
        return "Open" if entry.order else "Columns" if entry.file in FILES else "Details"

    async def do_open_record(self) -> None:
        entry = self.selected()
        if entry is None:
            return
        if entry.row:
            await self._whole(entry)
        elif entry.order:
            self._open_order(entry.order)
        elif entry.customer:
            self.ours.push_screen(WebCustomers(self.ours, self.site_id or 0))
        elif entry.file in FILES:
            open_columns(self, entry.file)
        else:
            self.ours.push_screen(Tell(self.ours.painter, f"{entry.title}\n{entry.text}", entry.hint))

    async def _whole(self, entry: Entry) -> None:
        # Imported only when it is needed: the screens start without the shops' connectors.
        from webupdate.sync.sendings import whole

        store = self.ours.session.store
        found = await away(store, whole, store, entry.row)
        name = view.clean(entry.title)
        fields = [(field.name, field.held, field.wanted) for field in found] if found else []
        what = f"{name}: {view.clean(entry.text)}"
        self.ours.push_screen(WholeRecord(self.ours, [*self.crumbs()[1:], name], what, fields))

    def _open_order(self, number: int) -> None:
        order = inbox.order(self.ours.session.store, number)
        if order is not None:
            waits = inbox.needs_person(order)
            self.ours.push_screen(
                Resolve(self.ours, order.site_id, order) if waits else OrderHistory(self.ours, order, self.crumbs()[-2])
            )  # fmt: skip

    def do_view_waiting(self) -> None:
        self.pick(WAITING)

    def do_view_errors(self) -> None:
        self.pick(ERRORS)

    def do_view_history(self) -> None:
        self.pick(HISTORY)

    def do_columns(self) -> None:
        entry = self.selected()
        open_columns(self, entry.file if entry else "")

    def do_explain(self) -> None:
        entry = self.selected()
        self.ours.push_screen(Explain(self.ours, self.site_id, entry.key if entry else ""))

    async def do_retry_one(self) -> None:
        entry = self.selected()
        if entry is not None:
            await self._retry(row=entry.row)
            self.ours.notify(f"{view.clean(entry.record)} gets another try.", markup=False)

    async def do_retry_all(self) -> None:
        await self._retry(entity=self._action)
        self.ours.notify("The failed records get another try.", markup=False)

    async def _retry(self, **which: object) -> None:
        spot, store = self.spot(), self.ours.session.store
        if spot is not None:
            await away(
                store, commands.leave, store, "retry", company_id=spot.company.id, site=spot.site.name, **which
            )  # fmt: skip
