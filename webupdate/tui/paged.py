"""A long list of one site or its company: read beside the screen, and only as far as somebody has gone down."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from textual.widget import Widget

from webupdate.store.db import Store
from webupdate.store.snapshot import Snapshot
from webupdate.tui import view
from webupdate.tui.bars import Lines
from webupdate.tui.finder import Finder
from webupdate.tui.glance import Place
from webupdate.tui.grid import Column, Grid, Row
from webupdate.tui.page import Page
from webupdate.tui.threads import away
from webupdate.tui.view import Cell, Line

if TYPE_CHECKING:
    from webupdate.tui.app import WebUpdateApp

PAGE = 200  # rows that are read at first, and more each time that somebody reaches the last one
MOST = 2000

T = TypeVar("T")


class Paged(Page, Generic[T]):
    """A list with a line above and the selected entry below. `_only` is the one state or kind that it shows.

    `summed`: the line stands there above an empty list too.
    """

    summed: ClassVar[bool] = False

    def __init__(self, app: WebUpdateApp, site_id: int) -> None:
        super().__init__(app, site_id)
        self._find, self._only, self._limit = "", "", PAGE
        self._found: list[T] | None = None
        self._rows: dict[str, tuple[Row, T]] = {}
        self._rows_of: tuple[float, int] = (0.0, 0)
        self._read_for: tuple[object, ...] = ()

    @abstractmethod
    def columns(self) -> Sequence[Column]:
        """The columns of the list."""

    @abstractmethod
    def read(self, store: Store, spot: Place, find: str, only: str, limit: int, now: float) -> list[T]:
        """The first entries, in a thread of its own."""

    @abstractmethod
    def row(self, entry: T, now: float) -> Row:
        """An entry as a line."""

    @abstractmethod
    def summary(self, spot: Place) -> Line:
        """What the list shows, without how much of it is listed."""

    @abstractmethod
    def detail(self, entry: T) -> list[Line]:
        """All that matters of the selected entry."""

    @abstractmethod
    def empty(self, spot: Place) -> list[Line]:
        """What it means that there is nothing at all."""

    def named(self, only: str) -> str:
        """What people call the state or kind that is shown."""
        return view.clean(only)

    def body(self) -> Iterable[Widget]:
        yield Lines(self.ours.painter, id="summary")
        yield Grid(self.ours.painter, self.columns(), id="listed")
        yield Lines(self.ours.painter, id="detail")
        yield Finder(self.ours.painter)

    def show(self, snapshot: Snapshot) -> None:
        spot = self.spot()
        if spot is None:
            self.dismiss()
            return
        grid = self.query_one(Grid)
        self._lay_out(snapshot.at)
        grid.put([row for row, _ in self._rows.values()])
        grid.reveal(bool(self._rows))
        if grid.at_end and self._is_cut() and self._limit < MOST:
            self._limit += PAGE
        self._read_if_news(snapshot, spot)
        self.query_one("#summary", Lines).put(
            [(*self.summary(spot), *self._listed())] if self._rows or self.summed else []
        )
        self.query_one("#detail", Lines).put(list(map(self.keyed_line, self._below(spot))))

    def _lay_out(self, now: float) -> None:
        """Make the lines, if there are others or they are older; a moved cursor changes none."""
        news = (now, id(self._found))
        if news != self._rows_of:
            self._rows_of = news
            rows = [(self.row(entry, now), entry) for entry in self._found or []]
            self._rows = {row.key: (row, entry) for row, entry in rows}

    def _is_cut(self) -> bool:
        return self._found is not None and len(self._found) >= self._limit

    def _read_if_news(self, snapshot: Snapshot, spot: Place) -> None:
        news = (snapshot.at, self._find, self._only, self._limit)
        if news != self._read_for:
            self._read_for = news
            self.run_worker(self._load(spot, snapshot.at), group="load", exclusive=True)

    async def _load(self, spot: Place, now: float) -> None:
        store = self.ours.session.store
        self._found = await away(store, self.read, store, spot, self._find, self._only, self._limit, now)
        self.draw()

    def _listed(self) -> Line:
        if not self._is_cut():
            return ()
        more = ", more below" if self._limit < MOST else ": look for the others with {find}"
        return (Cell(self.keyed(f"  first {view.number(self._limit)}{more}"), "dim"),)

    def _below(self, spot: Place) -> list[Line]:
        entry = self.selected()
        if entry is not None:
            return self.detail(entry)
        if self._found is None:
            return []  # it is read in a moment
        return self._hidden() if self.narrowed() else self.empty(spot)

    def narrowed(self) -> bool:
        """Whether something is left out of the list."""
        return bool(self._find or self._only)

    def _hidden(self) -> list[Line]:
        """Only the filters hide all."""
        only: Line = (Cell(f"{self.named(self._only)} ", "bold"),) if self._only else ()
        text: Line = (Cell(f"“{view.clean(self._find)}” ", "bold"),) if self._find else ()
        return [(Cell("Nothing here is like this: ", "dim"), *only, *text)]

    def selected(self) -> T | None:
        """The entry under the cursor."""
        _, entry = self._rows.get(self.query_one(Grid).key or "", (None, None))
        return entry

    def step(self, names: Sequence[str]) -> None:
        """Show only the next of these, behind the last one all."""
        every = ["", *names]
        self.pick(every[(every.index(self._only) + 1) % len(every)] if self._only in every else "")

    def pick(self, only: str) -> None:
        """Show only this state or kind, "" = all."""
        self._only, self._limit = only, PAGE
        self.draw()

    def on_resize(self) -> None:
        self.call_after_refresh(self.draw)

    def on_finder_changed(self, message: Finder.Changed) -> None:
        self._find, self._limit = message.text, PAGE
        self.draw()

    def do_find(self) -> None:
        self.query_one(Finder).open()
