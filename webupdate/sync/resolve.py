"""What a person answered about orders that wait, carried out by the engine (command `resolve`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from webupdate.errors import UsageError
from webupdate.store import answers, history, inbox, orderversions
from webupdate.store.answers import Answer
from webupdate.store.commands import Wish
from webupdate.store.companies import CompanyInfo
from webupdate.store.db import Store
from webupdate.store.inbox import Order
from webupdate.sync import decide
from webupdate.sync.judge import choices, topics
from webupdate.sync.judge.topics import TOPICS
from webupdate.sync.learnt import learn
from webupdate.sync.orders import OrderDesk
from webupdate.sync.text import visible


def resolve(store: Store, company: CompanyInfo, wish: Wish, now: float) -> str:
    """Carry out `resolve`: arguments `order` (its place in the inbox) and `answers`. Returns what became of it.

    All of it in one transaction: the answers, what is learnt from them, and the judgement of this order and of all
    that wait with the same problem. Raises UsageError when there is nothing to be answered.
    """
    order = _order(store, company, int(wish.arguments.get("order") or 0))
    given = [
        msgspec.structs.replace(answer, by=wish.asked_by, at=now)
        for answer in msgspec.convert(wish.arguments.get("answers") or [], list[Answer])
    ]
    desks = {site.id: OrderDesk(store, company, site, now) for site in company.sites}
    _check(desks[order.site_id], order, given)
    with store.writing():
        others = list(_alike(desks, company, order, given))
        for one, answers_to_it in ((order, given), *others):
            _answer(desks[one.site_id], one, answers_to_it)
        for answer in given:
            _learn(store, company, answer, now)
        return _judge(store, company, order, [other for other, _ in others], given, now)


def _order(store: Store, company: CompanyInfo, number: int) -> Order:
    order = inbox.order(store, number)
    if order is None or order.site_id not in {site.id for site in company.sites}:
        raise UsageError(f"{company.name} has no order with the number {number} here.", "See: webupdate conflicts")
    if not inbox.needs_person(order):
        raise UsageError(f"Order #{visible(order.number)} does not wait for an answer.", "See: webupdate conflicts")
    return order


def _check(desk: OrderDesk, order: Order, given: Sequence[Answer]) -> None:
    """Raises UsageError for an answer that can't be given."""
    hint = f"What can be answered: webupdate conflict {order.id}"
    if not given:
        raise UsageError("No answer was given.", hint)
    for answer in given:
        if reason := choices.wrong(answer.topic, answer.web, answer.value, desk.known):
            raise UsageError(reason, hint)
    decisions = _decisions(given)
    if len({decision.value for decision in decisions}) > 1:
        raise UsageError("Only one thing can become of an order.", hint)
    for decision in decisions:
        if reason := decide.unfit(desk, order, decision.value):
            raise UsageError(reason, hint)


def _decisions(given: Sequence[Answer]) -> list[Answer]:
    return [answer for answer in given if answer.topic == "decision"]


def _answer(desk: OrderDesk, order: Order, given: Sequence[Answer]) -> None:
    """Put answers in force; a refusal that they are about is answered with them. Decisions are carried out."""
    answers.put_in_force(desk.store, order.id, [answer for answer in given if answer.topic != "decision"])
    for answer in given:
        history.note(desk.store, order.id, "answered", _told(answer), desk.now, by=answer.by)
    places = {answer.place for answer in given}
    if order.refusal is not None and any((f.topic, f.web) in places for f in order.problems):
        orderversions.answered_refusal(desk.store, order.id)
    if decisions := _decisions(given):
        decide.carry_out(desk, order, decisions)


def _told(answer: Answer) -> str:
    topic = TOPICS.get(answer.topic)
    label = topic.label if topic else answer.topic
    scope = {"alike": ", for all that wait with this", "always": ", always"}.get(answer.scope, "")
    value = f" = {visible(answer.value)}" if answer.value else ""
    return f"{label}: {visible(topics.shown(answer.web))}{value}{scope}"


def _alike(
    desks: dict[int, OrderDesk], company: CompanyInfo, order: Order, given: Sequence[Answer]
) -> Iterator[tuple[Order, list[Answer]]]:
    """The other orders that wait with the same problems, and what answers them."""
    shared = [answer for answer in given if answer.scope == "alike"]
    desk = desks[order.site_id]
    for other in inbox.waiting(desk.store, company.id) if shared else ():
        theirs = list(answers_for(other, shared)) if other.id != order.id else []
        unfit = any(decide.unfit(desks[other.site_id], other, decision.value) for decision in _decisions(theirs))
        if theirs and not unfit:
            yield other, theirs


def answers_for(order: Order, given: Iterable[Answer]) -> Iterator[Answer]:
    """The answers, as they fit the problems of another order. What is let pass, is let pass for each subject."""
    for answer in given:
        for finding in order.problems:
            if not finding.blocks:
                continue
            if (finding.topic, finding.web) == answer.place:
                yield msgspec.structs.replace(answer, scope="order")
            elif answer.topic == "accept" and finding.subject and topics.parts(answer.web)[0] == str(finding.kind):
                web = topics.key(str(finding.kind), finding.subject)
                yield msgspec.structs.replace(answer, web=web, scope="order")


def _learn(store: Store, company: CompanyInfo, answer: Answer, now: float) -> None:
    topic = TOPICS.get(answer.topic)
    if answer.scope == "always" and topic is not None and topic.mapped:
        learn(store, company.id, answer.topic, answer.web, answer.value, answer.by, now)


def rejudge(store: Store, company: CompanyInfo, now: float) -> str:
    """Carry out `rejudge`: judge what waits anew, since what is known has changed. Returns what became of it."""
    desks = {site.id: OrderDesk(store, company, site, now) for site in company.sites}
    waiting = [order for order in inbox.waiting(store, company.id) if order.state == "conflict"]
    ready = sum(_judge_one(desks, order).state == "ready" for order in waiting)
    if not waiting:
        return "no order waits"
    return f"{len(waiting):,} order{'s' * (len(waiting) != 1)} judged anew, {ready:,} of them can be written now"


def _judge(
    store: Store, company: CompanyInfo, order: Order, others: Sequence[Order], given: Sequence[Answer], now: float
) -> str:
    """Judge this order and those that it helped; what was learnt may help any."""
    helped = others
    if any(answer.scope == "always" for answer in given):
        helped = [other for other in inbox.waiting(store, company.id) if other.id != order.id]
    desks = {site.id: OrderDesk(store, company, site, now) for site in company.sites}
    judged = _judge_one(desks, order)
    ready = sum(_judge_one(desks, other).state == "ready" for other in helped)
    more = f"; {ready:,} more order{'s' * (ready != 1)} with it" if ready else ""
    return f"order #{visible(judged.number)}: {_became(judged)}{more}"


def _became(order: Order) -> str:
    left = sum(problem.blocks for problem in order.problems)
    if order.state == "conflict" and left:
        return f"{left} problem{'s' * (left != 1)} left"
    if order.state == "closed":
        return "it is closed, no file is written"
    return "its file stays as it is" if order.state in ("staged", "written", "acked") else "it is written now"


def _judge_one(desks: dict[int, OrderDesk], order: Order) -> Order:
    desk = desks[order.site_id]
    current = inbox.order(desk.store, order.id)
    assert current is not None
    return desk.judge(current) if current.state in ("received", "conflict") else current
