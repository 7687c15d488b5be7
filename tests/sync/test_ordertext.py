"""An order as a person reads it."""

from __future__ import annotations

from tests.sync.judging import GOOD, line, with_
from webupdate.sync.ordertext import order_text
from webupdate.sync.shops.base import Charge, Payment


def test_each_part_stands_under_its_name_and_amounts_below_each_other() -> None:
    order = with_(
        note="ring\ntwice",
        placed_at="2026-11-25T20:29:19.420813+00:00",
        updated_at="yesterday",
        lines=(line("CHAI-01", quantity="2", total="36.00"),),
        charges=(Charge(name="Discount", amount="-5.00", code="SPRING"),),
        payments=(Payment(code="CC", name="Card", amount="31.00", reference="ch_1"),),
    )
    lines = list(order_text(order))
    assert f"Order       {GOOD.number}" in lines
    assert "Placed      2026-11-25 20:29 UTC" in lines and "Changed     yesterday" in lines
    assert lines[lines.index("Note        ring") + 1] == "            twice"
    assert f"  {GOOD.bill_to.address1}" in lines[lines.index("Bill to") : lines.index("Lines")]
    sums = lines[lines.index("Lines") + 2 :]
    assert "2 EA at" in sums[0] and sums[0].endswith(" 36.00")
    assert any(text.startswith("Discount SPRING ") and text.endswith(" -5.00") for text in sums)
    assert sums[-1].startswith("Paid by Card ch_1") and {len(text) for text in sums if text} == {68}


def test_a_guest_and_an_empty_order_are_told_as_such() -> None:
    lines = list(order_text(with_(customer="", account="", ship_to=None, lines=())))
    assert "Customer    guest" in lines
    assert lines[lines.index("Ship to") + 1] == "  the same address"
