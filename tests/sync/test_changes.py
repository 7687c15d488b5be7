"""What the shop changed of an order, and in which statuses the feed is asked for."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sync.judging import BERLIN, GOOD, line, with_
from webupdate.store.companies import SiteInfo
from webupdate.sync import statuses
from webupdate.sync.changes import changes, described, question, version
from webupdate.sync.shops.base import WebOrder
from webupdate.sync.shops.oscar import OSCAR

OFF = frozenset(("Cancelled",))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"status": "Shipped", "updated_at": "later", "id": "2"}, []),
        ({"total": "18.0"}, []),
        ({"total": "19.00"}, [("total", "18.00", "19.00")]),
        ({"note": "Ring"}, [("note", "", "Ring")]),
        ({"lines": (line("CHAI-01", quantity="2"),)}, [("line 1 quantity", "1", "2")]),
        ({"bill_to": msgspec.structs.replace(BERLIN, zip="012209")}, [("bill to zip", "12209", "012209")]),
    ],
)
def test_only_a_real_change_is_one(values: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert changes(GOOD, with_(**values)) == expected


def test_what_is_there_no_more_is_a_change() -> None:
    gone = {field: new for field, _, new in changes(with_(lines=(line("A"), line("B"))), with_(lines=()))}
    assert gone["line 1 sku"] == gone["line 2 sku"] == ""
    assert ("ship to city", "Berlin", "") in changes(GOOD, with_(ship_to=None))
    assert "and 9 more" in described([("note", "", "x")] * 14)


ORDERS = st.builds(
    lambda total, note, skus, status: with_(total=total, note=note, lines=tuple(map(line, skus)), status=status),
    st.sampled_from(("1.00", "1", "2.00")),
    st.text(max_size=3),
    st.lists(st.sampled_from("AB"), max_size=3),
    st.sampled_from(("Pending", "Shipped", "Cancelled")),
)


@given(ORDERS, ORDERS)
def test_changes_are_what_undoes_them(old: WebOrder, new: WebOrder) -> None:
    assert changes(old, old) == []
    assert sorted(changes(new, old)) == sorted((field, after, before) for field, before, after in changes(old, new))
    assert question(old, msgspec.structs.replace(old, updated_at="later", id="x"), OFF, "f") is None
    if version(old, OFF) == version(new, OFF):
        assert changes(old, new) == []


@given(ORDERS, ORDERS)
def test_a_question_is_asked_of_a_change_or_of_an_end(old: WebOrder, new: WebOrder) -> None:
    was_off, is_off = old.status in OFF, new.status in OFF
    asked = question(old, new, OFF, "SO-1.csv")
    assert (asked is not None) == (not was_off if is_off else was_off or bool(changes(old, new)))


def test_hostile_texts_are_shown_harmlessly() -> None:
    asked = question(GOOD, with_(note="\x1b[31m\u202e" + "x" * 9000), OFF, "SO-1.csv")
    assert asked is not None
    assert asked.message.isprintable() and len(asked.message) < 500


@pytest.mark.parametrize(
    ("named", "wanted", "off", "asked"),
    [
        ("", OSCAR.order_statuses, OFF, (*OSCAR.order_statuses, "Cancelled")),
        ("paid, open", ("paid", "open"), OFF, ("paid", "open", "Cancelled")),
        ("paid,Cancelled", ("paid", "Cancelled"), frozenset(), ("paid", "Cancelled")),
    ],
)
def test_statuses(named: str, wanted: tuple[str, ...], off: frozenset[str], asked: tuple[str, ...]) -> None:
    values = {"order_statuses": named}
    site = SiteInfo(id=1, name="shop", values=values, secrets=None, created_at=0, begun_at=None)
    assert statuses.wanted(site, OSCAR) == wanted
    assert statuses.cancelled(site, OSCAR) == off
    assert statuses.asked_for(site, OSCAR) == asked
    every = msgspec.structs.replace(OSCAR, order_statuses=())
    assert statuses.asked_for(site, every) == (asked if named else ())
