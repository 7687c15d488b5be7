"""Answers of people: to one order, to all that wait with the same problem, to all that will come."""

from __future__ import annotations

import msgspec
import pytest

from tests.sync.desks import FINE, Desk
from tests.sync.judging import answer, line
from webupdate.errors import UsageError
from webupdate.store import answers, mappings
from webupdate.store.inbox import Finding
from webupdate.sync.judge import topics
from webupdate.sync.resolve import asked_alike


def test_a_fine_order_is_written_and_its_way_is_kept(desk: Desk) -> None:
    order = desk.receive()
    assert order.state == "ready", order.problems
    assert list(desk.write()) == ["SO-shop-100013.csv"]
    assert desk.story(order) == [("received", ""), ("judged", ""), ("written", "")]


def test_an_answer_lets_the_order_go(desk: Desk) -> None:
    order = desk.receive(lines=(line("CHAI"), line("CHAI-01")))
    assert [(p.topic, p.web) for p in order.problems if p.blocks] == [("item", "CHAI")]
    assert desk.write() == {}
    assert desk.answer(order, ("item", "CHAI", "CHAI-01")) == "order #100013: it is written now"
    (content,) = desk.write().values()
    assert content.count(b",CHAI-01,") == 2 and b",CHAI," not in content
    assert ("answered", "anna") in desk.story(order)
    assert mappings.remembered(desk.store, desk.exports.company.id) == []


def test_one_answer_may_be_for_all_that_wait_with_the_same(desk: Desk) -> None:
    orders = [desk.receive(lines=(line(sku),)) for sku in ("CHAI", "CHAI", "CHANG", "CHAI")]
    assert desk.answer(orders[0], ("item", "CHAI", "CHAI-01", "alike")).endswith("; 2 more orders with it")
    assert [desk.order(order).state for order in orders] == ["ready", "ready", "conflict", "ready"]
    assert desk.receive(lines=(line("CHAI"),)).state == "conflict"
    assert ("answered", "anna") in desk.story(orders[3])


def test_what_is_said_of_a_line_of_one_order_is_never_given_to_another(desk: Desk) -> None:
    free, other = (desk.receive(lines=(line("CHAI-01", unit_price="0.00"),), total="9.75") for _ in range(2))
    assert ("price", "1") in [(p.topic, p.web) for p in other.problems if p.blocks]
    desk.answer(free, ("price", "1", "5.00", "alike"))
    assert answers.in_force(desk.store, other.id) == ()
    assert ("price", "1") not in asked_alike(other.problems)


def test_orders_have_the_same_problem_by_word_or_by_what_can_be_let_pass(desk: Desk) -> None:
    unknown = desk.receive(lines=(line("CHAI"), line("CHAI")))
    assert asked_alike(unknown.problems) == {("item", "CHAI")}
    credit = Finding(kind=13, field="ID", seen="", expected="", message="", subject="ALFKI", blocks=True)
    assert asked_alike([credit, msgspec.structs.replace(credit, subject="ERNSH")]) == {("accept", "13")}
    assert asked_alike([msgspec.structs.replace(credit, blocks=False)]) == set()


def test_what_is_learnt_serves_those_that_wait_and_those_that_come(desk: Desk) -> None:
    orders = [desk.receive(lines=(line("CHAI"),)) for _ in range(3)]
    desk.answer(orders[0], ("item", "CHAI", "CHAI-01", "always"))
    later = desk.receive(lines=(line("CHAI"),))
    assert {desk.order(order).state for order in (*orders, later)} == {"ready"}
    assert len(desk.write()) == 4
    (known,) = mappings.remembered(desk.store, desk.exports.company.id)
    assert (known.topic, known.web, known.value, known.made_by) == ("item", "CHAI", "CHAI-01", "anna")
    assert known.used == 3  # the first has an answer of its own


def test_an_answer_that_names_nothing_is_refused_and_changes_nothing(desk: Desk) -> None:
    order = desk.receive(lines=(line("CHAI"),))
    with pytest.raises(UsageError, match="'CHAI-99' is no ID of inventory"):
        desk.answer(order, ("item", "CHAI", "CHAI-99", "always"))
    assert desk.order(order) == order
    assert mappings.remembered(desk.store, desk.exports.company.id) == []


def test_one_answer_of_two_leaves_the_order_where_it_is(desk: Desk) -> None:
    order = desk.receive(lines=(line("CHAI"), line("CHANG")))
    assert desk.answer(order, ("item", "CHAI", "CHAI-01")) == "order #100013: 1 problem left"
    assert desk.order(order).state == "conflict"


def test_a_changed_order_keeps_its_answers(desk: Desk) -> None:
    order = desk.receive(lines=(line("CHAI"), line("CHANG")))
    desk.answer(order, ("item", "CHAI", "CHAI-01"))
    newer = {"id": order.shop_id, "number": order.number, "updated_at": "2026-11-23T11:00:00+00:00"}
    assert desk.receive(msgspec.structs.replace(FINE, lines=(line("CHAI"),), **newer)).state == "ready"


def test_what_does_not_wait_can_not_be_answered(desk: Desk) -> None:
    order = desk.receive()
    with pytest.raises(UsageError, match="does not wait"):
        desk.answer(order, ("item", "CHAI", "CHAI-01"))
    waits = desk.receive(lines=(line("CHAI"),))
    with pytest.raises(UsageError, match="No answer"):
        desk.answer(waits)


def test_a_draft_is_there_again_and_judges_nothing(desk: Desk) -> None:
    order = desk.receive(lines=(line("CHAI"),))
    given = (answer("item", "CHAI", "CHAI-01"),)
    answers.keep_draft(desk.store, order.id, given)
    assert desk.judge().state == "conflict"
    assert answers.draft(desk.store, order.id) == given
    desk.answer(order, ("item", "CHAI", "CHAI-01"))
    assert answers.draft(desk.store, order.id) == ()


def test_keys_of_several_parts_are_read_as_they_were_made() -> None:
    assert topics.parts(topics.key("CHAI-01", "")) == ["CHAI-01", ""]
    assert topics.shown(topics.key("21", "ALFKI")) == "21 · ALFKI"
