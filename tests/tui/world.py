"""One window for many tests: its store is put back between them, so that none of them sees what another one did."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

from tests.tui import orderseeds, seeds
from tests.tui.pages import Person
from tests.tui.walk import Way, walk
from webupdate.store import companies, holds, mappings
from webupdate.store.commands import waiting
from webupdate.store.companies import CompanyInfo
from webupdate.store.db import Store
from webupdate.store.holds import Hold
from webupdate.tui.actionkinds import HOSTED
from webupdate.tui.app import WebUpdateApp
from webupdate.tui.session import Session

Left = tuple[str, str, dict[str, object]]  # company, verb and arguments of a command for the engine


class World:
    """A window on a store."""

    def __init__(self, session: Session, person: Person, kept: Path) -> None:
        self.session, self.person = session, person
        self._kept = kept
        copy(session.store.path, kept)

    @property
    def store(self) -> Store:
        return self.session.store

    def company(self, name: str = "Blue Ridge Feed") -> CompanyInfo:
        return companies.company(self.store, name)

    def left(self) -> list[Left]:
        """The commands that wait for the engine."""
        every = companies.companies(self.store)
        return [(info.name, wish.verb, wish.arguments) for info in every for wish in waiting(self.store, info.id)]

    async def begin(self, way: Way = ()) -> None:
        """As it was at first, then along a way."""
        await self.person.home()
        self.session.mode = HOSTED
        copy(self._kept, self.store.path)
        await self.person.look()
        await walk(self.person, ("first", *way))

    async def begin_without_companies(self) -> None:
        """As on the first day."""
        await self.begin()
        for info in companies.companies(self.store):
            companies.remove(self.store, info)
        await self.person.look()


def copy(old: Path, new: Path) -> None:
    """Copy a store, also one that is open."""
    with closing(sqlite3.connect(old)) as source, closing(sqlite3.connect(new)) as target:
        source.backup(target)


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[World]:
    """A window that runs the sync itself. There can be one at a time, as there can be one store in a process."""
    session = seeds.new_session(folder / "data")
    everything(session)
    session.host()
    app = WebUpdateApp(session, twins=False)
    app.animation_level = "none"
    async with app.run_test(size=(80, 24)) as pilot:
        person = Person(app, pilot)
        await person.settle()
        yield World(session, person, folder / "kept.sqlite3")
    session.close(handover=False)


def everything(session: Session) -> None:
    """A store in which every action has something to do somewhere."""
    seeds.fill(session)
    seeds.read_back(session)
    seeds.foreign_inventory(session)
    store, now = session.store, time.time()
    northwind = companies.company(store, "Northwind Traders")
    seeds.ask_about_customers(store, northwind, now)
    message = "60 of 100 items would change: all items are held."
    holds.put_on(store, Hold(site_id=northwind.sites[0].id, entity="items", message=message, hint=""), now)
    blue = companies.company(store, "Blue Ridge Feed")
    orderseeds.receive(store, blue, "100016", now - 60, customer="GONE", account="9")
    mappings.remember(store, blue.id, "unit", "FEED-50\tSACK", "BAG", "anna", now - 120)
    mappings.remember(store, blue.id, "item", "LAYER-50", "FEED-50", "anna", now - 120)
