"""The contract of every connector: what EBMS renames keeps its place in the shop."""

from __future__ import annotations

from typing import Literal

import msgspec
import pytest

from tests.shops.contract import Connect, Records, ShopUnderTest, alone, held, listed, price_key, price_of, record, send
from tests.shops.wire import Cutter
from webupdate.errors import OutcomeUnknown
from webupdate.sync.shops.base import Customer, Entity, Item, Part, Record, Shop, Stock

RENAMED: tuple[Entity, ...] = ("items", "customers")


def before_and_after(shop: Shop, records: Records, entity: Entity) -> tuple[str, str, Record]:
    """Put a record; gives its key, the key to come, and what the record is to be then."""
    if entity not in shop.abilities.entities:
        pytest.skip(f"this shop carries no {entity}")
    key, sent = records.full(entity)
    send(shop, *records.parents(entity), records.put(entity, key, sent))
    field = {"items": {"title": "Renamed"}, "customers": {"city": "Bonn"}}[entity]
    return key, f"{records.tag}-NEW", msgspec.structs.replace(sent, **field)


@pytest.mark.parametrize("entity", RENAMED)
def test_the_same_row_gets_the_new_key_and_the_new_data(shop: Shop, records: Records, entity: Entity) -> None:
    old, new, changed = before_and_after(shop, records, entity)
    before = held(shop, entity, old)
    (result,) = send(shop, records.renamed(entity, old, new, changed))
    assert (result.key, result.status) == (new, "updated")
    assert held(shop, entity, new).remote_id == before.remote_id
    assert record(shop, entity, new) == changed
    assert held(shop, entity, old).data is None
    assert [entry.key for entry in listed(shop, entity, records.tag)] == [new]


@pytest.mark.parametrize("entity", RENAMED)
def test_said_twice_it_is_an_ordinary_change(shop: Shop, records: Records, entity: Entity) -> None:
    old, new, changed = before_and_after(shop, records, entity)
    part = records.renamed(entity, old, new, changed)
    first, second = (send(shop, part)[0] for _ in range(2))
    assert first.remote_id == second.remote_id
    assert record(shop, entity, new) == changed


@pytest.mark.parametrize("lost", ["answer", "request"])
def test_after_an_unknown_outcome_it_may_be_said_again(
    shop_under_test: ShopUnderTest,
    cutter: Cutter,
    connect: Connect,
    records: Records,
    lost: Literal["answer", "request"],
) -> None:
    shop = shop_under_test.shop
    behind = connect(address=f"https://127.0.0.1:{cutter.port}")
    behind.check()
    old, new, changed = before_and_after(shop, records, "items")
    before = held(shop, "items", old)
    part = records.renamed("items", old, new, changed)
    behind.read("items", [old])  # what it learns once, as the categories, is known now
    cutter.cut_next(lost, skip=shop_under_test.looks_first)
    with pytest.raises(OutcomeUnknown):
        behind.upsert(alone(part))
    assert (held(shop, "items", old).data is None) == (lost == "answer")
    send(behind, part)
    assert held(shop, "items", new).remote_id == before.remote_id
    assert held(shop, "items", old).data is None


def test_prices_and_stock_go_along(shop: Shop, records: Records) -> None:
    old, new = records.tag, f"{records.tag}-NEW"
    shop.upsert([records.sellable(old, "18.00")])
    prices = held(shop, "prices", price_key(old))
    send(shop, records.renamed("items", old, new, Item(category=None, title="Renamed", unit="EA")))
    assert record(shop, "prices", price_key(new)) == price_of(new, "18.00")
    assert record(shop, "stock", new) == Stock(item=new, quantity="39")
    assert held(shop, "prices", price_key(new)).remote_id == prices.remote_id
    assert held(shop, "prices", price_key(old)).data is held(shop, "stock", old).data is None
    # What the queue sends next: the new ones, and that the old ones are gone.
    results = send(
        shop,
        records.price(new, "19.00"),
        records.part("prices", price_key(old), "delete"),
        records.part("items", old, "delete"),
    )
    assert [result.status for result in results] == ["updated", "deleted", "deleted"]
    assert record(shop, "prices", price_key(new)) == price_of(new, "19.00")


def test_what_the_shop_never_had_is_made(shop: Shop, records: Records) -> None:
    new = f"{records.tag}-NEW"
    (result,) = send(shop, records.renamed("items", records.tag, new, Item(category=None, title="New")))
    assert result.status == "created"
    assert record(shop, "items", new) == Item(category=None, title="New")


@pytest.mark.parametrize("entity", RENAMED)
def test_both_in_the_shop_is_refused_and_changes_nothing(shop: Shop, records: Records, entity: Entity) -> None:
    old, new, changed = before_and_after(shop, records, entity)
    fields = dict.fromkeys(("login", "email"), "both@example.com") if entity == "customers" else {}
    other = msgspec.structs.replace(changed, **fields)
    send(shop, records.put(entity, new, other))
    held_before = [held(shop, entity, key) for key in (old, new)]
    (refused,) = shop.upsert(alone(records.renamed(entity, old, new, changed)))
    assert (refused.status, refused.field, refused.seen) == ("refused", "key", new)
    assert old in refused.message and new in refused.message
    assert [held(shop, entity, key) for key in (old, new)] == held_before
    send(shop, records.part(entity, new, "delete"))


def test_a_key_whose_record_was_deleted_is_free(shop: Shop, records: Records) -> None:
    old, new = records.tag, f"{records.tag}-NEW"
    send(shop, records.item(new), records.item(old))
    send(shop, records.part("items", new, "delete"))
    before = held(shop, "items", old)
    (result,) = send(shop, records.renamed("items", old, new, Item(category=None, title="Renamed")))
    assert (result.status, result.remote_id) == ("updated", before.remote_id)
    assert [entry.key for entry in listed(shop, "items", records.tag)] == [new]


def test_two_exchange_their_keys_and_a_third_moves_up(shop: Shop, records: Records) -> None:
    keys = one, two, three, four = [f"{records.tag}-{number}" for number in range(1, 5)]
    send(shop, *[records.item(key) for key in keys[:3]])
    ids = {key: held(shop, "items", key).remote_id for key in keys[:3]}
    moves = {two: one, one: two, four: three}
    moved = [records.renamed("items", was, new, Item(category=None, title=f"was {was}")) for new, was in moves.items()]
    assert [result.remote_id for result in send(shop, *moved)] == [ids[was] for was in moves.values()]
    assert [entry.remote_id for entry in listed(shop, "items", records.tag)] == [ids[two], ids[one], ids[three]]


def late(records: Records, old: str) -> dict[str, Part]:
    """Requests about the old key, older than the renaming."""
    return {
        "put": records.item(old),
        "delete": records.part("items", old, "delete"),
        "price": records.price(old, "1.00"),
        "back": records.renamed("items", f"{old}-NEW", old, Item(category=None, title="back")),
    }


@pytest.mark.parametrize("case", ["put", "delete", "price", "back"])
def test_a_late_request_of_the_old_key_is_stale(shop: Shop, records: Records, case: str) -> None:
    if not shop.abilities.compares_rev:
        pytest.skip("this shop compares no revisions")
    old, new = records.tag, f"{records.tag}-NEW"
    shop.upsert([records.sellable(old)])
    part = late(records, old)[case]
    renamed = records.renamed("items", old, new, Item(category=None, title="Renamed"))
    send(shop, renamed)
    before = listed(shop, "items", records.tag)
    (result,) = shop.upsert(alone(part))
    assert (result.status, result.rev) == ("stale", renamed.rev)
    assert listed(shop, "items", records.tag) == before


def test_other_entities_have_no_names_to_change(shop: Shop, records: Records) -> None:
    key, sent = records.full("categories")
    (refused,) = shop.upsert(alone(records.renamed("categories", "OLD", key, sent)))
    assert (refused.status, refused.field, refused.seen) == ("refused", "was", "OLD")


def test_a_renamed_customer_keeps_the_account(shop: Shop, records: Records) -> None:
    old, new, changed = before_and_after(shop, records, "customers")
    assert isinstance(changed, Customer)
    send(shop, records.renamed("customers", old, new, changed))
    login = msgspec.structs.replace(changed, login=changed.login.upper())
    send(shop, records.put("customers", new, login))
    assert record(shop, "customers", new) == login
