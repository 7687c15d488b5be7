"""One window for many tests: its store is put back between them, so that none of them sees what another one did."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.firm import NORTHWIND
from tests.tui import orderseeds, seeds
from tests.tui.outside import stand_in
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

    def __init__(self, session: Session, person: Person, early: Path, later: Path) -> None:
        self.session, self.person = session, person
        self._early, self._later = early, later

    @property
    def store(self) -> Store:
        return self.session.store

    def company(self, name: str = "Blue Ridge Feed") -> CompanyInfo:
        return companies.company(self.store, name)

    def left(self) -> list[Left]:
        """The commands that wait for the engine."""
        every = companies.companies(self.store)
        return [(info.name, wish.verb, wish.arguments) for info in every for wish in waiting(self.store, info.id)]

    async def begin(self, way: Way = (), *, early: bool = False) -> None:
        """As it was at first, then along a way. `early`: with the five companies of seeds.fill and no more."""
        await self.person.home()
        self.session.mode = HOSTED
        copy(self._early if early else self._later, self.store.path)
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
async def opened(folder: Path, *, size: tuple[int, int] = (80, 24), few_colours: bool = False) -> AsyncIterator[World]:
    """A window that runs the sync itself. There can be one at a time, as there can be one store in a process."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("HOME", "USERPROFILE"):  # paths on the screens begin with ~, so they are the same everywhere
            patch.setenv(name, str(folder))
        stand_in(patch)
        patch.setattr(Input, "_toggle_cursor", lambda _: None)  # whether a cursor blinks just now is no matter
        session = seeds.new_session(folder / "data")
        early, later = folder / "early.sqlite3", folder / "later.sqlite3"
        seeds.fill(session)
        shutil.copytree(
            NORTHWIND, folder / "acme" / "export", ignore=shutil.ignore_patterns("*.py", "__*")
        )  # for the company that the wizard makes
        (folder / "acme" / "orders").mkdir()
        copy(session.store.path, early)
        everything(session)
        copy(session.store.path, later)
        session.host()
        app = WebUpdateApp(session, twins=False, few_colours=few_colours)
        async with app.run_test(size=size) as pilot:
            app.animation_level = "none"
            person = Person(app, pilot)
            await person.settle()
            yield World(session, person, early, later)
        session.close(handover=False)


def everything(session: Session) -> None:
    """What more it takes for every action to have something to do somewhere."""
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
