"""What an upload tells of itself: counts, log lines, and its rows of Synchronization Progress."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from webupdate.store import board, exports, holds, outbox, reloads, rows
from webupdate.store.companies import CompanyInfo, SiteInfo
from webupdate.store.db import Store
from webupdate.store.holds import Hold
from webupdate.store.rows import Row
from webupdate.sync.pace import Pace
from webupdate.sync.parts import changes, titled
from webupdate.sync.shops.base import FILES, Result
from webupdate.sync.text import visible


class UploadBoard:
    """The telling of one upload of one site. `sent` and `hidden` count, by entity, what the shop has carried out."""

    def __init__(self, store: Store, company: CompanyInfo, site: SiteInfo, now: Callable[[], float]) -> None:
        self.store = store
        self.company = company
        self.site = site
        self.now = now
        self.sent: dict[str, int] = {}
        self.hidden: dict[str, int] = {}
        self.paces: dict[str, Pace] = {}  # by entity, and of all together

    def begin(self, batch: Sequence[Row]) -> None:
        """These records leave now."""
        for entity in {row.entity for row in batch} | {reloads.ALL}:
            self.paces.setdefault(entity, Pace()).begin(self.now())

    def describe(self, row: Row, result: Result) -> str:
        """What happened, before the acknowledgement replaces what the shop had."""
        changed = changes(row.entity, rows.last_acked(self.store, row), row.payload)
        return f"{titled(row.entity, row.key)}  {changed or result.status}"

    def tell(self, batch: Sequence[Row], done: Sequence[bool], texts: Sequence[str]) -> None:
        """Count and log the records of a batch that were carried out; `texts` describe its first ones."""
        carried = [row for row, carried in zip(batch, done, strict=True) if carried]
        self._count(carried)
        first = [(row, text) for row, carried, text in zip(batch, done, texts, strict=False) if carried]
        for row, text in first:
            self.event("info", f"↑ {text}", row)
        if len(carried) > len(first):
            self.event("info", f"↑ and {len(carried) - len(first):,} more", None)
        for entity in {row.entity for row in batch}:
            self._progress(entity)
        self.paces[reloads.ALL].count(len(carried), self.now())
        reloads.note_sum(self.store, self.site.id, self._rate(reloads.ALL))

    def _count(self, done: list[Row]) -> None:
        for row in done:
            self.sent[row.entity] = self.sent.get(row.entity, 0) + 1
            self.hidden[row.entity] = self.hidden.get(row.entity, 0) + row.hidden
        for entity in {row.entity for row in done}:
            count = sum(row.entity == entity for row in done)
            self.paces[entity].count(count, self.now())
            board.tally(self.store, self.site.id, entity, count, self.now())

    def event(self, level: str, text: str, row: Row | None) -> None:
        """Log something, of a record or of all."""
        board.log(
            self.store,
            text,
            level=level,
            company_id=self.company.id,
            site_id=self.site.id,
            entity=row.entity if row else "",
            key=row.key if row else "",
            now=self.now(),
        )

    def _progress(self, entity: str) -> None:
        """Tell how far this upload is; of a Complete Upload or Reload how far that one is, also after a restart."""
        waiting, failed = board.counts(self.store, self.site.id).get(entity, (0, 0))
        rate = self._rate(entity)
        under_way = reloads.note_progress(self.store, self.site.id, entity, rate)
        done, total = (under_way.done, under_way.total) if under_way else self._gone(entity, waiting)
        board.set_status(
            self.store,
            self.company.id,
            self.site.id,
            entity,
            "working" if waiting else "failed" if failed else "done",
            done=done,
            total=total,
            message=f"{failed:,} failed" if failed else "",
            rate=rate,
            now=self.now(),
        )

    def _rate(self, entity: str) -> float:
        return self.paces[entity].rate(self.now()) if entity in self.paces else 0.0

    def _gone(self, entity: str, waiting: int) -> tuple[int, int]:
        """How many went since there was something to send, over all turns, and of how many."""
        pace = self.paces.get(entity)
        done = pace.done if pace else 0
        return done, done + waiting

    def finish(self, entities: Mapping[str, str]) -> None:
        """Write the row of every entity at the end of a cycle; the text says why one does not go to this shop."""
        counts = board.counts(self.store, self.site.id)
        held = {hold.entity: hold for hold in holds.holds(self.store) if hold.site_id == self.site.id}
        unsound = Counter(file for file, _ in exports.complaints(self.store, self.company.id))
        with self.store.writing():
            for entity, off in entities.items():
                waiting, failed = (0, 0) if off else counts.get(entity, (0, 0))
                bad = unsound[entity] if entity in FILES else 0
                self._finish(entity, waiting, failed + bad, held.get(entity), off)

    def _finish(self, entity: str, waiting: int, failed: int, hold: Hold | None, off: str) -> None:
        sent = self.sent.get(entity, 0)
        under_way = reloads.note_progress(self.store, self.site.id, entity, 0.0) if waiting else None
        gone, of = self._gone(entity, waiting)
        done, total = (under_way.done, under_way.total) if under_way else (gone, of)
        message = f"{gone:,} sent" if sent else "nothing changed"
        if not waiting:
            self.paces.pop(entity, None)  # the next upload counts anew
        if not (off or sent or waiting or failed or hold):
            board.nothing_new(self.store, self.company.id, self.site.id, entity, message, self.now())
            return
        if off:
            message = off
        elif hold is not None:
            message = hold.message
        elif failed:
            message = f"{failed:,} failed"
        elif waiting:
            message = self._waits_for(entity) or "waits"
        board.set_status(
            self.store,
            self.company.id,
            self.site.id,
            entity,
            "failed" if failed or hold else "waiting" if waiting else "done",
            done=done,
            total=total,
            message=message,
            hint=hold.hint if hold else "",
            now=self.now(),
        )

    def _waits_for(self, entity: str) -> str:
        waiting = outbox.waiting_children(self.store, self.site.id, entity)
        return f"after {visible(waiting[0][1])}, which is not in the shop" if waiting else ""
