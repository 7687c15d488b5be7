"""The contract of every connector: accounts made or changed in the shop come down."""

from __future__ import annotations

import msgspec
import pytest

from tests.shops.contract import Records, ShopUnderTest, accounts_feed, alone, record, send
from webupdate.sync.shops.base import Account, Address, Customer, Shop

BERLIN = Address(
    name="Jürgen Šimůnek",
    address1="Obere Straße 57",
    address2="Hof",
    city="Berlin",
    zip="12209",
    country="Germany",
    country_code="DE",
    phone="+49 30 123456",
)
BONN = msgspec.structs.replace(BERLIN, address1="Am Markt 1", address2="", city="Bonn", zip="53111")

LEEDS = Address(
    name="Around the Horn",
    address1="1 Park Row",
    city="Leeds",
    zip="WA1 1DP",
    country_code="GB",
    phone="+44 20 7946 0018",
)


@pytest.fixture
def sends(shop: Shop) -> None:
    """For tests in which the ERP makes accounts too."""
    if "customers" not in shop.abilities.entities:
        pytest.skip("this shop carries no customers")


def email_of(records: Records) -> str:
    return f"{records.tag.lower()}@shop.example"


def sent_customer(email: str) -> Customer:
    return Customer(
        login=email,
        email=email,
        last_name="Around the Horn",
        address1="120 Hanover Sq.",
        city="London",
        zip="wa1 1dp",
        country="UK",
        phone="+44 (0)20 7946-0018",
        contact="Thomas Hardy",
        level="Wholesale",
    )


def only(accounts: list[Account]) -> Account:
    (account,) = accounts
    return account


def test_an_account_made_in_the_shop_comes_once(shop_under_test: ShopUnderTest, shop: Shop, records: Records) -> None:
    _, cursor = accounts_feed(shop)
    email = email_of(records)
    shop_under_test.register(email)
    accounts, behind = accounts_feed(shop, cursor)
    account = only(accounts)
    assert (account.key, account.customer.login, account.customer.email) == ("", email, email)
    assert account.id
    assert not account.customer.approved
    assert account.made_at <= account.updated_at
    assert accounts_feed(shop, behind) == ([], behind)


def test_a_changed_address_comes_again(shop_under_test: ShopUnderTest, shop: Shop, records: Records) -> None:
    if not shop_under_test.tells_changed_accounts:
        pytest.skip("this shop tells new accounts only")
    email = email_of(records)
    shop_under_test.register(email)
    first, cursor = accounts_feed(shop)
    for address in (BERLIN, BONN):
        shop_under_test.save_address(email, address)
        accounts, cursor = accounts_feed(shop, cursor)
        account = only(accounts)
        assert account.id == first[-1].id
        assert account.updated_at > first[-1].updated_at
        assert account.customer == Customer(
            login=email,
            email=email,
            first_name="Jürgen",
            last_name="Šimůnek",
            address1=address.address1,
            address2=address.address2,
            city=address.city,
            zip=address.zip,
            country=address.country,
            phone=address.phone,
            approved=False,
        )


def test_pages_give_each_account_once(shop_under_test: ShopUnderTest, shop: Shop, records: Records) -> None:
    _, cursor = accounts_feed(shop)
    emails = [f"{number}-{email_of(records)}" for number in range(3)]
    for email in emails:
        shop_under_test.register(email)
    for size in (1, 2, 3):
        with shop_under_test.small_pages(size):
            assert [account.customer.email for account in accounts_feed(shop, cursor)[0]] == emails


@pytest.mark.usefixtures("sends")
def test_what_ebms_sends_does_not_come_back(shop: Shop, records: Records) -> None:
    _, cursor = accounts_feed(shop)
    customer = sent_customer(email_of(records))
    send(shop, records.put("customers", records.tag, customer))
    send(shop, records.put("customers", records.tag, msgspec.structs.replace(customer, city="Bonn", address1="")))
    send(shop, records.part("customers", records.tag, "hide"))
    assert accounts_feed(shop, cursor)[0] == []


@pytest.mark.usefixtures("sends")
def test_a_customer_of_ebms_who_changes_the_address(
    shop_under_test: ShopUnderTest, shop: Shop, records: Records
) -> None:
    if not shop_under_test.tells_changed_accounts:
        pytest.skip("this shop tells new accounts only")
    email = email_of(records)
    shop_under_test.register(email)
    accounts_feed(shop)  # else the shop says that the account changed since
    customer = sent_customer(email)
    send(shop, records.put("customers", records.tag, customer))
    # As EBMS wrote it, though the shop's address book has its own way of writing.
    account = only(accounts_feed(shop)[0][-1:])
    assert (account.key, account.customer) == (records.tag, customer)
    _, cursor = accounts_feed(shop)
    shop_under_test.save_address(email, LEEDS)
    account = only(accounts_feed(shop, cursor)[0])
    assert account.customer == msgspec.structs.replace(customer, address1="1 Park Row", city="Leeds")
    # What EBMS sent last stays what a read gives: it is the base of every comparison.
    assert record(shop, "customers", records.tag) == customer


@pytest.mark.usefixtures("sends")
def test_an_account_that_changed_after_the_feed_was_read_is_not_written(
    shop_under_test: ShopUnderTest, shop: Shop, records: Records
) -> None:
    if not shop_under_test.tells_changed_accounts:
        pytest.skip("this shop tells new accounts only")
    email = email_of(records)
    accounts_feed(shop)
    shop_under_test.register(email)
    (result,) = shop.upsert(alone(records.put("customers", records.tag, sent_customer(email))))
    assert (result.status, record(shop, "customers", records.tag)) == ("changed", None)
    accounts_feed(shop)
    send(shop, records.put("customers", records.tag, sent_customer(email)))


@pytest.mark.usefixtures("sends")
def test_staff_and_deleted_customers_are_left_out(shop_under_test: ShopUnderTest, shop: Shop, records: Records) -> None:
    email = email_of(records)
    shop_under_test.register(email)
    accounts_feed(shop)
    send(shop, records.put("customers", records.tag, sent_customer(email)))
    send(shop, records.part("customers", records.tag, "delete"))
    accounts, _ = accounts_feed(shop)
    assert email not in {account.customer.email for account in accounts}
    assert records.tag not in {account.key for account in accounts}


def test_no_page_holds_a_password(shop_under_test: ShopUnderTest, shop: Shop, records: Records) -> None:
    shop_under_test.register(email_of(records))
    raw = b"".join(raw for _, raw in shop.accounts("").accounts)
    assert b'"password"' not in raw
    assert b"pbkdf2" not in raw
