"""Field by field: what follows, what clashes, what counts as one value."""

from __future__ import annotations

from typing import Any

import pytest

from webupdate.store.accounts import Fields
from webupdate.sync.merge import COLUMNS, decide, first_base, same, three_way

SAME = dict.fromkeys(COLUMNS, "x") | {"email": "x@example.com"}


def fields(**changes: str) -> Fields:
    return SAME | changes


def merge(ebms: Fields, web: Fields, base: Fields = SAME) -> Any:
    return three_way(ebms, base, web)


def test_nothing_changed_is_nothing_to_do() -> None:
    found = merge(SAME, SAME)
    assert (found.base, found.follows, found.clashes) == (SAME, {}, ())


def test_a_change_of_the_web_follows_and_the_base_waits_until_ebms_has_it() -> None:
    found = merge(SAME, fields(city="Bern"))
    assert (found.base["city"], found.follows, found.clashes) == ("x", {"city": "Bern"}, ())
    assert merge(fields(city="Bern"), fields(city="Bern")).base["city"] == "Bern"


def test_a_change_of_ebms_is_left_to_the_upload() -> None:
    found = merge(fields(city="Bern"), SAME)
    assert (found.base, found.follows, found.clashes) == (SAME, {}, ())


def test_different_changes_clash_with_all_three_values() -> None:
    (clash,) = merge(fields(city="Bern", zip="1"), fields(city="Genf", phone="22")).clashes
    assert (clash.column, clash.base, clash.ebms, clash.web) == ("CITY", "x", "Bern", "Genf")


def test_the_same_change_on_both_sides_is_settled() -> None:
    found = merge(fields(city="Bern"), fields(city="Bern"))
    assert (found.base["city"], found.follows, found.clashes) == ("Bern", {}, ())


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("last_name", "Šimůnek", "Šimunek"),
        ("address1", "a" * 40, "a" * 35),
        ("email", "Jan@Example.com", "jan@example.com"),
        ("zip", "sw1 8jr", "SW1 8JR"),
        ("phone", "030-0074321", "+49 30 0074321"),
        ("city", " Bern ", "Bern"),
        ("first_name", "=1+1", " =1+1"),
    ],
)
def test_what_ebms_would_hold_alike_is_one_value(name: str, one: str, other: str) -> None:
    assert same(name, one, other)
    assert merge(fields(**{name: other}), fields(**{name: one})).follows == {}


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("last_name", "Simon", "simon"),
        ("phone", "030-0074321", "031-0074321"),
        ("phone", "12", "112"),
        ("address1", "Weg 1", "Weg 2"),
    ],
)
def test_what_differs_differs(name: str, one: str, other: str) -> None:
    assert not same(name, one, other)


def test_a_missing_name_or_e_mail_of_the_web_is_no_change() -> None:
    found = merge(SAME, fields(last_name="", email="", phone=""))
    assert found.follows == {"phone": ""}


def test_an_e_mail_is_never_cut() -> None:
    long = "a" * 29 + "@example.com"
    found = merge(SAME, fields(email=long))
    assert (found.follows, found.unfit, [clash.web for clash in found.clashes]) == ({}, {"email"}, [long])
    assert merge(fields(email=""), fields(email=long), fields(email="")).clashes == ()


def test_a_choice_is_as_if_the_other_side_had_not_changed() -> None:
    ebms, web = fields(city="Bern", zip="3000"), fields(city="Genf", zip="1200")
    clashes = merge(ebms, web).clashes
    found = merge(ebms, web, decide(SAME, clashes, {"city": "ebms", "zip": "web"}))
    assert (found.follows, found.clashes, found.base["city"]) == ({"zip": "1200"}, (), "Genf")


def test_where_they_meet_first_ebms_counts_group_by_group_and_the_e_mail_is_asked() -> None:
    ebms = fields(first_name="", last_name="Firma", phone="", email="a@example.com", address1="", city="", state="")
    ebms |= {"address2": "", "zip": "", "country": ""}
    web = fields(first_name="Jan", last_name="Simon", phone="12345678", email="b@example.com", city="Bern")
    found = merge(ebms, web, first_base(ebms, web))
    assert [clash.field for clash in found.clashes] == ["email"]
    assert found.follows["phone"] == "12345678"
    assert found.follows["city"] == "Bern"
    assert not {"first_name", "last_name", "contact"} & found.follows.keys()
