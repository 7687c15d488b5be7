"""The contract of every connector: all that the shop really holds can be listed, page by page."""

from __future__ import annotations

import pytest

from tests.shops.contract import (
    CARRIED,
    CONTENTS,
    HIDEABLE,
    Records,
    Sending,
    ShopUnderTest,
    held,
    is_shown,
    listed,
    record,
    send,
)
from webupdate.sync.shops.base import Entity, Held, Item, Listing, Shop, Stock


def keys(found: list[Held]) -> list[str]:
    return [entry.key for entry in found]


def put_all(shop: Shop, records: Records, entity: Entity) -> str:
    """The key of a full record of the entity, put into the shop together with its parents."""
    if entity not in shop.abilities.entities:
        pytest.skip(f"this shop carries no {entity}")
    key, sent = records.full(entity)
    if entity in CONTENTS:
        assert Sending(shop, CONTENTS[entity](records.tag)).whole
    send(shop, *records.parents(entity), records.put(entity, key, sent))
    return key


@pytest.mark.parametrize("entity", CARRIED)
def test_what_is_listed_is_what_is_read(shop: Shop, records: Records, entity: Entity) -> None:
    key = put_all(shop, records, entity)
    assert listed(shop, entity, records.tag) == [held(shop, entity, key)]


@pytest.mark.parametrize("entity", CARRIED)
def test_the_listing_has_a_beginning_and_an_end(shop: Shop, records: Records, entity: Entity) -> None:
    key = put_all(shop, records, entity)
    (first,) = shop.listing(entity, "", 1).records
    assert first.key <= key
    assert shop.listing(entity, "~", 1) == Listing((), more=False)


@pytest.mark.parametrize("entity", CARRIED)
def test_deleted_ones_are_not_listed(shop: Shop, records: Records, entity: Entity) -> None:
    key = put_all(shop, records, entity)
    send(shop, records.part(entity, key, "delete"))
    assert listed(shop, entity, records.tag) == []


@pytest.mark.parametrize("entity", HIDEABLE)
def test_hidden_ones_are_listed_as_hidden(shop: Shop, records: Records, entity: Entity) -> None:
    key = put_all(shop, records, entity)
    send(shop, records.part(entity, key, "hide"))
    (found,) = listed(shop, entity, records.tag)
    assert (found.key, is_shown(found)) == (key, False)


def test_pages_follow_each_other_in_the_order_of_the_keys(shop: Shop, records: Records) -> None:
    wanted = [f"{records.tag}-{end}" for end in ("10", "9", "A", "B", "a1", "é")]
    send(shop, *[records.item(key) for key in reversed(wanted)])
    for page in (1, 2, 5, 6, 100):
        assert keys(listed(shop, "items", records.tag, page)) == wanted


def test_prices_go_by_item_level_and_unit(shop: Shop, records: Records) -> None:
    first, second = f"{records.tag}-1", f"{records.tag}-1 0"
    send(shop, *[records.item(sku) for sku in (first, second)])
    places = [
        (sku, level, unit) for sku in (first, second) for level in ("Retail", "Wholesale") for unit in ("", "BOX")
    ]
    send(shop, *[records.price(sku, "1.00", level=level, unit=unit) for sku, level, unit in reversed(places)])
    for page in (1, 3, 100):
        assert [tuple(key.split("\t")) for key in keys(listed(shop, "prices", records.tag, page))] == places


def test_prices_and_stock_of_a_deleted_item_are_not_listed(shop: Shop, records: Records) -> None:
    shop.upsert([records.sellable(records.tag)])
    send(shop, records.part("items", records.tag, "delete"))
    assert listed(shop, "prices", records.tag) == listed(shop, "stock", records.tag) == []


def test_an_item_without_a_count_has_no_stock(shop: Shop, records: Records) -> None:
    send(shop, records.item(records.tag))
    assert listed(shop, "stock", records.tag) == []


def test_what_was_made_by_hand_is_listed_and_can_be_taken_over(
    shop_under_test: ShopUnderTest, shop: Shop, records: Records
) -> None:
    sku = records.tag
    shop_under_test.make_by_hand(sku)
    (found,) = listed(shop, "items", sku)
    assert (found.key, found.rev, found.data is None) == (sku, 0, False)
    assert held(shop, "items", sku) == found
    assert record(shop, "stock", sku) == Stock(item=sku, quantity="3")
    result = send(shop, records.item(sku), records.stock(sku, "7"))[0]
    assert result.remote_id == found.remote_id
    assert record(shop, "items", sku) == Item(category=None, title=f"Title of {sku}")
    assert [record(shop, "stock", key) for key in keys(listed(shop, "stock", sku))] == [Stock(item=sku, quantity="7")]
