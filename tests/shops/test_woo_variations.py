"""Items whose SKU is that of a variation, or of a variable, grouped or external product that people made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import msgspec
import pytest

from tests.shops.contract import Records, Sending, a_pdf, a_picture, alone, content_of, held, price_key, send
from tests.shops.woo import routes, variations
from tests.shops.woo.asking import Body
from tests.shops.woo.world import World
from tests.shops.woo_adapter import WooUnderTest
from webupdate.errors import OutcomeUnknown
from webupdate.sync import compare
from webupdate.sync.shops.base import Bundle, Document, Part, Picture, Result, Shop, sent_hash
from webupdate.sync.shops.woocommerce import WOOCOMMERCE

RED, BLUE = "TEE-RED", "TEE-BLUE"
TEE = "woo-vneck-tee"


@pytest.fixture
def shop(under_test: WooUnderTest) -> Shop:
    return under_test.shop


@pytest.fixture
def world(under_test: WooUnderTest) -> Iterator[World]:
    """A store with a variable product of two colours; nothing of it may ever be lost."""
    fresh = under_test.stand_in.world
    fresh.products.clear()
    tee = variations.parent(fresh, TEE, "variable", description="Soft", weight=".5", images=[{"id": 7}])
    made = [variations.made(fresh, tee, sku, regular_price="20", price="20") for sku in (RED, BLUE)]
    under_test.stand_in.requests.clear()
    under_test.stand_in.lost = ()
    yield fresh
    assert fresh.products[tee["id"]]["type"] == "variable"
    assert {row["id"]: row["parent_id"] for row in made}.items() <= {
        row["id"]: row["parent_id"] for row in fresh.products.values()
    }.items()


def of(world: World, sku: str) -> Body:
    (found,) = (row for row in world.products.values() if row["sku"] == sku)
    return found


def meta(product: Body) -> dict[str, str]:
    return {entry["key"]: entry["value"] for entry in product["meta_data"]}


def known(part: Part, result: Result) -> Part:
    """The same part as the engine sends it later."""
    return msgspec.structs.replace(part, remote_id=result.remote_id)


def writes(under_test: WooUnderTest) -> list[str]:
    return [line.partition("?")[0] for line in under_test.stand_in.writes]


def test_a_variation_is_taken_over(shop: Shop, world: World) -> None:
    records = Records("v")
    bundle = Bundle(
        (
            records.item(RED, title="Tee, red", short="Bright", long="<p>Long</p>", unit="EA", weight="1.5"),
            records.price(RED, "18.00"),
            records.price(RED, "16.20", "Wholesale"),
            records.stock(RED, "39"),
        )
    )
    red, tee = of(world, RED), of(world, TEE)
    results = shop.upsert([bundle])
    assert [result.status for result in results] == ["updated", "created", "created", "created"]
    assert results[0].remote_id == f"{tee['id']}/{red['id']}"
    now = of(world, RED)
    assert now["id"] == red["id"]
    assert (now["regular_price"], now["manage_stock"], now["stock_quantity"]) == ("18.00", True, 39)
    assert (now["backorders"], now["weight"], now["description"], now["status"]) == ("yes", "1.5", "Bright", "publish")
    assert now["name"] == f"{TEE} - {RED}"
    assert (meta(now)["_ebms_id"], meta(now)["_ebms_price/Wholesale/EA"]) == (RED, '{"price":"16.20"}')
    assert (of(world, BLUE)["regular_price"], meta(of(world, TEE))) == ("20", {})


def test_many_of_a_parent_go_in_one_request_and_parents_apart(
    under_test: WooUnderTest, shop: Shop, world: World
) -> None:
    coat = variations.parent(world, "COAT", "variable")
    skus = [f"COAT-{number}" for number in range(130)]
    for sku in skus:
        variations.made(world, coat, sku)
    results = shop.upsert(alone(*[Records(sku).item(sku) for sku in [*skus, RED, "NEW"]]))
    assert [result.status for result in results] == ["updated"] * 131 + ["created"]
    tee = of(world, TEE)["id"]
    told = [line for line in writes(under_test) if "variations" in line]
    path = "POST /wp-json/wc/v3/products/{}/variations/batch"
    assert sorted(told) == sorted([path.format(coat["id"])] * 2 + [path.format(tee)])


def test_later_changes_go_to_the_variation(under_test: WooUnderTest, shop: Shop, world: World) -> None:
    records = Records("v")
    item, price, stock = shop.upsert([records.sellable(RED)])
    under_test.stand_in.requests.clear()
    changed = [known(records.price(RED, "19.50"), price), known(records.stock(RED, "7"), stock)]
    assert {result.status for result in shop.upsert([Bundle(tuple(changed))])} == {"updated"}
    assert (of(world, RED)["regular_price"], of(world, RED)["stock_quantity"]) == ("19.50", 7)
    assert [line.split("?")[0] for line in under_test.stand_in.requests] == [
        "GET /wp-json/wc/v3/products",
        f"POST /wp-json/wc/v3/products/{of(world, TEE)['id']}/variations/batch",
    ]
    assert of(world, RED)["backorders"] == "yes"
    (hidden,) = send(shop, known(records.part("items", RED, "hide"), item))
    assert (hidden.status, of(world, RED)["status"]) == ("hidden", "private")
    send(shop, known(records.item(RED, shown=True, oversell=False), item))
    assert (of(world, RED)["status"], of(world, RED)["backorders"]) == ("publish", "no")


def test_a_sale_level_is_the_variations_sale_price(under_test: WooUnderTest, world: World) -> None:
    records = Records("v")
    with closing(under_test.connect(sale_level="Sale")) as selling:
        selling.upsert([Bundle((*records.sellable(RED).parts, records.price(RED, "15.00", "Sale")))])
    assert (of(world, RED)["regular_price"], of(world, RED)["sale_price"]) == ("18.00", "15.00")


def test_a_text_that_a_person_wrote_stays(shop: Shop, world: World) -> None:
    records = Records("v")
    of(world, RED)["description"] = "By hand"
    send(shop, records.item(RED, short="Bright"), records.item(BLUE, short="Deep 3\\4"))
    assert (of(world, RED)["description"], of(world, BLUE)["description"]) == ("By hand", "Deep 3\\4")
    send(shop, records.item(BLUE))
    assert of(world, BLUE)["description"] == ""


def test_what_is_deleted_is_hidden_and_no_more_of_ebms(shop: Shop, world: World) -> None:
    records = Records("v")
    item = shop.upsert([records.sellable(RED)])[0]
    (gone,) = send(shop, known(records.part("items", RED, "delete"), item))
    red = of(world, RED)
    assert (gone.status, red["status"], meta(red)) == ("deleted", "private", {"_ebms_id": ""})
    assert held(shop, "items", RED).data is None
    assert RED not in [entry.key for entry in shop.listing("items", "", 100).records]
    send(shop, known(records.part("items", RED, "delete"), item))
    (back,) = send(shop, records.item(RED))
    assert (back.status, of(world, RED)["status"], meta(of(world, RED))["_ebms_id"]) == ("updated", "publish", RED)


def test_one_that_its_owner_brings_back_is_in_the_shop_again(shop: Shop, world: World) -> None:
    send(shop, Records("v").item(RED))
    send(shop, Records("v").part("items", RED, "delete"))
    of(world, RED)["status"] = "publish"
    assert held(shop, "items", RED).data is not None


@pytest.mark.parametrize("kind", ["variable", "grouped", "external", "variable-subscription", "bundle"])
def test_other_kinds_are_never_deleted_nor_changed(shop: Shop, world: World, kind: str) -> None:
    variations.parent(world, "SET", kind)
    records = Records("s")
    results = shop.upsert([records.sellable("SET")])
    assert [result.status for result in results] == ["updated", "created", "created"]
    product = of(world, "SET")
    assert (product["type"], product["name"]) == (kind, "Title of SET")
    send(shop, known(records.part("items", "SET", "delete"), results[0]))
    assert (of(world, "SET")["type"], of(world, "SET")["status"]) == (kind, "private")
    assert held(shop, "items", "SET").data is None


@pytest.mark.parametrize(
    ("kind", "price", "quantity"), [("variable", "", None), ("grouped", "", None), ("external", "18.00", None)]
)
def test_what_a_kind_has_no_place_for_is_kept_beside_it(
    under_test: WooUnderTest, shop: Shop, world: World, kind: str, price: str, quantity: int | None
) -> None:
    variations.parent(world, "SET", kind)
    records = Records("s")
    parts = records.sellable("SET").parts
    results = shop.upsert([Bundle(parts)])
    product = of(world, "SET")
    assert (product["regular_price"], product["stock_quantity"]) == (price, quantity)
    assert (meta(product)["_ebms_stock"], product["manage_stock"]) == ("39", False)
    for part in parts:
        assert differing(shop, part) == []
    # Known by their ids alone they are still not sent as what they are not.
    later = [known(part, result) for part, result in zip(parts[1:], results[1:], strict=True)]
    assert {result.status for result in shop.upsert(alone(*later))} == {"updated"}
    assert (of(world, "SET")["regular_price"], of(world, "SET")["manage_stock"]) == (price, False)
    send(shop, known(records.part("stock", "SET", "delete"), results[2]))
    assert held(shop, "stock", "SET").data is None


def differing(shop: Shop, part: Part) -> list[compare.Field]:
    """What a Preview or Verify finds of a record that was sent or is to be."""
    found = held(shop, part.entity, part.key)
    assert found.data is not None and part.data is not None
    return list(compare.differing(part.entity, found.data, part.data, WOOCOMMERCE))


def test_a_product_that_became_variable_since_is_treated_as_such(shop: Shop, world: World) -> None:
    records = Records("p")
    results = shop.upsert([records.sellable("P1")])
    of(world, "P1").update(type="variable", regular_price="", price="")
    (price,) = shop.upsert(alone(known(records.price("P1", "18.50"), results[1])))
    assert (price.status, price.remote_id) == ("updated", f"0/{of(world, 'P1')['id']}:main")
    assert meta(of(world, "P1"))["_ebms_price/Retail/EA"] == '{"price":"18.50","public":true}'


def test_a_product_that_became_external_since_is_treated_as_such(shop: Shop, world: World) -> None:
    records = Records("p")
    item, _, stock = shop.upsert([records.sellable("P1")])
    of(world, "P1").update(type="external", manage_stock=False, stock_quantity=None, backorders="no")
    again = [known(records.item("P1", title="New"), item), known(records.stock("P1", "7"), stock)]
    assert {result.status for result in shop.upsert([Bundle(tuple(again))])} <= {"updated", "created"}
    assert (of(world, "P1")["name"], meta(of(world, "P1"))["_ebms_stock"]) == ("New", "7")


def test_the_preview_shows_only_what_would_change(shop: Shop, world: World) -> None:
    """Title, category and long text are the parent's; so is what a variation has not of its own."""
    of(world, BLUE).update(description="By hand", weight="2", manage_stock=True, stock_quantity=3, backorders="yes")
    red, blue = Records("v").item(RED, weight="1.5", short="Bright"), Records("v").item(BLUE, weight="2", short="Deep")
    assert sorted(field.name for field in differing(shop, red)) == ["short", "weight"]
    assert differing(shop, blue) == []
    assert held(shop, "items", RED).remote_id == f"{of(world, TEE)['id']}/{of(world, RED)['id']}"
    assert differing(shop, Records("v").stock(BLUE, "3.9")) == []


def test_verify_finds_all_as_it_was_sent_and_lists_it(shop: Shop, world: World) -> None:
    records = Records("v")
    item = records.item(RED, title="Other", short="<b>Bright</b>", long="Long", unit="EA", weight="1.5", related=("A",))
    parts = (item, records.price(RED, "18.00"), records.stock(RED, "39"))
    shop.upsert([Bundle(parts)])
    for part in parts:
        assert differing(shop, part) == []
        listed = {entry.key: entry for entry in shop.listing(part.entity, "", 100).records}
        assert listed[part.key] == held(shop, part.entity, part.key)
    assert item.data is not None
    assert held(shop, "items", RED).sent == sent_hash(item.data)
    of(world, RED).update(status="private", regular_price="17")
    assert [field.name for field in differing(shop, item)] == ["shown"]
    assert [field.name for field in differing(shop, parts[1])] == ["price"]


def test_a_variation_without_a_sku_is_not_its_parent(shop: Shop, world: World) -> None:
    """Lists of variations show it with the SKU of its parent."""
    variations.made(world, of(world, TEE), "")
    keys = [entry.key for entry in shop.listing("items", "", 100).records]
    assert keys == sorted([TEE, RED, BLUE])


def test_an_older_store_is_asked_parent_by_parent(
    under_test: WooUnderTest, shop: Shop, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = tuple(route for route in routes.ROUTES if route[1] != "/wp-json/wc/v3/variations")
    monkeypatch.setattr(routes, "ROUTES", older)
    assert [entry.key for entry in shop.listing("items", "", 100).records] == sorted([TEE, RED, BLUE])


def test_a_store_without_variable_products_is_asked_nothing_more(
    under_test: WooUnderTest, shop: Shop, world: World
) -> None:
    kept = dict(world.products)
    world.products.clear()
    send(shop, Records("p").item("P1"))
    under_test.stand_in.requests.clear()
    shop.listing("items", "", 100)
    assert len(under_test.stand_in.requests) == 2  # products, categories
    world.products |= kept


def test_an_answer_that_nobody_hears_leaves_the_right_state(under_test: WooUnderTest, shop: Shop, world: World) -> None:
    bundle = Records("v").sellable(RED)
    under_test.stand_in.lost = (2,)  # the first one learns that the SKU is taken
    with pytest.raises(OutcomeUnknown):
        shop.upsert([bundle])
    assert held(shop, "items", RED).sent == sent_hash(bundle.parts[0].data or b"")
    under_test.stand_in.lost = ()
    assert {result.status for result in shop.upsert([bundle])} == {"updated"}
    assert len(world.products) == 3


def test_a_new_sku_of_ebms_is_the_variations(shop: Shop, world: World) -> None:
    records = Records("v")
    (item,) = send(shop, records.item(RED))
    number = of(world, RED)["id"]
    renamed = msgspec.structs.replace(records.item("TEE-CRIMSON"), was=RED, remote_id=item.remote_id)
    send(shop, renamed)
    assert (of(world, "TEE-CRIMSON")["id"], meta(of(world, "TEE-CRIMSON"))["_ebms_id"]) == (number, "TEE-CRIMSON")


def test_two_exchange_their_skus(shop: Shop, world: World) -> None:
    """A variation and a product of its own."""
    records = Records("v")
    red, plain = send(shop, records.item(RED), records.item("P1"))
    numbers = of(world, RED)["id"], of(world, "P1")["id"]
    one = msgspec.structs.replace(records.item("P1"), was=RED, remote_id=red.remote_id)
    other = msgspec.structs.replace(records.item(RED), was="P1", remote_id=plain.remote_id)
    send(shop, one, other)
    assert (of(world, "P1")["id"], of(world, RED)["id"]) == numbers


def test_a_sku_that_a_person_has_changed_is_put_back(shop: Shop, world: World) -> None:
    records = Records("v")
    (item,) = send(shop, records.item(RED))
    number = of(world, RED)["id"]
    of(world, RED)["sku"] = "OTHER"
    (again,) = send(shop, known(records.item(RED, weight="2"), item))
    assert (again.status, of(world, RED)["id"], of(world, RED)["weight"]) == ("updated", number, "2")


def test_a_variation_that_is_moved_is_followed(shop: Shop, world: World) -> None:
    """To write it by the address of its former parent would bring it back there."""
    records = Records("v")
    coat = variations.parent(world, "COAT", "variable")
    moved = variations.made(world, of(world, TEE), "TEE-GREEN")
    (item,) = send(shop, records.item("TEE-GREEN"))
    moved["parent_id"] = coat["id"]
    (again,) = send(shop, known(records.item("TEE-GREEN", weight="2"), item))
    assert again.remote_id == f"{coat['id']}/{moved['id']}"
    assert (moved["parent_id"], moved["weight"]) == (coat["id"], "2")


def test_one_that_a_person_deletes_becomes_a_product_of_its_own(shop: Shop, world: World) -> None:
    records = Records("v")
    green = variations.made(world, of(world, TEE), "TEE-GREEN")
    item, price = shop.upsert([Bundle((records.item("TEE-GREEN"), records.price("TEE-GREEN", "18.00")))])
    del world.products[green["id"]]
    assert shop.upsert(alone(known(records.price("TEE-GREEN", "19.00"), price)))[0].status == "lost"
    (again,) = send(shop, known(records.item("TEE-GREEN"), item))
    made = of(world, "TEE-GREEN")
    assert (again.status, again.remote_id, made["type"]) == ("created", str(made["id"]), "simple")


def test_the_first_picture_is_the_variations_and_pdfs_are_its_downloads(shop: Shop, world: World) -> None:
    records = Records("v")
    send(shop, records.item(RED))
    parts = []
    for place, name in enumerate(("first.png", "second.png")):
        assert Sending(shop, a_picture(name)).whole
        content = content_of(a_picture(name), name)
        picture = Picture(item=RED, name=name, content=content.digest, size=content.size, position=place)
        parts.append(records.put("images", f"{RED}\t{name}", picture))
    assert Sending(shop, a_pdf("sheet"), "a.pdf").whole
    sheet = content_of(a_pdf("sheet"), "a.pdf")
    document = Document(item=RED, name="a.pdf", content=sheet.digest, size=sheet.size)
    parts.append(records.put("documents", f"{RED}\ta.pdf", document))
    send(shop, *parts)
    ids = {row["slug"]: row["id"] for row in world.media.values()}
    first, second = (ids[content_of(a_picture(name), name).digest] for name in ("first.png", "second.png"))
    assert of(world, RED)["own_image"] == first
    assert [row["name"] for row in of(world, RED)["downloads"]] == ["a.pdf"]
    for part in parts:
        assert differing(shop, part) == []
    of(world, RED)["own_image"] = second
    assert held(shop, "images", parts[0].key).data is None
    send(shop, parts[0], records.part("images", parts[1].key, "delete"))
    assert of(world, RED)["own_image"] == first
    send(shop, records.part("images", parts[0].key, "delete"))
    assert of(world, RED)["own_image"] == 0
    # It shows its parent's now, which is not to become its own.
    send(shop, records.part("images", parts[0].key, "delete"))
    assert of(world, RED)["own_image"] == 0


def test_what_the_store_made_of_a_variation_is_told(shop: Shop, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.shops.woo.products._price", lambda value: "1850")
    item, price, stock = shop.upsert([Records("v").sellable(RED, "18.50")])
    assert (item.status, stock.status) == ("updated", "created")
    assert (price.status, price.seen, price.expected) == ("refused", "18.50", "stored: 1850")


def test_a_variation_of_another_case_is_taken_over_and_one_with_an_accent_is_not(shop: Shop, world: World) -> None:
    variations.made(world, of(world, TEE), "CAFE")
    upper, accent = shop.upsert(alone(Records("v").item("tee-red"), Records("w").item("CAFÉ")))
    assert (upper.status, accent.status, accent.field) == ("updated", "refused", "key")
    assert of(world, "tee-red")["parent_id"] == of(world, TEE)["id"]
    assert price_key("tee-red") not in meta(of(world, "tee-red"))
