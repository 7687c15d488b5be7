"""Texts of addresses: too long for EBMS (kind 21), or not in its code page (kind 22)."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sync.desks import Desk
from tests.sync.judging import ALL, BERLIN, answer, blocking, case, findings, kinds, with_
from webupdate.store.inbox import Finding
from webupdate.sync import topics
from webupdate.sync.judge import choices
from webupdate.sync.orderfile import build
from webupdate.sync.shops.base import Address, WebOrder

CORK = msgspec.structs.replace(BERLIN, city="Cork", state="Co. Cork", country="Ireland", country_code="IE")


def shipped(**values: str) -> WebOrder:
    return with_(ship_to=msgspec.structs.replace(BERLIN, **values))


def only(order: WebOrder) -> Finding:
    (found,) = findings(order)
    return found


def test_kind_21_is_one_problem_for_both_addresses() -> None:
    found = only(with_(bill_to=CORK, ship_to=CORK))
    assert (found.kind, found.field, found.seen, found.blocks) == (21, "STATE, C_STATE", "Co. Cork", True)
    assert (found.topic, found.web) == ("state", topics.key("Ireland", "Co. Cork"))
    assert "EBMS holds 3" in found.message and found.expected == "at most 3 characters"


@pytest.mark.parametrize(
    ("field", "limit"),
    [("name", 86), ("address1", 35), ("address2", 35), ("city", 30), ("zip", 11), ("phone", 25), ("email", 50)],
)
def test_kind_21_begins_behind_the_last_character_that_fits(field: str, limit: int) -> None:
    assert kinds(shipped(**{field: "x" * limit})) == []
    found = only(shipped(**{field: "x" * (limit + 1)}))
    assert (found.kind, found.field, found.topic) == (21, f"C_{field.upper()}", "text")


def test_what_is_too_long_only_by_marks_and_breaks_is_not() -> None:
    assert 21 not in kinds(shipped(address1="u\u0308" * 35))
    assert kinds(shipped(address1="\r\n" + "x" * 35 + "\x00")) == []


def test_an_answer_to_kind_21_is_what_is_written() -> None:
    order = with_(bill_to=CORK, ship_to=CORK)
    given = answer("state", topics.key("Ireland", "Co. Cork"), "CO")
    assert findings(order, ALL, given) == ()
    before = case(order, ALL, given)
    assert build(order, before.settled, before.rules).content.count(b",CO,") == 2
    assert kinds(order, ALL, answer("state", topics.key("Ireland", "Co. Cork"), "Cork")) == [21]


def test_a_state_belongs_to_its_country() -> None:
    assert kinds(with_(bill_to=CORK, ship_to=CORK), ALL, answer("state", topics.key("France", "Co. Cork"), "C")) == [21]


def test_kind_22_warns_where_every_letter_has_a_likeness() -> None:
    found = only(shipped(name="Jan Šimůnek"))
    assert (found.kind, found.field, found.blocks) == (22, "C_NAME", False)
    assert "written as “Jan Šimunek”" in found.message  # Windows-1252 has the Š
    assert kinds(shipped(name="Jan Šimůnek"), ALL, answer("text", found.web, "Jan Simunek")) == []


def test_kind_22_blocks_where_letters_would_become_question_marks() -> None:
    found = only(shipped(name="Anna 花子 ? 花"))
    assert (found.kind, found.blocks, found.topic) == (22, True, "text")
    assert "nothing like 花子." in found.message
    assert findings(shipped(name="Anna 花子 ? 花"), ALL, answer("text", found.web, "Anna Hanako")) == ()


def test_a_question_mark_of_the_buyer_and_the_note_are_no_problem() -> None:
    assert findings(shipped(name="Who?")) == ()
    assert findings(with_(note="thank you \U0001f33c 花")) == ()


def offered(order: WebOrder) -> list[tuple[str, str]]:
    return [(choice.value, choice.about) for choice in choices.likely(only(order), case(order))]


def test_a_cut_is_offered_and_one_at_a_word() -> None:
    street = "Carrera 22 con Ave. Carlos Soublette #8-35"
    assert [value for value, _ in offered(shipped(address1=street))] == [
        "Carrera 22 con Ave. Carlos Soublett",
        "Carrera 22 con Ave. Carlos",
    ]


def test_what_can_be_kept_is_offered_for_what_has_no_likeness() -> None:
    assert offered(shipped(name="Anna \u202e花\t子 Berg")) == [("Anna Berg", "9 of 14 characters")]
    assert offered(shipped(name="花子")) == []


def test_the_customer_s_state_in_ebms_is_offered_first() -> None:
    known = type(ALL)(*ALL.files, records={"customers": {"ALFKI": {**ALL.customer("ALFKI"), "STATE": "CO"}}})  # type: ignore[dict-item]
    order = with_(bill_to=CORK, ship_to=CORK)
    (found,) = findings(order, known)
    assert [c.value for c in choices.likely(found, case(order, known))] == ["CO", "Co."]


@given(st.builds(Address, **dict.fromkeys(("name", "address1", "city", "state", "zip", "country"), st.text())))
def test_whatever_the_buyer_types_is_told_harmlessly_and_what_is_offered_settles_it(address: Address) -> None:
    order = with_(bill_to=BERLIN, ship_to=address)
    found = [finding for finding in findings(order) if finding.kind in (21, 22) and finding.blocks]
    for finding in found:
        assert (finding.message + finding.seen + finding.field).isprintable()
    offers = {(f.topic, f.web): choices.likely(f, case(order)) for f in found}
    given = [answer(*place, offer[0].value) for place, offer in offers.items() if offer]
    left = {(f.topic, f.web) for f in findings(order, ALL, *given) if f.kind in (21, 22) and f.blocks}
    assert left == {place for place, offer in offers.items() if not offer}


def test_northwind_s_states_are_asked_and_answered_once(desk: Desk) -> None:
    order = desk.receive(bill_to=CORK, ship_to=CORK)
    assert [(p.kind, p.topic) for p in order.problems if p.blocks] == [(21, "state")]
    desk.answer(order, ("state", topics.key("Ireland", "Co. Cork"), "CO", "always"))
    assert blocking(with_()) == []
    assert desk.receive(bill_to=CORK, ship_to=CORK).state == "ready"
    assert all(content.count(b",CO,") == 2 for content in desk.write().values())
