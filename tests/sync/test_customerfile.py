"""Web customers become files that EBMS imports: its columns, its lengths, its code page, harmless."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webupdate.errors import NeedsPerson
from webupdate.sync.customerfile import (
    NEW_COLUMNS,
    CustomerFile,
    CustomerRules,
    build_change,
    build_new,
    file_name,
    mark_of,
)
from webupdate.sync.merge import COLUMNS, length_of
from webupdate.sync.shops.base import Account, Customer
from webupdate.sync.text import starts_formula

RULES = CustomerRules(site="shop", time_zone="America/New_York", level="Retail")


def new(rules: CustomerRules = RULES, made_at: str = "2026-11-23T01:30:00+00:00", **values: Any) -> CustomerFile:
    values = {"login": "jane@example.com", "email": "jane@example.com", "last_name": "Stoltzfus"} | values
    account = Account(id="17", key="", made_at=made_at, updated_at=made_at, customer=Customer(**values))
    return build_new(account, 1, rules)


def row(file: CustomerFile) -> dict[str, str]:
    heading, cells = csv.reader(io.StringIO(file.content.decode("cp1252"), newline=""))
    return dict(zip(heading, cells, strict=True))


def test_a_company_stands_in_l_name_alone() -> None:
    found = row(new(last_name="Blue Ridge Feed", contact="Jane Stoltzfus"))
    assert (found["F_NAME"], found["L_NAME"], found["CONTACT_1"]) == ("", "Blue Ridge Feed", "Jane Stoltzfus")
    assert (found["ID"], found["EXTERNALID"], found["WEB_APPRVD"]) == ("", "shop-17", "F")
    assert found["E_DATE"] == "11/22/2026"  # the day where the firm is


def test_without_a_name_ebms_gets_one_to_make_the_id_of() -> None:
    assert row(new(last_name=""))["L_NAME"] == "jane@example.com"
    assert row(new(last_name="", first_name="Jane"))["L_NAME"] == "Jane"
    assert row(new(last_name="", first_name="Jane"))["F_NAME"] == ""


def test_a_folders_defaults_set_the_level() -> None:
    rules = CustomerRules(site="shop", category="24", level="Retail", approved=True)
    found = row(new(rules))
    assert (found["TREE_ID"], found["IN_LEVEL"], found["WEB_APPRVD"]) == ("24", "", "T")


def test_what_is_too_long_is_cut_with_a_warning_and_kept() -> None:
    file = new(address1="A" * 36)
    assert row(file)["ADDRESS1"] == "A" * 35
    assert "ADDRESS1 as the web sent it: " + "A" * 36 in row(file)["MEMO"]
    assert "EBMS holds 35 characters" in file.warnings[0]


def test_a_time_that_is_none_stops_the_customer_with_words() -> None:
    with pytest.raises(NeedsPerson, match=r"Web customer jane@example.com: E_DATE is \"soon\""):
        new(made_at="soon")


def test_a_change_has_only_what_changed() -> None:
    file = build_change("17", "STOLJA", {"phone": "1", "address2": ""}, 2, RULES)
    assert (file.name, file.content) == ("CU-shop-17-2.csv", b"ID,ADDRESS2,PHONE\r\nSTOLJA,,1\r\n")


@pytest.mark.parametrize("shop_id", ["../../etc/passwd", "a\x00b", "CON", "=1", "Š", "x" * 300, ""])
def test_hostile_ids_make_harmless_names_and_marks(shop_id: str) -> None:
    name, mark = file_name("shop", shop_id, 3), mark_of("shop", shop_id)
    assert name.startswith("CU-shop-")
    assert name.endswith("-3.csv")
    assert not set(name) & set("/\\:\x00")
    assert len(name) < 120
    assert len(mark) <= 50
    assert mark.encode("cp1252")


def test_ids_that_differ_keep_names_and_marks_that_differ() -> None:
    ids = ["a", "A", "a ", "x" * 299, "x" * 300, "š", "s"]
    assert len({file_name("shop", shop_id, 1).casefold() for shop_id in ids}) == len(ids)
    assert len({mark_of("shop", shop_id) for shop_id in ids}) == len(ids)


@given(st.fixed_dictionaries({name: st.text(max_size=60) for name in COLUMNS}), st.text(min_size=1, max_size=60))
def test_whatever_the_shop_sends_it_fits_and_runs_nothing(values: dict[str, Any], login: str) -> None:
    found = row(new(**values, login=login))
    assert tuple(found) == NEW_COLUMNS
    for name, column in COLUMNS.items():
        assert len(found[column]) <= (length_of(name) or 0)
        assert not starts_formula(found[column])
        assert not any(char < " " or "\x7f" <= char <= "\x9f" for char in found[column])
