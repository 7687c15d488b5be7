"""A page of the orders feed: taken in parts, so that nobody waits long for the store, and whole all the same."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.sync.desks import FINE, Desk
from webupdate.store import inbox
from webupdate.sync import download
from webupdate.sync.shops import oscar
from webupdate.sync.shops.base import OrderPage


def page(orders: int) -> OrderPage:
    found = [msgspec.structs.replace(FINE, id=str(n), number=f"10{n:04}") for n in range(1, orders + 1)]
    return OrderPage(tuple((order, msgspec.json.encode(order)) for order in found), f"after {orders}", False)


def take(desk: Desk, orders: int) -> int:
    return download.take(desk.store, desk.exports.company, desk.site, page(orders), oscar.OSCAR, desk.exports.now)


@pytest.mark.parametrize("orders", [0, 1, download.AT_ONCE, download.AT_ONCE + 1, 3 * download.AT_ONCE])
def test_the_whole_page_is_taken_once_and_the_cursor_goes_on(desk: Desk, orders: int) -> None:
    assert take(desk, orders) == orders
    assert take(desk, orders) == 0
    assert desk.store.one("SELECT count(*) FROM inbox") == orders
    assert inbox.cursor(desk.store, desk.site.id) == f"after {orders}"


@pytest.mark.parametrize("parts", [0, 1, 2])
def test_what_is_cut_off_between_two_parts_comes_again_and_is_not_taken_twice(
    desk: Desk, parts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive = inbox.receive
    taken: list[int] = []

    def cut_off(*arguments: Any) -> Any:
        if len(taken) == parts:
            raise KeyboardInterrupt
        taken.append(1)
        return receive(*arguments)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(inbox, "receive", cut_off)
        take(desk, 3 * download.AT_ONCE)
    assert desk.store.one("SELECT count(*) FROM inbox") == parts * download.AT_ONCE
    assert inbox.cursor(desk.store, desk.site.id) == ""
    assert take(desk, 3 * download.AT_ONCE) == (3 - parts) * download.AT_ONCE
    assert desk.store.one("SELECT count(*) FROM inbox") == 3 * download.AT_ONCE
