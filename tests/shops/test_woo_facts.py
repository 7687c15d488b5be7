"""Names under which a WooCommerce store keeps what EBMS knows: nothing is lost on the way there and back."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webupdate.sync.shops.woocommerce import facts, values
from webupdate.sync.text import visible

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
KEYS = TEXT.filter(facts.fits)


@given(TEXT, KEYS, st.booleans())
def test_a_category_carries_its_key_at_the_end_of_its_slug(title: str, key: str, hide: bool) -> None:
    slug = facts.hidden(facts.slug_of(title, key), hide=hide)
    assert facts.key_of_slug(slug) == key
    assert facts.is_hidden(slug) is hide
    assert facts.hidden(slug, hide=False) == facts.slug_of(title, key)
    # WordPress keeps no other letters, nor more of them.
    assert re.fullmatch(r"[a-z0-9_-]{1,200}", slug)
    assert "--" not in slug


@given(TEXT.filter(lambda text: "<!--ebms:" not in text), KEYS)
def test_one_that_a_person_made_carries_its_key_in_its_text(text: str, key: str) -> None:
    marked = text + facts.mark_of(key)
    assert facts.key_of_text(marked) == key
    assert facts.without_mark(marked) == text.rstrip()
    assert facts.key_of_text(text) is None
    # WordPress would change a comment with doubled hyphens.
    assert "--" not in facts.mark_of(key)[4:-3]


@pytest.mark.parametrize("number", ["ffffffffff", "ffffff", "d800"])
def test_a_mark_that_is_no_sign_is_read_as_it_is_written(number: str) -> None:
    assert facts.key_of_text(f"<!--ebms:_{number}_-->") == f"_{number}_"
    assert facts.key_of_slug(f"tea-ebms-_{number}_") == f"_{number}_"


@given(TEXT, TEXT.filter(lambda text: "\t" not in text), TEXT.filter(lambda text: "\t" not in text))
def test_a_price_carries_level_and_unit_in_its_name(sku: str, level: str, unit: str) -> None:
    key = "\t".join((sku.replace("\t", ""), level, unit))
    name = facts.meta_name(facts.PRICE, key)
    assert facts.key_of_meta(key.split("\t")[0], name) == key


@given(st.text(max_size=30))
def test_a_number_of_pieces_is_whole_and_not_negative(text: str) -> None:
    found = values.pieces(text)
    assert found is None or found >= 0
    assert visible(text) or text == ""


def test_pieces() -> None:
    assert [values.pieces(text) for text in ("7.9", "-3", "0", "39", "1e3", "NaN", "Infinity", "1e99", "viele")] == [
        *(7, 0, 0, 39, 1000),
        *(None, None, None, None),
    ]
