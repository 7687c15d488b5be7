"""When the wait for a repair is over: what does not go by itself is waited for by nobody, and is named."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.store.making import NOW, Place, put
from webupdate.store import board, companies, holds, inspections, queue
from webupdate.store.holds import Hold
from webupdate.store.inspections import Difference, Inspection, Numbers

Hindrance = Callable[[Place], object]


def repaired(place: Place) -> Inspection:
    """A verify that found an item, its stock and a customer to differ, and sends them again."""
    place.observe(put("A"), put("A", entity="stock", parent="A"), put("SMIJOE", entity="customers"))
    for entity, key in (("items", "A"), ("stock", "A"), ("customers", "SMIJOE")):
        place.upload(key, entity=entity)
    number = inspections.begin(place.store, place.site.id, "verify", NOW, fix=True)
    found = [
        Difference(entity="items", key="A", kind="missing"),
        Difference(entity="stock", key="A", kind="missing"),
        Difference(entity="customers", key="SMIJOE", kind="changed", held="x"),
    ]
    inspections.progress(place.store, number, Numbers(differing=3), found)
    inspections.end(place.store, number, NOW)
    last = inspections.latest(place.store, place.site.id, "verify")
    assert last is not None
    inspections.mend(place.store, last, ("items", "stock", "customers"), NOW)
    return last


def over(place: Place) -> bool:
    return inspections.wait_over(place.store, place.site.id, "verify")


def pause(place: Place) -> None:
    companies.set_paused(place.store, place.company, True)


def health(state: str) -> Hindrance:
    return lambda place: board.set_health(place.store, place.company.id, place.site.id, state, "No answer.", now=NOW)


def refuse(key: str, entity: str) -> Hindrance:
    return lambda place: queue.refuse(place.store, place.row(key, entity), "The shop refused it.")


def brake(entity: str) -> Hindrance:
    hold = Hold(site_id=1, entity=entity, message="All would go.", hint="")
    return lambda place: holds.put_on(place.store, hold, NOW)


def switch(value: str) -> Hindrance:
    return lambda place: companies.change(place.store, place.vault, place.company, {"customers": value})


def feed(state: str) -> Hindrance:
    return lambda place: board.set_status(
        place.store, place.company.id, place.site.id, "accounts", state, message="No feed.", now=NOW
    )


def test_what_is_on_its_way_is_waited_for(place: Place) -> None:
    found = repaired(place)
    assert (inspections.waits_for(place.store, found), over(place)) == ({"": 3}, False)
    health("needs")(place)  # a folder of orders that is gone holds up no upload
    feed("failed")(place)  # an account that needs a person, neither
    assert not over(place)
    for entity, key in (("items", "A"), ("stock", "A"), ("customers", "SMIJOE")):
        place.upload(key, entity=entity)
    assert (inspections.waits_for(place.store, found), over(place)) == ({}, True)


PARENT = "The record that they belong to is not in the shop."


@pytest.mark.parametrize(
    ("hindrance", "waits"),
    [
        (pause, {"The company is paused.": 3}),
        (health("waiting"), {"No answer.": 3}),
        (health("stopped"), {"No answer.": 3}),
        (refuse("A", "items"), {PARENT: 1, "": 1}),
        (refuse("A", "stock"), {"": 2}),
        (brake("items"), {"All would go.": 1, PARENT: 1, "": 1}),
        (brake("customers"), {"All would go.": 1, "": 2}),
        (switch("off"), {"The property Customers is off.": 1, "": 2}),
        (feed("waiting"), {"No feed.": 1, "": 2}),
        (feed("stopped"), {"No feed.": 1, "": 2}),
    ],
)
def test_what_does_not_go_by_itself_is_named_and_not_waited_for(
    place: Place, hindrance: Hindrance, waits: dict[str, int]
) -> None:
    found = repaired(place)
    hindrance(place)
    assert inspections.waits_for(place.store, found) == waits
    for entity, key in (("items", "A"), ("stock", "A"), ("customers", "SMIJOE")):
        place.upload(key, entity=entity)  # all that still can
    assert over(place)


def test_a_feed_of_accounts_matters_only_where_customers_come_down(place: Place) -> None:
    found = repaired(place)
    switch("up")(place)
    feed("stopped")(place)
    assert inspections.waits_for(place.store, found) == {"": 3}
