"""Which gateway a payment option is, as Properties say it."""

from __future__ import annotations

import pytest

from webupdate.store import gateways


def test_pairs_with_semicolons() -> None:
    assert gateways.parse(" COD=cod ; CC = my-stripe_2;") == {"COD": "cod", "CC": "my-stripe_2"}
    assert gateways.parse("") == {}


@pytest.mark.parametrize("text", ["", "COD = cod", "COD=cod;CC=stripe;"])
def test_good_ones(text: str) -> None:
    assert gateways.check(text) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [("COD", "pairs"), ("=cod", "pairs"), ("COD=cod; COD=bacs", "once"), ("A=cod; B=cod", "twice"), ("A=c d", "c d")],
)
def test_bad_ones(text: str, told: str) -> None:
    assert told in (gateways.check(text) or "")
