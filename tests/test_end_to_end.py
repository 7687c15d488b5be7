"""The main job on real input: Northwind's files, a real shop over TLS, orders bought through its HTML."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from tests.firm import Firm
from tests.webshop.running import BERLIN, DEMO_LOGIN, Api, Checkout, running_shop, wait_until
from webupdate.store import commands, companies, exports
from webupdate.store.snapshot import snapshot
from webupdate.sync.orderfile import HEADER_COLUMNS, LINE_COLUMNS, PAYMENT_COLUMNS
from webupdate.sync.supervisor import Supervisor

FIRST = {
    "categories": 9,
    "items": 77,
    "prices": 154,
    "stock": 77,
    "customers": 91,
    "shipping": 4,
    "payments": 3,
}


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    with running_shop(tmp_path / "shop") as shop:
        firm = Firm(tmp_path, shop)
        yield firm
        firm.close()


def row(cells: list[str], columns: tuple[str, ...]) -> dict[str, str]:
    return dict(zip(columns, cells[1:], strict=True))


def test_the_catalogue_goes_up_once(firm: Firm) -> None:
    assert firm.cycle() == FIRST
    assert firm.failed() == []
    assert firm.cycle() == {}
    assert (firm.site().state, firm.site().waiting) == ("ok", 0)
    page = Checkout(firm.shop).open_item("CHAI-01")
    assert "$18.00" in page
    assert "10 boxes x 20 bags" in page
    assert Api(firm.shop).read("items", "ALICE-MUTTON-17")[0]["shown"] is False


def test_a_saved_price_is_in_the_shop_without_waiting_for_the_cycle(firm: Firm) -> None:
    firm.cycle()
    api = Api(firm.shop)
    engine = Supervisor(firm.store, firm.vault, firm.paths, mode="test")
    engine.start()
    try:
        wait_until(lambda: (firm.site().synced_at or 0) > 0 and firm.site().waiting == 0, "first look")
        firm.change("prices", "CHAI-01,Retail,EA,18.00", "CHAI-01,Retail,EA,18.50")
        wait_until(
            lambda: api.read("prices", "CHAI-01\tRetail\tEA")[0]["price"] == "18.50", "the new price in the shop"
        )
    finally:
        assert engine.stop(5)
    assert "$18.50" in Checkout(firm.shop).open_item("CHAI-01")


def test_a_guests_order_becomes_a_file_exactly_once(firm: Firm) -> None:
    firm.cycle()
    number = Checkout(firm.shop).buy(
        [("CHAI-01", 2), ("CHANG-02", 1)],
        address=BERLIN,
        ship="Federal Shipping",
        pay="CC",
        email="guest@example.com",
        note="Bitte läuten",
    )
    firm.cycle()
    assert firm.order_files() == [f"SO-shop-{number}.csv"]
    before = (firm.orders / f"SO-shop-{number}.csv").read_bytes()
    firm.cycle()
    assert firm.order_files() == [f"SO-shop-{number}.csv"]
    assert (firm.orders / f"SO-shop-{number}.csv").read_bytes() == before
    assert before.endswith(b"\r\n")

    header_cells, *rest = firm.order_rows(f"SO-shop-{number}.csv")
    header = row(header_cells, HEADER_COLUMNS)
    assert header["EXTERNALID"] == number
    assert (header["ID"], header["WEB_SALE"], header["SHIP_VIA"]) == ("WEBSITE", "T", "Federal Shipping")
    assert (header["C_NAME"], header["C_CITY"], header["C_ZIP"]) == ("Jürgen Šimunek", "Berlin", "12209")
    assert (header["C_ADDRESS1"], header["C_COUNTRY"]) == ("Obere Straße 57", "Germany")
    assert header["C_PHONE"] == "+49 30 123456"
    assert (header["FREIGHT"], header["TOTAL_WEB"]) == ("9.75", "64.75")
    assert "Bitte läuten" in header["MEMO"]
    assert "\\u016f" in header["MEMO"]  # the letter that EBMS's code page lacks is not lost
    lines = [row(cells, LINE_COLUMNS) for cells in rest if cells[0] == "D"]
    assert [(line["INVEN"], line["M_QUAN_VIS"], line["UNIT_VIS"]) for line in lines] == [
        ("CHAI-01", "2", "18.00"),
        ("CHANG-02", "1", "19.00"),
    ]
    (payment,) = [row(cells, PAYMENT_COLUMNS) for cells in rest if cells[0] == "P"]
    assert (payment["TYPE"], payment["AMOUNT"]) == ("Credit", "64.75")


def test_a_customers_order_names_the_customer_and_the_terms(firm: Firm) -> None:
    firm.cycle()
    Checkout(firm.shop, DEMO_LOGIN, firm.shop.demo_password).buy([("CHAI-01", 1)], pay="N30", ship="Pickup")
    firm.cycle()
    (name,) = firm.order_files()
    header = row(firm.order_rows(name)[0], HEADER_COLUMNS)
    assert (header["ID"], header["IDCHARGE"], header["TERMS"]) == ("ALFKI", "N30", "2")


def test_the_shop_asks_for_approval_as_the_properties_say(firm: Firm) -> None:
    firm.cycle()
    buyer = Checkout(firm.shop)
    buyer.register("new@example.com")
    buyer.add("CHAI-01")
    waits = "Your account waits for approval"
    for choice in ("wait", "none", "wait"):
        firm.company = companies.change(firm.store, firm.vault, firm.company, {"approval": choice})
        firm.cycle()
        assert (waits in buyer.get("/checkout/")) == (choice == "wait")
    row = "NEWCO,,New Firm,,,,,,,,new@example.com,,Retail,T,F,,,0.00,,F,T"
    firm.change("customers", "WEBSITE,", f"{row}\r\nWEBSITE,")
    firm.cycle()
    assert waits not in buyer.get("/checkout/")


def test_an_order_with_an_item_that_ebms_lacks_waits_and_goes_on_by_itself(firm: Firm) -> None:
    firm.cycle()
    chai = (firm.export / "inventory.csv").read_bytes().decode("cp1252")
    Checkout(firm.shop).buy([("CHAI-01", 1)])
    firm.change("inventory", "CHAI-01,", "CHAI-99,")
    firm.cycle()
    assert firm.order_files() == []
    assert firm.site().conflicts == 1
    firm.change("inventory", "CHAI-99,", "CHAI-01,")
    assert (firm.export / "inventory.csv").read_bytes().decode("cp1252") == chai
    firm.cycle()
    assert len(firm.order_files()) == 1
    assert firm.site().conflicts == 0


def test_sold_stock_stays_sold_when_a_text_changes(firm: Firm) -> None:
    firm.cycle()
    api = Api(firm.shop)
    Checkout(firm.shop).buy([("CHAI-01", 5)])
    firm.cycle()
    assert api.read("stock", "CHAI-01")[0]["quantity"] == "34"
    firm.change("inventory", "CHAI-01,   11,Chai,", "CHAI-01,   11,Chai tea,")
    firm.cycle()
    assert api.read("stock", "CHAI-01")[0]["quantity"] == "34"
    with pytest.raises(AssertionError):
        Checkout(firm.shop).add("CHAI-01", 35)
    Checkout(firm.shop).add("CHAI-01", 34)


def test_stock_counts_an_order_once_ebms_has_taken_its_file_and_saved(firm: Firm) -> None:
    firm.cycle()
    api = Api(firm.shop)
    Checkout(firm.shop).buy([("CHAI-01", 5)])
    firm.cycle()
    (name,) = firm.order_files()
    (firm.orders / name).unlink()
    firm.cycle()
    firm.change("inventory", "39.00,39.00", "39.00,34.00")
    firm.cycle()
    assert Decimal(api.read("stock", "CHAI-01")[0]["quantity"]) == 34


def test_a_lost_store_beside_a_kept_shop(firm: Firm) -> None:
    firm.cycle()
    firm.lose_store()
    firm.change("prices", "CHAI-01,Retail,EA,18.00", "CHAI-01,Retail,EA,19.25")
    firm.cycle()
    assert firm.failed() == []
    assert Api(firm.shop).read("prices", "CHAI-01\tRetail\tEA")[0]["price"] == "19.25"


def test_what_leaves_the_export_is_hidden_and_comes_back(firm: Firm) -> None:
    firm.cycle()
    api = Api(firm.shop)
    inventory = firm.export / "inventory.csv"
    whole = inventory.read_bytes()
    records = whole.decode("cp1252").split("\r\n")
    start = next(n for n, line in enumerate(records) if line.startswith("CHANG-02,"))
    inventory.write_bytes("\r\n".join(records[:start] + records[start + 2 :]).encode("cp1252"))
    firm.cycle()
    assert api.read("items", "CHANG-02")[0]["shown"] is False
    inventory.write_bytes(whole)
    firm.cycle()
    assert api.read("items", "CHANG-02")[0].get("shown", True) is True
    assert "$19.00" in Checkout(firm.shop).open_item("CHANG-02")


def test_complete_upload_sends_everything_and_turns_itself_off(firm: Firm) -> None:
    firm.cycle()
    commands.leave(firm.store, "complete_upload", company_id=firm.company.id, site=None)
    assert firm.cycle() == FIRST
    assert firm.site().complete_upload is False
    assert firm.cycle() == {}


def test_a_damaged_export_is_held_until_somebody_releases_it(firm: Firm) -> None:
    firm.cycle()
    api = Api(firm.shop)
    prices = firm.export / "prices.csv"
    whole = prices.read_bytes()
    prices.write_bytes(b"".join(whole.splitlines(keepends=True)[:60]))
    assert firm.cycle() == {}
    view = snapshot(firm.store, 0.0).companies[0]
    assert view.brakes == ("prices",)
    ((_, complaint),) = exports.complaints(firm.store, firm.company.id)
    assert "95 of 154 records are missing from prices.csv" in complaint.message
    assert api.read("prices", "ORIGINAL-FRANKFURTER-77\tRetail\tEA")[0] is not None
    assert exports.release(firm.store, firm.company.id, "prices")
    assert firm.cycle() == {"prices": 95}
    assert api.read("prices", "ORIGINAL-FRANKFURTER-77\tRetail\tEA")[0] is None
    prices.write_bytes(whole)
    assert firm.cycle() == {"prices": 95}
    assert snapshot(firm.store, 0.0).companies[0].brakes == ()


def test_a_cut_off_file_saved_again_as_it_was_leaves_no_complaint(firm: Firm) -> None:
    firm.cycle()
    prices = firm.export / "prices.csv"
    whole = prices.read_bytes()
    prices.write_bytes(whole[:-3])
    assert firm.cycle() == {}
    ((_, complaint),) = exports.complaints(firm.store, firm.company.id)
    assert "ends in the middle of a line" in complaint.message
    prices.write_bytes(whole)
    assert firm.cycle() == {}
    assert exports.complaints(firm.store, firm.company.id) == []


def test_what_one_site_sold_is_gone_for_the_other_too(firm: Firm, tmp_path: Path) -> None:
    with running_shop(tmp_path / "shop2") as other:
        connection = {"address": other.url, "token": other.token, "certificate": str(other.ca_file)}
        firm.company = companies.add_site(firm.store, firm.vault, firm.company, {"site": "outlet", **connection})
        companies.begin(firm.store, firm.company.sites[1].id, 1.0)
        firm.cycle_all()
        assert Api(other).read("stock", "CHAI-01")[0]["quantity"] == "39"
        Checkout(firm.shop).buy([("CHAI-01", 5)])
        firm.cycle_all()
        firm.cycle_all()
        assert Api(other).read("stock", "CHAI-01")[0]["quantity"] == "34"
        assert Api(firm.shop).read("stock", "CHAI-01")[0]["quantity"] == "34"


def test_a_lost_order_folder_stops_no_upload(firm: Firm) -> None:
    firm.cycle()
    Checkout(firm.shop).buy([("CHAI-01", 1)])
    firm.orders.rename(firm.folder / "away")
    firm.change("prices", "CHAI-01,Retail,EA,18.00", "CHAI-01,Retail,EA,21.00")
    (trouble,) = firm.cycle_all().values()
    assert "order folder" in str(trouble)
    assert firm.site().state == "needs"
    assert Api(firm.shop).read("prices", "CHAI-01\tRetail\tEA")[0]["price"] == "21.00"
    assert not firm.orders.exists()  # a lost share must not become a local folder
    (firm.folder / "away").rename(firm.orders)
    firm.cycle()
    assert len(firm.order_files()) == 1


def test_an_order_cancelled_before_it_was_fetched_is_not_taken(firm: Firm) -> None:
    firm.cycle()
    number = Checkout(firm.shop).buy([("CHAI-01", 1)])
    api = Api(firm.shop)
    order = api.order(number)
    assert api.call("POST", "orders/status/", json={"id": order["id"], "status": "Cancelled"}).status_code == 200
    firm.cycle()
    assert firm.order_files() == []


def test_an_order_cancelled_after_it_was_written_is_asked_about(firm: Firm) -> None:
    firm.cycle()
    number = Checkout(firm.shop).buy([("CHAI-01", 1)])
    firm.cycle()
    api = Api(firm.shop)
    order = api.order(number)
    assert api.call("POST", "orders/status/", json={"id": order["id"], "status": "Processing"}).status_code == 200
    firm.cycle()
    assert firm.site().conflicts == 0
    assert api.call("POST", "orders/status/", json={"id": order["id"], "status": "Cancelled"}).status_code == 200
    firm.cycle()
    assert (firm.site().conflicts, len(firm.order_files())) == (1, 1)
    number_here = firm.store.one("SELECT id FROM inbox")
    answers = [{"topic": "decision", "web": "24", "value": "leave"}]
    commands.leave(firm.store, "resolve", company_id=firm.company.id, order=number_here, answers=answers)
    firm.cycle()
    assert firm.site().conflicts == 0
