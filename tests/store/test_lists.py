"""The long lists: what waits to be sent, and all orders."""

from __future__ import annotations

from tests.store.making import NOW, Place, put
from webupdate.store import outbox, queue


def listed(place: Place, entity: str = "", text: str = "", limit: int = 10) -> list[tuple[str, bool]]:
    found = outbox.waiting(place.store, place.site.id, entity, text, limit)
    return [(entry.row.key, entry.parent_there) for entry in found]


def test_what_needs_a_person_comes_first_then_the_newest(place: Place) -> None:
    place.observe(put("A"), put("B"))
    place.observe(put("B\tRetail", entity="prices", parent="B"), put("C"), now=NOW + 60)
    (refused,) = [row for row in place.sendable() if row.key == "A"]
    queue.refuse(place.store, refused, "It is too LONG.")
    assert listed(place) == [("A", True), ("C", True), ("B\tRetail", False), ("B", True)]
    assert listed(place, "items", limit=2) == [("A", True), ("C", True)]
    assert listed(place, text=" b RET") == [("B\tRetail", False)]
    assert listed(place, text="too long") == [("A", True)]
    assert listed(place, "prices", "too long") == []


def test_what_was_tried_less_comes_before_the_newest(place: Place) -> None:
    place.observe(put("A"))
    place.observe(put("B"), now=NOW + 60)
    (tried,) = [row for row in place.sendable() if row.key == "B"]
    queue.put_off(place.store, tried, NOW + 90)
    found = outbox.waiting(place.store, place.site.id, "", "", 10)
    assert [(entry.row.key, entry.next_try) for entry in found] == [("A", 0), ("B", NOW + 90)]


def test_what_the_shop_has_is_not_listed(place: Place) -> None:
    place.observe(put("A"), put("B"))
    place.upload("A")
    assert listed(place) == [("B", True)]
