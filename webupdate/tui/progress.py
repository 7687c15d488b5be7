"""Synchronization Progress: a row for each action of a cycle, and the newest events below."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace
from textual.binding import BindingType
from textual.widget import Widget

from webupdate.errors import UsageError
from webupdate.store import board, exports
from webupdate.store.snapshot import Snapshot
from webupdate.tui import actionkinds, actions, arrange, glance, overall, stages
from webupdate.tui.actionkinds import Action
from webupdate.tui.arrange import Arrangement
from webupdate.tui.bars import Lines
from webupdate.tui.deeds import SiteDeeds
from webupdate.tui.finder import Finder
from webupdate.tui.grid import WIDE, Column, Grid, Row
from webupdate.tui.records import Records
from webupdate.tui.stages import Stage
from webupdate.tui.view import Cell, Hint, Line

if TYPE_CHECKING:
    from webupdate.tui.app import WebUpdateApp

_COLUMNS = (
    Column("", 0),
    Column("Action", 18),
    Column("Status", 10),
    Column("Done", stages.DONE_WIDTH),
    Column("Message", 14, grow=1),
    Column("Rate", 8, right=True, wide=True),
    Column("Time left", 9, right=True, wide=True),
    Column("Last run", 8, right=True),
)
_AROUND = 7  # lines beside stages and detail: top, overall, titles, a blank one, bottom
# The keys that answer what waits for somebody.
_URGENT = ("release", "resolve", "customers")


class Progress(SiteDeeds):
    """The progress of one site. `_held`: somebody moved the cursor, so that it does not follow for now."""

    place = actionkinds.PROGRESS
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings(actionkinds.PROGRESS)]

    def __init__(self, app: WebUpdateApp, site_id: int) -> None:
        super().__init__(app, site_id)
        self.VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-tall")]
        self._find = ""
        self._unwell = False
        self._held = False

    def body(self) -> Iterable[Widget]:
        yield Lines(self.ours.painter, id="overall")
        yield Grid(self.ours.painter, _COLUMNS, id="stages")
        yield Lines(self.ours.painter, id="detail")
        yield Lines(self.ours.painter, id="events")
        yield Finder(self.ours.painter)

    def crumbs(self) -> list[str]:
        return [*title_of(self.spot()), "Synchronization Progress"]

    @property
    def _arrangement(self) -> Arrangement:
        """What is remembered of how the list is seen."""
        return Arrangement.of(self.ours.settings.of("progress"))

    def _arrange(self, arrangement: Arrangement) -> None:
        self.ours.change(screens={"progress": arrangement.values()})
        self.draw()

    @property
    def _following(self) -> bool:
        return self._arrangement.follow and not self._held

    def show(self, snapshot: Snapshot) -> None:
        spot = self.spot()
        if spot is None:
            self.dismiss()  # somebody removed the company
            return
        everything = self._stages(spot)
        shown = arrange.matching(everything, self._find, unwell=self._unwell)
        self._put(arrange.arranged(shown, self._arrangement.sort, snapshot.at), snapshot.at)
        self.query_one("#overall", Lines).put([self._overall(spot, everything, snapshot.at)])
        self.query_one("#detail", Lines).put(self._detail(shown))
        self._put_events(spot)

    def _stages(self, spot: glance.Place) -> list[Stage]:
        session = self.ours.session
        complaints = exports.complaint_counts(session.store, spot.company.id)
        counts = stages.with_complaints(board.counts(session.store, spot.site.id), complaints)
        return stages.stages(spot, counts, going=session.mode != actionkinds.ORPHANED)

    def _put(self, shown: list[Stage], now: float) -> None:
        grid, wide = self.query_one(Grid), self.size.width >= WIDE
        grid.put([Row(stage.action, stages.cells(stage, now, wide=wide)) for stage in shown])
        grid.reveal(bool(shown))
        to = arrange.followed(shown, grid.key) if self._following else None
        if to is not None:
            grid.select(to)

    def _overall(self, spot: glance.Place, everything: list[Stage], now: float) -> Line:
        session = self.ours.session
        standing = arrange.standing(self._arrangement, following=self._following, unwell=self._unwell)
        lost = session.lost if session.mode == actionkinds.ORPHANED else ""
        return overall.line(spot, everything, now, self.size.width - 4, standing, lost)

    def _detail(self, shown: list[Stage]) -> list[Line]:
        key = self.query_one(Grid).key
        selected = [stage for stage in shown if stage.action == key]
        if selected:
            return stages.detail(selected[0], self.size.width - 7, self.size.height - len(shown) - _AROUND)
        if self._find:
            return [(Cell("No stage that is shown has this text. Esc in the line below shows all again.", "dim"),)]
        return [
            self.keyed_line(
                (Cell("✔ ", "ok"), Cell("All stages are well. "), Cell("{unwell}", "key"), Cell(" shows them again."))
            )
        ]

    def _put_events(self, spot: glance.Place) -> None:
        lines = board.log_lines(self.ours.session.store, limit=40, company_id=spot.company.id)
        events = self.query_one("#events", Lines)
        events.put([stages.event(line) for line in lines[-max(1, events.size.height) :]])

    def word(self, action: Action) -> str:
        """Keys that turn something on and off are called what they do next."""
        if action.id == "follow_work":
            return "Hold" if self._following else "Follow"
        return "All" if action.id == "unwell" and self._unwell else super().word(action)

    def hints(self) -> list[Hint]:
        """What waits for somebody comes first where there is room for few keys."""
        first, *others = super().hints()
        return [first, *sorted(others, key=lambda hint: not (hint.enabled and hint.action in _URGENT))]

    def on_grid_touched(self) -> None:
        """An arrow key means: hold my place."""
        self._held = True
        self.draw()

    def on_finder_changed(self, message: Finder.Changed) -> None:
        self._find = message.text
        self.draw()

    def do_find(self) -> None:
        self.query_one(Finder).open()

    def do_sort(self) -> None:
        self._arrange(self._arrangement.next_sort())

    def do_follow_work(self) -> None:
        follow, self._held = not self._following, False
        self._arrange(replace(self._arrangement, follow=follow))

    def do_unwell(self) -> None:
        self._unwell = not self._unwell
        self.draw()

    def on_resize(self) -> None:
        self.call_after_refresh(self.draw)  # how many events fit is known only then

    async def do_reload(self) -> None:
        """Reload of what the selected action sends; a row that sends nothing says so."""
        action = self.query_one(Grid).key or ""
        if action not in stages.UPLOADS:
            raise UsageError(
                "This row sends no records of its own.",
                self.keyed("Select an upload, as Upload prices, and press {reload}."),
            )
        await self.reload(action)

    def do_records(self) -> None:
        action = self.query_one(Grid).key or "read"
        if action in dict(board.ERRANDS):
            self.do_verify()
        else:
            self.ours.push_screen(Records(self.ours, self.chosen().site.id, action))


def title_of(spot: glance.Place | None) -> list[str]:
    """The company, and its site where there are several."""
    if spot is None:
        return []
    several = len(spot.company.sites) > 1
    return [spot.company.name, spot.site.name] if several else [spot.company.name]
