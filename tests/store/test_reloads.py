"""Complete Uploads and Reloads in the store: what belongs to one, how far it is, when it is over."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.store.making import NOW, Place, put
from webupdate.store import companies, queue, reloads
from webupdate.store.db import open_store
from webupdate.store.reloads import Ended
from webupdate.store.schema import MIGRATIONS


def price(item: str, text: str = "1") -> queue.Wanted:
    return put(f"{item}\tRetail", text, entity="prices", parent=item)


@pytest.fixture
def full(place: Place) -> Place:
    """Two items with a price each, all in the shop."""
    place.observe(put("A"), put("B"), price("A"), price("B"))
    place.upload("A", "B")
    place.upload("A\tRetail", "B\tRetail", entity="prices")
    return place


def begin(place: Place, *entities: str) -> int:
    count = reloads.begin(place.store, place.company.id, place.site.id, entities, NOW)
    place.observe(put("A"), put("B"), price("A"), price("B"))  # the export is read again
    return count


def end(place: Place) -> list[Ended]:
    return reloads.end(place.store, place.site.id, lambda _: True)


def numbers(place: Place) -> dict[str, tuple[int, int]]:
    for entity in ("items", "prices"):
        reloads.note_progress(place.store, place.site.id, entity, 24.0)
    reloads.note_sum(place.store, place.site.id, 24.0)
    return {entry.entity: (entry.done, entry.total) for entry in reloads.running(place.store, place.site.id)}


def test_progress_is_known_for_each_entity_and_together(full: Place) -> None:
    assert begin(full) == 4
    full.upload("A")
    assert numbers(full) == {"": (1, 4), "items": (1, 2), "prices": (0, 2)}
    full.upload("B")
    full.upload("A\tRetail", entity="prices")
    assert numbers(full) == {"": (3, 4), "items": (2, 2), "prices": (1, 2)}
    assert end(full) == []


def test_it_ends_with_one_that_needs_a_person(full: Place) -> None:
    begin(full)
    full.upload("A", "B")
    full.upload("B\tRetail", entity="prices")
    queue.refuse(full.store, full.row("A\tRetail", "prices"), "no")
    assert end(full) == [Ended(entity="", total=4, sent=3, failed=1, waiting=0)]
    assert reloads.running(full.store) == []


def test_what_waits_for_a_refused_record_is_told_apart(full: Place) -> None:
    begin(full)
    full.upload("B")
    full.upload("B\tRetail", entity="prices")
    queue.refuse(full.store, full.row("A"), "no")
    assert end(full) == [Ended(entity="", total=4, sent=2, failed=1, waiting=1)]


def test_later_changes_do_not_belong_to_it(full: Place) -> None:
    begin(full)
    full.upload("A", "B")
    full.upload("A\tRetail", entity="prices")
    full.observe(price("B", "2"), put("C"), now=NOW + 60)
    assert end(full) == [Ended(entity="", total=4, sent=4, failed=0, waiting=0)]


def test_a_child_of_a_parent_that_changed_meanwhile_is_waited_for(full: Place) -> None:
    begin(full)
    full.upload("B")
    full.upload("B\tRetail", entity="prices")
    full.observe(put("A", "2"), now=NOW + 60)
    assert end(full) == []


def test_a_row_without_payload_is_waited_for(full: Place) -> None:
    reloads.begin(full.store, full.company.id, full.site.id, (), NOW)
    assert full.sendable() == []
    assert end(full) == []


def test_a_record_that_was_refused_before_gets_another_try(full: Place) -> None:
    full.observe(put("C"))
    queue.refuse(full.store, full.row("C"), "no")
    assert begin(full) == 5
    assert full.row("C").error is None
    assert full.row("C").sent is None  # or its children would believe that it is there


def test_a_reload_is_of_one_entity(full: Place) -> None:
    assert begin(full, "prices") == 2
    assert numbers(full) == {"prices": (0, 2)}
    assert full.row("A").sent == full.row("A").seen
    full.upload("A\tRetail", "B\tRetail", entity="prices")
    assert end(full) == [Ended(entity="prices", total=2, sent=2, failed=0, waiting=0)]


def test_a_reload_within_a_complete_upload_ends_with_it(full: Place) -> None:
    begin(full)
    full.upload("A", "B")
    begin(full, "items")
    assert numbers(full)[""] == (0, 4)
    full.upload("A", "B")
    full.upload("A\tRetail", "B\tRetail", entity="prices")
    assert end(full) == [Ended(entity="", total=4, sent=4, failed=0, waiting=0)]


def test_turned_off_what_is_marked_still_goes(full: Place) -> None:
    begin(full)
    assert reloads.cancel(full.store, full.site.id)
    assert reloads.running(full.store) == []
    assert {row.key for row in full.sendable()} == {"A", "B"}
    assert not reloads.cancel(full.store, full.site.id)


def test_what_the_shop_does_not_take_is_not_waited_for(full: Place) -> None:
    begin(full)
    full.upload("A", "B")
    assert [entry.entity for entry in reloads.end(full.store, full.site.id, lambda entity: entity == "items")] == [""]


def test_a_new_price_pulls_its_marked_item_forward(full: Place) -> None:
    begin(full)
    assert [row.key for row in full.sendable()] == ["B", "A"]
    full.observe(price("A", "2"), now=NOW + 60)
    assert [row.key for row in full.sendable()] == ["A", "B"]
    full.observe(price("B", "2"), now=NOW + 120)
    assert [row.key for row in full.sendable()] == ["B", "A"]


def test_one_that_ran_before_the_update_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    old = sqlite3.connect(path)
    for statement in MIGRATIONS[0]:
        old.execute(statement)
    old.execute("PRAGMA user_version = 1")
    old.execute("INSERT INTO company (id, name, created_at) VALUES (1, 'x', 0)")
    old.execute("INSERT INTO site (id, company_id, name, created_at, complete_rev) VALUES (1, 1, 'x', 0, 9)")
    for key, seen, sent, rev in (("a", "h", "?", 5), ("b", "h", "h", 6), ("c", "h", "?", 12)):
        row = (1, "items", key, seen, sent, rev)
        old.execute("INSERT INTO queue (site_id, entity, key, seen, sent, rev) VALUES (?, ?, ?, ?, ?, ?)", row)
    old.commit()
    old.close()
    store = open_store(path)
    assert [(entry.entity, entry.total, entry.rev) for entry in reloads.running(store)] == [("", 1, 9), ("items", 1, 9)]
    (site,) = companies.companies(store)[0].sites
    assert site.begun_at is not None
    assert site.values["customers"] == "up"  # nobody has let them come down
    store.close()
