"""Answers of people: to one order, to all that wait with the same problem, to all that will come."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import msgspec
import pytest

from tests.sync.desks import FINE, Desk
from tests.sync.judging import answer, line
from webupdate.errors import UsageError
from webupdate.store import answers, commands, inbox, mappings
from webupdate.store.answers import Answer
from webupdate.store.commands import Wish
from webupdate.store.db import Store
from webupdate.store.inbox import Finding, Order
from webupdate.sync import topics
from webupdate.sync.resolve import asked_alike, resolve
from webupdate.sync.stored import read_order


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


def test_what_is_said_of_a_line_of_one_order_is_no_problem_of_another(desk: Desk) -> None:
    order = desk.receive(lines=(line("CHAI-01", unit_price="0.00"),), total="9.75")
    assert ("price", "1") in [(p.topic, p.web) for p in order.problems if p.blocks]
    assert ("price", "1") not in asked_alike(order.problems)


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


def test_an_answer_by_the_number_of_a_line_is_for_one_order_only(desk: Desk) -> None:
    gift = {"unit_price": "0.00", "total": "0.00"}
    first, other = (desk.receive(lines=(line(sku, **gift),)) for sku in ("CHAI-01", "CHANG-02"))
    with pytest.raises(UsageError, match="price of a line” is said of one order only"):
        desk.answer(first, ("price", "1", "18.00", "alike"))
    assert desk.answer(first, ("price", "1", "18.00")).endswith("it is written now")
    assert desk.order(other).state == "conflict"


def test_not_all_lines_are_left_out(desk: Desk) -> None:
    order = desk.receive(lines=(line("CHAI"), line("CHANG")))
    with pytest.raises(UsageError, match="would have no line left"):
        desk.answer(order, ("line", "1", "skip"), ("line", "2", "skip"))
    desk.answer(order, ("line", "1", "skip"))
    with pytest.raises(UsageError, match="would have no line left"):
        desk.answer(order, ("line", "2", "skip"))
    assert [one.place for one in answers.in_force(desk.store, order.id)] == [("line", "1")]


def test_answers_to_another_version_are_refused(desk: Desk) -> None:
    order = desk.receive(lines=(line("CHAI"), line("CHAI-01")))
    later = "2026-11-23T11:00:00+00:00"
    lines = (line("CHAI-01"), line("CHAI"))
    desk.give(msgspec.structs.replace(read_order(order), lines=lines, updated_at=later))
    desk.judge()
    with pytest.raises(UsageError, match="was changed in the shop since"):
        carry_out(desk, wished(desk, order, [answer("line", "1", "skip")], seen=order.updated_at))
    assert answers.in_force(desk.store, order.id) == ()
    carry_out(desk, wished(desk, order, [answer("line", "2", "skip")], seen=later))
    assert [one.place for one in answers.in_force(desk.store, order.id)] == [("line", "2")]


def wished(desk: Desk, order: Order, given: list[Answer], **more: str) -> Wish:
    number = commands.leave(
        desk.store, "resolve", company_id=desk.exports.company.id, order=order.id, answers=given, **more
    )  # fmt: skip
    (wish,) = [wish for wish in commands.waiting(desk.store, desk.exports.company.id) if wish.id == number]
    return wish


def carry_out(desk: Desk, wish: Wish) -> str:
    return resolve(desk.store, desk.exports.company, wish, desk.exports.now)


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("scope", ["alike", "always"])
@pytest.mark.parametrize("step", range(8))
def test_a_crash_between_two_orders_loses_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, scope: str, step: int
) -> None:
    orders = [desk.receive(lines=(line("CHAI"),)) for _ in range(4)]
    wish = wished(desk, orders[1], [Answer(topic="item", web="CHAI", value="CHAI-01", scope=scope)])
    kill_at(monkeypatch, step)
    with suppress(Killed):
        carry_out(desk, wish)
    monkeypatch.undo()
    for left in commands.waiting(desk.store, desk.exports.company.id):
        carry_out(desk, left)
    desk.judge()  # as each start does
    assert [desk.order(order).state for order in orders] == ["ready"] * 4
    assert (reply := commands.answer(desk.store, wish.id)) is not None and reply.error is None
    for order in orders:
        assert [what for what, _ in desk.story(order)].count("answered") <= 1
    assert ("answered", wish.asked_by) in desk.story(orders[1])


def kill_at(monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    """Before the transaction of that number is begun."""
    begun, writing = iter(range(99)), Store.writing

    @contextmanager
    def until(self: Store) -> Iterator[None]:
        if not self.db.in_transaction() and next(begun) == step:
            raise Killed
        with writing(self):
            yield

    monkeypatch.setattr(Store, "writing", until)


def test_each_order_that_is_helped_has_a_transaction_of_its_own(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    orders = [desk.receive(lines=(line("CHAI"), line("CHANG"))) for _ in range(5)]
    judged: list[int] = []  # in each transaction, how many orders
    keep, writing = inbox.judged, Store.writing

    @contextmanager
    def counted(self: Store) -> Iterator[None]:
        if not self.db.in_transaction():
            judged.append(0)
        with writing(self):
            yield

    def one_more(*arguments: Any) -> str:
        judged[-1] += 1
        return keep(*arguments)

    monkeypatch.setattr(Store, "writing", counted)
    monkeypatch.setattr(inbox, "judged", one_more)
    desk.answer(orders[0], ("item", "CHAI", "CHAI-01", "alike"))
    desk.answer(orders[0], ("item", "CHANG", "CHANG-02", "always"))
    assert (max(judged), sum(judged)) == (1, 10)
    assert {desk.order(order).state for order in orders} == {"ready"}


NEWER = "2026-11-23T11:00:00+00:00"


def test_what_was_said_of_a_line_does_not_count_for_another_version(desk: Desk) -> None:
    order = desk.receive(lines=(line("CHANG"), line("CHAI"), line("GENEN SHOUYU-15")))
    desk.answer(order, ("line", "1", "skip"), ("item", "CHAI", "CHAI-01"))
    answers.keep_draft(desk.store, order.id, [answer("price", "1", "1.00"), answer("item", "CHANG", "CHANG-02")])
    lines = (line("CHAI"), line("CHANG-02"))
    desk.give(msgspec.structs.replace(read_order(order), lines=lines, updated_at=NEWER))
    assert [one.place for one in answers.in_force(desk.store, order.id)] == [("item", "CHAI")]
    assert [one.place for one in answers.draft(desk.store, order.id)] == [("item", "CHANG")]


def test_what_was_let_pass_is_asked_again_for_more_money_and_not_for_another_status(desk: Desk) -> None:
    order = desk.receive(lines=(line("CHANG-02", unit_price="0.00", total="0.00"), line("CHAI")))
    desk.answer(order, ("accept", topics.key("4", "CHANG-02"), "yes"))
    other = msgspec.structs.replace(read_order(order), status="Processing", updated_at=NEWER)
    desk.give(other)
    assert answers.in_force(desk.store, order.id) != ()
    desk.give(msgspec.structs.replace(other, shipping="900.00", updated_at=f"{NEWER[:-6]}.5+00:00"))
    assert answers.in_force(desk.store, order.id) == ()


def test_a_corrected_file_is_not_made_by_what_was_said_of_the_first(desk: Desk) -> None:
    order = desk.receive(lines=(line("CHANG"), line("CHAI-01")))
    desk.answer(order, ("line", "1", "skip"))
    assert list(desk.write()) == [f"SO-shop-{order.number}.csv"]
    lines = (line("CHAI-01"), line("CHANG-02"))
    desk.give(msgspec.structs.replace(read_order(order), lines=lines, updated_at=NEWER))
    (asked,) = [problem for problem in desk.order(order).problems if problem.kind == 24]
    desk.answer(order, ("decision", asked.web, topics.REPLACE))
    assert "line" not in {one.topic for one in answers.in_force(desk.store, order.id)}


def test_only_who_may_imports_an_order_all_the_same(desk: Desk) -> None:
    order = desk.receive(lines=(line("ALICE-MUTTON-17"),))
    let_pass = ("accept", topics.key("2", "ALICE-MUTTON-17"), "yes")
    desk.exports.set(may_accept="carla, anna")
    with pytest.raises(UsageError, match="bob may not import an order all the same") as refused:
        desk.answer(order, let_pass, by="bob")
    assert "carla, anna may" in refused.value.hint
    assert desk.order(order).state == "conflict"
    assert desk.answer(order, let_pass, by="anna").endswith("it is written now")
