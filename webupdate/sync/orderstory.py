"""An order's way from the shop to EBMS, as Explain tells it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from webupdate.orderkinds import KINDS, LATER
from webupdate.store.companies import CompanyInfo
from webupdate.store.inbox import Finding, Order
from webupdate.sync.stored import read_order
from webupdate.sync.verdict import Verdict


class OrderStory(Struct, frozen=True, kw_only=True):
    """Where an order is; times in seconds since 1970, those of the shop as it wrote them."""

    verdict: Verdict
    number: str
    state: str
    web_status: str
    placed_at: str
    updated_at: str
    buyer: str
    email: str
    total: str
    received_at: float
    written_at: float | None
    acked_at: float | None
    taken_at: float | None
    file: str
    folder: str
    lines: tuple[str, ...]
    problems: tuple[Finding, ...]
    warnings: tuple[str, ...]


def summed_up(first_problems: Sequence[Finding]) -> tuple[str, str]:
    """Many orders that need a person, by the first problem of each: what the log says, and what to do."""
    counts = Counter(KINDS[problem.kind].name.lower() for problem in first_problems if problem.kind in KINDS)
    kinds = ", ".join(f"{name} ({count:,})" for name, count in counts.most_common())
    hint = "Resolve Error (r) steps through them; one answer may do for all alike. Or: webupdate conflicts"
    return f"{len(first_problems):,} orders need you: {kinds}", hint


def story_of(order: Order, company: CompanyInfo, now: float) -> OrderStory:
    """The story of an order in the inbox."""
    content = read_order(order)
    return OrderStory(
        verdict=_verdict(order, company, now),
        number=order.number,
        state=order.state,
        web_status=order.web_status,
        placed_at=order.placed_at,
        updated_at=order.updated_at,
        buyer=order.buyer,
        email=content.email,
        total=order.total,
        received_at=order.received_at,
        written_at=order.written_at,
        acked_at=order.acked_at,
        taken_at=order.taken_at,
        file=order.file_name or "",
        folder=order.folder or "",
        lines=tuple(f"{line.quantity} × {line.sku} {line.title}" for line in content.lines),
        problems=order.problems,
        warnings=order.warnings,
    )


def _verdict(order: Order, company: CompanyInfo, now: float) -> Verdict:
    def clock(at: float | None) -> str:
        zone = ZoneInfo(company.values["time_zone"])
        moment, today = (datetime.fromtimestamp(time, zone) for time in (at or 0, now))
        return f"{moment:%H:%M}" if moment.date() == today.date() else f"{moment:%Y-%m-%d %H:%M}"

    if order.error:
        return Verdict("needs", f"Stopped: {order.error}")
    if order.state == "conflict":
        blocking = [finding.message for finding in order.problems if finding.blocks]
        return Verdict("needs", f"Waits for an answer: {' '.join(blocking)}")
    if order.newer is not None:
        asked = [finding.message for finding in order.problems if finding.kind == LATER]
        return Verdict("needs", f"Waits for an answer: {' '.join(asked)}")
    if order.state == "closed":
        return Verdict("ok", "Closed: no file was written. Its history says why.")
    if order.state not in ("written", "acked"):
        return Verdict("waits", f"Waits: it came at {clock(order.received_at)} and is written at the next turn.")
    written = f"it was written as {order.file_name} at {clock(order.written_at)}"
    if order.state == "written":
        return Verdict("waits", f"On its way: {written}; the shop was not told yet.")
    if order.taken_at is None:
        return Verdict("ok", f"Done: {written} and waits in the order folder for EBMS; the shop knows.")
    return Verdict("ok", f"Done: {written}, EBMS took it by {clock(order.taken_at)}; the shop knows.")
