"""What the store does by its own source, and no recording shows: the stand-in does it too (docs, Unproven)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.shops.contract import Sending, a_picture
from tests.shops.woo.asking import Body
from tests.shops.woo.world import World
from tests.shops.woo_adapter import WooUnderTest, woo_under_test
from webupdate.errors import NeedsPerson
from webupdate.sync.shops.base import Shop


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
