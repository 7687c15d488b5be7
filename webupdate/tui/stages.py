"""Synchronization Progress as plain values: a row for each action, also for those that have not run yet."""

from __future__ import annotations

from webupdate.store.board import ACTIONS, ERRANDS, LogLine
from webupdate.store.reloads import ALL, Reload
from webupdate.store.snapshot import SiteView, StatusRow
from webupdate.tui import view
from webupdate.tui.view import Cell, Line

DONE_WIDTH = 16  # columns for a bar with its numbers

Counts = dict[str, tuple[int, int]]  # by entity: waiting, failed
# What these stages count as failed waits for an answer: nothing has gone wrong.
_ASKING = ("accounts", "write")

LEVELS = {"info": (" ", "dim"), "warning": ("⚠", "warn"), "error": ("✖", "bad")}
# What an action works on, where the row's name is not the queue's.
RECORDS_OF: dict[str, tuple[str, ...]] = {action: (action,) for action, _ in ACTIONS[1:10]}
COMPLETE_UPLOAD = "complete_upload"  # a row that is there only while one is under way
RECORDS_OF[COMPLETE_UPLOAD] = tuple(RECORDS_OF)


def rows(site: SiteView) -> list[StatusRow]:
    """One row for each action, in the order of a cycle."""
    known = {row.action: row for row in site.rows}
    whole = [_sum(site, entry) for entry in site.reloads if entry.entity == ALL]
    cycle = [known.get(action) or _not_run(site.id, action) for action, _ in ACTIONS]
    return whole + cycle + [known[action] for action, _ in ERRANDS if action in known]


def _sum(site: SiteView, entry: Reload) -> StatusRow:
    """The row of a Complete Upload, while there is one. Its rate tells nothing while nothing is sent."""
    going = site.state not in ("paused", "stopped", "waiting")
    return StatusRow(
        site_id=site.id,
        action=COMPLETE_UPLOAD,
        state="working" if going else "waiting",
        done=entry.done,
        total=entry.total,
        message="" if entry.rate else "begins",
        hint="",
        rate=entry.rate,
        at=entry.started_at,
    )


def _not_run(site_id: int, action: str) -> StatusRow:
    return StatusRow(
        site_id=site_id, action=action, state="waiting", done=0, total=0, message="", hint="", rate=0.0, at=0.0
    )


def label(action: str) -> str:
    """What a row is called."""
    return dict((*ACTIONS, *ERRANDS, (COMPLETE_UPLOAD, "Complete Upload"))).get(action, view.clean(action))


def cells(row: StatusRow, counts: Counts, now: float) -> Line:
    """The cells of a row: glyph, action, status, done, message, last."""
    shown = view.state(row.state)
    return (
        Cell(shown.glyph, shown.tone),
        Cell(label(row.action)),
        Cell(_status(row, counts), shown.tone if row.state not in ("done",) else ""),
        Cell(_done(row), "busy" if row.state == "working" else ""),
        Cell(_message(row), "" if row.state in ("failed", "stopped", "working") else "dim"),
        Cell("now" if row.state == "working" else view.age(now, row.at), "dim"),
    )


def _status(row: StatusRow, counts: Counts) -> str:
    failed = counts.get(row.action, (0, 0))[1]
    if failed and row.state == "failed":
        return f"{view.number(failed)} failed"
    asks = row.state == "failed" and row.action in _ASKING
    return view.state("needs" if asks else row.state).word


def _done(row: StatusRow) -> str:
    if row.state == "working" and row.total:
        numbers = f"{view.number(row.done)}/{view.number(row.total)}"
        return f"{view.bar(row.done, row.total, max(3, DONE_WIDTH - 1 - len(numbers)))} {numbers}"
    if row.state == "waiting":
        waits = view.number(row.total) if row.total else ""
        return f"{view.number(row.done)} of {waits}" if row.done else waits
    if row.total and row.total != row.done:
        return f"{view.number(row.done)} of {view.number(row.total)}"
    return view.number(row.done)


def _message(row: StatusRow) -> str:
    if row.message or row.state != "working" or row.rate <= 0:
        return view.clean(row.message)
    left = max(0, row.total - row.done) / row.rate
    return f"{row.rate:,.0f}/s, {_time_left(left)} left"


def _time_left(seconds: float) -> str:
    """Coarse, so that it does not jump about."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 3600 else f"{seconds / 3600:.1f} h"


def detail(row: StatusRow) -> list[Line]:
    """The whole message of the selected row, with its hint."""
    shown = view.state(row.state)
    message = _message(row) or ("has not run yet" if not row.at else "nothing to tell")
    first: Line = (Cell(f"{shown.glyph} ", shown.tone), Cell(label(row.action), "bold"), Cell(f"  {message}"))
    return [first, (Cell(f"  {view.clean(row.hint)}", "dim"),)] if row.hint else [first]


def event(line: LogLine) -> Line:
    """An event as one line; its text says by itself which record it is about."""
    glyph, tone = LEVELS.get(line.level, LEVELS["info"])
    text = Cell(view.clean(line.text), tone if line.level == "error" else "")
    return (Cell(f"{view.moment(line.at)} ", "dim"), Cell(f"{glyph} ", tone), text)
