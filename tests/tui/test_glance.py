"""The home screen as plain values."""

from __future__ import annotations

import time

import msgspec
import pytest

from tests.tui import seeds
from webupdate.store import board, companies
from webupdate.store.snapshot import snapshot
from webupdate.tui import glance, view
from webupdate.tui.glance import Place
from webupdate.tui.session import Session
from webupdate.tui.synctimes import Clock

NOW = time.mktime((2026, 11, 25, 9, 41, 30, 0, 0, -1))


@pytest.fixture
def place(empty: Session) -> Place:
    """A site that was in step 21 seconds ago, and is looked at again in 5 minutes."""
    info = seeds.add_company(empty, "Acme", "https://acme.example", interval="300")
    board.set_health(empty.store, info.id, info.sites[0].id, "ok", now=NOW)
    board.set_synced(empty.store, info.id, info.sites[0].id, NOW - 21)
    board.set_next(empty.store, info.sites[0].id, NOW + 300)
    return glance.places(snapshot(empty.store, NOW))[0]


def texts(place: Place, clock: Clock) -> list[str]:
    return [cell.text for cell in glance.row(place, clock)]


def sync_line(place: Place, clock: Clock) -> str:
    return "".join(cell.text for cell in glance.detail(place, "", clock, 74, str)[-3])


def test_last_and_next_in_minutes(place: Place) -> None:
    assert texts(place, Clock(NOW))[-2:] == ["< 1 min", "09:46"]
    assert texts(place, Clock(NOW, absolute=True))[-2:] == ["09:41", "09:46"]
    assert sync_line(place, Clock(NOW)) == "Sync   last 09:41 (< 1 min ago)    next 09:46 (every 5 min)"


def test_what_nobody_keeps_in_step_is_not_green(place: Place) -> None:
    idle = Clock(NOW, running=False)
    assert (texts(place, Clock(NOW))[0], texts(place, Clock(NOW))[3]) == ("✔", "In step")
    assert (texts(place, idle)[0], texts(place, idle)[3]) == ("✖", "Sync not running")
    told = ["".join(cell.text for cell in line) for line in glance.detail(place, "", idle, 74, str)]
    assert told[1] == "✖ Nobody runs the sync: nothing is sent or fetched."


def test_a_pause_says_which_key_ends_it(place: Place) -> None:
    paused = place._replace(company=msgspec.structs.replace(place.company, paused=True))
    (line,) = [line for line in glance.detail(paused, "", Clock(NOW), 74, str) if line and line[0].text == "‖ "]
    assert [cell.text for cell in line][1::2] == ["Paused: nothing is sent or fetched", "{pause}"]


def test_a_key_never_breaks_over_two_lines() -> None:
    text = "58 of 77 records are missing from inventory.csv saved 20:37"
    need = glance.Need("⚠", "warn", text, "b", "Release brake")
    lines = ["".join(cell.text for cell in line) for line in glance.need_lines(need, 70)]
    assert lines == [f"⚠ {text}", "b Release brake".rjust(70)]
    (line,) = ["".join(cell.text for cell in line) for line in glance.need_lines(need._replace(text="Held"), 70)]
    assert line == "⚠ Held" + "b Release brake".rjust(64)


def test_an_older_sync_has_its_day(place: Place) -> None:
    later = Clock(NOW + 3 * 86400, absolute=True)
    assert texts(place, later)[-2] == "25 Nov"
    assert "last 25 Nov, 09:41 (3 d ago)" in sync_line(place, later)


def test_next_says_what_it_waits_for(place: Place) -> None:
    assert "next when somebody runs the sync" in sync_line(place, Clock(NOW, running=False))
    assert "next now" in sync_line(place, Clock(NOW + 400))
    new = place._replace(site=msgspec.structs.replace(place.site, begun=False, synced_at=None))
    assert sync_line(new, Clock(NOW)) == "Sync   last not yet    next when it has begun"
    paused = place._replace(company=msgspec.structs.replace(place.company, paused=True))
    assert "next when it is resumed" in sync_line(paused, Clock(NOW))
    assert [texts(other, Clock(NOW))[-1] for other in (new, paused)] == ["", ""]


def test_the_sites_of_a_company_stand_below_its_name(empty: Session, place: Place) -> None:
    acme = companies.company(empty.store, "Acme")
    values = {"site": "outlet", "address": "https://outlet.example", "token": "t"}
    companies.add_site(empty.store, empty.vault, acme, values)
    seeds.add_company(empty, "Brown", "https://brown.example")
    rows = glance.rows(glance.places(snapshot(empty.store, NOW)), Clock(NOW))
    assert [(line[1].text, line[2].text) for line in rows] == [
        ("Acme", "acme.example"),
        ("", "outlet.example"),
        ("Brown", "brown.example"),
    ]


def test_a_moment_is_as_short_as_an_age() -> None:
    assert view.when(NOW, None) == ""
    assert view.when(NOW, NOW - 3600) == "08:41"
    assert view.when(NOW, NOW - 86400) == "24 Nov"
    assert view.when(NOW, NOW - 400 * 86400) == "Oct 25"
