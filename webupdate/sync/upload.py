"""Sends what is dirty to one shop, stage by stage, and writes down what the shop said."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
from msgspec import Struct

from webupdate.errors import (
    BatchTooLarge,
    NeedsPerson,
    OutcomeUnknown,
    Retryable,
    Stopped,
    UsageError,
    WebUpdateError,
)
from webupdate.store import accounts, outbox, queue, rows
from webupdate.store.companies import CompanyInfo, SiteInfo
from webupdate.store.db import Store
from webupdate.store.rows import Row
from webupdate.sync.merge import fields_of
from webupdate.sync.parts import batches, holds_as_sent, name_of, part_of, refusal
from webupdate.sync.shops.base import ENTITIES, RECORDS, Bundle, Customer, Entity, Result, Shop
from webupdate.sync.uploadboard import UploadBoard

# What lives inside of an item and travels with it.
ITEM_PARTS = ("prices", "stock")
# A record on which the shop fails this often, sent alone, needs a person.
TRIES_ALONE = 8
LOGGED_PER_BATCH = 20
# A stage that found nothing to send rests for so many rounds of the others.
IDLE_ROUNDS = 16
# Seconds after which a customer goes again that the shop had changed in between.
MERGE_FIRST = 5.0
# Revisions are microseconds: these are a century ahead, and the counter must not run out of 64 bits.
MOST_REV = 2**62
_LOOK_AT_PLUGIN = "Look at the shop's sync plugin, then press Retry."


class Stage(Struct, frozen=True):
    """One step of a cycle: the records of an entity that are put, or those that are hidden and deleted."""

    entity: str
    puts: bool


# Parents before children; what goes, goes in reverse.
STAGES = (
    *(Stage(entity, True) for entity in ENTITIES),
    *(Stage(entity, False) for entity in reversed(ENTITIES)),
)


class Upload:
    """The upload of one site. `now` tells the time, `stopping` whether to end between two batches."""

    entities: tuple[Entity, ...] = RECORDS

    def __init__(
        self,
        store: Store,
        company: CompanyInfo,
        site: SiteInfo,
        shop: Shop,
        now: Callable[[], float],
        stopping: Callable[[], bool],
    ) -> None:
        self.store = store
        self.company = company
        self.site = site
        self.shop = shop
        self.now = now
        self.stopping = stopping
        self.board = UploadBoard(store, company, site, now)
        self.full = self.largest = shop.abilities.max_batch
        self.held_back: frozenset[str] = frozenset()  # entities that wait for a later cycle
        self._rests: dict[Stage, int] = {}  # rounds for which a stage that found nothing is not looked at
        self.last: Stage | None = None  # the stage that had the last turn of an upload that was interrupted

    def run(self, only: Sequence[str] | None = None, *, until: float | None = None, since: int = 0) -> bool:
        """Send what can be sent now, of revision `since` and later. True if time `until` came before its end.

        The stages take turns batch by batch, so that a long upload of items does not hold a changed price; one
        batch goes in any case, so that what is saved all the time does not hold up the rest.
        Raises what stops the whole site: Retryable, OutcomeUnknown, Stopped.
        """
        entities = (self.carried - self.held_back).intersection(only or self.entities)
        stages = [stage for stage in STAGES if stage.entity in entities]
        while self._round(stages, since) and not self.stopping():
            if until is not None and self.now() >= until:
                return True
        return False

    @property
    def carried(self) -> frozenset[str]:
        """The entities that go to this shop."""
        return self.shop.abilities.entities - self._switched_off()

    def _round(self, stages: list[Stage], since: int) -> bool:
        """A turn of every stage; False if none had anything to send. One that was interrupted goes on where it was.

        To find nothing among 100,000 records that wait takes as long as to send a batch: so a stage that found
        nothing rests for a while, as long as others are busy. What was saved just now (`since`) never waits for that.
        """
        start = stages.index(self.last) + 1 if self.last in stages and not since else 0
        due = [stage for stage in stages[start:] + stages[:start] if since or not self._resting(stage)]
        busy = False
        for stage in due:
            if self._turn(stage, since):
                busy = True
                self._rests.pop(stage, None)
                if self.stopping():
                    self.last = self.last if since else stage
                    return True
            elif not since:
                self._rests[stage] = IDLE_ROUNDS
        self.last = self.last if since else None
        if not busy and len(due) < len(stages):
            self._rests.clear()
            return True  # now all of them are asked
        return busy

    def _resting(self, stage: Stage) -> bool:
        left = self._rests.get(stage, 0)
        self._rests[stage] = max(0, left - 1)
        return left > 0

    def _switched_off(self) -> set[str]:
        return {"customers"} if self.site.values["customers"] == "off" else set()

    def settle_doubts(self) -> None:
        """Read back what an old request, running unseen, may have changed after it was sent again."""
        if self.shop.abilities.compares_rev:
            return
        for row in outbox.in_doubt(self.store, self.site.id, self.now(), self.largest):
            held = self.shop.read(row.entity, [row.key])[0]
            expected = rows.acked_payload(self.store, row)
            queue.settle(self.store, row, same=holds_as_sent(row, held, expected, self.shop.abilities))

    def _turn(self, stage: Stage, since: int) -> bool:
        """Send one batch of a stage; False when it has nothing to send."""
        items = stage == Stage("items", True)
        limit = max(1, self.largest // 2) if items else self.largest
        rows = outbox.sendable(self.store, self.site.id, stage.entity, self.now(), limit, puts=stage.puts, since=since)
        if not rows:
            return False
        # Records that failed before go in ever smaller batches, until the culprit stands alone.
        fewest, size = rows[0].tries, self.largest
        rows = [row for row in rows if row.tries == fewest][: max(1, size >> fewest)]
        self._send(batches(self._bundles(rows) if items else [[row] for row in rows], size)[0])
        return True

    def _bundles(self, items: list[Row]) -> list[list[Row]]:
        children = outbox.ready_children(self.store, items, ITEM_PARTS, self.now())
        by_item: dict[str, list[Row]] = {row.key: [row] for row in items}
        for child in children:
            bundle = by_item[child.parent_key or ""]
            if len(bundle) < self.largest:
                bundle.append(child)
        return list(by_item.values())

    def _send(self, batch: list[list[Row]]) -> None:
        rows = [row for bundle in batch for row in bundle]
        self.board.begin(rows)
        abilities = self.shop.abilities
        life = None if abilities.compares_rev else float(self.site.values["request_life"])
        queue.begin(self.store, rows, self.now(), life)
        try:
            results = self._request(rows, batch)
            if results is not None:
                self._take(rows, results)
        except OutcomeUnknown as error:
            queue.outcome_unknown(self.store, rows, self.now())
            self._give_up(rows, error)
            raise

    def _request(self, rows: list[Row], batch: list[list[Row]]) -> list[Result] | None:
        """The shop's results; None when it refused the request as a whole and the records go in another way.

        Only what surely was not carried out is put back; else the rows stay '?', as they were marked before.
        """
        try:
            return self.shop.upsert([Bundle(tuple(part_of(row) for row in bundle)) for bundle in batch])
        except BatchTooLarge:
            self._smaller(rows)
        except NeedsPerson as error:
            queue.not_sent(self.store, rows, self.now())
            self._refused_batch(rows, error)
        except (Retryable, Stopped, UsageError) as error:
            if not isinstance(error, Retryable) or error.certain:
                queue.not_sent(self.store, rows, self.now())
            raise
        return None

    def _take(self, rows: list[Row], results: list[Result]) -> None:
        if [(row.entity, row.key) for row in rows] != [(result.entity, result.key) for result in results]:
            raise OutcomeUnknown(
                f"{self.site.name} answered {len(results)} results for {len(rows)} records, or in another order.",
                "The records are sent again. If it stays so, the shop's plugin and this program do not fit.",
            )
        with self.store.writing():
            texts = [
                self.board.describe(row, result)
                for row, result in list(zip(rows, results, strict=True))[:LOGGED_PER_BATCH]
            ]
            done = [self._one(row, result) for row, result in zip(rows, results, strict=True)]
            self.board.tell(rows, done, texts)

    def _one(self, row: Row, result: Result) -> bool:
        """Write down one result; True when the shop carried it out."""
        if result.status == "refused":
            self._refuse(row, refusal(row, result))
        elif result.status == "lost":
            if row.sent is None:
                self._refuse(row, f"{name_of(row)}: the shop says that it lost what it was to make. {_LOOK_AT_PLUGIN}")
            else:
                queue.lost(self.store, row)
        elif result.status == "changed":
            # The accounts feed is read before customers are sent again; what the buyer changed is merged then.
            queue.not_sent(self.store, [row], self.now() + MERGE_FIRST)
        elif result.status == "stale":
            if result.rev > MOST_REV:
                self._refuse(row, f"{name_of(row)}: the shop holds an absurd revision, {result.rev}. {_LOOK_AT_PLUGIN}")
            elif not queue.stale(self.store, self.company.id, row, result.rev, self.now()):
                self._refuse(
                    row,
                    f"{name_of(row)}: the shop holds a newer version again and again. "
                    "Another program writes to this shop; stop it, then press Retry.",
                )
        else:
            queue.ack(
                self.store,
                row,
                created=result.status == "created",
                remote_id=result.remote_id,
                now=self.now(),
            )
            if row.entity == "customers" and row.payload is not None:
                shown = fields_of(msgspec.json.decode(row.payload, type=Customer))
                accounts.sent(self.store, self.site.id, row.key, shown)
            return True
        return False

    def _refuse(self, row: Row, message: str) -> None:
        queue.refuse(self.store, row, message)
        self.board.event("error", message, row)

    def finish(self) -> None:
        """Write the row of every entity at the end of a cycle."""
        self.board.finish({entity: self._why_not(entity) for entity in self.entities})

    def _why_not(self, entity: str) -> str:
        """Why an entity does not go to this shop, "" if it does."""
        if entity in self._switched_off():
            return "off, by the property Customers"
        able = self.shop.abilities
        if entity in able.entities:
            return ""
        return "no gateway is named" if entity == "payments" and able.names_gateways else "not carried by this shop"

    def _smaller(self, rows: list[Row]) -> None:
        """The batch was too large for the shop: half of it next time; one record alone needs a person."""
        queue.not_sent(self.store, rows, self.now())
        if len(rows) == 1:
            self._refuse(rows[0], f"{name_of(rows[0])} is larger than the shop takes. Shorten its texts in EBMS.")
        self._resize(rows)

    def _refused_batch(self, rows: list[Row], error: NeedsPerson) -> None:
        """The shop refused the request as a whole: alone, each record shows whether it is to blame."""
        if len(rows) == 1:
            self._refuse(rows[0], f"{name_of(rows[0])}: {error}")
        self._resize(rows)

    def _resize(self, rows: list[Row]) -> None:
        """Half of a batch that did not go; full size again once the culprit stood alone."""
        self.largest = self.full if len(rows) == 1 else max(1, min(self.largest, len(rows)) // 2)

    def _give_up(self, rows: list[Row], error: WebUpdateError) -> None:
        if len(rows) == 1 and rows[0].tries + 1 >= TRIES_ALONE:
            message = f"{name_of(rows[0])}: sent {TRIES_ALONE} times without an answer. {error}"
            self.store.sql("UPDATE queue SET error = ? WHERE id = ?", message, rows[0].id)
            self.board.event("error", message, rows[0])
