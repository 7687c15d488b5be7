"""Reading a shop in pages: interrupted, restarted by another process, and fed by a shop that misbehaves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.store.making import NOW, Place, make_place
from webupdate.clock import SystemClock
from webupdate.errors import Retryable
from webupdate.store import commands, companies, inspections
from webupdate.store.db import open_store
from webupdate.store.queue import Wanted
from webupdate.store.secrets import open_vault
from webupdate.sync import errands, inspector
from webupdate.sync.errands import Errands
from webupdate.sync.shops.base import Abilities, Held, Item, Listing


class PagedShop:
    """Ten items, all as they were sent but one."""

    abilities = Abilities(
        entities=frozenset(("items",)), compares_rev=True, reserves_until_ack=True, order_statuses=(), max_batch=9
    )

    def __init__(self) -> None:
        self.pages = 0
        self.breaks_at = 0
        self.endless = False
        self.closed = False
        self.held = {f"I{n}": record("x" if n == 7 else f"I{n}") for n in range(10)}

    def listing(self, entity: str, after: str, limit: int) -> Listing:
        if self.closed:
            raise RuntimeError("Cannot send a request, as the client has been closed.")  # as httpx does
        self.pages += 1
        if self.pages == self.breaks_at:
            raise Retryable("The shop can't be reached.")
        keys = [key for key in self.held if key > after][:limit]
        if self.endless:
            keys = list(self.held)[:limit]
        return Listing(tuple(Held(entity=entity, key=key, data=self.held[key]) for key in keys), len(keys) == limit)

    def read(self, entity: str, keys: list[str]) -> list[Held]:
        return [Held(entity=entity, key=key, data=self.held.get(key)) for key in keys]


def record(title: str) -> bytes:
    return msgspec.json.encode(Item(category=None, title=title))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """Ten items that the shop has acknowledged; pages of three."""
    monkeypatch.setattr(inspector, "PAGE", 3)
    store = open_store(tmp_path / "store")
    place = make_place(store, open_vault(tmp_path / "key"), tmp_path)
    place.observe(*(Wanted(entity="items", key=f"I{n}", payload=record(f"I{n}")) for n in range(10)))
    place.upload(*(f"I{n}" for n in range(10)))
    yield place
    store.close()


class Reader:
    """The engine's part in it; `after` pages something else has to be done."""

    def __init__(self, place: Place, shop: PagedShop) -> None:
        self.place, self.shop = place, shop
        self.errands = Errands(place.store, SystemClock())

    def go_on(self, pages: int = 1000) -> bool:
        end = self.shop.pages + pages
        company, site = self.place.company, self.place.site
        return self.errands.go_on(company, site, lambda: self.shop, lambda: self.shop.pages >= end)  # type: ignore[arg-type, return-value]

    def found(self) -> inspections.Inspection:
        found = inspections.latest(self.place.store, self.place.site.id, "verify")
        assert found is not None
        return found


def ask(place: Place, *, fix: bool = False) -> None:
    commands.leave(place.store, "verify", company_id=place.company.id, fix=fix)
    (wish,) = commands.waiting(place.store, place.company.id)
    commands.finish(place.store, wish, errands.accept(place.store, place.company, wish, NOW))


def differing(reader: Reader) -> list[tuple[str, str]]:
    return [(one.key, one.kind) for one in inspections.differences(reader.place.store, reader.found())]


def test_an_interrupted_reading_goes_on_where_it_was(place: Place) -> None:
    ask(place)
    reader = Reader(place, PagedShop())
    assert reader.go_on(2) is False
    assert (reader.found().state, reader.found().numbers.read, reader.shop.pages) == ("running", 6, 2)
    reader.go_on()
    assert (reader.found().state, reader.found().numbers.read, reader.shop.pages) == ("done", 10, 4)
    assert differing(reader) == [("I7", "changed")]


def test_another_process_begins_it_anew(place: Place) -> None:
    ask(place)
    shop = PagedShop()
    Reader(place, shop).go_on(3)
    reader = Reader(place, shop)
    reader.go_on()
    assert (reader.found().state, reader.found().numbers.read) == ("done", 10)
    assert differing(reader) == [("I7", "changed")]


def test_changed_properties_begin_it_anew_over_the_new_connection(place: Place) -> None:
    ask(place)
    reader = Reader(place, PagedShop())
    reader.go_on(3)
    reader.shop.closed = True
    reader.shop = PagedShop()
    reader.go_on()
    assert (reader.found().state, reader.found().numbers.read) == ("done", 10)
    assert differing(reader) == [("I7", "changed")]


def test_a_shop_that_is_lost_meanwhile_ends_it_with_its_reason(place: Place) -> None:
    ask(place, fix=True)
    reader = Reader(place, PagedShop())
    reader.shop.breaks_at = 4  # after the page with the difference
    reader.go_on()
    assert (reader.found().state, reader.found().message) == ("failed", "The shop can't be reached.")
    assert place.sendable() == []


def test_a_repair_marks_exactly_what_differs(place: Place) -> None:
    ask(place, fix=True)
    reader = Reader(place, PagedShop())
    del reader.shop.held["I3"]
    assert reader.go_on() is True
    assert differing(reader) == [("I3", "missing"), ("I7", "changed")]
    assert sorted((row.key, row.sent is None) for row in place.sendable()) == [("I3", True), ("I7", False)]
    assert all(row.payload == record(row.key) for row in place.sendable())


class WithCustomers(PagedShop):
    """A shop that has accounts, too."""

    abilities = msgspec.structs.replace(PagedShop.abilities, entities=frozenset(("items", "customers")))


@pytest.mark.parametrize(("goes", "read", "waiting"), [("off", 10, 0), ("up", 20, 1)])
def test_customers_that_are_off_are_not_read(place: Place, goes: str, read: int, waiting: int) -> None:
    place.observe(Wanted(entity="customers", key="SMIJOE", payload=b"{}"))
    place.company = companies.change(place.store, place.vault, place.company, {"customers": goes})
    ask(place)
    reader = Reader(place, WithCustomers())
    reader.go_on()
    assert (reader.found().numbers.read, reader.found().numbers.waiting) == (read, waiting)


def test_a_listing_that_never_ends_is_left(place: Place) -> None:
    ask(place)
    reader = Reader(place, PagedShop())
    reader.shop.endless = True
    reader.go_on()
    assert reader.found().state == "done"
    assert differing(reader) == [("I7", "changed")]  # the others were asked for one by one


def test_what_comes_while_the_pages_are_read_is_not_missing(place: Place) -> None:
    ask(place)
    reader = Reader(place, PagedShop())
    late = reader.shop.held.pop("I0")
    reader.go_on(2)
    reader.shop.held["I0"] = late
    reader.go_on()
    assert differing(reader) == [("I7", "changed")]


def test_more_differences_than_are_kept_are_counted(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspections, "MOST_KEPT", 2)
    ask(place)
    reader = Reader(place, PagedShop())
    reader.shop.held.clear()
    reader.go_on()
    assert len(differing(reader)) == 2
    assert inspections.open_count(place.store, reader.found()) == 10


def test_the_first_look_at_a_new_shop_is_no_verify(place: Place) -> None:
    """Nothing ends it in Synchronization Progress: its row would work there for ever."""
    inspections.begin(place.store, place.site.id, "contact", NOW)
    Reader(place, PagedShop()).go_on(2)
    assert place.store.rows("SELECT action FROM status WHERE state = 'working'") == []
