"""Terms (kind 16), payments (17), tax (18), total (19), rows without product (26)."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sync.desks import Desk
from tests.sync.judging import (
    ALL,
    FILES,
    GOOD,
    RECORDS,
    RULES,
    Ebms,
    answer,
    blocking,
    case,
    findings,
    kinds,
    line,
    with_,
)
from webupdate.store.inbox import Finding
from webupdate.sync import topics
from webupdate.sync.judge import choices, judge
from webupdate.sync.orderfile import build
from webupdate.sync.shops.base import Charge, Payment, WebOrder

UNSET = msgspec.structs.replace(RULES, charge_account="")


def pay(code: str, amount: str = "18.00", name: str = "") -> Payment:
    return Payment(code=code, name=name or code, amount=amount)


def alfki(**values: str) -> Ebms:
    return Ebms(*FILES, records={"customers": {"ALFKI": {**RECORDS["customers"]["ALFKI"], **values}}})


def only(order: WebOrder, known: Ebms = ALL) -> Finding:
    (found,) = findings(order, known)
    return found


# 16


def test_kind_16_terms_that_ebms_does_not_have() -> None:
    order = with_(payments=(pay("bacs", name="Bank transfer"),))
    found = only(order)
    assert (found.kind, found.field, found.seen, found.blocks) == (16, "IDCHARGE", "Bank transfer", True)
    assert (found.topic, found.web) == ("terms", "Bank transfer")
    assert findings(order, ALL, answer("terms", "Bank transfer", "N30")) == ()
    assert kinds(order, Ebms("customers")) == []
    assert choices.likely(found, case(order))[0].value == "N30"  # the customer's own


def test_kind_16_a_customer_who_must_not_buy_on_account() -> None:
    found = only(GOOD, alfki(CHARGEPYMT="F"))
    assert (found.kind, found.subject, found.blocks) == (16, "ALFKI", True)
    assert "Customer ALFKI must not buy on account" in found.message
    accepted = answer("accept", topics.key("16", "ALFKI"))
    assert blocking(GOOD, alfki(CHARGEPYMT="F"), accepted) == []
    assert kinds(GOOD, alfki(CHARGEPYMT="F"), answer("due", "", "COD")) == []
    # A card that was not charged has paid nothing.
    assert kinds(GOOD, alfki(CHARGEPYMT="F"), answer("due", "", "CC")) == [17]
    assert kinds(with_(payments=(pay("CC"),)), alfki(CHARGEPYMT="F")) == []


def test_kind_16_is_off_without_the_column_and_without_customers() -> None:
    bare = {name: value for name, value in RECORDS["customers"]["ALFKI"].items() if name != "CHARGEPYMT"}
    assert kinds(GOOD, Ebms(*FILES, records={"customers": {"ALFKI": bare}})) == []
    assert kinds(GOOD, Ebms("payments")) == []


def test_kind_16_other_terms_than_the_customer_s_warn() -> None:
    known = alfki(IDCHARGE="N60")
    found = only(GOOD, known)
    assert (found.kind, found.seen, found.blocks) == (16, "N30", False)
    assert kinds(GOOD, alfki(IDCHARGE="")) == []


def test_kind_16_guests_have_the_terms_of_the_customer_for_guests() -> None:
    known = Ebms(*FILES, records={"customers": {"WEBSITE": {"L_NAME": "Web", "CHARGEPYMT": "F"}}})
    guest = with_(customer="", account="")
    assert [(f.kind, f.subject) for f in findings(guest, known)] == [(16, "WEBSITE")]


# 17


def test_kind_17_a_method_that_is_not_known() -> None:
    records = {"payments": {"SWAP": {"METHOD": "BARTER", "TERMS": "2"}, "card": {"METHOD": "CreditCard"}}}
    known = Ebms(*FILES, records=records)
    order = with_(payments=(pay("SWAP"),))
    found = only(order, known)
    assert (found.kind, found.field, found.seen, found.web) == (17, "TYPE, payment 1", "BARTER", "SWAP")
    assert kinds(order, known, answer("terms", "SWAP", "CC")) == []
    assert kinds(with_(payments=(pay("card"),)), known) == []


def test_kind_17_each_payment_is_looked_at() -> None:
    order = with_(payments=(pay("N30", "10.00"), pay("gift", "8.00", "Gift card")))
    assert [(f.kind, f.field, f.web) for f in findings(order)] == [(17, "TYPE, payment 2", "Gift card")]
    assert kinds(order, ALL, answer("terms", "Gift card", "CC")) == []


@pytest.mark.parametrize(("paid", "expected"), [("18.00", []), ("17.99", []), ("17.98", [17]), ("0", [17]), ("99", [])])
def test_kind_17_cash_terms_are_paid(paid: str, expected: list[int]) -> None:
    assert kinds(with_(payments=(pay("CC", paid),))) == expected


def test_what_is_owed_is_not_paid() -> None:
    order = with_(payments=(pay("CC", "8.00"), pay("N30", "10.00")))
    found = only(order)
    assert (found.kind, found.field, found.seen, found.expected) == (17, "AMOUNT", "8.00", "18.00")
    assert "on cash terms, but 8.00 was paid" in found.message
    assert blocking(order, ALL, answer("accept", topics.key("17", GOOD.number))) == []
    assert kinds(with_(payments=(pay("N30", "0"),))) == []


def test_what_was_taken_stays_taken_on_whatever_terms_the_rest_is() -> None:
    order = with_(payments=(pay("CC", "8.00"),))
    due = case(order, ALL, answer("due", "", "N30"))
    assert judge(due) == ()
    assert (due.settled.terms_id, due.settled.terms, due.settled.methods) == ("N30", "2", {"CC": "CREDITCARD"})
    assert kinds(order, alfki(CRED_LIM="10.00"), answer("due", "", "N30")) == [13]


def test_an_order_without_payment_is_on_cash_terms_unless_it_costs_nothing() -> None:
    order = with_(payments=())
    found = only(order)
    assert (found.kind, found.topic, found.web) == (17, "due", "")
    assert "names no payment" in found.message
    assert kinds(order, ALL, answer("due", "", "N30")) == []
    assert kinds(order, ALL, answer("due", "", "CC")) == [17]
    assert 17 not in kinds(with_(payments=(), lines=(line("CHAI-01", unit_price="0", total="0"),)), Ebms("payments"))
    assert kinds(order, Ebms("customers")) == []


# 18


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"tax": "1.00", "shipping": "5.00"}, []),  # the rest may be the tax on shipping
        ({"tax": "1.00"}, [18]),
        ({"tax": "0.51"}, []),
        ({"tax": "0.40", "shipping": "5.00"}, [18]),  # less than the lines' is never that
        ({"tax": "1.00", "charges": (Charge(name="Fee", amount="1.00"),)}, []),
    ],
)
def test_kind_18_warns_of_another_tax(values: dict[str, str], expected: list[int]) -> None:
    order = with_(lines=(line("CHAI-01", tax="0.50"),), **values)
    assert kinds(order) == expected
    assert blocking(order) == []


# 19


def test_kind_19_a_total_that_is_not_the_sum() -> None:
    order = with_(total="20.00")
    found = only(order)
    assert (found.kind, found.field, found.seen, found.blocks) == (19, "TOTAL_SO", "20.00", True)
    assert found.expected.startswith("18.00,")
    assert blocking(order, ALL, answer("accept", topics.key("19", GOOD.number))) == []
    assert kinds(with_(total="18.01")) == []
    assert kinds(with_(total="18.02")) == [19]
    assert kinds(with_(total="18.02"), rules=msgspec.structs.replace(RULES, tolerance=RULES.tolerance * 2)) == []


def test_the_sum_is_of_lines_charges_freight_and_tax() -> None:
    order = with_(charges=(Charge(name="Voucher", amount="-5.00"),), shipping="9.75", tax="1.50")
    assert order.total == "24.25"
    assert kinds(order) == []


@pytest.mark.parametrize("text", ["", "abc", "NaN", "Infinity", "1e99", "18,00", "\x1b[2J"])
def test_kind_19_an_amount_that_is_no_number_is_told_by_its_field(text: str) -> None:
    def fields(order: WebOrder) -> list[str]:
        found = findings(order)
        assert {finding.kind for finding in found if finding.blocks} == {19}
        assert all((f.message + f.field + f.seen).isprintable() for f in found)
        return [finding.field for finding in found]

    assert fields(with_(shipping=text)) == ["FREIGHT"]
    assert fields(with_(tax=text)) == ["TAX_WEB"]
    assert fields(with_(total=text)) == ["TOTAL_WEB"]
    assert fields(with_(lines=(line("CHAI-01", total=text),))) == ["SO_AMOUNT, line 1"]
    assert fields(with_(lines=(line("CHAI-01", tax=text),))) == ["TAX, line 1"]
    assert fields(with_(charges=(Charge(name="Fee\x00", amount=text),))) == [r"UNIT_VIS, Fee\x00"]
    assert fields(with_(payments=(pay("N30", text),))) == ["AMOUNT, payment 1"]


def test_what_was_answered_changes_the_total_and_only_warns() -> None:
    order = with_(lines=(line("CHAI-01"), line("CHANG-02", unit_price="19.00", total="19.00")))
    for made in (answer("line", "2", "skip"), answer("price", "2", "18.00"), answer("quantity", "2", "2")):
        (found,) = findings(order, ALL, made)
        assert (found.kind, found.blocks) == (19, False)
        assert "after what was answered" in found.message


@given(st.lists(st.tuples(st.decimals(-99, 99, places=2), st.integers(1, 9)), min_size=1), st.decimals(0, 99, places=2))
def test_what_sums_up_is_never_told_and_is_always_a_file(rows: list[tuple[object, int]], shipping: object) -> None:
    lines = tuple(line("CHAI-01", total=str(total), quantity=str(quantity)) for total, quantity in rows)
    order = with_(lines=lines, shipping=str(shipping))
    assert 19 not in kinds(order)
    build(order, case(order).settled, RULES)


# 26


def test_kind_26_each_row_without_product_needs_an_account() -> None:
    lines = (line("CHAI-01", total="17.10"), line("CHANG-02", unit_price="19.00", total="19.50"))
    order = with_(lines=lines, charges=(Charge(name="Fee", amount="1.00", code="F1"),))
    found = findings(order, rules=UNSET)
    assert [(f.kind, f.topic, f.web) for f in found] == [
        *((26, "account", name) for name in ("Discount", "Price difference", "Fee (F1)")),
    ]
    given = [answer("account", f.web, "41000") for f in found]
    assert findings(order, ALL, *given, rules=UNSET) == ()
    assert findings(order) == ()  # the Properties name one for all


def test_a_row_that_is_not_written_needs_none() -> None:
    order = with_(lines=(line("CHAI-01", total="17.10"), line("CHANG-02")))
    assert 26 in kinds(order, rules=UNSET)
    for made in (answer("line", "1", "skip"), answer("price", "1", "17.10"), answer("quantity", "1", "1")):
        assert 26 not in kinds(order, ALL, made, rules=UNSET)


def test_the_problems_come_in_the_order_of_the_entry() -> None:
    order = with_(
        payments=(pay("?"),), shipping="x", tax="9", total="1", lines=(line("X", total="17.00"),), ship_name="",
        ship_code="",
    )  # fmt: skip
    assert kinds(order, rules=UNSET) == [14, 16, 1, 26, 19, 18]


def test_northwind_s_discounts_are_booked_once_and_for_all(desk: Desk) -> None:
    order = desk.receive(lines=(line("CHAI-01", total="17.10"),))
    assert [(p.kind, p.web) for p in order.problems if p.blocks] == [(26, "Discount")]
    desk.answer(order, ("account", "Discount", "41000", "always"))
    assert desk.receive(lines=(line("CHAI-01", total="16.20"),)).state == "ready"
    files = desk.write()
    assert len(files) == 2
    assert all(content.count(b"Discount,1,,-") == 1 and b",41000\r\n" in content for content in files.values())


def test_a_kind_that_is_off_is_silent_and_one_that_warns_stops_nothing() -> None:
    off = msgspec.structs.replace(RULES, severities={19: "off"})
    warns = msgspec.structs.replace(RULES, severities={19: "warn", 18: "block"})
    assert kinds(with_(total="20.00"), rules=off) == []
    assert blocking(with_(total="20.00"), rules=warns) == []
    assert blocking(with_(tax="1.00"), rules=warns) == [18]
