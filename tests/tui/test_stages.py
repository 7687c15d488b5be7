"""The stages of Synchronization Progress as values: sorted, filtered, followed, summed up, with the time left."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from webupdate.store import board
from webupdate.store.reloads import Reload
from webupdate.store.snapshot import StatusRow, snapshot
from webupdate.tui import arrange, glance, overall, stages, view
from webupdate.tui.arrange import SORTS, Arrangement
from webupdate.tui.glance import Place
from webupdate.tui.session import Session
from webupdate.tui.stages import Stage

NOW = 1_000_000.0
ACTIONS = [action for action, _ in board.ACTIONS]


def stage(action: str, state: str = "done", *, failed: int = 0, at: float = NOW - 60, **row: object) -> Stage:
    values: dict[str, object] = {"done": 0, "total": 0, "message": "", "hint": "", "rate": 0.0} | row
    status = StatusRow(site_id=1, action=action, state=state, at=at, **values)  # type: ignore[arg-type]
    return Stage(status, state, failed=failed)


STATES = ("done", "working", "waiting", "failed", "needs", "stopped")
SOME = st.lists(st.sampled_from(ACTIONS), unique=True).flatmap(
    lambda names: st.tuples(
        *(
            st.builds(
                stage,
                st.just(name),
                st.sampled_from(STATES),
                failed=st.integers(0, 3),
                at=st.floats(0, NOW),
            )
            for name in names
        )
    )
)


def places(spot: Session, name: str) -> Place:
    return next(place for place in glance.places(snapshot(spot.store, NOW)) if place.company.name == name)


@given(SOME, st.sampled_from(SORTS))
def test_sorting_loses_nothing_and_is_the_same_twice(some: tuple[Stage, ...], sort: str) -> None:
    once = arrange.arranged(some, sort, NOW)
    assert sorted(map(id, once)) == sorted(map(id, some))
    assert arrange.arranged(once, sort, NOW) == once


@given(SOME)
def test_the_worst_comes_first_and_the_last_run_first(some: tuple[Stage, ...]) -> None:
    worst = [found.well for found in arrange.arranged(some, "worst", NOW) if found.state != "working"]
    assert worst == sorted(worst) or any(found.failed and found.well is False for found in some)
    ages = [NOW - found.row.at for found in arrange.arranged(some, "last", NOW) if not found.works and found.row.at]
    assert [age // 60 for age in ages] == sorted(age // 60 for age in ages)


def test_a_cycle_without_news_moves_no_line() -> None:
    before = [stage(action, at=NOW - place) for place, action in enumerate(ACTIONS)]
    after = [stage(action, at=NOW - 20 + place) for place, action in enumerate(ACTIONS)]
    order = [[found.action for found in arrange.arranged(some, "last", NOW)] for some in (before, after)]
    assert order == [ACTIONS, ACTIONS]


@given(SOME, st.text(max_size=3), st.booleans())
def test_a_filter_keeps_the_order_and_narrows_down(some: tuple[Stage, ...], text: str, unwell: bool) -> None:
    found = arrange.matching(some, text, unwell=unwell)
    assert found == [entry for entry in some if entry in found]
    assert set(map(id, arrange.matching(found, text, unwell=unwell))) == set(map(id, found))
    assert not any(entry.well for entry in found if unwell)


def test_a_filter_looks_at_name_status_and_message() -> None:
    some = [stage("items", message="CHAI-01"), stage("prices", "failed"), stage("stock")]
    for text, action in (("chai", "items"), ("FAILED", "prices"), ("upload st", "stock")):
        assert [found.action for found in arrange.matching(some, text, unwell=False)] == [action]


@given(SOME, st.sampled_from(ACTIONS))
def test_a_cursor_that_follows_stays_while_its_stage_works(some: tuple[Stage, ...], selected: str) -> None:
    working = [found.action for found in some if found.works]
    to = arrange.followed(some, selected)
    assert to == (selected if selected in working or not working else working[0])


@given(st.sampled_from(SORTS), st.booleans())
def test_an_arrangement_comes_back_as_it_was_kept(sort: str, follow: bool) -> None:
    kept = Arrangement(sort=sort, follow=follow)
    assert Arrangement.of(kept.values()) == kept
    assert Arrangement.of({"sort": "by colour", "follow": "perhaps"}) == Arrangement()
    assert len({kept.sort, kept.next_sort().sort, kept.next_sort().next_sort().sort}) == len(SORTS)


@given(st.floats(0, 3e7), st.floats(0, 3e7))
def test_time_left_goes_in_steps_and_never_backwards(one: float, other: float) -> None:
    units = {"s": 1, "min": 60, "h": 3600, "d": 86_400}

    def seconds(shown: str) -> float:
        number, unit = shown.split()
        return int(number.replace(",", "")) * units[unit]

    less, more = sorted((one, other))
    assert seconds(view.time_left(less)) <= seconds(view.time_left(more))
    assert abs(seconds(view.time_left(more)) - more) <= max(5, more / 2)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "5 s"), (50.2, "50 s"), (58, "1 min"), (90, "2 min"), (700, "10 min"), (3600, "1 h"), (200_000, "2 d")],
)
def test_time_left(seconds: float, shown: str) -> None:
    assert view.time_left(seconds) == shown


@pytest.mark.parametrize(
    ("done", "total", "shown"),
    [
        (908, 2112, "▇▁▁▁ 908/2,112"),
        (0, 3, "▁▁▁▁▁▁▁▁▁▁ 0/3"),
        (99_000, 100_000, "99,000/100,000"),
        (999_000, 1_000_000, "99 %"),
    ],
)
def test_a_bar_gives_way_to_its_numbers(done: int, total: int, shown: str) -> None:
    assert stages.barred(done, total, stages.DONE_WIDTH) == shown


def test_every_action_has_its_stage(filled: Session) -> None:
    found = stages.stages(places(filled, "Lapp Hardware"), {"items": (600, 3)}, going=True)
    assert [entry.action for entry in found] == ACTIONS
    assert {entry.state for entry in found} == {"done", "working", "waiting"}
    items = found[2]
    assert (items.waiting, items.failed, items.left) == (600, 3, 25.0)  # what failed does not go any more
    assert not items.well


@pytest.mark.parametrize(("room", "lines"), [(2, 2), (3, 3), (4, 4), (9, 4)])
def test_the_detail_never_pushes_the_stages_off_the_screen(filled: Session, room: int, lines: int) -> None:
    stage = stages.stages(places(filled, "Lapp Hardware"), {}, going=True)[0]
    row = msgspec.structs.replace(stage.row, message="inventory stopped", hint="58 of 77 are missing. " * 20)
    found = ["".join(cell.text for cell in line) for line in stages.detail(stage._replace(row=row), 73, room)]
    assert len(found) == lines and max(map(len, found)) <= 73
    assert found[1] == "  inventory stopped" and (lines < 3 or found[-1].endswith(" …"))


def test_a_verify_alone_is_not_called_uploading(filled: Session) -> None:
    spot = places(filled, "Lapp Hardware")
    spot = spot._replace(site=msgspec.structs.replace(spot.site, reloads=()))
    (items,) = [entry for entry in stages.stages(spot, {}, going=True) if entry.works]
    verify = items._replace(row=msgspec.structs.replace(items.row, action="verify"))
    for found, name in (([items], "Uploading"), ([verify], "Verify the shop"), ([items, verify], "Uploading")):
        shown = "".join(cell.text for cell in overall.line(spot, found, NOW, 76, ("by work",), ""))
        assert shown.startswith(f"⟳ {name}  ")


def test_nothing_works_while_nobody_runs_the_sync(filled: Session) -> None:
    spot = places(filled, "Lapp Hardware")
    found = stages.stages(spot, {}, going=False)
    assert not any(entry.works for entry in found)
    assert overall.summed(spot, found) is None
    shown = "".join(cell.text for cell in overall.line(spot, found, NOW, 76, ("by work",), "The service has stopped."))
    assert shown.startswith("✖ Nobody runs the sync  1 of 13 done")


def test_a_complete_upload_is_summed_up_by_itself(filled: Session) -> None:
    spot = places(filled, "Lapp Hardware")
    found = overall.summed(spot, stages.stages(spot, {"items": (1200, 0)}, going=True))
    assert found == overall.Sum(done=908, total=2112, rate=24.0, left=50.0)


def test_several_uploads_are_summed_up(filled: Session) -> None:
    spot = places(filled, "Northwind Traders")
    some = [
        stage("items", "working", done=10, total=20, rate=2.0)._replace(waiting=10),
        stage("prices", "working", done=5, total=35, rate=3.0)._replace(waiting=30),
        stage("stock", done=100, total=100),
    ]
    assert overall.summed(spot, some) == overall.Sum(done=15, total=55, rate=5.0, left=8.0)
    reload = Reload(site_id=1, entity="items", rev=1, total=9, done=1, rate=1.0, started_at=0)
    site = msgspec.structs.replace(spot.site, reloads=(reload,))  # a Reload of one entity is no Complete Upload
    assert overall.summed(Place(spot.company, site), some) == overall.Sum(done=15, total=55, rate=5.0, left=8.0)


@pytest.mark.parametrize("width", [76, 116])
@pytest.mark.parametrize("unwell", [False, True])
@pytest.mark.parametrize("name", ["Northwind Traders", "Blue Ridge Feed", "Lapp Hardware", "Weaver Metals"])
def test_the_line_above_always_fits(filled: Session, name: str, unwell: bool, width: int) -> None:
    spot = places(filled, name)
    standing = arrange.standing(Arrangement(sort="last"), following=True, unwell=unwell)
    found = stages.stages(spot, board.counts(filled.store, spot.site.id), going=True)
    shown = "".join(cell.text for cell in overall.line(spot, found, NOW, width, standing, ""))
    assert len(shown) <= width
    assert glance.sentence(spot)[:12] in shown or "Complete Upload" in shown


def test_all_is_well_is_said_in_one_line(filled: Session) -> None:
    spot = places(filled, "Northwind Traders")
    found = stages.stages(spot, {}, going=True)
    at = (spot.site.synced_at or 0) + 130
    shown = "".join(cell.text for cell in overall.line(spot, found, at, 76, ("by work · following",), ""))
    assert shown.startswith("✔ In step  all 13 done, finished 2 min ago")
    assert shown.endswith("by work · following")
