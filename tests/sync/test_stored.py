"""Orders that another version of this program has kept: they wait, they are not lost, and no other one stops."""

from __future__ import annotations

import zlib

import msgspec
import pytest

from tests.sync.desks import FINE, Desk
from tests.sync.judging import line
from webupdate.store import inbox
from webupdate.store.inbox import Order
from webupdate.sync.stored import read_order
from webupdate.tui import matters

# What no version reads: a number as text, lines of another shape, no JSON, nothing.
UNREADABLE = (b'{"id": 1}', b'{"id": "1", "lines": "CHAI"}', b"\xff{", b"")


def keep(desk: Desk, order: Order, content: bytes) -> Order:
    """As if another version had kept the order."""
    desk.store.sql("UPDATE inbox SET content = ? WHERE id = ?", zlib.compress(content), order.id)
    return desk.order(order)


@pytest.mark.parametrize("content", UNREADABLE)
def test_it_waits_and_the_others_go_on(desk: Desk, content: bytes) -> None:
    damaged, fine = (desk.receive(lines=(line("CHAI"),)) for _ in range(2))
    received = inbox.received_bytes(desk.store, damaged.id)
    keep(desk, damaged, content)
    desk.answer(fine, ("item", "CHAI", "CHAI-01", "always"))
    desk.judge()
    found = desk.order(damaged)
    assert (found.state, [problem.kind for problem in found.problems]) == ("conflict", [29])
    assert list(desk.write()) == [f"SO-shop-{fine.number}.csv"]
    assert (found.content, inbox.received_bytes(desk.store, damaged.id)) == (content, received)


def test_what_was_ready_before_is_not_written_empty(desk: Desk) -> None:
    order = desk.receive()
    assert order.state == "ready"
    keep(desk, order, b"{}")
    assert desk.write() == {}
    assert [problem.kind for problem in desk.order(order).problems] == [29]


def test_what_is_staged_is_laid_down(desk: Desk) -> None:
    order = desk.receive()
    (content,) = desk.write().values()
    desk.store.sql("UPDATE inbox SET state = 'staged', temporary = '1.tmp', written_at = NULL")
    keep(desk, order, b"{}")
    assert list(desk.write().values()) == [content]
    assert desk.order(order).state == "written"


def test_a_person_can_look_at_it_and_close_it(desk: Desk) -> None:
    order = keep(desk, desk.receive(lines=(line("CHAI"),)), b"{}")
    desk.judge()
    state = matters.load(desk.store, desk.exports.company.id, order.id)
    assert state is not None and [problem.kind for problem in state.problems] == [29]
    desk.answer(order, ("decision", "29", "close"))
    assert desk.order(order).state == "closed"


def test_a_newer_version_of_it_is_taken(desk: Desk) -> None:
    order = keep(desk, desk.receive(), b"{}")
    later = "2026-11-23T11:00:00+00:00"
    desk.give(msgspec.structs.replace(FINE, id=order.shop_id, number=order.number, updated_at=later))
    assert desk.judge().state == "ready"


def test_a_newer_version_of_a_written_one_is_asked_about(desk: Desk) -> None:
    order = desk.receive()
    desk.write()
    keep(desk, order, b"{}")
    later = "2026-11-23T11:00:00+00:00"
    desk.give(msgspec.structs.replace(FINE, id=order.shop_id, number=order.number, updated_at=later, note="x"))
    assert [problem.kind for problem in desk.order(order).problems] == [24]


def test_what_can_be_read_is_read(desk: Desk) -> None:
    order = desk.receive()
    assert read_order(order).lines == FINE.lines
    unreadable = read_order(keep(desk, order, b"[]"))
    assert (unreadable.id, unreadable.number, unreadable.status) == (order.shop_id, order.number, order.web_status)
