"""Columns: what the headings of a company's files mean, with values below them and the first rows as they are read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from webupdate.errors import WebUpdateError
from webupdate.store import columnmaps, commands, companies
from webupdate.store.columnmaps import ColumnMap
from webupdate.store.companies import CompanyInfo
from webupdate.store.db import Store
from webupdate.store.snapshot import Snapshot
from webupdate.sync import columns
from webupdate.sync.columns import Preview, Sample
from webupdate.sync.entities import FILES
from webupdate.tui import actionkinds, actions, view
from webupdate.tui.bars import Lines
from webupdate.tui.choose import Choose, TypeValue
from webupdate.tui.columnform import COLUMN, VALUE, ColumnForm, Entry
from webupdate.tui.dialogs import confirm
from webupdate.tui.grid import Column, Grid, Row
from webupdate.tui.page import Page
from webupdate.tui.threads import away
from webupdate.tui.view import Cell, Line

if TYPE_CHECKING:
    from webupdate.tui.app import WebUpdateApp

_COLUMNS = (
    Column("", 0),
    Column("Heading", 16, grow=2),
    Column("Feeds", 10),
    Column("", 12),
    Column("For example", 14, grow=3),
)
_NAMES = tuple(FILES)
_CELL = 14  # columns of the screen for one value of the preview


class Columns(Page):
    """The headings of one file at a time; changes of all files are saved together."""

    place = actionkinds.COLUMNS
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings(actionkinds.COLUMNS)]

    def __init__(self, app: WebUpdateApp, info: CompanyInfo, site_id: int, file: str = "") -> None:
        super().__init__(app, site_id)
        self._info = info
        self._file = file if file in FILES else ""
        self._forms: dict[str, ColumnForm] = {}
        self._troubles: dict[str, str] = {}
        self._preview = Preview()

    def body(self) -> Iterable[Widget]:
        yield Lines(self.ours.painter, id="files")
        yield Grid(self.ours.painter, _COLUMNS, id="headings")
        yield Lines(self.ours.painter, id="detail")
        yield Lines(self.ours.painter, id="preview")

    def crumbs(self) -> list[str]:
        return [self._info.name, "Columns"]

    def header_note(self) -> tuple[str, ...]:
        changes = self._changes()
        return (f"{view.number(changes)} changed",) if changes else ()

    def on_mount(self) -> None:
        self.run_worker(self._load(), group="load", exclusive=True)

    @property
    def form(self) -> ColumnForm | None:
        """The file that is shown; None while it is being looked at."""
        return self._forms.get(self._file)

    def _changes(self) -> int:
        return sum(form.changes() for form in self._forms.values())

    async def _load(self) -> None:
        """Look at the files beside the screen, for a share may take its time; begin with one that needs a person."""
        store = self.ours.session.store
        for name in _NAMES:
            seen, mapping, trouble = await away(store, _look, store, self._info, name)
            self._forms[name] = ColumnForm(seen, mapping)
            self._troubles[name] = trouble
        if not self._file:
            self._file = next(filter(self._needs, _NAMES), "") or next(filter(self._is_there, _NAMES), _NAMES[0])
        await self._read()

    def _needs(self, name: str) -> bool:
        return bool(self._troubles[name]) or bool(self._forms[name].missing())

    def _is_there(self, name: str) -> bool:
        return self._forms[name].sample.found is not None

    async def _read(self) -> None:
        """The first rows as they would be read if what is proposed was accepted; also beside the screen."""
        if (form := self.form) is None:
            return
        store = self.ours.session.store
        self._preview = await away(store, _first_rows, form)
        self.draw()

    def _changed(self) -> None:
        self.draw()
        self.run_worker(self._read(), group="preview", exclusive=True)

    def show(self, snapshot: Snapshot) -> None:
        self.query_one("#files", Lines).put([self._files()])
        grid, form = self.query_one(Grid), self.form
        grid.put([_row(entry) for entry in form.entries()] if form else [])
        grid.reveal(bool(form and form.sample.headings))
        self.query_one("#detail", Lines).put([self._detail()])
        width = self.size.width - 4
        self.query_one("#preview", Lines).put(_table(self._preview, width) if grid.display else [])

    def _files(self) -> Line:
        """The six files; ✖ where something is missing."""
        cells: list[Cell] = []
        for name in _NAMES:
            bad = name in self._forms and self._needs(name)
            there = name in self._forms and self._is_there(name)
            glyph = Cell("✖", "bad") if bad else Cell("✔" if there else "·", "ok" if there else "dim")
            shown = name == self._file
            cells += [Cell("▸" if shown else " ", "key"), glyph, Cell(f"{name} ", "bold" if shown else "dim")]
        return tuple(cells)

    def _detail(self) -> Line:
        form = self.form
        if form is None:
            return (Cell("⟳ ", "busy"), Cell("Looking at the files …"))
        if trouble := self._troubles[self._file]:
            return (Cell("✖ ", "bad"), Cell(view.clean(trouble)))
        if form.sample.found is None:
            return (Cell(f"There is no {self._file} file in the export folder yet.", "dim"),)
        if missing := form.missing():
            help = "{accept} accepts what is proposed" if form.proposals() else "press {change} on it"
            return (Cell("✖ ", "bad"), Cell(f"{', '.join(missing)} must be fed: {self.keyed(help)}."))
        if count := form.proposals():
            seem = "seems" if count == 1 else "seem"
            text = f"{view.counted(count, 'heading')} {seem} to mean something: {{accept}} accepts."
            return (Cell("? ", "busy"), Cell(self.keyed(text)))
        return (Cell("✔ ", "ok"), Cell(f"{view.clean(form.sample.name)} has all that it needs."))

    def _entry(self) -> Entry | None:
        return self.form.entry(self.query_one(Grid).key) if self.form else None

    async def do_change(self) -> None:
        form, entry = self.form, self._entry()
        if form is None or entry is None:
            return
        if entry.state == "constant":
            await self._give(form, entry)
            return
        title = f"What does “{entry.heading}” mean?" if entry.heading else f"What feeds {entry.column}?"
        chosen = await self.ours.push_screen_wait(
            Choose(self.ours.painter, title, form.options(entry), COLUMN + entry.column)
        )
        if chosen == VALUE:
            await self._give(form, entry)
        elif chosen:
            form.choose(entry, chosen)
            self._changed()

    async def _give(self, form: ColumnForm, entry: Entry) -> None:
        value = form.mapping.constants.get(entry.column, "")
        text = f"The value of {entry.column} for all rows of {form.sample.name}; empty takes it away:"
        given = await self.ours.push_screen_wait(TypeValue(self.ours.painter, entry.column, text, value))
        if given is not None:
            form.give(entry.column, given)
            self._changed()

    def do_accept(self) -> None:
        if self.form:
            self.form.accept()
            self._changed()

    def do_undo_heading(self) -> None:
        if self.form and (entry := self._entry()):
            self.form.undo(entry)
            self._changed()

    def do_next_file(self) -> None:
        self._step(1)

    def do_previous_file(self) -> None:
        self._step(-1)

    def _step(self, by: int) -> None:
        if self.form is not None:
            self._file = _NAMES[(_NAMES.index(self._file) + by) % len(_NAMES)]
            self._preview = Preview()
            self._changed()

    async def do_save(self) -> None:
        store, changes = self.ours.session.store, self._changes()
        await away(store, _save, store, self._info.id, self._forms)
        if changes:
            self.ours.notify("The changed files are read anew.", markup=False)
        self.dismiss()

    async def do_cancel(self) -> None:
        if changes := self._changes():
            text = (f"{view.counted(changes, 'change')} would be lost.",)
            question = confirm(self.ours.painter, "Leave without saving?", text, "Leave without saving")
            if await self.ours.push_screen_wait(question) != "yes":
                return
        self.dismiss()


def open_columns(page: Page, file: str = "") -> None:
    """Open the screen for the company that a page is about, at a file if it is one."""
    spot = page.spot()
    info = companies.company_by_id(page.ours.session.store, spot.company.id) if spot else None
    if spot is not None and info is not None:
        page.ours.push_screen(Columns(page.ours, info, spot.site.id, file))


def _look(store: Store, info: CompanyInfo, file: str) -> tuple[Sample, ColumnMap, str]:
    """The beginning of a file, what its headings mean, and what is wrong with it."""
    mapping = columnmaps.column_map(store, info.id, file)
    try:
        return columns.sample(info, file), mapping, ""
    except WebUpdateError as error:
        return Sample(FILES[file]), mapping, str(error)


def _first_rows(form: ColumnForm) -> Preview:
    if columns.missing(form.sample, form.likely):
        return Preview()  # what is missing is told already
    try:
        return columns.preview(form.sample, form.likely)
    except (WebUpdateError, OSError) as error:
        return Preview(wrong=(str(error),))


def _save(store: Store, company_id: int, forms: dict[str, ColumnForm]) -> None:
    changed = [(file, form.mapping) for file, form in forms.items() if form.changes()]
    for file, mapping in changed:
        columnmaps.set_column_map(store, company_id, file, mapping)
    if changed:
        commands.leave(store, "sync_now", company_id=company_id)


def _row(entry: Entry) -> Row:
    glyph, word, tone = entry.words
    cells = (
        Cell(glyph, tone),
        Cell(view.clean(entry.heading)),
        Cell(entry.column, "bad" if entry.state == "missing" else "bold"),
        Cell(word, tone),
        Cell(entry.examples, "dim"),
    )
    return Row(entry.key, cells)


def _table(first: Preview, width: int) -> list[Line]:
    """The first rows below each other, as many columns as there is room for."""
    fitting = max(1, width // _CELL)
    head: Line = tuple(Cell(_cut(name), "dim") for name in first.columns[:fitting])
    rows: list[Line] = [tuple(Cell(_cut(value)) for value in row[:fitting]) for row in first.rows]
    wrong: list[Line] = [(Cell("✖ ", "bad"), Cell(view.clean(text))) for text in first.wrong[:2]]
    return [*([head] if rows else []), *rows, *wrong]


def _cut(value: str) -> str:
    shown = view.clean(value)
    return (shown if len(shown) < _CELL else shown[: _CELL - 2] + "…").ljust(_CELL)
