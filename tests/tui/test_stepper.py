"""The stepper as a pure state: what is answered is judged anew, and every answer can be taken back."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.sync.judging import ALL, FILES, RECORDS, RULES, Ebms, line, with_
from webupdate.store.inbox import Finding, Order
from webupdate.sync import judge, topics
from webupdate.sync.judge import Given
from webupdate.sync.shops.base import Payment, WebOrder
from webupdate.tui import stepper
from webupdate.tui.stepper import Matter, State

TWO = with_(lines=(line("CHAI"), line("CHANG-02"), line("CHAI-1")), ship_code="UPS", ship_name="UPS Ground")


def waiting(order: WebOrder, number: int = 1, problems: tuple[Finding, ...] | None = None, **values: object) -> Order:
    """An order in the inbox, with what the judge found."""
    found = judge.judge(judge.open_case(order, ALL, Given(), RULES)) if problems is None else problems
    return Order(
        id=number, site_id=1, shop_id=order.id, number=order.number, state="conflict", web_status="", placed_at="",
        updated_at="", received_at=1.0, total=order.total, buyer="", content=msgspec.json.encode(order),
        problems=found, warnings=(), file_name=None, folder=None, temporary=None, written_at=None, acked_at=None,
        taken_at=None, error=None, **values,  # type: ignore[arg-type]
    )  # fmt: skip


def begun(order: WebOrder = TWO, *others: WebOrder) -> State:
    more = tuple(waiting(other, number) for number, other in enumerate(others, 2))
    return stepper.begin(Matter(order=waiting(order), content=order, known=ALL, rules=RULES, others=more))


def open_problems(state: State) -> list[tuple[str, str]]:
    return [(problem.topic, problem.web) for problem in state.problems if problem.blocks]


STEPS: dict[str, Callable[[State], State]] = {
    "next": lambda state: stepper.go(state, 1),
    "previous": lambda state: stepper.go(state, -1),
    "up": lambda state: stepper.move(state, -1),
    "down": lambda state: stepper.move(state, 1),
    "always": lambda state: stepper.toggle(state, "always"),
    "alike": lambda state: stepper.toggle(state, "alike"),
    "choose": lambda state: stepper.choose(state, state.choice),
    "choose 9": lambda state: stepper.choose(state, 8),
    "type": lambda state: stepper.type_in(state, "CHAI-01"),
    "type wrongly": lambda state: stepper.type_in(state, "nothing"),
    "undo": stepper.undo,
}


def test_what_blocks_comes_first_in_the_order_of_the_fields() -> None:
    state = begun()
    assert open_problems(state) == [("ship_via", "UPS Ground"), ("item", "CHAI"), ("item", "CHAI-1")]
    assert state.problem is state.problems[0]
    assert [problem.blocks for problem in state.problems] == sorted(
        (problem.blocks for problem in state.problems), reverse=True
    )


def test_an_answer_is_judged_at_once_and_the_next_problem_stands_there() -> None:
    state = stepper.choose(begun(), 0)
    assert state.case.settled.ship_via == state.draft[0].value
    assert state.problem is not None and (state.problem.topic, state.problem.web) == ("item", "CHAI")
    state = stepper.type_in(state, "CHAI-01")
    assert state.case.settled.items["CHAI"] == "CHAI-01"
    state = stepper.type_in(state, "CHANG-02")
    assert (state.left, state.problem, state.at) == (0, None, len(state.problems))


def test_other_terms_for_one_order_are_not_proposed_for_all_that_pay_so() -> None:
    unknown = Payment(code="invoice", name="Invoice", amount="18.00")
    assert stepper.scope_of(begun(with_(payments=(unknown,))), "terms") == "always"
    state = begun(with_(payments=(Payment(code="CC", name="Credit card", amount="1.00"),)))
    assert state.problem is not None and (state.problem.kind, state.topic) == (17, "due")
    assert stepper.scope_of(stepper.toggle(state, "always"), state.topic) == "order"
    assert stepper.cannot(state)["always"].startswith("This answer is for one order only")


def test_what_can_not_be_is_not_taken() -> None:
    state = begun()
    assert stepper.type_in(state, "Drone") is state
    assert "is no ID of shipping.csv" in stepper.wrong(state, "Drone")
    assert stepper.choose(state, 8) is state
    assert stepper.undo(state) is state


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=25))
def test_cursors_stay_in_range_and_undo_returns_the_former_states(steps: list[str]) -> None:
    state = begun()
    former = [state]  # the state before each answer that stands
    for step in steps:
        after = STEPS[step](state)
        if step == "undo":
            assert after is (former.pop() if len(former) > 1 else state)
        elif after.before is state:
            former.append(state)
        state = after
        assert 0 <= state.at <= len(state.problems)
        assert state.at < len(state.problems) or not state.left
        assert 0 <= state.choice < max(1, len(state.choices))
        assert len(state.choices) <= stepper.MOST
        assert len({one.place for one in state.draft}) == len(state.draft)
    while len(former) > 1:
        undone = stepper.undo(state)
        assert undone is former.pop()
        state = undone
    assert state.draft == ()


def test_a_draft_is_begun_anew_and_can_be_undone_too() -> None:
    given_before = stepper.choose(stepper.choose(begun(), 0), 0)
    again = stepper.begin(given_before.matter, given_before.draft)
    assert again.draft == given_before.draft
    assert open_problems(again) == open_problems(given_before)
    assert open_problems(stepper.undo(stepper.undo(again))) == open_problems(begun())


def test_always_is_proposed_for_words_and_never_taken_for_what_is_said_of_one_order() -> None:
    state = begun()
    assert stepper.scope_of(state, "ship_via") == "always"
    assert stepper.scope_of(state, "customer") == "order"
    assert stepper.scope_of(stepper.toggle(state, "always"), "ship_via") == "order"
    pressed = stepper.toggle(stepper.toggle(state, "always"), "always")
    assert stepper.scope_of(pressed, "customer") == "always"
    assert stepper.scope_of(pressed, "line") == "order"
    assert "next one is asked about" in stepper.cannot(stepper.move(state, 9))["always"]


def test_alike_counts_the_orders_that_wait_with_the_same_word() -> None:
    state = begun(TWO, TWO, with_(ship_code="UPS", ship_name="UPS Ground"), with_(lines=(line("CHAI"),)))
    assert stepper.alike(state) == 2
    second = stepper.choose(stepper.toggle(state, "alike"), 0)
    assert second.draft[0].scope == "alike"
    assert stepper.alike(second) == 2
    assert stepper.alike(begun(TWO)) == 0
    assert "No other order" in stepper.cannot(begun(TWO))["alike"]


def test_a_line_left_out_is_of_this_order_only() -> None:
    state = stepper.go(begun(TWO, TWO), 1)
    place = [choice.topic for choice in state.choices].index("line")
    left_out = stepper.choose(stepper.toggle(state, "alike"), place)
    assert left_out.draft[0].scope == "order"
    assert left_out.case.settled.skipped == {1}


def test_what_is_decided_of_the_whole_order_ends_the_questions() -> None:
    state = begun()
    place = [(choice.topic, choice.value) for choice in state.choices].index(("decision", topics.CLOSE))
    decided = stepper.choose(state, place)
    assert (decided.left, decided.problem) == (0, None)
    assert decided.decision is not None
    back = stepper.type_in(stepper.go(decided, -99), "Pickup")
    assert [one.topic for one in back.draft] == ["ship_via"]


def test_an_order_changed_later_asks_only_what_becomes_of_it() -> None:
    later = Finding(kind=24, field="document", seen="", expected="", message="Changed.", topic="decision", web="24")
    order = waiting(TWO, problems=(later,), newer=msgspec.json.encode(TWO))
    state = stepper.begin(Matter(order=order, content=TWO, known=ALL, rules=RULES))
    assert state.problems == (later,)
    assert [choice.value for choice in state.choices] == [topics.REPLACE, topics.LEAVE, topics.CLOSE]
    assert [(one.web, one.value) for one in stepper.choose(state, 0).draft] == [("24", topics.REPLACE)]


def test_a_default_is_chosen_where_one_is_offered() -> None:
    state = begun(with_(customer="NOBODY"))
    place = stepper.default(state)
    assert place is not None
    assert stepper.choose(state, place).draft[0].value == RULES.guest_customer
    assert "no default" in stepper.cannot(begun())["default"]


def test_a_default_that_is_a_likely_answer_too_can_be_chosen_as_one() -> None:
    alfki = {**RECORDS["customers"]["ALFKI"], "DEF_FOB": "Pickup"}
    known = Ebms(*FILES, records={"customers": {"ALFKI": alfki}})
    order = with_(ship_code="x", ship_name="Per Drohne")
    state = stepper.begin(Matter(order=waiting(order), content=order, known=known, rules=RULES))
    assert [choice.value for choice in state.choices if choice.topic == "ship_via"] == ["Federal Shipping", "Pickup"]
    place = stepper.default(state)
    assert place is not None
    assert stepper.choose(state, place).draft[0].value == "Pickup"
