"""The problems of one order, stepped through and answered: a pure state, and each deed returns another one."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from webupdate.store.answers import OF_ONE_ORDER, Answer
from webupdate.store.inbox import Finding, Order
from webupdate.sync import judge, topics
from webupdate.sync.judge import Case, Given, Known, choices, typed
from webupdate.sync.judge.choices import Choice
from webupdate.sync.orderrules import OrderRules
from webupdate.sync.resolve import answers_for
from webupdate.sync.shops.base import WebOrder
from webupdate.sync.topics import TOPICS

DECISION = "decision"
MOST = 9  # choices, as many as there are digits
# Kinds that are found while an order is on its way, not by looking at it.
_STANDING = (24, 28)
_NOT_TYPED = ("", DECISION, "line", "accept")
# What the web's word names only within its own order: the same word in another one means something else.
_OWN = ("", DECISION, *OF_ONE_ORDER)


class Matter(Struct, frozen=True, kw_only=True):
    """What is asked about and does not change while a person answers. `others`: the other orders that wait."""

    order: Order
    content: WebOrder
    known: Known
    rules: OrderRules
    in_force: tuple[Answer, ...] = ()
    remembered: dict[tuple[str, str], Answer] = {}
    others: tuple[Order, ...] = ()


class State(Struct, frozen=True, kw_only=True):
    """Where a person stands. `at`: the problem, or behind the last one the finished order; `choice`: what the cursor
    is on. `scope`: for which orders the next answer is, None = as is usual for it. `before`: the state before the
    last answer."""

    matter: Matter
    case: Case
    problems: tuple[Finding, ...]  # what blocks first, each in the order of the fields
    draft: tuple[Answer, ...] = ()
    at: int = 0
    choices: tuple[Choice, ...] = ()
    choice: int = 0
    scope: str | None = None
    before: State | None = None

    @property
    def problem(self) -> Finding | None:
        """The problem that is looked at, None at the finished order."""
        return self.problems[self.at] if self.at < len(self.problems) else None

    @property
    def chosen(self) -> Choice | None:
        """What the cursor is on."""
        return self.choices[self.choice] if self.choices else None

    @property
    def decision(self) -> Answer | None:
        """What becomes of the whole order, if that was said: then nothing else is asked."""
        return next((answer for answer in self.draft if answer.topic == DECISION), None)

    @property
    def left(self) -> int:
        """How many problems still stop the order."""
        return 0 if self.decision else sum(problem.blocks for problem in self.problems)

    @property
    def topic(self) -> str:
        """What the choice under the cursor answers; without a choice, what is typed does."""
        return self.chosen.topic if self.chosen else self.problem.topic if self.problem else ""


def begin(matter: Matter, draft: Sequence[Answer] = ()) -> State:
    """The first state, with the answers that a person has given and not confirmed."""
    state = _judged(matter, (), None)
    for answer in draft:
        state = _answered(state, answer)
    return state


def _answered(state: State, answer: Answer) -> State:
    """With another answer; who answers after all has taken back what was decided of the whole order."""
    kept = [one for one in state.draft if one.place != answer.place and one.topic != DECISION]
    return _judged(state.matter, (*kept, answer), state)


def _judged(matter: Matter, draft: tuple[Answer, ...], before: State | None) -> State:
    mine = [msgspec.structs.replace(answer, by="you") for answer in draft]
    given = Given([*matter.in_force, *mine], matter.remembered)
    case = judge.open_case(matter.content, matter.known, given, matter.rules, matter.order.refusal)
    # A written order is not judged again: what is asked is only what to do about its newer version.
    found = judge.judge(case) if matter.order.newer is None else ()
    problems = tuple(sorted((*_standing(matter.order, found), *found), key=lambda one: not one.blocks))
    state = State(matter=matter, case=case, problems=problems, draft=draft, before=before)
    at = before.at if before else 0
    return _stand(state, min(at, state.left - 1) if state.left else len(problems))


def _standing(order: Order, found: Sequence[Finding]) -> list[Finding]:
    again = {finding.kind for finding in found}
    return [one for one in order.problems if one.kind in _STANDING and one.kind not in again]


def _stand(state: State, at: int) -> State:
    at = max(0, min(at, len(state.problems) - bool(state.left)))
    state = msgspec.structs.replace(state, at=at, choice=0, scope=None)
    return msgspec.structs.replace(state, choices=_offered(state))


def _offered(state: State) -> tuple[Choice, ...]:
    """What can be chosen: the likely answers, then what else can be done; none of them twice. A likely answer that is
    the default too stays in its place and is called so."""
    problem = state.problem
    if problem is None:
        return ()
    found = (*choices.likely(problem, state.case), *choices.ways(problem, state.case))
    return tuple({(one.topic, one.web, one.value): one for one in found}.values())[:MOST]


def go(state: State, by: int) -> State:
    """To another problem; the finished order comes behind the last one."""
    return _stand(state, state.at + by)


def move(state: State, by: int) -> State:
    """The cursor to another choice."""
    return msgspec.structs.replace(state, choice=max(0, min(state.choice + by, len(state.choices) - 1)))


def choose(state: State, place: int) -> State:
    """Answer with one of the choices, counted from 0; the same state if there is no such choice."""
    if not 0 <= place < len(state.choices):
        return state
    choice = state.choices[place]
    return give(state, choice.topic, choice.web, choice.value)


def give(state: State, topic: str, web: str, value: str) -> State:
    """Answer."""
    return _answered(state, Answer(topic=topic, web=web, value=value, scope=scope_of(state, topic)))


def default(state: State) -> int | None:
    """The place of the choice that is the default, None if there is none."""
    labels = [choice.label for choice in state.choices]
    return labels.index(choices.USE_DEFAULT) if choices.USE_DEFAULT in labels else None


def undo(state: State) -> State:
    """As it was before the last answer."""
    return state.before or state


def scope_of(state: State, topic: str) -> str:
    """For which orders an answer to that topic is: as a person has said, else as is proposed for it."""
    known = TOPICS.get(topic)
    if state.scope == "alike":
        return "order" if topic in _OWN else "alike"
    if known is None or not known.mapped or state.scope == "order":
        return "order"
    return "always" if state.scope == "always" or known.proposed else "order"


def toggle(state: State, scope: str) -> State:
    """Say that the next answer is for all orders to come ("always") or for those that wait ("alike"), or not."""
    now = scope_of(state, state.topic)
    return msgspec.structs.replace(state, scope="order" if now == scope else scope)


def alike(state: State) -> int:
    """How many other orders wait with what the choice under the cursor answers."""
    problem = state.problem
    if problem is None or state.topic in _OWN:
        return 0
    web = state.chosen.web if state.chosen else problem.web
    answer = Answer(topic=state.topic, web=web, value="")
    return sum(any(True for _ in answers_for(other, [answer])) for other in state.matter.others)


def wrong(state: State, value: str) -> str:
    """What is wrong with a typed answer, as a sentence; "" if it can be given."""
    problem = state.problem
    if problem is None:
        return "Nothing is asked here."
    return typed.wrong(problem.topic, problem.web, value, state.matter.known)


def type_in(state: State, value: str) -> State:
    """Answer with a value that a person has typed; the same state if it can't be given."""
    problem = state.problem
    if problem is None or wrong(state, value):
        return state
    return give(state, problem.topic, problem.web, value)


def cannot(state: State) -> dict[str, str]:
    """By action, why it can't be done now, as a sentence; what is not named can."""
    found = _cannot_answer(state)
    if state.before is None:
        found["undo_answer"] = "Nothing was answered yet."
    if state.at == 0:
        found["previous_problem"] = "This is the first."
    if _stand(state, state.at + 1).at == state.at:
        found["next_problem"] = "This is the last. Answer what stops the order; the finished one comes behind it."
    return found


def _cannot_answer(state: State) -> dict[str, str]:
    problem = state.problem
    if problem is None:
        text = "Nothing is asked any more: {take} confirms."
        return dict.fromkeys(("choose", "type_answer", "default", "always", "alike"), text)
    found: dict[str, str] = {}
    if problem.topic in _NOT_TYPED:
        found["type_answer"] = "No value can be typed for this. Choose by number."
    if default(state) is None:
        found["default"] = "EBMS has no default for this."
    topic = TOPICS.get(state.topic)
    if topic is None or not topic.mapped:
        found["always"] = "This answer is for one order only: the next one is asked about again."
    if not alike(state):
        found["alike"] = "No other order waits with this."
    if not state.choices:
        found |= {
            "choose": "There is nothing to choose here.",
            "take": "There is nothing to choose. Type it with {type_answer}.",
        }
    return found


def shown(answer: Answer) -> tuple[str, str]:
    """An answer in words: what was asked, what it is. Not harmless yet: show it with care."""
    topic = TOPICS[answer.topic]
    scope = {"alike": ", in all that wait with it", "always": ", always"}.get(answer.scope, "")
    if answer.topic == DECISION:
        return topic.label, _DECISIONS.get(answer.value, answer.value)
    value = topics.shown(answer.web) if answer.topic in ("accept", "line") else answer.value
    asked = topic.label if answer.topic in ("accept", "line") else topics.shown(answer.web) or topic.label
    return asked, f"{value}{scope}"


_DECISIONS = {
    topics.AGAIN: "its file is written again as it is",
    topics.REPLACE: "a corrected file is written that says which one it replaces",
    topics.LEAVE: "the file that EBMS has stays as it is",
    topics.CLOSE: "no file is written; somebody enters or changes it in EBMS by hand",
}
