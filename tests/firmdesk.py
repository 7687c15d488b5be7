"""A firm for tests of the command line: its data folder, Northwind's exports, and orders that wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.sync.desks import Desk
from tests.sync.folders import Exports
from tests.test_cli import Shell
from webupdate.store import companies, inbox
from webupdate.store.db import open_store
from webupdate.store.inbox import Order

NAME = "Northwind"


class FirmDesk:
    """A shell, and its store as a desk of orders between two commands."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell
        shell.paths.data.mkdir()
        store = open_store(shell.paths.store)
        self._exports = Exports(store, shell.root)
        companies.begin(store, self._exports.company.sites[0].id, 1.0)
        self._exports.company = companies.company(store, NAME)
        self._exports.save_northwind()
        self._exports.look()
        store.close()

    @contextmanager
    def opened(self) -> Iterator[Desk]:
        """The desk between two commands."""
        self._exports.store = open_store(self.shell.paths.store)
        try:
            yield Desk(self._exports)
        finally:
            self._exports.store.close()

    def order(self, number: int) -> Order:
        """The order of that number here."""
        with self.opened() as desk:
            found = inbox.order(desk.store, number)
        assert found is not None
        return found

    def files(self) -> dict[str, bytes]:
        """The order folder."""
        return {path.name: path.read_bytes() for path in (self.shell.root / "orders").glob("*.csv")}


@pytest.fixture
def firmdesk(shell: Shell) -> FirmDesk:
    return FirmDesk(shell)
