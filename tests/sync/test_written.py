"""The amounts of a file after a person has changed lines: what is owed follows, what was taken stays taken."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.sync.desks import Desk
from tests.sync.judging import ALL, answer, case, line, with_
from webupdate.store.answers import Answer
from webupdate.sync import written
from webupdate.sync.ordercells import decimal_of
from webupdate.sync.shops.base import Payment, WebOrder


def pay(code: str, amount: str) -> Payment:
    return Payment(code=code, name=code, amount=amount)


def amounts(order: WebOrder, *given: Answer) -> tuple[str, list[str]]:
    settled = case(order, ALL, *given).settled
    return written.total(order, settled), [
        written.payment(place, order, settled) for place in range(len(order.payments))
    ]


TWO = (line("CHAI-01"), line("CHANG-02", tax="1.50"))
LEFT_OUT = answer("line", "2", "skip")


def test_without_an_answer_all_is_as_the_web_sent_it() -> None:
    order = with_(lines=TWO, tax="1.50", total="99.99", payments=(pay("N30", "12.34"),))
    assert amounts(order) == ("99.99", ["12.34"])


def test_a_line_left_out_is_not_owed_and_neither_is_its_tax() -> None:
    order = with_(lines=TWO, tax="1.50", payments=(pay("N30", "37.50"),))
    assert amounts(order, LEFT_OUT) == ("18.00", ["18.00"])
    assert written.tax(order, case(order, ALL, LEFT_OUT).settled) == "0.00"


def test_what_was_taken_stays_taken() -> None:
    order = with_(lines=TWO, payments=(pay("CC", "36.00"),))
    assert amounts(order, LEFT_OUT) == ("18.00", ["36.00"])
    deposit = with_(lines=TWO, payments=(pay("CC", "10.00"), pay("N30", "26.00")))
    assert amounts(deposit, LEFT_OUT) == ("18.00", ["10.00", "8.00"])
    paid_more = with_(lines=TWO, payments=(pay("CC", "20.00"), pay("N30", "16.00")))
    assert amounts(paid_more, LEFT_OUT) == ("18.00", ["20.00", "0.00"])


def test_amounts_that_are_none_change_nothing() -> None:
    order = with_(lines=(line("CHAI-01", total="much"), *TWO), payments=(pay("N30", "1.00"),))
    assert amounts(order, answer("line", "3", "skip"))[1] == ["1.00"]


@given(st.sets(st.sampled_from(["1", "2", "3"]), max_size=2), st.decimals(0, 99, places=2))
def test_what_is_owed_is_what_the_file_sums_up_to(left_out: set[str], price: object) -> None:
    order = with_(lines=(*TWO, line("CHAI-01")), tax="1.50", shipping="9.75", payments=(pay("N30", "1.00"),))
    given = [answer("line", number, "skip") for number in left_out]
    settled = case(order, ALL, *given, answer("price", "3", str(price))).settled
    parts = [*written.line_totals(order, settled), order.shipping, written.tax(order, settled)]
    total = written.sum_of(parts)
    assert decimal_of(written.total(order, settled)) == total == decimal_of(written.payment(0, order, settled))


def test_an_item_in_another_ones_place_has_its_own_name_and_another_word_for_it_keeps_the_webs(desk: Desk) -> None:
    order = desk.receive(lines=(line("GUARANA-FANTASTICA-24", title="Guaraná"), line("CHAI", title="Tea of the web")))
    desk.answer(order, ("item", "GUARANA-FANTASTICA-24", "CHANG-02"), ("item", "CHAI", "CHAI-01"))
    (content,) = desk.write().values()
    assert b",CHANG-02,Chang," in content
    assert b",CHAI-01,Tea of the web," in content


def test_the_account_of_a_payment_is_the_one_of_its_option(desk: Desk) -> None:
    text = (desk.exports.folder / "payments.csv").read_bytes().decode("cp1252").splitlines()
    rows = [f"{row},{'CASH_ACNT' if place == 0 else '10500'}" for place, row in enumerate(text)]
    desk.exports.save("payments.csv", "\r\n".join(rows) + "\r\n")
    desk.exports.look(1)
    desk.receive()
    (content,) = desk.write().values()
    assert b"P,100013,Charge,27.75,11/23/2026,,,,10500\r\n" in content
