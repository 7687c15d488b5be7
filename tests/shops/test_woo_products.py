"""What the WooCommerce connector decides by its own knowledge of the store: products, categories, files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from tests.shops.contract import (
    Records,
    Sending,
    a_pdf,
    a_picture,
    alone,
    content_of,
    held,
    price_key,
    price_of,
    record,
    send,
)
from tests.shops.woo import batch, products, routes, terms
from tests.shops.woo.asking import Answer, Body, Refusal, Request
from tests.shops.woo.world import Login, World
from tests.shops.woo_adapter import OWNER, WooUnderTest
from webupdate.errors import BatchTooLarge, NeedsPerson, OutcomeUnknown, Retryable, Stopped
from webupdate.sync.shops.base import (
    Bundle,
    Category,
    Content,
    Document,
    Item,
    Picture,
    Price,
    Shop,
    ShopSettings,
    Stock,
    Surveyed,
    sent_hash,
)
from webupdate.sync.shops.woocommerce.client import Client


@pytest.fixture
def shop(under_test: WooUnderTest) -> Shop:
    return under_test.shop


@pytest.fixture
def world(under_test: WooUnderTest) -> Iterator[World]:
    """The store, as each test wants it."""
    fresh = under_test.stand_in.world
    fresh.products.clear()
    fresh.trash.clear()
    fresh.categories = {15: fresh.categories[15]}
    under_test.stand_in.requests.clear()
    yield fresh
    fresh.maintenance = False


def only(world: World) -> Body:
    (product,) = world.products.values()
    return product


def meta(product: Body) -> dict[str, str]:
    return {entry["key"]: entry["value"] for entry in product["meta_data"]}


def writes(under_test: WooUnderTest) -> list[str]:
    return [line.partition("?")[0] for line in under_test.stand_in.requests if not line.startswith("GET")]


def test_a_new_item_is_one_request_and_nothing_is_read_first(
    under_test: WooUnderTest, shop: Shop, world: World
) -> None:
    shop.upsert([Records(f"N{number}").sellable(f"N{number}") for number in range(5)])
    assert under_test.stand_in.requests == [
        "POST /wp-json/wc/v3/products/batch?_fields=create%2Cupdate%2Cdelete%2Cid%2Csku%2Cname%2Cstatus"
        "%2Cregular_price%2Csale_price%2Cstock_quantity%2Ctax_class%2Ccategories"
    ]
    assert len(world.products) == 5


def test_many_go_over_both_connections_in_requests_of_a_hundred(
    under_test: WooUnderTest, shop: Shop, world: World
) -> None:
    shop.upsert(alone(*[Records(f"M{number}").item(f"M{number}") for number in range(250)]))
    assert len(writes(under_test)) == 3
    assert len(world.products) == 250


def test_the_public_price_of_the_own_unit_is_the_price_and_the_others_are_meta_data(shop: Shop, world: World) -> None:
    records = Records("P1")
    parts = (
        records.item("P1", unit="EA"),
        records.price("P1", "18.00"),
        records.price("P1", "200.00", unit="BOX"),
        records.price("P1", "16.20", level="Wholesale"),
    )
    shop.upsert([Bundle(parts)])
    product = only(world)
    assert product["regular_price"] == "18.00"
    assert meta(product)["_ebms_price/Wholesale/EA"] == '{"price":"16.20"}'
    assert meta(product)["_ebms_price/Retail/BOX"] == '{"price":"200.00","public":true}'
    send(shop, records.part("prices", price_key("P1", "Retail", "BOX"), "delete"))
    assert only(world)["regular_price"] == "18.00"
    send(shop, records.part("prices", price_key("P1"), "delete"))
    assert only(world)["regular_price"] == ""


def test_a_price_that_was_acknowledged_goes_without_a_look(under_test: WooUnderTest, shop: Shop, world: World) -> None:
    records = Records("P2")
    price = shop.upsert([records.sellable("P2")])[1]
    under_test.stand_in.requests.clear()
    part = msgspec.structs.replace(records.price("P2", "18.50"), remote_id=price.remote_id)
    (result,) = send(shop, part)
    assert (result.status, result.remote_id) == ("updated", price.remote_id)
    assert only(world)["regular_price"] == "18.50"
    assert len(under_test.stand_in.requests) == 1


def test_what_may_be_oversold_stays_so_when_it_is_counted_later(shop: Shop, world: World) -> None:
    records = Records("P3")
    send(shop, records.item("P3"), Records("P4").item("P4", oversell=False))
    assert {product["backorders"] for product in world.products.values()} == {"no"}  # not counted yet
    assert record(shop, "items", "P3") == Item(category=None, title="Title of P3")
    send(shop, records.stock("P3", "5"), records.stock("P4", "7.9"))
    assert [(row["backorders"], row["stock_quantity"]) for row in world.products.values()] == [("yes", 5), ("no", 7)]


@pytest.mark.parametrize(("first", "second"), [("pa-1", "PA-1"), ("cafe", "café")])
def test_two_items_that_are_one_for_the_store_are_not_made_one(
    shop: Shop, world: World, first: str, second: str
) -> None:
    send(shop, Records("a").item(first, title="first"))
    (refused,) = shop.upsert(alone(Records("b").item(second, title="second")))
    assert (refused.status, refused.field, refused.seen) == ("refused", "key", second)
    assert first in refused.message
    assert only(world)["name"] == "first"
    assert held(shop, "items", second).data is None


def test_a_product_made_by_hand_is_adopted_whatever_its_case(
    under_test: WooUnderTest, shop: Shop, world: World
) -> None:
    under_test.make_by_hand("chai-01")
    number = only(world)["id"]
    assert held(shop, "items", "CHAI-01").remote_id == str(number)
    (result,) = send(shop, Records("c").item("CHAI-01"))
    assert (result.status, result.remote_id) == ("updated", str(number))
    assert (only(world)["sku"], meta(only(world))["_ebms_id"]) == ("CHAI-01", "CHAI-01")


def test_a_sku_in_the_trash_is_told_with_the_product(shop: Shop, world: World) -> None:
    send(shop, Records("t").item("T1"))
    world.trash.add(number := only(world)["id"])
    good, refused = shop.upsert(alone(Records("t").item("T2"), Records("t").item("T1")))
    assert good.status == "created"
    assert (refused.status, refused.field) == ("refused", "key")
    assert f"Product {number} of the shop's trash" in refused.message


def test_a_deadlock_in_the_store_is_tried_again(shop: Shop, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    genuine = products._save

    def once(world: World, request: Request, product: Body) -> Body:
        if not tried:
            tried.append("deadlock")
            raise Refusal(400, "woocommerce_rest_product_not_created", "Deadlock found.")
        return genuine(world, request, product)

    monkeypatch.setattr(products, "_save", once)
    (result,) = send(shop, Records("d").item("D1"))
    assert (result.status, tried) == ("created", ["deadlock"])


def test_a_product_deleted_by_hand_is_made_again(shop: Shop, world: World) -> None:
    (first,) = send(shop, Records("g").item("G1"))
    world.products.clear()
    part = msgspec.structs.replace(Records("g").item("G1"), remote_id=first.remote_id)
    (again,) = send(shop, part)
    assert (again.status, again.remote_id) == ("created", str(only(world)["id"]))
    world.products.clear()
    price = msgspec.structs.replace(Records("g").price("G1", "1.00"), remote_id=again.remote_id)
    assert [result.status for result in shop.upsert(alone(price))] == ["lost"]


def test_numbers_where_texts_should_be_are_read_all_the_same(shop: Shop, world: World) -> None:
    """Plugins answer so."""
    send(shop, Records("n").item("N1", weight="1.25"), Records("n").price("N1", "18.00"), Records("n").stock("N1", "7"))
    only(world).update(regular_price=18, weight=1.25, stock_quantity=1234567.0, description=None)
    assert record(shop, "items", "N1") == Item(category=None, title="Title of N1", weight="1.25")
    assert record(shop, "stock", "N1") == Stock(item="N1", quantity="1234567")


def test_what_the_store_stored_otherwise_is_no_success(
    shop: Shop, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(products, "_price", lambda value: "1850")
    item, price, stock = shop.upsert([Records("s").sellable("S1", "18.50")])
    assert (item.status, stock.status) == ("created", "created")
    assert (price.status, price.field, price.seen, price.expected) == ("refused", "price", "18.50", "stored: 1850")


@pytest.mark.parametrize("sku", ["<b>x</b>", "two  blanks", " x", "a%20b", "x" * 101])
def test_a_sku_that_would_be_stored_otherwise_is_refused_before_it_is_sent(
    under_test: WooUnderTest, shop: Shop, world: World, sku: str
) -> None:
    (refused,) = shop.upsert(alone(Records("q").item(sku)))
    assert (refused.status, refused.field) == ("refused", "key")
    assert under_test.stand_in.requests == []


def test_a_sku_with_a_comma_is_found(shop: Shop, world: World) -> None:
    send(shop, Records("k").item("A,B"), Records("k").item("A"))
    assert [entry.data is None for entry in shop.read("items", ["A", "A,B", "B"])] == [False, False, True]
    assert send(shop, Records("k").price("A,B", "1.00"))[0].status == "created"


def test_scripts_go_with_what_they_hold(shop: Shop, world: World) -> None:
    part = Records("h").item("H1", title="Salt & Pepper", long="<p>Fine</p><script>alert(1)</script>")
    send(shop, part)
    assert (only(world)["name"], only(world)["description"]) == ("Salt &amp; Pepper", "<p>Fine</p>")
    found = held(shop, "items", "H1")
    assert msgspec.json.decode(found.data or b"", type=Item).title == "Salt & Pepper"
    # Though the text is another one, the store holds what was sent.
    assert part.data is not None
    assert found.sent == sent_hash(part.data)


@pytest.fixture
def selling(under_test: WooUnderTest, world: World) -> Iterator[Shop]:
    """A connector that knows a level of sale prices."""
    made = under_test.connect(sale_level="Sale")
    yield made
    made.close()


def test_a_level_can_be_the_sale_price(selling: Shop, world: World) -> None:
    records = Records("P1")
    bundle = Bundle(
        (*records.sellable("P1").parts, records.price("P1", "15.00", "SALE"), records.price("P1", "9", "B"))
    )
    results = selling.upsert([bundle])
    assert (only(world)["regular_price"], only(world)["sale_price"]) == ("18.00", "15.00")
    assert [result.remote_id for result in results][3].endswith(":sale")  # type: ignore[union-attr]
    # A changed price alone goes without a look at the product.
    part = msgspec.structs.replace(records.price("P1", "14.00", "SALE"), remote_id=results[3].remote_id)
    send(selling, part)
    assert only(world)["sale_price"] == "14.00"
    send(selling, msgspec.structs.replace(records.part("prices", part.key, "delete"), remote_id=part.remote_id))
    assert (only(world)["regular_price"], only(world)["sale_price"]) == ("18.00", "")


def test_a_level_that_is_the_sale_price_no_longer(under_test: WooUnderTest, selling: Shop, world: World) -> None:
    """Another level, then none: what Properties named before writes no price of the shop any more."""
    records = Records("P4")
    parts = (*records.sellable("P4").parts, records.price("P4", "15.00", "Sale"), records.price("P4", "9", "Promo"))
    results = selling.upsert([Bundle(parts)])
    for level, price in (("Promo", "9"), ("", "")):
        with closing(under_test.connect(sale_level=level)) as shop:
            sent = (records.price("P4", "9", "Promo"), records.price("P4", "14.00", "Sale"))
            ids = (results[4].remote_id, results[3].remote_id)
            again = [msgspec.structs.replace(part, remote_id=number) for part, number in zip(sent, ids, strict=True)]
            results[4], results[3] = shop.upsert([Bundle(tuple(again))])
            assert (only(world)["regular_price"], only(world)["sale_price"]) == ("18.00", price)


def public(yes: bool, *of: str) -> Price:
    return msgspec.structs.replace(price_of(*of), public=yes)


def test_another_level_is_the_public_price(shop: Shop, world: World) -> None:
    records = Records("P5")
    retail, trade = records.price("P5", "18.00"), records.price("P5", "12.00", "Wholesale")
    item, stock = records.item("P5", unit="EA"), records.stock("P5", "3")
    results = shop.upsert([Bundle((item, retail, trade, stock))])
    old = records.put("prices", retail.key, public(False, "P5", "18.50"))
    new = records.put("prices", trade.key, public(True, "P5", "12.50", "Wholesale"))
    both = [msgspec.structs.replace(p, remote_id=r.remote_id) for p, r in ((new, results[2]), (old, results[1]))]
    results = shop.upsert([Bundle(tuple(both))])
    assert only(world)["regular_price"] == "12.50"
    # Known by its id alone: the price that is none of the shop's leaves the one that is.
    alone_again = msgspec.structs.replace(old, remote_id=results[1].remote_id)
    send(shop, alone_again)
    assert only(world)["regular_price"] == "12.50"


def test_a_price_without_another_is_taken_out_when_it_is_public_no_longer(shop: Shop, world: World) -> None:
    records = Records("P6")
    price = shop.upsert([records.sellable("P6")])[1]
    hidden = records.put("prices", price.key, public(False, "P6", "18.50"))
    send(shop, msgspec.structs.replace(hidden, remote_id=price.remote_id))
    assert only(world)["regular_price"] == ""


def test_a_sale_price_that_is_none_is_refused_alone(selling: Shop, world: World) -> None:
    records = Records("P2")
    results = selling.upsert([Bundle((*records.sellable("P2").parts, records.price("P2", "18.00", "Sale")))])
    assert [result.status for result in results] == ["created", "created", "created", "refused"]
    assert results[3].expected == "stored: none, since it is not below 18.00"


def test_without_a_level_sale_prices_are_the_shops_own(shop: Shop, world: World) -> None:
    shop.upsert([Records("P3").sellable("P3")])
    only(world)["sale_price"] = "12.00"
    send(shop, Records("P3").price("P3", "15.00", "Sale"), Records("P3").price("P3", "19.00"))
    assert (only(world)["regular_price"], only(world)["sale_price"]) == ("19.00", "12.00")


def test_a_title_is_no_markup(shop: Shop, world: World) -> None:
    send(shop, Records("t").item("T1", title="Glove, size <L> & <b>"))
    assert only(world)["name"] == "Glove, size &lt;L&gt; &amp; &lt;b&gt;"
    assert b"Glove, size <L> & <b>" in (held(shop, "items", "T1").data or b"")


def _product_stored(name: str, value: Any) -> Any:
    """A store that makes something else of one field."""
    genuine = products.create

    def create(world: World, request: Request) -> Answer:
        answer = genuine(world, request)
        world.products[answer.body["id"]][name] = value
        return Answer(body=answer.body | {name: value}, status=201)

    return create


@pytest.mark.parametrize(
    ("field", "value", "entity", "told"),
    [
        ("name", "Product", "items", ("title", "Title of S1", "stored: Product")),
        ("status", "draft", "items", ("shown", "publish", "stored: draft")),
        ("sku", "S1-", "items", ("key", "S1", "stored: S1-")),
        ("regular_price", "950", "prices", ("price", "18.00", "stored: 950")),
        ("stock_quantity", "40", "stock", ("quantity", "39", "stored: 40")),
    ],
)
def test_what_the_store_made_of_a_product_is_told(
    shop: Shop, world: World, monkeypatch: pytest.MonkeyPatch, field: str, value: Any, entity: str, told: Any
) -> None:
    handlers = {"create": _product_stored(field, value), "update": products.update, "delete": products.delete}
    route = ("POST", "/wp-json/wc/v3/products/batch", lambda world, request: batch.batch(world, request, **handlers))
    monkeypatch.setattr(routes, "ROUTES", (route, *routes.ROUTES))
    results = shop.upsert([Records("S1").sellable("S1")])
    (refused,) = [result for result in results if result.status == "refused"]
    assert (refused.entity, (refused.field, refused.seen, refused.expected)) == (entity, told)


@pytest.mark.parametrize(
    ("field", "value"), [("name", "Other"), ("parent", 0), ("slug", "green-2")]
)  # a cycle is answered by 200 and changes nothing; a slug that is taken gets a number
def test_what_the_store_made_of_a_category_is_told(
    shop: Shop, world: World, monkeypatch: pytest.MonkeyPatch, field: str, value: Any
) -> None:
    records = Records("11")
    send(shop, records.put("categories", "11", Category(parent=None, title="Tea")))
    genuine = terms.create

    def create(world: World, request: Request) -> Answer:
        return Answer(body=genuine(world, request).body | {field: value}, status=201)

    handlers: dict[str, Any] = {"create": create, "update": terms.update, "delete": terms.delete}
    path = "/wp-json/wc/v3/products/categories/batch"
    route = ("POST", path, lambda world, request: batch.batch(world, request, **handlers))
    monkeypatch.setattr(routes, "ROUTES", (route, *routes.ROUTES))
    (refused,) = shop.upsert(alone(records.put("categories", "12", Category(parent="11", title="Green"))))
    names = {"name": "title", "parent": "parent", "slug": "key"}
    assert (refused.status, refused.field, refused.expected) == ("refused", names[field], f"stored: {value}")


def test_a_part_that_was_carried_out_leaves_no_doubt_that_it_was(
    under_test: WooUnderTest, shop: Shop, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second of two requests meets a busy store: nobody may say that nothing was done."""
    genuine, seen = batch.batch, []

    def second_fails(world: World, request: Request, **steps: Any) -> Answer:
        seen.append(request)
        if len(seen) == 2:
            raise Refusal(429, "busy", "Slow down.")
        return genuine(world, request, **steps)

    handlers = {"create": products.create, "update": products.update, "delete": products.delete}
    route = ("POST", "/wp-json/wc/v3/products/batch", lambda world, request: second_fails(world, request, **handlers))
    monkeypatch.setattr(routes, "ROUTES", (route, *routes.ROUTES))
    items = alone(*[Records(f"B{number}").item(f"B{number}") for number in range(20)])
    with pytest.raises(Retryable) as caught:
        shop.upsert(items)
    assert not caught.value.certain
    assert len(world.products) == 10
    assert {result.status for result in shop.upsert(items)} == {"created", "updated"}
    assert len(world.products) == 20


def test_a_store_too_slow_to_answer_gets_less_at_once(
    under_test: WooUnderTest, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = under_test.connect()
    items = alone(*[Records(f"S{number}").item(f"S{number}") for number in range(200)])
    with monkeypatch.context() as patch, pytest.raises(OutcomeUnknown):
        patch.setattr(httpx.Client, "stream", _times_out)
        shop.upsert(items)
    shop.upsert(items)
    assert len(writes(under_test)) == 4  # of fifty each
    for _ in range(5):
        shop.upsert(items)
    under_test.stand_in.requests.clear()
    world.products.clear()
    shop.upsert(items)
    assert len(writes(under_test)) == 2
    shop.close()


@pytest.mark.parametrize("error", [OutcomeUnknown("no answer"), BatchTooLarge("413")])
def test_a_store_too_slow_for_categories_gets_fewer_at_once(
    under_test: WooUnderTest, world: World, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fails(*_: Any, **__: Any) -> Answer:
        raise error

    made = [Records(str(n)).put("categories", str(n), Category(parent=None, title=f"C {n}")) for n in range(100)]
    with closing(under_test.connect()) as shop:
        with monkeypatch.context() as patch, pytest.raises(type(error)):
            patch.setattr(Client, "write", fails)
            shop.upsert(alone(*made))
        under_test.stand_in.requests.clear()
        assert {result.status for result in shop.upsert(alone(*made))} == {"created"}
        assert len(writes(under_test)) == 2
        under_test.stand_in.requests.clear()
        gone = [msgspec.structs.replace(part, op="delete", data=None) for part in made]
        assert {result.status for result in shop.upsert(alone(*gone))} == {"deleted"}
        assert len(writes(under_test)) == 2
    assert len(world.categories) == 1


def _times_out(*_: Any, **__: Any) -> Any:
    raise httpx.ReadTimeout("no answer")


def test_a_key_that_may_only_read_is_told(under_test: WooUnderTest, world: World) -> None:
    world.keys["ck_read"] = Login("cs_read_0123456789", "read", "shop_manager")
    shop = under_test.connect(secret=f"ck_read:cs_read_0123456789:{OWNER[2]}:{OWNER[3]}")
    assert shop.check().currency == "EUR"
    with pytest.raises(Stopped, match="write permissions") as caught:
        shop.upsert(alone(Records("r").item("R1")))
    assert "Read/Write" in caught.value.hint
    assert isinstance(shop, Surveyed)
    with pytest.raises(Stopped, match="write permissions"):
        shop.survey()
    shop.close()


def test_maintenance_waits_as_long_as_it_says(shop: Shop, world: World) -> None:
    world.maintenance = True
    with pytest.raises(Retryable) as caught:
        shop.check()
    assert caught.value.after == 600


def test_a_category_of_that_name_is_taken_over_at_its_place_only(shop: Shop, world: World) -> None:
    records = Records("11")
    by_hand = {"id": 40, "name": "Tea &amp; more", "slug": "tea", "parent": 0}
    world.categories[40] = world.categories[15] | by_hand
    world.categories[41] = world.categories[15] | by_hand | {"id": 41, "slug": "tea-2", "parent": 15}
    results = send(
        shop,
        records.put("categories", "12", Category(parent="11", title="Green")),
        records.put("categories", "11", Category(parent=None, title="tea & More")),
    )
    assert [result.status for result in results] == ["created", "updated"]
    slugs = {row["slug"]: (row["id"], row["parent"]) for row in world.categories.values()}
    assert slugs["tea"] == (40, 0)  # its public address
    assert slugs["green-ebms-12"][1] == 40
    assert slugs["tea-2"] == (41, 15)


def test_the_texts_of_a_category_are_lines_for_the_store(shop: Shop, world: World) -> None:
    long = 'Hot<br>or 3\\4 cold, see <a href="/x">there</a><script>a</script>'
    category = Category(parent=None, title="Tea", short="<h2>Tea</h2>Warm", long=long)
    send(shop, Records("11").put("categories", "11", category))
    (tea,) = [row for row in world.categories.values() if row["name"] == "Tea"]
    assert tea["description"] == 'Tea\n\nWarm<!--more-->\n\nHot\nor 3\\4 cold, see <a href="/x">there</a>'
    found = record(shop, "categories", "11")
    assert isinstance(found, Category)
    assert (found.short, found.long) == ("Tea\n\nWarm", 'Hot\nor 3\\4 cold, see <a href="/x">there</a>')


def test_two_categories_do_not_take_over_the_same(shop: Shop, world: World) -> None:
    world.categories[40] = world.categories[15] | {"id": 40, "name": "Tea", "slug": "tea", "parent": 0}
    records = Records("11")
    titles = [records.put("categories", key, Category(parent=None, title="Tea")) for key in ("11", "12")]
    assert [result.status for result in shop.upsert(alone(*titles))] == ["updated", "created"]
    assert [held(shop, "categories", key).remote_id == "40" for key in ("11", "12")] == [True, False]


def test_a_category_that_was_taken_over_is_known_by_its_text(shop: Shop, world: World) -> None:
    world.categories[40] = world.categories[15] | {"id": 40, "name": "Tea", "slug": "tea", "parent": 0}
    records, text = Records("11"), "Warm<!--ebms:12-->"
    send(shop, records.put("categories", "11", Category(parent=None, title="Tea", long="Cold")))
    send(shop, records.put("categories", "11", Category(parent=None, title="Teas", long=text, shown=False)))
    assert world.categories[40]["description"] == "Warm<!--ebms:11-->"
    assert (world.categories[40]["slug"], world.categories[40]["name"]) == ("tea-hidden", "Teas")
    assert record(shop, "categories", "11") == Category(parent=None, title="Teas", long="Warm", shown=False)
    send(shop, records.part("categories", "11", "delete"))
    assert 40 not in world.categories


def test_pictures_that_a_person_added_stay_behind_ours(under_test: WooUnderTest, shop: Shop, world: World) -> None:
    data = a_picture("F1")
    assert Sending(shop, data).whole
    send(shop, Records("f").item("F1"))
    strange = max(world.media) + 1
    world.media[strange] = {**world.media[max(world.media)], "id": strange, "slug": "by-hand"}
    only(world)["images"] = [{"id": strange}]
    content = content_of(data, "a.png")
    picture = Picture(item="F1", name="a.png", content=content.digest, size=content.size)
    part = Records("f").put("images", "F1\ta.png", picture)
    send(shop, part)
    ours = next(row["id"] for row in world.media.values() if row["slug"] == content.digest)
    assert [row["id"] for row in only(world)["images"]] == [ours, strange]
    send(shop, Records("f").part("images", "F1\ta.png", "delete"))
    assert [row["id"] for row in only(world)["images"]] == [strange]


def test_one_content_under_two_names_is_one_picture(shop: Shop, world: World) -> None:
    """The store keeps a picture once in its gallery, so that it would answer fewer than it was sent."""
    content = _sent(shop, a_picture("F2"))
    records = Records("f")
    names = ("a.png", "b.png", "c.png")
    pictures = {n: Picture(item="F2", name=n, content=content.digest, size=content.size) for n in names}
    parts = [records.put("images", f"F2\t{name}", picture) for name, picture in pictures.items()]
    results = send(shop, records.item("F2"), *parts)
    assert [result.status for result in results] == ["created"] * 4
    again = send(shop, *(records.put("images", f"F2\t{name}", picture) for name, picture in pictures.items()))
    assert [result.status for result in again] == ["updated"] * 3
    assert len(only(world)["images"]) == 1


def test_buyers_keep_their_right_to_a_file(shop: Shop, world: World) -> None:
    """They have it by the file's id: a file that is there is sent with it, ours and the shop's own."""
    first, second = _sent(shop, a_pdf("one")), _sent(shop, a_pdf("two"))
    records = Records("f")
    sheet = Document(item="F3", name="sheet.pdf", content=first.digest, size=first.size)
    send(shop, records.item("F3"), records.put("documents", "F3\tsheet.pdf", sheet))
    ours = only(world)["downloads"][0]["id"]
    only(world)["downloads"].append({"id": "by-hand", "name": "Song", "file": "https://elsewhere.example/song.mp3"})
    guide = Document(item="F3", name="guide.pdf", content=second.digest, size=second.size)
    send(shop, records.put("documents", "F3\tguide.pdf", guide))
    found = {row["name"]: row["id"] for row in only(world)["downloads"]}
    assert (found["sheet.pdf"], found["Song"], len(set(found.values()))) == (ours, "by-hand", 3)


def _sent(shop: Shop, data: bytes) -> Content:
    assert Sending(shop, data).whole
    return content_of(data, "x")


def test_without_a_media_login_goods_go_and_pictures_say_why(under_test: WooUnderTest, world: World) -> None:
    shop = under_test.connect(secret=f"{OWNER[0]}:{OWNER[1]}::")
    send(shop, Records("m").item("ML1"))
    with pytest.raises(Stopped, match="media library"):
        Sending(shop, a_picture("ML1"))
    shop.close()


def test_a_picture_with_a_title_of_its_own_is_found_again(under_test: WooUnderTest, shop: Shop, world: World) -> None:
    data = a_picture("titled") + b"<title>Sunset</title>"
    assert Sending(shop, data).whole
    another = under_test.connect()
    assert Sending(another, data).told == []
    another.close()


def test_long_skus_are_looked_up_in_addresses_that_servers_take(
    under_test: WooUnderTest, shop: Shop, world: World
) -> None:
    skus = [f"{number:03}-{'ö' * 90}" for number in range(30)]
    send(shop, *[Records("l").item(sku) for sku in skus])
    under_test.stand_in.requests.clear()
    assert [entry.key for entry in shop.read("items", skus) if entry.data] == skus
    assert max(map(len, under_test.stand_in.requests)) < 5000


def test_a_wrong_media_login_is_found_when_the_connection_is_tested(under_test: WooUnderTest, world: World) -> None:
    shop = under_test.connect(secret=f"{OWNER[0]}:{OWNER[1]}:{OWNER[2]}:wrong")
    with pytest.raises(Stopped, match="media library refuses") as caught:
        shop.check()
    assert "Media password" in caught.value.hint
    # It stops no goods.
    shop.configure(ShopSettings())
    send(shop, Records("m").item("ML2"))
    shop.close()


def test_a_file_that_the_library_refuses_needs_a_person(
    shop: Shop, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """500, and final: to try again would go on for ever."""
    monkeypatch.setattr("tests.shops.woo.media.TYPES", {})
    with pytest.raises(NeedsPerson, match="not allowed to upload this file type"):
        Sending(shop, a_picture("refused"))


def test_records_that_are_not_carried_are_refused_one_by_one(shop: Shop, world: World) -> None:
    records = Records("NC")
    part = records.put("payments", *records.full("payments"))
    item, _, _, refused = shop.upsert([records.sellable("NC"), *alone(part)])
    assert (item.status, refused.status, refused.entity) == ("created", "refused", "payments")


def test_the_folder_of_the_recordings_is_whole() -> None:
    assert len(list((Path(__file__).parent / "woo" / "recordings").glob("*.json"))) == 88


@pytest.mark.parametrize("name", ["_ebms_price/Retail", "_ebms_price/a/b/c"])
def test_meta_data_under_a_name_that_a_plugin_made_up_is_none_of_ours(shop: Shop, world: World, name: str) -> None:
    send(shop, *Records("T1").sellable("CHAI-01").parts)
    (product,) = world.products.values()
    product["meta_data"].append(
        {"id": 99, "key": name, "value": '{"price": "3", "media": 1, "content": "x", "size": 1}'}
    )
    assert [held.key for held in shop.listing("prices", "", 10).records] == ["CHAI-01\tRetail\tEA"]
