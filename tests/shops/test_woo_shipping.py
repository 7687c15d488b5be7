"""What the WooCommerce connector decides by its own knowledge of the store: ways to ship."""

from __future__ import annotations

from contextlib import closing

import msgspec
import pytest

from tests.shops.contract import Records, alone, held, listed, record, send
from tests.shops.woo.asking import Body
from tests.shops.woo.world import World, zone
from tests.shops.woo_adapter import WooUnderTest
from webupdate.errors import OutcomeUnknown
from webupdate.sync.compare import differing
from webupdate.sync.shops.base import Part, Result, ShipBand, ShipMethod, Shop
from webupdate.sync.shops.woocommerce import WOOCOMMERCE

FLAT = ShipBand(rate_type="FLAT", rate="24.50")
GERMANY, VIRGINIA, MANY = 1, 2, 3


@pytest.fixture
def world(under_test: WooUnderTest) -> World:
    """A store with a zone for Germany, one for Virginia, and one for several places."""
    fresh = under_test.stand_in.world
    fresh.methods.clear()
    fresh.zones = {0: fresh.zones[0]} | {
        number: zone(number, name, number) for number, name in enumerate(("Deutschland", "VA", "Alps"), 1)
    }
    fresh.locations = {
        GERMANY: [{"code": "DE", "type": "country"}],
        VIRGINIA: [{"code": "US:VA", "type": "state"}],
        MANY: [{"code": "CH", "type": "country"}, {"code": "AT", "type": "country"}],
    }
    under_test.stand_in.requests.clear()
    under_test.stand_in.lost = ()
    return fresh


@pytest.fixture
def shop(under_test: WooUnderTest, world: World) -> Shop:
    return under_test.shop


def put(records: Records, *bands: ShipBand, key: str = "Speedy Express", name: str = "Speedy Express") -> Part:
    return records.put("shipping", key, ShipMethod(name=name, bands=bands or (FLAT,)))


def refused(shop: Shop, part: Part) -> Result:
    (result,) = shop.upsert(alone(part))
    assert result.status == "refused"
    return result


def offered(world: World) -> dict[int, list[tuple[str, str, str, bool]]]:
    """By zone: kind, title, cost, on or off."""
    return {number: [_shown(row) for row in rows] for number, rows in world.methods.items() if rows}


def _shown(row: Body) -> tuple[str, str, str, bool]:
    title, cost = row["settings"]["title"]["value"], row["settings"]["cost"]["value"]
    return row["method_id"], title, cost, row["enabled"]


def test_a_flat_rate_is_offered_everywhere_else_and_a_pickup_as_such(
    shop: Shop, records: Records, world: World
) -> None:
    pickup = put(records, ShipBand(rate_type="PICKUP", rate="0.00"), key="Pickup", name="Customer pickup")
    send(shop, put(records), pickup)
    assert offered(world) == {
        0: [
            ("flat_rate", "Speedy Express", "24.50", True),
            ("local_pickup", "Customer pickup · Pickup", "0.00", True),
        ]
    }
    assert record(shop, "shipping", "Pickup") == ShipMethod(
        name="Customer pickup", bands=(ShipBand(rate_type="PICKUP", rate="0.00"),)
    )


def test_the_same_again_writes_nothing(under_test: WooUnderTest, shop: Shop, records: Records) -> None:
    part = put(records)
    send(shop, part)
    under_test.stand_in.requests.clear()
    assert send(shop, part)[0].status == "updated"
    assert under_test.stand_in.writes == []


def test_a_lost_answer_makes_no_second_method(
    under_test: WooUnderTest, shop: Shop, records: Records, world: World
) -> None:
    under_test.stand_in.lost = (1,)
    with pytest.raises(OutcomeUnknown):
        shop.upsert(alone(put(records)))
    under_test.stand_in.lost = ()
    send(shop, put(records))
    assert [len(rows) for rows in offered(world).values()] == [1]


def test_places_go_into_the_zones_of_these_places_alone(shop: Shop, records: Records, world: World) -> None:
    bands = (
        FLAT,
        ShipBand(rate_type="FLAT", rate="5.90", country="Germany"),
        ShipBand(rate_type="PERCENT", rate="7.50", handling="1.25", country="USA", state="VA"),
    )
    send(shop, put(records, *bands))
    assert {number: rows[0][2] for number, rows in offered(world).items()} == {
        0: "24.50",
        GERMANY: "5.90",
        VIRGINIA: '[fee percent="7.50"] + 1.25',
    }
    found = record(shop, "shipping", "Speedy Express")
    assert isinstance(found, ShipMethod)
    assert found.bands[2] == ShipBand(rate_type="PERCENT", rate="7.50", handling="1.25", country="US", state="VA")


def test_a_place_that_is_no_longer_served_loses_the_method(shop: Shop, records: Records, world: World) -> None:
    (made,) = send(shop, put(records, FLAT, ShipBand(rate_type="FLAT", rate="5.90", country="DE")))
    part = put(records)
    send(shop, Part("shipping", part.key, part.rev, "put", part.data, made.remote_id))
    assert list(offered(world)) == [0]


def test_what_others_made_stays(shop: Shop, records: Records, world: World) -> None:
    shop.upsert(alone(put(records, key="Own", name="Own")))
    world.methods[MANY] = world.methods.pop(0)
    mine = send(shop, put(records))[0]
    world.methods[GERMANY] = [{**world.methods[0][0], "id": 90, "instance_id": 90, "method_id": "free_shipping"}]
    send(shop, records.part("shipping", "Speedy Express", "hide"))
    send(shop, records.part("shipping", "Speedy Express", "delete"))
    assert mine.remote_id
    assert {number: len(rows) for number, rows in offered(world).items()} == {MANY: 1, GERMANY: 1}
    assert all(row[3] for rows in offered(world).values() for row in rows)


def test_one_that_a_person_called_so_is_taken_over(shop: Shop, records: Records, world: World) -> None:
    send(shop, put(records, key="customer PICKUP", name="customer PICKUP"))
    before = world.methods[0][0]["id"]
    send(shop, put(records, key="Pickup", name="Customer pickup"))
    assert [row["id"] for row in world.methods[0]] == [before]
    assert offered(world)[0][0][1] == "Customer pickup · Pickup"


@pytest.mark.parametrize(
    ("band", "field", "seen"),
    [
        (ShipBand(rate_type="WEIGHT", rate="8.00", max_value="50.00"), "rate_type", "WEIGHT 50.00"),
        (ShipBand(rate_type="FLAT", rate="8.00", min_value="100"), "rate_type", "FLAT 100"),
        (ShipBand(rate_type="FLAT", rate="8.00", group="DEALERS"), "group", "DEALERS"),
        (ShipBand(rate_type="FLAT", rate="5,90"), "rate", "5,90"),
        (ShipBand(rate_type="FLAT", rate="abc"), "rate", "abc"),
        (ShipBand(rate_type="FLAT", rate="1", handling="x"), "handling", "x"),
        (ShipBand(rate_type="FLAT", rate="1", country="Narnia"), "country", "Narnia"),
        (ShipBand(rate_type="FLAT", rate="1", country="Austria"), "country", "AT"),
    ],
)
def test_what_the_store_can_not_reckon_is_not_offered(
    shop: Shop, records: Records, world: World, band: ShipBand, field: str, seen: str
) -> None:
    result = refused(shop, put(records, band))
    assert (result.field, result.seen) == (field, seen)
    assert result.expected
    assert offered(world) == {}


def test_two_rates_of_one_place_are_refused(shop: Shop, records: Records) -> None:
    assert refused(shop, put(records, FLAT, FLAT)).seen == "2 rates"


def test_a_zone_can_be_named(under_test: WooUnderTest, records: Records, world: World) -> None:
    named = under_test.connect(ship_zone="alps")
    send(named, put(records))
    assert list(offered(world)) == [MANY]
    named.close()
    lost = under_test.connect(ship_zone="Atlantis")
    assert refused(lost, put(records)).seen == "Atlantis"
    lost.close()


@pytest.mark.parametrize(
    ("zone_name", "band", "others"),
    [
        ("Deutschland", ShipBand(rate_type="FLAT", rate="5.90", country="Germany"), "Austria"),
        ("VA", ShipBand(rate_type="FLAT", rate="5.90", country="USA", state="VA"), "Canada"),
    ],
)
def test_a_named_zone_of_one_place_serves_that_place_too(
    under_test: WooUnderTest, records: Records, world: World, zone_name: str, band: ShipBand, others: str
) -> None:
    with closing(under_test.connect(ship_zone=zone_name)) as named:
        for rate in (band, ShipBand(rate_type="FLAT", rate="5.90")):
            part = put(records, rate)
            send(named, part)
            assert [rows[0][2] for rows in offered(world).values()] == ["5.90"]
            found = held(named, "shipping", part.key).data
            assert found and part.data
            assert differing("shipping", found, part.data, WOOCOMMERCE) == ()
            other = msgspec.json.encode(
                ShipMethod(name=part.key, bands=(ShipBand(rate_type="FLAT", rate="5.90", country=others),))
            )
            assert [field.name for field in differing("shipping", found, other, WOOCOMMERCE)] == ["bands"]
        assert refused(named, put(records, band, FLAT)).seen == "2 rates"


def test_what_the_store_made_of_it_is_told(shop: Shop, records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    def upper(row: Body, fields: Body) -> None:
        row["settings"]["title"]["value"] = fields["settings"]["title"].upper()
        row["settings"]["cost"]["value"] = fields["settings"]["cost"]
        row["enabled"] = True

    monkeypatch.setattr("tests.shops.woo.settings._set_method", upper)
    result = refused(shop, put(records))
    assert result.expected == "stored: SPEEDY EXPRESS, 24.50, on"


def test_hidden_is_off_and_listed_so(shop: Shop, records: Records, world: World) -> None:
    send(shop, put(records), records.part("shipping", "Speedy Express", "hide"))
    assert offered(world)[0][0][3] is False
    (found,) = listed(shop, "shipping", "Speedy Express")
    assert found == held(shop, "shipping", "Speedy Express")
    assert b'"shown":false' in (found.data or b"")


def test_a_state_that_the_store_does_not_know_is_not_the_whole_country(
    shop: Shop, records: Records, world: World
) -> None:
    world.locations[VIRGINIA] = [{"code": "US", "type": "country"}]
    result = refused(shop, put(records, ShipBand(rate_type="FLAT", rate="1", country="USA", state="Virginnia")))
    assert (result.field, result.seen) == ("state", "Virginnia")
    assert offered(world) == {}


def test_what_a_person_called_so_elsewhere_stays(shop: Shop, records: Records, world: World) -> None:
    send(shop, put(records, ShipBand(rate_type="FLAT", rate="5.90", country="DE"), key="Own", name="Own"))
    world.methods[MANY] = world.methods.pop(GERMANY)
    theirs = offered(world)[MANY]
    world.locations[MANY] = [{"code": "AT", "type": "country"}]
    (made,) = send(shop, put(records, key="Own", name="Own"))
    send(shop, put(records, FLAT, key="Own", name="Own"))
    assert offered(world)[MANY] == theirs
    send(shop, msgspec.structs.replace(records.part("shipping", "Own", "delete"), remote_id=made.remote_id))
    assert offered(world) == {MANY: theirs}
