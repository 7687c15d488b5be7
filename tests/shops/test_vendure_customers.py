"""What is Vendure's own about accounts of customers, seen with the real server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest

from tests.shops.contract import Purchase, Records, accounts_feed, alone, feed, held, record, send
from tests.shops.test_contract_orders import KOELN
from tests.shops.vendure_adapter import Buyer, VendureUnderTest
from tests.shops.wire import Cutter
from webupdate.errors import OutcomeUnknown
from webupdate.sync.shops.base import Customer, Part, Result, ShopSettings, sent_hash

MARIA = Customer(
    login="x",
    email="x",
    last_name="Alfreds Futterkiste",
    contact="Maria Anders",
    address1="Obere Straße 57",
    city="Berlin",
    state="BE",
    zip="12209",
    country="Germany",
    phone="030-0074321",
    level="Wholesale",
    charge_terms="N30",
)
SENT = {
    "fullName": "Maria Anders",
    "company": "Alfreds Futterkiste",
    "streetLine1": "Obere Straße 57",
    "streetLine2": "",
    "city": "Berlin",
    "province": "BE",
    "postalCode": "12209",
    "phoneNumber": "030-0074321",
    "country": {"code": "DE"},
}
_CUSTOMER = """query($email: String!) { customers(options: {filter: {emailAddress: {eq: $email}}}) { items {
  id updatedAt firstName lastName phoneNumber user { identifier }
  history { items { type isPublic data } }
  addresses { fullName company streetLine1 streetLine2 city province postalCode phoneNumber country { code }
    defaultBillingAddress defaultShippingAddress }
} } }"""


@pytest.fixture
def records(vendure: VendureUnderTest, request: pytest.FixtureRequest) -> Records:
    """Records whose keys no other test of this shop has."""
    return Records(f"C-{request.node.name}")


def email_of(records: Records, name: str = "maria") -> str:
    return f"{name}@{records.tag.lower().translate(str.maketrans('_[]@', '----'))}.example"


def put(records: Records, key: str = "", record: Customer = MARIA, **fields: Any) -> Part:
    """The customer of the test; `key` ends the EBMS id of another one."""
    email = {"login": email_of(records), "email": email_of(records)}
    return records.put("customers", records.tag + key, msgspec.structs.replace(record, **(email | fields)))


def shown(vendure: VendureUnderTest, email: str) -> dict[str, Any]:
    (found,) = vendure.admin.ask(_CUSTOMER, email=email)["customers"]["items"]
    return dict(found)


def notes(found: dict[str, Any]) -> list[str]:
    entries = [entry for entry in found["history"]["items"] if entry["type"] == "CUSTOMER_NOTE"]
    assert not any(entry["isPublic"] for entry in entries)
    return [entry["data"]["note"].splitlines()[0] for entry in entries]


def refused(vendure: VendureUnderTest, *parts: Part) -> Result:
    result = vendure.shop.upsert(alone(*parts))[-1]
    assert result.status == "refused"
    return result


def own_address(vendure: VendureUnderTest, email: str) -> None:
    """A buyer enters an address, which is the first in the book."""
    buyer = Buyer(vendure.server)
    buyer.log_in(email)
    query = "mutation($input: CreateAddressInput!) { createCustomerAddress(input: $input) { id } }"
    flags = {"defaultShippingAddress": True, "defaultBillingAddress": True}
    buyer.ask(query, input={"streetLine1": "Hers", "city": "Bonn", "countryCode": "ES", **flags})
    buyer.close()


def test_a_firm_stands_as_company_with_its_person_and_what_is_there_is_not_written_again(
    vendure: VendureUnderTest, records: Records
) -> None:
    part = put(records)
    (made,) = send(vendure.shop, part)
    found = shown(vendure, email_of(records))
    assert (made.status, made.remote_id) == ("created", found["id"])
    assert (found["firstName"], found["lastName"], found["phoneNumber"]) == ("Maria", "Anders", "030-0074321")
    assert found["addresses"] == [SENT | {"defaultBillingAddress": True, "defaultShippingAddress": True}]
    assert notes(found) == [f"EBMS id: {records.tag}"]
    assert part.data is not None
    assert (held(vendure.shop, "customers", records.tag).sent, made.remote_id) == (sent_hash(part.data), found["id"])
    (again,) = send(vendure.shop, part)
    assert (again.status, shown(vendure, email_of(records))) == ("updated", found)


def test_an_account_of_the_shop_is_taken_over_and_the_buyers_own_stays(
    vendure: VendureUnderTest, records: Records
) -> None:
    email = email_of(records)
    vendure.register(email)
    own_address(vendure, email)
    with closing(vendure.connect(make_accounts=False)) as careful:
        mine, other = careful.upsert(
            alone(put(records, email=email.upper()), put(records, "-2", email="no@one.example"))
        )
    assert (mine.status, other.status, other.field) == ("created", "refused", "email")
    assert "Make accounts" in other.expected
    hers, ours = shown(vendure, email)["addresses"]
    assert (hers["streetLine1"], hers["defaultShippingAddress"], hers["defaultBillingAddress"]) == ("Hers", True, False)
    assert ours == SENT | {"defaultBillingAddress": True, "defaultShippingAddress": False}
    send(vendure.shop, put(records, email=email, address1="Neue Straße 2", phone=""))
    found = shown(vendure, email)
    assert found["addresses"] == [hers, ours | {"streetLine1": "Neue Straße 2", "phoneNumber": ""}]
    assert (found["phoneNumber"], notes(found)) == ("", [f"EBMS id: {records.tag}"])


def test_a_guest_is_taken_over_without_an_account_and_orders_are_still_a_guests(
    vendure: VendureUnderTest, records: Records
) -> None:
    email = email_of(records, "guest")
    vendure.shop.upsert([records.sellable(records.tag)])
    purchase = Purchase(lines=((records.tag, 1),), address=KOELN, email=email)
    vendure.place_order(purchase)
    guest = shown(vendure, email)
    send(vendure.shop, put(records, email=email))
    assert (shown(vendure, email)["id"], shown(vendure, email)["user"]) == (guest["id"], None)
    number = vendure.place_order(purchase)
    (order,) = (order for order in feed(vendure.shop)[0] if order.number == number)
    assert (order.customer, order.account) == ("", "")


def test_an_email_that_changes_is_the_login_then(vendure: VendureUnderTest, records: Records) -> None:
    email, new, taken = (email_of(records, name) for name in ("maria", "anders", "ana"))
    vendure.register(email)
    send(vendure.shop, put(records), put(records, "-2", email=taken))
    send(vendure.shop, put(records, email=new))
    buyer = Buyer(vendure.server)
    buyer.log_in(new)
    buyer.close()
    result = refused(vendure, put(records, email=taken))
    assert (result.field, result.seen) == ("email", taken)
    assert shown(vendure, new)["user"] == {"identifier": new}


def test_of_two_customers_with_one_email_the_second_is_refused(vendure: VendureUnderTest, records: Records) -> None:
    second = refused(vendure, put(records), put(records, "-2"))
    assert (second.field, records.tag in second.message) == ("email", True)
    later = refused(vendure, put(records, "-2"))
    assert f"that of customer {records.tag}." in later.message


@pytest.mark.parametrize(("field", "value"), [("country", "Narnia"), ("email", "maria@home"), ("email", "")])
def test_what_the_shop_would_store_otherwise_is_refused_alone(
    vendure: VendureUnderTest, records: Records, field: str, value: str
) -> None:
    good = put(records, country="")
    bad: dict[str, Any] = {"email": email_of(records, "bad"), "login": "x", field: value}
    result = refused(vendure, good, put(records, "-2", **bad))
    assert (result.field, result.seen) == (field, value)
    # There is no address without a country; what EBMS has is kept all the same.
    assert shown(vendure, email_of(records))["addresses"] == []
    assert held(vendure.shop, "customers", records.tag).sent == sent_hash(good.data or b"")


@pytest.mark.parametrize("by_hand", [True, False])
def test_who_leaves_ebms_loses_only_an_account_that_was_made_for_them(
    vendure: VendureUnderTest, records: Records, by_hand: bool
) -> None:
    email = email_of(records)
    if by_hand:
        vendure.register(email)
    send(vendure.shop, put(records))
    send(vendure.shop, records.part("customers", records.tag, "hide"))
    hidden = held(vendure.shop, "customers", records.tag)
    assert (hidden.sent, msgspec.json.decode(hidden.data or b"{}")["active"]) == ("", False)
    send(vendure.shop, records.part("customers", records.tag, "delete"))
    assert held(vendure.shop, "customers", records.tag).data is None
    found = vendure.admin.ask(_CUSTOMER, email=email)["customers"]["items"]
    assert [notes(row) for row in found] == ([["EBMS id: "]] if by_hand else [])
    assert email not in {account.customer.email for account in accounts_feed(vendure.shop)[0]}
    # And comes back, from another place.
    (again,) = send(vendure.shop, put(records, address1="Neue Straße 2"))
    assert again.status == "created"
    assert [entry["streetLine1"] for entry in shown(vendure, email)["addresses"]] == ["Neue Straße 2"]


def test_who_ordered_is_not_deleted(vendure: VendureUnderTest, records: Records) -> None:
    email = email_of(records)
    send(vendure.shop, put(records))
    vendure.shop.upsert([records.sellable(records.tag)])
    order_by_telephone(vendure, records.tag, shown(vendure, email)["id"])
    send(vendure.shop, records.part("customers", records.tag, "delete"))
    assert notes(shown(vendure, email)) == ["EBMS id: "]


def order_by_telephone(vendure: VendureUnderTest, sku: str, customer: str) -> None:
    """An order that the shop's staff enters for a customer."""
    ask = vendure.admin.ask
    order = ask("mutation { createDraftOrder { id } }")["createDraftOrder"]["id"]
    query = "query($sku: String!) { productVariants(options: {filter: {sku: {eq: $sku}}}) { items { id } } }"
    (variant,) = ask(query, sku=sku)["productVariants"]["items"]
    query = """mutation($order: ID!, $variant: ID!, $customer: ID!, $address: CreateAddressInput!) {
      item: addItemToDraftOrder(orderId: $order, input: {productVariantId: $variant, quantity: 1}) { __typename }
      customer: setCustomerForDraftOrder(orderId: $order, customerId: $customer) { __typename }
      address: setDraftOrderShippingAddress(orderId: $order, input: $address) { __typename }
    }"""
    address = {"streetLine1": "x", "countryCode": "DE"}
    ask(query, order=order, variant=variant["id"], customer=customer, address=address)
    query = "query($order: ID!) { eligibleShippingMethodsForDraftOrder(orderId: $order) { id } }"
    method = ask(query, order=order)["eligibleShippingMethodsForDraftOrder"][0]["id"]
    query = """mutation($order: ID!, $method: ID!) {
      ship: setDraftOrderShippingMethod(orderId: $order, shippingMethodId: $method) { __typename }
      done: transitionOrderToState(id: $order, state: "ArrangingPayment") { ... on Order { state } }
    }"""
    assert ask(query, order=order, method=method)["done"] == {"state": "ArrangingPayment"}


def test_a_new_connection_is_told_all_accounts_once(vendure: VendureUnderTest, records: Records) -> None:
    parts = [put(records, f"-{n}", email=email_of(records, f"c{n}")) for n in range(3)]
    send(vendure.shop, *parts)
    with vendure.small_pages(2):
        accounts, cursor = accounts_feed(vendure.shop)
    told = {account.key: account.customer for account in accounts}
    assert [told[part.key] for part in parts] == [record(vendure.shop, "customers", part.key) for part in parts]
    assert len(accounts) == len({account.id for account in accounts})
    send(vendure.shop, put(records, "-new", email=email_of(records, "new")))
    assert accounts_feed(vendure.shop, cursor)[0] == []


@pytest.fixture
def cutter(vendure: VendureUnderTest) -> Iterator[Cutter]:
    """A port before the server that can cut a connection."""
    made = Cutter(urlsplit(vendure.address).port or 443)
    yield made
    made.close()


# Who there is, who has the e-mail; then who is new, addresses, notes.
@pytest.mark.parametrize("stage", range(2, 5))
def test_an_answer_lost_at_any_stage_leaves_nothing_twice(
    vendure: VendureUnderTest, cutter: Cutter, records: Records, stage: int
) -> None:
    emails = [email_of(records, f"c{n}") for n in range(3)]
    parts = [put(records, f"-{n}", email=email) for n, email in enumerate(emails)]
    with closing(vendure.connect(address=f"https://127.0.0.1:{cutter.port}")) as behind:
        behind.configure(ShopSettings())
        behind.upsert(alone(put(records, "-0", country="Narnia")))  # reads the countries
        cutter.cut_next("answer", skip=stage)
        with pytest.raises(OutcomeUnknown):
            behind.upsert(alone(*parts))
        assert {result.status for result in behind.upsert(alone(*parts))} <= {"created", "updated"}
    for part, email in zip(parts, emails, strict=True):
        found = shown(vendure, email)
        assert (len(found["addresses"]), notes(found)) == (1, [f"EBMS id: {part.key}"])


def test_one_at_which_the_database_fails_stops_no_other(vendure: VendureUnderTest, records: Records) -> None:
    bad = put(records, "-2", email=email_of(records, "bad"), city="Ber\0lin")
    good, refused = vendure.shop.upsert(alone(put(records), bad))
    assert (good.status, refused.status) == ("created", "refused")
    found = shown(vendure, email_of(records))
    # It was sent twice, the second time alone.
    assert (len(found["addresses"]), notes(found)) == (1, [f"EBMS id: {records.tag}"])
