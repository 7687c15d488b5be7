"""Brakes per entity and site, lost columns, renames, filters: through the real look, with real numbers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.simulation import open_fast_store
from tests.sync.folders import VAULT, Exports
from webupdate.store import companies, drift, exports, holds, queue

PRICES = "ID,LEVEL,UNIT,PRICE\n"
ITEMS = "ID,AUTOID,TREE_ID,DESCR_1,SHOW_WEB,T_AVAIL,MFG\n"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Exports]:
    store = open_fast_store(tmp_path / "store.sqlite3")
    yield Exports(store, tmp_path)
    store.close()


def items(
    count: int, *, shown: int | None = None, stock: str = "5", title: str = "Tea", start: int = 0, mfg: str = "ACME"
) -> str:
    """So many items, of which the first `shown` are shown."""
    shown = count if shown is None else shown
    return ITEMS + "".join(
        f"I{n},A{n},,{title} {n},{'T' if n < shown else 'F'},{stock},{mfg if n % 2 else 'Other'}\n"
        for n in range(start, count)
    )


def prices(count: int, amount: str = "1.00", level: str = "Retail") -> str:
    return PRICES + "".join(f"I{n},{level},EA,{amount}\n" for n in range(count))


def on(folder: Exports) -> dict[str, str]:
    return {hold.entity: hold.message.partition(" As: ")[0] for hold in holds.holds(folder.store)}


def start(folder: Exports, count: int = 100) -> None:
    folder.save("inventory.csv", items(count))
    folder.save("prices.csv", prices(count))
    folder.look()
    folder.send()
    assert folder.dirty() == []


def test_a_mass_change_holds_its_entity_alone_with_the_numbers(folder: Exports) -> None:
    start(folder)
    folder.save("prices.csv", prices(60, "2.00") + "".join(f"I{n},Retail,EA,1.00\n" for n in range(60, 100)))
    folder.save("inventory.csv", items(100, title="Tea").replace("Tea 7,", "Green tea 7,"))
    folder.look(10)
    assert on(folder) == {"prices": "60 of 100 prices of shop would change: all prices are held."}
    folder.send()
    assert {entity for entity, _ in folder.dirty()} == {"prices"}


def test_a_good_file_lifts_the_brake_by_itself(folder: Exports) -> None:
    start(folder)
    folder.save("prices.csv", prices(100, "2.00"))
    folder.look(10)
    assert list(on(folder)) == ["prices"]
    folder.save("prices.csv", prices(100))
    folder.look(10)
    assert on(folder) == {}
    assert folder.dirty() == []


def test_a_release_goes_for_the_version_whose_numbers_were_shown(folder: Exports) -> None:
    start(folder)
    folder.save("prices.csv", prices(100, "2.00"))
    folder.look(10)
    assert holds.release(folder.store, 1, "prices")
    assert not holds.release(folder.store, 1, "prices")
    exports.force(folder.store, folder.company.id)
    folder.look(10)
    assert on(folder) == {}
    folder.send()
    assert folder.dirty() == []
    folder.save("prices.csv", prices(100, "3.00"))
    folder.look(10)
    assert list(on(folder)) == ["prices"]


def test_a_mass_hide_and_an_empty_stock_count_as_gone(folder: Exports) -> None:
    start(folder)
    folder.save("inventory.csv", items(100, shown=69))
    folder.look(10)
    assert on(folder) == {"items": "31 of 100 items would no longer be shown at shop: all items are held."}
    folder.save("inventory.csv", items(100, stock="0"))
    folder.look(10)
    assert on(folder) == {"stock": "100 of 100 stock could no longer be bought at shop: all stock are held."}
    folder.save("inventory.csv", items(100, stock="4"))
    folder.look(10)
    assert on(folder) == {}


def test_a_first_upload_and_a_complete_upload_are_no_mass_change(folder: Exports) -> None:
    start(folder)
    queue.mark_complete(folder.store, 1)
    exports.force(folder.store, folder.company.id)
    folder.look(10)
    assert on(folder) == {}
    assert len(folder.dirty()) == 300


def test_a_mass_change_during_a_complete_upload_is_seen(folder: Exports) -> None:
    start(folder)
    queue.mark_complete(folder.store, 1)
    folder.save("prices.csv", prices(100, "2.00"))
    folder.look(10)
    assert list(on(folder)) == ["prices"]


def test_few_records_change_without_a_brake(folder: Exports) -> None:
    start(folder, 19)
    folder.save("prices.csv", prices(19, "2.00"))
    folder.look(10)
    assert on(folder) == {}


def test_a_lost_column_holds_the_file_until_it_is_back_or_released(folder: Exports) -> None:
    start(folder, 3)
    without = "ID,LEVEL,PRICE\n" + "".join(f"I{n},Retail,1.00\n" for n in range(3))
    folder.save("prices.csv", without)
    folder.look(10)
    (complaint,) = folder.complaints("prices")
    assert "has lost the column UNIT: it is held, or 3 records" in complaint.message
    assert "webupdate release 'Northwind' prices" in complaint.hint
    assert folder.dirty() == []
    assert exports.release(folder.store, folder.company.id, "prices")
    folder.look(10)
    assert folder.complaints() == []
    assert len(folder.dirty()) == 6  # three keys without a unit, three with one that have gone


def test_the_same_autoid_under_another_id_is_a_rename(folder: Exports) -> None:
    start(folder, 3)
    before = folder.store.one("SELECT remote_id FROM queue WHERE entity = 'items' AND key = 'I1'")
    folder.save("inventory.csv", items(3).replace("I1,A1", "NEW-1,A1"))
    folder.save("prices.csv", prices(3).replace("I1,", "NEW-1,"))
    folder.look(10)
    query = "SELECT key, was, remote_id, sent FROM queue WHERE entity = 'items' AND seen IS NOT sent"
    assert folder.store.rows(query) == [("NEW-1", "I1", before, "?")]
    assert folder.store.rows("SELECT key FROM queue WHERE key LIKE 'I1%'") == []
    assert {key for entity, key in folder.dirty()} == {"NEW-1", "NEW-1\tRetail\tEA"}
    assert any("I1 is NEW-1 now" in text for (text,) in folder.store.rows("SELECT text FROM event"))
    folder.send()
    assert folder.dirty() == []
    assert folder.store.rows("SELECT was FROM queue WHERE was <> ''") == []


def test_a_renamed_items_price_goes_on_before_its_file_is_saved(folder: Exports) -> None:
    start(folder, 3)
    folder.save("inventory.csv", items(3).replace("I1,A1", "NEW-1,A1"))
    folder.look(10)
    assert b'"item":"NEW-1"' in folder.payload("prices", "NEW-1\tRetail\tEA")
    folder.send()
    folder.save("prices.csv", prices(3).replace("I1,", "NEW-1,"))
    folder.look(10)
    assert folder.dirty() == []


def test_an_id_that_moves_to_a_known_one_is_no_rename(folder: Exports) -> None:
    """I2 takes the AUTOID of I1, which goes: the shop has both, so I1 is hidden as any that has gone."""
    start(folder, 3)
    folder.save("inventory.csv", ITEMS + "I0,A0,,Tea 0,T,5,Other\nI2,A1,,Tea 1,T,5,ACME\n")
    folder.look(10)
    assert folder.record("items", "I1")[2] == "hide"
    assert folder.store.rows("SELECT 1 FROM queue WHERE was <> ''") == []


def test_a_filter_gives_each_site_its_items(folder: Exports) -> None:
    second = {"site": "outlet", "address": "https://outlet.example", "token": "t", "items": "MFG = ACME"}
    folder.company = companies.add_site(folder.store, VAULT, folder.company, second)
    start(folder, 10)
    one, two = folder.company.sites
    query = "SELECT count(*) FROM queue WHERE site_id = ? AND entity = ? AND seen IS NOT NULL"
    assert [folder.store.one(query, one.id, entity) for entity in ("items", "prices", "stock")] == [10, 10, 10]
    assert [folder.store.one(query, two.id, entity) for entity in ("items", "prices", "stock")] == [5, 5, 5]


def test_an_item_that_no_longer_passes_the_filter_leaves_the_site(folder: Exports) -> None:
    folder.set(items="MFG = ACME")
    start(folder, 10)
    folder.save("inventory.csv", items(10).replace("Tea 3,T,5,ACME", "Tea 3,T,5,Other"))
    folder.look(10)
    assert folder.record("items", "I3")[2] == "hide"
    assert folder.record("prices", "I3\tRetail\tEA")[2] == "delete"
    folder.send()
    folder.save("inventory.csv", items(10))
    folder.look(10)
    assert folder.record("items", "I3")[2] == "put"
    assert b'"1.00"' in folder.payload("prices", "I3\tRetail\tEA")


def test_a_filter_by_category_follows_the_tree(folder: Exports) -> None:
    folder.set(items="TREE_ID below 1")
    tree = "TREE_ID,PARENT_ID,TREE_DESCR\n1,0,Food\n11,{},Tea\n2,0,Tools\n"
    folder.save("categories.csv", tree.format("1"))
    folder.save("inventory.csv", "ID,TREE_ID,DESCR_1,SHOW_WEB\nA,11,Tea,T\nB,2,Saw,T\n")
    folder.save("prices.csv", PRICES + "A,Retail,EA,1.00\nB,Retail,EA,1.00\n")
    folder.look()
    folder.send()
    assert {key for (entity, key) in folder.seen() if entity in ("items", "prices")} == {"A", "A\tRetail\tEA"}
    folder.save("categories.csv", tree.format("2"))
    folder.look(10)
    assert folder.record("items", "A")[2] == "hide"
    assert folder.record("prices", "A\tRetail\tEA")[0] is None


@pytest.mark.parametrize(
    ("first", "then", "expected"),
    [("hide", "delete", None), ("hide", "keep", "shown"), ("keep", "hide", "hidden"), ("keep", "delete", None)],
)
def test_a_policy_changed_later_acts_on_what_is_gone_already(
    folder: Exports, first: str, then: str, expected: str | None
) -> None:
    folder.set(gone=first)
    start(folder, 3)
    folder.save("inventory.csv", items(2))
    folder.save("prices.csv", prices(2))
    folder.look(10)
    folder.send()
    shown = folder.store.one("SELECT hash FROM acked JOIN queue ON id = queue_id WHERE entity = 'items' AND key = 'I2'")
    folder.set(gone=then)
    assert folder.record("items", "I2")[0] == (shown if expected == "shown" else expected)
    folder.send()
    assert folder.dirty() == []
    folder.save("inventory.csv", items(3))
    folder.save("prices.csv", prices(3))
    folder.look(10)
    assert folder.record("items", "I2")[2] == "put"
    assert folder.store.rows("SELECT 1 FROM queue WHERE gone") == []


def test_examples_tell_whether_it_is_meant(folder: Exports) -> None:
    start(folder)
    folder.save("prices.csv", prices(100, "10.00"))
    folder.look(10)
    ((_, message),) = ((hold.entity, hold.message) for hold in holds.holds(folder.store))
    assert "Retail EA  price 1.00 → 10.00; I" in message


def test_a_cut_off_file_is_held_and_may_be_released_as_it_is(folder: Exports) -> None:
    start(folder, 3)
    cut = prices(3).removesuffix("\n").removesuffix(",1.00")
    folder.save("prices.csv", cut)
    folder.look()
    folder.look(30)
    (complaint,) = folder.complaints("prices")
    assert "ends in the middle of a line" in complaint.message
    assert complaint.message.endswith("2 records read. 1 of 3 are missing, counted by the last good version.")
    assert complaint.hint.endswith("release it: webupdate release 'Northwind' prices")
    assert folder.dirty() == []
    assert exports.release(folder.store, folder.company.id, "prices")
    folder.look(10)
    assert any("3 columns, expected 4" in complaint.message for complaint in folder.complaints("prices"))
    assert folder.record("prices", "I2\tRetail\tEA")[2] == "delete"
    assert exports.file_state(folder.store, folder.company.id, "prices").held == ""


def test_what_was_let_pass_is_not_held_again_by_the_next_save(folder: Exports) -> None:
    """A release, and what was judged fine, goes for those changes; only what a later version brings is judged."""
    start(folder)
    folder.save("prices.csv", prices(100, "2.00"))
    folder.look(10)
    assert holds.release(folder.store, 1, "prices")
    folder.save("prices.csv", prices(100, "2.00").replace("I7,Retail,EA,2.00", "I7,Retail,EA,2.50"))
    folder.look(10)
    assert (on(folder), len(folder.dirty())) == ({}, 100)
    folder.save("prices.csv", prices(100, "3.00"))
    folder.look(10)
    assert list(on(folder)) == ["prices"]


def test_many_small_changes_while_the_shop_is_away_are_no_mass_change(folder: Exports) -> None:
    start(folder)
    for done in range(10, 101, 10):
        folder.save("prices.csv", prices(done, "2.00") + "".join(f"I{n},Retail,EA,1.00\n" for n in range(done, 100)))
        folder.look(10)
        assert on(folder) == {}
    assert len(folder.dirty()) == 100


def test_a_bad_version_stays_held_when_a_small_change_follows_it(folder: Exports) -> None:
    start(folder)
    folder.save("prices.csv", prices(100, "2.00"))
    folder.look(10)
    folder.save("prices.csv", prices(100, "2.00").replace("I7,Retail,EA,2.00", "I7,Retail,EA,2.50"))
    folder.look(10)
    assert list(on(folder)) == ["prices"]


def test_a_new_mapping_of_the_program_is_no_reason_to_hold(folder: Exports) -> None:
    start(folder)
    folder.store.sql("UPDATE queue SET sent = 'as an older program sent it'")
    folder.store.sql("INSERT OR REPLACE INTO setting VALUES ('mapping', '0')")
    exports.check_mapping(folder.store, 1)
    folder.save("prices.csv", prices(100).replace("I7,Retail,EA,1.00", "I7,Retail,EA,1.50"))
    folder.store.sql("UPDATE queue SET rev = rev + 1000000000000")
    folder.look(10)
    assert on(folder) == {}


def test_mended_records_are_no_mass_change(folder: Exports) -> None:
    start(folder)
    for number in range(100):
        drift.mend(folder.store, 1, "prices", f"I{number}\tRetail\tEA", "what the shop was found to hold")
    folder.save("prices.csv", prices(100).replace("I7,Retail,EA,1.00", "I7,Retail,EA,1.50"))
    folder.look(10)
    assert (on(folder), len(folder.dirty())) == ({}, 100)
