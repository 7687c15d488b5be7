"""What the engine tells people: the event ring, health, and the snapshot of all of it."""

from __future__ import annotations

import os

import msgspec
import pytest

from tests.store.making import NOW, Place, put
from webupdate.report import Exit, as_json, as_text, exit_code
from webupdate.store import board, companies, exports, inbox, queue
from webupdate.store.exports import Complaint, FileState
from webupdate.store.snapshot import HOURS_SHOWN, CompanyView, SiteView, Snapshot, snapshot


def seen(place: Place, now: float = NOW) -> Snapshot:
    return snapshot(place.store, now)


def the_company(place: Place) -> CompanyView:
    (view,) = seen(place).companies
    return view


def the_site(place: Place) -> SiteView:
    (view,) = the_company(place).sites
    return view


def health(place: Place, state: str, message: str = "") -> bool:
    return board.set_health(place.store, place.company.id, place.site.id, state, message, "Do this.", now=NOW)


def test_the_event_ring_is_pruned(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board, "EVENTS_KEPT", 50)
    with place.store.writing():
        for number in range(1, 401):
            board.log(place.store, f"event {number}", now=NOW)
    assert place.store.one("SELECT count(*) FROM event") == 50
    assert [line.text for line in board.log_lines(place.store, limit=2)] == ["event 399", "event 400"]


def test_log_lines_come_oldest_first_behind_a_number(place: Place) -> None:
    for text in ("a", "b", "c"):
        board.log(place.store, text, company_id=place.company.id, level="warning", key=text, now=NOW)
    board.log(place.store, "of all", now=NOW)
    lines = board.log_lines(place.store)
    assert [line.text for line in lines] == ["a", "b", "c", "of all"]
    assert [line.text for line in board.log_lines(place.store, after=lines[1].id)] == ["c", "of all"]
    assert [line.text for line in board.log_lines(place.store, company_id=place.company.id, limit=2)] == ["b", "c"]


def test_health_is_news_only_when_it_changes(place: Place) -> None:
    assert health(place, "waiting", "no answer")
    assert not health(place, "waiting", "no answer")
    assert health(place, "waiting", "another reason")
    assert health(place, "ok")


def test_a_new_site_is_new(place: Place) -> None:
    site = the_site(place)
    assert (site.state, site.waiting, site.failed, site.synced_at) == ("new", 0, 0, None)
    assert site.hourly == (0,) * HOURS_SHOWN
    assert exit_code(seen(place)) == Exit.FINE


def test_a_site_in_step_and_at_work(place: Place) -> None:
    health(place, "ok")
    board.set_synced(place.store, place.company.id, place.site.id, NOW - 3)
    assert (the_site(place).state, the_site(place).synced_at) == ("ok", NOW - 3)
    place.observe(put("A"), put("B"))
    assert (the_site(place).state, the_site(place).waiting) == ("working", 2)


def test_the_worst_is_the_state(place: Place) -> None:
    place.observe(put("A"))
    health(place, "waiting", "no answer")
    assert the_site(place).state == "waiting"
    queue.refuse(place.store, place.sendable()[0], "no")
    assert the_site(place).state == "needs"
    health(place, "stopped", "wrong token")
    assert (the_site(place).state, the_site(place).message) == ("stopped", "wrong token")
    companies.set_paused(place.store, place.company, True)
    assert the_site(place).state == "paused"


def test_what_needs_a_person_is_counted(place: Place) -> None:
    place.observe(put("A"), put("B"))
    for row in place.sendable():
        queue.refuse(place.store, row, "no")
    assert (the_site(place).failed, seen(place).needs_you) == (2, 2)
    exports.set_complaints(place.store, place.company.id, "prices", [Complaint(line=3, message="bad")], NOW)
    assert seen(place).needs_you == 3
    board.set_health(place.store, place.company.id, 0, "needs", "folder is gone", now=NOW)
    assert seen(place).needs_you == 4
    assert exit_code(seen(place)) == Exit.NEEDS_PERSON


def test_orders_that_wait_are_counted(place: Place) -> None:
    place.store.sql(
        "INSERT INTO inbox (site_id, shop_id, number, state, web_status, placed_at, updated_at, received_at, "
        "received, content) VALUES (?, '1', '1', 'conflict', '', '', '', 0, '', '')",
        place.site.id,
    )
    assert inbox.conflicts(place.store, place.site.id) == the_site(place).conflicts == 1
    health(place, "ok")
    assert the_site(place).state == "needs"


@pytest.mark.parametrize("state", ["stopped", "waiting"])
def test_a_shop_out_of_reach_has_its_code(place: Place, state: str) -> None:
    health(place, state, "why")
    assert exit_code(seen(place)) == Exit.UNREACHABLE


def test_a_brake_wins(place: Place) -> None:
    health(place, "stopped", "why")
    state = FileState(read_at=1, held="digest")
    exports.set_file_state(place.store, place.company.id, "prices", state)
    assert the_company(place).brakes == ("prices",)
    assert exit_code(seen(place)) == Exit.BRAKE
    assert exports.release(place.store, place.company.id, "prices")
    assert the_company(place).brakes == ()
    assert not exports.release(place.store, place.company.id, "prices")
    assert exports.file_state(place.store, place.company.id, "prices").released == "digest"


def test_what_was_sent_by_the_hour(place: Place) -> None:
    for age, count in ((0, 5), (0, 2), (3, 11), (30, 100)):
        board.tally(place.store, place.site.id, "items", count, NOW - age * 3600)
    site = the_site(place)
    assert site.sent_today == {"items": 18}
    assert (site.hourly[-1], site.hourly[-4], sum(site.hourly)) == (7, 11, 18)
    board.tally(place.store, place.site.id, "items", 1, NOW + 15 * 86400)
    assert place.store.one("SELECT count(*) FROM tally") == 1  # two weeks are kept


def test_status_rows_come_in_the_order_of_a_cycle(place: Place) -> None:
    for action in ("write", "items", "categories"):
        board.set_status(place.store, place.company.id, place.site.id, action, "done", now=NOW)
    board.set_status(place.store, place.company.id, 0, "read", "done", done=6, total=6, message="fine", now=NOW)
    assert [row.action for row in the_site(place).rows] == ["read", "categories", "items", "write"]


def test_the_engine_says_who_it_is(place: Place) -> None:
    assert seen(place).engine is None
    board.engine_started(place.store, "service", NOW)
    board.engine_beat(place.store, NOW + 20)
    engine = board.engine(place.store)
    assert engine is not None
    assert (engine.pid, engine.mode, engine.beat_at, engine.stopped_at) == (os.getpid(), "service", NOW + 20, None)
    assert f"pid {os.getpid()}" in "\n".join(as_text(seen(place)))
    board.engine_stopped(place.store, NOW + 30)
    assert "does not run" in "\n".join(as_text(seen(place)))


def test_the_report_says_it_in_words_and_as_json(place: Place) -> None:
    health(place, "stopped", "The token is wrong.")
    board.set_synced(place.store, place.company.id, place.site.id, NOW - 7)
    text = "\n".join(as_text(seen(place)))
    assert "✖ Stopped" in text
    assert "The token is wrong. Do this." in text
    assert "last sync 7 s ago" in text
    found = msgspec.json.decode(as_json(seen(place)))
    assert found["needs_you"] == 1
    assert found["companies"][0]["sites"][0]["state"] == "stopped"
    assert "No company yet" in "\n".join(as_text(Snapshot(at=NOW, companies=(), engine=None)))
