"""Preview: what would be sent now; for a new site also what its first run would do, and the key that lets it begin."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

import msgspec
from textual.binding import BindingType
from textual.widget import Widget

from webupdate.errors import UsageError
from webupdate.store import commands, companies, inspections
from webupdate.store.db import Store
from webupdate.store.snapshot import SiteView, Snapshot
from webupdate.tui import actionkinds, actions, view
from webupdate.tui.bars import Lines
from webupdate.tui.dialogs import NO, Answer, Ask
from webupdate.tui.finder import Finder
from webupdate.tui.glance import Place
from webupdate.tui.grid import Column, Grid, Row
from webupdate.tui.page import Page
from webupdate.tui.threads import away
from webupdate.tui.view import Cell, Line
from webupdate.tui.wholerecord import WholeRecord

if TYPE_CHECKING:
    from webupdate.sync.preview import Change, Preview
    from webupdate.tui.app import WebUpdateApp

_COLUMNS = (
    Column("", 0),
    Column("Kind", 10),
    Column("Record", 16, grow=3),
    Column("What", 8),
    Column("Shop has", 11, grow=3),
    Column("Would have", 14, grow=4),
)
_GLYPHS = {"new": ("+", "ok"), "changed": ("~", "busy"), "hidden": ("-", "warn"), "deleted": ("-", "bad")}


class Found(msgspec.Struct, frozen=True):
    """What was read for the screen. `asks_customers`: the shop has customer accounts already."""

    preview: Preview
    summary: list[str]
    asks_customers: bool


class PreviewPage(Page):
    """What would be sent to one site."""

    place = actionkinds.PREVIEW
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings(actionkinds.PREVIEW)]

    def __init__(self, app: WebUpdateApp, site_id: int) -> None:
        super().__init__(app, site_id)
        self._find, self._kind = "", ""
        self._found: Found | None = None
        self._read_for: tuple[object, ...] = ()

    def body(self) -> Iterable[Widget]:
        yield Lines(self.ours.painter, id="summary")
        yield Grid(self.ours.painter, _COLUMNS, id="changes")
        yield Lines(self.ours.painter, id="detail")
        yield Finder(self.ours.painter)

    def crumbs(self) -> list[str]:
        spot = self.spot()
        return [*([spot.company.name, spot.site.name] if spot else []), "Preview"]

    async def on_mount(self) -> None:
        if not actions.named("look_again").why_not(self.context()):
            await self.do_look_again()

    def show(self, snapshot: Snapshot) -> None:
        spot = self.spot()
        if spot is None:
            self.dismiss()
            return
        self._read_if_news(spot.site)
        changes = self._found.preview.changes if self._found else ()
        grid = self.query_one(Grid)
        grid.put([Row(f"{change.entity} {change.key}", _cells(change)) for change in changes])
        grid.reveal(bool(changes))
        self.query_one("#summary", Lines).put(self._summary(spot.site))
        self.query_one("#detail", Lines).put(self._detail())

    def _read_if_news(self, site: SiteView) -> None:
        """Reading the queue takes longer than a key may: it is done beside, and only when something has changed."""
        kind: inspections.Kind = "preview" if site.begun else "contact"
        looked = inspections.latest(self.ours.session.store, site.id, kind)
        news = (site.waiting, site.failed, site.begun, looked and (looked.id, looked.state), self._find, self._kind)
        if news != self._read_for:
            self._read_for = news
            self.run_worker(self._finish(self._read(site.id)), group="preview", exclusive=True)

    async def _read(self, site_id: int) -> None:
        store = self.ours.session.store
        self._found = await away(store, read, store, site_id, self._kind, self._find)
        self.draw()

    def _summary(self, site: SiteView) -> list[Line]:
        width = self.size.width - 8
        if self._found is None:
            return [(Cell("⟳ ", "busy"), Cell("Reading what would be sent"))]
        lines = _counted(self._found.preview, width)
        for sentence in self._found.summary:
            first, *others = view.wrapped(sentence, width)
            lines += [(Cell("· ", "dim"), *first), *((Cell("  "), *line) for line in others)]
        if not site.begun:
            lines.append(
                self.keyed_line(
                    (
                        Cell("⚠ ", "warn"),
                        Cell("Nothing is sent or taken yet. "),
                        Cell("{begin}", "key"),
                        Cell(" lets it begin."),
                    )
                )
            )
        return [*lines, *self._narrowed()]

    def _narrowed(self) -> list[Line]:
        assert self._found is not None
        found = self._found.preview
        if self._kind or self._find or found.matching > len(found.changes):
            listed = f"{view.number(len(found.changes))} of {view.number(found.matching)}"
            return [(Cell(f"Listed: {self._kind or 'all kinds'}, {listed}", "dim"),)]
        return []

    def _detail(self) -> list[Line]:
        change = self._selected()
        if change is None:
            return []
        waits: list[Line] = [(Cell("⚠ ", "warn"), Cell(view.clean(change.waits)))] if change.waits else []
        fields: Line = (Cell(f"  {view.counted(len(change.fields), 'field')}: ", "dim"), Cell(_fields(change)))
        return [(Cell(f"{change.entity} {change.name}", "bold"), *fields), *waits]

    def _selected(self) -> Change | None:
        key = self.query_one(Grid).key
        changes = self._found.preview.changes if self._found else ()
        return next((change for change in changes if f"{change.entity} {change.key}" == key), None)

    def on_resize(self) -> None:
        if self.is_mounted:
            self.draw()

    def on_finder_changed(self, message: Finder.Changed) -> None:
        self._find = message.text
        self.draw()

    def do_find(self) -> None:
        self.query_one(Finder).open()

    def do_kind(self) -> None:
        kinds = ["", *(self._found.preview.counts if self._found else {})]
        self._kind = kinds[(kinds.index(self._kind) + 1) % len(kinds)] if self._kind in kinds else ""
        self.draw()

    def do_fields(self) -> None:
        change = self._selected()
        if change is not None:
            triples = [(field.name, field.held, field.wanted) for field in change.fields]
            name = f"{change.entity} {change.name}"
            self.ours.push_screen(WholeRecord(self.ours, ["Preview", name], f"{name}: {change.op}", triples))

    async def do_look_again(self) -> None:
        spot, store = self.spot(), self.ours.session.store
        if spot is not None:
            await away(store, commands.leave, store, "preview", company_id=spot.company.id, site=spot.site.name)

    async def do_begin(self) -> None:
        spot = self.spot()
        if spot is not None and self._found is not None:
            await begin(self.ours, spot, self._found)


async def begin(ours: WebUpdateApp, spot: Place, found: Found) -> bool:
    """Ask whether a new site may send and take, and let it; False if it may not."""
    answers = _ANSWERS_ACCOUNTS if found.asks_customers else _ANSWERS
    total = view.counted(found.preview.total("new", "changed", "same", "hidden", "deleted"), "record")
    text = (
        f"{total} would be sent to {spot.site.address} now, as shown here.",
        "From then on it is kept in step with EBMS, and its orders are taken.",
    )
    title = f"Begin with {spot.company.name}, {spot.site.name}?"
    answer = await ours.push_screen_wait(Ask(ours.painter, title, text, answers, away=NO.id))
    if answer == NO.id:
        return False
    store = ours.session.store
    await away(store, companies.begin, store, spot.site.id, time.time(), answer.removeprefix("yes"))
    ours.notify(f"{spot.site.name} begins.", markup=False)
    return True


_ANSWERS = (NO, Answer("yes", "y", "Begin"))
# The id is "yes" with the value of the property `customers` behind it.
_ANSWERS_ACCOUNTS = (
    NO,
    Answer("yesoff", "y", "Begin; customer accounts stay off"),
    Answer("yesup", "u", "Begin; customer accounts go up"),
    Answer("yesboth", "b", "Begin; customer accounts go both ways"),
)


def read(store: Store, site_id: int, kind: str, text: str) -> Found:
    """All that the screen shows. Imported only when it is needed: the screens start without the shops' connectors."""
    from webupdate.sync import firstrun
    from webupdate.sync.preview import preview

    for info in companies.companies(store):
        for site in info.sites:
            if site.id == site_id:
                found = preview(store, site, entity=kind, text=text)
                summary = [] if site.begun_at else firstrun.summary(store, info, site, found)
                return Found(found, summary, firstrun.has_accounts(store, site))
    raise UsageError("The company is not here any more.", "Somebody else has removed it.")


def _counted(found: Preview, width: int) -> list[Line]:
    """How many of each kind, as many on a line as fit."""
    words = [f"{kind} {_ops(of)}" for kind, of in found.counts.items()]
    if not words:
        return [(Cell("✔ ", "ok"), Cell("Nothing waits to be sent."))]
    first, *others = view.wrapped("   ".join(words), width)
    return [(Cell("↑ ", "busy"), *first), *((Cell("  "), *line) for line in others)]


def _ops(of: dict[str, int]) -> str:
    return ", ".join(f"{view.number(count)} {op}" for op, count in sorted(of.items(), reverse=True))


def _cells(change: Change) -> Line:
    glyph, tone = ("⚠", "warn") if change.waits else _GLYPHS.get(change.op, ("=", "dim"))
    held = change.fields[0].held if change.fields and change.op != "new" else ""
    return (
        Cell(glyph, tone),
        Cell(change.entity),
        Cell(view.clean(change.name)),
        Cell(change.op, "dim"),
        Cell(view.clean(held) or ("" if change.op == "new" else "–"), "" if held else "dim"),
        Cell(_fields(change)),
    )


def _fields(change: Change) -> str:
    """The fields that would change, in one line."""
    return view.clean(", ".join(f"{field.name} {field.wanted or '–'}" for field in change.fields[:4]))
