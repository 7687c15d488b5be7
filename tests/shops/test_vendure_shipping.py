"""What is Vendure's own of ship vias and payment options, seen with the real server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest

from tests.shops.contract import Purchase, Records, alone, feed, held, record, send
from tests.shops.test_contract_orders import KOELN
from tests.shops.vendure.running import RIGHTS
from tests.shops.vendure_adapter import Buyer, VendureUnderTest
from tests.shops.wire import Cutter
from webupdate.errors import OutcomeUnknown
from webupdate.sync.shops.base import Part, PayOption, Result, ShipBand, ShipMethod, Shop, Surveyed
from webupdate.sync.shops.vendure.client import Refusal, Trouble, each_alone

FLAT = ShipBand(rate_type="FLAT", rate="24.50")
NAMED = {"N30": "invoice", "CC": "stripe"}
_METHODS = """{ shippingMethods { items {
  id code name description checker { code args { name value } } calculator { code args { name value } }
} } }"""
_CREATE = "mutation($input: CreateShippingMethodInput!) { createShippingMethod(input: $input) { id } }"
_UPDATE = "mutation($input: UpdateShippingMethodInput!) { updateShippingMethod(input: $input) { id } }"


@pytest.fixture
def records(request: pytest.FixtureRequest) -> Records:
    """Records whose keys no other test of this shop has."""
    return Records(f"V-{request.node.name}")


@pytest.fixture
def paying(vendure: VendureUnderTest) -> Iterator[Shop]:
    """The shop, with two payment options of which it has one."""
    shop = vendure.connect(gateways=NAMED)
    yield shop
    send(shop, Records("").put("payments", "N30", PayOption(name="Invoice", method="CHARGE")))
    shop.close()


def put(records: Records, *bands: ShipBand, name: str = "") -> Part:
    return records.put("shipping", records.tag, ShipMethod(name=name or records.tag, bands=bands or (FLAT,)))


def methods(vendure: VendureUnderTest, name: str) -> list[dict[str, Any]]:
    """The shipping methods of that name, arguments by their names."""
    found = vendure.admin.ask(_METHODS)["shippingMethods"]["items"]
    return [
        row | {kind: {arg["name"]: arg["value"] for arg in row[kind]["args"]} for kind in ("checker", "calculator")}
        for row in found
        if row["name"] == name
    ]


def make_method(vendure: VendureUnderTest, name: str, code: str) -> None:
    """One that a person made, with tax."""
    rates = {"rate": "500", "includesTax": "auto", "taxRate": "19"}
    fields = {
        "code": code,
        "fulfillmentHandler": "manual-fulfillment",
        "checker": operation("default-shipping-eligibility-checker", {"orderMinimum": "100"}),
        "calculator": operation("default-shipping-calculator", rates),
        "translations": [{"languageCode": "en", "name": name, "description": "By bike"}],
    }
    vendure.admin.ask(_CREATE, input=fields)


def operation(code: str, values: dict[str, str]) -> dict[str, Any]:
    return {"code": code, "arguments": [{"name": name, "value": value} for name, value in values.items()]}


def test_a_buyer_pays_the_rate_and_the_order_tells_ebmss_code(vendure: VendureUnderTest, records: Records) -> None:
    shop, sku, name = vendure.shop, records.tag, "Express, büro & co."
    send(shop, put(records, name=name))
    shop.upsert([records.sellable(sku)])
    set_tax(vendure, name, "20")
    send(shop, put(records, ShipBand(rate_type="FLAT", rate="24.50", handling="1.25"), name=name))
    vendure.place_order(Purchase(lines=((sku, 1),), address=KOELN, email="gast@example.com"), name)
    order = feed(shop)[0][-1]
    assert (order.ship_code, order.ship_name, order.shipping, order.tax) == (records.tag, name, "25.75", "5.15")
    # What is hidden is offered to nobody, however much is bought; the order keeps what it was sent by.
    send(shop, records.part("shipping", records.tag, "hide"))
    assert name not in offered(vendure, sku)
    send(shop, put(records, name=name))
    assert name in offered(vendure, sku)
    send(shop, records.part("shipping", records.tag, "delete"))
    assert name not in offered(vendure, sku)
    assert (feed(shop)[0][-1].number, feed(shop)[0][-1].ship_code) == (order.number, records.tag)


def set_tax(vendure: VendureUnderTest, name: str, percent: str) -> None:
    """What the shop's owner enters in the method."""
    (method,) = methods(vendure, name)
    calculator = operation("default-shipping-calculator", {**method["calculator"], "taxRate": percent})
    vendure.admin.ask(_UPDATE, input={"id": method["id"], "calculator": calculator, "translations": []})


def offered(vendure: VendureUnderTest, sku: str) -> set[str]:
    """What a visitor with much in the basket may choose."""
    visitor = Buyer(vendure.server)
    visitor.fill(vendure.variants([sku])[sku], 999)
    names = {row["name"] for row in visitor.offers()}
    visitor.close()
    return names


def test_the_same_again_writes_nothing_and_a_pickup_is_one(vendure: VendureUnderTest, records: Records) -> None:
    band = ShipBand(rate_type="PICKUP", rate="0.00")
    part = put(records, band)
    assert send(vendure.shop, part)[0].status == "created"
    assert record(vendure.shop, "shipping", records.tag) == ShipMethod(name=records.tag, bands=(band,))
    key = vendure.admin.make_key(vendure.admin.make_role(records.tag, ("ReadCatalog", "ReadShippingMethod")))
    reader = vendure.connect(secret=key)
    assert send(reader, part)[0].status == "updated"
    reader.close()


@pytest.mark.parametrize(("name", "code"), [("Bike", "x"), ("Other", "V-BIKE")])
def test_one_of_that_name_that_a_person_made_is_taken_over(vendure: VendureUnderTest, name: str, code: str) -> None:
    records = Records(f"V-{name}" if code == "x" else "V-Bike")
    make_method(vendure, name, code)
    hide, delete = (records.part("shipping", records.tag, op) for op in ("hide", "delete"))
    send(vendure.shop, hide, delete)
    (before,) = methods(vendure, name)
    assert (before["code"], before["checker"]) == (code, {"orderMinimum": "100"})
    assert send(vendure.shop, put(records, name="bike"))[0].status == "updated"
    (after,) = methods(vendure, "bike")
    assert (after["id"], after["description"], after["checker"]) == (before["id"], "By bike", {"orderMinimum": "100"})
    assert after["calculator"] == {"rate": "2450", "includesTax": "exclude", "taxRate": "19"}
    send(vendure.shop, delete)


@pytest.mark.parametrize(
    ("band", "field", "seen"),
    [
        (ShipBand(rate_type="PERCENT", rate="7.50"), "rate_type", "PERCENT"),
        (ShipBand(rate_type="WEIGHT", rate="5", min_value="10"), "rate_type", "WEIGHT"),
        (ShipBand(rate_type="FLAT", rate="5", min_value="100.00"), "min_value", "100.00"),
        (ShipBand(rate_type="FLAT", rate="5", country="USA", state="VA"), "country", "USA"),
        (ShipBand(rate_type="FLAT", rate="5", group="DEALERS"), "group", "DEALERS"),
        (ShipBand(rate_type="FLAT", rate="9,50"), "rate", "9,50"),
        (ShipBand(rate_type="FLAT", rate="9.505"), "rate", "9.505"),
        (ShipBand(rate_type="FLAT", rate="21474836.47", handling="1"), "rate", "21474837.47"),
    ],
)
def test_what_vendure_can_not_reckon_is_refused_and_stops_no_other(
    vendure: VendureUnderTest, records: Records, band: ShipBand, field: str, seen: str
) -> None:
    other = records.put("shipping", f"{records.tag}-2", ShipMethod(name=f"{records.tag}-2", bands=(FLAT,)))
    bad, good = vendure.shop.upsert(alone(put(records, band), other))
    assert (bad.status, bad.field, bad.seen, good.status) == ("refused", field, seen, "created")
    assert held(vendure.shop, "shipping", records.tag).data is None


def test_one_at_which_the_shop_fails_is_refused_and_stops_no_other(records: Records) -> None:
    """What a plugin of the shop may do: an unmodified one takes all that is sent."""
    bad, good = put(records), put(records)

    def carry_out(part: Part) -> Result:
        if part is bad:
            raise Refusal(Trouble("no such handler"))
        return Result(entity=part.entity, key=part.key, status="created")

    first, second = each_alone([bad, good], carry_out, int)
    assert (first.status, second.status) == ("refused", "created")
    assert "no such handler" in first.message


def test_a_table_is_refused(vendure: VendureUnderTest, records: Records) -> None:
    (bad,) = vendure.shop.upsert(alone(put(records, FLAT, FLAT)))
    assert (bad.status, bad.field, bad.seen) == ("refused", "bands", "2 rates")


def test_a_lost_answer_makes_no_second_method_and_a_twin_goes(
    vendure: VendureUnderTest, records: Records, cutter: Cutter
) -> None:
    part = put(records)
    behind = vendure.connect(address=f"https://127.0.0.1:{cutter.port}")
    behind.check()
    cutter.cut_next("answer", skip=1)
    with pytest.raises(OutcomeUnknown):
        behind.upsert(alone(part))
    assert send(behind, part)[0].status == "updated"
    behind.close()
    (made,) = methods(vendure, records.tag)
    # A request that was given up and ran all the same, later: what is in doubt is read, and is not what was sent.
    make_method(vendure, records.tag, made["code"])
    sent = msgspec.json.decode(part.data or b"", type=ShipMethod)
    assert record(vendure.shop, "shipping", records.tag) != sent
    send(vendure.shop, part)
    assert [row["id"] for row in methods(vendure, records.tag)] == [made["id"]]
    assert record(vendure.shop, "shipping", records.tag) == sent


@pytest.fixture
def cutter(vendure: VendureUnderTest) -> Iterator[Cutter]:
    """A port before the server that can cut a connection."""
    made = Cutter(urlsplit(vendure.address).port or 443)
    yield made
    made.close()


def test_payment_options_name_and_switch_the_methods_that_properties_name(
    vendure: VendureUnderTest, paying: Shop, records: Records
) -> None:
    net, card = (records.put("payments", key, PayOption(name=f"Net {key}", method="CHARGE")) for key in NAMED)
    good, bad = paying.upsert(alone(net, card))
    assert (good.status, bad.status, bad.seen, bad.expected) == ("updated", "refused", "stripe", "one of invoice")
    assert msgspec.json.decode(held(paying, "payments", "N30").data or b"") == {"name": "Net N30"}
    for op in ("hide", "delete"):
        send(paying, records.part("payments", "N30", op))
        assert held(paying, "payments", "N30").data is None
    assert payment_methods(vendure) == [{"code": "invoice", "name": "Net N30", "enabled": False}]
    send(paying, net)
    assert payment_methods(vendure) == [{"code": "invoice", "name": "Net N30", "enabled": True}]
    # An order tells EBMS's own code.
    paying.upsert([records.sellable(records.tag)])
    vendure.place_order(Purchase(lines=((records.tag, 1),), address=KOELN, email="gast@example.com"))
    assert [paid.code for paid in feed(paying)[0][-1].payments] == ["N30"]
    assert "payments" not in vendure.shop.abilities.entities


def payment_methods(vendure: VendureUnderTest) -> list[dict[str, Any]]:
    return list(vendure.admin.ask("{ paymentMethods { items { code name enabled } } }")["paymentMethods"]["items"])


def test_rights_on_payment_methods_are_wanted_only_where_properties_name_some(vendure: VendureUnderTest) -> None:
    rights = tuple(right for right in RIGHTS if "Payment" not in right)
    shop = vendure.connect(secret=vendure.admin.make_key(vendure.admin.make_role("no-payments", rights)))
    assert isinstance(shop, Surveyed)
    assert shop.survey().rights == "may read and write"
    shop.close()
