"""Judging as a whole: all problems at once, rules that are off, severities, answers, and the real exports."""

from __future__ import annotations

import pytest

from tests.sync.folders import Exports
from tests.sync.judging import ALL, GOOD, Ebms, answer, case, findings, kinds, line, with_
from webupdate.sync.judge import Given, judge, open_case
from webupdate.sync.orderfacts import ExportFacts
from webupdate.sync.orderrules import rules_of
from webupdate.sync.shops.base import Payment, WebOrder


def test_a_good_order_has_no_problems() -> None:
    assert findings(GOOD) == ()


def test_all_problems_are_given_at_once_in_the_order_of_the_fields() -> None:
    order = with_(
        customer="NOBODY", ship_code="Drone", ship_name="Drone", lines=(line("X"), line("CHAI-01"), line("Y"))
    )
    found = findings(order)
    assert [(finding.kind, finding.field) for finding in found] == [
        (7, "ID"),
        (14, "SHIP_VIA"),
        (1, "INVEN, line 1"),
        (1, "INVEN, line 3"),
    ]
    assert [finding.seen for finding in found] == ["NOBODY", "Drone", "X", "Y"]
    assert all(finding.blocks and finding.hint and finding.expected for finding in found)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"customer": "", "account": ""}, []),  # a guest
        ({"customer": "", "account": "5", "email": "a@example.com"}, [7]),
        ({"customer": "alfki"}, [7]),
        ({"customer": "NOBODY", "account": ""}, [7]),
    ],
)
def test_kind_7_unknown_customer(values: dict[str, str], expected: list[int]) -> None:
    assert kinds(with_(**values)) == expected


def test_an_account_without_id_is_shown_by_its_mail() -> None:
    (finding,) = findings(with_(customer="", email="a@example.com"))
    assert finding.seen == "a@example.com"


@pytest.mark.parametrize(
    ("code", "name", "expected"),
    [("", "", [14]), ("", "By hand", [14]), ("federal shipping", "", [14]), ("Federal Shipping", "anything", [])],
)
def test_kind_14_unknown_ship_via(code: str, name: str, expected: list[int]) -> None:
    assert kinds(with_(ship_code=code, ship_name=name)) == expected


@pytest.mark.parametrize("sku", ["chai-01", "CHAI-01 ", "", "CHAI"])
def test_kind_1_is_about_the_very_id(sku: str) -> None:
    assert kinds(with_(lines=(line(sku),))) == [1]


def test_a_rule_whose_file_was_never_read_is_off() -> None:
    strange = with_(customer="NOBODY", ship_code="Drone", ship_name="", lines=(line("X"),))
    assert kinds(strange, Ebms()) == []
    assert kinds(strange, Ebms("inventory")) == [1]
    assert kinds(strange, Ebms("customers")) == [7]
    assert kinds(strange, Ebms("shipping")) == [14]
    # That an account has no EBMS id at all is known without any file.
    assert kinds(with_(customer="", account="5"), Ebms()) == [7]


def test_an_order_without_lines_is_none() -> None:
    assert kinds(with_(lines=())) == [29]


def test_what_the_web_sent_can_not_reach_the_terminal() -> None:
    evil = "\x1b[2J\x07" + "x" * 5000
    order = with_(customer=evil, ship_code=evil, ship_name="", lines=(line(evil),))
    for finding in findings(order):
        text = finding.message + finding.seen + finding.hint
        assert text.isprintable()
        assert len(finding.message) < 1000


def test_what_is_settled_are_ebms_s_names() -> None:
    found = case(GOOD).settled
    assert (found.customer_id, found.level, found.terms_id, found.terms) == ("ALFKI", "Wholesale", "N30", "2")
    assert (found.items, found.methods) == ({"CHAI-01": "CHAI-01"}, {"N30": "CHARGE"})
    unknown = case(with_(customer="", email="", payments=(Payment(code="?", name="?", amount="1"),))).settled
    assert (unknown.customer_id, unknown.level, unknown.terms_id) == ("", "", "")


def test_an_order_waits_for_the_customer_that_its_account_becomes() -> None:
    (written,) = findings(with_(customer="", account="6", email="a@example.com"))
    assert (written.kind, written.field, written.seen) == (7, "ID", "a@example.com")
    assert "CU-shop-6.csv was written: import it in EBMS" in written.hint
    (asked,) = findings(with_(customer="", account="8", email="a@example.com"))
    assert "Customers that wait" in asked.hint


def test_an_account_that_was_linked_since_is_the_customer() -> None:
    order = with_(customer="", account="7")
    assert findings(order) == ()
    assert (case(order).settled.customer_id, case(order).settled.level) == ("ALFKI", "Wholesale")


def test_an_answer_settles_all_lines_with_the_word_and_only_these() -> None:
    order = with_(lines=(line("CHAI"), line("CHAI"), line("X")))
    found = findings(order, ALL, answer("item", "CHAI", "CHAI-01"))
    assert [(finding.kind, finding.line) for finding in found if finding.kind == 1] == [(1, 3)]


def test_an_answer_that_is_no_item_either_is_asked_again() -> None:
    assert kinds(with_(lines=(line("CHAI"),)), ALL, answer("item", "CHAI", "CHAI-99")) == [1]


def judged(folder: Exports, order: WebOrder) -> list[int]:
    site = folder.company.sites[0]
    known = ExportFacts(folder.store, folder.company, site)
    return [found.kind for found in judge(open_case(order, known, Given(), rules_of(folder.company, site)))]


def test_judging_by_the_real_exports(folder: Exports) -> None:
    strange = with_(customer="NOBODY", ship_code="Drone", ship_name="Drone", lines=(line("X"),))
    assert not {1, 7, 14} & set(judged(folder, strange))
    folder.save_northwind()
    folder.look()
    assert not {1, 7, 14} & set(judged(folder, GOOD))
    assert {1, 7, 14} <= set(judged(folder, strange))
