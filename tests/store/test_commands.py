"""Commands: left by people, carried out by the engine, answered once."""

from __future__ import annotations

import getpass

import pytest

from tests.store.making import Place
from webupdate.errors import UsageError
from webupdate.store import commands, companies


def test_a_command_is_left_and_answered(place: Place) -> None:
    number = commands.leave(place.store, "complete_upload", company_id=place.company.id, site="shop")
    assert commands.answer(place.store, number) is None
    (wish,) = commands.waiting(place.store, place.company.id)
    assert (wish.id, wish.verb, wish.arguments) == (number, "complete_upload", {"site": "shop"})
    assert wish.asked_by
    commands.finish(place.store, wish, "77 records go again")
    assert commands.waiting(place.store, place.company.id) == []
    assert commands.answer(place.store, number) == commands.Answer(result="77 records go again", error=None)


def test_a_refusal_says_why_and_what_to_do(place: Place) -> None:
    number = commands.leave(place.store, "dance", company_id=place.company.id)
    (wish,) = commands.waiting(place.store, place.company.id)
    commands.finish(place.store, wish, error=UsageError("It can't.", "Restart the service."))
    found = commands.answer(place.store, number)
    assert found is not None
    assert found.error == "It can't. Restart the service."


def test_oldest_first_and_each_company_its_own(place: Place) -> None:
    for verb in ("first", "second"):
        commands.leave(place.store, verb, company_id=place.company.id)
    commands.leave(place.store, "for all")
    assert [wish.verb for wish in commands.waiting(place.store, place.company.id)] == ["first", "second"]
    assert commands.waiting(place.store, place.company.id + 1) == []


def test_an_unknown_number_has_no_answer(place: Place) -> None:
    assert commands.answer(place.store, 4711) is None


def test_a_user_without_a_name_may_ask_too(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless() -> str:
        raise KeyError("getpwuid(): uid not found: 4711")

    monkeypatch.setattr(getpass, "getuser", nameless)
    commands.leave(place.store, "sync_now", company_id=place.company.id)
    assert [wish.asked_by for wish in commands.waiting(place.store, place.company.id)] == ["unknown"]


def test_nothing_is_left_for_a_company_that_was_removed(place: Place) -> None:
    companies.remove(place.store, place.company)
    with pytest.raises(UsageError, match="not here any more"):
        commands.leave(place.store, "complete_upload", company_id=place.company.id)
