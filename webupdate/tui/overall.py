"""The line above the stages: how a site is, how much of all is done, how long it takes, when it was done last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from webupdate.tui import glance, view
from webupdate.tui.glance import Place
from webupdate.tui.stages import UPLOADS, Stage, barred, moving
from webupdate.tui.view import Cell, Line

_BAR = 18  # columns for the bar with its numbers


class Sum(NamedTuple):
    """All that is under way at a site together. `left`: seconds, None if nothing tells."""

    done: int
    total: int
    rate: float
    left: float | None


def summed(spot: Place, stages: Sequence[Stage]) -> Sum | None:
    """What is under way; None if nothing is. A Complete Upload counts by itself, also behind a restart."""
    works = [stage for stage in stages if stage.works]
    if not works:
        return None
    waiting = sum(stage.waiting for stage in works)
    whole = [entry for entry in spot.site.reloads if spot.site.complete_upload][:1]
    done, total = (
        (whole[0].done, whole[0].total)
        if whole
        else (sum(stage.row.done for stage in works), sum(stage.row.total for stage in works))
    )
    rate = (whole[0].rate if whole else 0.0) or sum(stage.row.rate for stage in works)
    to_go = waiting or max(0, total - done)
    return Sum(done, max(done, total), rate, to_go / rate if rate > 0 and to_go else None)


def line(spot: Place, stages: Sequence[Stage], now: float, width: int, standing: Sequence[str], lost: str) -> Line:
    """The line in `width` columns; `standing`: how the list is arranged; `lost`: nobody runs the sync, and why."""
    under_way = summed(spot, stages)
    told = _under_way(under_way) if under_way else _at_rest(spot, stages, now)
    glyph, state = _state(spot, stages, bool(under_way), lost)
    room = width - len(glyph.text) - 2
    fitting = ((facts, words) for facts in told for words in standing
               if len(state.text) + len(facts) + 3 + len(words) <= room)  # fmt: skip
    facts, words = next(fitting, (told[-1], ""))
    text = _cut(state.text, room - len(facts))
    gap = room - len(facts) - len(text) - len(words)
    last = (Cell(" " * gap), Cell(words, "dim")) if words else ()
    return (glyph, state._replace(text=text), Cell("  "), Cell(facts, "busy" if under_way else "dim"), *last)


def _state(spot: Place, stages: Sequence[Stage], under_way: bool, lost: str) -> tuple[Cell, Cell]:
    name = glance.state_of(spot)
    if lost:
        return Cell("✖ ", "bad"), Cell("Nobody runs the sync", "bad")
    if under_way or name == "working":  # what needs somebody is counted at the top of the screen
        return Cell("⟳ ", "busy"), Cell(_work(spot, stages), "busy")
    shown = view.state(name)
    return Cell(f"{shown.glyph} ", shown.tone), Cell(view.clean(glance.sentence(spot)), shown.tone)


def _work(spot: Place, stages: Sequence[Stage]) -> str:
    """What is done: one stage that sends nothing is called by its own name."""
    if spot.site.complete_upload:
        return "Complete Upload"
    works = [stage for stage in stages if stage.works]
    return works[0].label if len(works) == 1 and works[0].action not in UPLOADS else "Uploading"


def _under_way(found: Sum) -> tuple[str, ...]:
    """How far it is, from the longest wording to the shortest."""
    bar = barred(found.done, found.total, _BAR)
    speeds = (moving(found.rate, found.left), moving(0, found.left))
    return tuple(f"{bar}  {speed}".rstrip() for speed in speeds)


def _at_rest(spot: Place, stages: Sequence[Stage], now: float) -> tuple[str, ...]:
    """How many stages are done, and when all were."""
    done = sum(stage.state == "done" for stage in stages)
    last = view.age(now, spot.site.synced_at)
    count = f"all {len(stages)} done" if done == len(stages) else f"{done} of {len(stages)} done"
    return (f"{count}, finished {last} ago", f"{count}, {last} ago") if last else (count,)


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else text[: room - 1] + "…"
