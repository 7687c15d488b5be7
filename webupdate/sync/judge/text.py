"""The texts of an order's addresses: short enough for EBMS's fields, in characters of its code page."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator

from msgspec import Struct

from webupdate.store.inbox import Finding
from webupdate.sync.judge.case import Case
from webupdate.sync.ordercells import LENGTHS
from webupdate.sync.settle import address_fields, text_topic
from webupdate.sync.text import one_line, to_code_page, visible


class _Text(Struct, frozen=True, kw_only=True):
    """A text that is written into one or several fields: `names` are EBMS's, `field` is without C_. `value` is what
    is written, `fit` that in characters of the code page."""

    names: tuple[str, ...]
    field: str
    value: str
    fit: str
    topic: str
    web: str


def too_long(case: Case) -> Iterator[Finding]:
    """Kind 21: EBMS cuts keys and texts without a word (source: QUIRKS)."""
    for text in _texts(case):
        limit = LENGTHS[text.field]
        if len(text.fit) > limit:
            yield _finding(
                text,
                kind=21,
                expected=f"at most {limit} characters",
                message=f"{_named(text)} is “{visible(text.value)}”, {len(text.fit):,} characters; EBMS holds {limit}. "
                "EBMS would cut it without a word, and what is sent or taxed by a cut address goes astray.",
                hint="Choose a short form, or type another.",
            )


def characters(case: Case) -> Iterator[Finding]:
    """Kind 22: a letter is written by its likeness, of which is told; a text with `?` in it says nothing any more."""
    for text in _texts(case):
        if text.fit == text.value:
            continue
        unlike = _unlike(text.value)
        seen = f"{_named(text)} is “{visible(text.value)}”"
        why = "EBMS's files are Windows-1252, which lacks some of its characters"
        yield _finding(
            text,
            kind=22,
            expected="characters of Windows-1252",
            blocks=bool(unlike),
            message=f"{seen}: {why} and has nothing like {visible(unlike)}. With “?” in their place nobody could "
            "read it."
            if unlike
            else f"{seen}, written as “{visible(text.fit)}”: {why}. The MEMO keeps it as it was typed.",
            hint="Type it in Latin letters; the buyer can be asked how." if unlike else "",
        )


def _texts(case: Case) -> Iterator[_Text]:
    """Each text of the two addresses once, in the order of the fields."""
    found: dict[tuple[str, str], _Text] = {}
    addresses = [("", case.order.bill_to, case.order.email)]
    if case.order.ship_to is not None:
        addresses.append(("C_", case.order.ship_to, ""))
    for prefix, address, email in addresses:
        for field, raw in address_fields(address, email).items():
            place = text_topic(field, raw, address)
            names = (*(found[place].names if place in found else ()), f"{prefix}{field}")
            value = unicodedata.normalize("NFC", one_line(case.settled.text(field, raw)))
            fit = to_code_page(value).strip()
            found[place] = _Text(names=names, field=field, value=value, fit=fit, topic=place[0], web=place[1])
    yield from found.values()


def _unlike(value: str) -> str:
    """The characters that have no likeness in the code page, each once."""
    return "".join(c for c in dict.fromkeys(value) if to_code_page(c) == "?" != to_code_page(c, ""))


def _named(text: _Text) -> str:
    return " and ".join(text.names)


def _finding(
    text: _Text, *, kind: int, expected: str, message: str, hint: str, blocks: bool = True
) -> Finding:  # fmt: skip
    return Finding(
        kind=kind, field=", ".join(text.names), seen=visible(text.value), expected=expected, message=message,
        hint=hint, blocks=blocks, topic=text.topic, web=text.web,
    )  # fmt: skip


CHECKS: tuple[Callable[[Case], Iterator[Finding]], ...] = (too_long, characters)
