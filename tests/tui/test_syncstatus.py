"""Synchronization Status: what is wrong at which site, and where it is put right."""

from __future__ import annotations

import time

import pytest

from tests.tui import seeds
from tests.tui.conftest import Opener
from webupdate.store import board, commands, companies, exports, holds
from webupdate.store.exports import Complaint
from webupdate.store.snapshot import snapshot
from webupdate.tui import actions, glance, troubles, uploadlists
from webupdate.tui.conflicts import Conflicts
from webupdate.tui.glance import Need
from webupdate.tui.page import Page
from webupdate.tui.progress import Progress
from webupdate.tui.properties import Properties
from webupdate.tui.records import Records
from webupdate.tui.session import Session
from webupdate.tui.syncstatus import SyncStatus


def test_every_site_has_its_line_those_that_need_somebody_first(filled: Session) -> None:
    shown = snapshot(filled.store, time.time())
    found = troubles.troubles(filled.store, shown)
    assert {one.place.site.id for one in found} == {place.site.id for place in glance.places(shown)}
    assert [one.need is None for one in found] == sorted(one.need is None for one in found)
    assert len({one.key for one in found}) == len(found)
    assert "".join(cell.text for cell in troubles.summary(shown, found)) == "⚠ 2 of 5 sites need a look"
    weaver = troubles.troubles(filled.store, shown, "new token")
    assert [one.place.company.name for one in weaver] == ["Weaver Metals"]


def test_each_trouble_leads_to_an_action_that_there_is(filled: Session) -> None:
    store, now = filled.store, time.time()
    northwind = companies.company(store, "Northwind Traders")
    seeds.read_back(filled)
    seeds.ask_about_customers(store, northwind, now)
    site = northwind.sites[0].id
    holds.put_on(store, holds.Hold(site_id=site, entity="items", message="9 of 10 items would go: A, B.", hint=""), now)
    found = troubles.troubles(store, snapshot(store, now))
    led = {one.action for one in found}
    assert led == {"resolve", "records", "properties", "verify", "customers", "release", "preview", "progress"}
    assert all(actions.named(action) for action in led)
    (brake,) = [one for one in found if one.action == "release"]
    assert brake.told[0] == "9 of 10 items would go: A, B."


@pytest.mark.parametrize(("state", "action"), [("stopped", "properties"), ("needs", "properties"), ("waiting", "log")])
def test_what_ails_a_whole_site_leads_where_it_is_seen_to(filled: Session, state: str, action: str) -> None:
    info = companies.company(filled.store, "Northwind Traders")
    board.set_health(filled.store, info.id, info.sites[0].id, state, "The shop is away.", "It comes back.", now=1)
    (found,) = troubles.troubles(filled.store, snapshot(filled.store, 2), "The shop is away")
    assert (found.action, found.told) == (action, ("It comes back.",))


def test_only_the_first_records_are_named(filled: Session) -> None:
    info = companies.company(filled.store, "Blue Ridge Feed")
    for number in range(5):
        seeds.refuse(filled.store, info, "documents", f"z{number}.pdf", f"z{number}.pdf is no PDF.", time.time())
    found = troubles.troubles(filled.store, snapshot(filled.store, time.time()), "can't go to the shop")
    assert found[0].need is not None and found[0].need.text == "6 records can't go to the shop as they are"
    assert found[0].told[1:] == ("z0.pdf is no PDF.", "z1.pdf is no PDF.", "…")
    assert exports.complaints(filled.store, info.id)[0][1].hint == "Add it in EBMS and save."


def test_problems_of_pictures_are_found_where_pictures_are(filled: Session) -> None:
    info = companies.company(filled.store, "Northwind Traders")
    wrong = Complaint(line=0, key="CHAI-01", field="", message="chai.png is no picture.", hint="Save it again.")

    def stage() -> str:
        shown = snapshot(filled.store, time.time())
        (found,) = [one for one in troubles.troubles(filled.store, shown, "Northwind") if one.action == "records"]
        return found.stage

    with filled.store.writing():
        exports.set_complaints(filled.store, info.id, "images", [wrong], 1)
    assert stage() == ""
    spot = next(p for p in glance.places(snapshot(filled.store, 2)) if p.company.id == info.id)
    assert uploadlists.numbers(filled.store, spot, "images").errors == 1
    assert [entry.record for entry in uploadlists.entries(filled.store, spot, "", "errors", "", 9, 2)] == ["CHAI-01"]
    with filled.store.writing():
        exports.set_complaints(filled.store, info.id, "prices", [wrong], 1)
    assert stage() == "read"


def test_all_is_well_is_said(filled: Session) -> None:
    shown = snapshot(filled.store, time.time())
    well = [one for one in troubles.troubles(filled.store, shown) if one.need is None]
    assert "".join(cell.text for cell in troubles.summary(shown, well)) == "✔ All is well at 5 sites."
    assert not isinstance(well[0].need, Need)


def test_nothing_is_in_step_while_nobody_runs_the_sync(filled: Session) -> None:
    (well,) = [one for one in troubles.troubles(filled.store, snapshot(filled.store, 1e9), "northwind") if not one.need]
    glyphs = {running: troubles.row(well, named=True, running=running) for running in (True, False)}
    assert [[cell.text for cell in line][0::3] for line in glyphs.values()] == [
        ["✔", "In step"],
        ["✖", "Sync not running"],
    ]
    assert "In step" not in "".join(cell.text for line in troubles.detail(well, 70, running=False) for cell in line)


async def test_each_line_opens_where_it_is_put_right(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        await open_window.press("i")
        text = await open_window.until("Login refused")
        assert "2 orders wait for an answer" in text and "Enter Resolve Error" in text
        leads: list[tuple[type[Page], str]] = [
            (Conflicts, "100014"),
            (Records, "chai.pdf is no PDF"),
            (Records, "prices, line 17"),
            (Properties, "Weaver Metals"),
            (Progress, "Lapp Hardware › Synchronization Progress"),
        ]
        for page, seen in leads:
            await open_window.press("enter")
            await open_window.until(seen)
            assert isinstance(open_window.app.screen, page)
            await open_window.press("escape", "down")


async def test_from_the_orders_of_one_site_to_all_sites_and_back(filled: Session, window: Opener) -> None:
    async with window(filled) as open_window:
        text = await open_window.press("r")
        assert "Synchronization Status › Blue Ridge Feed" in text
        await open_window.press("i")
        await open_window.until("2 of 5 sites need a look")
        await open_window.press("r", "i")
        assert isinstance(open_window.app.screen, SyncStatus)
        assert len(open_window.app.screen_stack) == 4  # the orders that it was opened from first are below it
        await open_window.press("slash", *"weaver")
        await open_window.wait_for(lambda: "Blue Ridge" not in open_window.text)
        assert "✖ Weaver Metals" in open_window.text


async def test_nothing_is_done_to_a_site_that_is_not_shown(filled: Session, window: Opener) -> None:
    """A text that no line has leaves none: the keys must not go to the first site then."""
    async with window(filled) as open_window:
        await open_window.press("i")
        await open_window.press("slash", *"no such site", "enter")
        page = open_window.app.screen
        assert isinstance(page, SyncStatus)
        before = [commands.waiting(filled.store, info.id) for info in companies.companies(filled.store)]
        for action in ("sync_now", "retry"):
            page.action_act(action)
            await open_window.pilot.pause()
        after = [commands.waiting(filled.store, info.id) for info in companies.companies(filled.store)]
        assert after == before
        assert "No line is selected" in open_window.text
