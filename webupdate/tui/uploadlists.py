"""The records of the uploads: those that wait, those that the shop or a file refuses, those that were sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webupdate.store import board, companies, exports
from webupdate.store.db import Store
from webupdate.store.exports import Complaint
from webupdate.tui.entries import ERRORS, HISTORY, Entry, Numbers, holds, look, name_of, searched
from webupdate.tui.entries import of_complaint as complained
from webupdate.tui.glance import Place
from webupdate.tui.stages import FILES_OF_ITEMS, UPLOADS, with_complaints

if TYPE_CHECKING:
    from webupdate.sync.backlog import Waits
    from webupdate.sync.sendings import Sent


def numbers(store: Store, spot: Place, action: str) -> Numbers:
    """How many there are of an upload ("" = of all); of what was sent, those of a day."""
    complaints = exports.complaint_counts(store, spot.company.id)
    counts = with_complaints(board.counts(store, spot.site.id), complaints)
    kinds = [kind for kind in UPLOADS if action in ("", kind)]
    waiting, failed = (sum(counts.get(kind, (0, 0))[place] for kind in kinds) for place in (0, 1))
    return Numbers(waiting, failed, sum(spot.site.sent_today.get(kind, 0) for kind in kinds))


def entries(store: Store, spot: Place, action: str, which: str, find: str, limit: int, now: float) -> list[Entry]:
    """The first entries of one of the lists."""
    if which == HISTORY:
        # Imported only when it is needed: the screens start without the shops' connectors.
        from webupdate.sync.sendings import sent

        return [_of_sent(one) for one in sent(store, spot.site.id, action, find, limit, now)]
    told = [complained(*found) for found in _complaints(store, spot, action)] if which == ERRORS else []
    rows = _queued(store, spot, action, find, limit, now, failed=which == ERRORS)
    return [*(one for one in told if holds(one, find)), *map(_of_row, rows)][:limit]


def _queued(store: Store, spot: Place, action: str, find: str, limit: int, now: float, *, failed: bool) -> list[Waits]:
    from webupdate.sync.backlog import backlog

    company = companies.company_by_id(store, spot.company.id)
    site = next((site for site in company.sites if site.id == spot.site.id), None) if company else None
    if company is None or site is None:
        return []
    return backlog(store, company, site, action, find, limit, now, failed=failed)


def _complaints(store: Store, spot: Place, action: str) -> list[tuple[str, Complaint]]:
    """Problems of pictures and documents are told in their rows, all others where the files are read."""
    files = [file for file in FILES_OF_ITEMS if action in ("", file)]
    return [found for file in files for found in exports.complaints(store, spot.company.id, file)]


def _of_row(found: Waits) -> Entry:
    row = found.row
    glyph, tone = ("⚠", "warn") if found.why.state == "needs" else ("·", "dim")
    return Entry(
        id=f"row {row.id}",
        glyph=glyph,
        tone=tone,
        kind=row.entity,
        record=name_of(row.key),
        text=found.why.text.removeprefix("Waits: ").removeprefix("Refused: "),
        at=found.since,
        key=searched(row.entity, row.key, row.parent_key),
        row=row.id,
    )


def _of_sent(one: Sent) -> Entry:
    glyph, tone = look(one.level)
    return Entry(
        id=f"{one.entity} {one.key} {one.at} {one.text}",
        glyph=glyph,
        tone=tone,
        kind=one.entity,
        record=name_of(one.key),
        text=one.text,
        at=one.at,
        hint=one.hint,
        key=searched(one.entity, one.key),
        row=one.row,
    )
