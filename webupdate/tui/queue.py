"""Queue: what waits to be sent to a site, record by record, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from webupdate.keys import KEY_SEPARATOR
from webupdate.store import board, companies, search
from webupdate.store.db import Store
from webupdate.tui import actionkinds, actions, view
from webupdate.tui.explain import Explain
from webupdate.tui.glance import Place
from webupdate.tui.grid import Column, Row
from webupdate.tui.paged import Paged
from webupdate.tui.view import Cell, Line

if TYPE_CHECKING:
    from webupdate.sync.backlog import Waits

_COLUMNS = (
    Column("", 0),
    Column("Kind", 10),
    Column("Record", 18, grow=2),
    Column("Why", 20, grow=5),
    Column("Saved", 7, right=True),
)


class Queue(Paged["Waits"]):
    """What waits for one site."""

    place = actionkinds.QUEUE
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings(actionkinds.QUEUE)]

    def columns(self) -> Sequence[Column]:
        return _COLUMNS

    def crumbs(self) -> list[str]:
        spot = self.spot()
        return [*([spot.company.name, spot.site.name] if spot else []), "Queue"]

    def read(self, store: Store, spot: Place, find: str, only: str, limit: int, now: float) -> list[Waits]:
        # Imported only when it is needed: the screens start without the shops' connectors.
        from webupdate.sync.backlog import backlog

        company = companies.company_by_id(store, spot.company.id)
        sites = [site for site in company.sites if site.id == spot.site.id] if company else []
        return [entry for site in sites if company for entry in backlog(store, company, site, only, find, limit, now)]

    def row(self, entry: Waits, now: float) -> Row:
        needs = entry.why.state == "needs"
        glyph = Cell("⚠", "warn") if needs else Cell("·", "dim")
        cells = (
            glyph,
            Cell(entry.row.entity, "dim"),
            Cell(_name(entry)),
            Cell(view.clean(entry.why.text.removeprefix("Waits: ").partition(";")[0]), "warn" if needs else ""),
            Cell(view.age(now, entry.since), "dim"),
        )
        return Row(str(entry.row.id), cells)

    def summary(self, spot: Place) -> Line:
        """How much waits of each kind, in the order in which they are sent."""
        counts = board.counts(self.ours.session.store, spot.site.id)
        waiting, failed = (sum(count[place] for count in counts.values()) for place in (0, 1))
        kinds = [(kind, sum(counts[kind])) for kind, _ in board.ACTIONS if sum(counts.get(kind, ()))]
        each = "  ".join(f"{kind} {view.number(count)}" for kind, count in kinds)
        need: Line = (Cell(f"  {view.number(failed)} need{'s' if failed == 1 else ''} you", "warn"),) if failed else ()
        only: Line = (Cell(f"  only {self.named(self._only)}", "key"),) if self._only else ()
        return (Cell(f"{view.number(waiting)} to send", "bold"), *need, Cell(f"  {each}", "dim"), *only)

    def detail(self, entry: Waits) -> list[Line]:
        row = entry.row
        does = {"put": "to be sent", "hide": "to be hidden", "delete": "to be deleted"}.get(row.op, view.clean(row.op))
        tried = f" · tried {view.counted(row.tries, 'time')}" if row.tries else ""
        title = (Cell(f"{row.entity} {_name(entry)}", "bold"), Cell(f" · {does}{tried}", "dim"))
        return [title, *view.wrapped(entry.why.text, self.size.width - 7)[:3]]

    def empty(self, spot: Place) -> list[Line]:
        if spot.company.brakes:
            held = ", ".join(spot.company.brakes)
            return [(Cell("⚠ ", "warn"), Cell(f"Nothing waits here, but a brake holds {view.clean(held)}."))]
        if not spot.site.synced_at:
            return [(Cell("· Nothing waits yet: the first synchronization has not run.", "dim"),)]
        return [(Cell("✔ ", "ok"), Cell("Nothing waits: the shop holds all that EBMS has."))]

    def do_kind(self) -> None:
        spot = self.spot()
        counts = board.counts(self.ours.session.store, spot.site.id) if spot else {}
        self.step([kind for kind, _ in board.ACTIONS if sum(counts.get(kind, ()))])

    def do_explain_record(self) -> None:
        entry = self.selected()
        self.ours.push_screen(Explain(self.ours, self.site_id, _searched(entry) if entry else ""))


def _name(entry: Waits) -> str:
    return view.clean(entry.row.key.replace(KEY_SEPARATOR, " "))


def _searched(entry: Waits) -> str:
    """What Explain finds it by: itself, or the record that it belongs to."""
    row = entry.row
    key = row.key if row.entity in search.KINDS else row.parent_key or row.key
    return key.split(KEY_SEPARATOR)[0]
