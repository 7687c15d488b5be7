"""Reads back what a shop holds, page by page, and can be interrupted between two pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from webupdate.store import board, drift, exports, inspections
from webupdate.store.companies import CompanyInfo, SiteInfo
from webupdate.store.db import Store
from webupdate.store.drift import Expected
from webupdate.store.inspections import CHANGED, EXTRA, FOREIGN, MISSING, Difference, Inspection, Numbers
from webupdate.store.queue import digest
from webupdate.sync import compare
from webupdate.sync.shops.base import ENTITIES, Entity, Held, Shop

PAGE = 200
STATUS_ROW = "verify"
Fields = tuple[tuple[str, str, str], ...]  # name, what the shop has, what it should have


class Inspector:
    """One reading of a site's shop. `go_on` returns True when it has ended; raises the shop's errors."""

    def __init__(
        self,
        store: Store,
        company: CompanyInfo,
        site: SiteInfo,
        shop: Shop,
        found: Inspection,
        now: Callable[[], float],
    ) -> None:
        self.store = store
        self.company = company
        self.site = site
        self.shop = shop
        self.found = found
        self.now = now
        self.counted: dict[str, int] = {}
        self.foreign_of: dict[str, int] = {}
        self.entities = self.to_read()
        self._todo = list(self.entities)
        self._after = ""
        self._seen: set[str] = set()
        self.total = drift.known_count(store, site.id, self.entities)
        inspections.restart(store, found.id)

    def to_read(self) -> list[Entity]:
        """The entities that are read, in their order."""
        return [entity for entity in ENTITIES if entity in self.shop.abilities.entities]

    def go_on(self, interrupted: Callable[[], bool]) -> bool:
        """Read on where it was."""
        while self._todo:
            if interrupted():
                return False
            self._page(self._todo[0])
            self.tell_progress()
        self.finish()
        return True

    def _page(self, entity: Entity) -> None:
        page = self.shop.listing(entity, self._after, PAGE)
        fresh = [held for held in page.records if held.data is not None and held.key not in self._seen]
        self._count("read", len(fresh))
        self._keep(self.met(entity, fresh))
        self._seen.update(held.key for held in fresh)
        if page.more and fresh:  # a listing that says "more" and gives nothing new would never end
            self._after = page.records[-1].key
            return
        self._keep(self.not_met(entity, self._seen))
        self._todo.pop(0)
        self._after, self._seen = "", set()

    def met(self, entity: Entity, records: list[Held]) -> Iterable[Difference]:
        """What is to be said of records that the shop holds."""
        raise NotImplementedError

    def not_met(self, entity: Entity, seen: set[str]) -> Iterable[Difference]:
        """What is to be said of records that are not among those that the shop holds."""
        return ()

    def finish(self) -> None:
        """All is read."""

    def tell_progress(self) -> None:
        """A page is read."""

    def _count(self, name: str, count: int = 1) -> None:
        self.counted[name] = self.counted.get(name, 0) + count

    def foreign(self, entity: Entity, held: Held) -> Difference:
        """A record that was never sent from here: reported, never touched."""
        self._count("foreign")
        self.foreign_of[entity] = self.foreign_of.get(entity, 0) + 1
        return Difference(entity=entity, key=held.key, kind=FOREIGN)

    def _keep(self, found: Iterable[Difference]) -> None:
        found = list(found)
        self._count("differing", sum(difference.kind != FOREIGN for difference in found))
        inspections.progress(self.store, self.found.id, self.numbers(), found)

    def numbers(self) -> Numbers:
        """What was counted so far."""
        return Numbers(
            read=self.counted.get("read", 0),
            differing=self.counted.get("differing", 0),
            waiting=drift.waiting(self.store, self.site.id, self.entities),
            foreign=self.counted.get("foreign", 0),
            foreign_of=self.foreign_of,
        )


class Verify(Inspector):
    """Compares all that the shop holds with what it should hold."""

    def to_read(self) -> list[Entity]:
        """Customers that are switched off stay as they are: nothing can be said of them, and nothing repaired."""
        off = {"customers"} if self.site.values["customers"] == "off" else set()
        return [entity for entity in super().to_read() if entity not in off]

    def met(self, entity: Entity, records: list[Held]) -> Iterable[Difference]:
        known = drift.expected(self.store, self.site.id, entity, [held.key for held in records])
        renamed = drift.old_keys(self.store, self.site.id, entity)
        for held in records:
            row = known.get(held.key)
            if row is not None:
                yield from self._compare(entity, held, row)
            # Every item has a stock in a shop: one of an item that EBMS does not count is no find of its own.
            elif entity != "stock" and held.key not in renamed:
                yield self.foreign(entity, held)

    def not_met(self, entity: Entity, seen: set[str]) -> Iterable[Difference]:
        keys = [key for key in drift.to_be_there(self.store, self.site.id, entity) if key not in seen]
        for start in range(0, len(keys), PAGE):
            yield from self._asked_again(entity, keys[start : start + PAGE])

    def _asked_again(self, entity: Entity, keys: list[str]) -> Iterable[Difference]:
        """Records that were not listed: perhaps they came while the pages were read."""
        known = drift.expected(self.store, self.site.id, entity, keys)
        for held in self.shop.read(entity, keys):
            if held.data is not None:
                yield from self._compare(entity, held, known[held.key])
            elif not known[held.key].waits:
                yield Difference(entity=entity, key=held.key, kind=MISSING)

    def _compare(self, entity: Entity, held: Held, row: Expected) -> Iterable[Difference]:
        assert held.data is not None
        if not row.waits and (fields := self._differing(entity, held.data, row)):
            kind = EXTRA if row.gone or row.hidden else CHANGED
            yield Difference(entity=entity, key=held.key, kind=kind, held=digest(held.data), fields=fields)

    def _differing(self, entity: Entity, held: bytes, row: Expected) -> Fields:
        if row.hidden:
            return (("shown", "yes", "no"),) if compare.is_shown(held) else ()
        if row.gone:
            return self._left_over(entity, held)
        return self._fields(entity, held, row.wanted or held)

    def _left_over(self, entity: Entity, held: bytes) -> Fields:
        """What is still there of a record that should be gone. No pieces left of an item is as good as no stock."""
        content = compare.fields_of(entity, held)
        if entity == "stock" and not self._fields(entity, held, b'{"item": "", "quantity": "0"}', "quantity"):
            return ()
        name = next((name for name in ("title", "name", "price", "quantity", "login") if name in content), "")
        return ((name, compare.shown(content.get(name)), ""),)

    def _fields(self, entity: Entity, held: bytes, wanted: bytes, only: str = "") -> Fields:
        found = compare.differing(entity, held, wanted, self.shop.abilities)
        return tuple((field.name, field.held, field.wanted) for field in found if only in ("", field.name))

    def finish(self) -> None:
        numbers = self.numbers()
        again, forced = 0, False
        with self.store.writing():
            inspections.progress(self.store, self.found.id, numbers, ())
            inspections.end(self.store, self.found.id, self.now())
            if self.found.fix:
                again, forced = inspections.mend(self.store, self.found, ENTITIES, self.now())
            if forced:
                exports.force(self.store, self.company.id)
            self._tell_outcome(numbers, again)

    def tell_progress(self) -> None:
        read = self.counted.get("read", 0)
        seconds = max(0.1, self.now() - self.found.started_at)
        total = max(read, self.total)
        self._tell("working", done=read, total=total, rate=read / seconds)

    def _tell(self, state: str, message: str = "", *, done: int, total: int, rate: float = 0.0) -> None:
        """Write the row of Synchronization Progress."""
        board.set_status(
            self.store, self.company.id, self.site.id, STATUS_ROW, state,
            done=done, total=total, message=message, rate=rate, now=self.now(),
        )  # fmt: skip

    def _tell_outcome(self, numbers: Numbers, again: int) -> None:
        text = (
            f"{numbers.differing:,} of {numbers.read:,} differ" if numbers.differing else f"all {numbers.read:,} agree"
        )
        if again:
            text += f", {again:,} go again"
        self._tell("failed" if numbers.differing > again else "done", text, done=numbers.read, total=numbers.read)
        board.log(
            self.store, f"Verify of {self.site.name}: {text}", level="warning" if numbers.differing else "info",
            company_id=self.company.id, site_id=self.site.id, now=self.now(),
        )  # fmt: skip
