"""A firm for tests: export files (Northwind's, or others), an order folder, a real store, and a real shop."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import webupdate
from webupdate import cli
from webupdate.clock import SystemClock
from webupdate.config import Paths
from webupdate.errors import WebUpdateError
from webupdate.northwind import art
from webupdate.store import companies, outbox
from webupdate.store.companies import CompanyInfo
from webupdate.store.db import Store, open_store
from webupdate.store.secrets import Vault, open_vault
from webupdate.store.snapshot import SiteView, snapshot
from webupdate.sync.loop import CompanyLoop
from webupdate.sync.site import SiteRunner
from webupdate.webshop.server import RunningShop

NAME = "Northwind Traders"
NORTHWIND = Path(webupdate.__file__).parent / "northwind"
# A feed store: price levels, units, rate tables, terms, web groups.
BLUERIDGE = Path(__file__).parent / "data" / "blueridge"


class Firm:
    """Everything of one company below one folder; `cycle` turns the crank by hand.

    `files`: with the demo's pictures and PDFs, whose upload takes a second or two.
    """

    def __init__(self, folder: Path, shop: RunningShop, exports: Path = NORTHWIND, *, files: bool = False) -> None:
        self.folder = folder
        self.shop = shop
        self.export = folder / "export"
        self.orders = folder / "orders"
        self.paths = Paths(folder / "data")
        self.orders.mkdir(exist_ok=True)
        self.paths.data.mkdir(mode=0o700, exist_ok=True)
        if not self.export.exists():
            self.export.mkdir()
            for file in exports.glob("*.csv"):
                shutil.copy(file, self.export)
            if files:
                art.lay_down(self.export)
        self.store: Store = open_store(self.paths.store)
        self.vault: Vault = open_vault(self.paths.key)
        known = companies.companies(self.store)
        self.company: CompanyInfo = known[0] if known else self.make_company()

    def make_company(self) -> CompanyInfo:
        values = {
            "name": NAME,
            "export_folder": str(self.export),
            "order_folder": str(self.orders),
            "address": self.shop.url,
            "token": self.shop.token,
            "certificate": str(self.shop.ca_file),
        }
        self.company = companies.add(self.store, self.vault, values)
        self.begin_site()
        return companies.company(self.store, NAME)

    def begin_site(self) -> None:
        """A person lets the new site begin."""
        companies.begin(self.store, self.company.sites[0].id, SystemClock().now())

    def cycle(self) -> dict[str, int]:
        """One full cycle in which nothing may go wrong; returns how many records of each entity were sent."""
        (runner,) = self._step().values()
        assert runner.trouble is None, runner.trouble
        return {entity: count for entity, count in runner.sent.items() if count}

    def cycle_all(self) -> dict[int, WebUpdateError | None]:
        """One full cycle of all sites; returns by site what ails it."""
        return {site: runner.trouble for site, runner in self._step().items()}

    def _step(self) -> dict[int, SiteRunner]:
        loop = CompanyLoop(self.store, self.vault, self.company.id, self.paths.spool, SystemClock(), once=True)
        loop.step(SystemClock().now())
        loop.close()
        return loop.runners

    def change(self, file: str, old: str, new: str, *, times: int = 1) -> None:
        """Save an export file with some text replaced, the way EBMS does: written aside, renamed into place."""
        path = self.export / f"{file}.csv"
        text = path.read_bytes().decode("cp1252")
        assert text.count(old) >= 1, f"{old} is not in {path.name}"
        temporary = self.export / f"{file}.tmp"
        temporary.write_bytes(text.replace(old, new, times).encode("cp1252"))
        temporary.replace(path)

    def site(self) -> SiteView:
        """The site as the screens see it."""
        return snapshot(self.store, SystemClock().now()).companies[0].sites[0]

    def lose_store(self) -> None:
        """The store is gone, the shop and the files are still there."""
        self.store.close()
        for file in self.paths.data.glob("webupdate.sqlite3*"):
            file.unlink()
        self.store = open_store(self.paths.store)
        self.company = self.make_company()

    def failed(self) -> list[str]:
        """The errors of records that need a person."""
        return [row.error or "" for row in outbox.errors(self.store, self.company.sites[0].id, 100)]

    def order_files(self) -> list[str]:
        return sorted(path.name for path in self.orders.glob("*.csv"))

    def order_rows(self, name: str) -> list[list[str]]:
        text = (self.orders / name).read_bytes().decode("cp1252")
        return list(csv.reader(io.StringIO(text, newline="")))

    def close(self) -> None:
        self.store.close()


Run = Callable[..., tuple[int, str]]


def run_command(capsys: pytest.CaptureFixture[str], firm: Firm, *arguments: str) -> tuple[int, str]:
    """A command on the firm's data folder: its exit code, and all that it printed."""
    firm.store.close()  # one store is open in a process
    code = cli.main(["--data", str(firm.paths.data), *arguments])
    firm.store = open_store(firm.paths.store)
    told = capsys.readouterr()
    assert firm.shop.token not in told.out + told.err
    return code, told.out + told.err
