"""What a person answered about orders that wait, carried out by the engine (command `resolve`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from webupdate.errors import UsageError
from webupdate.store import answers, commands, history, inbox, orderversions
from webupdate.store.answers import OF_ONE_ORDER, Answer
from webupdate.store.commands import Wish
from webupdate.store.companies import CompanyInfo
from webupdate.store.db import Store
from webupdate.store.inbox import Finding, Order
from webupdate.sync import decide, topics
from webupdate.sync.judge import typed
from webupdate.sync.learnt import check_user, learn
from webupdate.sync.orders import OrderDesk
from webupdate.sync.stored import read_order
from webupdate.sync.text import visible
from webupdate.sync.topics import TOPICS

Desks = dict[int, OrderDesk]  # by site


def resolve(store: Store, company: CompanyInfo, wish: Wish, now: float) -> str:
    """Carry out `resolve`: arguments `order` (its place in the inbox) and `answers`. Returns what became of it.

    `seen`, if the wish has it, is the version that was answered (Order.updated_at). Raises UsageError when there is
    nothing to be answered.

    Thousands may wait with the same problem, and nobody else can write meanwhile: so each of the others has a
    transaction of its own. They come first. After a crash among them the wish is carried out again, and finds those
    that are left; this order's answers, what is learnt, its judgement and the end of the wish are one transaction.
    After a crash behind it the next start judges anew what waits.
    """
    order = _order(store, company, wish)
    given = [
        msgspec.structs.replace(answer, by=wish.asked_by, at=now)
        for answer in msgspec.convert(wish.arguments.get("answers") or [], list[Answer])
    ]
    desks = {site.id: OrderDesk(store, company, site, now) for site in company.sites}
    _check(desks[order.site_id], order, given)
    helped = sum(_help(desks, other, theirs) for other, theirs in _alike(desks, company, order, given))
    helped += _to_be_helped(store, company, order, given)
    with store.writing():
        _answer(desks[order.site_id], order, given)
        learnt = [_learn(store, company, answer, now) for answer in given]
        judged = _judge_one(_anew(desks), order)
        more = f"; {helped:,} more order{'s' * (helped != 1)} with it" if helped else ""
        done = f"order #{visible(judged.number)}: {_became(judged)}{more}"
        commands.finish(store, wish, done)
    if any(learnt):
        rejudge(store, company, now)
    return done


def _order(store: Store, company: CompanyInfo, wish: Wish) -> Order:
    number = int(wish.arguments.get("order") or 0)
    order = inbox.order(store, number)
    if order is None or order.site_id not in {site.id for site in company.sites}:
        raise UsageError(f"{company.name} has no order with the number {number} here.", "See: webupdate conflicts")
    if not inbox.needs_person(order):
        raise UsageError(f"Order #{visible(order.number)} does not wait for an answer.", "See: webupdate conflicts")
    if wish.arguments.get("seen", order.updated_at) != order.updated_at:
        raise UsageError(
            f"Order #{visible(order.number)} was changed in the shop since these answers were given, so they may not "
            "fit it any more. Nothing was done.",
            f"Look at it as it is now: webupdate conflict {order.id}",
        )
    return order


def _check(desk: OrderDesk, order: Order, given: Sequence[Answer]) -> None:
    """Raises UsageError for an answer that can't be given."""
    hint = f"What can be answered: webupdate conflict {order.id}"
    if not given:
        raise UsageError("No answer was given.", hint)
    for answer in given:
        if reason := typed.wrong(answer.topic, answer.web, answer.value, desk.known):
            raise UsageError(reason, hint)
        if answer.scope != "order" and answer.topic in OF_ONE_ORDER:
            raise UsageError(f"“{TOPICS[answer.topic].label}” is said of one order only.", hint)
    _check_lines(desk, order, given)
    for answer in given:
        check_user(desk.company, answer.topic, answer.by)
    decisions = _decisions(given)
    if len({decision.value for decision in decisions}) > 1:
        raise UsageError("Only one thing can become of an order.", hint)
    for decision in decisions:
        if reason := decide.unfit(desk, order, decision.value):
            raise UsageError(reason, hint)


def _check_lines(desk: OrderDesk, order: Order, given: Sequence[Answer]) -> None:
    """Raises UsageError when no line would be left: each alone may be left out, all of them are no order."""
    answered = (*answers.in_force(desk.store, order.id), *given)
    skipped = {answer.web for answer in answered if answer.topic == "line"}
    lines = range(1, len(read_order(order).lines) + 1)
    if lines and skipped.issuperset(map(str, lines)):
        raise UsageError(
            f"Order #{visible(order.number)} would have no line left.",
            f"To write no file at all: webupdate resolve {order.id} --decide close",
        )


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
    return f"{label}: {visible(topics.words(answer.topic, answer.web))}{value}{scope}"


def _alike(
    desks: Desks, company: CompanyInfo, order: Order, given: Sequence[Answer]
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


def asked_alike(problems: Iterable[Finding]) -> set[tuple[str, str]]:
    """What stops an order, each once, so that orders with the same problem have the same: topic and the web's word;
    of what can only be let pass, its kind."""
    return {
        (finding.topic, finding.web) if finding.topic else ("accept", str(finding.kind))
        for finding in problems
        if finding.blocks and finding.topic not in OF_ONE_ORDER and (finding.topic or finding.subject)
    }


def _help(desks: Desks, other: Order, theirs: Sequence[Answer]) -> bool:
    """Answer another order, too; whether nothing stops it any more."""
    desk = desks[other.site_id]
    with desk.store.writing():
        _answer(desk, other, theirs)
        return _judge_one(desks, other).state == "ready"


def _to_be_helped(store: Store, company: CompanyInfo, order: Order, given: Sequence[Answer]) -> int:
    """How many other orders nothing stops but what was learnt."""
    learnt = [answer for answer in given if answer.scope == "always"]
    waiting = inbox.waiting(store, company.id) if learnt else ()
    return sum(other.id != order.id and other.state == "conflict" and _all_of(other, learnt) for other in waiting)


def _all_of(order: Order, learnt: Sequence[Answer]) -> bool:
    places = {answer.place for answer in learnt}
    return all(_places(finding) & places for finding in order.problems if finding.blocks)


def _places(finding: Finding) -> set[tuple[str, str]]:
    """What answers a problem."""
    accepted = {("accept", topics.key(str(finding.kind), finding.subject))} if finding.subject else set()
    return {(finding.topic, finding.web)} | accepted


def _learn(store: Store, company: CompanyInfo, answer: Answer, now: float) -> bool:
    """Whether anything was learnt that may help other orders."""
    topic = TOPICS.get(answer.topic)
    if answer.scope != "always" or topic is None or not topic.mapped:
        return False
    return learn(store, company.id, answer.topic, answer.web, answer.value, answer.by, now)


def rejudge(store: Store, company: CompanyInfo, now: float) -> str:
    """Carry out `rejudge`: judge what waits anew, since what is known has changed. Returns what became of it."""
    desks = {site.id: OrderDesk(store, company, site, now) for site in company.sites}
    waiting = [order for order in inbox.waiting(store, company.id) if order.state == "conflict"]
    ready = sum(_judge_one(desks, order).state == "ready" for order in waiting)
    if not waiting:
        return "no order waits"
    return f"{len(waiting):,} order{'s' * (len(waiting) != 1)} judged anew, {ready:,} of them can be written now"


def _became(order: Order) -> str:
    left = sum(problem.blocks for problem in order.problems)
    if order.state == "conflict" and left:
        return f"{left} problem{'s' * (left != 1)} left"
    if order.state == "closed":
        return "it is closed, no file is written"
    return "its file stays as it is" if order.state in ("staged", "written", "acked") else "it is written now"


def _anew(desks: Desks) -> Desks:
    """Desks that know what was learnt meanwhile."""
    return {number: OrderDesk(desk.store, desk.company, desk.site, desk.now) for number, desk in desks.items()}


def _judge_one(desks: Desks, order: Order) -> Order:
    desk = desks[order.site_id]
    current = inbox.order(desk.store, order.id)
    assert current is not None
    return desk.judge(current) if current.state in ("received", "conflict") else current
