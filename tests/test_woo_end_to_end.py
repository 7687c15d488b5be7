"""Northwind into the stand-in for a WooCommerce store and orders back, by the engine itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.firm import NAME, Firm
from tests.shops.contract import Purchase
from tests.shops.test_contract_orders import KOELN
from tests.shops.woo import variations
from tests.shops.woo.asking import Body
from tests.shops.woo_adapter import OWNER, WooUnderTest, woo_under_test
from webupdate.clock import SystemClock
from webupdate.store import commands, companies, holds, inspections, mappings
from webupdate.store.companies import CompanyInfo
from webupdate.sync.firstrun import summary
from webupdate.sync.loop import CompanyLoop
from webupdate.sync.preview import preview


class WooFirm(Firm):
    """A firm whose shop is the stand-in."""

    under_test: WooUnderTest

    def make_company(self) -> CompanyInfo:
        key, secret, user, password = OWNER
        values = {
            "name": NAME,
            "export_folder": str(self.export),
            "order_folder": str(self.orders),
            "shop": "woocommerce",
            "address": self.under_test.address,
            "consumer_key": key,
            "consumer_secret": secret,
            "media_user": user,
            "media_password": password,
            "certificate": str(self.under_test.stand_in.authority),
        }
        self.company = companies.add(self.store, self.vault, values)
        self.begin_site()
        return companies.company(self.store, NAME)

    def product(self, sku: str) -> Body:
        """A product as the store holds it."""
        (found,) = [row for row in self.under_test.stand_in.world.products.values() if row["sku"] == sku]
        return found

    def asked(self) -> list[str]:
        """What the store was asked since this was asked last, queries left out."""
        requests = [line.partition("?")[0] for line in self.under_test.stand_in.requests]
        self.under_test.stand_in.requests.clear()
        return requests


@pytest.fixture
def under_test(tmp_path: Path) -> Iterator[WooUnderTest]:
    with woo_under_test(tmp_path / "woo") as made:
        yield made


def open_firm(folder: Path, under_test: WooUnderTest, *, files: bool = False) -> WooFirm:
    WooFirm.under_test = under_test
    return WooFirm(folder, None, files=files)  # type: ignore[arg-type]


@pytest.fixture
def firm(tmp_path: Path, under_test: WooUnderTest) -> Iterator[WooFirm]:
    firm = open_firm(tmp_path, under_test)
    yield firm
    firm.close()


def test_northwind_goes_up_and_a_second_run_sends_nothing(firm: WooFirm) -> None:
    sent = firm.cycle()
    assert (sent["items"], sent["stock"]) == (77, 77)
    assert firm.failed() == []
    world = firm.under_test.stand_in.world
    assert len(world.products) == 77
    chai = firm.product("CHAI-01")
    assert (chai["name"], chai["regular_price"], chai["stock_quantity"]) == ("Chai", "18.00", 39)
    assert (chai["status"], chai["categories"][0]["slug"]) == ("publish", "beverages-ebms-11")
    tree = {row["slug"]: row["parent"] for row in world.categories.values()}
    assert tree["beverages-ebms-11"] in world.categories
    firm.asked()
    assert firm.cycle() == {}
    assert [line for line in firm.asked() if not line.startswith("GET")] == []
    assert (firm.site().state, firm.site().waiting) == ("ok", 0)


def test_a_price_is_one_request(firm: WooFirm) -> None:
    """From the save on, of an engine that runs; before it only the list of new accounts, which customers wait for."""
    engine = CompanyLoop(firm.store, firm.vault, firm.company.id, firm.paths.spool, SystemClock(), once=True)
    engine.step(SystemClock().now())
    firm.asked()
    firm.change("prices", "CHAI-01,Retail,EA,18.00", "CHAI-01,Retail,EA,18.50")
    engine.step(SystemClock().now())
    engine.close()
    assert firm.product("CHAI-01")["regular_price"] == "18.50"
    asked = firm.asked()
    assert asked[:2] == ["GET /wp-json/wc/v3/customers", "POST /wp-json/wc/v3/products/batch"]
    assert [line for line in asked if not line.startswith("GET")] == asked[1:2]


def test_a_sale_price_goes_with_the_price_that_it_lowers(firm: WooFirm) -> None:
    """The store drops one that is not below the price any more, and says nothing."""
    companies.change(firm.store, firm.vault, firm.company, {"sale_level": "wholesale"})
    firm.cycle()
    assert prices_of(firm, "CHAI-01") == ("18.00", "16.20")
    firm.asked()
    firm.change("prices", "CHAI-01,Retail,EA,18.00", "CHAI-01,Retail,EA,16.00")
    assert firm.cycle() == {"prices": 1}
    assert len([line for line in firm.asked() if line.startswith("POST")]) == 1
    assert prices_of(firm, "CHAI-01") == ("16.00", "")
    (told,) = firm.failed()
    assert "Seen: 16.20. Expected: stored: none, since it is not below 16.00." in told
    firm.change("prices", "CHAI-01,Retail,EA,16.00", "CHAI-01,Retail,EA,16.30")
    assert firm.cycle() == {"prices": 2}
    assert (prices_of(firm, "CHAI-01"), firm.failed(), firm.site().waiting) == (("16.30", "16.20"), [], 0)


def prices_of(firm: WooFirm, sku: str) -> tuple[str, str]:
    """Regular and sale price as the store holds them."""
    product = firm.product(sku)
    return product["regular_price"], product["sale_price"]


def test_an_item_that_leaves_the_web_is_hidden_and_comes_back(firm: WooFirm) -> None:
    firm.cycle()
    text = (firm.export / "inventory.csv").read_bytes().decode("cp1252")
    after = "\r\nCHANG-02,"
    line = "\r\nCHAI-01," + text.partition("\r\nCHAI-01,")[2].partition(after)[0]
    firm.change("inventory", line + after, after)
    firm.cycle()
    assert firm.product("CHAI-01")["status"] == "private"
    firm.change("inventory", after, line + after)
    firm.cycle()
    assert firm.product("CHAI-01")["status"] == "publish"


def test_orders_come_down_once_and_are_marked(firm: WooFirm) -> None:
    firm.cycle()
    # The ship via is called as in EBMS; what the gateway is there, a person has said once for all.
    firm.under_test.ship_code = "Federal Shipping"
    mappings.remember(firm.store, firm.company.id, "terms", firm.under_test.pay_name, "COD", "test", 1.0)
    number = firm.under_test.place_order(
        Purchase(lines=(("CHAI-01", 2),), address=KOELN, email="gast@example.com", note="Bitte läuten")
    )
    firm.cycle()
    firm.cycle()
    marks = [row["key"] for row in firm.under_test.stand_in.world.orders[int(number)]["meta_data"]]
    files = firm.order_files()
    assert (files, marks) == ([f"SO-shop-{number}.csv"], ["_webupdate_downloaded"])
    for _ in range(2):
        firm.cycle()
    assert firm.order_files() == files


def test_pictures_and_documents_go_up_once(tmp_path: Path, under_test: WooUnderTest) -> None:
    firm = open_firm(tmp_path, under_test, files=True)
    firm.cycle()
    firm.cycle()
    world = under_test.stand_in.world
    uploads = len(world.media)
    assert uploads > 70
    assert firm.product("CHAI-01")["images"]
    assert [product for product in world.products.values() if product["downloads"]]
    assert firm.failed() == []
    firm.asked()
    firm.cycle()
    assert len(world.media) == uploads
    assert [line for line in firm.asked() if not line.startswith("GET")] == []
    firm.close()


@pytest.mark.parametrize("lost", [(1,), (2,), (3, 4), (2, 3, 4, 5)])
def test_answers_that_are_lost_leave_no_twin(firm: WooFirm, lost: tuple[int, ...]) -> None:
    stand_in = firm.under_test.stand_in
    stand_in.lost = lost
    while len(stand_in.writes) < max(lost):
        assert [error for error in firm.cycle_all().values() if error is not None]
    for _ in range(3):
        firm.cycle_all()
    products = stand_in.world.products.values()
    assert len({row["sku"] for row in products}) == len(products) == 77
    assert len(stand_in.world.categories) == 1 + 9
    assert (firm.failed(), firm.site().waiting) == ([], 0)


class NewWooFirm(WooFirm):
    """One whose site nobody has let begin."""

    def begin_site(self) -> None:
        """Nobody does."""


def test_a_store_that_sold_before_is_only_read_and_then_taken_over(tmp_path: Path, under_test: WooUnderTest) -> None:
    world = under_test.stand_in.world
    under_test.make_by_hand("CHAI-01")
    under_test.make_by_hand("BY-HAND")
    under_test.register("jim@example.com")
    by_hand = {row["sku"]: number for number, row in world.products.items()}
    NewWooFirm.under_test = under_test
    firm = NewWooFirm(tmp_path, None)  # type: ignore[arg-type]
    firm.cycle()
    firm.cycle()
    assert under_test.stand_in.writes == []
    found = preview(firm.store, firm.company.sites[0], text="chai-01")
    assert [(change.entity, change.op) for change in found.changes if change.entity in ("items", "stock")] == [
        ("items", "changed"),
        ("stock", "changed"),
    ]
    told = "\n".join(summary(firm.store, firm.company, firm.company.sites[0], found))
    assert "No customer account is made in the shop" in told
    assert "90 customers of EBMS would get one, and 90 mails." in told
    companies.begin(firm.store, firm.company.sites[0].id, 1.0)
    firm.cycle()
    chai = firm.product("CHAI-01")
    assert (chai["id"], chai["name"]) == (by_hand["CHAI-01"], "Chai")
    assert firm.product("BY-HAND")["name"] == "By hand"
    assert len(world.products) == 78
    assert world.mails == []
    firm.close()


def test_variations_of_a_store_that_sold_before_are_kept_in_step(tmp_path: Path, under_test: WooUnderTest) -> None:
    """CHAI-01 and CHANG-02 are variations of a product that EBMS does not know; the syrup has variations itself."""
    world = under_test.stand_in.world
    tea = variations.parent(world, "TEA")
    chai, chang = (variations.made(world, tea, sku, regular_price="20") for sku in ("CHAI-01", "CHANG-02"))
    anise = variations.parent(world, "ANISEED-SYRUP-03")
    NewWooFirm.under_test = under_test
    firm = NewWooFirm(tmp_path, None)  # type: ignore[arg-type]
    firm.cycle()
    firm.cycle()
    assert under_test.stand_in.writes == []
    found = preview(firm.store, firm.company.sites[0], text="chai-01")
    assert ("items", "changed") in [(change.entity, change.op) for change in found.changes]
    companies.begin(firm.store, firm.company.sites[0].id, 1.0)
    firm.cycle()
    assert (firm.failed(), firm.site().waiting) == ([], 0)
    assert (chai["regular_price"], chai["stock_quantity"], chai["name"]) == ("18.00", 39, "TEA - CHAI-01")
    assert {chai["parent_id"], chang["parent_id"]} == {tea["id"]}
    assert (anise["type"], anise["regular_price"]) == ("variable", "")
    assert len(world.products) == 78
    firm.asked()
    assert firm.cycle() == {}
    assert [line for line in firm.asked() if not line.startswith("GET")] == []
    assert verified(firm) == [("items", "TEA")]  # which only the shop has
    firm.change("prices", "CHAI-01,Retail,EA,18.00", "CHAI-01,Retail,EA,18.50")
    assert firm.cycle() == {"prices": 1}
    assert chai["regular_price"] == "18.50"
    firm.close()


def test_customers_get_accounts_only_when_that_is_wanted(firm: WooFirm) -> None:
    """The store mails each of them; those whom it knows already are taken over without a mail."""
    world = firm.under_test.stand_in.world
    firm.under_test.register("anatr@example.com")
    firm.cycle()
    firm.cycle()
    emails = {row["email"] for row in world.customers.values()}
    assert (emails, world.mails) == ({"alfki@example.com", "anatr@example.com"}, [])
    taken_over = {meta(row, "ebms_id"): row["billing"]["city"] for row in world.customers.values()}
    assert taken_over == {"ALFKI": "Berlin", "ANATR": "México D.F."}
    assert (firm.failed(), firm.site().waiting) == ([], 0)
    companies.change(firm.store, firm.vault, firm.company, {"make_accounts": "yes"})
    firm.cycle()
    assert len(world.customers) == 91
    assert (len(world.mails), firm.failed(), firm.site().waiting) == (89, [], 0)
    firm.asked()
    assert firm.cycle() == {}
    assert [line for line in firm.asked() if not line.startswith("GET")] == []


def test_ship_vias_are_offered_with_ebms_rates(firm: WooFirm) -> None:
    firm.cycle()
    methods = firm.under_test.stand_in.world.methods[0]
    offered = {row["settings"]["title"]["value"]: row["settings"]["cost"]["value"] for row in methods}
    assert offered == {
        "Speedy Express": "24.50",
        "United Package": "15.00",
        "Federal Shipping": "9.75",
        "Customer pickup · Pickup": "0.00",
    }
    firm.change("shipping", "Speedy Express,Speedy Express,FLAT,24.50", "Speedy Express,Speedy Express,FLAT,25.50")
    assert firm.cycle() == {"shipping": 1}
    assert verified(firm) == []


def test_payment_options_go_to_the_gateways_that_properties_name(firm: WooFirm) -> None:
    gateways = firm.under_test.stand_in.world.gateways
    firm.cycle()
    assert gateways["cod"]["title"] == "Cash on delivery"
    said = "SELECT message FROM status WHERE action = 'payments'"
    assert firm.store.rows(said) == [("no gateway is named",)]
    companies.change(firm.store, firm.vault, firm.company, {"gateways": "COD = cod"})
    assert firm.cycle() == {"payments": 1}
    assert (gateways["cod"]["title"], gateways["bacs"]["title"]) == ("Collect on Delivery", "Vorkasse")
    assert (firm.failed(), firm.site().waiting, verified(firm)) == ([], 0, [])


def test_categories_read_as_in_ebms_though_wordpress_keeps_no_blocks(firm: WooFirm) -> None:
    text = "<p>Soft drinks<br>and <b>teas</b></p><ul><li>black</li><li>green</li></ul>"
    firm.change("categories", "Soft drinks coffees teas beers and ales", text)
    firm.cycle()
    categories = firm.under_test.stand_in.world.categories.values()
    (drinks,) = [row for row in categories if row["slug"] == "beverages-ebms-11"]
    assert drinks["description"] == "Soft drinks\nand <b>teas</b>\n\n- black\n- green<!--more-->"
    firm.asked()
    assert firm.cycle() == {}
    assert [line for line in firm.asked() if not line.startswith("GET")] == []
    assert verified(firm) == []


def test_tax_groups_get_the_class_that_properties_name(firm: WooFirm) -> None:
    firm.cycle()
    firm.change("inventory", ",FOOD,", ",BOOK,")
    firm.cycle()
    food = [row for row in firm.under_test.stand_in.world.products.values() if row["sku"] != "CHAI-01"]
    assert {row["tax_class"] for row in food} == {""}
    companies.change(firm.store, firm.vault, firm.company, {"tax_classes": "FOOD = reduced-rate"})
    assert firm.cycle() == {}  # the brake holds what changes most of the items
    assert holds.release(firm.store, firm.company.sites[0].id, "items")
    assert firm.cycle() == {"items": 76}
    assert ({row["tax_class"] for row in food}, firm.product("CHAI-01")["tax_class"]) == ({"reduced-rate"}, "")
    firm.asked()
    assert firm.cycle() == {}
    assert [line for line in firm.asked() if not line.startswith("GET")] == []
    assert (firm.failed(), firm.site().waiting, verified(firm)) == ([], 0, [])
    # The class of an item that Properties do not name is its owner's; of the others it is told.
    firm.product("CHAI-01")["tax_class"] = "zero-rate"
    firm.product("CHANG-02")["tax_class"] = "zero-rate"
    assert verified(firm) == [("items", "CHANG-02")]
    companies.change(firm.store, firm.vault, firm.company, {"tax_classes": "FOOD = standard"})
    firm.cycle()
    assert holds.release(firm.store, firm.company.sites[0].id, "items")
    firm.cycle()
    assert ({row["tax_class"] for row in food}, firm.product("CHAI-01")["tax_class"]) == ({""}, "zero-rate")
    assert verified(firm) == []


def meta(row: Body, name: str) -> object:
    """A value of a thing's meta data."""
    return next((entry["value"] for entry in row["meta_data"] if entry["key"] == name), None)


def test_verify_finds_nothing_but_what_a_person_changed(firm: WooFirm) -> None:
    firm.cycle()
    assert verified(firm) == []
    firm.product("CHAI-01").update(name="Chai &amp; more", regular_price="99.00")
    firm.product("CHANG-02").update(status="draft")
    assert verified(firm) == [("items", "CHAI-01"), ("items", "CHANG-02"), ("prices", "CHAI-01\tRetail\tEA")]


def verified(firm: WooFirm) -> list[tuple[str, str]]:
    """What verify says that differs."""
    commands.leave(firm.store, "verify", company_id=firm.company.id)
    firm.cycle()
    found = inspections.latest(firm.store, firm.company.sites[0].id, "verify")
    assert found is not None
    assert found.state == "done"
    return sorted((each.entity, each.key) for each in inspections.differences(firm.store, found))


def test_rows_in_doubt_are_read_back_once_and_are_right(firm: WooFirm) -> None:
    """What an old request might still have changed when it was sent again is looked at, and not sent for ever."""
    stand_in = firm.under_test.stand_in
    stand_in.lost = (8, 9)  # requests with items, behind those of a customer, the categories and the ship vias
    while len(stand_in.writes) < 9 or firm.site().waiting:
        firm.cycle_all()
    assert firm.store.one("SELECT count(*) FROM queue WHERE doubt_until IS NOT NULL AND seen IS sent") > 20
    late = firm.product("CHANG-02")
    late["meta_data"] = [row for row in late["meta_data"] if row["key"] != "_webupdate_item"]
    late["meta_data"].append({"id": 1, "key": "_webupdate_item", "value": '{"sent":"of an older one"}'})
    firm.store.sql("UPDATE queue SET doubt_until = 1 WHERE doubt_until IS NOT NULL")
    sent = [firm.cycle() for _ in range(3)]
    # Only the one on which an older request came in late went again; prices and stock go with all that were in doubt.
    assert sum(cycle.get("items", 0) for cycle in sent) == 1
    assert sent[-1] == {}
    assert firm.store.one("SELECT count(*) FROM queue WHERE doubt_until IS NOT NULL") == 0
    assert firm.product("CHANG-02")["name"] == "Chang"
    assert "of an older one" not in str(firm.product("CHANG-02")["meta_data"])
    assert firm.site().waiting == 0
