"""An explanation as lines for people: the verdict first, then the export, each site's records, the history."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from webupdate.keys import KEY_SEPARATOR
from webupdate.sync.explain import Explanation, Record, Value
from webupdate.sync.orderstory import OrderStory
from webupdate.sync.text import visible

LONGEST = 300  # characters of one text from outside
MOST = 50  # lines, problems and warnings of one order: it may have 10,000

_NAMES = {
    "categories": "Category",
    "items": "Item",
    "prices": "Price",
    "stock": "Stock",
    "images": "Picture",
    "documents": "Document",
    "customers": "Customer",
    "shipping": "Ship via",
    "payments": "Payment option",
    "orders": "Order",
}


class Told(Struct, frozen=True):
    """One line. `style`: a verdict's state, or head, value, odd (sides that differ), dim, event."""

    style: str
    text: str
    label: str = ""


def as_text(explained: Explanation) -> list[str]:
    """The lines as plain text."""
    return [f"{line.label:<16}{line.text}".rstrip() if line.label else line.text for line in tell(explained)]


def tell(explained: Explanation) -> list[Told]:
    """The lines; every text from outside is harmless."""
    lines = [Told("head", f"{_NAMES[explained.kind]} {_safe(explained.key)}  {_safe(explained.title)}".rstrip())]
    several = len(explained.verdicts) > 1
    for site, found in explained.verdicts:
        lines.append(Told(found.state, (f"{site}: " if several else "") + _safe(found.text)))
    for site, reason in explained.trouble:
        lines.append(Told("dim", f"What {site} shows now is not known: {_safe(reason)}"))
    lines += _source(explained)
    lines += [line for record in explained.records for line in _record(explained, record, several)]
    if explained.order is not None:
        lines += _order(explained, explained.order)
    return [*lines, *_history(explained)]


def _safe(text: str) -> str:
    return visible(text.replace(KEY_SEPARATOR, " "), LONGEST)


def _moment(explained: Explanation, at: float | None) -> str:
    return f"{datetime.fromtimestamp(at, ZoneInfo(explained.zone)):%Y-%m-%d %H:%M:%S}" if at else "never"


def _source(explained: Explanation) -> Iterator[Told]:
    if explained.kind == "orders":
        return
    yield Told("dim", "")
    source = explained.source
    if source is None:
        yield Told("head", "EBMS's export does not have it.")
    else:
        yield Told("head", f"In the export: {_safe(source.place)}")
        yield Told("value", _moment(explained, source.saved_at), "saved")
        yield Told("value", _moment(explained, source.read_at), "read")
        yield from (Told("value", _safe(value), name) for name, value in source.facts.items())
    for complaint in explained.complaints:
        yield Told("needs", _safe(complaint.message))
        yield Told("dim", _safe(complaint.hint))


def _record(explained: Explanation, record: Record, several: bool) -> Iterator[Told]:
    yield Told("dim", "")
    where = f" on {record.site}" if several else ""
    yield Told("head", f"{_NAMES[record.entity]} {_safe(record.key)}{where}")
    if (record.site, record.verdict) != explained.verdicts[0] or several or record.key != explained.key:
        yield Told(record.verdict.state, _safe(record.verdict.text))
    if record.rev:
        number = f", the shop's id {_safe(record.remote_id)}" if record.remote_id else ""
        yield Told("dim", f"acknowledged {_moment(explained, record.acked_at)}, revision {record.rev}{number}")
    if record.tries:
        yield Told("dim", f"tried {record.tries:,} times since")
    yield from (_value(value) for value in record.values)


def _value(value: Value) -> Told:
    """One side if all say the same, else each by its name."""
    sides = {"EBMS": value.wanted, "acknowledged": value.acked, "shop": value.shows}
    known = {name: text for name, text in sides.items() if text is not None}
    if len(set(known.values())) == 1:
        return Told("value", _safe(next(iter(known.values()))), value.name)
    return Told("odd", "   ".join(f"{name}: {_safe(text) or '–'}" for name, text in known.items()), value.name)


def _order(explained: Explanation, order: OrderStory) -> Iterator[Told]:
    yield Told("dim", "")
    yield Told("head", f"Order {_safe(order.number)}")
    for label, text in (
        ("buyer", order.buyer),
        ("e-mail", order.email),
        ("total", order.total),
        ("in the shop", order.web_status),
        ("placed", order.placed_at),
        ("changed", order.updated_at),
        ("state here", order.state),
        ("received", _moment(explained, order.received_at)),
        ("written", _moment(explained, order.written_at)),
        ("shop told", _moment(explained, order.acked_at)),
        ("EBMS took it", _moment(explained, order.taken_at)),
        ("file", f"{order.folder} {order.file}".strip()),
    ):
        yield Told("value", _safe(text), label)
    yield from (Told("value", _safe(line), "line") for line in order.lines[:MOST])
    yield from _rest(len(order.lines), "lines")
    # What stops it comes first, so that it is not among those that are left out.
    for problem in sorted(order.problems, key=lambda problem: not problem.blocks)[:MOST]:
        yield Told("needs", _safe(f"{problem.field}: {problem.message} Seen: {problem.seen}."))
        yield Told("dim", _safe(f"{problem.hint} Expected: {problem.expected}." if problem.expected else problem.hint))
    yield from _rest(len(order.problems), "problems")
    yield from (Told("value", _safe(warning), "warning") for warning in order.warnings[:MOST])
    yield from _rest(len(order.warnings), "warnings")


def _rest(count: int, of_what: str) -> Iterator[Told]:
    """What is left out of a list that is too long to be read."""
    if count > MOST:
        yield Told("dim", f"… and {count - MOST:,} more {of_what}")


def _history(explained: Explanation) -> Iterator[Told]:
    yield Told("dim", "")
    yield Told("head", "What happened, newest first" if explained.history else "The log has nothing of it any more.")
    for line in explained.history:
        style = "event" if line.level == "info" else "needs"
        hint = f" {_safe(line.hint)}" if line.hint else ""
        yield Told(style, f"{_moment(explained, line.at)}  {_safe(line.text)}{hint}")
