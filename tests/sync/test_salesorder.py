"""The sales order as people see it agrees with the file that EBMS gets."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tests.sync.judging import ALL, RULES, answer, case, line, with_
from webupdate.sync.orderfile import LINE_COLUMNS, build
from webupdate.sync.salesorder import Row, rows
from webupdate.sync.shops.base import Charge, OrderLine


def lines_of(found: tuple[Row, ...]) -> list[Row]:
    return [row for row in found if row.amount and row.label != "TOTAL_SO" and not row.left_out]


def written(before: object) -> list[dict[str, str]]:
    """The D rows of the file."""
    file = build(before.order, before.settled, RULES)  # type: ignore[attr-defined]
    table = csv.reader(io.StringIO(file.content.decode("cp1252"), newline=""))
    return [dict(zip(LINE_COLUMNS, cells, strict=True)) for letter, *cells in table if letter == "D"]


money = st.decimals(Decimal("0.01"), Decimal("999.99"), places=2).map(str)
some_lines = st.lists(
    st.builds(
        lambda sku, quantity, price, total: OrderLine(
            sku=sku, title="x", quantity=str(quantity), unit="EA", unit_price=price, total=total
        ),
        st.sampled_from(["CHAI-01", "CHANG-02", "CHAI"]), st.integers(1, 12), money, money,
    ),
    min_size=1, max_size=4,
)  # fmt: skip


@given(some_lines, st.lists(money, max_size=2), st.sampled_from([(), (answer("line", "1", "skip"),)]))
def test_every_row_of_the_file_is_a_row_here(
    lines: list[OrderLine], fees: list[str], given: tuple[object, ...]
) -> None:
    charges = tuple(Charge(name="Gift wrap", amount=fee) for fee in fees)
    order = with_(lines=tuple(lines), charges=charges, shipping="9.75", tax="1.20")
    before = case(order, ALL, answer("item", "CHAI", "CHAI-01"), *given)  # type: ignore[arg-type]
    found, file = rows(before), written(before)
    shown = lines_of(found)
    assert [(row.value if row.quantity else "", row.quantity or "1") for row in shown] == [
        (cells["INVEN"], cells["M_QUAN_VIS"]) for cells in file
    ]
    assert [row.amount for row in shown if not row.quantity] == [
        cells["UNIT_VIS"] for cells in file if not cells["INVEN"]
    ]
    assert [row.price for row in shown if row.quantity] == [cells["UNIT_VIS"] for cells in file if cells["INVEN"]]
    assert Decimal(found[-1].amount) == sum(Decimal(row.amount) for row in shown) + Decimal("10.95")


def test_what_is_not_settled_has_no_value_but_the_webs_word() -> None:
    found = {row.label: row for row in rows(case(with_(lines=(line("NIX"),), ship_code="UPS", ship_name="UPS")))}
    assert (found["Line 1"].value, found["Line 1"].web) == ("", "NIX")
    assert (found["SHIP_VIA"].value, found["SHIP_VIA"].web) == ("", "UPS")
    assert (found["ID"].value, found["ID"].about) == ("ALFKI", "Alfreds Futterkiste")


def test_a_total_that_differs_is_told() -> None:
    *_, total = rows(case(with_(total="99.00")))
    assert (total.amount, total.web) == ("18.00", "99.00")
    assert rows(case(with_()))[-1].web == ""


def test_what_is_no_number_is_shown_as_it_came() -> None:
    found = rows(case(with_(lines=(line("CHAI-01", quantity="many"),))))
    assert [row.quantity for row in found if row.line] == ["many"]
    assert found[-1].amount == "?"
