"""What the WooCommerce connector makes of the tax classes that Properties name."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from tests.shops.contract import Records, alone, record, send
from tests.shops.woo import taxes, variations
from tests.shops.woo.world import World
from tests.shops.woo_adapter import WooUnderTest
from webupdate.sync.shops.base import Item, Shop


@pytest.fixture
def world(under_test: WooUnderTest) -> World:
    """A store without products."""
    fresh = under_test.stand_in.world
    fresh.products.clear()
    under_test.stand_in.requests.clear()
    return fresh


@pytest.fixture
def shop(under_test: WooUnderTest, world: World) -> Iterator[Shop]:
    made = under_test.connect()
    yield made
    made.close()


def classes(world: World) -> dict[str, str]:
    return {row["sku"]: row["tax_class"] for row in world.products.values()}


def test_an_item_gets_its_class_and_keeps_it_when_none_is_named(
    under_test: WooUnderTest, shop: Shop, world: World
) -> None:
    records = Records("A")
    send(shop, records.item("A", tax_class="reduced-rate"), records.item("B", tax_class="standard"), records.item("C"))
    assert classes(world) == {"A": "reduced-rate", "B": "", "C": ""}
    held = [record(shop, "items", sku) for sku in "ABC"]
    assert [item.tax_class for item in held if isinstance(item, Item)] == ["reduced-rate", "standard", ""]
    send(shop, records.item("A"), records.item("B", tax_class="zero-rate"), records.item("C"))
    assert classes(world) == {"A": "reduced-rate", "B": "zero-rate", "C": ""}
    assert record(shop, "items", "A") == Item(category=None, title="Title of A")
    asked = [line for line in under_test.stand_in.requests if "taxes/classes" in line]
    assert len(asked) == 1


def test_a_class_that_the_store_lacks_is_refused_until_it_is_made(shop: Shop, world: World) -> None:
    item = Records("A").item("A", tax_group="FOOD", tax_class="food")
    good, refused = shop.upsert(alone(Records("B").item("B"), item))
    assert (good.status, refused.status, refused.field) == ("created", "refused", "tax_class")
    assert "property Tax classes (tax group FOOD)" in refused.message
    assert (refused.seen, refused.expected) == ("food", "one of standard, reduced-rate, zero-rate")
    assert classes(world) == {"B": ""}
    world.tax_classes["food"] = "Food"
    send(shop, item)
    assert classes(world)["A"] == "food"
    del world.tax_classes["food"]


def test_a_class_that_went_meanwhile_is_told(shop: Shop, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    send(shop, Records("A").item("A", tax_class="zero-rate"))
    monkeypatch.setattr(taxes, "set_class", lambda world, fields, changed: changed.update(tax_class=""))
    for sku in ("A", "B"):  # what is there already, and what is new
        (refused,) = shop.upsert(alone(Records(sku).item(sku, tax_class="zero-rate")))
        assert (refused.status, refused.field, refused.seen) == ("refused", "tax_class", "zero-rate")
        assert refused.expected == "stored: standard"


def test_a_variation_has_a_class_of_its_own_only_if_one_is_named(shop: Shop, world: World) -> None:
    tee = variations.parent(world, "TEE", tax_class="zero-rate")
    for sku in ("RED", "BLUE"):
        variations.made(world, tee, sku, regular_price="20", tax_class="parent")
    records = Records("v")
    send(shop, records.item("RED", tax_class="reduced-rate"), records.item("BLUE"))
    assert classes(world) == {"TEE": "zero-rate", "RED": "reduced-rate", "BLUE": "parent"}
    (red,) = shop.read("items", ["RED"])
    assert red.data is not None
    assert msgspec.json.decode(red.data)["tax_class"] == "reduced-rate"
