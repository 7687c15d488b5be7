"""Text from outside: harmless, and whole where it is to be."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from webupdate.sync.text import harmless, json_line, json_text, lines_of, visible

ANY = st.text(st.characters(codec="utf-8"))


@given(ANY)
def test_nothing_of_it_is_obeyed_or_hidden(text: str) -> None:
    assert harmless(text).isprintable()
    assert visible(text, 20).isprintable() and len(visible(text, 20)) <= 20
    assert harmless(harmless(text)) == harmless(text)


@given(ANY)
def test_json_is_harmless_and_says_the_same(text: str) -> None:
    value = {"text": text, text: [text]}
    assert json.loads(json_text(value)) == json.loads(json_line(value)) == value
    assert json_text(value).replace("\n", "").isprintable() and json_line(value).isprintable()


def test_the_end_of_a_line_is_not_pushed_out_by_what_is_escaped() -> None:
    assert harmless("\x9b" * 50 + "end").endswith("end")
    assert visible("\x9b" * 50 + "end").endswith("…")


def test_only_line_ends_of_files_end_a_line() -> None:
    assert lines_of("a\r\nb\nc\u2028d\x85e") == ["a", "b", "c\u2028d\x85e"]
