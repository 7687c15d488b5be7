"""Mappings: what was learnt from answers, by whom and how often it served; changed and forgotten here."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from webupdate.errors import UsageError
from webupdate.store import commands, companies, mappings
from webupdate.store.db import Store
from webupdate.store.mappings import Remembered
from webupdate.store.snapshot import Snapshot
from webupdate.sync import topics
from webupdate.sync.judge import typed
from webupdate.sync.learnt import learn, unlearn
from webupdate.sync.orderfacts import ExportFacts
from webupdate.sync.topics import TOPICS
from webupdate.tui import actionkinds, actions, view
from webupdate.tui.bars import Footer, Lines
from webupdate.tui.choose import TypeValue
from webupdate.tui.dialogs import Tell, confirm
from webupdate.tui.finder import Finder
from webupdate.tui.grid import Column, Grid, Row
from webupdate.tui.page import Page
from webupdate.tui.threads import away
from webupdate.tui.view import Cell, Line

if TYPE_CHECKING:
    from webupdate.tui.app import WebUpdateApp

_COLUMNS = (
    Column("What", 18, grow=2),
    Column("The web's word", 14, grow=3),
    Column("In EBMS", 10, grow=2),
    Column("Who", 10, grow=1, wide=True),
    Column("Used", 6, right=True),
    Column("Made", 8, right=True),
)
_EMPTY = (
    "Nothing was learnt yet.",
    "Answer the problem of an order with Always ({resolve}, Resolve Error): it then holds for the orders to come.",
    "From another machine: webupdate mappings import COMPANY FILE",
)


class Mappings(Page):
    """The mappings of the company that a site belongs to."""

    place = actionkinds.MAPPINGS
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings(actionkinds.MAPPINGS)]

    def __init__(self, app: WebUpdateApp, site_id: int | None) -> None:
        super().__init__(app, site_id)
        self._find = ""
        self._known: list[Remembered] = []

    def body(self) -> Iterable[Widget]:
        yield Grid(self.ours.painter, _COLUMNS, id="mappings")
        yield Lines(self.ours.painter, id="detail")
        yield Finder(self.ours.painter)

    def crumbs(self) -> list[str]:
        spot = self.spot()
        return [*([spot.company.name] if spot else []), "Mappings"]

    def show(self, snapshot: Snapshot) -> None:
        spot = self.spot()
        if spot is None:
            self.dismiss()
            return
        known = mappings.remembered(self.ours.session.store, spot.company.id)
        self._known = [entry for entry in known if self._find in _text(entry)]
        grid = self.query_one(Grid)
        grid.put([Row(str(entry.id), _cells(entry, snapshot.at)) for entry in self._known])
        grid.reveal(bool(self._known))
        self.query_one("#detail", Lines).put(self._detail(self._selected(), any_known=bool(known)))

    def _selected(self) -> Remembered | None:
        key = self.query_one(Grid).key
        return next((entry for entry in self._known if str(entry.id) == key), None)

    def _detail(self, entry: Remembered | None, *, any_known: bool) -> list[Line]:
        width = self.size.width - 4
        if entry is None:
            texts = ("No mapping has this text. Esc in the line below shows all again.",) if any_known else _EMPTY
            return [line for text in texts for line in view.wrapped(self.keyed(text), width, tone="dim")]
        made = time.strftime("%Y-%m-%d %H:%M", time.localtime(entry.made_at))
        about = f"{_label(entry)} · made by {entry.made_by} {made} · served {view.counted(entry.used, 'order')}"
        return [
            (Cell(view.clean(topics.words(entry.topic, entry.web)), "bold"), Cell(f" = {view.clean(entry.value)}")),
            *view.wrapped(about, width, tone="dim"),
        ]

    def on_finder_changed(self, message: Finder.Changed) -> None:
        self._find = message.text.casefold()
        self.draw()

    def do_find(self) -> None:
        self.query_one(Finder).open()

    async def do_change_mapping(self) -> None:
        entry = self._selected()
        if entry is None:
            return
        if entry.topic == "accept":
            text = "What is imported all the same has no value; {forget_mapping} forgets it."
            self.query_one(Footer).say(self.keyed(text))
            return
        value = await self._typed(entry)
        if value is not None and value != entry.value:
            store = self.ours.session.store
            await away(store, _change, store, self._company(), entry, value)
            self.ours.notify("The orders that wait are judged anew.", markup=False)

    async def _typed(self, entry: Remembered) -> str | None:
        """A value that can be kept; what can't be is told and offered again. None: left as it is."""
        store, value = self.ours.session.store, entry.value
        text = f"{_label(entry)}: what “{topics.words(entry.topic, entry.web)}” is in EBMS, for the orders to come:"
        while True:
            given = await self.ours.push_screen_wait(TypeValue(self.ours.painter, "Change the mapping", text, value))
            if given is None or given == entry.value:
                return None
            reason = await away(store, _wrong, store, self._company(), entry, given)
            if not reason:
                return given
            await self.ours.push_screen_wait(Tell(self.ours.painter, reason, "Give another one, or Esc."))
            value = given

    async def do_forget_mapping(self) -> None:
        entry, store = self._selected(), self.ours.session.store
        if entry is None:
            return
        text = (
            f"{_label(entry)}:",
            f"“{topics.words(entry.topic, entry.web)}” = {entry.value}",
            "It is asked again at the next order with it. Orders that are written stay as they are.",
        )
        question = confirm(self.ours.painter, "Forget this mapping?", text, "Forget it")
        if await self.ours.push_screen_wait(question) == "yes":
            await away(store, _forget, store, self._company(), entry)

    def _company(self) -> int:
        spot = self.spot()
        if spot is None:
            raise UsageError("The company is not here any more.", "Somebody else has removed it.")
        return spot.company.id


def _wrong(store: Store, company_id: int, entry: Remembered, value: str) -> str:
    """What is wrong with a value by the last exports; "" if it can be kept."""
    info = companies.company_by_id(store, company_id)
    if info is None:
        return "The company is not here any more."
    return typed.wrong(entry.topic, entry.web, value, ExportFacts(store, info, info.sites[0]))


def _change(store: Store, company_id: int, entry: Remembered, value: str) -> None:
    with store.writing():
        if learn(store, company_id, entry.topic, entry.web, value, commands.user(), time.time()):
            commands.leave(store, "rejudge", company_id=company_id)


def _forget(store: Store, company_id: int, entry: Remembered) -> None:
    with store.writing():
        if unlearn(store, company_id, entry, commands.user(), time.time()):
            commands.leave(store, "rejudge", company_id=company_id)


def _label(entry: Remembered) -> str:
    topic = TOPICS.get(entry.topic)
    return topic.label if topic else entry.topic


def _text(entry: Remembered) -> str:
    return " ".join((_label(entry), topics.words(entry.topic, entry.web), entry.value, entry.made_by)).casefold()


def _cells(entry: Remembered, now: float) -> Line:
    return (
        Cell(view.clean(TOPICS[entry.topic].short if entry.topic in TOPICS else entry.topic), "dim"),
        Cell(view.clean(topics.words(entry.topic, entry.web))),
        Cell(view.clean(entry.value), "bold"),
        Cell(view.clean(entry.made_by), "dim"),
        Cell(view.number(entry.used)),
        Cell(view.age(now, entry.made_at), "dim"),
    )
