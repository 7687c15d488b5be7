"""A shop's accounts in the store: each once, whole, and what both sides agree on."""

from __future__ import annotations

import msgspec
import pytest

from tests.store.making import NOW, Place
from webupdate.store import accounts
from webupdate.store.accounts import Arrival, Question, WebCustomer
from webupdate.store.snapshot import snapshot

FIELDS = {"city": "Bern", "phone": "1"}
ARRIVAL = Arrival(
    shop_id="17",
    key="",
    updated_at="2026-11-23T10:00:00+00:00",
    name="Jan Šimůnek",
    email="jan@example.cz",
    web=FIELDS,
    base=None,
    content=b'{"made_at": "1"}',
    received=b'{"raw": "\xc5\xa0"}',
)
ASKED = Question(message="Which?", hint="Say.", answers=("new",))


def receive(place: Place, *arrivals: Arrival, cursor: str = "c1") -> int:
    return accounts.receive(place.store, place.site.id, arrivals, cursor, NOW)


def later(**values: object) -> Arrival:
    return msgspec.structs.replace(ARRIVAL, **({"received": b"newer"} | values))


def only(place: Place) -> WebCustomer:
    (found,) = accounts.in_states(place.store, place.site.id, *accounts.STATES)
    return found


def test_an_account_is_kept_whole_and_once_with_the_cursor(place: Place) -> None:
    assert receive(place, ARRIVAL) == 1
    assert receive(place, ARRIVAL, cursor="c2") == 0
    found = only(place)
    assert (found.state, found.email, found.web, found.base) == ("received", "jan@example.cz", FIELDS, None)
    assert accounts.received_bytes(place.store, found.id) == ARRIVAL.received
    assert accounts.cursor(place.store, place.site.id) == "c2"


def test_a_page_is_taken_whole_or_not_at_all(place: Place) -> None:
    with pytest.raises(Exception, match="NOT NULL"):
        receive(place, ARRIVAL, later(shop_id="18", updated_at=None))
    assert accounts.cursor(place.store, place.site.id) == ""
    assert accounts.in_states(place.store, place.site.id, *accounts.STATES) == []


@pytest.mark.parametrize(
    ("state", "becomes"),
    [("conflict", "received"), ("ready", "received"), ("staged", "staged"), ("written", "written")],
)
def test_a_newer_version_is_judged_anew_while_no_file_is_on_its_way(place: Place, state: str, becomes: str) -> None:
    receive(place, ARRIVAL)
    accounts.change(place.store, only(place), state=state, due=False)
    receive(place, later(web={"city": "Genf", "phone": "1"}))
    assert (only(place).state, only(place).web["city"]) == (becomes, "Genf")
    assert accounts.waiting(place.store, place.site.id, again=False) == [only(place)]


def test_the_shop_says_whose_account_it_is(place: Place) -> None:
    receive(place, ARRIVAL)
    receive(place, later(key="ALFKI"))
    assert (only(place).state, only(place).key) == ("linked", "ALFKI")


def test_another_account_of_the_same_id_is_another_account(place: Place) -> None:
    """The site's address was changed to another shop, which counts from 1 as well."""
    receive(place, ARRIVAL)
    accounts.change(place.store, only(place), key="ALFKI", state="linked")
    assert receive(place, later(content=b'{"made_at": "2"}')) == 1
    assert (only(place).key, only(place).state) == ("", "received")


def test_what_the_shop_acknowledged_is_agreed_on_but_for_open_changes_of_the_web(place: Place) -> None:
    base = {"city": "Basel", "phone": "1"}
    receive(place, later(key="ALFKI", base=base))
    accounts.sent(place.store, place.site.id, "ALFKI", {"city": "Bern", "phone": "2"})
    assert (only(place).base, only(place).web) == (
        {"city": "Basel", "phone": "2"},
        {"city": "Bern", "phone": "2"},
    )


def test_who_waits_for_a_person_is_counted(place: Place) -> None:
    receive(place, ARRIVAL)
    assert snapshot(place.store, NOW).companies[0].sites[0].customers == 0
    accounts.change(place.store, only(place), state="ready", question=ASKED)
    view = snapshot(place.store, NOW)
    assert (view.companies[0].sites[0].customers, view.needs_you) == (1, 1)
    assert accounts.needing(place.store, place.site.id) == [only(place)]
    accounts.change(place.store, only(place), make_new=True)
    assert accounts.needing_count(place.store, place.site.id) == 0
    accounts.change(place.store, only(place), error="a file of that name is there")
    assert accounts.needing_count(place.store, place.site.id) == 1
