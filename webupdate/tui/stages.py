"""Synchronization Progress as plain values: a stage for each action of a cycle, run yet or not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from webupdate.store.board import ACTIONS, ERRANDS, LogLine
from webupdate.store.snapshot import StatusRow
from webupdate.tui import view
from webupdate.tui.glance import Place
from webupdate.tui.view import Cell, Line

DONE_WIDTH = 14  # columns for a bar with its numbers
_LEAST_BAR = 3
_STATUS_WIDTH = 10

Counts = dict[str, tuple[int, int]]  # by entity: waiting, failed
# What these stages count as failed waits for an answer: nothing has gone wrong.
_ASKING = ("accounts", "write")
_WELL = ("done", "working", "waiting")

LEVELS = {"info": (" ", "dim"), "warning": ("⚠", "warn"), "error": ("✖", "bad")}
FILES_OF_ITEMS = ("images", "documents")
# What an action works on, where it is records of the queue.
UPLOADS: tuple[str, ...] = tuple(action for action, _ in ACTIONS[1:10])


class Stage(NamedTuple):
    """One action with all that is known of it. `left`: seconds until it is done, None if nothing tells."""

    row: StatusRow
    state: str
    waiting: int = 0
    failed: int = 0
    left: float | None = None

    @property
    def action(self) -> str:
        return self.row.action

    @property
    def label(self) -> str:
        return label(self.row.action)

    @property
    def works(self) -> bool:
        return self.state == "working"

    @property
    def well(self) -> bool:
        """Whether it goes on without a person."""
        return self.state in _WELL and not self.failed


def with_complaints(counts: Counts, complaints: Mapping[str, int]) -> Counts:
    """With what is wrong in the files, by file: of pictures and documents in their rows, else where files are read."""
    found = dict(counts)
    for file, count in complaints.items():
        action = file if file in FILES_OF_ITEMS else "read"
        waiting, failed = found.get(action, (0, 0))
        found[action] = (waiting, failed + count)
    return found


def stages(spot: Place, counts: Counts, *, going: bool) -> list[Stage]:
    """A stage for each action, in the order of work; `counts` with the complaints. `going`: somebody runs the sync."""
    known = {row.action: row for row in spot.site.rows}
    cycle = [known.get(action) or _not_run(spot.site.id, action) for action, _ in ACTIONS]
    errands = [known[action] for action, _ in ERRANDS if action in known]
    needing = {"accounts": spot.site.customers, "write": spot.site.conflicts}
    numbers = counts | {action: (0, count) for action, count in needing.items()}
    moves = going and spot.site.state not in ("paused", "stopped")
    return [_stage(row, numbers.get(row.action, (0, 0)), moves=moves) for row in cycle + errands]


def _not_run(site_id: int, action: str) -> StatusRow:
    return StatusRow(
        site_id=site_id, action=action, state="waiting", done=0, total=0, message="", hint="", rate=0.0, at=0.0
    )


def _stage(row: StatusRow, numbers: tuple[int, int], *, moves: bool) -> Stage:
    waiting, failed = numbers
    if row.state == "working" and not moves:
        return Stage(row, "waiting", waiting, failed)  # whoever worked at it has gone
    if row.state == "failed" and row.action in _ASKING:
        return Stage(row, "needs", waiting, failed)
    return Stage(row, row.state, waiting, failed, _left(row, waiting) if row.state == "working" else None)


def _left(row: StatusRow, waiting: int) -> float | None:
    """What failed does not go any more: so what waits counts, where that is known."""
    to_go = waiting or max(0, row.total - row.done)
    return to_go / row.rate if row.rate > 0 and to_go else None


def label(action: str) -> str:
    """What a stage is called."""
    return dict((*ACTIONS, *ERRANDS)).get(action, view.clean(action))


def cells(stage: Stage, now: float, *, wide: bool) -> Line:
    """The cells of a stage: glyph, action, status, done, message, rate, time left, last run.

    `wide`: the terminal shows all of them; else the message says how fast it goes.
    """
    shown, row = view.state(stage.state), stage.row
    return (
        Cell(shown.glyph, shown.tone),
        Cell(stage.label),
        Cell(_status(stage), shown.tone if stage.state != "done" else ""),
        Cell(_done(stage), "busy" if stage.works else ""),
        Cell(view.clean(row.message) if wide else _message(stage), "dim" if stage.well and not stage.works else ""),
        Cell(pace(row.rate) if stage.works else "", "dim"),
        Cell(view.time_left(stage.left) if stage.left is not None else "", "busy"),
        Cell("now" if stage.works else view.age(now, row.at), "dim"),
    )


def _status(stage: Stage) -> str:
    count = f"{view.number(stage.failed)} failed"
    if stage.state == "failed" and stage.failed and len(count) <= _STATUS_WIDTH:
        return count
    return view.state(stage.state).word


def _done(stage: Stage) -> str:
    row = stage.row
    if stage.works and row.total:
        return barred(row.done, row.total, DONE_WIDTH)
    if stage.state == "waiting":
        waits = view.number(row.total) if row.total else ""
        return _of(row.done, row.total) if row.done else waits
    if row.total and row.total != row.done:
        return _of(row.done, row.total)
    return view.number(row.done)


def _of(done: int, total: int) -> str:
    words = f"{view.number(done)} of {view.number(total)}"
    return words if len(words) <= DONE_WIDTH else barred(done, total, DONE_WIDTH)


def barred(done: int, total: int, width: int) -> str:
    """A bar with its numbers behind it; only the numbers where they leave no room for one, a share of very many."""
    numbers = f"{view.number(done)}/{view.number(total)}"
    room = width - 1 - len(numbers)
    if room >= _LEAST_BAR:
        return f"{view.bar(done, total, room)} {numbers}"
    return numbers if len(numbers) <= width else f"{done * 100 // total} %"


def pace(rate: float) -> str:
    """Records a second; of slow work records a minute."""
    if rate <= 0:
        return ""
    return f"{rate:,.0f}/s" if rate >= 1 else f"{max(1, round(rate * 60))}/min"


def moving(rate: float, left: float | None) -> str:
    """How fast it goes and how long it still takes; "" if neither is known."""
    parts = (f"{view.time_left(left)} left" if left is not None else "", pace(rate))
    return ", ".join(part for part in parts if part)


def _message(stage: Stage) -> str:
    """What the stage says where there is little room; while it works, how fast comes first."""
    said = view.clean(stage.row.message).replace(" saved ", " ")
    if not stage.works:
        return said
    return " · ".join(part for part in (moving(stage.row.rate, stage.left), said) if part)


def detail(stage: Stage, width: int, room: int) -> list[Line]:
    """All that is known of the selected stage, its whole message with its hint, in at most `room` lines."""
    shown = view.state(stage.state)
    first: Line = (Cell(f"{shown.glyph} ", shown.tone), Cell(stage.label, "bold"), Cell(f"  {_facts(stage)}", "dim"))
    said = stage.row.message if stage.row.message not in ("", _facts(stage)) else ""
    message = _in_lines(said, width, min(2, room - 1))
    return [first, *message, *_in_lines(stage.row.hint, width, min(2, room - 1 - len(message)), "dim")]


def _in_lines(text: str, width: int, most: int, tone: str = "") -> list[Line]:
    return view.begun(view.wrapped(text, width - 2, "  ", tone), most) if text and most > 0 else []


def _facts(stage: Stage) -> str:
    """How much waits and failed, how fast it goes, when it ran last."""
    if not stage.row.at:
        return "has not run yet"
    parts = [
        f"{view.number(stage.waiting)} wait{'s' * (stage.waiting == 1)}" if stage.waiting else "",
        _needing(stage),
        moving(stage.row.rate, stage.left) if stage.works else f"last run {view.clock(stage.row.at)}",
    ]
    return " · ".join(part for part in parts if part)


def _needing(stage: Stage) -> str:
    if not stage.failed:
        return ""
    words = {"read": "problem in the files", "accounts": "web customer waits", "write": "order waits"}
    many = {"read": "problems in the files", "accounts": "web customers wait", "write": "orders wait"}
    if stage.action in words:
        tail = "" if stage.action == "read" else " for your answer"
        return view.counted(stage.failed, words[stage.action], many[stage.action]) + tail
    return f"{view.number(stage.failed)} failed"


def event(line: LogLine) -> Line:
    """An event as one line; its text says by itself which record it is about."""
    glyph, tone = LEVELS.get(line.level, LEVELS["info"])
    text = Cell(view.clean(line.text), tone if line.level == "error" else "")
    return (Cell(f"{view.moment(line.at)} ", "dim"), Cell(f"{glyph} ", tone), text)
