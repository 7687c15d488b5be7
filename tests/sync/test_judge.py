"""Orders that can't become sales orders: unknown customer (7), ship via (14), SKU (1), and no order at all (29)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.sync.folders import Exports
from webupdate.sync.judge import answers, judge
from webupdate.sync.judge.known import Facts, WebAccount
from webupdate.sync.orders import ExportFacts
from webupdate.sync.shops.base import Address, OrderLine, Payment, WebOrder


class Ebms:
    """What EBMS holds, as a test says; `files` were read."""

    def __init__(self, *files: str) -> None:
        self.files = files

    def has(self, file: str) -> bool:
        return file in self.files

    def item(self, sku: str) -> Facts | None:
        return {"DESCR_1": "Chai"} if sku == "CHAI-01" and self.has("inventory") else None

    def customer(self, key: str) -> Facts | None:
        return {"IN_LEVEL": "Wholesale"} if key == "ALFKI" and self.has("customers") else None

    def ship_via(self, name: str) -> Facts | None:
        return {} if name == "Federal Shipping" and self.has("shipping") else None

    def payment(self, code: str) -> Facts | None:
        return {"TERMS": "2", "METHOD": "CHARGE"} if code == "N30" and self.has("payments") else None

    def account(self, shop_id: str) -> WebAccount | None:
        return ACCOUNTS.get(shop_id)


ACCOUNTS = {
    "6": WebAccount(file_name="CU-shop-6.csv"),
    "7": WebAccount(customer="ALFKI", file_name="CU-shop-7.csv"),
    "8": WebAccount(asked=True),
}
ALL = Ebms("inventory", "customers", "shipping", "payments")
GOOD = WebOrder(
    id="1",
    number="100012",
    status="Paid",
    placed_at="2026-11-23T10:00:00+00:00",
    updated_at="2026-11-23T10:00:00+00:00",
    currency="USD",
    customer="ALFKI",
    account="5",
    bill_to=Address(name="Maria Anders"),
    ship_to=None,
    lines=(OrderLine(sku="CHAI-01", title="Chai", quantity="1", unit_price="18.00", total="18.00"),),
    ship_code="Federal Shipping",
    ship_name="Federal Shipping",
    payments=(Payment(code="N30", name="Net 30", amount="18.00"),),
    total="18.00",
)


def with_(**values: Any) -> WebOrder:
    return msgspec.structs.replace(GOOD, **values)


def kinds(order: WebOrder, known: Ebms = ALL) -> list[int]:
    return [finding.kind for finding in judge(order, known)]


def line(sku: str) -> OrderLine:
    return msgspec.structs.replace(GOOD.lines[0], sku=sku)


def test_a_good_order_has_no_problems() -> None:
    assert judge(GOOD, ALL) == ()


def test_all_problems_are_given_at_once_in_the_order_of_the_fields() -> None:
    order = with_(
        customer="NOBODY", ship_code="Drone", ship_name="Drone", lines=(line("X"), line("CHAI-01"), line("Y"))
    )
    found = judge(order, ALL)
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
    (finding,) = judge(with_(customer="", email="a@example.com"), ALL)
    assert finding.seen == "a@example.com"


@pytest.mark.parametrize(
    ("code", "name", "expected"),
    [("", "", []), ("", "By hand", [14]), ("federal shipping", "", [14]), ("Federal Shipping", "anything", [])],
)
def test_kind_14_unknown_ship_via(code: str, name: str, expected: list[int]) -> None:
    assert kinds(with_(ship_code=code, ship_name=name)) == expected


@pytest.mark.parametrize("sku", ["chai-01", "CHAI-01 ", "", "CHAI"])
def test_kind_1_is_about_the_very_id(sku: str) -> None:
    assert kinds(with_(lines=(line(sku),))) == [1]


def test_a_rule_whose_file_was_never_read_is_off() -> None:
    strange = with_(customer="NOBODY", ship_code="Drone", lines=(line("X"),))
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
    for finding in judge(order, ALL):
        text = finding.message + finding.seen + finding.hint
        assert text.isprintable()
        assert len(finding.message) < 1000


def test_the_answers_are_ebms_s_names() -> None:
    found = answers(GOOD, ALL)
    assert (found.customer_id, found.level, found.terms_id, found.terms) == ("ALFKI", "Wholesale", "N30", "2")
    assert (found.items, found.methods) == ({"CHAI-01": "CHAI-01"}, {"N30": "CHARGE"})
    unknown = answers(with_(customer="", payments=(Payment(code="?", name="?", amount="1"),)), ALL)
    assert (unknown.customer_id, unknown.level, unknown.terms_id) == ("", "", "")


def test_an_order_waits_for_the_customer_that_its_account_becomes() -> None:
    (written,) = judge(with_(customer="", account="6", email="a@example.com"), ALL)
    assert (written.kind, written.field, written.seen) == (7, "ID", "a@example.com")
    assert "CU-shop-6.csv was written: import it in EBMS" in written.hint
    (asked,) = judge(with_(customer="", account="8"), ALL)
    assert "Customers that wait" in asked.hint


def test_an_account_that_was_linked_since_is_the_customer() -> None:
    order = with_(customer="", account="7")
    assert judge(order, ALL) == ()
    assert (answers(order, ALL).customer_id, answers(order, ALL).level) == ("ALFKI", "Wholesale")


def test_judging_by_the_real_exports(folder: Exports) -> None:
    known = ExportFacts(folder.store, folder.company.id, folder.company.sites[0].id)
    assert judge(with_(customer="NOBODY", ship_code="Drone", lines=(line("X"),)), known) == ()
    folder.save_northwind()
    folder.look()
    assert judge(GOOD, known) == ()
    strange = judge(with_(customer="NOBODY", ship_code="Drone", lines=(line("X"),)), known)
    assert [finding.kind for finding in strange] == [7, 14, 1]
    assert answers(GOOD, known).methods == {"N30": "CHARGE"}
