"""What is offered as an answer, and what may be typed."""

from __future__ import annotations

import pytest

from tests.sync.judging import ALL, FILES, GOOD, RECORDS, Ebms, case, findings, line, with_
from webupdate.store.inbox import Refusal
from webupdate.sync import topics
from webupdate.sync.judge import choices, typed
from webupdate.sync.shops.base import Payment


def offered(order: object, kind: int) -> list[choices.Choice]:
    before = case(order)  # type: ignore[arg-type]
    (finding,) = [found for found in findings(before.order) if found.kind == kind]
    return [*choices.likely(finding, before), *choices.ways(finding, before)]


def test_the_closest_item_comes_first_with_what_tells_it_from_others() -> None:
    first, *_ = offered(with_(lines=(line("CHAI"),)), 1)
    assert (first.topic, first.web, first.value, first.why) == ("item", "CHAI", "CHAI-01", "closest")
    assert first.about == "Chai · 18.00 · 39 in stock"


def test_an_item_is_found_by_its_title_too() -> None:
    first, *_ = offered(with_(lines=(line("4711", title="Chang"),)), 1)
    assert first.value == "CHANG-02"


def test_what_is_only_a_little_like_it_is_not_called_closest() -> None:
    first, *_ = offered(with_(lines=(line("OCTAGON", title="Ch-"),)), 1)
    assert first.why == ""


def test_the_only_line_can_not_be_left_out() -> None:
    one = offered(with_(lines=(line("X"),)), 1)
    two = offered(with_(lines=(line("X"), line("CHAI-01"))), 1)
    assert "line" not in {choice.topic for choice in one}
    assert [(c.web, c.value) for c in two if c.topic == "line"] == [("1", "skip")]


def test_what_is_let_pass_is_told_by_the_name_of_its_kind() -> None:
    assert topics.words("accept", topics.key("13", "ALFKI")) == "Credit · ALFKI"
    assert topics.words("accept", topics.key("99", "ALFKI")) == "99 · ALFKI"
    assert topics.words("item", topics.key("13", "KG")) == "13 · KG"


def test_a_customer_may_be_the_one_for_guests() -> None:
    found = offered(with_(customer="NOBODY"), 7)
    assert ("customer", "WEBSITE") in {(choice.topic, choice.value) for choice in found}


@pytest.mark.parametrize(
    ("topic", "web", "value", "expected"),
    [
        ("item", "CHAI", "CHAI-01", ""),
        ("item", "CHAI", "chai-01", "is no ID of inventory.csv"),
        ("ship_via", "UPS", "Drone", "is no ID of shipping.csv"),
        ("text", topics.key("ADDRESS1", "x"), "y" * 36, "ADDRESS1 holds 35"),
        ("text", topics.key("ADDRESS1", "x"), "Šimůnek", "code page"),
        ("state", topics.key("Ireland", "Co. Cork"), "CORK", "STATE holds 3"),
        ("state", topics.key("Ireland", "Co. Cork"), "CO", ""),
        ("account", "Discount", "", "is needed"),
        ("account", "Discount", "41000", ""),
        ("price", "1", "-1", "no amount"),
        ("quantity", "1", "0", "above 0"),
        ("quantity", "1", "NaN", "above 0"),
    ],
)
def test_what_is_typed_is_checked(topic: str, web: str, value: str, expected: str) -> None:
    found = typed.wrong(topic, web, value, ALL)
    assert expected in found if expected else found == ""


def test_of_few_ship_vias_all_are_offered_even_if_none_is_close() -> None:
    found = offered(with_(ship_code="x", ship_name="Per Drohne"), 14)
    assert [choice.value for choice in found if choice.topic == "ship_via"] == ["Federal Shipping", "Pickup"]
    assert {choice.why for choice in found} == {""}


def test_terms_that_are_the_problem_are_no_answer_to_it() -> None:
    alfki = {**RECORDS["customers"]["ALFKI"], "CHARGEPYMT": "F"}
    known = Ebms(*FILES, records={"customers": {"ALFKI": alfki}})
    (finding,) = [found for found in findings(GOOD, known) if found.kind == 16]
    assert [one.value for one in choices.likely(finding, case(GOOD, known))] == ["CC", "COD"]


def test_the_customer_s_own_terms_are_offered_for_what_says_when_the_order_is_due() -> None:
    first = Payment(code="invoice", name="Invoice", amount="18.00")
    assert offered(with_(payments=(first,)), 16)[0].why == "the customer's own"
    second = Payment(code="gc", name="Gift card", amount="0.00")
    assert "the customer's own" not in {one.why for one in offered(with_(payments=(*GOOD.payments, second)), 17)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Document 100012 is locked", ["again", "close"]),
        ("Saving has been aborted", ["again", "close"]),
        ("EXTERNALID already exists", ["close", "again"]),
        ("INVEN: item not found", ["again"]),
    ],
)
def test_what_ebms_refused_can_be_written_again(text: str, expected: list[str]) -> None:
    """What helps most comes first, and nothing that would not answer the refusal."""
    refusal = Refusal(text=text, at=5.0)
    (finding,) = [found for found in findings(GOOD, refusal=refusal) if found.expected == "an order that EBMS takes"]
    before = case(GOOD, refusal=refusal)
    found = [*choices.likely(finding, before), *choices.ways(finding, before)]
    assert [one.value for one in found if one.topic == "decision"][: len(expected)] == expected
    assert "accept" not in {one.topic for one in found}
