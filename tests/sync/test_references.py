"""What the files of a save say of each other, in whatever order they come."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.simulation import open_fast_store
from tests.sync.folders import Exports

CATEGORIES = "TREE_ID,PARENT_ID,TREE_DESCR\n11,0,Tea\n"
ITEMS = "ID,TREE_ID,DESCR_1,SHOW_WEB\nA,11,Tea,T\nB,99,Saw,T\nC,0,Loose,F\n"
PRICES = "ID,LEVEL,UNIT,PRICE\nA,Retail,EA,1.00\nB,Wholesale,EA,1.00\nX,Retail,EA,1.00\n"
QUIET = 30.0


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Exports]:
    store = open_fast_store(tmp_path / "store.sqlite3")
    yield Exports(store, tmp_path)
    store.close()


def told(folder: Exports) -> list[str]:
    return sorted(complaint.message for complaint in folder.complaints("references"))


def test_files_that_come_one_after_the_other_raise_no_alarm(folder: Exports) -> None:
    folder.save("prices.csv", "ID,LEVEL,UNIT,PRICE\nA,Retail,EA,1.00\n")
    folder.look()
    folder.save("inventory.csv", "ID,TREE_ID,DESCR_1,SHOW_WEB\nA,11,Tea,T\n")
    folder.look(10)
    assert told(folder) == []
    folder.save("categories.csv", CATEGORIES)
    folder.look(QUIET - 11)
    folder.look(QUIET)
    assert told(folder) == []


def test_what_names_something_in_vain_is_named_once_all_is_quiet(folder: Exports) -> None:
    for name, content in (("categories", CATEGORIES), ("inventory", ITEMS), ("prices", PRICES)):
        folder.save(f"{name}.csv", content)
    outcome = folder.look()
    assert (outcome.again_in, told(folder)) == (QUIET, [])
    folder.look(QUIET)
    unknown_category, no_price, unknown_item = told(folder)
    assert no_price.startswith("inventory, row 3: item B is shown but has no price for level Retail.")
    assert unknown_category == "inventory, row 3, B: TREE_ID 99 is in no categories export. It waits."
    assert unknown_item == "prices, row 4, X Retail EA: item X is in no inventory export. The price waits."
    folder.save("inventory.csv", ITEMS + "D,98,New,F\n")
    folder.look(10)
    assert len(told(folder)) == 3  # of what is new nothing is told before all is quiet
    folder.save("inventory.csv", ITEMS)
    folder.save("categories.csv", CATEGORIES + "99,0,Tools\n")
    folder.save("prices.csv", "ID,LEVEL,UNIT,PRICE\nA,Retail,EA,1.00\nB,Retail,EA,1.00\n")
    folder.look(10)
    assert told(folder) == []  # what is over goes at once
    folder.look(QUIET)
    assert told(folder) == []


def test_many_of_a_kind_are_one_sentence(folder: Exports) -> None:
    rows = "".join(f"I{n},99,x,F\n" for n in range(50))
    folder.save("categories.csv", CATEGORIES)
    folder.save("inventory.csv", "ID,TREE_ID,DESCR_1,SHOW_WEB\n" + rows)
    folder.look()
    folder.look(QUIET)
    assert len(told(folder)) == 21
    assert "The same goes for 30 more records of inventory." in told(folder)


def test_an_item_that_no_site_of_that_level_takes_needs_no_price(folder: Exports) -> None:
    folder.set(items="TREE_ID = 11")
    for name, content in (("categories", CATEGORIES), ("inventory", ITEMS), ("prices", PRICES)):
        folder.save(f"{name}.csv", content)
    folder.look()
    folder.look(QUIET)
    assert [message for message in told(folder) if "no price" in message] == []
