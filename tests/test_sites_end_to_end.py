"""Two web sites of one company in two real shops; brakes and renames as a buyer would see them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.firm import Firm
from tests.webshop.running import Api, Checkout, Refusal, running_shop
from webupdate.store import companies, exports, holds, outbox
from webupdate.store.snapshot import SiteView, snapshot
from webupdate.webshop.server import RunningShop


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    with running_shop(tmp_path / "shop") as shop:
        firm = Firm(tmp_path, shop)
        yield firm
        firm.close()


@pytest.fixture
def outlet(tmp_path: Path) -> Iterator[RunningShop]:
    with running_shop(tmp_path / "outlet") as shop:
        yield shop


def add_site(firm: Firm, shop: RunningShop, **values: str) -> None:
    connection = {"address": shop.url, "token": shop.token, "certificate": str(shop.ca_file)}
    firm.company = companies.add_site(firm.store, firm.vault, firm.company, {"site": "outlet", **connection, **values})
    companies.begin(firm.store, firm.company.sites[-1].id, 1.0)


def sites(firm: Firm) -> tuple[SiteView, ...]:
    return snapshot(firm.store, 0.0).companies[0].sites


def test_a_new_site_fills_itself_with_its_own_items_and_prices(firm: Firm, outlet: RunningShop) -> None:
    firm.cycle()
    add_site(firm, outlet, price_level="Wholesale", items="TREE_ID = 11")
    assert set(firm.cycle_all().values()) == {None}
    assert [site.state for site in sites(firm)] == ["ok", "ok"]
    assert "$18.00" in Checkout(firm.shop).open_item("CHAI-01")
    assert "$16.20" in Checkout(outlet).open_item("CHAI-01")
    assert Api(outlet).read("items", "QUESO-CABRALES-11") == [None]
    with pytest.raises(Refusal):
        Checkout(outlet).open_item("QUESO-CABRALES-11")
    companies.change(firm.store, firm.vault, firm.company, {"items": "TREE_ID = 14"}, "outlet")
    firm.cycle_all()
    # A filter that sends so much away is held as a bad file would be.
    assert held(firm)["items"] == "12 of 12 items would no longer be shown at outlet: all items are held."
    for entity in held(firm):
        assert holds.release(firm.store, firm.company.sites[1].id, entity)
    firm.cycle_all()
    assert "$18.90" in Checkout(outlet).open_item("QUESO-CABRALES-11")
    with pytest.raises(Refusal):
        Checkout(outlet).open_item("CHAI-01")
    assert "$18.00" in Checkout(firm.shop).open_item("CHAI-01")


def test_a_site_in_trouble_does_not_hold_the_other(firm: Firm, outlet: RunningShop) -> None:
    add_site(firm, outlet)
    firm.cycle_all()
    outlet.stop()
    firm.change("prices", "CHAI-01,Retail,EA,18.00", "CHAI-01,Retail,EA,18.50")
    trouble = firm.cycle_all()
    assert [error is None for error in trouble.values()] == [True, False]
    assert Api(firm.shop).read("prices", "CHAI-01\tRetail\tEA")[0]["price"] == "18.50"
    assert [site.waiting for site in sites(firm)] == [0, 1]


def rewrite(firm: Firm, file: str, change: Callable[[list[dict[str, str]]], list[dict[str, str]]]) -> None:
    """Save an export file with other rows, the way EBMS does."""
    path = firm.export / f"{file}.csv"
    with path.open(encoding="cp1252", newline="") as stream:
        rows = change(list(csv.DictReader(stream)))
    temporary = path.with_suffix(".tmp")
    with temporary.open("w", encoding="cp1252", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)
    temporary.replace(path)


def held(firm: Firm) -> dict[str, str]:
    return {hold.entity: hold.message.partition(" As: ")[0] for hold in holds.holds(firm.store)}


def test_a_renamed_item_keeps_its_place_in_the_shop(firm: Firm) -> None:
    rewrite(firm, "inventory", lambda rows: [{**row, "AUTOID": f"A{n}"} for n, row in enumerate(rows)])
    firm.cycle()
    Checkout(firm.shop).buy([("CHAI-01", 2)])
    firm.cycle()
    before = Checkout(firm.shop)
    before.open_item("CHAI-01")
    firm.change("inventory", "CHAI-01,", "CHAI-2027,")
    firm.change("prices", "CHAI-01,", "CHAI-2027,", times=2)
    firm.cycle()
    after = Checkout(firm.shop)
    assert "$18.00" in after.open_item("CHAI-2027")
    assert after.page.url.path == before.page.url.path
    assert Api(firm.shop).read("items", "CHAI-01") == [None]
    assert (firm.failed(), firm.site().waiting) == ([], 0)
    assert any("CHAI-01 is CHAI-2027 now" in text for (text,) in firm.store.rows("SELECT text FROM event"))


def test_a_mass_change_is_held_with_its_numbers_and_released(firm: Firm) -> None:
    firm.cycle()
    rewrite(firm, "prices", lambda rows: [{**row, "PRICE": f"{float(row['PRICE']) * 10:.2f}"} for row in rows])
    firm.change("inventory", "CHAI-01,   11,Chai,", "CHAI-01,   11,Chai tea,")
    firm.cycle()
    assert held(firm) == {"prices": "154 of 154 prices of shop would change: all prices are held."}
    assert (firm.site().state, firm.site().waiting) == ("needs", 154)
    assert "$18.00" in Checkout(firm.shop).open_item("CHAI-01")
    assert holds.release(firm.store, firm.company.sites[0].id, "prices")
    firm.cycle()
    assert "$180.00" in Checkout(firm.shop).open_item("CHAI-01")
    assert (firm.site().state, held(firm)) == ("ok", {})


def test_half_a_file_is_held_and_a_whole_one_lifts_the_brake(firm: Firm) -> None:
    firm.cycle()
    whole = (firm.export / "inventory.csv").read_bytes()
    rewrite(firm, "inventory", lambda rows: rows[: len(rows) // 2])
    assert firm.cycle() == {}
    ((file, complaint),) = exports.complaints(firm.store, firm.company.id)
    assert file == "inventory"
    assert complaint.message.startswith("39 of 77 records are missing from inventory.csv saved ")
    assert Checkout(firm.shop).open_item("LAKKALIKOORI-76")
    (firm.export / "inventory.csv").write_bytes(whole)
    assert firm.cycle() == {}
    assert (exports.complaints(firm.store, firm.company.id), firm.site().state) == ([], "ok")


def test_three_items_leave_and_one_comes_back_with_its_price(firm: Firm) -> None:
    firm.cycle()
    gone = ("CHAI-01", "CHANG-02", "QUESO-CABRALES-11")
    whole = {name: (firm.export / f"{name}.csv").read_bytes() for name in ("inventory", "prices")}
    for name in whole:
        rewrite(firm, name, lambda rows: [row for row in rows if row["ID"] not in gone])
    firm.cycle()
    for sku in gone:
        with pytest.raises(Refusal):
            Checkout(firm.shop).open_item(sku)
    for name, content in whole.items():
        (firm.export / f"{name}.csv").write_bytes(content)
        rewrite(firm, name, lambda rows: [row for row in rows if row["ID"] not in gone[1:]])
    firm.cycle()
    assert "$18.00" in Checkout(firm.shop).open_item("CHAI-01")
    companies.change(firm.store, firm.vault, firm.company, {"gone": "delete"})
    firm.cycle()
    assert Api(firm.shop).read("items", "CHANG-02") == [None]
    assert outbox.errors(firm.store, firm.company.sites[0].id, 10) == []
