"""What the WooCommerce connector decides by its own knowledge of the store: payment gateways."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import msgspec
import pytest

from tests.shops.contract import Records, alone, held, send
from tests.shops.woo.asking import Body
from tests.shops.woo.world import World, recorded_body
from tests.shops.woo_adapter import WooUnderTest
from webupdate.sync.shops.base import Part, PayOption, Result, Shop

NAMED = {"COD": "cod", "CHK": "cheque", "CC": "stripe"}


@pytest.fixture
def world(under_test: WooUnderTest) -> World:
    fresh = under_test.stand_in.world
    fresh.gateways = {row["id"]: row for row in recorded_body(32)}
    under_test.stand_in.requests.clear()
    return fresh


@pytest.fixture
def shop(under_test: WooUnderTest, world: World) -> Iterator[Shop]:
    made = under_test.connect(gateways=NAMED)
    yield made
    made.close()


def put(records: Records, key: str, name: str) -> Part:
    return records.put("payments", key, PayOption(name=name, method="COD", terms="3"))


def refused(shop: Shop, part: Part) -> Result:
    (result,) = shop.upsert(alone(part))
    assert result.status == "refused"
    return result


def test_titles_and_switches_of_the_named_ones_only(shop: Shop, records: Records, world: World) -> None:
    before = copy.deepcopy(world.gateways["bacs"])
    send(shop, put(records, "COD", "Collect & pay"), put(records, "CHK", "Check"))
    shown = {name: (row["title"], row["enabled"]) for name, row in world.gateways.items() if name != "bacs"}
    assert shown == {"cod": ("Collect & pay", True), "cheque": ("Check", True)}
    assert world.gateways["bacs"] == before
    assert msgspec.json.decode(held(shop, "payments", "COD").data or b"") == {"name": "Collect & pay"}


def test_the_same_again_writes_nothing(under_test: WooUnderTest, shop: Shop, records: Records) -> None:
    send(shop, put(records, "COD", "Cash on delivery"))
    assert under_test.stand_in.writes == []


@pytest.mark.parametrize("op", ["hide", "delete"])
def test_what_leaves_is_switched_off(shop: Shop, records: Records, world: World, op: str) -> None:
    send(shop, records.part("payments", "COD", op))  # type: ignore[arg-type]
    assert (world.gateways["cod"]["enabled"], world.gateways["bacs"]["enabled"]) == (False, True)
    assert held(shop, "payments", "COD").data is None
    send(shop, records.part("payments", "N30", op))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("key", "name", "field", "seen"),
    [("CC", "Card", "key", "stripe"), ("N30", "Net 30", "key", "N30"), ("COD", "<b>Cash</b>", "name", "<b>Cash</b>")],
)
def test_what_can_not_be_is_refused(shop: Shop, records: Records, key: str, name: str, field: str, seen: str) -> None:
    good, bad = shop.upsert(alone(put(records, "CHK", "Check"), put(records, key, name)))
    assert (good.status, bad.status, bad.field, bad.seen) == ("updated", "refused", field, seen)


def test_what_the_store_made_of_it_is_told(
    shop: Shop, records: Records, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stubborn(dict[str, object]):
        def __ior__(self, other: object) -> Stubborn:  # type: ignore[override,misc]
            return self

    row: Body = Stubborn(world.gateways["cod"])
    world.gateways["cod"] = row
    assert refused(shop, put(records, "COD", "Other")).expected == "stored: Cash on delivery, on"
    (kept,) = shop.upsert(alone(records.part("payments", "COD", "hide")))
    assert (kept.status, kept.field) == ("refused", "shown")


def test_without_names_no_payment_option_is_carried(under_test: WooUnderTest) -> None:
    assert "payments" not in under_test.shop.abilities.entities
