"""What changed in an export goes to the queue, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.store.simulation import open_fast_store
from tests.sync.folders import NORTHWIND, Exports
from webupdate.store import exports, inbox, orderversions, outbox, queue
from webupdate.store.gone import gone_op
from webupdate.sync import detect
from webupdate.sync.look import NAMES
from webupdate.sync.shops.base import Stock

PRICES = "ID,LEVEL,UNIT,PRICE\n"
ITEMS = "ID,TREE_ID,DESCR_1,SHOW_WEB,T_AVAIL\n"


def northwind(name: str) -> str:
    return (NORTHWIND / f"{name}.csv").read_bytes().decode("cp1252")


def quantity(folder: Exports, item: str) -> str:
    return msgspec.json.decode(folder.payload("stock", item), type=Stock).quantity


def test_the_first_read_of_northwind(folder: Exports) -> None:
    folder.save_northwind()
    outcome = folder.look()
    assert (outcome.files, outcome.read, outcome.stopped) == (6, NAMES, ())
    assert outcome.again_in == 30  # to see whether the files fit each other, once the save is through
    held = {"categories": 9, "items": 77, "prices": 154, "stock": 77, "customers": 91, "shipping": 4, "payments": 3}
    query = "SELECT entity, count(*) FROM queue WHERE seen IS NOT NULL GROUP BY entity"
    assert dict(folder.store.rows(query)) == held
    assert folder.complaints() == []
    assert folder.status()[0] == "done"
    tallies = exports.file_state(folder.store, folder.company.id, "customers").tallies
    assert tallies == {"customers": exports.Tally(92, 1)}


def test_saved_again_unchanged_is_nothing(folder: Exports) -> None:
    folder.save_northwind()
    folder.look()
    folder.upload()
    folder.now += 100
    folder.save_northwind()
    assert folder.look().read == ()
    assert folder.dirty() == []


def test_one_changed_price_is_one_dirty_row(folder: Exports) -> None:
    folder.save_northwind()
    folder.look()
    folder.upload()
    folder.now += 100
    folder.save("prices.csv", northwind("prices").replace("CHAI-01,Retail,EA,18.00", "CHAI-01,Retail,EA,18.50"))
    assert folder.look().read == ("prices",)
    assert folder.dirty() == [("prices", "CHAI-01\tRetail\tEA")]
    assert b'"18.50"' in folder.payload("prices", "CHAI-01\tRetail\tEA")


def test_other_order_padding_and_columns_change_nothing(folder: Exports) -> None:
    folder.save("prices.csv", PRICES + "A,Retail,EA,1.00\nB,Retail,EA,2.00\n")
    folder.look()
    folder.upload()
    folder.now += 100
    folder.save("prices.csv", "PRICE,LEVEL,NEW,UNIT,ID\n2.00,Retail,x,EA,  B\n1.00 ,Retail,y,EA,A\n")
    assert folder.look().read == ("prices",)
    assert folder.dirty() == []


def test_every_site_has_rows_of_its_own(folder: Exports) -> None:
    from tests.sync.folders import VAULT
    from webupdate.store import companies

    folder.save("prices.csv", PRICES + "A,Retail,EA,1.00\n")
    folder.look()
    values = {"site": "b2b", "address": "https://b2b.example", "token": "t"}
    folder.company = companies.add_site(folder.store, VAULT, folder.company, values)
    assert folder.look().read == ("prices",)
    assert folder.store.rows("SELECT site_id FROM queue ORDER BY site_id") == [(1,), (2,)]


def test_bad_rows_keep_what_was_known(folder: Exports) -> None:
    folder.save("prices.csv", PRICES + "A,Retail,EA,1.00\nB,Retail,EA,2.00\n")
    folder.look()
    folder.upload()
    folder.save("prices.csv", PRICES + "A,Retail,EA,free\nB,Retail,EA,3.00\n")
    folder.look(1)
    assert folder.dirty() == [("prices", "B\tRetail\tEA")]
    (complaint,) = folder.complaints()
    assert (complaint.line, complaint.field, complaint.seen) == (2, "PRICE", "free")


def test_what_makes_no_sense_keeps_what_was_known_and_is_said_until_it_is_mended(folder: Exports) -> None:
    folder.save("prices.csv", PRICES + "A,Retail,EA,1.00\nB,Retail,EA,2.00\n")
    folder.look()
    folder.upload()
    for number, other in enumerate(("2.00", "3.00", "4.00"), start=1):
        folder.save("prices.csv", PRICES + f"A,Retail,EA,-1.00\nB,Retail,EA,{other}\n")
        folder.look(10)
        assert [complaint.line for complaint in folder.complaints()] == [2], number
        assert ("prices", "A\tRetail\tEA") not in folder.dirty()
    folder.save("prices.csv", PRICES + "A,Retail,EA,5.00\nB,Retail,EA,4.00\n")
    folder.look(10)
    assert folder.complaints() == []
    assert folder.dirty() == [("prices", "A\tRetail\tEA"), ("prices", "B\tRetail\tEA")]


def test_of_twins_only_the_first_counts(folder: Exports, monkeypatch: pytest.MonkeyPatch) -> None:
    for chunk in (400, 1):  # twins in one chunk, and in two
        monkeypatch.setattr(detect, "CHUNK", chunk)
        folder.save("inventory.csv", ITEMS + f"A,1,first {chunk},T,1\n  A ,1,second,T,2\nB,1,b,T,3\n")
        folder.look(10)
        assert f"first {chunk}".encode() in folder.payload("items", "A")
        (complaint,) = folder.complaints()
        assert (complaint.line, complaint.key) == (3, "A")
        assert "stands in line 2 already" in complaint.message


def test_an_unknown_column_is_noted(folder: Exports) -> None:
    folder.save("prices.csv", "ID,LEVEL,PRICE,COLOUR\nA,Retail,1.00,red\n")
    folder.look()
    assert ("prices.csv: ignored the columns COLOUR.",) in folder.store.rows("SELECT text FROM event")


@pytest.mark.parametrize(
    ("policy", "item", "price", "stock"),
    [("hide", "hide", "delete", "keep"), ("delete", "delete", "delete", "delete"), ("keep", "keep", "keep", "keep")],
)
def test_what_becomes_of_a_record_that_is_gone(folder: Exports, policy: str, item: str, price: str, stock: str) -> None:
    folder.set(gone=policy)
    folder.save("inventory.csv", ITEMS + "A,1,a,T,1\nB,1,b,T,1\n")
    folder.save("prices.csv", PRICES + "A,Retail,EA,1.00\nB,Retail,EA,1.00\n")
    folder.look()
    folder.upload()
    folder.save("inventory.csv", ITEMS + "A,1,a,T,1\n")
    folder.save("prices.csv", PRICES + "A,Retail,EA,1.00\n")
    folder.look(10)
    for entity, key, expected in (("items", "B", item), ("prices", "B\tRetail\tEA", price), ("stock", "B", stock)):
        seen, sent, op = folder.record(entity, key)
        assert gone_op(policy, entity) == expected
        assert op == {"keep": "put"}.get(expected, expected), entity
        assert (seen == sent) == (expected == "keep"), entity
    assert folder.record("items", "A")[2] == "put"
    folder.upload()
    folder.save("inventory.csv", ITEMS + "A,1,a,T,1\nB,1,b,T,1\n")
    folder.look(10)
    assert (("items", "B") in folder.dirty()) == (policy != "keep")
    assert folder.record("items", "B")[2] == "put"


def test_what_the_shop_never_had_is_not_hidden_there(folder: Exports) -> None:
    folder.save("payments.csv", "IDCHARGE,METHOD,SHOW_WEB\nN30,CHARGE,T\nOLD,CHARGE,F\n")
    folder.look()
    folder.upload()
    folder.save("payments.csv", "IDCHARGE,METHOD,SHOW_WEB\nN30,CHARGE,T\n")
    folder.look(10)
    assert folder.dirty() == []
    assert folder.store.one("SELECT count(*) FROM queue") == 1


def test_nothing_is_taken_while_unreadable_rows_may_be_it(folder: Exports) -> None:
    folder.save("prices.csv", PRICES + "A,Retail,EA,1.00\nB,Retail,EA,1.00\n")
    folder.look()
    folder.upload()
    folder.save("prices.csv", PRICES + "A,Retail,EA,1.00\nB;Retail;EA;1.00\nC,Retail,EA,3.00\n")
    folder.look(10)
    assert folder.dirty() == [("prices", "C\tRetail\tEA")]
    assert any("nothing is taken from the web" in complaint.message for complaint in folder.complaints())
    folder.save("prices.csv", PRICES + "A,Retail,EA,1.00\nC,Retail,EA,3.00\n")
    folder.look(10)
    assert ("prices", "B\tRetail\tEA") in folder.dirty()
    assert folder.complaints() == []


def test_stock_is_less_what_the_web_sold(folder: Exports) -> None:
    folder.save("inventory.csv", ITEMS + "A,1,a,T,10\nB,1,b,T,7\n")
    folder.look()
    folder.sell({"A": "5", "unknown": "1"})
    folder.save("inventory.csv", ITEMS + "A,1,other words,T,10\nB,1,b,T,8\n")
    folder.look(10)
    assert (quantity(folder, "A"), quantity(folder, "B")) == ("5", "8")


@pytest.mark.parametrize("stock", ["5", "10"])
def test_an_inventory_saved_after_ebms_took_the_order_counts_it(folder: Exports, stock: str) -> None:
    """Also when the file is the same as before: as many pieces may have come in."""
    folder.save("inventory.csv", ITEMS + "A,1,a,T,10\n")
    folder.look()
    order = folder.sell({"A": "5"})
    folder.set(guest_customer="WEB")  # forces a read
    folder.look(10)
    assert quantity(folder, "A") == "5"
    orderversions.taken(folder.store, [order], folder.now)
    folder.now += 10
    folder.save("inventory.csv", ITEMS + f"A,1,a,T,{stock}\n")
    folder.look(10)
    assert quantity(folder, "A") == stock
    assert inbox.pending(folder.store, folder.company.id, 1, reserved_in_shop=True) == {}


def test_a_changed_property_reads_all_again_but_uploads_only_what_differs(folder: Exports) -> None:
    folder.save_northwind("customers", "prices")
    folder.look()
    folder.upload()
    folder.set(guest_customer="ALFKI")
    assert folder.look(100).read == ("prices", "customers")
    assert folder.dirty() == [("customers", "ALFKI")]
    assert folder.record("customers", "ALFKI")[0] is None
    assert folder.look(100).read == ()


def test_a_forced_read_gives_payloads_back(folder: Exports) -> None:
    folder.set(gone="keep")
    folder.save("prices.csv", PRICES + "A,Retail,EA,1.00\nB,Retail,EA,2.00\n")
    folder.look()
    for row in outbox.sendable(folder.store, 1, "prices", folder.now, 10, puts=True):
        queue.begin(folder.store, [row], folder.now, None)
        queue.ack(folder.store, row, created=True, remote_id=None, now=folder.now)
    folder.save("prices.csv", PRICES + "A,Retail,EA,1.00\n")
    folder.look(10)
    queue.mark_complete(folder.store, 1)
    exports.force(folder.store, folder.company.id)
    folder.look(10)
    assert b'"1.00"' in folder.payload("prices", "A\tRetail\tEA")
    assert b'"2.00"' in folder.payload("prices", "B\tRetail\tEA")  # kept on the web, so sent as it was


# The property: whatever is edited, the queue holds what the file holds, as if it had been read for the first time.
KEYS = [f"K{number}" for number in range(6)]
ROW = st.tuples(st.sampled_from(["1.00", "2.00", "3.50"]), st.sampled_from(["T", "F"]), st.integers(0, 3))
TABLE = st.dictionaries(st.sampled_from(KEYS), ROW, min_size=1)  # an export without records is held


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Exports, Exports]]:
    """Two companies on one store: one that remembers, one that reads each file for the first time."""
    root: Path = tmp_path_factory.mktemp("edits")
    store = open_fast_store(root / "store.sqlite3")
    (root / "other").mkdir()
    pair = (
        Exports(store, root, gone="delete", brake="100"),
        Exports(store, root / "other", name="Fresh", gone="delete", brake="100"),
    )
    yield pair
    store.close()


def forget(folder: Exports) -> None:
    site = folder.company.sites[0].id
    folder.store.sql("DELETE FROM queue WHERE site_id = ?", site)
    for table in ("export", "exportrow", "problem"):
        folder.store.sql(f"DELETE FROM {table} WHERE company_id = ?", folder.company.id)
    folder.restart()


def lay_down(folder: Exports, table: dict[str, tuple[str, str, int]]) -> None:
    items = "".join(f"{key},1,thing {stock},{shown},{stock}\n" for key, (_, shown, stock) in table.items())
    prices = "".join(f"{key},Retail,EA,{price}\n" for key, (price, _, _) in table.items())
    folder.save("inventory.csv", ITEMS + items)
    folder.save("prices.csv", PRICES + prices)


def held(folder: Exports) -> dict[tuple[str, str], str]:
    """What the site should hold. Stock lives in its item: that of an item that is gone says nothing."""
    query = "SELECT entity, key, seen FROM queue WHERE site_id = ? AND seen IS NOT NULL"
    rows = folder.store.rows(query, folder.company.sites[0].id)
    items = {key for entity, key, _ in rows if entity == "items"}
    return {(entity, key): seen for entity, key, seen in rows if entity != "stock" or key in items}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(TABLE, min_size=1, max_size=5))
def test_after_any_edits_the_queue_holds_what_the_file_holds(
    two: tuple[Exports, Exports], tables: list[dict[str, tuple[str, str, int]]]
) -> None:
    edited, fresh = two
    forget(edited)
    for table in tables:
        edited.now += 10
        lay_down(edited, table)
        for name in edited.look().stopped:  # a brake: nothing at all is left of what was known
            exports.release(edited.store, edited.company.id, name)
        edited.look()
        forget(fresh)
        lay_down(fresh, table)
        fresh.look()
        assert held(edited) == held(fresh)
