"""The customer of an order: who it is (kinds 7 to 10), and whether they may buy (kinds 11 to 13)."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sync.desks import FINE, Desk
from tests.sync.folders import NORTHWIND
from tests.sync.judging import (
    ALL,
    BERLIN,
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
    others,
    with_,
)
from webupdate.orderkinds import KINDS, Severity
from webupdate.store import accounts
from webupdate.store.accounts import Arrival, Candidate, Question
from webupdate.store.inbox import Finding
from webupdate.sync import topics
from webupdate.sync.judge import choices
from webupdate.sync.known import WebAccount
from webupdate.sync.orderfile import build
from webupdate.sync.orderrules import OrderRules
from webupdate.sync.settle import GUEST
from webupdate.sync.shops.base import Charge, Payment, WebOrder

MAIL = "alfki@example.com"
APPROVAL = msgspec.structs.replace(RULES, approval=True)


def ebms(
    facts: Mapping[str, str] | None = None, *, left: Mapping[str, str] | None = None, without: str = "",
    account: WebAccount | None = None, more: Mapping[str, dict[str, str]] | None = None, **own: str,
) -> Ebms:  # fmt: skip
    """An EBMS whose customer ALFKI has these facts, with `more` customers; `left` the export: old ID and new one."""
    known = Ebms(
        *(file for file in FILES if file != without),
        records={"customers": {"ALFKI": {**RECORDS["customers"]["ALFKI"], **(facts or {}), **own}, **(more or {})}},
        left={("customers", old): new for old, new in (left or {}).items()},
        accounts={"5": account} if account else None,
    )
    for old in left or {}:
        known.records["customers"].pop(old, None)
    return known


def unlinked(**values: Any) -> WebOrder:
    """An order of an account that carries no ID of EBMS."""
    return with_(**{"customer": "", "email": MAIL} | values)


def only(order: WebOrder, known: Ebms = ALL, rules: OrderRules = RULES) -> Finding:
    (found,) = findings(order, known, rules=rules)
    return found


def to(order: WebOrder, known: Ebms = ALL, *given: Any) -> str:
    """The customer that the order goes to."""
    return case(order, known, *given).customer


SECOND = {"L_NAME": "Alfreds Feinkost", "CITY": "Bonn", "EMAIL": MAIL.upper()}

# who it is


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"customer": "ALFKI", "email": "anybody@example.com"}, "ALFKI"),  # the ID is stronger than the e-mail
        ({"email": MAIL}, "ALFKI"),
        ({"email": f" {MAIL.upper()} "}, "ALFKI"),
        ({"email": "", "bill_to": msgspec.structs.replace(BERLIN, email=MAIL)}, "ALFKI"),
        ({"email": "other@example.com"}, ""),
        ({"email": "other@example.com", "bill_to": msgspec.structs.replace(BERLIN, phone="(030) 007-4321")}, "ALFKI"),
        (
            {"email": "", "bill_to": msgspec.structs.replace(BERLIN, phone="0300074321", name="M. Anders")},
            "",  # the phone alone tells nobody apart
        ),
        (
            {
                "email": "",
                "bill_to": msgspec.structs.replace(BERLIN, phone="0300074321", name="x", company="ALFREDS Futterkiste"),
            },
            "ALFKI",
        ),
        ({"account": "7", "email": ""}, "ALFKI"),  # its account was linked since
        ({"account": "", "email": MAIL}, "WEBSITE"),  # whose e-mail a guest gives nobody has checked
    ],
)
def test_the_customer_is_known_by_id_else_e_mail_else_phone_and_name(values: dict[str, Any], expected: str) -> None:
    assert to(unlinked(**values)) == expected


def test_a_guest_order_has_the_buyer_s_address_and_the_customer_for_guests() -> None:
    order = with_(customer="", account="", email=MAIL)
    assert findings(order) == ()
    content = build(order, case(order).settled, RULES).content
    assert content.count(b",WEBSITE,WEBSITE,") == 1 and b"Obere Str. 57" in content


def test_what_was_learnt_of_an_e_mail_is_not_for_guests() -> None:
    order = with_(customer="", account="", email=MAIL)
    assert to(order, ALL, answer("customer", MAIL, "ALFKI")) == "WEBSITE"
    assert to(order, ALL, answer("customer", GUEST, "ALFKI")) == "ALFKI"


def test_one_that_is_inactive_gives_way_to_one_that_is_not() -> None:
    known = ebms(INACTIVE="T", more={"ALFFE": SECOND})
    assert (to(unlinked(), known), kinds(unlinked(), known)) == ("ALFFE", [])
    alone = ebms(INACTIVE="T")
    assert (to(unlinked(), alone), kinds(unlinked(), alone)) == ("ALFKI", [11])


# 7


def test_kind_7_nobody_is_the_buyer() -> None:
    order = unlinked(email="new@example.com")
    found = only(order)
    assert (found.kind, found.field, found.seen, found.blocks) == (7, "ID", "new@example.com", True)
    assert (found.topic, found.web) == ("customer", "new@example.com")
    assert kinds(order, ALL, answer("customer", "new@example.com", "ALFKI")) == []
    assert kinds(order, ALL, answer("customer", "new@example.com", "WEBSITE")) == []


def test_kind_7_the_customer_for_guests_is_missing() -> None:
    rules = msgspec.structs.replace(RULES, guest_customer="WEBCASH")
    order = with_(customer="", account="", email=MAIL)
    found = only(order, rules=rules)
    assert (found.kind, found.seen, found.web) == (7, "WEBCASH", GUEST)
    assert "guest_customer" in found.hint
    assert kinds(order, ALL, answer("customer", GUEST, "WEBSITE"), rules=rules) == []
    assert kinds(order, ebms(without="customers"), rules=rules) == []


def test_an_account_that_is_being_settled_is_not_guessed() -> None:
    for account, hint in (
        (WebAccount(asked=True), "Customers that wait"),
        (WebAccount(file_name="CU-shop-5.csv", others=frozenset({"ALFKI"})), "CU-shop-5.csv was written"),
    ):
        found = only(unlinked(), ebms(account=account))
        assert (found.kind, hint in found.hint) == (7, True)


# 8


def test_kind_8_several_fit_and_stand_side_by_side() -> None:
    known = ebms(more={"ALFFE": SECOND})
    found = only(unlinked(), known)
    assert (found.kind, found.seen, found.topic, found.web) == (8, MAIL, "customer", MAIL)
    assert "2 customers" in found.message
    assert "ALFKI (Alfreds Futterkiste" in found.message and "ALFFE (Alfreds Feinkost, Bonn" in found.message
    offered = choices.likely(found, case(unlinked(), known))
    assert [(one.value, one.why) for one in offered[:2]] == [("ALFKI", "fits"), ("ALFFE", "fits")]
    assert "Bonn" in offered[1].about
    assert kinds(unlinked(), known, answer("customer", MAIL, "ALFFE")) == []
    assert kinds(with_(email=MAIL), known) == []  # the ID says which
    assert kinds(unlinked(), ebms(more={"ALFFE": SECOND}, without="customers")) == [7]


def test_of_many_that_fit_the_first_are_named() -> None:
    many = {f"ALFK{number}": SECOND for number in range(30)}
    found = only(unlinked(), ebms(more=many))
    assert "31 customers" in found.message and "26 more" in found.message
    assert len(found.message) < 1000


# 9


def test_kind_9_a_customer_that_is_there_would_be_made_again() -> None:
    known = ebms(account=WebAccount(file_name="CU-shop-5.csv"))
    found = only(unlinked(), known)
    assert (found.kind, found.topic, found.web) == (9, "customer", MAIL)
    assert "CU-shop-5.csv makes a new customer" in found.message and "ALFKI (Alfreds Futterkiste" in found.message
    assert choices.likely(found, case(unlinked(), known))[0].value == "ALFKI"
    assert kinds(unlinked(), known, answer("customer", MAIL, "ALFKI")) == []
    assert kinds(unlinked(), ebms(account=WebAccount(file_name="CU-shop-5.csv"), without="customers")) == [7]
    assert kinds(unlinked(), ebms(account=WebAccount(file_name="CU-shop-5.csv"), more={"ALFFE": SECOND})) == [9]


def test_an_account_that_is_a_customer_is_made_once() -> None:
    assert kinds(unlinked(), ebms(account=WebAccount(customer="ALFKI", file_name="CU-shop-5.csv"))) == []


# 10


def test_kind_10_a_renamed_customer_is_offered_under_the_new_id() -> None:
    known, order = ebms(left={"ALFRE": "ALFKI"}), with_(customer="ALFRE")
    found = only(order, known)
    assert (found.kind, found.seen, found.expected) == (10, "ALFRE", "ALFKI")
    assert "is called ALFKI in EBMS now" in found.message
    first = choices.likely(found, case(order, known))[0]
    assert (first.value, first.why) == ("ALFKI", "its new ID")
    assert kinds(order, known, answer("customer", found.web, "ALFKI")) == []
    assert kinds(order, ebms(left={"ALFRE": "ALFKI"}, without="customers")) == []


def test_kind_10_a_customer_that_was_merged_or_deleted() -> None:
    known, order = ebms(left={"ALFRE": ""}), with_(customer="ALFRE")
    found = only(order, known)
    assert (found.kind, found.subject) == (10, "")
    assert "merged it with another or deleted it" in found.message
    assert kinds(order, known, answer("customer", found.web, "ALFKI")) == []
    assert kinds(with_(customer="NOBODY"), known) == [7]


def test_kind_10_is_told_of_the_customer_for_guests_too() -> None:
    known = ebms(left={"WEBSITE": "WEBCASH"}, more={"WEBCASH": {"L_NAME": "Web"}})
    order = with_(customer="", account="")
    assert [(found.kind, found.web) for found in findings(order, known)] == [(10, GUEST)]
    assert kinds(order, known, answer("customer", GUEST, "WEBCASH")) == []


# 11


def test_kind_11_an_inactive_customer() -> None:
    found = only(GOOD, ebms(INACTIVE="T"))
    assert (found.kind, found.seen, found.subject, found.blocks) == (11, "ALFKI", "ALFKI", True)
    assert "ALFKI (Alfreds Futterkiste)" in found.message
    more = {"ALFFE": SECOND}
    assert kinds(GOOD, ebms(INACTIVE="T", more=more), answer("customer", found.web, "ALFFE")) == []
    assert blocking(GOOD, ebms(INACTIVE="T"), answer("accept", topics.key("11", "ALFKI"), "yes")) == []
    assert kinds(GOOD, ebms(INACTIVE="T", without="customers")) == []
    before = case(GOOD, ebms(INACTIVE="T", more=more))
    assert "ALFKI" not in {choice.value for choice in choices.likely(found, before)}


# 12


def test_kind_12_an_account_that_is_not_approved() -> None:
    known = ebms(WEB_APPRVD="F")
    found = only(GOOD, known, APPROVAL)
    assert (found.kind, found.subject, found.topic) == (12, "ALFKI", "")
    assert blocking(GOOD, known, answer("accept", topics.key("12", "ALFKI"), "yes"), rules=APPROVAL) == []
    assert kinds(GOOD, ebms(WEB_APPRVD="T"), rules=APPROVAL) == []
    assert kinds(GOOD, known) == []  # nobody has to approve
    assert kinds(GOOD, ebms(WEB_APPRVD=""), rules=APPROVAL) == []  # the export lacks the column
    assert kinds(GOOD, ebms(WEB_APPRVD="F", without="customers"), rules=APPROVAL) == []


def test_a_guest_has_no_account_to_approve() -> None:
    known = ebms(more={"WEBSITE": {"L_NAME": "Web", "WEB_APPRVD": "F"}})
    assert kinds(with_(customer="", account=""), known, rules=APPROVAL) == []


# 13


def buying(goods: str, **values: Any) -> WebOrder:
    return with_(**{"lines": (line("CHAI-01", total=goods),)} | values)


def credit(order: WebOrder, known: Ebms = ALL) -> list[str]:
    return [found.seen for found in findings(order, known, rules=others(13))]


def test_kind_13_goods_above_the_credit_limit() -> None:
    (found,) = findings(buying("5000.01"), rules=others(13))
    assert (found.kind, found.seen, found.expected) == (13, "5000.01", "at most 5000.00")
    assert (found.subject, found.topic, found.blocks) == ("ALFKI", "", True)
    accepted = answer("accept", topics.key("13", "ALFKI"), "yes")
    assert [one.blocks for one in findings(buying("5000.01"), ALL, accepted, rules=others(13))] == [False]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, []),
        ({"shipping": "900.00", "tax": "400.00"}, []),  # both stay open until EBMS bills
        ({"charges": (Charge(name="Fee", amount="0.01"),)}, ["5000.01"]),
        ({"lines": (line("CHAI-01", total="5000.01"),), "charges": (Charge(name="Off", amount="-0.01"),)}, []),
        ({"lines": (line("CHAI-01", total="5000.00"), line("CHAI-01", total="18.00"))}, ["5018.00"]),
        ({"lines": (line("CHAI-01", total="much"),)}, []),
    ],
)
def test_kind_13_sums_up_what_is_ordered(values: dict[str, Any], expected: list[str]) -> None:
    assert credit(buying("5000.00", **values)) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"BALANCE": "1000.00"}, ["5000.01"]),
        ({"BALANCE": "999.99"}, []),
        ({"BALANCE": "-2000.00", "CRED_LIM": "2000"}, ["2000.01"]),
        ({"CRED_LIM": "0.00"}, []),
        ({"CRED_LIM": ""}, []),
        ({"CRED_LIM": "", "DEL_REASON": "Bounced cheque"}, ["Bounced cheque"]),
        ({"BALANCE": "9999.00", "DEL_REASON": "Slow"}, ["13999.01", "Slow"]),
    ],
)
def test_kind_13_by_what_is_owed_and_why(facts: dict[str, str], expected: list[str]) -> None:
    goods = "4000.01"
    assert credit(buying(goods), ebms(facts)) == expected
    assert credit(buying(goods), ebms(facts, without="customers")) == []
    assert credit(buying(goods, payments=(Payment(code="CC", name="Card", amount=goods),)), ebms(facts)) == []
    assert credit(buying(goods, payments=()), ebms(facts)) == []
    assert credit(buying(goods), ebms(facts, without="payments")) == []  # whether it is on account nobody knows


def test_kind_13_counts_what_a_person_has_set() -> None:
    order = with_(lines=(line("CHAI-01", quantity="300", total="5400.00"), line("CHAI-01", total="18.00")))
    assert credit(order) == ["5418.00"]
    for made in (answer("line", "1", "skip"), answer("quantity", "1", "200"), answer("price", "1", "10.00")):
        assert findings(order, ALL, made, rules=others(13)) == ()


# all of them

BAD: dict[int, tuple[WebOrder, Ebms]] = {
    7: (with_(customer="NOBODY"), ALL),
    8: (unlinked(), ebms(more={"ALFFE": SECOND})),
    9: (unlinked(), ebms(account=WebAccount(file_name="CU-shop-5.csv"))),
    10: (with_(customer="ALFRE"), ebms(left={"ALFRE": "ALFKI"})),
    11: (GOOD, ebms(INACTIVE="T")),
    12: (GOOD, ebms(WEB_APPRVD="F")),
    13: (GOOD, ebms(DEL_REASON="Slow")),
}


def by(kind: int, severity: Severity) -> OrderRules:
    return msgspec.structs.replace(APPROVAL, severities={kind: severity})


@pytest.mark.parametrize("kind", BAD)
def test_a_property_lowers_and_turns_off(kind: int) -> None:
    order, known = BAD[kind]
    assert blocking(order, known, rules=APPROVAL) == [kind]
    assert KINDS[kind].blocks
    assert [(one.kind, one.blocks) for one in findings(order, known, rules=by(kind, "warn"))] == [(kind, False)]
    assert kinds(order, known, rules=by(kind, "off")) == []


@pytest.mark.parametrize("kind", BAD)
def test_every_finding_says_what_to_do_and_can_be_read(kind: int) -> None:
    order, known = BAD[kind]
    found = only(order, known, APPROVAL)
    assert found.message.endswith(".") and found.hint.endswith(".")
    assert found.seen and found.expected
    # What a person can do: name another customer, let it pass, or enter the order by hand.
    ways = {way.topic for way in choices.ways(found, case(order, known, rules=APPROVAL))}
    assert ways >= {"decision"} | ({"customer"} if found.topic else set()) | ({"accept"} if found.subject else set())


WORDS = st.text(max_size=20)
IDS = st.one_of(WORDS, st.sampled_from(("ALFKI", "ALFRE", "GONE", "WEBSITE")))


@given(
    IDS, st.one_of(WORDS, st.sampled_from(("5", "6", "8"))), st.one_of(WORDS, st.just(MAIL)), WORDS, WORDS,
    st.dictionaries(st.sampled_from(("CRED_LIM", "BALANCE", "DEL_REASON", "INACTIVE", "WEB_APPRVD", "L_NAME")), WORDS),
)  # fmt: skip
def test_no_buyer_is_beyond_judging_and_every_word_is_printable(
    customer: str, account: str, email: str, name: str, phone: str, facts: dict[str, str]
) -> None:
    known = ebms(
        facts, left={"ALFRE": "ALFKI", "GONE": ""}, more={"ALFFE": SECOND, "ODD": {"EMAIL": email, **facts}},
        account=WebAccount(file_name="CU-shop-5.csv"),
    )  # fmt: skip
    bill_to = msgspec.structs.replace(BERLIN, name=name, phone=phone)
    order = with_(customer=customer, account=account, email=email, bill_to=bill_to)
    found = [one for one in findings(order, known, rules=APPROVAL) if 7 <= one.kind <= 13]
    assert len({one.kind for one in found} & {7, 8, 9, 10}) <= 1  # who it is, is asked once
    for one in found:
        assert (one.message + one.hint + one.seen + one.expected + one.field).isprintable()
        for choice in (*choices.likely(one, case(order, known)), *choices.ways(one, case(order, known))):
            assert (choice.label + choice.about + choice.why).isprintable()


# with Northwind's exports


def customers(desk: Desk, **changed: Mapping[str, str] | None) -> None:
    """EBMS saves its customers: Northwind's, each with an AUTOID, but for these; None: it has them no more."""
    with (NORTHWIND / "customers.csv").open(encoding="cp1252", newline="") as file:
        rows = {row["ID"]: row | {"AUTOID": row["ID"], "BALANCE": "", "DEL_REASON": ""} for row in csv.DictReader(file)}
    for key, values in changed.items():
        rows[key] = rows.get(key, rows["ALFKI"] | {"ID": key, "AUTOID": key}) | dict(values or {})
    kept = [row for key, row in rows.items() if changed.get(key, row) is not None]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(kept[0]))
    writer.writeheader()
    writer.writerows(kept)
    desk.exports.save("customers.csv", text.getvalue())
    desk.exports.look(60)


def test_a_second_customer_of_the_same_mail_is_asked_about_and_answered_always(desk: Desk) -> None:
    customers(desk, ALFFE={})
    order = desk.receive(customer="", account="99")
    assert [(p.kind, p.web) for p in order.problems if p.blocks] == [(8, MAIL)]
    desk.answer(order, ("customer", MAIL, "ALFFE", "always"))
    assert desk.receive(customer="", account="99").state == "ready"
    assert all(b",ALFFE,ALFFE," in content for content in desk.write().values())
    paid = (Payment(code="CC", name="Credit card", amount="27.75"),)
    guest = desk.receive(customer="", account="", email=MAIL, payments=paid)
    assert guest.state == "ready"  # a guest is not that account
    assert sum(b",WEBSITE,WEBSITE," in content for content in desk.write().values()) == 1


def test_a_customer_that_ebms_renamed_twice_is_found(desk: Desk) -> None:
    for key in ("ALFKI", "ALFRE", "ALFUT"):
        customers(desk, ALFKI={"ID": key})
    order = desk.receive()
    (found,) = [problem for problem in order.problems if problem.blocks]
    assert (found.kind, found.seen, found.expected) == (10, "ALFKI", "ALFUT")
    desk.answer(order, ("customer", found.web, "ALFUT"))
    assert desk.order(order).state == "ready"


def test_a_customer_that_is_deleted_and_one_that_is_inactive(desk: Desk) -> None:
    customers(desk)
    customers(desk, ALFKI=None, ANATR={"INACTIVE": "T"})
    order = desk.receive()
    assert [problem.kind for problem in order.problems if problem.blocks] == [10]
    desk.answer(order, ("customer", MAIL, "ANATR"))
    assert [(p.kind, p.subject) for p in desk.order(order).problems if p.blocks] == [(11, "ANATR")]
    desk.answer(order, ("accept", topics.key("11", "ANATR"), "yes"))
    assert desk.order(order).state == "ready"
    assert [p.accepted_by for p in desk.order(order).problems if p.kind == 11] == ["anna"]


def test_what_is_owed_in_ebms_counts(desk: Desk) -> None:
    customers(desk, ALFKI={"BALANCE": "4990.00"})
    order = desk.receive()
    (found,) = [problem for problem in order.problems if problem.blocks]
    assert (found.kind, found.seen) == (13, "5008.00")
    customers(desk, ALFKI={"BALANCE": "100.00"})
    assert desk.judge().state == "ready"


def test_northwind_s_default_customer_is_the_one_for_guests(desk: Desk) -> None:
    guest: dict[str, Any] = {
        "customer": "",
        "account": "",
        "payments": (Payment(code="CC", name="Credit card", amount="27.75"),),
    }
    assert desk.receive(**guest).state == "ready"
    desk.exports.set(guest_customer="NOBODY")
    order = desk.receive(**guest)
    assert [(p.kind, p.seen) for p in order.problems if p.blocks] == [(7, "NOBODY")]
    desk.answer(order, ("customer", GUEST, "WEBSITE", "always"))
    assert desk.order(order).state == "ready"


def account(desk: Desk, **values: Any) -> None:
    """The shop has an account with the id 99, and this became of it."""
    arrival = Arrival(
        shop_id="99", key="", updated_at="", name="Maria", email=MAIL, web={}, base=None, content=b"{}", received=b"{}"
    )  # fmt: skip
    accounts.receive(desk.store, desk.site.id, [arrival], "c", desk.exports.now)
    found = accounts.of_shop_id(desk.store, desk.site.id, "99")
    assert found is not None
    with desk.store.writing():
        accounts.change(desk.store, found, **values)


def test_a_customer_whose_file_was_written_is_not_made_twice(desk: Desk) -> None:
    account(desk, state="written", file_name="CU-shop-99.csv", files=1)
    order = desk.receive(customer="", account="99", email=MAIL)
    assert [(p.kind, p.web) for p in order.problems if p.blocks] == [(9, MAIL)]
    desk.answer(order, ("customer", MAIL, "ALFKI"))
    assert desk.order(order).state == "ready"


def test_what_a_person_said_of_the_account_holds_for_its_orders(desk: Desk) -> None:
    asked = Question(message="?", hint="", answers=("new",), candidates=(Candidate(id="ALFKI", name="Alfreds"),))
    account(desk, state="written", file_name="CU-shop-99.csv", files=1, question=asked, make_new=True)
    order = desk.receive(customer="", account="99", email=MAIL)
    (found,) = [problem for problem in order.problems if problem.blocks]
    assert (found.kind, "CU-shop-99.csv was written" in found.hint) == (7, True)


def test_a_fine_order_of_northwind_s_first_customer(desk: Desk) -> None:
    assert desk.receive(FINE).state == "ready"
