"""Which items go to a site."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webupdate.store import filters

ABOVE = {"111": "11", "11": "1", "1": "", "2": "", "8": "9", "9": "8"}


@pytest.mark.parametrize(
    ("text", "item", "goes"),
    [
        ("", {}, True),
        ("MFG = ACME", {"MFG": "acme"}, True),
        ("MFG = ACME, Exotic", {"MFG": "Exotic"}, True),
        ("mfg=ACME", {"MFG": "ACME Inc"}, False),
        ("MFG <> ACME", {"MFG": "ACME"}, False),
        ("MFG <> ACME", {}, True),
        ("DESCR_1 contains feed, hay", {"DESCR_1": "Layer Feed 50 lb"}, True),
        ("DESCR_1 contains straw", {"DESCR_1": "Layer Feed 50 lb"}, False),
        ("TREE_ID = 11", {"TREE_ID": "111"}, False),
        ("TREE_ID below 11", {"TREE_ID": "111"}, True),
        ("TREE_ID below 11", {"TREE_ID": "11"}, True),
        ("TREE_ID below 11, 2", {"TREE_ID": "2"}, True),
        ("TREE_ID below 11", {"TREE_ID": "1"}, False),
        ("TREE_ID below 1", {"TREE_ID": "8"}, False),  # it lies in a circle
        ("TREE_ID below 1; MFG <> ACME", {"TREE_ID": "111", "MFG": "ACME"}, False),
        ("TREE_ID below 1; MFG <> ACME;", {"TREE_ID": "111", "MFG": "Exotic"}, True),
    ],
)
def test_a_filter_lets_items_pass(text: str, item: dict[str, str], goes: bool) -> None:
    assert filters.check(text) is None
    assert filters.parse(text).passes(item, ABOVE) is goes


def test_what_is_no_filter_is_said_with_an_example() -> None:
    assert "TREE_ID below 11, 12; MFG <> ACME" in (filters.check("all of it") or "")
    assert "one of C_TYPE, DESCR_1" in (filters.check("COST = 1") or "")
    assert "MFG = '11'" in (filters.check("MFG below 11") or "")


@given(st.text(max_size=60))
def test_any_text_is_a_filter_or_a_sentence(text: str) -> None:
    complaint = filters.check(text)
    if complaint is None:
        filters.parse(text).passes({"MFG": text}, ABOVE)
    else:
        assert complaint.endswith(".")
