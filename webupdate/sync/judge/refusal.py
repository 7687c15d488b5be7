"""What EBMS said when it refused an order's file: the kind of problem, the field, and the line that its text names.

How EBMS words it is not public: names of its fields come first, then the words that its screens use. What names
nothing that is known here is a problem of the document as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from msgspec import Struct

from webupdate.store.inbox import Finding
from webupdate.sync.judge.case import Case
from webupdate.sync.settle import (
    address_fields,
    customer_word,
    item_word,
    payment_word,
    ship_word,
    text_topic,
    unit_word,
)
from webupdate.sync.text import visible

# What is read of a refusal; what is longer is no message.
_READ = 4000
_QUOTED = 300

_LINE = re.compile(r"\b(?:line|row)s?(?: (?:item|no|nr|number))?[ #:.=]*([0-9]{1,6})\b", re.IGNORECASE)
# Said of every refused document, it says nothing of the reason (source: QUIRKS).
_ALWAYS_SAID = re.compile(r"\b(?:sav(?:e|ing)|import(?:ing)?|processing)\b(?: \w+){0,2} abort(?:ed)?", re.IGNORECASE)
# 3170: "record in use" (source: IW).
_LOCKED = re.compile(r"\block(?:ed)?\b|(?<!\bbe )(?<!\bnot )\bprocessed\b|\bin use\b|\b3170\b", re.IGNORECASE)
_CREDIT = re.compile(r"\bcredit (?:limit|hold)\b|\bdelinquen\w*|\bon hold\b", re.IGNORECASE)
# A message that a person has put on a customer or an item, with Abort as its answer (source: MSG).
_ABORT = re.compile(r"\babort(?:ed)?\b", re.IGNORECASE)
_LONG = re.compile(r"\btoo long\b|\blength\b|\btruncat\w*|\bexceed\w*|\bcharacters\b", re.IGNORECASE)
_SHIPPED = re.compile(r"\bC_[A-Z]|\bship(?:ping)?[- ]?to\b", re.IGNORECASE)

# Every table has these, and each is a word too.
_NO_NAMES = ("ID", "NAME", "TYPE")

Place = tuple[str, str, int]  # topic, the web's word, number of the line


class _Field(Struct, frozen=True):
    """A field that a refusal may name: its name, the words of EBMS's screens for it, and what an answer to it is about;
    None if the order has nothing of the kind."""

    kind: int
    name: str
    words: str
    place: Callable[[Case, str], Place | None]

    def is_named(self, text: str) -> bool:
        return re.search(rf"\b(?:C_)?{self.name}\b", text) is not None and self.name not in _NO_NAMES

    def is_meant(self, text: str) -> bool:
        return bool(self.words) and re.search(rf"\b(?:{self.words})\b", text, re.IGNORECASE) is not None


def refused(case: Case) -> Iterator[Finding]:
    """What EBMS refused the order for, until a person has answered it."""
    if case.refusal is None:
        return
    kind, field, (topic, web, line) = _reason(case, case.refusal.text[:_READ])
    answer = case.given.find(topic, web)
    # An answer without time is not in force yet; one from before the refusal did not help.
    if answer is not None and (not answer.at or answer.at >= case.refusal.at):
        return
    quoted = visible(" ".join(case.refusal.text[:_READ].split()), _QUOTED)
    said = f": “{quoted}”" if quoted else " and gave no reason"
    yield Finding(
        kind=kind,
        field=f"{field}, line {line}" if line else field,
        seen=quoted,
        expected="an order that EBMS takes",
        message=f"EBMS refused the order's file{said}. It is no sales order yet.",
        hint="Put right what EBMS names, here or there; then the file is written again.",
        topic=topic,
        web=web,
        line=line,
    )


def is_refusal(finding: Finding, case: Case) -> bool:
    """Whether a problem is what EBMS refused the order for."""
    return any((own.kind, own.field, own.seen) == (finding.kind, finding.field, finding.seen) for own in refused(case))


def _reason(case: Case, text: str) -> tuple[int, str, Place]:
    """Kind, field and place of what a refusal names."""
    told = _ALWAYS_SAID.sub(" ", text)
    if _LOCKED.search(told):
        return 25, "STATUS", _decision(25)
    if _CREDIT.search(told):
        return 13, "ID", _decision(13)
    by_name = [field for field in _FIELDS if field.is_named(told)]
    if not by_name and _ABORT.search(told):
        return 13, "ID", _decision(13)
    for field in (*by_name, *(field for field in _FIELDS if field.is_meant(told))):
        if (place := field.place(case, told)) is not None:
            kind = 21 if field.kind == 20 and _LONG.search(told) else field.kind
            return kind, field.name, place
    return 29, "document", _decision(29)


def _decision(kind: int) -> Place:
    return "decision", str(kind), 0


def _rows(case: Case, text: str) -> list[tuple[int, str]]:
    """The rows of the file that a text is about: that of the number it gives, else those whose item or name it has,
    else all."""
    rows = list(case.rows())
    if (found := _LINE.search(text)) is not None:
        number = int(found[1] or found[2])
        return rows[number - 1 : number] if number else []
    items = [case.settled.item(line) for line in case.order.lines]
    return [row for row in rows if (row[1] or items[row[0] - 1]) and (row[1] or items[row[0] - 1]) in text] or rows


def _line(case: Case, text: str) -> int:
    """The line of the order that a text is about; 0 if it may be several."""
    numbers = {number for number, name in _rows(case, text) if not name}
    return numbers.pop() if len(numbers) == 1 else 0


def _item(case: Case, text: str) -> Place:
    number = _line(case, text)
    return ("item", item_word(case.order.lines[number - 1]), number) if number else _decision(1)


def _unit(case: Case, text: str) -> Place:
    number = _line(case, text)
    return ("unit", unit_word(case.order.lines[number - 1]), number) if number else _decision(3)


def _price(case: Case, text: str) -> Place:
    number = _line(case, text)
    return ("price", str(number), number) if number else _decision(4)


def _quantity(case: Case, text: str) -> Place:
    number = _line(case, text)
    return ("quantity", str(number), number) if number else _decision(6)


def _account(case: Case, text: str) -> Place | None:
    names = {name for _, name in _rows(case, text) if name}
    if not names:
        return None
    return ("account", names.pop(), 0) if len(names) == 1 else _decision(26)


def _address(field: str) -> Callable[[Case, str], Place]:
    def place(case: Case, text: str) -> Place:
        address, email = case.order.bill_to, case.order.email
        if case.order.ship_to is not None and _SHIPPED.search(text):
            address, email = case.order.ship_to, ""
        return (*text_topic(field, address_fields(address, email)[field], address), 0)

    return place


def _terms(case: Case, _text: str) -> Place:
    return "terms", payment_word(case.order), 0


# The special ones first: a text about the unit of an item names the item too.
_FIELDS = (
    _Field(26, "ACCOUNT", "G/?L|general ledger|ledger account|account (?:number|code|missing|required)", _account),
    _Field(3, "UNIT_MEAS", "units? of measure|units?", _unit),
    _Field(6, "M_QUAN_VIS", "quantit(?:y|ies)", _quantity),
    _Field(4, "UNIT_VIS", "prices?", _price),
    _Field(14, "SHIP_VIA", "ship via|ship(?:ping)? method", lambda case, _: ("ship_via", ship_word(case.order), 0)),
    _Field(16, "IDCHARGE", "terms?", _terms),
    _Field(16, "TERMS", "", _terms),
    _Field(20, "STATE", "state|province", _address("STATE")),
    _Field(20, "ZIP", "zip(?: code)?|post(?:al )?code", _address("ZIP")),
    _Field(20, "COUNTRY", "country", _address("COUNTRY")),
    _Field(20, "CITY", "city", _address("CITY")),
    _Field(20, "PHONE", "(?:tele)?phone", _address("PHONE")),
    _Field(20, "EMAIL", "e-?mail", _address("EMAIL")),
    _Field(20, "ADDRESS2", "", _address("ADDRESS2")),
    _Field(20, "ADDRESS1", "street|address", _address("ADDRESS1")),
    _Field(27, "INV_DATE", "dates?|fiscal|period", lambda _, __: ("day", "", 0)),
    _Field(15, "FREIGHT", "freight", lambda _, __: _decision(15)),
    _Field(18, "TAX", "tax(?:es)?", lambda _, __: _decision(18)),
    _Field(17, "TYPE", "payments?", _terms),
    _Field(23, "EXTERNALID", "already exists|duplicate", lambda _, __: _decision(23)),
    _Field(23, "PO_NO", "", lambda _, __: _decision(23)),
    _Field(1, "INVEN", "items?|products?|skus?|inventory", _item),
    _Field(7, "C_ID", "", lambda case, _: ("customer", customer_word(case.order), 0)),
    _Field(7, "ID", "customers?|id", lambda case, _: ("customer", customer_word(case.order), 0)),
    _Field(20, "NAME", "name", _address("NAME")),
    _Field(19, "TOTAL_SO", "totals?", lambda _, __: _decision(19)),
)
