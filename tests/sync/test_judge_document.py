"""The order as a document: downloaded before (kind 23), of an open day (kind 27), readable (kind 29)."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from tests.sync.desks import Desk
from tests.sync.judging import ALL, FILES, GOOD, RULES, Ebms, answer, blocking, case, findings, kinds, with_
from webupdate.sync import topics
from webupdate.sync.judge import choices, typed
from webupdate.sync.orderrules import OrderRules

OPEN = msgspec.structs.replace(RULES, first_day=date(2026, 11, 1), last_day=date(2026, 11, 30))


def zone(name: str, rules: OrderRules = RULES) -> OrderRules:
    return msgspec.structs.replace(rules, time_zone=name)


# 23


def test_kind_23_an_order_of_the_same_number() -> None:
    known = Ebms(*FILES, first="placed 2025-01-02, written as SO-shop-100012.csv")
    (found,) = findings(GOOD, known)
    assert (found.kind, found.field, found.topic, found.web) == (23, "EXTERNALID", "decision", "23")
    assert "SO-shop-100012.csv" in found.message and found.blocks
    same, other = choices.likely(found, case(GOOD, known))
    assert (same.topic, same.web, same.value) == ("decision", "23", topics.CLOSE)
    assert (other.topic, other.label) == ("accept", "it is another order: write it")
    assert blocking(GOOD, known, answer(other.topic, other.web, other.value)) == []
    assert [choice.topic for choice in choices.ways(found, case(GOOD, known))] == []


def test_kind_23_through_the_inbox(desk: Desk) -> None:
    first = desk.receive()
    second = desk.receive(id="999", number=first.number)
    assert [(p.kind, p.subject) for p in second.problems if p.blocks] == [(23, "999")]
    desk.answer(second, ("accept", topics.key("23", "999"), "yes"))
    assert desk.order(second).state == "ready"
    third = desk.receive(id="1000", number=first.number)
    assert third.state == "conflict"  # what was let pass was that one


# 27


@pytest.mark.parametrize(
    ("placed", "expected"),
    [
        ("2026-11-01T00:00:00+00:00", []),
        ("2026-11-30T23:59:59+00:00", []),
        ("2026-10-31T23:59:59+00:00", [27]),
        ("2026-12-01T00:00:00+00:00", [27]),
    ],
)
def test_kind_27_outside_of_the_open_days(placed: str, expected: list[int]) -> None:
    assert blocking(with_(placed_at=placed), rules=OPEN) == expected
    assert kinds(with_(placed_at=placed)) == []  # the Properties name no open days


def test_the_day_is_that_of_the_firm() -> None:
    order = with_(placed_at="2026-12-01T02:00:00+00:00")
    assert kinds(order, rules=OPEN) == [27]
    assert kinds(order, rules=zone("America/New_York", OPEN)) == []


def test_one_end_may_be_open() -> None:
    first = msgspec.structs.replace(RULES, first_day=date(2026, 11, 24))
    last = msgspec.structs.replace(RULES, last_day=date(2026, 11, 22))
    for rules, span in ((first, "11/24/2026 to any day"), (last, "any day to 11/22/2026")):
        (found,) = findings(GOOD, rules=rules)
        assert (found.field, found.seen, found.expected) == ("INV_DATE", "11/23/2026", span)


def test_a_day_answers_it() -> None:
    order = with_(placed_at="2026-12-01T10:00:00+00:00")
    (found,) = findings(order, rules=OPEN)
    offers = [choice.value for choice in choices.likely(found, case(order, rules=OPEN))]
    assert (found.topic, found.web, offers) == ("day", "", ["11/01/2026", "11/30/2026"])
    assert kinds(order, ALL, answer("day", "", "11/30/2026"), rules=OPEN) == []
    assert kinds(order, ALL, answer("day", "", "12/02/2026"), rules=OPEN) == [27]
    assert kinds(order, ALL, answer("day", "", "tomorrow"), rules=OPEN) == [27]


@pytest.mark.parametrize(
    "placed", ["", "yesterday", "2026-11-23T10:00:00", "2026-13-01T00:00:00Z", "\x1b[2J", "9" * 5000]
)
def test_kind_27_a_time_that_is_none(placed: str) -> None:
    (found,) = findings(with_(placed_at=placed))
    assert (found.kind, found.field, found.topic, found.blocks) == (27, "INV_DATE", "day", True)
    assert (found.message + found.seen).isprintable()
    assert findings(with_(placed_at=placed), ALL, answer("day", "", "11/23/2026")) == ()


def test_the_end_of_time_is_no_crash() -> None:
    for placed in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"):
        assert kinds(with_(placed_at=placed)) == [27]


def test_kind_27_warns_when_the_shop_has_another_day() -> None:
    order = with_(placed_at="2026-11-24T01:00:00+02:00")
    (found,) = findings(order)
    assert (found.kind, found.seen, found.expected, found.blocks) == (27, "11/24/2026", "11/23/2026", False)
    assert kinds(with_(placed_at="2026-11-24T03:00:00+02:00")) == []
    assert kinds(order, ALL, answer("day", "", "11/24/2026")) == []
    # In UTC a shop gives the moment and says nothing of its own day.
    assert kinds(with_(placed_at="2026-11-24T01:00:00+00:00"), rules=zone("America/New_York")) == []


def test_a_zone_that_this_machine_does_not_know_judges_nothing() -> None:
    assert kinds(with_(placed_at="never"), rules=zone("Mars/Olympus", OPEN)) == []


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        ("11/23/2026", True),
        ("1/2/2026", False),
        ("23/11/2026", False),
        ("02/29/2026", False),
        ("", False),
        ("x", False),
    ],
)
def test_a_day_that_is_typed_is_checked(value: str, fits: bool) -> None:
    assert (typed.wrong("day", "", value, ALL) == "") is fits


# 29


def test_kind_29_can_only_be_entered_by_hand_and_nothing_else_is_said_of_it() -> None:
    order = with_(lines=(), payments=(), total="", placed_at="", ship_code="", ship_name="", customer="", account="")
    (found,) = findings(order)
    assert (found.kind, found.topic, found.web) == (29, "decision", "29")
    assert [(c.topic, c.web, c.value) for c in choices.likely(found, case(order))] == [("decision", "29", topics.CLOSE)]
