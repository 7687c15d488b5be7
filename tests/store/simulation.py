"""Random histories run on the real queue and upload code, with a model of a shop at the other end.

The world: two items with a price each. Things happen to the export, to the request, to the process; at the end
everything is allowed to finish, and the shop must hold what the export holds.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO, Literal

import msgspec

from webupdate.errors import OutcomeUnknown
from webupdate.store import queue, reloads, renames
from webupdate.store.companies import CompanyInfo, company_by_id
from webupdate.store.db import Store, open_store
from webupdate.store.queue import Wanted
from webupdate.sync.shops.base import (
    Abilities,
    AccountPage,
    Bundle,
    Content,
    Held,
    Item,
    Listing,
    OrderPage,
    Part,
    Price,
    Result,
    ShopInfo,
    ShopSettings,
)
from webupdate.sync.upload import Upload

LIFE = 120.0
KEYS = ("a", "b", "c")
Step = tuple[str, str, int]
RELOADS = ("complete upload", "reload items", "reload prices")
EXPORT_STEPS = ("edit item", "edit price", "drop item", "drop price", "rename item")
UPLOADS = ("fine", "crash before send", "crash before ack", "no answer", "late", "edit meanwhile")
STEPS = (*EXPORT_STEPS, *(f"upload {how}" for how in UPLOADS), *RELOADS, "wait", "long wait", "store lost")


class Crash(BaseException):
    """kill -9: nothing after it runs, so nothing may catch it."""


class ModelShop:
    """A shop in a dictionary. An item's price lives inside of the item and goes with it."""

    def __init__(self, *, compares_rev: bool) -> None:
        self.abilities = Abilities(
            entities=frozenset(("items", "prices")),
            compares_rev=compares_rev,
            order_statuses=(),
            reserves_until_ack=True,
            max_batch=4,
        )
        self.data: dict[tuple[str, str], bytes] = {}
        self.revs: dict[tuple[str, str], int] = {}
        self.late: list[tuple[float, list[Part]]] = []
        self.world: World | None = None
        self.how = "fine"

    def configure(self, settings: ShopSettings) -> None:
        pass

    def upsert(self, bundles: list[Bundle]) -> list[Result]:
        parts = [part for bundle in bundles for part in bundle.parts]
        how, self.how = self.how, "fine"
        assert self.world is not None
        if how == "crash before send":
            raise Crash
        if how == "late":
            self.late.append((self.world.now + LIFE * 0.9, parts))
            raise OutcomeUnknown("no answer")
        results = [self.carry_out(part) for part in parts]
        if how == "crash before ack":
            raise Crash
        if how == "no answer":
            raise OutcomeUnknown("no answer")
        if how == "edit meanwhile":
            self.world.edit(parts[0].entity, parts[0].key[0])
        return results

    def carry_out(self, part: Part) -> Result:
        place = (part.entity, part.key)
        held = self.revs.get(place, 0)
        if self.abilities.compares_rev and part.rev < held:
            return Result(entity=part.entity, key=part.key, status="stale", rev=held)
        if part.op == "put" and part.entity == "prices" and ("items", part.key) not in self.data:
            return Result(entity=part.entity, key=part.key, status="refused", message="no such item")
        self.rename(part)
        self.revs[place] = part.rev
        return Result(entity=part.entity, key=part.key, status=self.change(place, part.data), rev=part.rev)

    def rename(self, part: Part) -> None:
        """The record goes on under its new key, with the price that lives inside of it. The old key is closed in any
        case: a late request may still come for it."""
        if not part.was:
            return
        for entity in ("items", "prices"):
            self.revs[entity, part.was] = max(part.rev, self.revs.get((entity, part.was), 0))
        if ("items", part.was) not in self.data or ("items", part.key) in self.data:
            return
        for entity in ("items", "prices"):
            if (held := self.data.pop((entity, part.was), None)) is not None:
                self.data[entity, part.key] = held

    def change(self, place: tuple[str, str], data: bytes | None) -> Literal["created", "updated", "deleted"]:
        known = place in self.data
        if data is not None:
            self.data[place] = data
            return "updated" if known else "created"
        self.data.pop(place, None)
        if place[0] == "items":
            self.data.pop(("prices", place[1]), None)
        return "deleted"

    def deliver_late(self, now: float) -> None:
        due = [parts for at, parts in self.late if at <= now]
        self.late = [entry for entry in self.late if entry[0] > now]
        for parts in due:
            for part in parts:
                self.carry_out(part)

    def read(self, entity: str, keys: list[str]) -> list[Held]:
        return [Held(entity=entity, key=key, data=self.data.get((entity, key))) for key in keys]

    def check(self) -> ShopInfo:
        return ShopInfo(name="", version="", currency="", clock=time.time())

    def send_content(
        self, content: Content, stream: BinaryIO, progress: Callable[[int], None], stopping: Callable[[], bool]
    ) -> bool:
        raise NotImplementedError

    def listing(self, entity: str, after: str, limit: int) -> Listing:
        raise NotImplementedError

    def accounts(self, cursor: str, *, to_merge: bool = False) -> AccountPage:
        return AccountPage((), cursor, False)  # nobody makes an account here

    def orders(self, cursor: str, since: str, statuses: tuple[str, ...]) -> OrderPage:
        raise NotImplementedError

    def acknowledge(self, order_id: str, written_as: str) -> None:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError


class World:
    """The export, the store and the shop, and what can happen to them."""

    def __init__(self, store: Store, *, compares_rev: bool) -> None:
        self.store = store
        self.now = 1_700_000_000.0
        self.versions = {("items", "a"): 1, ("prices", "a"): 1, ("items", "b"): 1}
        self.shop = ModelShop(compares_rev=compares_rev)
        self.shop.world = self
        self.orphans: set[tuple[str, str]] = set()
        self.company = self.fresh_store()

    def fresh_store(self) -> CompanyInfo:
        for table in ("company", "site", "queue", "acked", "counts", "tally", "event", "status", "reload"):
            self.store.sql(f"DELETE FROM {table}")
        self.store.sql("INSERT INTO company (id, name, created_at) VALUES (1, 'x', 0)")
        self.store.sql("INSERT INTO site (id, company_id, name, created_at) VALUES (1, 1, 'x', 0)")
        company = company_by_id(self.store, 1)
        assert company is not None
        return company

    def run(self, steps: Iterable[Step]) -> None:
        self.observe()
        for what, key, number in steps:
            self.now += 1.0
            self.shop.deliver_late(self.now)
            self.do(what, key, number)
        self.finish()

    def do(self, what: str, key: str, number: int) -> None:
        if what in ("edit item", "edit price"):
            self.edit(what.removeprefix("edit ") + "s", key, number)
        elif what in ("drop item", "drop price"):
            self.versions.pop((what.removeprefix("drop ") + "s", key), None)
            self.observe()
        elif what == "rename item":
            self.rename(key, KEYS[(KEYS.index(key) + number) % len(KEYS)])
        elif what.startswith("upload "):
            self.upload(what.removeprefix("upload "))
        elif what in RELOADS:
            entities = () if what == "complete upload" else (what.removeprefix("reload "),)
            reloads.begin(self.store, 1, 1, entities, self.now)
            self.observe()
        elif what == "store lost":
            self.lose_store()
        else:
            self.now += LIFE / 3 if what == "wait" else LIFE * 2

    def lose_store(self) -> None:
        """Only a shop that compares revisions is safe from requests that a lost store had sent."""
        if self.shop.abilities.compares_rev:
            self.orphans |= set(self.shop.data) | {
                (part.entity, part.key) for _, parts in self.shop.late for part in parts
            }
            self.company = self.fresh_store()
            self.observe()

    def edit(self, entity: str, key: str, number: int = 7) -> None:
        """Few versions, so that values come back: A, B and A again."""
        self.versions[entity, key] = number
        self.observe()

    def rename(self, old: str, new: str) -> None:
        """What detection does of the same AUTOID under a new ID: the new record first, then the rename."""
        taken = {key for _, key in (*self.versions, *self.orphans)}  # a stranger in the shop is a person's case
        if ("items", old) not in self.versions or new in taken:
            return
        for entity in ("items", "prices"):
            if (version := self.versions.pop((entity, old), None)) is not None:
                self.versions[entity, new] = version
        queue.observe(self.store, 1, 1, [entry for entry in self.wanted() if entry.op == "put"], self.now)
        renames.rename(self.store, 1, "items", old, new)
        self.observe()

    def record(self, entity: str, key: str, version: int) -> bytes:
        if entity == "items":
            return msgspec.json.encode(Item(category=None, title=f"version {version}"))
        return msgspec.json.encode(Price(item=key, level="Retail", unit="EA", price=f"{version}.00"))

    def observe(self) -> None:
        queue.observe(self.store, 1, 1, self.wanted(), self.now)

    def wanted(self) -> list[Wanted]:
        wanted = []
        for entity in ("items", "prices"):
            for key in KEYS:
                version = self.versions.get((entity, key))
                parent = ("items", key) if entity == "prices" else None
                if version is None:
                    wanted.append(Wanted(entity=entity, key=key, op="delete"))
                else:
                    payload = self.record(entity, key, version)
                    wanted.append(Wanted(entity=entity, key=key, parent=parent, payload=payload))
        return wanted

    def upload(self, how: str) -> None:
        self.shop.how = how
        upload = Upload(self.store, self.company, self.company.sites[0], self.shop, lambda: self.now, lambda: False)
        try:
            upload.settle_doubts()
            upload.run()
            reloads.end(self.store, 1, lambda _: True)
        except (Crash, OutcomeUnknown):
            pass
        self.shop.how = "fine"

    def finish(self) -> None:
        for _ in range(8):
            self.now += LIFE * 2
            self.shop.deliver_late(self.now)
            self.observe()
            self.upload("fine")

    def differences(self) -> list[str]:
        """What the shop holds otherwise than it should; empty when all is well."""
        expected = {
            (entity, key): self.record(entity, key, version)
            for (entity, key), version in self.versions.items()
            if entity == "items" or ("items", key) in self.versions
        }
        extra = set(self.shop.data) - set(expected) - self.orphans
        wrong = [
            f"{place}: {self.shop.data.get(place)!r}"
            for place in expected
            if self.shop.data.get(place) != expected[place]
        ]
        failed = self.store.rows("SELECT entity, key, error FROM queue WHERE error IS NOT NULL AND seen IS NOT sent")
        wrong += [f"still under way: {entry}" for entry in reloads.running(self.store)]
        return wrong + [f"extra {place}" for place in extra] + [str(row) for row in failed]


def random_history(seed: int) -> list[Step]:
    """A history for a seed; edits and uploads are the most frequent."""
    source = random.Random(seed)
    weights = [6 if step.startswith("edit") else 3 if step.startswith("upload") else 2 for step in STEPS]
    whats = source.choices(STEPS, weights, k=source.randint(5, 40))
    return [(what, source.choice(KEYS), source.randint(1, 3)) for what in whats]


def open_fast_store(path: Path) -> Store:
    """A real store without waiting for the disk: the histories kill processes, not machines."""
    store = open_store(path)
    store.sql("PRAGMA synchronous = OFF")
    return store


def outcome(store: Store, steps: Iterable[Step], *, compares_rev: bool) -> list[str]:
    """Run a history; what is wrong at the end."""
    world = World(store, compares_rev=compares_rev)
    world.run(steps)
    return world.differences()
