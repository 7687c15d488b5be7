"""Orders that wait, in words and as JSON."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from webupdate.cli.answering import Named, named, option
from webupdate.cli.common import Arguments, command_line, moment
from webupdate.errors import WebUpdateError
from webupdate.orderkinds import KINDS
from webupdate.store import answers
from webupdate.store.answers import Answer
from webupdate.store.db import Store
from webupdate.store.history import Happened
from webupdate.store.inbox import Finding, Order
from webupdate.sync import topics
from webupdate.sync.judge import Case, choices
from webupdate.sync.orderfile import HEADER_COLUMNS, LINE_COLUMNS, PAYMENT_COLUMNS, build
from webupdate.sync.text import ENCODING, visible
from webupdate.sync.topics import TOPICS

_LONG = 4000  # characters of one text from outside
_LISTED = 10  # problems of one order in the list
_LIKELY_FOR = 50  # problems for which likely answers are looked for: an order may have 10,000 lines
_ROWS = {"H": ("header", HEADER_COLUMNS), "D": ("line", LINE_COLUMNS), "P": ("payment", PAYMENT_COLUMNS)}


class Way(Struct, frozen=True, kw_only=True):
    """One answer that can be given, with the command that gives it."""

    label: str
    about: str
    why: str
    command: str


class Told(Struct, frozen=True, kw_only=True):
    """A problem of an order. `name` is what --set and --accept call it; `alike`: other orders that wait with it."""

    kind: int
    kind_name: str
    name: str
    field: str
    seen: str
    expected: str
    blocks: bool
    message: str
    hint: str
    accepted_by: str
    alike: int
    answers: tuple[Way, ...] = ()


class Waiting(Struct, frozen=True, kw_only=True):
    """An order that waits. `number` is its place here, `order` the shop's number; times in seconds since 1970."""

    number: int
    company: str
    site: str
    order: str
    state: str
    buyer: str
    total: str
    since: float
    error: str
    answered: int  # answers that were given and not confirmed
    problems: tuple[Told, ...]


class Row(Struct, frozen=True):
    """A row of the sales order as EBMS will get it; empty fields are left out."""

    kind: str
    values: dict[str, str]


def alike(orders: Iterable[Order]) -> Counter[tuple[str, str]]:
    """By topic and the web's word, in how many orders that blocks."""
    return Counter(place for order in orders for place in {(p.topic, p.web) for p in order.problems if p.blocks})


def waiting(store: Store, company: str, site: str, order: Order, problems: Sequence[Told]) -> Waiting:
    """An order for the list."""
    return Waiting(
        number=order.id,
        company=company,
        site=site,
        order=order.number,
        state=order.state,
        buyer=order.buyer,
        total=order.total,
        since=order.received_at,
        error=order.error or "",
        answered=len(answers.draft(store, order.id)),
        problems=tuple(problems),
    )


def told(order: Order, shared: Counter[tuple[str, str]]) -> list[Told]:
    """The problems of an order without their answers."""
    return [_told(one, shared, ()) for one in named(order.problems)]


def told_with_answers(arguments: Arguments, order: Order, case: Case, shared: Counter[tuple[str, str]]) -> list[Told]:
    """The problems of an order, each with what can be answered."""
    return [
        _told(one, shared, tuple(_ways(arguments, order, one, case, likely=place < _LIKELY_FOR)))
        for place, one in enumerate(named(order.problems))
    ]


def _told(one: Named, shared: Counter[tuple[str, str]], ways: tuple[Way, ...]) -> Told:
    finding = one.finding
    others = shared[finding.topic, finding.web] - 1 if finding.topic and finding.blocks else 0
    return Told(
        kind=finding.kind,
        kind_name=KINDS[finding.kind].name,
        name=one.name,
        field=finding.field,
        seen=finding.seen,
        expected=finding.expected,
        blocks=finding.blocks,
        message=finding.message,
        hint=finding.hint,
        accepted_by=finding.accepted_by,
        alike=max(0, others),
        answers=ways,
    )


def _ways(arguments: Arguments, order: Order, one: Named, case: Case, *, likely: bool) -> Iterator[Way]:
    def way(label: str, about: str, why: str, *words: str) -> Way:
        return Way(label=label, about=about, why=why, command=command_line(arguments, "resolve", str(order.id), *words))

    closest = choices.likely(one.finding, case) if likely else ()
    for choice in (*closest, *choices.ways(one.finding, case)):
        yield way(choice.label, choice.about, choice.why, *option(one, choice))
    if one.by_value:
        keeps = " (--always keeps it for the orders to come)" if TOPICS[one.finding.topic].mapped else ""
        yield way("another value", f"{TOPICS[one.finding.topic].label}{keeps}", "", "--set", f"{one.name}=VALUE")


def rows(case: Case) -> tuple[list[Row], str]:
    """The sales order as EBMS will get it; without rows the reason why there is none yet."""
    try:
        content = build(case.order, case.settled, case.rules).content
    except WebUpdateError as error:
        return [], str(error)
    found = []
    for letter, *cells in csv.reader(io.StringIO(content.decode(ENCODING), newline="")):
        kind, columns = _ROWS[letter]
        found.append(Row(kind, {name: value for name, value in zip(columns, cells, strict=True) if value}))
    return found, ""


def list_lines(entry: Waiting) -> Iterator[str]:
    """An order of the list."""
    yield from head(entry)
    for problem in entry.problems[:_LISTED]:
        others = f"  ({problem.alike:,} more wait with it)" if problem.alike else ""
        glyph = "✖" if problem.blocks else "⚠"
        yield f"   {glyph} {problem.kind} {problem.kind_name}  {problem.name}  “{visible(problem.seen)}”{others}"
    if len(entry.problems) > _LISTED:
        yield f"   … and {len(entry.problems) - _LISTED:,} more: webupdate conflict {entry.number}"


def head(entry: Waiting) -> Iterator[str]:
    """The line of an order, and what stops it beside its problems."""
    parts = (f"#{entry.order}", entry.site, entry.buyer, entry.total, f"since {moment(entry.since)}")
    yield "  ".join([f"{entry.number:<5}", *(visible(part) for part in parts if part)])
    if entry.error:
        yield f"   ✖ {visible(entry.error, _LONG)}"
    if entry.answered:
        yield f"   … {entry.answered} answered, not confirmed"


def problem_lines(problem: Told) -> Iterator[str]:
    """A problem whole, with the commands that answer it if it stops the order."""
    passed = f", passed by {visible(problem.accepted_by)}" if problem.accepted_by else ""
    glyph = "✖" if problem.blocks else "⚠"
    yield f"{glyph} {problem.name}: {problem.kind} {problem.kind_name}{passed}"
    yield f"    web   “{visible(problem.seen, _LONG)}”"
    yield f"    EBMS  {visible(problem.expected, _LONG)}"
    yield f"    {visible(problem.message, _LONG)}"
    if problem.hint:
        yield f"    {visible(problem.hint, _LONG)}"
    if problem.alike:
        yield f"    {problem.alike:,} more wait with the same problem: --alike answers them too"
    for way in problem.answers if problem.blocks else ():
        yield "      " + "  ".join(visible(part, _LONG) for part in (way.label, way.about, way.why) if part)
        yield f"        {visible(way.command, _LONG)}"


def row_lines(found: Sequence[Row]) -> Iterator[str]:
    """The sales order, field by field; a line of it in one line."""
    for row in found:
        if row.kind == "header":
            for name, value in row.values.items():
                yield f"  {name:<11}{visible(value, _LONG)}"
        else:
            cells = "  ".join(f"{name} {visible(value, _LONG)}" for name, value in row.values.items())
            yield f"  {row.kind:<8}{cells}"


def draft_lines(drafted: Sequence[Answer]) -> Iterator[str]:
    """What was answered and not confirmed."""
    for answer in drafted:
        yield f"… {TOPICS[answer.topic].label}: {visible(topics.shown(answer.web))} = {visible(answer.value)}"


def history_lines(steps: Sequence[Happened]) -> Iterator[str]:
    """The way of an order, newest first."""
    for step in steps:
        by = f"  ({visible(step.by)})" if step.by else ""
        yield f"  {moment(step.at)}  {step.what:<9}{visible(step.text, _LONG)}{by}"


def blocking(problems: Iterable[Finding]) -> int:
    """How many problems stop an order."""
    return sum(problem.blocks for problem in problems)
