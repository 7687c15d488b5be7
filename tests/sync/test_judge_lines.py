"""The lines of an order: items (kinds 1 and 2), units (3), prices (4), stock (5), quantities (6)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sync.desks import Desk
from tests.sync.judging import (
    ALL,
    FILES,
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
from webupdate.store.inbox import Finding, Refusal
from webupdate.sync import topics
from webupdate.sync.judge import choices, judge
from webupdate.sync.ordercells import decimal_of
from webupdate.sync.orderfile import build
from webupdate.sync.orderrules import OrderRules
from webupdate.sync.shops.base import OrderLine, WebOrder

EVIL = "\x1b[2J[red]‮\x00=1+1" + "x" * 5000


def ebms(
    sku: str = "CHAI-01", *, left: Mapping[str, str] | None = None, without: str = "",
    facts: Mapping[str, str] | None = None, **own: str,
) -> Ebms:  # fmt: skip
    """An EBMS whose item has these facts; `left` the export: old ID and new one, of items that it lacks."""
    item = {**RECORDS["inventory"].get(sku, {}), **(facts or {}), **own}
    known = Ebms(
        *(file for file in FILES if file != without),
        records={"inventory": {sku: item}},
        left={("inventory", old): new for old, new in (left or {}).items()},
    )
    for old in left or {}:
        known.records["inventory"].pop(old, None)
    return known


def of(sku: str = "CHAI-01", **values: Any) -> WebOrder:
    """An order of one line."""
    return with_(lines=(line(sku, **values),))


def only(order: WebOrder, known: Ebms = ALL, rules: OrderRules = RULES) -> Finding:
    (found,) = findings(order, known, rules=rules)
    return found


def offered(order: WebOrder, known: Ebms, found: Finding) -> list[tuple[str, str]]:
    return [(choice.value, choice.why or choice.about) for choice in choices.likely(found, case(order, known))]


def by(kind: int, severity: Severity) -> OrderRules:
    return msgspec.structs.replace(RULES, severities={kind: severity})


# 1


def test_kind_1_an_item_that_ebms_never_had() -> None:
    found = only(of("CHAI"))
    assert (found.kind, found.field, found.seen, found.topic, found.web) == (1, "INVEN, line 1", "CHAI", "item", "CHAI")
    assert found.blocks and not found.subject
    assert kinds(of("CHAI"), ALL, answer("item", "CHAI", "CHAI-01")) == []
    assert kinds(of("CHAI"), ebms(without="inventory")) == []


def test_a_renamed_item_is_offered_under_its_new_id() -> None:
    known, order = ebms(left={"CHANG": "CHANG-02"}), of("CHANG", unit_price="19.00", total="19.00")
    found = only(order, known)
    assert (found.kind, found.expected) == (1, "CHANG-02")
    assert "is called CHANG-02 in EBMS now" in found.message
    assert offered(order, known, found)[0] == ("CHANG-02", "its new ID")
    assert kinds(order, known, answer("item", "CHANG", "CHANG-02")) == []


def test_neither_what_is_not_sold_nor_what_ebms_refused_is_offered() -> None:
    unknown, known = of("CHAI"), ebms(INACTIVE="T")
    assert "CHAI-01" not in dict(offered(unknown, known, only(unknown, known)))
    before = case(of(), refusal=Refusal(text="INVEN of line 1 is not valid", at=5.0))
    found = judge(before)[0]
    assert (found.topic, found.line) == ("item", 1)
    assert "CHAI-01" not in {choice.value for choice in choices.likely(found, before)}


def test_what_was_answered_may_be_renamed_too() -> None:
    known = ebms(left={"CHAI-00": "CHAI-01"})
    (found,) = findings(of("CHAI"), known, answer("item", "CHAI", "CHAI-00"))
    assert (found.seen, found.expected, found.web) == ("CHAI-00", "CHAI-01", "CHAI")
    before = case(of("CHAI"), known, answer("item", "CHAI", "CHAI-00"))
    assert choices.likely(found, before)[0].value == "CHAI-01"


def test_a_line_without_sku_is_known_by_its_title() -> None:
    order = with_(lines=(line("", title="Chai tea"), line("", title="Gift box"), line("CHAI-01")))
    first, second = findings(order)
    assert (first.seen, first.web, second.web) == ("nothing", "Chai tea", "Gift box")
    assert "no SKU for “Chai tea”" in first.message
    given = answer("item", "Chai tea", "CHAI-01")
    assert [found.line for found in findings(order, ALL, given)] == [2]
    both = (given, answer("item", "Gift box", "CHAI-01"))
    assert findings(order, ALL, *both) == ()
    assert build(order, case(order, ALL, *both).settled, RULES).content.count(b",CHAI-01,") == 3


# 2


def test_kind_2_an_inactive_item() -> None:
    found = only(of(), ebms(INACTIVE="T"))
    assert (found.kind, found.field, found.blocks) == (2, "INVEN, line 1", True)
    assert (found.topic, found.web, found.subject) == ("item", "CHAI-01", "CHAI-01")
    known = ebms(INACTIVE="T")
    assert "CHAI-01" not in dict(offered(of(), known, found))
    given = answer("item", "CHAI-01", "CHANG-02")
    assert 2 not in kinds(of(), known, given)
    assert kinds(of(), ebms(INACTIVE="F")) == []
    assert kinds(of(), ebms(INACTIVE="T", without="inventory")) == []


def test_kind_2_an_item_that_left_the_export() -> None:
    known = ebms(left={"CHAI-01": ""})
    found = only(of(), known)
    assert (found.kind, found.subject) == (2, "CHAI-01")
    assert "is no longer in inventory.csv" in found.message
    assert kinds(of(), known, answer("item", "CHAI-01", "CHANG-02")) == [4]


def test_an_item_is_let_pass_by_a_person_and_the_name_is_kept() -> None:
    (found,) = findings(of(), ebms(INACTIVE="T"), answer("accept", topics.key("2", "CHAI-01"), "yes"))
    assert (found.blocks, found.accepted_by) == (False, "anna")
    # What is let pass for one item is not for another, nor for another kind.
    for web in (topics.key("2", "CHANG-02"), topics.key("1", "CHAI-01")):
        assert blocking(of(), ebms(INACTIVE="T"), answer("accept", web, "yes")) == [2]


# 3


@pytest.mark.parametrize(
    ("sku", "unit", "told"),
    [
        ("CHAI-01", "EA", False),
        ("CHAI-01", "", False),
        ("CHAI-01", "ea", True),
        ("CHAI-01", "CS", True),
        ("CHANG-02", "CS", False),
        ("CHANG-02", "BOX", True),
    ],
)
def test_kind_3_units_are_those_of_the_item(sku: str, unit: str, *, told: bool) -> None:
    assert kinds(of(sku, unit=unit), rules=others(3)) == [3] * told


def test_kind_3_is_answered_by_a_unit_of_the_item() -> None:
    order = of("CHANG-02", unit="BOX", unit_price="19.00", total="19.00")
    found = only(order)
    assert (found.seen, found.expected, found.field) == ("BOX", "EA or CS", "UNIT_MEAS, line 1")
    assert (found.topic, found.web) == ("unit", topics.key("CHANG-02", "BOX"))
    assert offered(order, ALL, found) == [("EA", "19.00"), ("CS", "")]
    given = answer("unit", topics.key("CHANG-02", "BOX"), "EA")
    assert findings(order, ALL, given) == ()
    assert b",1,EA,19.00," in build(order, case(order, ALL, given).settled, RULES).content


def test_kind_3_is_off_where_nothing_is_known_of_units() -> None:
    known = Ebms("inventory", records={"inventory": {"X": {"DESCR_1": "x"}}})
    assert kinds(of("X", unit="BOX"), known, rules=others(3)) == []
    assert kinds(of(unit="BOX"), Ebms("prices"), rules=others(3)) == []
    # The prices' units are enough, and so is the item's own.
    assert kinds(of(unit="BOX"), Ebms("inventory"), rules=others(3)) == [3]
    assert kinds(of("CHANG-02", unit="CS"), ebms("CHANG-02", DEF_UNIT=""), rules=others(3)) == []


# 4


@pytest.mark.parametrize(
    ("price", "told"), [("18.00", False), ("18.01", False), ("18.02", True), ("17.98", True), ("14.40", True)]
)
def test_kind_4_a_price_beyond_the_tolerance(price: str, *, told: bool) -> None:
    order = of(unit_price=price, total=price)
    assert kinds(order) == [4] * told
    assert blocking(order) == []
    assert kinds(order, rules=msgspec.structs.replace(RULES, tolerance=Decimal(5))) == []
    assert 4 not in kinds(order, ALL, answer("price", "1", price))  # a person has set it


def test_kind_4_says_both_prices_and_keeps_the_web_s() -> None:
    order = of(unit_price="14.40", total="14.40")
    found = only(order)
    assert (found.field, found.seen, found.expected) == ("UNIT_VIS, line 1", "14.40", "18.00")
    assert (found.topic, found.web, found.subject) == ("price", "1", "CHAI-01")
    assert "price level Wholesale says 18.00" in found.message
    assert b",14.40," in build(order, case(order).settled, RULES).content


def test_kind_4_is_about_the_level_and_the_unit_of_the_line() -> None:
    guest = {"customer": "", "account": ""}
    case_price = {"unit": "CS", "unit_price": "200.00", "total": "200.00"}
    assert kinds(with_(lines=(line("CHANG-02", **case_price),), **guest)) == []
    assert kinds(of("CHANG-02", **case_price)) == []  # no price of level Wholesale by CS is known
    assert kinds(
        with_(lines=(line("CHANG-02", **case_price | {"unit_price": "19.00"}),), **guest), rules=others(4)
    ) == [4]
    # The item's own unit is the same with and without its name.
    assert kinds(of(unit="")) == []
    assert kinds(of(unit="", unit_price="1.00", total="1.00")) == [4]
    assert kinds(of(unit_price="1.00", total="1.00"), Priced(Decimal(18), unit="")) == [4]


@pytest.mark.parametrize("without", ["prices", "inventory"])
def test_kind_4_is_off_without_prices(without: str) -> None:
    assert kinds(of(unit_price="1.00", total="1.00"), ebms(without=without), rules=others(4)) == []


@pytest.mark.parametrize("price", ["0", "0.00", "-18.00", "free", "NaN", "", "1e999"])
@pytest.mark.parametrize("known", [ALL, Ebms()])
def test_a_line_for_nothing_stops_the_order(price: str, known: Ebms) -> None:
    order = of(unit_price=price)
    (found,) = findings(order, known, rules=others(4))
    assert (found.kind, found.blocks, found.topic, found.web) == (4, True, "price", "1")
    assert findings(order, known, answer("price", "1", "18.00"), rules=others(4)) == ()
    assert findings(order, known, answer("price", "1", "0.00"), rules=others(4)) == ()  # a person says that it is free
    # What is no number can't be written, whoever lets it pass.
    assert bool(found.subject) == (decimal_of(price) is not None)


def test_the_price_of_the_level_is_offered() -> None:
    order = of(unit_price="0.00", total="0.00")
    found = only(order)
    assert (found.seen, found.expected) == ("0.00", "18.00")
    assert offered(order, ALL, found) == [("18.00", "price level Wholesale")]
    assert offered(order, Ebms(), found) == []


# 5


def test_kind_5_more_than_there_are() -> None:
    order = of(quantity="40", total="720.00")
    found = only(order)
    assert (found.kind, found.field, found.blocks, found.subject) == (5, "M_QUAN_VIS, line 1", False, "CHAI-01")
    assert (found.seen, found.expected) == ("40", "at most 39")
    assert "40 of CHAI-01 are ordered, but only 39 are available" in found.message
    assert offered(order, ALL, found) == [("39", "what is available")]
    assert kinds(of(quantity="39", total="702.00")) == []


def test_kind_5_sums_up_all_lines_of_the_item() -> None:
    lines = (line("CHAI-01", quantity="30", total="540.00"), line("CHAI", quantity="10", total="180.00"))
    given = answer("item", "CHAI", "CHAI-01")
    (found,) = findings(with_(lines=lines), ALL, given)
    assert (found.line, found.seen, found.web) == (2, "40", "2")
    likely = choices.likely(found, case(with_(lines=lines), ALL, given))
    assert [choice.value for choice in likely] == ["9"]
    assert 5 not in kinds(with_(lines=lines), ALL, given, answer("quantity", "2", "9"))
    assert 5 not in kinds(with_(lines=lines), ALL, given, answer("line", "2", "skip"))


@pytest.mark.parametrize("facts", [{"NOTQTYSELL": "F"}, {"C_TYPE": "0"}, {"T_AVAIL": ""}])
def test_kind_5_is_off_where_nothing_is_counted(facts: dict[str, str]) -> None:
    order = of(quantity="40", total="720.00")
    assert kinds(order, ebms(facts=facts), rules=others(5)) == []
    assert kinds(order, ebms(without="inventory"), rules=others(5)) == []
    # How many pieces another unit has no export says.
    assert kinds(of(unit="CS", quantity="40"), ebms(DEF_UNIT="CS"), rules=others(5)) == []


def test_what_is_oversold_already_is_told_and_nothing_is_offered() -> None:
    order = of()
    found = only(order, ebms(T_AVAIL="-3"))
    assert (found.kind, found.expected) == (5, "at most -3")
    assert offered(order, ebms(T_AVAIL="-3"), found) == []


# 6


@pytest.mark.parametrize("quantity", ["", "two", "NaN", "Infinity", "0", "0.00", "-1", "1e400", "1.005"])
def test_kind_6_a_quantity_that_can_not_be_shipped(quantity: str) -> None:
    order = of(quantity=quantity)
    (found,) = findings(order, rules=others(6))
    assert (found.field, found.topic, found.web, found.blocks) == ("M_QUAN_VIS, line 1", "quantity", "1", True)
    assert findings(order, ALL, answer("quantity", "1", "2"), rules=others(6)) == ()
    assert kinds(order, Ebms(), rules=others(6)) == [6]


@pytest.mark.parametrize(
    ("quantity", "whole", "told"), [("2.5", True, True), ("2.0", True, False), ("2.5", False, False)]
)
def test_kind_6_only_whole_pieces_of_what_has_serial_numbers(quantity: str, *, whole: bool, told: bool) -> None:
    known = ebms(C_TYPE="3" if whole else "2")
    order = of(quantity=quantity)
    found = findings(order, known, rules=others(6))
    assert [one.kind for one in found] == [6] * told
    if found:
        assert "serial number" in found[0].message
        assert [value for value, _ in offered(order, known, found[0])] == ["2", "3"]
        assert kinds(order, known, answer("quantity", "1", "2.5"), rules=others(6)) == [6]  # no answer either


def test_a_line_may_be_left_out_where_there_are_others() -> None:
    order = with_(lines=(line("CHAI-01"), line("CHAI-01", quantity="0", total="0.00")))
    (found,) = findings(order, rules=others(6))
    ways = [(way.topic, way.web) for way in choices.ways(found, case(order))]
    assert ("line", "2") in ways
    assert findings(order, ALL, answer("line", "2", "skip"), rules=others(6)) == ()


# all of them

BAD: dict[int, tuple[WebOrder, Ebms]] = {
    1: (of("CHAI"), ALL),
    2: (of(), ebms(INACTIVE="T")),
    3: (of(unit="BOX"), ALL),
    4: (of(unit_price="1.00", total="1.00"), ALL),
    5: (of(quantity="40", total="720.00"), ALL),
    6: (of(quantity="0"), ALL),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_property_raises_lowers_and_turns_off(kind: int) -> None:
    order, known = BAD[kind]
    assert kind in kinds(order, known)
    assert (kind in blocking(order, known)) == KINDS[kind].blocks
    assert kind in blocking(order, known, rules=by(kind, "block"))
    warned = [found for found in findings(order, known, rules=by(kind, "warn")) if found.kind == kind]
    assert [found.blocks for found in warned] == [False]
    assert kind not in kinds(order, known, rules=by(kind, "off"))


def test_problems_are_told_line_by_line() -> None:
    order = with_(lines=(line("CHAI-01", quantity="0"), line("X"), line("CHAI-01", unit="BOX", unit_price="0")))
    assert [(found.line, found.kind) for found in findings(order) if found.line] == [(1, 6), (2, 1), (3, 3), (3, 4)]


def test_hostile_words_are_shown_harmlessly() -> None:
    for values in ({"unit": EVIL}, {"quantity": EVIL}, {"unit_price": EVIL}, {"title": EVIL}, {}):
        order = with_(lines=(msgspec.structs.replace(line(EVIL if not values else "CHAI-01"), **values),))
        for found in findings(order, ebms(INACTIVE="T", DEF_UNIT=EVIL)):
            assert (found.message + found.hint + found.seen + found.expected + found.field).isprintable()
            assert len(found.message) < 1000
            for choice in choices.likely(found, case(order)):
                assert (choice.label + choice.about).isprintable()


WORDS = st.text(max_size=30)
NUMBERS = st.one_of(WORDS, st.decimals().map(str), st.integers(-5, 50).map(str))


@given(
    st.lists(
        st.builds(
            OrderLine,
            sku=st.one_of(WORDS, st.sampled_from(("CHAI-01", "CHANG-02", "GONE", "NEW"))),
            title=WORDS, quantity=NUMBERS, unit=st.one_of(WORDS, st.sampled_from(("EA", "CS"))), unit_price=NUMBERS,
            total=NUMBERS, tax=NUMBERS,
        ),
        max_size=4,
    ),
    st.sampled_from(("", "0", "3", "x")),
    NUMBERS,
)  # fmt: skip
def test_no_line_is_beyond_judging_and_every_word_is_printable(lines: list[OrderLine], kind: str, stock: str) -> None:
    known = ebms(C_TYPE=kind, T_AVAIL=stock, left={"GONE": "", "NEW": "CHAI-01"})
    order = with_(lines=tuple(lines), total="1.00")
    for found in findings(order, known):
        assert (found.message + found.hint + found.seen + found.expected + found.field).isprintable()
        assert found.message and found.expected
        for choice in (*choices.likely(found, case(order, known)), *choices.ways(found, case(order, known))):
            assert (choice.label + choice.about + choice.why).isprintable()


@given(st.decimals(0, 100, places=2), st.decimals(0, 100, places=2), st.decimals(0, 5, places=2))
def test_prices_differ_alike_from_both_sides(one: Decimal, two: Decimal, tolerance: Decimal) -> None:
    rules = msgspec.structs.replace(others(4), tolerance=tolerance)
    there, back = (
        [found for found in findings(of(unit_price=str(a)), Priced(b), rules=rules) if not found.blocks]
        for a, b in ((one, two), (two, one))
    )
    if one and two:
        assert bool(there) == bool(back) == (abs(one - two) > tolerance)


class Priced(Ebms):
    """An EBMS in which CHAI-01 has this price only."""

    def __init__(self, price: Decimal, unit: str = "EA") -> None:
        super().__init__(*FILES)
        self.price, self.unit = price, unit

    def prices(self, item: str) -> dict[tuple[str, str], str]:
        return {("Wholesale", self.unit): str(self.price)}


# with Northwind's exports


def test_an_inactive_item_of_northwind_is_asked_about_and_let_pass_for_all(desk: Desk) -> None:
    orders = [desk.receive(lines=(line("ALICE-MUTTON-17", unit_price="39.00", total="39.00"),)) for _ in range(2)]
    assert [[(p.kind, p.subject) for p in order.problems if p.blocks] for order in orders] == [
        [(2, "ALICE-MUTTON-17")], [(2, "ALICE-MUTTON-17")],
    ]  # fmt: skip
    desk.answer(orders[0], ("accept", topics.key("2", "ALICE-MUTTON-17"), "yes", "always"))
    assert {desk.order(order).state for order in orders} == {"ready"}


def test_a_renamed_item_of_northwind_is_answered_by_its_new_id(desk: Desk) -> None:
    exports = desk.exports
    text = (exports.folder / "inventory.csv").read_bytes().decode("cp1252")
    head, _, rest = text.partition("\r\n")
    numbered = [f"{row},{number}" for number, row in enumerate(split_rows(rest))]
    exports.save("inventory.csv", "\r\n".join([f"{head},AUTOID", *numbered, ""]))
    exports.look(60)
    renamed = [row.replace("CHAI-01,", "CHAI-TEA,", 1) if row.startswith("CHAI-01,") else row for row in numbered]
    exports.save("inventory.csv", "\r\n".join([f"{head},AUTOID", *renamed, ""]))
    exports.look(60)
    order = desk.receive(lines=(line("CHAI-01"),))
    (found,) = [problem for problem in order.problems if problem.blocks]
    assert (found.kind, found.expected) == (1, "CHAI-TEA")
    first, *_ = choices.likely(found, desk.desk.case(order))
    assert (first.value, first.why) == ("CHAI-TEA", "its new ID")
    desk.answer(order, ("item", "CHAI-01", "CHAI-TEA"))
    (content,) = desk.write().values()
    assert b",CHAI-TEA," in content


def split_rows(text: str) -> list[str]:
    """The rows of a CSV file, whose cells may have line breaks."""
    rows: list[str] = []
    for part in text.split("\r\n"):
        if rows and rows[-1].count('"') % 2:
            rows[-1] += f"\r\n{part}"
        else:
            rows.append(part)
    return [row for row in rows if row]


@pytest.mark.parametrize(
    ("values", "kind", "given"),
    [
        ({"unit": "BOX"}, 3, ("unit", topics.key("CHAI-01", "BOX"), "EA")),
        ({"unit_price": "0.00", "total": "0.00"}, 4, ("price", "1", "18.00")),
        ({"quantity": "-2", "total": "-36.00"}, 6, ("quantity", "1", "2")),
    ],
)
def test_what_northwind_s_exports_speak_against_is_answered(
    desk: Desk, values: dict[str, str], kind: int, given: tuple[str, str, str]
) -> None:
    order = desk.receive(lines=(line("CHAI-01", **values),))
    assert [problem.kind for problem in order.problems if problem.blocks] == [kind]
    desk.answer(order, given)
    assert desk.order(order).state == "ready", desk.order(order).problems
    assert len(desk.write()) == 1


def test_northwind_s_prices_and_stock_only_warn(desk: Desk) -> None:
    order = desk.receive(lines=(line("CHAI-01", quantity="40", unit_price="14.40", total="576.00"),))
    assert {problem.kind for problem in order.problems} >= {4, 5}
    assert order.state == "ready"
