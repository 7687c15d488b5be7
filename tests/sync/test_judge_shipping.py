"""How and where to: ship via (kind 14), freight (kind 15), an address that is complete (kind 20)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from tests.sync.desks import Desk
from tests.sync.folders import Exports
from tests.sync.judging import ALL, BERLIN, FILES, GOOD, RECORDS, Ebms, answer, case, findings, kinds, line, with_
from webupdate.store import exports
from webupdate.store.inbox import Finding
from webupdate.sync import topics
from webupdate.sync.judge import choices
from webupdate.sync.mapping import MAPPING_VERSION
from webupdate.sync.orderfacts import ExportFacts
from webupdate.sync.shops.base import Charge, ShipBand, WebOrder

VIA = "Federal Shipping"
FLAT = ShipBand(rate_type="FLAT", rate="9.75")


def ebms(*bands: ShipBand, customer: Mapping[str, str] | None = None, weight: str = "") -> Ebms:
    alfki = {**RECORDS["customers"]["ALFKI"], **(customer or {})}
    chai = RECORDS["inventory"]["CHAI-01"] | ({"WEIGHT": weight} if weight else {})
    records = {"customers": {"ALFKI": alfki}, "inventory": {"CHAI-01": chai}}
    return Ebms(*FILES, records=records, rates={VIA: bands})


def told(order: WebOrder, known: Ebms) -> Finding | None:
    found = findings(order, known)
    assert {finding.kind for finding in found} <= {15}
    return found[0] if found else None


def expected(*bands: ShipBand, order: WebOrder | None = None, **known: Any) -> str | None:
    """The freight that the judge expects, when the web took an odd one."""
    finding = told(msgspec.structs.replace(order or GOOD, shipping="777.77", total="795.77"), ebms(*bands, **known))
    return finding.expected if finding else None


# 14


def test_kind_14_an_order_that_is_shipped_needs_a_ship_via() -> None:
    (found,) = findings(with_(ship_code="", ship_name=""))
    assert (found.kind, found.field, found.seen, found.topic, found.web) == (14, "SHIP_VIA", "nothing", "ship_via", "")
    assert kinds(with_(ship_code="", ship_name=""), ALL, answer("ship_via", "", "Pickup")) == []
    assert kinds(with_(ship_code="", ship_name="", ship_to=None)) == []
    assert kinds(with_(ship_code="", ship_name=""), Ebms()) == []


def test_the_customer_s_own_ship_via_is_the_default() -> None:
    order = with_(ship_code="", ship_name="By hand")
    before = case(order, ebms(customer={"DEF_FOB": "Pickup"}))
    (found,) = findings(order, ebms(customer={"DEF_FOB": "Pickup"}))
    default = [choice for choice in choices.ways(found, before) if choice.label == "use default"]
    assert [(choice.topic, choice.web, choice.value) for choice in default] == [("ship_via", "By hand", "Pickup")]
    assert not [choice for choice in choices.ways(found, case(order)) if choice.label == "use default"]


# 15


def test_kind_15_warns_of_another_freight_and_keeps_the_web_s() -> None:
    found = told(with_(shipping="32.38"), ebms(FLAT))
    assert found is not None
    assert (found.kind, found.field, found.seen, found.expected, found.blocks) == (
        15,
        "FREIGHT",
        "32.38",
        "9.75",
        False,
    )
    assert "The web took 32.38" in found.message and "MAN_FREIGH" in found.message
    assert told(with_(shipping="9.76"), ebms(FLAT)) is None  # within the tolerance
    assert told(with_(shipping="9.77"), ebms(FLAT)) is not None


def test_a_missing_freight_is_told_too() -> None:
    found = told(with_(), ebms(FLAT))
    assert found is not None and "took nothing for shipping" in found.message


@pytest.mark.parametrize(
    ("bands", "freight"),
    [
        ([FLAT], "9.75"),
        ([ShipBand(rate_type="FLAT", rate="5", handling="1.50")], "6.50"),
        ([ShipBand(rate_type="PERCENT", rate="7.5", handling="1.25")], "2.60"),
        ([ShipBand(rate_type="PICKUP", rate="0")], "0.00"),
        ([ShipBand(rate_type="FLAT", rate="1", max_value="17.99"), ShipBand(rate_type="FLAT", rate="2")], "2.00"),
        ([ShipBand(rate_type="FLAT", rate="1", min_value="18.00"), ShipBand(rate_type="FLAT", rate="2")], "1.00"),
        ([ShipBand(rate_type="QUANTITY", rate="3", max_value="1")], "3.00"),
        ([ShipBand(rate_type="FLAT", rate="4", country="germany"), FLAT], "4.00"),
        ([ShipBand(rate_type="FLAT", rate="4", country="DE"), FLAT], "4.00"),
        # Whether "Deutschland" is Germany nobody knows here, unless the table knows Germany too.
        ([ShipBand(rate_type="FLAT", rate="4", country="Deutschland"), FLAT], None),
        ([ShipBand(rate_type="FLAT", rate="4", country="USA"), ShipBand(rate_type="FLAT", country="DE")], "0.00"),
        ([ShipBand(rate_type="FLAT", rate="4", state="VA"), FLAT], "9.75"),
        ([ShipBand(rate_type="FLAT", rate="4", group="DEALERS"), FLAT], "9.75"),
        ([ShipBand(rate_type="CUSTOMER")], None),
        ([FLAT, ShipBand(rate_type="SERVICE")], None),
        ([ShipBand(rate_type="FLAT", rate="1", min_value="99")], None),
        ([], None),
    ],
)  # fmt: skip
def test_the_freight_is_that_of_the_first_band_that_fits(bands: list[ShipBand], freight: str | None) -> None:
    assert expected(*bands) == freight


def test_a_web_group_has_bands_of_its_own() -> None:
    dealers = ShipBand(rate_type="FLAT", rate="4", group="DEALERS")
    assert expected(dealers, FLAT, customer={"WEB_GROUP": "DEALERS"}) == "4.00"
    assert expected(dealers, FLAT, order=with_(customer="", account="")) == "9.75"


def test_weight_is_the_items_and_off_where_no_item_is_known() -> None:
    heavy = ShipBand(rate_type="WEIGHT", rate="45", min_value="50")
    three = with_(lines=(line("CHAI-01", quantity="3", total="54.00"),), shipping="777.77")
    assert told(three, ebms(heavy, weight="17.5")).expected == "45.00"  # type: ignore[union-attr]
    assert told(three, ebms(heavy, weight="16")) is None
    assert kinds(with_(lines=(line("X"),), shipping="777.77"), ebms(ShipBand(rate_type="WEIGHT", rate="1"))) == [1]


def test_percent_is_of_the_goods_after_discounts() -> None:
    order = with_(charges=(Charge(name="Voucher", amount="-8.00"), Charge(name="Fee", amount="5.00")), shipping="77")
    assert told(order, ebms(ShipBand(rate_type="PERCENT", rate="10"))).expected == "1.00"  # type: ignore[union-attr]


@pytest.mark.parametrize("text", ["", "abc", "NaN", "1e99", "\x1b[2J"])
def test_what_is_no_number_is_no_other_freight(text: str) -> None:
    assert kinds(with_(shipping=text), ebms(FLAT)) == [19]
    assert 15 not in kinds(with_(shipping="1", lines=(line("CHAI-01", total=text),)), ebms(FLAT))


def test_the_rate_table_is_that_of_the_export(folder: Exports) -> None:
    text = (
        "SHIP_VIA,DESCR,RATE_TYPE,MIN_VALUE,MAX_VALUE,RATE,SHOW_WEB\n"
        "Parcel,By pieces,QUANTITY,1,3,6.00,T\nParcel,By pieces,quantity,4,10,11.50,T\nParcel,Old,FLAT,,,99,F\n"
        "Broken,Broken,FLAT,,,,T\nPickup,Pick up,PICKUP,,,,T\n"
    )
    folder.save("shipping.csv", text)
    folder.look()
    known = ExportFacts(folder.store, folder.company, folder.company.sites[0])
    assert [(b.rate_type, b.min_value, b.rate) for b in known.bands("Parcel")] == [
        ("QUANTITY", "1", "6.00"),
        ("QUANTITY", "4", "11.50"),
    ]
    assert (known.bands("Broken"), known.bands("Drone")) == ((), ())
    assert [b.rate_type for b in known.bands("Pickup")] == ["PICKUP"]


def test_an_older_store_reads_the_rate_tables_anew(desk: Desk) -> None:
    desk.store.sql("UPDATE exportrow SET facts = '{\"DESCR\":\"as an older program kept it\"}' WHERE file = 'shipping'")
    assert desk.desk.known.bands(VIA) == ()
    desk.store.sql("INSERT OR REPLACE INTO setting VALUES ('mapping', '2')")
    exports.check_mapping(desk.store, MAPPING_VERSION)
    before = desk.exports.seen()
    desk.exports.look(10)
    assert [band.rate for band in desk.desk.known.bands(VIA)] == ["9.75"]
    assert desk.exports.seen() == before


def test_northwind_s_freights_only_warn(desk: Desk) -> None:
    assert [p.kind for p in desk.receive().problems] == []
    order = desk.receive(shipping="32.38")
    assert order.state == "ready"
    assert [(p.kind, p.seen, p.expected) for p in order.problems] == [(15, "32.38", "9.75")]


# 20


@pytest.mark.parametrize("field", ["name", "address1", "city"])
@pytest.mark.parametrize("value", ["", "  ", "\x00\t", "\u202e"])
def test_kind_20_an_address_that_is_shipped_to_is_complete(field: str, value: str) -> None:
    order = with_(ship_to=msgspec.structs.replace(BERLIN, **{field: value}))
    (found,) = [f for f in findings(order) if f.kind == 20]
    assert (found.field, found.seen, found.topic, found.blocks) == (f"C_{field.upper()}", "nothing", "text", True)
    assert found.web == topics.key(field.upper(), value)
    assert [f.kind for f in findings(order, ALL, answer("text", found.web, "Berlin")) if f.blocks] == []


def test_a_company_is_a_name_and_what_is_not_shipped_needs_no_address() -> None:
    assert kinds(with_(ship_to=msgspec.structs.replace(BERLIN, name="", company="Alfreds"))) == []
    empty = msgspec.structs.replace(BERLIN, name="", address1="", city="")
    assert kinds(with_(ship_to=None, bill_to=empty)) == []
    assert kinds(with_(ship_to=empty), ebms(ShipBand(rate_type="PICKUP"))) == []
    assert kinds(with_(ship_to=empty, shipping="9.75"), ebms(FLAT)) == [20, 20, 20]


def test_what_is_missing_is_offered_from_the_bill_to_and_the_customer() -> None:
    order = with_(ship_to=msgspec.structs.replace(BERLIN, city=""))
    known = ebms(customer={"CITY": "Potsdam"})
    (found,) = findings(order, known)
    offers = [(c.value, c.about) for c in choices.likely(found, case(order, known))]
    assert offers == [("Berlin", "of the bill-to address"), ("Potsdam", "of the customer in EBMS")]


def test_an_incomplete_address_may_be_let_pass() -> None:
    order = with_(ship_to=msgspec.structs.replace(BERLIN, city=""))
    (found,) = findings(order, ALL, answer("accept", topics.key("20", GOOD.number)))
    assert (found.blocks, found.accepted_by) == (False, "anna")


def test_the_answer_is_written_and_nothing_is_noted(desk: Desk) -> None:
    order = desk.receive(ship_to=msgspec.structs.replace(BERLIN, city=""))
    desk.answer(order, ("text", topics.key("CITY", ""), "Cork"))
    (content,) = desk.write().values()
    assert content.count(b",Cork,") == 1 and b"as the web sent it" not in content
