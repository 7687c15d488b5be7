"""What EBMS's refusals name: kind, field and line, so that an answer to that settles it."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sync.judging import ALL, GOOD, RULES, Ebms, answer, case, findings, line, with_
from webupdate.store.answers import Answer
from webupdate.store.inbox import Finding, Refusal
from webupdate.sync import topics
from webupdate.sync.judge import choices
from webupdate.sync.shops.base import Charge

# Rows of the file: 1 CHAI-01, 2 its discount, 3 CHANG-02, 4 the fee.
ORDER = with_(
    email="alfki@example.com",
    lines=(line("CHAI-01", total="17.10"), line("CHANG-02", unit="CS")),
    charges=(Charge(name="Fee", amount="1.00"),),
)


def refused(text: str, order: object = ORDER) -> Finding:
    first, *others = findings(order, refusal=Refusal(text=text, at=10.0))  # type: ignore[arg-type]
    assert [finding for finding in others if finding.blocks] == []
    return first


@pytest.mark.parametrize(
    ("text", "kind", "topic", "web", "number"),
    [
        ("The document is locked by user JANE", 25, "decision", "25", 0),
        ("Record in use (3170)", 25, "decision", "25", 0),
        ("This invoice has been processed and can't be changed", 25, "decision", "25", 0),
        ("Saving has been aborted. Customer ALFKI is over the credit limit", 13, "decision", "13", 0),
        ("Customer is DELINQUENT", 13, "decision", "13", 0),
        ("Account on hold", 13, "decision", "13", 0),
        ("Abort: call the customer first", 13, "decision", "13", 0),
        ("Line 3: item CHANG-02 not found", 1, "item", "CHANG-02", 2),
        ("INVEN 'CHAI-01' does not exist", 1, "item", "CHAI-01", 1),
        ("Product CHANG-02 is not valid", 1, "item", "CHANG-02", 2),
        ("A product is not valid", 1, "decision", "1", 0),
        ("Line 9: item not found", 1, "decision", "1", 0),
        ("Line 3: UNIT_MEAS CS is not a unit of product CHANG-02", 3, "unit", topics.key("CHANG-02", "CS"), 2),
        ("row #1 quantity must be whole", 6, "quantity", "1", 1),
        ("UNIT_VIS of line 3 is below cost", 4, "price", "2", 2),
        ("Import aborted: SHIP_VIA 'Drone' unknown", 14, "ship_via", "Federal Shipping", 0),
        ("The order cannot be processed: unknown ship via", 14, "ship_via", "Federal Shipping", 0),
        ("IDCHARGE N30 is not valid", 16, "terms", "Net 30", 0),
        ("Unknown payment terms", 16, "terms", "Net 30", 0),
        ("Customer 'ALFKI' not found", 7, "customer", "alfki@example.com", 0),
        ("Line 2: G/L account missing. Saving has been aborted", 26, "account", "Discount", 0),
        ("ACCOUNT is required for Fee", 26, "account", "Fee", 0),
        ("ACCOUNT is required", 26, "decision", "26", 0),
        ("C_STATE is too long", 21, "text", topics.key("STATE", ""), 0),
        ("Ship-to ZIP 12209 is not valid", 20, "text", topics.key("ZIP", "12209"), 0),
        ("Unknown country", 20, "country", "Germany", 0),
        ("INV_DATE is in a closed period", 27, "day", "", 0),
        ("The fiscal year is closed", 27, "day", "", 0),
        ("EXTERNALID already exists", 23, "decision", "23", 0),
        ("FREIGHT must not be negative", 15, "decision", "15", 0),
        ("Something went wrong", 29, "decision", "29", 0),
        ("", 29, "decision", "29", 0),
    ],
)
def test_a_text_names_a_field(text: str, kind: int, topic: str, web: str, number: int) -> None:
    found = refused(text)
    assert (found.kind, found.topic, found.web, found.line) == (kind, topic, web, number)
    assert found.blocks and (f": “{text}”." if text else " and gave no reason.") in found.message


def test_an_account_is_no_reason_for_an_order_without_such_rows() -> None:
    assert refused("ACCOUNT of customer ALFKI is closed", GOOD).kind == 7


def test_every_refusal_can_be_written_again_or_by_hand() -> None:
    for text in ("SHIP_VIA unknown", "locked", "?"):
        before = case(ORDER, refusal=Refusal(text=text, at=10.0))
        found = refused(text)
        offers = [*choices.likely(found, before), *choices.ways(found, before)]
        decided = {c.value for c in offers if (c.topic, c.web) == ("decision", str(found.kind))}
        assert decided == {topics.AGAIN, topics.CLOSE}


def test_another_problem_of_a_refused_order_is_not_written_again() -> None:
    order = msgspec.structs.replace(ORDER, total="99.00")
    before = case(order, refusal=Refusal(text="SHIP_VIA unknown", at=10.0))
    (other,) = [f for f in findings(order, refusal=before.refusal) if f.kind == 19]
    assert topics.AGAIN not in {choice.value for choice in choices.ways(other, before)}


def at(moment: float) -> Answer:
    return msgspec.structs.replace(answer("ship_via", "Federal Shipping", "Pickup"), at=moment)


@pytest.mark.parametrize(("moment", "left"), [(0.0, 0), (10.0, 0), (11.0, 0), (9.0, 1)])
def test_an_answer_from_before_did_not_help(moment: float, left: int) -> None:
    found = findings(ORDER, ALL, at(moment), refusal=Refusal(text="SHIP_VIA unknown", at=10.0))
    assert len(found) == left


def test_no_property_lets_a_refused_order_go_again_by_itself() -> None:
    off = msgspec.structs.replace(RULES, severities={14: "off", 13: "warn"})
    for text in ("SHIP_VIA unknown", "credit limit"):
        (found,) = findings(ORDER, rules=off, refusal=Refusal(text=text, at=10.0))
        assert found.blocks
    assert findings(ORDER, Ebms(), refusal=Refusal(text="SHIP_VIA unknown", at=10.0))[0].blocks


@given(
    st.text() | st.sampled_from(["line 0 item", "Line 99999999999 INVEN", "line ٣ price", "x" * 100_000 + " SHIP_VIA"])
)
def test_whatever_stands_in_a_refusal_is_shown_harmlessly(text: str) -> None:
    found = refused(text)
    assert (found.message + found.seen + found.field).isprintable()
    assert len(found.message) < 500
