"""What the WooCommerce connector decides by its own knowledge of the store: accounts of customers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import msgspec
import pytest

from tests.shops.contract import Records, accounts_feed, alone, held, record, send
from tests.shops.woo.asking import Body
from tests.shops.woo.world import World
from tests.shops.woo_adapter import WooUnderTest
from webupdate.errors import OutcomeUnknown, Retryable
from webupdate.sync.shops.base import Customer, Part, Result, Shop, sent_hash
from webupdate.sync.shops.woocommerce import accounts as feed

MARIA = Customer(
    login="maria@example.com",
    email="maria@example.com",
    last_name="Alfreds Futterkiste",
    contact="Maria Anders",
    address1="Obere Straße 57",
    city="Berlin",
    state="BE",
    zip="12209",
    country="Germany",
    phone="030-0074321",
    level="Retail",
)


@pytest.fixture
def world(under_test: WooUnderTest) -> World:
    """The store without accounts."""
    fresh = under_test.stand_in.world
    fresh.customers.clear()
    fresh.mails.clear()
    under_test.stand_in.requests.clear()
    under_test.stand_in.lost = ()
    return fresh


@pytest.fixture
def shop(under_test: WooUnderTest, world: World) -> Iterator[Shop]:
    """A connector that knows nothing yet."""
    made = under_test.connect()
    yield made
    made.close()


@pytest.fixture
def careful(under_test: WooUnderTest, world: World) -> Iterator[Shop]:
    """A connector that may make no accounts."""
    made = under_test.connect(make_accounts=False)
    yield made
    made.close()


def put(records: Records, key: str = "ALFKI", record: Customer = MARIA, **fields: Any) -> Part:
    return records.put("customers", key, msgspec.structs.replace(record, **fields))


def refused(shop: Shop, part: Part) -> Result:
    (result,) = shop.upsert(alone(part))
    assert result.status == "refused"
    return result


def only(world: World) -> Body:
    (account,) = world.customers.values()
    return account


def test_a_firm_stands_as_company_with_its_person(shop: Shop, records: Records, world: World) -> None:
    send(shop, put(records))
    account = only(world)
    side = {
        "first_name": "Maria",
        "last_name": "Anders",
        "company": "Alfreds Futterkiste",
        "address_1": "Obere Straße 57",
        "address_2": "",
        "city": "Berlin",
        "state": "DE-BE",
        "postcode": "12209",
        "country": "DE",
        "phone": "030-0074321",
    }
    assert account["billing"] == side | {"email": "maria@example.com"}
    assert account["shipping"] == side | {"phone": ""}
    assert (account["first_name"], account["last_name"]) == ("Maria", "Anders")
    assert {"key": "ebms_id", "value": "ALFKI"}.items() <= next(
        row for row in account["meta_data"] if row["key"] == "ebms_id"
    ).items()
    assert world.mails == ["maria@example.com"]


@pytest.mark.parametrize(
    ("country", "state", "codes"),
    [
        ("USA", "VA", ("US", "VA")),
        ("United States", "virginia", ("US", "VA")),
        ("Vereinigte Staaten (USA)", "XX", ("US", "")),
        ("DE", "NW", ("DE", "DE-NW")),
        ("UK", "Isle of Wight", ("GB", "Isle of Wight")),
        ("", "", ("", "")),
    ],
)
def test_countries_and_states_go_by_the_stores_own_codes(
    shop: Shop, records: Records, world: World, country: str, state: str, codes: tuple[str, str]
) -> None:
    send(shop, put(records, country=country, state=state))
    billing = only(world)["billing"]
    assert (billing["country"], billing["state"]) == codes
    assert record(shop, "customers", "ALFKI") == msgspec.structs.replace(MARIA, country=country, state=state)


@pytest.mark.parametrize(
    ("field", "value", "seen"),
    [
        ("country", "Narnia", "Narnia"),
        ("email", "", ""),
        ("last_name", "<b>Alfreds</b>", "<b>Alfreds</b>"),
        ("city", "Ber%20lin", "Ber%20lin"),
        ("address1", "a\\b", "a\\b"),
    ],
)
def test_what_the_store_would_store_otherwise_is_not_sent(
    shop: Shop, records: Records, world: World, field: str, value: str, seen: str
) -> None:
    login = {"login": "maria"} if field == "email" else {}
    result = refused(shop, put(records, record=msgspec.structs.replace(MARIA, **{field: value}, **login)))
    assert (result.field, result.seen) == (field, seen)
    assert (world.customers, world.mails) == ({}, [])


def test_an_email_that_is_none_is_refused_alone(shop: Shop, records: Records, world: World) -> None:
    bad, good = shop.upsert(alone(put(records, "BAD", email="maria at home"), put(records)))
    assert (bad.status, bad.field, good.status) == ("refused", "email", "created")
    assert len(world.customers) == 1


def test_without_leave_only_who_is_there_is_taken_over(
    under_test: WooUnderTest, careful: Shop, records: Records, world: World
) -> None:
    under_test.register("Maria@Example.com")
    only(world)["billing"]["address_1"] = "Hers"
    mine, other = careful.upsert(alone(put(records), put(records, "ANATR", email="ana@example.com")))
    assert (mine.status, other.status, other.field) == ("created", "refused", "email")
    assert "Make accounts" in other.expected
    account = only(world)
    assert (account["email"], account["billing"]["address_1"]) == ("Maria@Example.com", "Obere Straße 57")
    assert world.mails == []


def test_where_ebms_has_nothing_the_buyers_own_stays(
    under_test: WooUnderTest, shop: Shop, records: Records, world: World
) -> None:
    under_test.register("maria@example.com")
    account = only(world)
    account["billing"] |= {"phone": "1234567", "address_1": "Hers", "city": "Bonn"}
    account["shipping"] |= {"address_1": "At work"}
    send(shop, put(records, phone="", address1="", city="", state="", zip="", country=""))
    billing = only(world)["billing"]
    assert (billing["phone"], billing["address_1"], billing["city"]) == ("1234567", "Hers", "Bonn")
    assert (billing["company"], only(world)["shipping"]["address_1"]) == ("Alfreds Futterkiste", "At work")


def test_what_the_buyer_changed_stays_until_ebms_changes_the_same(shop: Shop, records: Records, world: World) -> None:
    send(shop, put(records))
    account = only(world)
    account["billing"]["address_1"] = account["shipping"]["address_1"] = "Am Markt 1"
    send(shop, put(records, phone="030-1"))
    assert (account["billing"]["address_1"], account["billing"]["phone"]) == ("Am Markt 1", "030-1")
    send(shop, put(records, phone="030-1", address1="Neue Straße 2"))
    assert account["billing"]["address_1"] == "Neue Straße 2"
    assert account["shipping"]["address_1"] == "Am Markt 1"


def test_staff_is_never_touched(under_test: WooUnderTest, shop: Shop, records: Records, world: World) -> None:
    under_test.register("maria@example.com")
    only(world)["role"] = "administrator"
    before = str(only(world))
    result = refused(shop, put(records))
    assert "administrator" in result.message
    assert str(only(world)) == before


def test_two_customers_of_one_email(shop: Shop, records: Records, world: World) -> None:
    first, second = shop.upsert(alone(put(records), put(records, "ANATR")))
    assert (first.status, second.status, second.field) == ("created", "refused", "email")
    assert "ALFKI" in second.message
    assert len(world.mails) == 1


@pytest.mark.parametrize("make", [True, False])
def test_two_customers_do_not_take_over_one_account(
    under_test: WooUnderTest, records: Records, world: World, make: bool
) -> None:
    under_test.register("maria@example.com")
    with closing(under_test.connect(make_accounts=make)) as made:
        first, second = made.upsert(alone(put(records), put(records, "ANATR", phone="1")))
    assert (first.status, second.status, second.field) == ("created", "refused", "email")
    assert "ALFKI" in second.message
    assert only(world)["billing"]["phone"] == MARIA.phone


def test_who_has_the_account_keeps_it(careful: Shop, under_test: WooUnderTest, records: Records, world: World) -> None:
    under_test.register("maria@example.com")
    send(careful, put(records))
    second, first = careful.upsert(alone(put(records, "ANATR"), put(records, phone="1")))
    assert (first.status, second.status) == ("updated", "refused")


def test_an_email_that_changes(shop: Shop, records: Records, world: World) -> None:
    send(shop, put(records), put(records, "ANATR", email="ana@example.com", login="ana@example.com"))
    send(shop, put(records, email="MARIA@example.com"))  # for the store that would be somebody else's
    send(shop, put(records, email="m.anders@example.com"))
    result = refused(shop, put(records, email="ana@example.com"))
    assert result.field == "email"
    assert {row["email"] for row in world.customers.values()} == {"m.anders@example.com", "ana@example.com"}


def test_a_lost_answer_makes_nobody_twice(under_test: WooUnderTest, shop: Shop, records: Records, world: World) -> None:
    parts = [put(records, f"C{n}", login=f"c{n}@example.com", email=f"c{n}@example.com") for n in range(5)]
    under_test.stand_in.lost = (1,)
    with pytest.raises(OutcomeUnknown):
        shop.upsert(alone(*parts))
    under_test.stand_in.lost = ()
    assert {result.status for result in send(shop, *parts)} == {"updated"}
    assert len(world.customers) == len(world.mails) == 5


def test_an_account_deleted_in_the_shop_is_made_again(shop: Shop, records: Records, world: World) -> None:
    (first,) = send(shop, put(records))
    world.customers.clear()
    part = msgspec.structs.replace(put(records), remote_id=first.remote_id)
    (again,) = send(shop, part)
    assert (again.status, only(world)["email"]) == ("created", "maria@example.com")


def test_the_sent_hash_is_read_back(shop: Shop, records: Records) -> None:
    part = put(records)
    send(shop, part)
    assert part.data is not None
    assert held(shop, "customers", "ALFKI").sent == sent_hash(part.data)
    send(shop, records.part("customers", "ALFKI", "hide"))
    assert held(shop, "customers", "ALFKI").sent == ""


@pytest.mark.parametrize(("by_hand", "paid", "left"), [(False, False, 0), (False, True, 1), (True, False, 1)])
def test_who_leaves_ebms_loses_only_an_account_that_was_made_for_them(
    under_test: WooUnderTest, shop: Shop, records: Records, world: World, by_hand: bool, paid: bool, left: int
) -> None:
    if by_hand:
        under_test.register("maria@example.com")
    send(shop, put(records))
    only(world)["is_paying_customer"] = paid
    before = {name: only(world)[name] for name in ("email", "first_name", "last_name", "billing", "shipping")}
    send(shop, records.part("customers", "ALFKI", "delete"))
    assert len(world.customers) == left
    for account in world.customers.values():
        assert before.items() <= account.items()
        assert "ebms_id" not in [entry["key"] for entry in account["meta_data"]]
    assert held(shop, "customers", "ALFKI").data is None
    assert accounts_feed(shop)[0] == []  # it is no new account of the shop either


def test_a_new_connection_is_told_all_accounts_once(
    under_test: WooUnderTest, shop: Shop, records: Records, world: World
) -> None:
    send(shop, put(records), put(records, "ANATR", email="ana@example.com", login="ana@example.com"))
    for size in (1, 2, 100):
        with under_test.small_pages(size):
            accounts, cursor = accounts_feed(shop)
        assert [(account.key, account.customer.email) for account in accounts] == [
            ("ALFKI", "maria@example.com"),
            ("ANATR", "ana@example.com"),
        ]
        assert accounts[0].customer == MARIA
    send(shop, put(records, "NEW", email="new@example.com", login="new@example.com"))
    assert accounts_feed(shop, cursor)[0] == []


def failing(*_: object) -> None:
    raise Retryable("The shop is busy.")


def test_ids_are_listed_once_for_all_pages(under_test: WooUnderTest, shop: Shop, world: World) -> None:
    for number in range(7):
        under_test.register(f"c{number}@example.com")
    under_test.stand_in.requests.clear()
    with under_test.small_pages(2):
        accounts, cursor = accounts_feed(shop)
        asked = list(under_test.stand_in.requests)
        first = shop.accounts("")
        with pytest.MonkeyPatch.context() as patch, pytest.raises(Retryable):
            patch.setattr(feed.Feed, "_read", failing)
            shop.accounts(first.cursor)
        again = [shop.accounts(first.cursor) for _ in range(2)]  # it could not be taken the first time
    assert again[0].accounts == again[1].accounts
    assert [account.customer.email for account, _ in again[0].accounts] == ["c2@example.com", "c3@example.com"]
    assert len(accounts) == 7
    assert sum("orderby=registered_date" in line for line in asked) == 1
    under_test.register("late@example.com")
    assert [account.customer.email for account in accounts_feed(shop, cursor)[0]] == ["late@example.com"]
    assert len(accounts_feed(shop)[0]) == 8


def test_an_account_whose_meta_data_the_store_does_not_keep(
    shop: Shop, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.shops.woo.customers.set_meta", lambda held, sent: None)
    assert "EBMS id" in refused(shop, put(records)).message


def test_what_the_store_made_of_a_name_is_told(shop: Shop, records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.shops.woo.customers._cleaned", str.upper)
    result = refused(shop, put(records))
    assert (result.field, result.seen, result.expected) == ("first_name", "Maria", "stored: MARIA")


@pytest.mark.parametrize("there", [False, True])
def test_what_the_store_made_of_a_name_is_compared_each_time(
    shop: Shop, records: Records, world: World, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    """Retry sends it again: a record that the store keeps is not called stored for that."""
    if there:
        send(shop, put(records, contact="Anna Anders"))
    with monkeypatch.context() as patch:
        patch.setattr("tests.shops.woo.customers._cleaned", str.upper)
        for _ in range(3):
            assert refused(shop, put(records)).expected == "stored: MARIA"
    send(shop, put(records))
    assert only(world)["first_name"] == "Maria"
    assert held(shop, "customers", "ALFKI").sent == sent_hash(put(records).data or b"")


def test_new_customers_are_not_looked_for_one_by_one(
    under_test: WooUnderTest, shop: Shop, records: Records, world: World
) -> None:
    send(shop, *[put(records, f"C{n}", login=f"c{n}@example.com", email=f"c{n}@example.com") for n in range(9)])
    asked = [line.partition("?")[0] for line in under_test.stand_in.requests]
    paths = ("data/countries", "customers", "customers/batch")
    assert [line.rpartition("/v3/")[2] for line in asked] == list(paths)
