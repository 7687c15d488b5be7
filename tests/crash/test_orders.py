"""kill -9 at every moment of each part of an order's way: afterwards it is one file, and nobody was asked."""

from __future__ import annotations

import csv
import io
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.crash.filedshop import run_engine
from tests.store.making import company_values
from tests.sync.judging import BERLIN, line
from webupdate.config import Paths
from webupdate.store import answers, commands, companies, history, inbox
from webupdate.store.companies import CompanyInfo
from webupdate.store.db import Store, open_store
from webupdate.store.inbox import Order
from webupdate.store.secrets import open_vault
from webupdate.sync.orderfile import HEADER_COLUMNS
from webupdate.sync.shops.base import WebOrder

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")

INVENTORY = "ID,TREE_ID,DESCR_1,SHOW_WEB,T_AVAIL\r\nCHAI-01,0,Chai,T,39\r\n"
ORDER = WebOrder(
    id="12",
    number="100012",
    status="Pending",
    placed_at="2999-01-01T00:00:00+00:00",
    updated_at="2999-01-01T00:00:00+00:00",
    currency="USD",
    email="guest@example.com",
    bill_to=BERLIN,
    ship_to=None,
    lines=(line("CHAI-01"),),
    total="18.00",
)
OTHER = msgspec.structs.replace(ORDER, id="13", number="100013", note="the other one")
FIRST, SECOND, THE_OTHER = "SO-shop-100012.csv", "SO-shop-100012-2.csv", "SO-shop-100013.csv"


def later(hour: int = 1, **values: Any) -> WebOrder:
    return msgspec.structs.replace(ORDER, **({"updated_at": f"2999-01-01T0{hour}:00:00+00:00"} | values))


TWICE = later(lines=(line("CHAI-01", quantity="2", total="36.00"),), total="36.00")
STRANGE = msgspec.structs.replace(ORDER, lines=(line("CHAI"),))


class World:
    """A firm in one folder, which can be put back to how it was."""

    def __init__(self, folder: Path) -> None:
        self.root, self.kept = folder / "firm", folder / "kept"
        self.data, self.orders, self.export = (self.root / name for name in ("data", "orders", "export"))
        self.root.mkdir()
        self.data.mkdir(mode=0o700)
        self.orders.mkdir()
        self.export.mkdir()
        (self.export / "inventory.csv").write_text(INVENTORY, newline="")
        self.shop(ORDER, OTHER)
        store = self.store()
        values = company_values(self.root, charge_account="41000")
        company = companies.add(store, open_vault(Paths(self.data).key), values)
        companies.begin(store, company.sites[0].id, 1.0)
        store.close()

    def shop(self, *orders: WebOrder) -> None:
        """What the shop holds from now on."""
        (self.root / "orders.json").write_bytes(msgspec.json.encode(orders))

    def store(self) -> Store:
        return open_store(Paths(self.data).store)

    def run(self, moment: int = 0, ahead: float = 0.0) -> int:
        return run_engine(self.data, self.root, moment, ahead)

    def keep(self) -> None:
        shutil.copytree(self.root, self.kept)

    def put_back(self) -> None:
        shutil.rmtree(self.root)
        shutil.copytree(self.kept, self.root)

    def ask(self, *given: tuple[str, str, str]) -> None:
        """A person answers what is asked of the order; the engine is to find it."""
        store = self.store()
        (company,) = companies.companies(store)
        found = [dict(zip(("topic", "web", "value"), one, strict=True)) for one in given]
        commands.leave(store, "resolve", company_id=company.id, order=self.order(store, company).id, answers=found)
        store.close()

    def order(self, store: Store, company: CompanyInfo) -> Order:
        return next(order for order in inbox.recent(store, company.id, 9) if order.number == "100012")

    def files(self, *parts: str) -> dict[str, bytes]:
        """The files of a folder, by name."""
        folder = self.orders.joinpath(*parts)
        return {path.name: path.read_bytes() for path in folder.glob("*") if path.is_file()}

    def end(self) -> tuple[Order, list[str], list[str]]:
        """What became of the order: as it is, its steps, and the refused commands."""
        store = self.store()
        (company,) = companies.companies(store)
        order = self.order(store, company)
        steps = [step.what for step in reversed(history.of_order(store, order.id))]
        errors = [error for (error,) in store.rows("SELECT error FROM command WHERE error IS NOT NULL")]
        assert store.rows("SELECT count(*) FROM inbox") == [(2,)]
        assert answers.draft(store, order.id) == ()
        store.close()
        return order, steps, errors


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


Check = Callable[[World], object]


def killed_everywhere(world: World, check: Check, meanwhile: Check = lambda _: None) -> None:
    """Kill the engine at each moment, let something happen, let it run again, and look."""
    world.keep()
    total = world.run()
    world.run()
    meanwhile(world)
    world.run()
    check(world)
    assert total > 4
    # After one step and before the next is the same moment: every second one is all of them.
    for moment in range(1, total + 1, 2):
        world.put_back()
        assert world.run(moment) == 0, f"moment {moment} of {total} was not reached"
        meanwhile(world)
        world.run()
        try:
            check(world)
        except AssertionError as error:
            raise AssertionError(f"killed at moment {moment} of {total}: {error}") from error


def header(content: bytes) -> dict[str, str]:
    (cells, *_) = csv.reader(io.StringIO(content.decode("cp1252"), newline=""))
    return dict(zip(("KIND", *HEADER_COLUMNS), cells, strict=True))


def one_file(world: World, name: str, total: str = "18.00", *, state: str = "acked") -> Order:
    """The order is that file, the other order is its own, nobody is asked, and each step stands in the history once."""
    files, (order, steps, errors) = world.files(), world.end()
    assert sorted(files) == sorted({name, THE_OTHER} - {""})
    assert errors == []
    assert (order.state, inbox.needs_person(order), order.error) == (state, False, None)
    assert [path.name for path in (world.orders / ".webupdate").glob("*.tmp")] == []
    for step in ("received", "refused", "replaced", "withdrawn", "closed"):
        assert steps.count(step) <= 1, steps
    if name:
        cells = header(files[name])
        assert (cells["EXTERNALID"], cells["TOTAL_WEB"]) == ("100012", total)
        assert order.file_name == name
        assert f"12 {name}" in (world.root / "acks.txt").read_text().splitlines()
    return order


def refuse(world: World) -> None:
    (world.orders / "rejected").mkdir()
    (world.orders / "rejected" / FIRST).write_bytes(world.files()[FIRST])
    (world.orders / f"{FIRST}.err").write_bytes(b"locked")


def test_a_new_order(world: World) -> None:
    killed_everywhere(world, lambda world: one_file(world, FIRST))


@pytest.mark.parametrize("hours", [-30, 30])
def test_clocks_that_differ_by_hours(world: World, hours: int) -> None:
    """Both orders were placed just after the site was made, by the shop's clock; later they are changed by it."""
    store = world.store()
    (company,) = companies.companies(store)
    store.close()
    placed = companies.orders_from(company, company.sites[0], hours * 3600 + 60)
    first, second = (msgspec.structs.replace(one, placed_at=placed, updated_at=placed) for one in (ORDER, OTHER))
    world.shop(first, second)
    for _ in range(2):
        world.run(ahead=hours * 3600)
    world.shop(msgspec.structs.replace(first, status="Shipped", updated_at=f"{placed[:-6]}+05:00"), second)
    world.run(ahead=hours * 3600)
    one_file(world, FIRST)


def test_an_order_that_ebms_takes_at_once(world: World) -> None:
    """Its file is away whenever it could be: it must not be written again."""
    taken: dict[str, int] = {}

    def take(world: World) -> None:
        taken.clear()
        for path in world.orders.glob("*.csv"):
            taken[path.name] = taken.get(path.name, 0) + 1
            path.unlink()

    def check(world: World) -> None:
        take_rest = [path.name for path in world.orders.glob("*.csv")]
        assert sorted([*taken, *take_rest]) == [FIRST, THE_OTHER]
        assert set(taken.values()) <= {1}
        assert world.end()[0].state == "acked"

    killed_everywhere(world, check, take)


def test_an_order_edited_while_it_is_on_its_way(world: World) -> None:
    """Either the first version was staged, and the second is a question, or the second is the file."""

    def check(world: World) -> None:
        world.run()  # the one before may have begun with what it held already
        order, _, _ = world.end()
        (content,) = (content for name, content in world.files().items() if name != THE_OTHER)
        asked = order.newer is not None
        assert header(content)["TOTAL_WEB"] == ("18.00" if asked else "36.00")
        assert sorted(world.files()) == [FIRST, THE_OTHER]

    killed_everywhere(world, check, lambda world: world.shop(TWICE, OTHER))


def test_an_answer(world: World) -> None:
    world.shop(STRANGE, OTHER)
    world.run()
    world.ask(("item", "CHAI", "CHAI-01"))
    killed_everywhere(world, lambda world: one_file(world, FIRST))


def test_an_order_that_is_closed(world: World) -> None:
    world.shop(STRANGE, OTHER)
    world.run()
    world.ask(("decision", "1", "close"))
    killed_everywhere(world, lambda world: one_file(world, "", state="closed"))
    assert "12 " in (world.root / "acks.txt").read_text().splitlines()


def test_an_order_that_is_cancelled_before_it_is_written(world: World) -> None:
    world.shop(STRANGE, OTHER)
    world.run()
    world.shop(later(lines=STRANGE.lines, status="Cancelled"), OTHER)
    killed_everywhere(world, lambda world: one_file(world, "", state="closed"))


def test_a_refusal(world: World) -> None:
    world.run()
    refuse(world)

    def check(world: World) -> None:
        order, steps, _ = world.end()
        assert sorted(world.files()) == [THE_OTHER]
        assert world.files("rejected") == {}
        assert sorted(world.files(".webupdate", "refused")) == [FIRST, f"{FIRST}.2", f"{FIRST}.err"]
        assert (order.state, order.attempt, order.refusal and order.refusal.text) == ("conflict", 2, "locked")
        assert steps.count("refused") == 1

    killed_everywhere(world, check)


def test_what_was_refused_is_written_again(world: World) -> None:
    world.run()
    refuse(world)
    world.run()
    world.ask(("decision", "29", "again"))
    killed_everywhere(world, lambda world: one_file(world, SECOND))


@pytest.mark.parametrize("taken", [False, True])
def test_a_replacement(world: World, taken: bool) -> None:
    world.run()
    if taken:
        (world.orders / FIRST).unlink()
        world.run()
    world.shop(TWICE, OTHER)
    world.run()
    world.ask(("decision", "24", "replace"))

    def check(world: World) -> None:
        one_file(world, SECOND, "36.00")
        replaces = header(world.files()[SECOND])["INTERNALNT"]
        assert replaces.startswith(f"Replaces {FIRST}: line 1") if taken else replaces == ""
        assert sorted(world.files(".webupdate", "withdrawn")) == ([] if taken else [FIRST])

    killed_everywhere(world, check)
