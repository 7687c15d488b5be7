"""An export folder of a company, looked at with a clock of the test's own."""

from __future__ import annotations

import itertools
import os
from collections.abc import Mapping
from pathlib import Path

import webupdate
from webupdate.store import companies, exports, inbox, outbox, queue
from webupdate.store.companies import CompanyInfo
from webupdate.store.db import Store
from webupdate.store.exports import Complaint
from webupdate.store.inbox import Arrived, Order
from webupdate.store.secrets import Vault
from webupdate.sync.look import Looker, Outcome
from webupdate.sync.shops.base import ENTITIES

NORTHWIND = Path(webupdate.__file__).parent / "northwind"
VAULT = Vault(b"A" * 43 + b"=", "a test")
Record = tuple[str | None, str | None, str]  # seen, sent, op


class Exports:
    """A company with an export folder. `now` is the clock: saving and looking take no time."""

    def __init__(self, store: Store, root: Path, **values: str) -> None:
        self.store = store
        self.now = 1_760_000_000.0
        self.folder = root / "export"
        self.spool = root / "spool"
        self.folder.mkdir(exist_ok=True)
        needed = {"name": "Northwind", "address": "https://shop.example", "token": "t"}
        folders = {"export_folder": str(self.folder), "order_folder": str(root / "orders")}
        self.company: CompanyInfo = companies.add(store, VAULT, {**needed, **folders, **values})
        self.restart()

    def restart(self, *, once: bool = False) -> None:
        """What the engine remembers between looks is gone."""
        self.looker = Looker(self.store, self.spool, once=once)

    def save(self, name: str, content: str | bytes, *, mtime: float | None = None) -> Path:
        """Save a file of the export, at the clock's time."""
        path = self.folder / name
        path.write_bytes(content.encode("cp1252") if isinstance(content, str) else content)
        moment = self.now if mtime is None else mtime
        os.utime(path, ns=(int(moment * 1e9),) * 2)
        return path

    def save_northwind(self, *names: str) -> None:
        for file in NORTHWIND.glob("*.csv"):
            if not names or file.stem in names:
                self.save(file.name, file.read_bytes())

    def look(self, after: float = 0.0, *, ended: bool = True) -> Outcome:
        """Look `after` seconds from now; `ended`: all files were closed or renamed into place."""
        self.now += after
        return self.looker.look(self.company, self.now, lambda _: ended)

    def set(self, **values: str) -> None:
        self.company = companies.change(self.store, VAULT, self.company, values)

    def upload(self) -> None:
        """The shop takes everything."""
        self.store.sql("UPDATE queue SET sent = seen, payload = NULL")

    def send(self) -> None:
        """The shop takes everything that may be sent, the way the engine does it."""
        for site in self.company.sites:
            for entity, puts in itertools.product(ENTITIES, (True, False)):
                while rows := outbox.sendable(self.store, site.id, entity, self.now, 500, puts=puts):
                    queue.begin(self.store, rows, self.now, None)
                    for row in rows:
                        queue.ack(self.store, row, created=row.sent is None, remote_id=row.key, now=self.now)

    def dirty(self) -> list[tuple[str, str]]:
        query = "SELECT entity, key FROM queue WHERE seen IS NOT sent ORDER BY entity, key"
        return [(entity, key) for entity, key in self.store.rows(query)]

    def seen(self) -> dict[tuple[str, str], str]:
        """By entity and key, what the site should hold."""
        rows = self.store.rows("SELECT entity, key, seen FROM queue WHERE seen IS NOT NULL")
        return {(entity, key): seen for entity, key, seen in rows}

    def record(self, entity: str, key: str) -> Record:
        ((seen, sent, op),) = self.store.rows(
            "SELECT seen, sent, op FROM queue WHERE entity = ? AND key = ?", entity, key
        )
        return seen, sent, op

    def payload(self, entity: str, key: str) -> bytes:
        return bytes(self.store.one("SELECT payload FROM queue WHERE entity = ? AND key = ?", entity, key))

    def complaints(self, file: str | None = None) -> list[Complaint]:
        return [complaint for _, complaint in exports.complaints(self.store, self.company.id, file)]

    def status(self) -> tuple[str, str]:
        """State and message of the row "Read export files"."""
        ((state, message),) = self.store.rows("SELECT state, message FROM status WHERE action = 'read'")
        return state, message

    def sell(self, sold: Mapping[str, str], number: str = "1") -> Order:
        """An order of the web, written as a file."""
        order = Arrived(
            shop_id=number, number=number, web_status="", placed_at="", updated_at="", total="", buyer="",
            content=b"{}", received=b"{}", sold=tuple(sold.items()),
        )  # fmt: skip
        inbox.receive(self.store, self.company.sites[0].id, [order], "", self.now)
        (received,) = inbox.in_states(self.store, self.company.sites[0].id, "received")
        return inbox.advance(self.store, received, "written", written_at=self.now)
