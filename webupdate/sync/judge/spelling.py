"""How a text of an address can be written so that EBMS holds it."""

from __future__ import annotations

from collections.abc import Iterator

from webupdate.keys import KEY_SEPARATOR
from webupdate.store.inbox import Finding
from webupdate.sync.judge.case import Case
from webupdate.sync.ordercells import LENGTHS
from webupdate.sync.settle import address_fields
from webupdate.sync.text import encodable, one_line, to_code_page, visible


def spellings(finding: Finding, case: Case) -> tuple[tuple[str, str], ...]:
    """The likely texts in place of the web's, each once, and why; they fit. A finding of topic text, state, country."""
    field, text = _field_and_text(finding)
    found: dict[str, str] = {}
    for value, why in (*_known(field, text, case), *_cuts(field, text)):
        if value and value != text and not wrong(value, field):
            found.setdefault(value, why)
    return tuple(found.items())


def wrong(value: str, field: str) -> str:
    """What keeps EBMS from holding a text in a field (without C_), as a sentence; "" if it can."""
    limit = LENGTHS[field]
    if len(value) > limit:
        return f"{visible(value)!r} has {len(value)} characters; {field} holds {limit}."
    if not encodable(value):
        return f"{visible(value)!r} has characters that EBMS's code page (Windows-1252) lacks."
    return "" if value.isprintable() else f"{visible(value)!r} has characters that can't be printed."


def _field_and_text(finding: Finding) -> tuple[str, str]:
    """The text may have the separator of keys in it: only a field or a country stands before it."""
    if finding.topic == "country":
        return "COUNTRY", finding.web
    first, _, text = finding.web.partition(KEY_SEPARATOR)
    return ("STATE" if finding.topic == "state" else first), text


def _known(field: str, text: str, case: Case) -> Iterator[tuple[str, str]]:
    """What is missing may stand in the bill-to address or in the customer's record, which also spells states and
    countries as EBMS does."""
    if not text.strip():
        yield address_fields(case.order.bill_to, case.order.email)[field].strip(), "of the bill-to address"
    elif field not in ("STATE", "COUNTRY"):
        return
    if case.settled.customer_id:
        names = ("F_NAME", "L_NAME") if field == "NAME" else (field,)
        yield " ".join(filter(None, map(case.of_customer, names))), "of the customer in EBMS"


def _cuts(field: str, text: str) -> Iterator[tuple[str, str]]:
    """The text in characters of EBMS's code page, cut, and cut at a word where that loses little."""
    fit = " ".join(to_code_page(one_line(text), "").split())
    limit = LENGTHS[field]
    for value in (fit[:limit].rstrip(), fit[:limit].rpartition(" ")[0] if len(fit) > limit else ""):
        if value == fit or len(value) > limit // 2:
            yield value, f"{len(value)} of {len(text):,} characters"
