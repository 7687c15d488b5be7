"""What the store does by its own source, and no recording shows: the stand-in does it too (docs, Unproven)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.shops.contract import Records, Sending, a_picture, alone, send
from tests.shops.woo.asking import Body
from tests.shops.woo.world import World
from tests.shops.woo_adapter import WooUnderTest, woo_under_test
from webupdate.errors import NeedsPerson
from webupdate.sync.shops.base import Customer, Shop
from webupdate.sync.shops.woocommerce.account import is_email


@pytest.fixture
def under_test(tmp_path: Path) -> Iterator[WooUnderTest]:
    with woo_under_test(tmp_path) as made:
        yield made


@pytest.fixture
def shop(under_test: WooUnderTest) -> Shop:
    return under_test.shop


@pytest.fixture
def world(under_test: WooUnderTest) -> World:
    return under_test.stand_in.world


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
