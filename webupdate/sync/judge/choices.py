"""What is offered as an answer to a problem of an order: the likely ones first; and whether a typed one can be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from msgspec import Struct
from rapidfuzz import fuzz, process, utils

from webupdate.orderkinds import IN_THE_WAY, LATER
from webupdate.store.inbox import Finding
from webupdate.sync.judge import topics
from webupdate.sync.judge.case import Case
from webupdate.sync.judge.known import Facts, Known
from webupdate.sync.ordercells import LENGTHS, decimal_of
from webupdate.sync.text import encodable, to_code_page, visible

OFFERED = 4  # likely answers, as many as are read at a glance
# Topics whose answers are records of an export file.
FILE_OF = {"item": "inventory", "customer": "customers", "ship_via": "shipping", "terms": "payments"}


class Choice(Struct, frozen=True, kw_only=True):
    """One answer that is offered: `topic`, `web` and `value` are the answer's. `label` is what is chosen, `about`
    tells it from others (description, price, stock), `why` says why it is offered."""

    topic: str
    web: str
    value: str
    label: str
    about: str = ""
    why: str = ""


def likely(finding: Finding, case: Case, limit: int = OFFERED) -> tuple[Choice, ...]:
    """The likely answers, closest first; none where only a person can know."""
    if finding.topic in FILE_OF:
        return _records(finding, case, limit)
    make = _LIKELY.get(finding.topic)
    return make(finding, case) if make else ()


def ways(finding: Finding, case: Case) -> tuple[Choice, ...]:
    """What else can be done with a problem: leave the line out, import all the same, enter it by hand."""
    found: list[Choice] = []
    if finding.topic == "customer":
        found.append(_way(finding, case.rules.guest_customer, "use default", "the default website customer"))
    if finding.line and len(list(case.lines())) > 1:
        found.append(_other("line", str(finding.line), "skip", "leave the line out", f"line {finding.line}"))
    if finding.subject:
        web = topics.key(str(finding.kind), finding.subject)
        found.append(_other("accept", web, "yes", "import all the same", "your name is kept with it"))
    if finding.topic != "decision":
        about = "no file is written; enter it in EBMS"
        found.append(_other("decision", str(finding.kind), topics.CLOSE, "enter the order by hand", about))
    return tuple(found)


def suggest(topic: str, text: str, known: Known, limit: int = OFFERED) -> tuple[tuple[str, str], ...]:
    """Records of EBMS for what a person has typed so far: ID and what tells it from others."""
    file = FILE_OF.get(topic)
    if file is None:
        return ()
    records = known.all(file)
    found = process.extract(
        text, _words(topic, records), scorer=fuzz.WRatio, processor=utils.default_process, limit=limit, score_cutoff=40
    )  # fmt: skip
    return tuple((key, about(topic, key, known)) for _, _, key in found)


def about(topic: str, key: str, known: Known) -> str:
    """What tells a record from others."""
    make = {"item": _about_item, "customer": _about_customer}.get(topic)
    if make is not None:
        return make(key, known)
    facts = known.all(FILE_OF[topic]).get(key, {})
    return visible(facts.get("DESCR") or facts.get("CHARGE") or "")


def wrong(topic: str, web: str, value: str, known: Known) -> str:
    """What is wrong with an answer, as a sentence; "" if it can be given."""
    file = FILE_OF.get(topic)
    if file is not None:
        there = value in known.all(file) or not known.has(file)
        return "" if there else f"{visible(value)!r} is no ID of {file}.csv as it was saved last."
    check = _CHECKS.get(topic)
    return check(web, value) if check else ""


def _records(finding: Finding, case: Case, limit: int) -> tuple[Choice, ...]:
    """By name and by key: an SKU may be close to an ID, or its title to a description."""
    text = " ".join(filter(None, (finding.web, _title(finding, case))))
    if finding.topic == "customer":
        fitting = [candidate.id for candidate in case.known.customers_like(case.order)]
        text = f"{finding.web} {case.order.bill_to.name}"
        keys = [*fitting, *(key for key, _ in suggest(finding.topic, text, case.known, limit))]
    else:
        keys = [key for key, _ in suggest(finding.topic, text, case.known, limit)]
    return tuple(
        Choice(
            topic=finding.topic, web=finding.web, value=key, label=visible(key),
            about=about(finding.topic, key, case.known), why="closest" if place == 0 else "",
        )
        for place, key in enumerate(list(dict.fromkeys(keys))[:limit])
    )  # fmt: skip


def _title(finding: Finding, case: Case) -> str:
    return case.order.lines[finding.line - 1].title if finding.topic == "item" and finding.line else ""


def _words(topic: str, records: Mapping[str, Facts]) -> dict[str, str]:
    """Each record as one text that is compared."""
    columns = {
        "item": ("DESCR_1", "MFG", "UPC"),
        "customer": ("F_NAME", "L_NAME", "EMAIL", "CONTACT_1", "CITY"),
        "ship_via": ("DESCR",),
        "terms": ("CHARGE", "METHOD"),
    }[topic]
    return {key: " ".join((key, *(facts.get(name, "") for name in columns))) for key, facts in records.items()}


def _about_item(key: str, known: Known) -> str:
    facts = known.item(key) or {}
    prices = known.prices(key)
    price = next(iter(prices.values()), "")
    stock = f"{facts['T_AVAIL']} in stock" if facts.get("T_AVAIL") else ""
    gone = "inactive" if facts.get("INACTIVE") == "T" else ""
    return " · ".join(visible(part) for part in (facts.get("DESCR_1", ""), price, stock, gone) if part)


def _about_customer(key: str, known: Known) -> str:
    facts = known.customer(key) or {}
    name = f"{facts.get('F_NAME', '')} {facts.get('L_NAME', '')}".strip()
    parts = (name, facts.get("CITY", ""), facts.get("EMAIL", ""), facts.get("PHONE", ""))
    return " · ".join(visible(part) for part in parts if part)


def _way(finding: Finding, value: str, label: str, about: str) -> Choice:
    return Choice(topic=finding.topic, web=finding.web, value=value, label=label, about=f"{visible(value)}, {about}")


def _other(topic: str, web: str, value: str, label: str, about: str) -> Choice:
    return Choice(topic=topic, web=web, value=value, label=label, about=about)


def _cut(finding: Finding, _case: Case) -> tuple[Choice, ...]:
    """The text in characters of EBMS's code page, cut at a word where that loses little."""
    field, text = _field_and_text(finding)
    fit = to_code_page(text).strip()
    limit = LENGTHS.get(field, len(fit))
    cut = fit[:limit].rstrip()
    at_word = cut.rpartition(" ")[0] if len(fit) > limit else ""
    found = [value for value in (cut, at_word if len(at_word) > limit // 2 else "") if value]
    return tuple(
        _other(finding.topic, finding.web, value, visible(value), f"{len(value)} of {len(text)} characters")
        for value in dict.fromkeys(found)
    )


def _field_and_text(finding: Finding) -> tuple[str, str]:
    *first, text = topics.parts(finding.web)
    if finding.topic == "text":
        return first[0], text
    return {"state": "STATE", "country": "COUNTRY"}[finding.topic], text


def _fits(web: str, value: str, field: str) -> str:
    limit = LENGTHS[field]
    if len(value) > limit:
        return f"{visible(value)!r} has {len(value)} characters; {field} holds {limit}."
    if not encodable(value):
        return f"{visible(value)!r} has characters that EBMS's code page (Windows-1252) lacks."
    return "" if value.isprintable() else f"{visible(value)!r} has characters that can't be printed."


def _amount(_web: str, value: str) -> str:
    number = decimal_of(value)
    return "" if number is not None and number >= 0 else f"{visible(value)!r} is no amount such as 18.00."


def _count(_web: str, value: str) -> str:
    number = decimal_of(value)
    return "" if number is not None and number > Decimal(0) else f"{visible(value)!r} is no quantity above 0."


def _decisions(finding: Finding, _case: Case) -> tuple[Choice, ...]:
    """What can become of the order as a whole; an order that is off in the shop can't be corrected."""
    by_hand = (topics.CLOSE, "change it by hand", "the file stays as it is; change the sales order in EBMS")
    if finding.kind != LATER:
        again = "write its file again" if finding.kind != IN_THE_WAY else "write it under another name"
        offered = [(topics.AGAIN, again, ""), (topics.CLOSE, "enter the order by hand", "no file is written")]
    elif finding.field == "document":
        corrected = (topics.REPLACE, "write a corrected file", "it says which file it replaces")
        offered = [corrected, (topics.LEAVE, "leave the file", "EBMS keeps the order as it was"), by_hand]
    else:
        offered = [by_hand, (topics.LEAVE, "leave the file", "EBMS keeps the order")]
    return tuple(_other(finding.topic, finding.web, *choice) for choice in offered)


_LIKELY: dict[str, Callable[[Finding, Case], tuple[Choice, ...]]] = {
    "text": _cut,
    "state": _cut,
    "country": _cut,
    "decision": _decisions,
}
_CHECKS: dict[str, Callable[[str, str], str]] = {
    "text": lambda web, value: _fits(web, value, topics.parts(web)[0]),
    "state": lambda web, value: _fits(web, value, "STATE"),
    "country": lambda web, value: _fits(web, value, "COUNTRY"),
    "unit": lambda web, value: _fits(web, value, "UNIT_MEAS"),
    "account": lambda web, value: _fits(web, value, "ACCOUNT") if value else "A G/L account is needed.",
    "price": _amount,
    "quantity": _count,
}
