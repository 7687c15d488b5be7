"""Explain: why the web shows what it shows. A text to look for, the records that have it, and what is known of one."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget
from textual.widgets import Input

from webupdate.store import search
from webupdate.store.search import Hit
from webupdate.store.snapshot import Snapshot
from webupdate.tui import actionkinds, actions, clipboard, view
from webupdate.tui.bars import Lines
from webupdate.tui.grid import Column, Grid, Row
from webupdate.tui.page import Page
from webupdate.tui.threads import away
from webupdate.tui.view import Cell, Hint, Line

if TYPE_CHECKING:
    from webupdate.sync.telling import Told
    from webupdate.tui.app import WebUpdateApp

_COLUMNS = (
    Column("Kind", 10),
    Column("Record", 22, grow=1),
    Column("Name", 16, grow=3),
    Column("", 12, grow=2),
)
_LABEL = 16  # columns of a value's name
# By the style of a line: its glyph, and how its text looks.
_STYLES: dict[str, tuple[str, str]] = {
    "ok": ("✔ ", "ok"),
    "hidden": ("· ", "busy"),
    "off": ("· ", "busy"),
    "waits": ("⟳ ", "busy"),
    "needs": ("⚠ ", "warn"),
    "differs": ("✖ ", "bad"),
    "head": ("", "bold"),
    "value": ("  ", ""),
    "odd": ("  ", "warn"),
    "dim": ("  ", "dim"),
    "event": ("  ", ""),
}


class Explain(Page):
    """Search and explanation for the company of one site. `text`: what is looked for at first."""

    place = actionkinds.EXPLAIN
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings(actionkinds.EXPLAIN)]

    def __init__(self, app: WebUpdateApp, site_id: int | None, text: str = "") -> None:
        super().__init__(app, site_id)
        self._text = text
        self._hits: list[Hit] = []
        self._told: list[Told] = []

    def body(self) -> Iterable[Widget]:
        with Horizontal(id="ask"):
            yield Lines(self.ours.painter, id="label")
            yield Input(self._text, compact=True, select_on_focus=False)
        yield Grid(self.ours.painter, _COLUMNS, id="hits")
        with VerticalScroll(id="explained"):
            yield Lines(self.ours.painter, id="told")

    def crumbs(self) -> list[str]:
        spot = self.spot()
        return [*([spot.company.name] if spot else []), "Explain"]

    def on_mount(self) -> None:
        self.query_one("#label", Lines).put([(Cell("Search", "key"),)])
        self.query_one(Input).focus()
        self._look_for(self._text)

    def show(self, snapshot: Snapshot) -> None:
        if self.spot() is None:
            self.dismiss()
            return
        grid = self.query_one(Grid)
        grid.put([Row(str(place), _cells(hit)) for place, hit in enumerate(self._hits)])
        grid.display = len(self._hits) > 1
        self.query_one("#told", Lines).put(self._lines())

    def on_resize(self) -> None:
        self.call_after_refresh(self.draw)

    def _lines(self) -> list[Line]:
        width = self.size.width - 8
        if self._told:
            return [line for told in self._told for line in _drawn(told, width)]
        if self._text.strip():
            return [(Cell("Nothing has this text in its id, name, e-mail or number.", "dim"),)]
        return [
            (Cell("Why does the web show this?", "bold"),),
            (),
            (Cell("Type a part of a SKU, a name, an e-mail or an order number."),),
        ]

    def on_input_changed(self, event: Input.Changed) -> None:
        self._look_for(event.value)

    def on_input_submitted(self) -> None:
        self.do_ask_shop()

    def on_key(self, event: events.Key) -> None:
        """Down leads from the search to what it found."""
        if event.key == "down" and self.query_one(Input).has_focus:
            event.stop()
            grid = self.query_one(Grid)
            self.set_focus(grid if grid.display else self.query_one("#explained"))

    def on_descendant_focus(self) -> None:
        self.draw_lines()

    def hints(self) -> list[Hint]:
        """While a text is typed, letters belong to it: only what is no letter is shown."""
        hints = super().hints()
        if not self.query_one(Input).has_focus:
            return hints
        keys = {id: self.ours.keymap.shown(actions.named(f"form_{id}")) for id in ("help", "palette")}
        return [
            hint._replace(key=self.ours.painter.text(keys.get(hint.action, hint.key)))
            for hint in hints
            if hint.action not in ("search", "copy")
        ]

    def _look_for(self, text: str) -> None:
        self._text = text
        self._beside(partial(self._search, text), "search")

    def _beside(self, work: Callable[[], Awaitable[None]], group: str) -> None:
        """Begin work beside the screen; what was begun for an older text or record is dropped."""
        self.run_worker(work, group=group, exclusive=True)

    async def _search(self, text: str) -> None:
        spot = self.spot()
        if spot is not None:
            store = self.ours.session.store
            self._hits = await away(store, search.find, store, spot.company.id, text)
            self.draw()
            self._tell(ask=False)

    def on_grid_moved(self) -> None:
        super().on_grid_moved()
        self._tell(ask=False)

    def _tell(self, *, ask: bool) -> None:
        self._beside(partial(self._explain, ask=ask), "explain")

    async def _explain(self, *, ask: bool) -> None:
        """Show what is known of the selected record."""
        spot, key = self.spot(), self.query_one(Grid).key
        self._told = []
        if spot is not None and key is not None and int(key) < len(self._hits):
            session, hit = self.ours.session, self._hits[int(key)]
            self._told = await away(session.store, session.explain, spot.company.id, hit, time.time(), ask=ask)
        self.draw()

    def do_ask_shop(self) -> None:
        if self._hits:
            self._tell(ask=True)
            self.query_one("#explained").focus()

    def do_search(self) -> None:
        self.set_focus(self.query_one(Input))

    def do_copy(self) -> None:
        text = "\n".join(f"{told.label} {told.text}".strip() for told in self._told)
        clipboard.copy(self.ours, "The explanation", text)

    def do_back(self) -> None:
        """From the explanation to the list, from there to where one came from."""
        grid = self.query_one(Grid)
        if self.query_one("#explained").has_focus and grid.display:
            grid.focus()
        else:
            self.dismiss()


def _cells(hit: Hit) -> Line:
    return (
        Cell(hit.kind, "dim"),
        Cell(view.clean(hit.key)),
        Cell(view.clean(hit.title)),
        Cell(view.clean(hit.detail), "dim"),
    )


def _drawn(told: Told, width: int) -> list[Line]:
    """A line as it is drawn, in as many lines as it needs."""
    glyph, tone = _STYLES.get(told.style, _STYLES["value"])
    label = f"{glyph}{told.label:<{_LABEL}}" if told.label else glyph
    first, *others = view.wrapped(told.text, width - len(label), tone=tone) if told.text else [()]
    lead = Cell(label, "dim" if told.label else tone)
    return [(lead, *first), *((Cell(" " * len(label)), *line) for line in others)]
