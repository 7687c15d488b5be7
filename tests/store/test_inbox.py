"""Web orders in the store: each once, whole, and the stock that they take."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from tests.store.making import NOW, Place, company_values
from webupdate.store import companies, inbox, orderversions
from webupdate.store.inbox import Arrived, Finding, Order

ORDER = Arrived(
    shop_id="17",
    number="100017",
    web_status="Paid",
    placed_at="2026-11-23T10:00:00+00:00",
    updated_at="2026-11-23T10:00:00+00:00",
    total="36.00",
    buyer="Maria Šimůnková",
    content=b'{"n": 1}',
    received=b'{"raw": "\xc5\xa0"}',
    sold=(("CHAI-01", "2"), ("CHANG-02", "1.5")),
)
BLOCKING = Finding(kind=1, field="INVEN, line 1", seen="X", expected="an ID", message="No such item.")


def changed(**values: object) -> Arrived:
    return msgspec.structs.replace(ORDER, updated_at="2026-11-23T11:00:00+00:00", **values)


def receive(place: Place, *orders: Arrived, cursor: str = "c1") -> tuple[int, list[str]]:
    new, late = inbox.receive(place.store, place.site.id, orders, cursor, NOW)
    return new, [came.number for _, came in late]


def only(place: Place) -> Order:
    (order,) = inbox.in_states(place.store, place.site.id, *inbox.STATES)
    return order


def pending(place: Place, *, reserved: bool = False) -> dict[str, Decimal]:
    return inbox.pending(place.store, place.company.id, place.site.id, reserved_in_shop=reserved)


def test_an_order_is_kept_whole(place: Place) -> None:
    assert receive(place, ORDER) == (1, [])
    order = only(place)
    assert (order.state, order.shop_id, order.number, order.buyer) == ("received", "17", "100017", "Maria Šimůnková")
    assert order.content == ORDER.content
    assert inbox.received_bytes(place.store, order.id) == ORDER.received
    assert inbox.cursor(place.store, place.site.id) == "c1"


def test_receiving_twice_is_receiving_once(place: Place) -> None:
    receive(place, ORDER)
    inbox.judged(place.store, only(place), [BLOCKING], ["w"])
    before = only(place)
    assert receive(place, ORDER, ORDER, cursor="c2") == (0, [])
    assert only(place) == before
    assert inbox.cursor(place.store, place.site.id) == "c2"
    assert pending(place) == {"CHAI-01": Decimal(2), "CHANG-02": Decimal("1.5")}


def test_two_sites_may_have_orders_of_one_number(place: Place) -> None:
    info = companies.add_site(
        place.store, place.vault, place.company, {"site": "b2b", "address": "https://b2b.example", "token": "x"}
    )
    receive(place, ORDER)
    assert inbox.receive(place.store, info.site("b2b").id, [ORDER], "", NOW) == (1, [])
    assert [order.site_id for order in inbox.recent(place.store, place.company.id, 10)] == [info.sites[1].id, 1]
    companies.add(place.store, place.vault, company_values(place.store.path.parent, name="Other"))
    assert inbox.recent(place.store, place.company.id + 1, 10) == []


@pytest.mark.parametrize("state", inbox.BEFORE_STAGED)
def test_a_newer_version_replaces_while_nothing_is_written(place: Place, state: str) -> None:
    receive(place, ORDER)
    inbox.advance(place.store, only(place), state, error="old trouble")
    assert receive(place, changed(content=b"new", received=b"raw", total="18.00", sold=(("CHAI-01", "1"),))) == (0, [])
    order = only(place)
    assert (order.state, order.content, order.total, order.error) == ("received", b"new", "18.00", None)
    assert inbox.received_bytes(place.store, order.id) == b"raw"
    assert pending(place) == {"CHAI-01": Decimal(1)}


@pytest.mark.parametrize("state", [state for state in inbox.STATES if state not in inbox.BEFORE_STAGED])
def test_afterwards_a_newer_version_is_only_handed_on(place: Place, state: str) -> None:
    receive(place, ORDER)
    before = inbox.advance(place.store, only(place), state)
    assert receive(place, changed(content=b"new", web_status="Cancelled", sold=())) == (0, ["100017"])
    assert only(place) == before
    assert pending(place)["CHAI-01"] == 2


def test_a_version_of_the_same_second_is_a_version(place: Place) -> None:
    """A shop may cut its times to seconds."""
    receive(place, ORDER)
    receive(place, msgspec.structs.replace(ORDER, content=b"new"))
    assert only(place).content == b"new"


def test_a_page_is_taken_whole_or_not_at_all(place: Place) -> None:
    broken = msgspec.structs.replace(ORDER, shop_id="18", sold=(("CHAI-01", None),))
    with pytest.raises(Exception, match="NOT NULL"):
        receive(place, ORDER, broken)
    assert inbox.in_states(place.store, place.site.id, *inbox.STATES) == []
    assert inbox.cursor(place.store, place.site.id) == ""


def test_judging(place: Place) -> None:
    receive(place, ORDER)
    assert inbox.judged(place.store, only(place), [BLOCKING], ["cell changed"]) == "conflict"
    assert only(place).problems == (BLOCKING,)
    assert only(place).warnings == ("cell changed",)
    assert inbox.conflicts(place.store, place.site.id) == 1
    warning = msgspec.structs.replace(BLOCKING, blocks=False)
    assert inbox.judged(place.store, only(place), [warning], []) == "ready"
    assert inbox.conflicts(place.store, place.site.id) == 0


def test_trouble_counts_as_a_conflict_until_it_goes_on(place: Place) -> None:
    receive(place, ORDER)
    inbox.failed(place.store, only(place), "a file of that name is there")
    assert inbox.conflicts(place.store, place.site.id) == 1
    inbox.advance(place.store, only(place), "written", error=None)
    assert inbox.conflicts(place.store, place.site.id) == 0


def test_sold_pieces_wait_until_ebms_counts_them(place: Place) -> None:
    receive(place, ORDER, msgspec.structs.replace(ORDER, shop_id="18", number="100018", sold=(("CHAI-01", "3"),)))
    assert pending(place) == {"CHAI-01": Decimal(5), "CHANG-02": Decimal("1.5")}


def test_a_shop_that_reserves_takes_off_what_is_not_written(place: Place) -> None:
    receive(place, ORDER)
    assert pending(place, reserved=True) == {}
    inbox.advance(place.store, only(place), "written", written_at=NOW)
    assert pending(place, reserved=True) == pending(place) == {"CHAI-01": Decimal(2), "CHANG-02": Decimal("1.5")}
    some = inbox.pending(place.store, place.company.id, 0, reserved_in_shop=False, skus=["CHANG-02", "CHANG"])
    assert some == {"CHANG-02": Decimal("1.5")}


def test_what_one_site_sold_the_others_can_not_sell(place: Place) -> None:
    """Their shops reserve nothing for it, written or not."""
    info = companies.add_site(
        place.store, place.vault, place.company, {"site": "b2b", "address": "https://b2b.example", "token": "x"}
    )
    receive(place, ORDER)
    other = inbox.pending(place.store, info.id, info.site("b2b").id, reserved_in_shop=True)
    assert other == {"CHAI-01": Decimal(2), "CHANG-02": Decimal("1.5")}
    assert pending(place, reserved=True) == {}


def test_an_export_saved_after_the_file_was_taken_counts_it(place: Place) -> None:
    receive(place, ORDER)
    count = inbox.count_taken
    assert count(place.store, place.company.id, NOW + 1000, NOW + 1001) == []  # still in the folder
    inbox.advance(place.store, only(place), "acked", written_at=NOW)
    assert [order.number for order in orderversions.in_folder(place.store, place.site.id)] == ["100017"]
    orderversions.taken(place.store, [only(place)], NOW + 10)
    assert orderversions.in_folder(place.store, place.site.id) == []
    assert count(place.store, place.company.id, NOW + 9, NOW + 20) == []  # saved before EBMS took it
    assert count(place.store, place.company.id + 1, NOW + 15, NOW + 20) == []
    assert sorted(count(place.store, place.company.id, NOW + 15, NOW + 20)) == ["CHAI-01", "CHANG-02"]
    assert pending(place) == pending(place, reserved=True) == {}
    assert count(place.store, place.company.id, NOW + 30, NOW + 31) == []  # once


def test_recent_orders_by_state(place: Place) -> None:
    receive(place, ORDER, msgspec.structs.replace(ORDER, shop_id="18", number="100018"))
    inbox.judged(place.store, inbox.in_states(place.store, place.site.id, "received")[0], [BLOCKING], [])
    recent = inbox.recent(place.store, place.company.id, 10)
    assert [order.number for order in recent] == ["100018", "100017"]
    assert [order.number for order in inbox.recent(place.store, place.company.id, 10, "conflict")] == ["100017"]
