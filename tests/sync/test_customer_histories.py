"""Random histories of one customer that both sides change: nothing is lost silently, and it ends equal.

EBMS and the shop are dictionaries here, all between them is real: store, sieve, desk, files, queue.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.store.making import company_values
from tests.sync.folders import VAULT
from webupdate.store import accounts, companies, exports, outbox, queue, rows
from webupdate.store.commands import Wish
from webupdate.store.companies import CompanyInfo
from webupdate.store.db import Store, open_store
from webupdate.store.exports import FileState, Seen
from webupdate.sync.accountfeed import download_accounts
from webupdate.sync.answers import answer_customer
from webupdate.sync.customers import CustomerDesk
from webupdate.sync.mapping import map_rows
from webupdate.sync.merge import COLUMNS, fields_of
from webupdate.sync.reader import Row
from webupdate.sync.shops.base import Account, AccountPage, Customer
from webupdate.sync.sieve import Sieve

EDITED = ("address1", "city", "contact")
Op = tuple[str, str]


class Shop:
    """The accounts feed of one account."""

    def __init__(self, key: str, record: Customer) -> None:
        self.key = key
        self.record = record
        self.changes = 0

    def edit(self, field: str, value: str) -> None:
        self.record = msgspec.structs.replace(self.record, **{field: value})
        self.changes += 1

    def accounts(self, cursor: str, *, to_merge: bool) -> AccountPage:
        if int(cursor.partition(" ")[0] or 0) >= self.changes:
            return AccountPage((), cursor, False)
        account = Account(id=f"a{self.key}", key=self.key, made_at="", updated_at="", customer=self.record)
        received = msgspec.json.encode((self.changes, account))
        return AccountPage(((account, received),), f"{self.changes} {self.key}", False)


class World:
    """One customer in both systems."""

    def __init__(self, store: Store, company: CompanyInfo, key: str) -> None:
        self.store, self.company, self.key = store, company, key
        self.site = company.sites[0]
        self.folder = Path(company.values["order_folder"])
        self.clock = itertools.count(1_760_000_000)
        self.values = (f"v{n}" for n in itertools.count(1))
        self.ebms = {"ID": key, "L_NAME": "Firma", "EMAIL": f"{key}@example.com"} | {COLUMNS[f]: "v0" for f in EDITED}
        self.saved: dict[str, str] = {}
        self.held: dict[str, set[str]] = {f: {"v0"} for f in EDITED}  # what EBMS ever held
        self.shown: dict[str, set[str]] = {f: {"v0"} for f in EDITED}  # what the shop ever showed
        self.asked: dict[str, set[str]] = {f: set() for f in EDITED}
        self.last: dict[tuple[str, str], str] = {}
        store.sql("UPDATE site SET accounts_cursor = ''")
        self.shop = Shop(key, Customer(login="", email=""))
        self.cycle()
        assert fields_of(self.shop.record)["address1"] == "v0"

    def do(self, op: Op) -> None:
        name, what = op
        getattr(self, f"do_{name}")(what)

    def do_ebms(self, field: str) -> None:
        self.ebms[COLUMNS[field]] = self.last["ebms", field] = next(self.values)
        self.held[field].add(self.ebms[COLUMNS[field]])

    def do_web(self, field: str) -> None:
        value = self.last["web", field] = next(self.values)
        self.shop.edit(field, value)
        self.shown[field].add(value)

    def do_back(self, field: str) -> None:
        """The buyer types what stood there at first."""
        self.last["web", field] = "v0"
        self.shop.edit(field, "v0")

    def do_cycle(self, _: str) -> None:
        self.cycle()

    def do_race(self, field: str) -> None:
        """The buyer saves between the reading of the feed and the upload."""
        self.cycle(between=lambda: self.do_web(field))

    def do_lost(self, what: str) -> None:
        """No answer comes to the upload, which was carried out, or was not."""
        self.cycle(answered=False, carried_out=what == "done")

    def do_take(self, _: str) -> None:
        """EBMS takes the file that lies there."""
        for path in self.folder.glob("CU-*.csv"):
            heading, row = csv.reader(io.StringIO(path.read_bytes().decode("cp1252"), newline=""))
            path.unlink()
            values = dict(zip(heading, row, strict=True))
            assert values.pop("ID") == self.key
            for field in EDITED:
                # What was not saved yet EBMS's own import overwrites: nobody else can know of it.
                if values.get(COLUMNS[field], "") and self.ebms[COLUMNS[field]] != self.saved[COLUMNS[field]]:
                    self.asked[field].add(self.ebms[COLUMNS[field]])
            self.ebms |= values
            for field in EDITED:
                self.held[field].add(self.ebms[COLUMNS[field]])

    def do_answer(self, side: str) -> None:
        for account in accounts.needing(self.store, self.site.id):
            arguments: dict[str, Any] = {"number": account.id, "take": side}
            wish = Wish(id=1, company_id=1, verb="customer", arguments=arguments, asked_by="me")
            answer_customer(self.store, self.company, wish, self.now())

    def now(self) -> float:
        return float(next(self.clock))

    def cycle(self, *, between: Any = None, answered: bool = True, carried_out: bool = True) -> None:
        self.save()
        self.work()
        download_accounts(self.store, self.site, self.shop, self.now())  # type: ignore[arg-type]
        self.work()
        read = self.shop.changes
        if between is not None:
            between()
        for row in outbox.sendable(self.store, self.site.id, "customers", self.now(), 10, puts=True):
            queue.begin(self.store, [row], self.now(), None)
            if self.shop.changes != read:
                queue.not_sent(self.store, [row], 0)
                continue
            if carried_out:
                self.carry_out(row)
            if answered:
                queue.ack(self.store, row, created=False, remote_id=f"a{self.key}", now=self.now())
                accounts.sent(self.store, self.site.id, self.key, fields_of(self.shop.record))

    def carry_out(self, row: rows.Row) -> None:
        """The shop does what it is told; that does not come back in its feed."""
        assert row.payload is not None
        self.shop.record = msgspec.json.decode(row.payload, type=Customer)
        for field in EDITED:
            self.shown[field].add(getattr(self.shop.record, field))

    def save(self) -> None:
        """EBMS saves its export, and it is read."""
        if self.ebms == self.saved:
            return
        self.saved = dict(self.ebms)
        row = Row(1, self.key, self.saved)
        sieve = Sieve(self.store, self.company, self.site, {})
        with self.store.writing():
            sieve.observe(map_rows("customers", [row], sieve.rules), {}, self.now())
            facts = msgspec.json.encode(self.saved).decode()
            exports.remember(self.store, self.company.id, "customers", [Seen(self.key, b"x", 1, facts)])

    def work(self) -> None:
        desk = CustomerDesk(self.store, self.company, self.site, self.now())
        desk.look(again=True)
        for account in accounts.needing(self.store, self.site.id):
            for clash in account.question.clashes if account.question else ():
                self.asked[clash.field] |= {clash.ebms, clash.web}
        desk.write_ready()

    def settle(self) -> None:
        """All is taken, saved, sent and answered."""
        for _ in range(6):
            self.cycle()
            self.do_take("")
        assert outbox.sendable(self.store, self.site.id, "customers", self.now(), 10, puts=True) == []


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, CompanyInfo]]:
    folder = tmp_path_factory.mktemp("histories")
    (folder / "orders").mkdir()
    store = open_store(folder / "store.sqlite3")
    store.sql("PRAGMA synchronous = off")
    company = companies.add(store, VAULT, company_values(folder))
    with store.writing():
        exports.set_file_state(store, company.id, "customers", FileState(read_at=1))
    yield store, company
    store.close()


FIELDS = st.sampled_from(EDITED[:2])
OPS = st.one_of(
    st.tuples(st.sampled_from(("ebms", "web", "web", "race", "back")), FIELDS),
    st.tuples(st.just("cycle"), st.just("")),
    st.tuples(st.just("take"), st.just("")),
    st.tuples(st.just("lost"), st.sampled_from(("done", "not done"))),
    st.tuples(st.just("answer"), st.sampled_from(("ebms", "web"))),
)
NUMBERS = itertools.count(1)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(OPS, max_size=8))
@example([("web", "city"), ("cycle", ""), ("back", "city"), ("take", ""), ("cycle", "")])
@example([("web", "city"), ("ebms", "city"), ("cycle", ""), ("answer", "web")])
@example([("ebms", "city"), ("race", "city"), ("cycle", "")])
def test_nothing_is_lost_silently_and_it_ends_equal(place: tuple[Store, CompanyInfo], history: list[Op]) -> None:
    store, company = place
    store.sql("DELETE FROM account")
    store.sql("DELETE FROM queue")
    store.sql("DELETE FROM exportrow")
    for path in Path(company.values["order_folder"]).glob("*.csv"):
        path.unlink()
    world = World(store, company, f"K{next(NUMBERS)}")
    for op in history:
        world.do(op)
    world.settle()
    for (side, field), value in world.last.items():
        reached = world.held[field] if side == "web" else world.shown[field]
        assert value in reached | world.asked[field], f"{side}'s {field} {value} was lost"
    for answer in ("ebms", "web"):  # a side that is taken may be the first that the other side hears of
        world.do_answer(answer)
        world.settle()
    shown = fields_of(world.shop.record)
    assert {f: world.ebms[COLUMNS[f]] for f in EDITED} == {f: shown[f] for f in EDITED}
    assert accounts.needing(store, world.site.id) == []
    assert list(world.folder.glob("*.csv")) == []
