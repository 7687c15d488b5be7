"""What the Oscar connector decides by its own knowledge of the sync API."""

from __future__ import annotations

import json

import pytest

from tests.shops.contract import CALLS, Records, every_call
from tests.shops.wire import Reply, answering
from webupdate.errors import Stopped
from webupdate.sync.shops.oscar import OscarShop

TOKEN = "0123456789abcdef" * 2


def reply(content: object) -> Reply:
    return 200, {}, json.dumps(content).encode()


@pytest.mark.parametrize("status", [404, 405, 410])
@pytest.mark.parametrize("call", CALLS)
def test_a_missing_plugin_stops_the_site_and_blames_no_record(records: Records, call: str, status: int) -> None:
    with answering(lambda _: (status, {}, b"<html>")) as address:
        shop = OscarShop(address, TOKEN)
        with pytest.raises(Stopped, match=f"answered {status}: there is no sync API"):
            every_call(records)[call](shop)
        shop.close()


def test_another_version_of_the_api_stops() -> None:
    check = {"shop": "django-oscar", "version": "5", "api": 2, "time": "2026-01-31T12:00:00Z", "currency": "USD"}
    with answering(lambda _: reply(check)) as address:
        shop = OscarShop(address, TOKEN)
        with pytest.raises(Stopped, match="has version 2, this program speaks 1"):
            shop.check()
        shop.close()


@pytest.mark.parametrize(
    ("received", "known_as"),
    [
        ({"id": 7, "number": "100007", "lines": "none"}, ("7", "100007")),
        ({"id": "8"}, ("8", "8")),
    ],
)
def test_an_order_that_cannot_be_read_comes_down_without_lines(
    received: dict[str, object], known_as: tuple[str, str]
) -> None:
    with answering(lambda _: reply({"orders": [received], "cursor": "c", "more": False})) as address:
        shop = OscarShop(address, TOKEN)
        page = shop.orders("", "", ())
        shop.close()
    ((order, raw),) = page.orders
    assert (order.id, order.number) == known_as
    assert order.lines == ()
    assert json.loads(raw) == received
    assert page.cursor == "c"


def test_orders_that_name_nothing_are_known_by_their_content() -> None:
    # Not even text: a byte that is no UTF-8.
    body = b'{"orders": [{"id": "\xff"}, {"id": "\xfe"}, 5], "cursor": "c", "more": false}'
    with answering(lambda _: (200, {}, body)) as address:
        shop = OscarShop(address, TOKEN)
        first, second = (shop.orders("", "", ()).orders for _ in range(2))
        shop.close()
    known = [order.id for order, _ in first]
    assert len(set(known)) == 3
    assert known == [order.id for order, _ in second]
