"""The contract of every connector: records go up, are refused one by one, and read back as they are."""

from __future__ import annotations

import time

import msgspec
import pytest

from tests.shops.contract import (
    CARRIED,
    CONTENTS,
    HIDEABLE,
    Records,
    Sending,
    ShopUnderTest,
    alone,
    held,
    is_shown,
    kept,
    price_key,
    price_of,
    record,
    send,
)
from webupdate.errors import BatchTooLarge
from webupdate.sync.shops.base import (
    RECORD_TYPES,
    Bundle,
    Entity,
    Item,
    Part,
    Record,
    ShipBand,
    Shop,
    Stock,
    Surveyed,
)


@pytest.fixture
def rev_keeper(shop: Shop) -> Shop:
    """The connector, where the shop compares revisions."""
    if not shop.abilities.compares_rev:
        pytest.skip("this shop compares no revisions")
    return shop


def carried(shop: Shop, entity: Entity) -> Entity:
    if entity not in shop.abilities.entities:
        pytest.skip(f"this shop carries no {entity}")
    return entity


def created(shop: Shop, records: Records, entity: Entity) -> tuple[str, Record]:
    """The full record of the entity, put into the shop together with its parents."""
    key, sent = records.full(carried(shop, entity))
    if entity in CONTENTS:
        assert Sending(shop, CONTENTS[entity](records.tag)).whole
    result = send(shop, *records.parents(entity), records.put(entity, key, sent))[-1]
    # An item has a stock level in many shops from its first moment.
    assert result.status == "created" or entity == "stock"
    return key, sent


def test_every_entity_of_the_queue_is_known() -> None:
    assert set(CARRIED) == RECORD_TYPES.keys()


def test_check_learns_who_answers(shop: Shop) -> None:
    info = shop.check()
    assert info.name
    assert info.version
    assert len(info.currency) == 3
    # An hour covers every clock that is set at all; one off by a time zone shall be found.
    assert abs(info.clock - time.time()) < 3600


def test_a_survey_counts_the_products_and_says_what_the_login_may_do(shop: Shop, records: Records) -> None:
    assert isinstance(shop, Surveyed)
    before = shop.survey().items
    created(shop, records, "items")
    found = shop.survey()
    assert before is not None and found.items is not None and found.items > before
    assert found.rights.startswith("may read and write")


@pytest.mark.parametrize("entity", CARRIED)
def test_what_is_read_back_equals_what_was_sent(shop: Shop, records: Records, entity: Entity) -> None:
    key, sent = created(shop, records, entity)
    assert record(shop, entity, key) == kept(shop, entity, sent)


@pytest.mark.parametrize("entity", CARRIED)
def test_the_same_twice_is_an_update_and_changes_nothing(shop: Shop, records: Records, entity: Entity) -> None:
    key, sent = created(shop, records, entity)
    before = held(shop, entity, key)
    again = records.put(entity, key, sent)
    # Both ways in which the queue sends again: as a new revision, and the very same request once more.
    for _ in range(2):
        (result,) = send(shop, again)
        assert result.status == "updated"
        assert result.remote_id in (before.remote_id, None)
    assert record(shop, entity, key) == kept(shop, entity, sent)
    assert held(shop, entity, key).remote_id == before.remote_id


CHANGES: dict[str, dict[str, object]] = {
    "categories": {"title": "Käse", "short": "", "long": ""},
    "items": {"title": "Käse", "short": "", "long": "", "oversell": True, "weight": "", "category": None},
    "prices": {"price": "0.99", "public": True},
    "stock": {"quantity": "0"},
    "images": {"position": 0},
    "documents": {"position": 0},
    "customers": {"address2": "", "phone": "", "level": "", "card": False, "approved": True},
    "shipping": {"bands": (ShipBand(rate_type="FLAT", rate="0.99"),)},
    "payments": {"terms": "", "due_days": ""},
}


@pytest.mark.parametrize("entity", CARRIED)
def test_a_change_replaces_all_fields_emptied_ones_too(shop: Shop, records: Records, entity: Entity) -> None:
    key, sent = created(shop, records, entity)
    changed = msgspec.structs.replace(sent, **CHANGES[entity])
    send(shop, records.put(entity, key, changed))
    assert record(shop, entity, key) == changed


@pytest.mark.parametrize("entity", HIDEABLE)
def test_hidden_is_not_shown_until_it_is_put_again(shop: Shop, records: Records, entity: Entity) -> None:
    key, sent = created(shop, records, entity)
    assert is_shown(held(shop, entity, key))
    for _ in range(2):
        assert send(shop, records.part(entity, key, "hide"))[0].status == "hidden"
        assert not is_shown(held(shop, entity, key))
    send(shop, records.put(entity, key, sent))
    assert is_shown(held(shop, entity, key))
    assert record(shop, entity, key) == kept(shop, entity, sent)


@pytest.mark.parametrize("entity", CARRIED)
def test_deleted_is_gone_until_it_is_put_again(shop: Shop, records: Records, entity: Entity) -> None:
    key, sent = created(shop, records, entity)
    for _ in range(2):
        assert send(shop, records.part(entity, key, "delete"))[0].status == "deleted"
        assert held(shop, entity, key).data is None
    (revived,) = send(shop, records.put(entity, key, sent))
    # Only then does the queue send its children again.
    assert revived.status == "created"
    assert record(shop, entity, key) == kept(shop, entity, sent)


@pytest.mark.parametrize("entity", CARRIED)
def test_deleting_what_the_shop_never_had_is_no_error(shop: Shop, records: Records, entity: Entity) -> None:
    key, _ = records.full(carried(shop, entity))
    (result,) = shop.upsert(alone(records.part(entity, key, "delete")))
    assert result.status in ("deleted", "lost")
    assert held(shop, entity, key).data is None


def test_a_new_item_travels_with_its_price_and_stock(shop: Shop, records: Records) -> None:
    sku = records.tag
    results = shop.upsert([records.sellable(sku, "18.50")])
    assert [result.status for result in results[:2]] == ["created", "created"]
    assert results[2].status in ("created", "updated")
    assert record(shop, "items", sku) == Item(category=None, title=f"Title of {sku}", unit="EA")
    assert record(shop, "prices", price_key(sku)) == price_of(sku, "18.50")
    assert record(shop, "stock", sku) == Stock(item=sku, quantity="39")


def test_a_changed_price_alone_leaves_the_item_and_the_stock(shop: Shop, records: Records) -> None:
    sku = records.tag
    shop.upsert([records.sellable(sku)])
    (result,) = send(shop, records.price(sku, "17.25"))
    assert (result.entity, result.status) == ("prices", "updated")
    assert record(shop, "items", sku) == Item(category=None, title=f"Title of {sku}", unit="EA")
    assert record(shop, "stock", sku) == Stock(item=sku, quantity="39")


def test_a_revived_item_takes_its_children_again(shop: Shop, records: Records) -> None:
    sku = records.tag
    shop.upsert([records.sellable(sku)])
    send(shop, records.part("items", sku, "delete"))
    assert held(shop, "prices", price_key(sku)).data is None
    shop.upsert([records.sellable(sku, "20.00")])
    assert record(shop, "prices", price_key(sku)) == price_of(sku, "20.00")
    assert record(shop, "stock", sku) == Stock(item=sku, quantity="39")


def test_results_come_in_the_order_of_the_parts(shop: Shop, records: Records) -> None:
    entities = [entity for entity in reversed(CARRIED) if entity in shop.abilities.entities]
    for make in CONTENTS.values():
        Sending(shop, make(records.tag))
    parts = [records.put(entity, *records.full(entity)) for entity in entities]
    one, other = f"{records.tag}-1", f"{records.tag}-2"
    bundles = [records.sellable(other), *alone(*parts), records.sellable(one)]
    results = shop.upsert(bundles)
    expected = [(part.entity, part.key) for bundle in bundles for part in bundle.parts]
    assert [(result.entity, result.key) for result in results] == expected
    assert {result.status for result in results} <= {"created", "updated"}


def refused_parts(records: Records) -> dict[str, tuple[Part, str, str]]:
    """Parts that no shop may take, each with the field and the value that are wrong."""
    sku = f"{records.tag}-BAD"
    return {
        "an unknown category": (records.item(sku, category="NOWHERE"), "category", "NOWHERE"),
        "a price with a comma": (records.price(records.tag, "18,00"), "price", "18,00"),
        "a price that is a word": (records.price(records.tag, "gratis"), "price", "gratis"),
        "a stock that is a word": (records.stock(records.tag, "viele"), "quantity", "viele"),
        "a price of no item": (records.price(sku, "18.00"), "item", sku),
        "a stock of no item": (records.stock(sku, "5"), "item", sku),
    }


@pytest.mark.parametrize("case", list(refused_parts(Records(""))))
def test_a_refused_record_names_what_is_wrong_and_stops_no_other(shop: Shop, records: Records, case: str) -> None:
    send(shop, records.item(records.tag))
    before, after = f"{records.tag}-1", f"{records.tag}-2"
    part, field, seen = refused_parts(records)[case]
    good, refused, other = shop.upsert(alone(records.item(before), part, records.item(after)))
    assert (good.status, refused.status, other.status) == ("created", "refused", "created")
    assert (refused.entity, refused.key) == (part.entity, part.key)
    assert (refused.field, refused.seen) == (field, seen)
    assert refused.message
    assert refused.expected
    assert all(held(shop, "items", key).data for key in (before, after))


def test_the_price_of_a_refused_item_is_refused_and_not_raised(shop: Shop, records: Records) -> None:
    sku, other = records.tag, f"{records.tag}-2"
    bad = Bundle((records.item(sku, category="NOWHERE"), records.price(sku, "1.00"), records.stock(sku, "1")))
    results = shop.upsert([bad, records.sellable(other)])
    assert [result.status for result in results[:3]] == ["refused"] * 3
    assert "refused" not in {result.status for result in results[3:]}
    assert held(shop, "items", sku).data is None


def test_a_refused_change_leaves_what_was_there(shop: Shop, records: Records) -> None:
    sku = records.tag
    shop.upsert([records.sellable(sku, "18.00")])
    (refused,) = shop.upsert(alone(records.price(sku, "18,50")))
    assert refused.status == "refused"
    assert record(shop, "prices", price_key(sku)) == price_of(sku, "18.00")


@pytest.mark.parametrize("op", ["put", "hide", "delete"])
def test_an_older_revision_is_stale_and_tells_the_newer(rev_keeper: Shop, records: Records, op: str) -> None:
    shop, sku = rev_keeper, records.tag
    older = records.item(sku, title="older")
    newer = {
        "put": records.item(sku, title="newer"),
        "hide": records.part("items", sku, "hide"),
        "delete": records.part("items", sku, "delete"),
    }[op]
    send(shop, older)
    assert send(shop, newer)[0].rev == newer.rev
    before = held(shop, "items", sku)
    (result,) = shop.upsert(alone(older))
    assert (result.status, result.rev) == ("stale", newer.rev)
    assert held(shop, "items", sku) == before
    assert before.rev == newer.rev


def test_a_key_deleted_before_it_was_seen_stays_deleted(rev_keeper: Shop, records: Records) -> None:
    late = records.item(records.tag)
    gone = records.part("items", records.tag, "delete")
    rev_keeper.upsert(alone(gone))
    (result,) = rev_keeper.upsert(alone(late))
    assert (result.status, result.rev) == ("stale", gone.rev)
    assert held(rev_keeper, "items", records.tag).data is None


def test_a_refused_record_leaves_the_held_revision(rev_keeper: Shop, records: Records) -> None:
    good = records.item(records.tag)
    send(rev_keeper, good)
    (refused,) = rev_keeper.upsert(alone(records.item(records.tag, category="NOWHERE")))
    assert (refused.status, refused.rev) == ("refused", good.rev)


def test_read_gives_one_answer_for_each_key_in_their_order(shop: Shop, records: Records) -> None:
    send(shop, records.item(records.tag))
    # More than any shop takes at once: to share it out is the connector's affair.
    keys = [f"{records.tag}-{number}" for number in range(600)]
    keys.insert(550, records.tag)
    found = shop.read("items", keys)
    assert [entry.key for entry in found] == keys
    assert [entry.key for entry in found if entry.data is not None] == [records.tag]
    assert shop.read("items", []) == []


def many(records: Records, count: int) -> list[Bundle]:
    return alone(*[records.item(f"{records.tag}-{number}") for number in range(count)])


def test_as_many_as_the_abilities_promise_go_at_once(shop: Shop, records: Records) -> None:
    results = shop.upsert(many(records, shop.abilities.max_batch))
    assert {result.status for result in results} == {"created"}


def test_more_than_the_shop_takes_is_too_large_and_does_nothing(
    shop_under_test: ShopUnderTest, records: Records
) -> None:
    shop = shop_under_test.shop
    if not shop_under_test.too_many:
        pytest.skip("this shop takes any number")
    with pytest.raises(BatchTooLarge):
        shop.upsert(many(records, shop_under_test.too_many))
    assert held(shop, "items", f"{records.tag}-0").data is None
