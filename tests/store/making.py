"""What the tests of the store share: a company in a store of its own, records, and other processes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from webupdate.store import outbox, queue, rows
from webupdate.store.companies import CompanyInfo, SiteInfo, add, begin, company
from webupdate.store.db import Store
from webupdate.store.queue import Wanted
from webupdate.store.rows import Row
from webupdate.store.secrets import Vault

TOKEN = "t0k3n-of-the-shop"
NOW = 1_760_000_000.0


class Place:
    """A store with one company."""

    def __init__(self, store: Store, vault: Vault, company: CompanyInfo) -> None:
        self.store = store
        self.vault = vault
        self.company = company

    @property
    def site(self) -> SiteInfo:
        return self.company.sites[0]

    def observe(self, *wanted: Wanted, now: float = NOW) -> int:
        return queue.observe(self.store, self.company.id, self.site.id, wanted, now)

    def sendable(self, entity: str = "items", *, now: float = NOW, limit: int = 100, puts: bool = True) -> list[Row]:
        return outbox.sendable(self.store, self.site.id, entity, now, limit, puts=puts)

    def upload(self, *keys: str, entity: str = "items") -> None:
        """The shop acknowledges these rows as made."""
        for row in self.sendable(entity):
            if row.key in keys:
                queue.begin(self.store, [row], NOW, None)
                queue.ack(self.store, row, created=True, remote_id=None, now=NOW)

    def row(self, key: str, entity: str = "items") -> Row:
        """Any row, dirty or not."""
        (found,) = rows.select(self.store, "FROM queue q WHERE q.entity = ? AND q.key = ?", entity, key)
        return found


def company_values(folder: Path, **changes: str) -> dict[str, str]:
    """The properties of a new company, with some of them changed."""
    return {
        "name": "Northwind Traders",
        "export_folder": str(folder / "export"),
        "order_folder": str(folder / (f"orders of {changes['name']}" if "name" in changes else "orders")),
        "address": "https://shop.example",
        "token": TOKEN,
        **changes,
    }


def make_place(store: Store, vault: Vault, folder: Path, **changes: str) -> Place:
    info = add(store, vault, company_values(folder, **changes))
    begin(store, info.sites[0].id, NOW)
    return Place(store, vault, company(store, info.name))


def put(key: str, text: str = "1", *, entity: str = "items", parent: str | None = None) -> Wanted:
    """A record to put; `parent` is the item inside of which the shop keeps it."""
    link = None if parent is None else ("items", parent)
    return Wanted(entity=entity, key=key, payload=f'"{text}"'.encode(), parent=link)


def start_python(code: str, *arguments: object) -> subprocess.Popen[str]:
    """Another process that runs `code`, with pipes at its ends."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def at_once(count: int, code: str, *arguments: object) -> list[str]:
    """What several processes print, none of which begins before all are ready.

    `code` is to call `ready()` first, which waits for the starting shot.
    """
    ready = "import sys\ndef ready():\n    print('ready', flush=True)\n    sys.stdin.readline()\n"
    processes = [start_python(ready + code, *arguments) for _ in range(count)]
    for process in processes:
        expect(process, "ready")
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return [_output(process) for process in processes]


def expect(process: subprocess.Popen[str], line: str) -> None:
    """Wait for a line of a process."""
    assert process.stdout is not None
    found = process.stdout.readline().strip()
    assert found == line, process.communicate()[1]


def _output(process: subprocess.Popen[str]) -> str:
    output, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors
    return output.strip()
