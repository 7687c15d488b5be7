"""What is Vendure's own: its traps, seen with the real server."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest

from tests.shops.contract import Purchase, Records, alone, feed, held, price_key, record, send
from tests.shops.test_contract_orders import KOELN
from tests.shops.vendure.running import RIGHTS
from tests.shops.vendure_adapter import VendureUnderTest
from tests.shops.wire import Cutter
from webupdate.errors import OutcomeUnknown, Stopped
from webupdate.sync.shops.base import Category, Item, Price, Stock, Surveyed
from webupdate.sync.shops.diagnosis import explained
from webupdate.sync.shops.vendure import VendureShop
from webupdate.sync.shops.vendure.client import Refusal, Trouble, together_or_singly
from webupdate.sync.shops.vendure.neworder import Order, neutral
from webupdate.sync.shops.vendure.values import complaint


@pytest.fixture
def records(vendure: VendureUnderTest, request: pytest.FixtureRequest) -> Records:
    """Records whose keys no other test of this shop has."""
    return Records(f"V-{request.node.name}")


def buy(vendure: VendureUnderTest, sku: str, quantity: int = 1) -> str:
    return vendure.place_order(Purchase(lines=((sku, quantity),), address=KOELN, email="gast@example.com"))


def test_an_order_that_is_only_paid_comes_then_though_its_time_of_change_stays(
    vendure: VendureUnderTest, records: Records
) -> None:
    shop = vendure.shop
    shop.upsert([records.sellable(records.tag)])
    wanted = ("PaymentSettled",)
    cursor = feed(shop, statuses=wanted)[1]
    buy(vendure, records.tag)
    # Another one afterwards, which is given: the cursor is behind the first then.
    other = buy(vendure, records.tag)
    first, second = feed(shop)[0][-2:]
    settle(vendure, second.id)
    (given,), cursor = feed(shop, cursor, statuses=wanted)
    assert given.number == other
    settle(vendure, first.id)
    (late,), cursor = feed(shop, cursor, statuses=wanted)
    assert (late.id, late.status) == (first.id, "PaymentSettled")
    assert feed(shop, cursor, statuses=wanted)[0] == []


def settle(vendure: VendureUnderTest, number: str) -> None:
    order = vendure.admin.ask("query($id: ID!) { order(id: $id) { payments { id } } }", id=number)["order"]
    query = "mutation($id: ID!) { settlePayment(id: $id) { __typename } }"
    assert vendure.admin.ask(query, id=order["payments"][0]["id"])["settlePayment"]["__typename"] == "Payment"


def test_what_orders_hold_is_not_taken_off_twice(vendure: VendureUnderTest, records: Records) -> None:
    shop, sku = vendure.shop, records.tag
    shop.upsert([records.sellable(sku)])
    buy(vendure, sku, 4)
    assert record(shop, "stock", sku) == Stock(item=sku, quantity="35")
    # EBMS gives what is left without the order: that many can be sold then, and no four less.
    send(shop, records.stock(sku, "20"))
    assert record(shop, "stock", sku) == Stock(item=sku, quantity="20")


def test_a_product_whose_making_was_cut_off_is_finished(vendure: VendureUnderTest, records: Records) -> None:
    shop, sku = vendure.shop, records.tag
    shop.upsert([records.sellable(sku)])
    variant = variant_of(vendure, sku)
    vendure.admin.ask("mutation($id: ID!) { deleteProductVariant(id: $id) { result } }", id=variant["id"])
    assert held(shop, "items", sku).data is None
    (result, *_) = shop.upsert([records.sellable(sku, "19.00")])
    assert (result.status, result.remote_id) == ("created", variant["product"]["id"])
    assert record(shop, "prices", price_key(sku)) == Price(
        item=sku, level="Retail", unit="EA", price="19.00", public=True
    )


def variant_of(vendure: VendureUnderTest, sku: str) -> dict[str, Any]:
    query = """query($sku: String!) { productVariants(options: {filter: {sku: {eq: $sku}}}) { items {
      id enabled price product { id facetValues { id } }
    } } }"""
    (found,) = vendure.admin.ask(query, sku=sku)["productVariants"]["items"]
    return dict(found)


def test_nothing_is_sold_for_nothing(vendure: VendureUnderTest, records: Records) -> None:
    shop, sku = vendure.shop, records.tag
    send(shop, records.item(sku, unit="EA"))
    assert not variant_of(vendure, sku)["enabled"]
    send(shop, records.price(sku, "5.00"))
    assert variant_of(vendure, sku) | {"product": {}} == {
        "id": variant_of(vendure, sku)["id"], "enabled": True, "price": 500, "product": {},
    }  # fmt: skip
    send(shop, records.part("prices", price_key(sku), "delete"))
    assert not variant_of(vendure, sku)["enabled"]
    assert record(shop, "items", sku) == Item(category=None, title=f"Title of {sku}", unit="EA")


def test_another_unit_makes_another_price_the_products(vendure: VendureUnderTest, records: Records) -> None:
    shop, sku = vendure.shop, records.tag
    box = Price(item=sku, level="Retail", unit="BOX", price="40.00", public=True)
    send(shop, records.item(sku, unit="EA"), records.price(sku, "5.00"))
    send(shop, records.put("prices", price_key(sku, unit="BOX"), box))
    send(shop, records.item(sku, unit="BOX"))
    assert variant_of(vendure, sku)["price"] == 4000
    assert record(shop, "prices", price_key(sku, unit="BOX")) == box
    assert record(shop, "prices", price_key(sku)) == msgspec.structs.replace(box, unit="EA", price="5.00")


def test_facet_values_of_people_stay(vendure: VendureUnderTest, records: Records) -> None:
    shop, sku = vendure.shop, records.tag
    send(shop, records.item(sku))
    product = variant_of(vendure, sku)["product"]
    texts = [{"languageCode": "en", "name": "Colour"}]
    facet = {
        "code": f"colour-{sku}",
        "isPrivate": False,
        "translations": texts,
        "values": [{"code": "red", "translations": texts}],
    }
    made = vendure.admin.ask("mutation($i: CreateFacetInput!) { createFacet(input: $i) { values { id } } }", i=facet)
    theirs = made["createFacet"]["values"][0]["id"]
    kept = [value["id"] for value in product["facetValues"]]
    vendure.admin.ask(
        "mutation($i: UpdateProductInput!) { updateProduct(input: $i) { id } }",
        i={"id": product["id"], "facetValueIds": [*kept, theirs]},
    )
    send(shop, records.item(sku, title="Changed"))
    assert theirs in [value["id"] for value in variant_of(vendure, sku)["product"]["facetValues"]]


def test_what_is_below_a_deleted_category_moves_up(vendure: VendureUnderTest, records: Records) -> None:
    shop = vendure.shop
    top, middle, leaf = (f"{records.tag}-{name}" for name in ("top", "middle", "leaf"))
    parents = {top: None, middle: top, leaf: middle}
    # The wrong way round: the parents come first all the same.
    put = [records.put("categories", key, Category(parent=parents[key], title=key)) for key in (leaf, middle, top)]
    send(shop, *put)
    send(shop, records.part("categories", middle, "delete"))
    assert record(shop, "categories", leaf) == Category(parent=top, title=leaf)


@pytest.mark.parametrize(("price", "largest"), [("0.005", "two places"), ("21474836.48", "21474836.47")])
def test_a_price_that_does_not_fit_is_refused(
    vendure: VendureUnderTest, records: Records, price: str, largest: str
) -> None:
    send(vendure.shop, records.item(records.tag))
    (refused,) = vendure.shop.upsert(alone(records.price(records.tag, price)))
    assert (refused.status, refused.field, refused.seen) == ("refused", "price", price)
    assert largest in refused.expected


def test_a_key_too_long_for_the_shop_is_refused() -> None:
    part = Records("x" * 256).item("x" * 256)
    refused = complaint(part, Item(category=None, title="x"))
    assert refused is not None
    assert refused.field == "key"


BROKEN, WRONG = (
    Trouble("deadlock"),
    Trouble("no such thing", extensions=msgspec.convert({"code": "X"}, type(Trouble("").extensions))),
)


@pytest.mark.parametrize(("bad", "trouble"), [({"b"}, WRONG), ({"b"}, BROKEN), ({"a", "b", "c"}, WRONG)])
def test_one_that_is_refused_stops_no_other(bad: set[str], trouble: Trouble) -> None:
    done: list[str] = []
    refused: list[str] = []
    together_or_singly(["a", "b", "c"], carrier(bad, trouble, done), lambda unit, _: refused.append(unit), int)
    assert (set(refused), set(done)) == (bad, {"a", "b", "c"} - bad)


def test_a_shop_that_can_not_even_be_read_refuses_no_record() -> None:
    refused: list[str] = []

    def probe() -> None:
        raise OutcomeUnknown("deadlock")

    with pytest.raises(OutcomeUnknown, match="deadlock"):
        together_or_singly(["a"], carrier({"a"}, BROKEN, []), lambda unit, _: refused.append(unit), probe)
    assert refused == []


def carrier(bad: set[str], trouble: Trouble, done: list[str]) -> Any:
    def carry_out(units: list[str]) -> None:
        if bad & set(units):
            raise Refusal(trouble)
        done.extend(units)

    return carry_out


# Minor units; a shipping calculator of the shop may give fractions of them.
RAW = b"""{"id": "7", "code": "ABC", "state": "PaymentSettled", "createdAt": "2026-01-01T10:00:00.000Z",
  "updatedAt": "2026-01-01T10:00:00.000Z", "orderPlacedAt": "2026-01-01T10:00:05.000Z", "currencyCode": "EUR",
  "totalWithTax": 3569.1, "shipping": 490, "shippingWithTax": 583.1,
  "lines": [{"quantity": 3, "orderPlacedQuantity": 3, "unitPrice": 840, "unitPriceWithTax": 1000,
    "proratedLinePrice": 2268, "productVariant": {"sku": "CHAI-01", "name": "Chai"}}],
  "surcharges": [{"description": "Gift wrap", "price": 250}],
  "shippingLines": [{"shippingMethod": {"code": "dhl", "name": "DHL"}}],
  "payments": [{"method": "card", "amount": 3569, "state": "Settled", "transactionId": "t-1",
    "refunds": [{"total": 500, "state": "Settled", "reason": "broken"}, {"total": 9, "state": "Failed"}]},
    {"method": "card", "amount": 3569, "state": "Declined"}]}"""


def test_an_order_with_tax_discount_surcharge_and_refund_adds_up() -> None:
    order = neutral(msgspec.json.decode(RAW, type=Order), lambda amount: amount.scaleb(-2), {})
    (line,) = order.lines
    assert (line.unit_price, line.total, order.shipping, order.tax) == ("8.40", "22.68", "4.90", "5.61")
    assert [(charge.name, charge.amount) for charge in order.charges] == [
        ("Gift wrap", "2.50"), ("Refund: broken", "-5.00"),
    ]  # fmt: skip
    amounts = [line.total, order.shipping, order.tax, *(charge.amount for charge in order.charges)]
    assert sum(map(Decimal, amounts)) == Decimal(order.total) == Decimal("30.69")
    assert [(paid.code, paid.amount, paid.reference) for paid in order.payments] == [("card", "35.69", "t-1")]
    assert order.updated_at == order.placed_at == "2026-01-01T10:00:05.000Z"


def test_texts_go_into_the_language_that_is_asked_for(vendure: VendureUnderTest, records: Records) -> None:
    sku = records.tag
    german = VendureShop(vendure.address, vendure.secret, str(vendure.server.authority), language="de")
    send(
        vendure.shop, records.item(sku, title="Tea"), records.put("categories", sku, Category(parent=None, title="Tea"))
    )
    send(german, records.item(sku, title="Tee"), records.put("categories", sku, Category(parent=None, title="Tee")))
    for shop, title in ((german, "Tee"), (vendure.shop, "Tea")):
        assert record(shop, "items", sku) == Item(category=None, title=title)
        assert record(shop, "categories", sku) == Category(parent=None, title=title)
    german.close()


def test_a_token_of_no_channel_is_not_taken_for_the_only_one(vendure: VendureUnderTest) -> None:
    shop = VendureShop(vendure.address, vendure.secret, str(vendure.server.authority), channel="no-such-channel")
    with pytest.raises(Stopped, match="no channel"):
        shop.check()
    shop.close()


def test_a_twin_that_a_late_request_made_is_put_away(vendure: VendureUnderTest, records: Records) -> None:
    shop, sku = vendure.shop, records.tag
    shop.upsert([records.sellable(sku)])
    first = variant_of(vendure, sku)
    sent = held(shop, "items", sku).sent
    twin = make_twin(vendure, sku, [value["id"] for value in first["product"]["facetValues"]])
    # What is in doubt is read back, and goes again when this is not what was sent.
    assert held(shop, "items", sku).sent not in ("", sent)
    send(shop, records.stock(sku, "3"))
    assert variant_of(vendure, sku)["id"] == first["id"]
    assert held(shop, "items", sku).sent == sent
    found = vendure.admin.ask("query($id: ID!) { product(id: $id) { enabled variants { sku enabled } } }", id=twin)
    (variant,) = found["product"]["variants"]
    assert (found["product"]["enabled"], variant["enabled"]) == (False, False)
    assert variant["sku"].startswith(f"{sku}~")


def make_twin(vendure: VendureUnderTest, sku: str, facet_values: list[str]) -> str:
    texts = {"languageCode": "en", "name": "Twin"}
    product = {"facetValueIds": facet_values, "translations": [{**texts, "slug": f"twin-{sku}", "description": ""}]}
    query = "mutation($input: CreateProductInput!) { createProduct(input: $input) { id } }"
    number = str(vendure.admin.ask(query, input=product)["createProduct"]["id"])
    fields = {"productId": number, "sku": sku, "price": 1, "translations": [texts]}
    query = "mutation($input: [CreateProductVariantInput!]!) { createProductVariants(input: $input) { id } }"
    vendure.admin.ask(query, input=[fields])
    return number


@pytest.mark.parametrize("stage", range(4))
def test_an_answer_lost_at_any_stage_leaves_nothing_twice(
    vendure: VendureUnderTest, cutter: Cutter, records: Records, stage: int
) -> None:
    skus = [f"{records.tag}-{number}" for number in range(3)]
    bundles = [records.sellable(sku) for sku in skus]
    behind = vendure.connect(address=f"https://127.0.0.1:{cutter.port}")
    behind.check()
    cutter.cut_next("answer", skip=stage)
    with pytest.raises(OutcomeUnknown):
        behind.upsert(bundles)
    assert {result.status for result in behind.upsert(bundles)} <= {"created", "updated"}
    behind.close()
    for sku in skus:
        variant_of(vendure, sku)
    query = "query($name: String!) { products(options: {filter: {name: {contains: $name}}}) { totalItems } }"
    assert vendure.admin.ask(query, name=f"Title of {records.tag}-")["products"]["totalItems"] == len(skus)


@pytest.fixture
def cutter(vendure: VendureUnderTest) -> Iterator[Cutter]:
    """A port before the server that can cut a connection."""
    made = Cutter(urlsplit(vendure.address).port or 443)
    yield made
    made.close()


@pytest.mark.parametrize("right", [right for right in RIGHTS if right not in ("ReadCatalog", "ReadOrder")])
def test_a_right_that_is_missing_is_found_before_anything_is_sent(vendure: VendureUnderTest, right: str) -> None:
    rights = tuple(each for each in RIGHTS if each != right)
    key = vendure.admin.make_key(vendure.admin.make_role(f"no-{right.lower()}", rights))
    shop = vendure.connect(secret=key, gateways={"COD": vendure.pay_code})
    assert isinstance(shop, Surveyed)
    with pytest.raises(Stopped, match="lacks the right"):
        shop.survey()
    shop.close()


def test_a_site_without_customers_needs_no_rights_for_them(vendure: VendureUnderTest) -> None:
    rights = tuple(right for right in RIGHTS if right == "ReadCustomer" or not right.endswith(("Customer", "Country")))
    key = vendure.admin.make_key(vendure.admin.make_role("goods-only", rights))
    shop = VendureShop(vendure.address, key, str(vendure.server.authority), customers=False)
    shop.check()
    assert shop.survey().rights == "may read and write"
    shop.close()


def test_a_wrong_key_is_called_so_and_another_shop_too(vendure: VendureUnderTest) -> None:
    values = {"address": vendure.address, "certificate": str(vendure.server.authority), "shop": "vendure"}
    shop = vendure.connect(secret=vendure.powerless[0])
    with pytest.raises(Stopped) as caught:
        shop.check()
    shop.close()
    assert explained(caught.value, values) is caught.value
    assert "another shop at this address: Vendure" in str(explained(caught.value, {**values, "shop": "oscar"}))
