"""Which tax class a tax group gets, as Properties say it."""

from __future__ import annotations

import pytest

from webupdate.store import taxclasses


def test_groups_are_told_in_any_letters() -> None:
    assert taxclasses.parse(" Food=reduced-rate ; FREE = zero-rate;") == {"food": "reduced-rate", "free": "zero-rate"}
    assert taxclasses.parse("") == {}


@pytest.mark.parametrize("text", ["", "FOOD = reduced-rate", "A=standard;B=standard;", "A=%d0%b5"])
def test_good_ones(text: str) -> None:
    assert taxclasses.check(text) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("FOOD", "pairs"),
        ("A=a; A=b", "once"),
        ("A=a; a=b", "twice"),
        ("A=Reduced rate", "Reduced rate"),
        ("A=", "slug"),
    ],
)
def test_bad_ones(text: str, told: str) -> None:
    assert told in (taxclasses.check(text) or "")
