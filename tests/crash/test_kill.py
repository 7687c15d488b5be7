"""kill -9 on a real engine process and a real shop, at moments spread over the first sync and over an order's way.

At every single moment of an order's way an engine is killed in test_orders.py, whose shop is a file."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.engine import run_cycle
from tests.firm import Firm
from tests.webshop.running import Api, Checkout, running_shop
from webupdate.sync.customerfile import NEW_COLUMNS

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL; its twin is in the engine's design")

FIRST_SYNC_KILLS = 8
EACH = 5  # an odd number, so that both sides of the steps have their turn


def engine(firm: Firm, moment: int = 0) -> int:
    """Run one cycle in a process of its own; returns the moments it passed, 0 when it was killed."""
    return run_cycle(firm.paths.data, moment)


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    with running_shop(tmp_path / "shop") as shop:
        firm = Firm(tmp_path, shop)
        yield firm
        firm.close()


def held(api: Api, kind: str) -> list[str]:
    """All keys that the shop holds, read back page by page."""
    keys: list[str] = []
    more = True
    while more:
        page = api.call(
            "GET", "records/", params={"kind": kind, "after": keys[-1] if keys else "", "limit": 200}
        ).json()
        keys += [record["key"] for record in page["records"]]
        more = page["more"]
    return keys


def restart(firm: Firm) -> None:
    """A new store beside the same shop: another first sync."""
    firm.close()
    shutil.rmtree(firm.paths.data)
    firm.paths.data.mkdir(mode=0o700)
    fresh = Firm(firm.folder, firm.shop)
    firm.__dict__.update(fresh.__dict__)


def test_first_sync_killed_anywhere_ends_equal(firm: Firm) -> None:
    total = engine(firm)
    assert total > FIRST_SYNC_KILLS
    expected = {kind: held(Api(firm.shop), kind) for kind in ("categories", "items", "prices", "stock", "customers")}
    assert [len(keys) for keys in expected.values()] == [9, 77, 154, 77, 91]
    for moment in range(1, total, max(1, total // FIRST_SYNC_KILLS)):
        restart(firm)
        assert engine(firm, moment) == 0, f"moment {moment} was not reached"
        engine(firm)
        assert firm.site().waiting == 0
        assert firm.failed() == []
        assert {kind: held(Api(firm.shop), kind) for kind in expected} == expected, f"killed at moment {moment}"


def test_fresh_shop_killed_in_the_middle_ends_equal(firm: Firm) -> None:
    for moment in (9, 17, 25):
        engine(firm, moment)
    engine(firm)
    assert len(held(Api(firm.shop), "items")) == 77
    assert len(held(Api(firm.shop), "prices")) == 154
    assert firm.cycle() == {}


def test_an_order_killed_on_its_way_is_one_file(firm: Firm) -> None:
    # Until an order is acknowledged the shop reserves its pieces and the stock sent is less by them, too.
    firm.change("inventory", "112.00,112.00", "1000.00,1000.00")
    engine(firm)
    Checkout(firm.shop).buy([("CHAI-01", 1)])
    total = engine(firm)
    numbers = set()
    for moment in range(1, total + 1, EACH):
        # The next round also takes up what this one left behind.
        numbers.add(Checkout(firm.shop).buy([("GEITOST-33", 1)]))
        engine(firm, moment)
    engine(firm)
    files = Counter(firm.order_rows(name)[0][1] for name in firm.order_files())
    assert numbers <= set(files)
    assert set(files.values()) == {1}
    assert not list(firm.orders.glob(".webupdate/*"))
    assert firm.site().conflicts == 0


def test_a_file_taken_by_ebms_before_the_crash_was_noticed_is_not_written_again(firm: Firm) -> None:
    engine(firm)
    Checkout(firm.shop).buy([("CHAI-01", 1)])
    moment = 0
    while not firm.order_files():
        moment += 1
        engine(firm, moment)
    (firm.orders / firm.order_files()[0]).unlink()
    engine(firm)
    assert firm.order_files() == []
    assert firm.store.one("SELECT state FROM inbox") == "acked"


def test_an_account_killed_on_its_way_is_one_file(firm: Firm) -> None:
    engine(firm)
    Checkout(firm.shop).register("first@example.com")
    total = engine(firm)
    assert len(firm.order_files()) == 1
    emails = {"first@example.com"}
    for moment in range(1, total + 1, EACH):
        # The next round also takes up what this one left behind.
        emails.add(f"buyer-{moment}@example.com")
        Checkout(firm.shop).register(f"buyer-{moment}@example.com")
        engine(firm, moment)
    engine(firm)
    files = Counter(firm.order_rows(name)[1][NEW_COLUMNS.index("EMAIL")] for name in firm.order_files())
    assert set(files) == emails
    assert set(files.values()) == {1}
    assert not list(firm.orders.glob(".webupdate/*"))
    assert firm.site().customers == 0
