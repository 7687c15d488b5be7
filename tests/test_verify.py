"""Verify over the real shop: what somebody changed there by hand is found, named and repaired, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import msgspec
import pytest

from tests.firm import NAME, Firm, Run, run_command
from tests.webshop.running import Api, Checkout, run_in_shop, running_shop
from webupdate.errors import Retryable
from webupdate.report import Exit
from webupdate.store import commands, inspections
from webupdate.store.inspections import Difference, Inspection
from webupdate.sync.shops.base import AccountPage
from webupdate.sync.shops.oscar import OscarShop

# Twenty records of all kinds, changed in the shop's own tables, past its sync API.
DRIFT = """
from django.contrib.auth.models import User
from oscar.core.loading import get_model
from webupdate.webshop.erp.models import CustomerInfo, ItemInfo, PayOption, Price, Record, ShipMethod
Product, Category = get_model("catalogue", "Product"), get_model("catalogue", "Category")
StockRecord = get_model("partner", "StockRecord")
def product(sku): return Product.objects.filter(upc=sku)
product("CHAI-01").update(title="Tea <b>by hand</b>")                                     # 1
product("CHANG-02").update(is_public=False)                                               # 2
product("ANISEED-SYRUP-03").update(description="<p>Now with <b>sugar</b></p>")            # 3
ItemInfo.objects.filter(product__upc="IKURA-10").update(weight="99.5", unit="CASE")       # 4
product("ALICE-MUTTON-17").update(is_public=True)                                         # 5: was hidden
Product.objects.get(upc="TOFU-14").delete()                                               # 6 to 9
Price.objects.filter(product__upc="PAVLOVA-16", level="Retail").update(price="0.01")      # 10
Price.objects.filter(product__upc="KONBU-13", level="Retail").delete()                    # 11
StockRecord.objects.filter(partner_sku="GEITOST-33").update(num_in_stock=4711)            # 12
StockRecord.objects.filter(partner_sku="FLOTEMYSOST-71").update(num_in_stock=0)           # 13
Category.objects.filter(code="11").update(name="Drinks")                                  # 14
Category.objects.filter(code="12").update(is_public=False)                                # 15
CustomerInfo.objects.filter(key="ALFKI").update(level="Wholesale", city="Bonn")           # 16
User.objects.filter(erp__key="ANATR").update(is_active=False)                             # 17
ShipMethod.objects.filter(code="Pickup").update(bands=[{"rate_type": "FLAT", "rate": "99"}])  # 18
ShipMethod.objects.filter(code="United Package").delete()                                 # 19
PayOption.objects.filter(code="N30").update(active=False)                                 # 20
"""
ANISEED = "Aniseed Syrup, sold as 12 - 550 ml bottles.<br>Supplied by Exotic Liquids."
HTML = '<p>Tea &amp; <font color=red>milk</font> <a href="https://x.example/?a=1&b=2">more</a><script>x()</script>'
CHEQUE = """
from webupdate.webshop.erp.models import PayOption
PayOption.objects.filter(code="CC").update(name="Cheque")
"""
STATE = """
import json
from webupdate.webshop.erp.models import Price, Record
from oscar.core.loading import get_model
Product, StockRecord = get_model("catalogue", "Product"), get_model("partner", "StockRecord")
print(json.dumps({
  "revs": {f"{r.kind} {r.key}": r.rev for r in Record.objects.all()},
  "products": {p.upc: [p.pk, str(p.date_updated)] for p in Product.objects.all()},
  "stock": {s.partner_sku: [s.pk, str(s.date_updated)] for s in StockRecord.objects.all()},
  "prices": {f"{p.product.upc} {p.level} {p.unit}": p.pk for p in Price.objects.select_related("product")},
}))
"""


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    """Northwind in step with its shop. Every test leaves it so."""
    folder = tmp_path_factory.mktemp("firm")
    with running_shop(folder / "shop") as shop:
        firm = Firm(folder, shop)
        firm.cycle()
        yield firm
        firm.close()


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """A command on the firm's data folder."""
    return partial(run_command, capsys)


def verify(firm: Firm) -> Inspection:
    """One reading of the shop."""
    commands.leave(firm.store, "verify", company_id=firm.company.id)
    assert firm.cycle() == {}
    return read_last(firm)


def repair(firm: Firm) -> dict[str, int]:
    """One reading with the repair; returns how many records of each entity were sent by it."""
    commands.leave(firm.store, "verify", company_id=firm.company.id, fix=True)
    assert firm.cycle() == {}
    return firm.cycle()


def read_last(firm: Firm) -> Inspection:
    found = inspections.latest(firm.store, firm.company.sites[0].id, "verify")
    assert found is not None
    assert found.state == "done", found.message
    return found


def differing(firm: Firm) -> dict[str, Difference]:
    return {f"{d.entity} {d.key}": d for d in inspections.differences(firm.store, read_last(firm))}


def state(firm: Firm) -> Any:
    return msgspec.json.decode(run_in_shop(firm.shop, STATE))


def test_a_full_sync_leaves_no_difference(firm: Firm) -> None:
    numbers = verify(firm).numbers
    assert differing(firm) == {}
    assert (numbers.read, numbers.differing, numbers.waiting, numbers.foreign) == (415, 0, 0, 0)


def test_drift_is_named_field_by_field_and_repaired_and_nothing_else_is_touched(firm: Firm) -> None:
    before = state(firm)
    run_in_shop(firm.shop, DRIFT)
    assert verify(firm).numbers.differing == 20
    found = {name.replace("\t", " "): (d.kind, d.fields) for name, d in differing(firm).items()}
    assert found == {
        "categories 11": ("changed", (("title", "Drinks", "Beverages"),)),
        "categories 12": ("changed", (("shown", "no", "yes"),)),
        "items CHAI-01": ("changed", (("title", "Tea <b>by hand</b>", "Chai"),)),
        "items CHANG-02": ("changed", (("shown", "no", "yes"),)),
        "items ANISEED-SYRUP-03": ("changed", (("long", "<p>Now with <b>sugar</b></p>", ANISEED),)),
        "items IKURA-10": ("changed", (("unit", "CASE", "EA"), ("weight", "99.50", ""))),
        "items ALICE-MUTTON-17": ("changed", (("shown", "yes", "no"),)),
        "items TOFU-14": ("missing", ()),
        "prices TOFU-14 Retail EA": ("missing", ()),
        "prices TOFU-14 Wholesale EA": ("missing", ()),
        "prices PAVLOVA-16 Retail EA": ("changed", (("price", "0.01", "17.45"),)),
        "prices KONBU-13 Retail EA": ("missing", ()),
        "stock TOFU-14": ("missing", ()),
        "stock GEITOST-33": ("changed", (("quantity", "4711", "112.00"),)),
        "stock FLOTEMYSOST-71": ("changed", (("quantity", "0", "26.00"),)),
        "customers ALFKI": ("changed", (("city", "Bonn", "Berlin"), ("level", "Wholesale", "Retail"))),
        "customers ANATR": ("changed", (("active", "no", "yes"),)),
        "shipping Pickup": ("changed", (("bands", "FLAT 99", "PICKUP 0.00"),)),
        "shipping United Package": ("missing", ()),
        "payments N30": ("changed", (("shown", "no", "yes"),)),
    }
    drifted = state(firm)
    sent = repair(firm)
    assert sent == {"categories": 2, "items": 6, "prices": 4, "stock": 3, "customers": 2, "shipping": 2, "payments": 1}
    assert {d.state for d in differing(firm).values()} == {"mended"}
    after = state(firm)
    assert after["revs"] == before["revs"]
    touched = {name for name, values in after["products"].items() if values != drifted["products"].get(name)}
    assert touched == {name.split()[1] for name in found if name.startswith("items ")}
    touched = {name for name, values in after["stock"].items() if values != drifted["stock"].get(name)}
    assert touched == {"TOFU-14", "GEITOST-33", "FLOTEMYSOST-71"}
    assert after["prices"].keys() == before["prices"].keys()
    verify(firm)
    assert differing(firm) == {}
    assert "$23.25" in Checkout(firm.shop).open_item("TOFU-14")


def test_html_that_the_shop_cleans_is_no_difference(firm: Firm) -> None:
    firm.change("inventory", "Chai, sold as", f"{HTML.replace(chr(34), chr(34) * 2)} sold as")
    assert firm.cycle() == {"items": 1}
    held = Api(firm.shop).read("items", "CHAI-01")[0]["long"]
    assert "<script>" not in held
    assert HTML not in held
    verify(firm)
    assert differing(firm) == {}


def test_what_is_only_in_the_shop_is_listed_and_left_alone(firm: Firm) -> None:
    api = Api(firm.shop)
    api.item("BY-HAND", price="5.00")
    numbers = verify(firm).numbers
    assert (numbers.differing, numbers.foreign) == (0, 2)
    assert {d.kind for d in differing(firm).values()} == {"foreign"}
    assert differing(firm).keys() == {"items BY-HAND", "prices BY-HAND\tRetail\tEA"}
    assert repair(firm) == {}
    assert api.read("items", "BY-HAND")[0]["title"] == "Title of BY-HAND"
    api.send(api.record("prices", "BY-HAND\tRetail\tEA", op="delete"), api.record("items", "BY-HAND", op="delete"))
    assert verify(firm).numbers.foreign == 0


def test_what_was_taken_from_the_web_and_is_there_again_goes_again(firm: Firm) -> None:
    firm.change("payments", "COD,Collect on Delivery,COD,3,0,T", "COD,Collect on Delivery,COD,3,0,F")
    firm.cycle()
    api = Api(firm.shop)
    assert api.read("payments", "COD") == [None]
    api.put("payments", "COD", name="Collect", method="COD")
    verify(firm)
    assert {name: d.kind for name, d in differing(firm).items() if d.kind != "foreign"} == {"payments COD": "extra"}
    assert repair(firm) == {"payments": 1}
    assert api.read("payments", "COD") == [None]


def test_what_waits_is_no_difference(firm: Firm) -> None:
    run_in_shop(firm.shop, CHEQUE)
    firm.store.sql("UPDATE queue SET sent = '?', error = 'no' WHERE entity = 'payments' AND key = 'CC'")
    numbers = verify(firm).numbers
    assert (numbers.differing, numbers.waiting) == (0, 1)
    firm.store.sql("UPDATE queue SET sent = seen, error = NULL WHERE entity = 'payments' AND key = 'CC'")
    assert verify(firm).numbers.differing == 1
    assert repair(firm) == {"payments": 1}


def test_sold_pieces_are_no_difference(firm: Firm) -> None:
    Checkout(firm.shop).buy([("CHAI-01", 5)])
    firm.cycle()
    assert Api(firm.shop).read("stock", "CHAI-01")[0]["quantity"] == "34"
    assert verify(firm).numbers.differing == 0


def test_a_preview_of_a_paused_company_shows_old_and_new(firm: Firm, run: Run) -> None:
    firm.change("prices", "CHAI-01,Retail,EA,18.00", "CHAI-01,Retail,EA,18.50")
    assert "18.00 → 18.50" in run(firm, "preview", NAME)[1]
    assert run(firm, "companies", "pause", NAME)[0] == Exit.FINE
    code, text = run(firm, "preview", NAME)
    assert code == Exit.FINE
    paused, change = text.split("\n", 1)
    assert paused == f"⚠ {NAME} is paused: what EBMS saved since then has not been read."
    assert change.startswith("~ prices     CHAI-01 Retail EA  changed\n    price      18.00 → 18.50\n")
    code, text = run(firm, "preview", NAME, "--json")
    (site,) = msgspec.json.decode(text)
    assert site["preview"]["counts"] == {"prices": {"changed": 1}}
    assert site["preview"]["changes"][0]["fields"] == [{"name": "price", "held": "18.00", "wanted": "18.50"}]
    assert Api(firm.shop).read("prices", "CHAI-01\tRetail\tEA")[0]["price"] == "18.00"
    assert run(firm, "companies", "resume", NAME)[0] == Exit.FINE
    assert firm.cycle() == {"prices": 1}


def test_verify_on_the_command_line_is_a_diff(firm: Firm, run: Run) -> None:
    api = Api(firm.shop)
    held = api.read("items", "CHANG-02")[0]
    api.put("items", "CHANG-02", **{**held, "title": "Chang by hand"})
    code, text = run(firm, "verify", NAME)
    assert code == Exit.NEEDS_PERSON
    assert text.startswith("~ items      CHANG-02\n    title      Chang by hand → Chang\n")
    assert f"1 differ. Repair: webupdate verify '{NAME}' --fix" in text
    assert firm.site().differing == 1
    code, text = run(firm, "verify", NAME, "--fix", "--json")
    (site,) = msgspec.json.decode(text)
    assert (code, site["left"]) == (Exit.FINE, 0)
    assert [d["state"] for d in site["differences"] if d["kind"] == "changed"] == ["mended"]
    assert api.read("items", "CHANG-02") == [held]
    assert run(firm, "verify", NAME)[0] == Exit.FINE
    assert firm.site().differing == 0


MOVED = """
from webupdate.webshop.erp.models import CustomerInfo
CustomerInfo.objects.filter(key="ALFKI").update(city="Bonn")
"""


def test_customers_that_are_off_stay_as_they_are(firm: Firm, run: Run) -> None:
    run_in_shop(firm.shop, MOVED)
    assert run(firm, "companies", "set", NAME, "customers=off")[0] == Exit.FINE
    code, text = run(firm, "verify", NAME, "--fix")
    assert (code, text.endswith(" records read, 0 differ.\n")) == (Exit.FINE, True)
    assert run(firm, "companies", "set", NAME, "customers=both")[0] == Exit.FINE
    assert "city       Bonn → Berlin" in run(firm, "verify", NAME, "--fix")[1]
    assert Api(firm.shop).read("customers", "ALFKI")[0]["city"] == "Berlin"


def test_what_a_repair_waits_for_is_said(firm: Firm, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> AccountPage:
        raise Retryable("The shop answered 500.")

    run_in_shop(firm.shop, MOVED)
    with monkeypatch.context() as patch:
        patch.setattr(OscarShop, "accounts", broken)
        code, text = run(firm, "verify", NAME, "--fix")
        assert code == Exit.NEEDS_PERSON
        why = "The shop answered 500. No customer is sent before it can be read."
        assert text.endswith(f"\n1 still waits: {why}\n")
    assert firm.cycle() == {"customers": 1}
