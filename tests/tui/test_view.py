"""Words, numbers and bars."""

from __future__ import annotations

import time

import pytest

from tests.tui import seeds
from webupdate.store import board
from webupdate.store.snapshot import snapshot
from webupdate.tui import actionkinds, actions, glance, view
from webupdate.tui.keymap import Keymap
from webupdate.tui.paint import Painter, needs_twins
from webupdate.tui.session import Session
from webupdate.tui.view import Cell, Hint


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "< 1 min"), (59, "< 1 min"), (61, "1 min"), (3599, "59 min"), (7200, "2 h"), (200_000, "2 d")],
)
def test_ages_go_in_steps(seconds: int, shown: str) -> None:
    assert view.age(1_000_000, 1_000_000 - seconds) == shown


def test_never_has_no_age() -> None:
    assert view.age(1_000_000, None) == ""


def test_bars_never_overflow() -> None:
    assert view.bar(3, 6, 8) == "▇▇▇▇▁▁▁▁"
    assert view.bar(9, 6, 4) == "▇▇▇▇"
    assert view.bar(0, 0, 4) == "▁▁▁▁"


def test_a_single_record_is_seen_in_the_hours() -> None:
    assert view.spark((0, 1, 1000)) == "▁▂▇"
    assert view.spark((0, 0)) == "▁▁"


def test_control_and_direction_characters_are_spelled_out() -> None:
    assert view.clean("a\x1b[31mb\x07\u202ec\n") == "a\\x1b[31mb\\x07\\u202ec\\n"


def test_counted() -> None:
    assert view.counted(1, "order") == "1 order"
    assert view.counted(1204, "category", "categories") == "1,204 categories"


def test_the_top_line_takes_the_wording_that_fits() -> None:
    words = ("attached to the service, pid 4123 on SRV1, up 3 d", "attached, pid 4123")
    _, wide = view.header(120, ["Web Update Administrator"], 3, words, "09:41")
    _, narrow = view.header(80, ["Web Update Administrator"], 3, words, "09:41")
    assert "on SRV1, up 3 d" in "".join(cell.text for cell in wide)
    assert "attached, pid 4123" in "".join(cell.text for cell in narrow)
    assert "⚠ 3 need you" in "".join(cell.text for cell in narrow)


def test_the_bottom_line_always_keeps_help_and_the_way_out() -> None:
    hints = [Hint(str(place), "x", "A label", True) for place in range(30)]
    kept = view.fitting(hints, 60)
    assert [hint.action for hint in kept[-2:]] == ["28", "29"]
    assert sum(hint.width + 2 for hint in kept) <= 60


def test_twins_are_ascii() -> None:
    painter = Painter(twins=True)
    shown = [painter.text(state.glyph) for state in view.STATES.values()]
    assert all(glyph.isascii() for glyph in shown)
    assert painter.text("Queso Cabr… 12") == "Queso Cabr~ 12"  # a column of its own
    assert painter.text("17.00 · …") == "17.00 . ~"
    assert painter.text("… 6 more rows") == "... 6 more rows"
    assert painter.line((Cell("✔ "), Cell("[red]In step[/]"))).plain == "OK [red]In step[/]"


def test_who_needs_twins() -> None:
    assert needs_twins("ascii", "xterm")
    assert needs_twins("utf-8", "linux")
    assert not needs_twins("UTF-8", "xterm-256color")


def test_every_site_says_how_it_is(filled: Session) -> None:
    shown = snapshot(filled.store, 2_000_000_000)
    assert {place.company.name: glance.sentence(place) for place in glance.places(shown)} == {
        "Northwind Traders": "In step",
        "Blue Ridge Feed": "2 orders need you",
        "Lapp Hardware": "Complete Upload 42 %",
        "Weaver Metals": "Login refused",
        "Miller Fuel": "Paused",
    }


def test_trouble_of_the_company_is_trouble_of_its_site(filled: Session) -> None:
    northwind = snapshot(filled.store, 0).companies[3]
    board.set_health(filled.store, northwind.id, 0, "waiting", "The export folder is not there.", now=1)
    place = glance.places(snapshot(filled.store, 2))[3]
    assert (glance.state_of(place), glance.sentence(place)) == ("waiting", "The export folder is not there.")


def test_reasons_name_the_key_that_helps(filled: Session) -> None:
    miller = glance.places(snapshot(filled.store, 0))[2]
    paused = actionkinds.Context(company=miller.company, site=miller.site)
    told = Keymap().filled
    assert told(actions.named("sync_now").disabled(paused)) == "Miller Fuel is paused. Press P to resume it first."
    assert actions.named("resolve").disabled(paused) == "No order waits for an answer here."
    nothing = told(actions.named("sync_now").disabled(actionkinds.Context()))
    assert nothing == "There is no company yet. Press n to set one up."
    lost = actionkinds.Context(company=snapshot(filled.store, 0).companies[0], mode=actionkinds.ORPHANED)
    assert "Press E" in told(actions.named("sync_now").disabled(lost))
    assert seeds.SECRET not in str(snapshot(filled.store, 0))


def test_a_moment_of_today_is_a_time_of_day_and_any_other_has_its_day() -> None:
    noon = time.mktime((2026, 3, 4, 12, 0, 7, 0, 0, -1))
    assert view.stamp(noon, view.day(noon)) == "12:00:07"
    assert view.stamp(noon, view.day(noon + 86400)) == "03-04 12:00"
    assert view.day(noon) == "2026-03-04"
