"""What the store does by its own source, and no recording shows: the stand-in does it too (docs, Unproven)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial

import pytest

from tests.shops.contract import Records, Sending, a_pdf, a_picture, alone, content_of, send
from tests.shops.woo import products, routes
from tests.shops.woo.asking import Answer, Body, Refusal, Request
from tests.shops.woo.world import World, blank_product
from tests.shops.woo_adapter import WooUnderTest
from webupdate.errors import NeedsPerson
from webupdate.sync.shops.base import (
    Bundle,
    Category,
    Content,
    Customer,
    Document,
    Item,
    Picture,
    ShipBand,
    ShipMethod,
    Shop,
    Stock,
)
from webupdate.sync.shops.woocommerce.account import is_email


@pytest.fixture
def world(under_test: WooUnderTest) -> Iterator[World]:
    """The store without goods."""
    fresh = under_test.stand_in.world
    fresh.products.clear()
    yield fresh
    fresh.largest, fresh.counts_stock, fresh.approves_no_file = {413: 0, 400: 0}, True, False


@pytest.fixture
def shop(under_test: WooUnderTest, world: World) -> Shop:
    return under_test.shop


def only(world: World) -> Body:
    (product,) = world.products.values()
    return product


@pytest.mark.parametrize("status", [413, 400])
def test_a_picture_that_is_too_large_for_the_server_holds_up_no_other(shop: Shop, world: World, status: int) -> None:
    """nginx takes 1 MB unless it is told otherwise: trying again would be for ever."""
    world.largest[status] = 5000
    with pytest.raises(NeedsPerson, match=f"no file of that size .it answered {status}") as told:
        Sending(shop, a_picture("large") + b"x" * 5000)
    assert "client_max_body_size" in told.value.hint
    assert Sending(shop, a_picture("small")).whole


@pytest.mark.parametrize("make", [True, False])
def test_an_email_that_is_none_for_wordpress_spoils_no_other(under_test: WooUnderTest, make: bool) -> None:
    """The look-up of one would be refused whole, and with it all that goes in the same request."""
    shop = under_test.connect(make_accounts=make)
    people = {"A": "a@example.com, b@example.com", "B": "info@müller.example", "ALFKI": "alfki@example.com"}
    records = Records("e")
    parts = [records.put("customers", key, Customer(login="", email=email)) for key, email in people.items()]
    with closing(shop):
        results = shop.upsert(alone(*parts))
    assert [(result.status, result.field) for result in results[:2]] == [("refused", "email")] * 2
    assert results[2].status in ("created", "updated")
    assert "no e-mail" in results[0].message and "Latin" in results[0].expected


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("o'neil+shop@mail.example.co.uk", True),
        ("x@y.de", True),
        ("a@b.c", False),  # WordPress wants six letters
        ("a@localhost", False),
        ("a b@example.com", False),
        ("a@example..com", False),
        ("a@-example.com", False),
        ("a@example.com.", False),
    ],
)
def test_what_wordpress_takes_for_an_email(text: str, good: bool) -> None:
    assert is_email(text) is good


def test_a_user_name_that_wordpress_refuses_is_told(shop: Shop) -> None:
    part = Records("u").put("customers", "U", Customer(login="m&m", email="m@example.com"))
    (result,) = shop.upsert(alone(part))
    assert (result.status, result.field, result.seen) == ("refused", "login", "m&m")


def test_doubled_blanks_of_a_name_are_no_fault(shop: Shop) -> None:
    """WordPress makes one of them."""
    part = Records("b").put("customers", "B", Customer(login="", email="b@example.com", last_name="Van  Dyk"))
    assert [result.status for result in send(shop, part)] == ["created"]


def test_a_backslash_is_kept(shop: Shop, world: World) -> None:
    """WordPress takes one off wherever it stores a text."""
    item = Item(category="11", title='Pipe 3\\4" \\', short="in C:\\goods", long="<p>a\\\\b</p>")
    records = Records("s")
    category = records.put("categories", "11", Category(parent=None, title="A\\B & C"))
    send(shop, category, records.put("items", "BS1", item))
    product = only(world)
    assert (product["name"], product["short_description"]) == ('Pipe 3\\4" \\', "in C:\\goods")
    assert product["description"] == "<p>a\\\\b</p>"
    assert world.categories[product["categories"][0]["id"]]["name"] == "A\\B &amp; C"
    assert [result.status for result in send(shop, category)] == ["updated"]


def test_a_product_whose_server_died_while_it_was_made_is_taken_over(
    shop: Shop, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its SKU stands in the look-up table, which refuses another one and names it, and nowhere else."""
    made = products.create

    def half(world: World, request: Request) -> Answer:
        for product in world.products.values():
            if not product["sku"] and "sku" in request.fields():
                raise Refusal(400, "product_invalid_sku", "Invalid or duplicated SKU.", resource_id=product["id"])
        return made(world, request)

    monkeypatch.setitem(batch_of_products().keywords, "create", half)
    world.products[77] = blank_product() | {"id": 77, "name": "Half", "type": "simple"}
    assert [result.status for result in send(shop, Records("h").item("HALF-1"))] == ["updated"]
    assert (only(world)["id"], only(world)["sku"]) == (77, "HALF-1")


def batch_of_products() -> partial[Answer]:
    """What answers to batches of products."""
    (found,) = [handler for _, path, handler in routes.ROUTES if path.endswith("v3/products/batch")]
    assert isinstance(found, partial)
    return found


def test_stock_that_the_store_does_not_count_is_told_with_the_switch(shop: Shop, world: World) -> None:
    world.counts_stock = False
    records = Records("n")
    parts = (records.item("NC1"), records.put("stock", "NC1", Stock(item="NC1", quantity="5")))
    item, stock = shop.upsert([Bundle(parts)])
    assert (item.status, stock.status, stock.field) == ("created", "refused", "quantity")
    assert "Settings, Products, Inventory" in stock.expected


def test_a_file_with_too_long_a_name_is_refused_before_it_is_lost(shop: Shop) -> None:
    """The name stands in the meta data's: one that has no room is dropped without a word."""
    name = "ü" * 60 + ".png"
    part = Records("l").put("images", f"L1\t{name}", Picture(item="L1", name=name, content="0" * 64, size=1))
    (result,) = shop.upsert(alone(part))
    assert (result.status, result.field, result.seen[:9]) == ("refused", "name", "ü" * 9)


def test_a_store_that_ships_nothing_refuses_ship_vias_alone(
    shop: Shop, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It answers as if it had no such address, which would stop all that goes into it."""

    def off(_world: World, _request: Request) -> Answer:
        raise Refusal(404, "rest_no_route", "Shipping is disabled.")

    _answering(monkeypatch, "/shipping/zones", off)
    records = Records("off")
    band = ShipBand(rate_type="FLAT", rate="5.90")
    via = records.put("shipping", "DHL", ShipMethod(name="DHL", bands=(band,)))
    item, ship = shop.upsert(alone(records.item("OFF1"), via))
    assert (item.status, ship.status) == ("created", "refused")
    assert "ships nothing" in ship.message
    assert shop.listing("shipping", "", 10).records == ()


def test_an_older_store_gives_no_totals_of_its_zones(shop: Shop, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _answering(monkeypatch, "/shipping/zones", lambda world, _: Answer(body=list(world.zones.values())))
    via = Records("old").put(
        "shipping", "DHL", ShipMethod(name="DHL", bands=(ShipBand(rate_type="FLAT", rate="5.90"),))
    )
    assert [result.status for result in send(shop, via)] == ["created"]


def _answering(monkeypatch: pytest.MonkeyPatch, path: str, handler: Callable[[World, Request], Answer]) -> None:
    """Let a list of the store be answered so."""
    route = ("GET", f"/wp-json/wc/v3{path}", handler)
    monkeypatch.setattr(routes, "ROUTES", (route, *routes.ROUTES))


def test_a_file_that_the_store_does_not_approve_holds_up_nothing_else(shop: Shop, world: World) -> None:
    content = sent(shop, a_pdf("sheet"))
    world.approves_no_file = True
    records = Records("ap")
    sheet = Document(item="AP1", name="sheet.pdf", content=content.digest, size=content.size)
    results = shop.upsert([Bundle((records.item("AP1"), records.put("documents", "AP1\tsheet.pdf", sheet)))])
    assert [result.status for result in results] == ["created", "refused"]
    assert "<code>" not in results[1].message and "approved directory" in results[1].message


def test_a_picture_that_left_the_library_is_sent_again(shop: Shop, world: World) -> None:
    """The connector knows where it was: the rest of the item goes, and the next time it is asked for anew."""
    data = a_picture("gone")
    content = sent(shop, data)
    (number,) = [number for number, row in world.media.items() if row["slug"] == content.digest]
    del world.media[number]
    records = Records("lib")
    picture = Picture(item="LIB1", name="a.png", content=content.digest, size=content.size)
    part = records.put("images", "LIB1\ta.png", picture)
    item, refused = shop.upsert([Bundle((records.item("LIB1"), part))])
    assert (item.status, refused.status, refused.field) == ("created", "refused", "content")
    sent(shop, data)
    assert [result.status for result in send(shop, part)] == ["created"]


def test_a_picture_that_a_person_took_out_does_not_come_back_with_another(shop: Shop, world: World) -> None:
    """It may have left the library too: a store refuses all pictures of a product with one that is none."""
    first, second = sent(shop, a_picture("first")), sent(shop, a_picture("second"))
    records = Records("out")
    pictures = [Picture(item="OUT1", name=f"{c.size}", content=c.digest, size=c.size) for c in (first, second)]
    parts = [records.put("images", f"OUT1\t{n}", picture) for n, picture in enumerate(pictures)]
    send(shop, records.item("OUT1"), parts[0])
    (gone,) = [image["id"] for image in only(world)["images"]]
    del world.media[gone]
    only(world)["images"] = []
    assert [result.status for result in send(shop, parts[1])] == ["created"]
    assert [image["id"] for image in only(world)["images"]] == [max(world.media)]


def sent(shop: Shop, data: bytes) -> Content:
    """What the library holds now."""
    assert Sending(shop, data).whole
    return content_of(data, "x")


def test_a_sale_price_has_no_days_of_another_sale(under_test: WooUnderTest, world: World) -> None:
    """Else the store would go on charging the other price, or begin to on a day that EBMS knows nothing of."""
    with closing(under_test.connect(sale_level="Sale")) as shop:
        records = Records("d")
        send(shop, records.item("D1", unit="EA"), records.price("D1", "18.00"))
        only(world).update(date_on_sale_from="2026-01-01T00:00:00", date_on_sale_to="2026-01-31T23:59:59")
        send(shop, records.item("D1", unit="EA"), records.price("D1", "18.00"))
        assert only(world)["date_on_sale_to"] == "2026-01-31T23:59:59"
        send(shop, records.item("D1", unit="EA"), records.price("D1", "15.00", "Sale"))
        assert (only(world)["sale_price"], only(world)["date_on_sale_from"], only(world)["date_on_sale_to"]) == (
            "15.00", None, None,
        )  # fmt: skip


def test_a_plugins_way_to_ship_without_settings_is_left_alone(
    under_test: WooUnderTest, shop: Shop, world: World
) -> None:
    """PHP writes an empty object as an empty list."""
    world.methods[0] = [{"id": 9, "method_id": "by_bike", "enabled": True, "settings": []}]
    band = ShipBand(rate_type="FLAT", rate="5.90")
    via = Records("bike").put("shipping", "DHL", ShipMethod(name="DHL", bands=(band,)))
    assert [result.status for result in send(shop, via)] == ["created"]
    assert world.methods[0][0] == {"id": 9, "method_id": "by_bike", "enabled": True, "settings": []}


def test_a_download_that_has_a_number_keeps_it(shop: Shop, world: World) -> None:
    content = sent(shop, a_pdf("numbered"))
    records = Records("num")
    send(shop, records.item("NUM1"))
    only(world)["downloadable"] = True
    only(world)["downloads"] = [{"id": 12, "name": "Song", "file": "https://elsewhere.example/song.mp3"}]
    sheet = Document(item="NUM1", name="sheet.pdf", content=content.digest, size=content.size)
    assert [r.status for r in send(shop, records.put("documents", "NUM1\tsheet.pdf", sheet))] == ["created"]
    assert 12 in [row["id"] for row in only(world)["downloads"]]


def test_a_file_that_was_taken_out_does_not_come_back_with_another(shop: Shop, world: World) -> None:
    """A product that is downloadable no more keeps its files."""
    first, second = sent(shop, a_pdf("first")), sent(shop, a_pdf("second"))
    records = Records("back")
    sheets = [Document(item="BACK1", name=f"{c.size}", content=c.digest, size=c.size) for c in (first, second)]
    parts = [records.put("documents", f"BACK1\t{n}.pdf", sheet) for n, sheet in enumerate(sheets)]
    send(shop, records.item("BACK1"), parts[0])
    send(shop, records.part("documents", "BACK1\t0.pdf", "delete"))
    assert (only(world)["downloadable"], only(world)["downloads"]) == (False, [])
    send(shop, parts[1])
    assert [row["name"] for row in only(world)["downloads"]] == ["1.pdf"]
