"""What is offered as an answer to a problem of an order: the likely ones first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import ROUND_FLOOR, Decimal

from msgspec import Struct
from rapidfuzz import fuzz, process, utils

from webupdate.orderkinds import CANCELLED, IN_THE_WAY, LATER, TWIN
from webupdate.store.inbox import Finding
from webupdate.sync import topics
from webupdate.sync.judge import spelling
from webupdate.sync.judge.case import Case
from webupdate.sync.judge.items import available, level_of, level_price, sold, units_of
from webupdate.sync.judge.refusal import is_refusal
from webupdate.sync.known import Facts, Known
from webupdate.sync.ordercells import as_ebms, decimal_of, plain
from webupdate.sync.settle import is_guest, payment_word
from webupdate.sync.text import visible

OFFERED = 4  # likely answers, as many as are read at a glance
USE_DEFAULT = "use default"
_COMPARED = 200  # characters of the web's words by which records are looked for
_CLOSE = 75  # of 100: below that the most like one is no more than that
_TERMS = ("terms", "due")
# Topics whose answers are records of an export file.
FILE_OF = {"item": "inventory", "customer": "customers", "ship_via": "shipping", "terms": "payments", "due": "payments"}
# Of these EBMS has few: though nothing is close to the web's word, one of them is meant.
_SHORT = ("ship_via", *_TERMS)


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
    if is_refusal(finding, case) and finding.topic != "decision":
        found.append(_again(finding))
    if finding.topic == "ship_via" and (default := case.of_customer("DEF_FOB")):
        found.append(_way(finding, default, USE_DEFAULT, "the customer's own"))
    if finding.topic == "customer":
        found.append(_way(finding, case.rules.guest_customer, USE_DEFAULT, "the default website customer"))
    if finding.line and len(case.order.lines) - len(case.settled.skipped) > 1:
        found.append(_other("line", str(finding.line), "skip", "leave the line out", f"line {finding.line}"))
    if finding.subject and finding.topic != "decision":
        found.append(_accept(finding, "import all the same"))
    if finding.topic != "decision":
        found.append(_close(finding, "enter the order by hand"))
    return tuple(found)


def suggest(topic: str, text: str, known: Known, limit: int = OFFERED) -> tuple[tuple[str, str], ...]:
    """Records of EBMS for what a person has typed so far: ID and what tells it from others."""
    return tuple((key, about(topic, key, known)) for key, _ in _likeness(topic, text, known, limit))


def _likeness(topic: str, text: str, known: Known, limit: int) -> list[tuple[str, float]]:
    """Records like a text, the most like first: ID and how like it is (0 to 100)."""
    file = FILE_OF.get(topic)
    if file is None:
        return []
    found = process.extract(
        text,
        _words(topic, known.all(file)),
        scorer=fuzz.WRatio,
        processor=utils.default_process,
        limit=limit,
        score_cutoff=40,
    )
    return [(key, score) for _, score, key in found]


def about(topic: str, key: str, known: Known) -> str:
    """What tells a record from others."""
    make = {"item": _about_item, "customer": _about_customer}.get(topic)
    if make is not None:
        return make(key, known)
    facts = known.all(FILE_OF[topic]).get(key, {})
    return visible(facts.get("DESCR") or facts.get("CHARGE") or "")


def _records(finding: Finding, case: Case, limit: int) -> tuple[Choice, ...]:
    """What is known to be meant first, then what is close by name and by key; never what the problem is with."""
    named = _in_question(finding, case)
    meant = {key: why for key, why in _meant(finding, case) if key != named}
    records = case.known.all(FILE_OF[finding.topic])
    like = {
        key: score
        for key, score in _likeness(finding.topic, _text(finding, case), case.known, limit * 2)
        if key not in meant and key != named and records[key].get("INACTIVE") != "T"
    }
    close = list(like)
    best = [key for key in close[:1] if like[key] >= _CLOSE]
    others = [key for key in records if key != named] if finding.topic in _SHORT else []
    why = {**dict.fromkeys([*others, *close], ""), **dict.fromkeys(best, "closest"), **meant}
    return tuple(
        Choice(
            topic=finding.topic, web=finding.web, value=key, label=visible(key),
            about=about(finding.topic, key, case.known), why=why[key],
        )
        for key in list(dict.fromkeys([*meant, *close, *others]))[:limit]
    )  # fmt: skip


def _meant(finding: Finding, case: Case) -> Iterator[tuple[str, str]]:
    """Records that something speaks for, and what."""
    if new := case.known.departed(FILE_OF[finding.topic], _in_question(finding, case)):
        yield new, "its new ID"
    if finding.topic == "customer":
        for candidate in case.known.customers_like(case.order):
            if candidate.id != case.customer:
                yield candidate.id, "fits"
    if _is_of_terms(finding, case):
        own, allowed = case.of_customer("IDCHARGE"), case.of_customer("CHARGEPYMT") != "F"
        if own and allowed:
            yield own, "the customer's own"


def _is_of_terms(finding: Finding, case: Case) -> bool:
    """Whether it is asked when the order is due: its first payment says that, others may be a gift card."""
    return finding.topic == "due" or (finding.topic == "terms" and finding.web == payment_word(case.order))


def _in_question(finding: Finding, case: Case) -> str:
    """The ID that the problem is with."""
    if finding.topic == "item" and finding.line:
        return case.settled.item(case.order.lines[finding.line - 1])
    if _is_of_terms(finding, case):
        return case.settled.terms_id or finding.web
    return case.customer if finding.topic == "customer" else finding.web


def _text(finding: Finding, case: Case) -> str:
    """What is known of the record that is looked for: an SKU may be close to an ID, its title to a description."""
    if finding.topic == "customer":
        named = case.customer if is_guest(case.order) else case.order.email or case.customer
        return f"{named} {case.order.bill_to.name}"[:_COMPARED]
    return " ".join(filter(None, (finding.web[:_COMPARED], _title(finding, case)[:_COMPARED])))


def _title(finding: Finding, case: Case) -> str:
    return case.order.lines[finding.line - 1].title if finding.topic == "item" and finding.line else ""


def _words(topic: str, records: Mapping[str, Facts]) -> dict[str, str]:
    """Each record as one text that is compared."""
    columns = {
        "item": ("DESCR_1", "MFG", "UPC"),
        "customer": ("F_NAME", "L_NAME", "EMAIL", "CONTACT_1", "CITY"),
        "ship_via": ("DESCR",),
        **dict.fromkeys(_TERMS, ("CHARGE", "METHOD")),
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


def _accept(finding: Finding, label: str) -> Choice:
    web = topics.key(str(finding.kind), finding.subject)
    return _other("accept", web, "yes", label, "your name is kept with it")


def _again(finding: Finding) -> Choice:
    about = "when what EBMS names was put right there"
    return _other("decision", str(finding.kind), topics.AGAIN, "write it again as it is", about)


def _close(finding: Finding, label: str) -> Choice:
    return _other("decision", str(finding.kind), topics.CLOSE, label, "no file is written; enter it in EBMS")


def _spellings(finding: Finding, case: Case) -> tuple[Choice, ...]:
    found = spelling.spellings(finding, case)
    return tuple(_other(finding.topic, finding.web, value, visible(value), why) for value, why in found)


def _days(finding: Finding, case: Case) -> tuple[Choice, ...]:
    """The ends of the open days; which day it is now a pure function does not know."""
    days = {"the first open day": case.rules.first_day, "the last open day": case.rules.last_day}
    return tuple(
        _other("day", finding.web, as_ebms(day), as_ebms(day), about) for about, day in days.items() if day is not None
    )


def _decisions(finding: Finding, case: Case) -> tuple[Choice, ...]:
    if finding.kind == TWIN:
        about = "nothing is written; the shop is told that it is done"
        same = _other("decision", finding.web, topics.CLOSE, "it is the same order: link it", about)
        other = _accept(finding, "it is another order: write it")
        return same, _again(finding) if is_refusal(finding, case) else other
    if finding.kind == IN_THE_WAY:
        again = _other("decision", finding.web, topics.AGAIN, "write it under another name", "if EBMS does not have it")
        return again, _close(finding, "EBMS has it, or it is entered by hand")
    if finding.kind == LATER:
        return _later(finding)
    by_hand = _close(finding, "enter the order by hand")
    return (_again(finding), by_hand) if is_refusal(finding, case) else (by_hand,)


def _later(finding: Finding) -> tuple[Choice, ...]:
    """What can become of an order that the shop changed later; one that is off there can't be corrected."""
    correct = _other("decision", finding.web, topics.REPLACE, "write a corrected file", "it says which one it replaces")
    leave = _other("decision", finding.web, topics.LEAVE, "leave it", "EBMS keeps what it has")
    about = "somebody changes it in EBMS; no file is written"
    by_hand = _other("decision", finding.web, topics.CLOSE, "hand it over", about)
    return (by_hand, leave) if finding.field == CANCELLED else (correct, leave, by_hand)


def _units(finding: Finding, case: Case) -> tuple[Choice, ...]:
    item = case.settled.item(case.order.lines[finding.line - 1])
    prices = {unit: level_price(case, item, unit) for unit in units_of(item, case)}
    return tuple(
        _other("unit", finding.web, unit, visible(unit), "" if price is None else plain(price, 2))
        for unit, price in prices.items()
    )


def _prices(finding: Finding, case: Case) -> tuple[Choice, ...]:
    line = case.order.lines[finding.line - 1]
    price = level_price(case, case.settled.item(line), case.settled.unit(line))
    if price is None:
        return ()
    return (_other("price", finding.web, plain(price, 2), plain(price, 2), f"price level {visible(level_of(case))}"),)


def _quantities(finding: Finding, case: Case) -> tuple[Choice, ...]:
    """What is left of the stock; else the quantities above zero that are close to what the web sent."""
    line = case.order.lines[finding.line - 1]
    item, sent = case.settled.item(line), decimal_of(case.settled.quantity(finding.line, line))
    if finding.kind == 5:
        others = sum((count for number, count in sold(case)[item].items() if number != finding.line), Decimal(0))
        found = {(available(case, item) or Decimal(0)) - others: "what is available"}
    else:
        whole = abs(sent or Decimal(0)).to_integral_value(ROUND_FLOOR)
        found = {whole: "a whole number", whole + (whole != abs(sent or 0)): "a whole number"}
    return tuple(
        _other("quantity", finding.web, plain(count), plain(count), why) for count, why in found.items() if count > 0
    )


_LIKELY: dict[str, Callable[[Finding, Case], tuple[Choice, ...]]] = {
    "unit": _units,
    "price": _prices,
    "quantity": _quantities,
    "text": _spellings,
    "state": _spellings,
    "country": _spellings,
    "day": _days,
    "decision": _decisions,
}
