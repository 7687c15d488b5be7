"""EBMS's UPC as the store's GTIN, which only one of its products may have."""

from __future__ import annotations

import msgspec
import pytest

from tests.shops.contract import Records, record, send
from tests.shops.woo import products, variations
from tests.shops.woo.world import World
from tests.shops.woo_adapter import WooUnderTest
from webupdate.sync.shops.base import Item, Shop

UPC = "071234500011"


@pytest.fixture
def world(under_test: WooUnderTest) -> World:
    """A store without products."""
    fresh = under_test.stand_in.world
    fresh.products.clear()
    under_test.stand_in.requests.clear()
    return fresh


@pytest.fixture
def shop(under_test: WooUnderTest, world: World) -> Shop:
    return under_test.shop


def numbers(world: World) -> dict[str, str]:
    return {row["sku"]: row["global_unique_id"] for row in world.products.values()}


@pytest.mark.parametrize(
    ("upc", "stored"),
    [
        (UPC, UPC),
        ("0 71234-50001 1", UPC),
        ("12345670", "12345670"),
        ("71234500011", ""),
        ("SHELF 12", ""),
        ("0" * 12, ""),
    ],
)
def test_only_numbers_of_goods_are_sent(shop: Shop, world: World, upc: str, stored: str) -> None:
    send(shop, Records("A").item("A", upc=upc))
    assert numbers(world) == {"A": stored}
    assert record(shop, "items", "A") == Item(category=None, title="Title of A", upc=upc)


def test_of_two_items_with_one_upc_the_second_goes_without(shop: Shop, world: World, under_test: WooUnderTest) -> None:
    under_test.make_by_hand("C")
    world.products[max(world.products)]["global_unique_id"] = "4006381333931"
    parts = [Records(sku).item(sku, upc=upc) for sku, upc in (("A", UPC), ("B", UPC), ("D", "4006381333931"))]
    results = send(shop, *parts)
    assert [(result.status, (result.remote_id or "")[-5:] == ":gtin") for result in results] == [
        ("created", True),
        ("created", False),
        ("created", False),
    ]
    assert numbers(world) == {"C": "4006381333931", "A": UPC, "B": "", "D": ""}
    assert record(shop, "items", "B") == Item(category=None, title="Title of B", upc=UPC)


def test_one_that_ebms_gave_is_taken_away_and_one_that_a_person_typed_stays(shop: Shop, world: World) -> None:
    records = Records("A")
    results = send(shop, records.item("A", upc=UPC), records.item("B"))
    next(row for row in world.products.values() if row["sku"] == "B")["global_unique_id"] = "12345670"
    bare = [
        msgspec.structs.replace(records.item(sku), remote_id=result.remote_id)
        for sku, result in zip("AB", results, strict=True)
    ]
    send(shop, *bare)
    assert numbers(world) == {"A": "", "B": "12345670"}


def test_a_known_item_whose_number_another_has_is_changed_all_the_same(shop: Shop, world: World) -> None:
    records = Records("A")
    _, b = send(shop, records.item("A", upc=UPC), records.item("B", upc="12345670"))
    part = msgspec.structs.replace(records.item("B", upc=UPC, title="New"), remote_id=b.remote_id)
    (changed,) = send(shop, part)
    assert (changed.status, changed.remote_id) == ("updated", (b.remote_id or "").removesuffix(":gtin"))
    assert numbers(world) == {"A": UPC, "B": ""}
    assert record(shop, "items", "B") == Item(category=None, title="New", upc=UPC)


def test_a_variation_has_one_too(shop: Shop, world: World) -> None:
    tee = variations.parent(world, "TEE")
    variations.made(world, tee, "RED", regular_price="20")
    (result,) = send(shop, Records("v").item("RED", upc=UPC))
    assert numbers(world)["RED"] == UPC
    assert (result.remote_id or "").startswith(f"{tee['id']}/")
    gone = msgspec.structs.replace(Records("v").item("RED"), remote_id=result.remote_id)
    send(shop, gone)
    assert numbers(world)["RED"] == ""


def test_an_older_store_ignores_it(shop: Shop, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(products, "set_gtin", lambda world, fields, changed: changed.pop("global_unique_id", None))
    (result,) = send(shop, Records("A").item("A", upc=UPC))
    assert result.status == "created"
    assert record(shop, "items", "A") == Item(category=None, title="Title of A", upc=UPC)
