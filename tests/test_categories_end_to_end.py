"""The category tree in a real shop: moved, broken, mended, and in whatever order the files come."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.firm import Firm
from tests.webshop.running import Api, Checkout, running_shop
from webupdate.store import exports

TREE = "TREE_ID,PARENT_ID,TREE_DESCR,SHOW_WEB\r\n"
FOOD = TREE + "1,0,Food,T\r\n11,1,Tea,T\r\n111,11,Green tea,T\r\n2,0,Drinks,T\r\n"
ITEMS = "ID,TREE_ID,DESCR_1,SHOW_WEB,T_AVAIL,EACH_UNIT\r\nSENCHA,111,Sencha,T,5,EA\r\nSAW,2,Saw,T,5,EA\r\n"
PRICES = "ID,LEVEL,UNIT,PRICE\r\nSENCHA,Retail,EA,9.00\r\nSAW,Retail,EA,8.00\r\n"


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    (tmp_path / "export").mkdir()
    with running_shop(tmp_path / "shop") as shop:
        firm = Firm(tmp_path, shop)
        yield firm
        firm.close()


def save(firm: Firm, **files: str) -> None:
    """Save export files, the way EBMS does, and let a cycle go by."""
    for name, content in files.items():
        temporary = firm.export / f"{name}.tmp"
        temporary.write_bytes(content.encode("cp1252"))
        temporary.replace(firm.export / f"{name}.csv")
    firm.cycle()


def parents(firm: Firm) -> dict[str, str | None]:
    """The tree as the shop holds it."""
    found = Api(firm.shop).read("categories", "1", "11", "111", "2", "3")
    return {key: data["parent"] for key, data in zip(("1", "11", "111", "2", "3"), found, strict=True) if data}


def complaints(firm: Firm) -> list[str]:
    return [complaint.message for _, complaint in exports.complaints(firm.store, firm.company.id)]


def test_a_subtree_moves_and_turns_over(firm: Firm) -> None:
    save(firm, categories=FOOD, inventory=ITEMS, prices=PRICES)
    assert parents(firm) == {"1": None, "11": "1", "111": "11", "2": None}
    save(firm, categories=FOOD.replace("11,1,Tea", "11,2,Tea"))
    assert parents(firm) == {"1": None, "11": "2", "111": "11", "2": None}
    page = Checkout(firm.shop).open_item("SENCHA")
    assert "Drinks" in page and "Green tea" in page
    # What was above is below now: neither can move first without the other.
    save(firm, categories=TREE + "1,0,Food,T\r\n11,111,Tea,T\r\n111,2,Green tea,T\r\n2,0,Drinks,T\r\n")
    assert parents(firm) == {"1": None, "11": "111", "111": "2", "2": None}
    assert (firm.failed(), firm.site().waiting, complaints(firm)) == ([], 0, [])


def test_a_broken_tree_holds_only_what_hangs_on_it(firm: Firm) -> None:
    broken = TREE + "1,99,Food,T\r\n11,111,Tea,T\r\n111,11,Green tea,T\r\n2,0,Drinks,T\r\n3,2,Hot,T\r\n"
    save(firm, categories=broken, inventory=ITEMS, prices=PRICES)
    assert parents(firm) == {"2": None, "3": "2"}
    assert "Saw" in Checkout(firm.shop).open_item("SAW")
    missing, circle = complaints(firm)
    assert "1 Food: PARENT_ID 99 is no TREE_ID of this file." in missing
    assert "11 → 111 → 11" in circle
    assert Api(firm.shop).read("items", "SENCHA") == [None]
    save(firm, categories=FOOD)
    assert parents(firm) == {"1": None, "11": "1", "111": "11", "2": None, "3": "2"}
    assert "$9.00" in Checkout(firm.shop).open_item("SENCHA")
    assert complaints(firm) == []


def test_an_item_before_its_category_and_its_price(firm: Firm) -> None:
    save(firm, prices=PRICES)
    save(firm, inventory=ITEMS)
    assert Api(firm.shop).read("items", "SENCHA", "SAW") == [None, None]
    save(firm, categories=FOOD)
    assert "$9.00" in Checkout(firm.shop).open_item("SENCHA")
    assert (firm.failed(), firm.site().waiting) == ([], 0)


def test_a_shown_category_below_a_hidden_one_is_told_and_not_shown(firm: Firm) -> None:
    hidden = FOOD.replace("11,1,Tea,T", "11,1,Tea,F")
    save(firm, categories=hidden, inventory=ITEMS, prices=PRICES)
    told = [text for (text,) in firm.store.rows("SELECT text FROM event") if "hidden" in text]
    assert any("1 shown categories are below 11 Tea, which is hidden" in text for text in told)
    with pytest.raises(AssertionError):
        Checkout(firm.shop).open_item("SENCHA")
    save(firm, categories=FOOD)
    assert "$9.00" in Checkout(firm.shop).open_item("SENCHA")
