"""What is shown, as plain values: words, numbers, ages, bars and the two lines around each screen. No Textual here."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from webupdate.store.board import EngineInfo
from webupdate.sync.text import lines_of, visible

LONGEST = 4000  # characters of one text from outside that a screen takes
YEAR = 365 * 86400
SPARKS = "▁▂▃▄▅▆▇"


class Cell(NamedTuple):
    """A piece of text and how it looks; `tone` is one of paint.TONES."""

    text: str
    tone: str = ""


Line = tuple[Cell, ...]


class State(NamedTuple):
    """A state, told three times: glyph, word and colour, so that none of them is needed."""

    glyph: str
    word: str
    tone: str


STATES: dict[str, State] = {
    "ok": State("✔", "In step", "ok"),
    "done": State("✔", "Done", "ok"),
    "working": State("⟳", "Working", "busy"),
    "needs": State("⚠", "Needs you", "warn"),
    "failed": State("⚠", "Failed", "warn"),
    "stopped": State("✖", "Stopped", "bad"),
    "paused": State("‖", "Paused", "dim"),
    "waiting": State("·", "Waiting", "dim"),
    "new": State("·", "Not synced yet", "dim"),
}


def state(name: str) -> State:
    """The state of that name; one that a newer engine made up is shown as it is called."""
    return STATES.get(name, State("·", clean(name), "dim"))


def clean(text: str) -> str:
    """Text from a file or a shop as one harmless line: control and invisible characters are spelled out."""
    return visible(text, LONGEST)


def clean_lines(text: str) -> list[str]:
    """Long text from outside, line by line, each harmless."""
    return [clean(line) for line in lines_of(text)]


def wrapped(text: str, width: int, indent: str = "", tone: str = "") -> list[Line]:
    """Text from outside in lines of at most `width` columns, each of them indented."""
    parts = textwrap.wrap(clean(text), max(20, width - len(indent))) or [""]
    return [(Cell(indent + part, tone),) for part in parts]


def begun(lines: list[Line], most: int) -> list[Line]:
    """At most so many lines; more of them are hinted at."""
    return lines if len(lines) <= most else [*lines[: most - 1], (*lines[most - 1], Cell(" …", "dim"))]


def sentences(message: str) -> tuple[str, ...]:
    """A message in its sentences, one for a line of a dialog."""
    return tuple(f"{part.strip().rstrip('.')}." for part in message.split(". "))


def number(count: int) -> str:
    return f"{count:,}"


def counted(count: int, one: str, many: str = "") -> str:
    """`3 orders`, `1 order`."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def age(now: float, at: float | None) -> str:
    """How long ago, in steps, so that nothing ticks by the second."""
    if not at:
        return ""
    minutes = int(now - at) // 60
    if minutes < 1:
        return "< 1 min"
    if minutes < 60:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h" if hours < 24 else f"{number(hours // 24)} d"


def time_left(seconds: float) -> str:
    """How long something still takes, in steps that grow with it, so that it does not jump about."""
    if seconds < 57.5:
        return f"{max(1, round(seconds / 5)) * 5} s"
    if seconds < 600:
        return f"{max(1, round(seconds / 60))} min"
    if seconds < 3450:
        return f"{round(seconds / 300) * 5} min"
    return f"{max(1, round(seconds / 3600)):,} h" if seconds < 172_800 else f"{round(seconds / 86_400):,} d"


def when(now: float, at: float | None) -> str:
    """The moment itself, as short as an age: the time of day, else the day."""
    if not at:
        return ""
    there = time.localtime(at)
    if there[:3] == time.localtime(now)[:3]:
        return clock(at)
    return time.strftime("%d %b" if now - at < YEAR / 2 else "%b %y", there)


def clock(at: float) -> str:
    """The time of day in minutes."""
    return time.strftime("%H:%M", time.localtime(at))


def moment(at: float) -> str:
    """The time of day in seconds."""
    return time.strftime("%H:%M:%S", time.localtime(at))


def day(at: float) -> str:
    """The day, as 2026-11-24."""
    return time.strftime("%Y-%m-%d", time.localtime(at))


def stamp(at: float, today: str) -> str:
    """A moment in at most 11 columns: the time of day, behind month and day unless it is `today` (see `day`)."""
    return moment(at) if day(at) == today else time.strftime("%m-%d %H:%M", time.localtime(at))


def bar(done: int, total: int, width: int) -> str:
    """A bar of `width` characters."""
    full = min(width, done * width // total) if total > 0 else 0
    return "▇" * full + "▁" * (width - full)


def spark(counts: Sequence[int]) -> str:
    """Counts as a line of small bars; only nothing looks like nothing."""
    top = max(counts, default=0)
    return "".join(_spark(count, top) for count in counts)


def _spark(count: int, top: int) -> str:
    if not count:
        return SPARKS[0]
    return SPARKS[max(1, round(count * (len(SPARKS) - 1) / top))]


def engine_words(info: EngineInfo | None, now: float) -> tuple[str, ...]:
    """Who runs the sync elsewhere, from the longest wording to the shortest."""
    if info is None:
        return ("attached to the service", "attached")
    pid, host, up = f"pid {info.pid}", clean(info.host), age(now, info.started_at)
    return (
        f"attached to the service, {pid} on {host}, up {up}",
        f"attached, {pid} on {host}, up {up}",
        f"attached, {pid}",
    )


def header(width: int, crumbs: Sequence[str], needs_you: int, who: Sequence[str], at: str) -> tuple[Line, Line]:
    """The left and the right part of the line at the top, in the longest wording that fits."""
    counter = (Cell(f"⚠ {number(needs_you)} need{'s' if needs_you == 1 else ''} you", "warn"),) if needs_you else ()
    left = _crumbs(crumbs)
    for words in (*who, ""):
        pieces = [*counter, *([Cell(words, "dim")] if words else []), Cell(at, "dim")]
        right = spaced(pieces, 3)
        if length(left) + length(right) + 4 <= width:
            return left, right
    return _crumbs(crumbs[-1:]), spaced([*counter, Cell(at, "dim")], 2)


def _crumbs(crumbs: Sequence[str]) -> Line:
    """The way here: where we are stands out."""
    way = [Cell(clean(crumb) + " › ", "dim") for crumb in crumbs[:-1]]
    return (*way, Cell(clean(crumbs[-1]), "bold"))


def spaced(cells: Iterable[Cell], gap: int) -> Line:
    """Cells with blanks between them."""
    found: list[Cell] = []
    for cell in cells:
        found += [Cell(" " * gap), cell] if found else [cell]
    return tuple(found)


def length(line: Line) -> int:
    return sum(len(cell.text) for cell in line)


class Hint(NamedTuple):
    """One key in the footer."""

    action: str
    key: str
    label: str
    enabled: bool

    @property
    def width(self) -> int:
        return len(self.key) + 1 + len(self.label)


class Option(NamedTuple):
    """One of the things that can be chosen."""

    id: str
    label: str
    note: str


def fitting(hints: Sequence[Hint], width: int, last: int = 2) -> list[Hint]:
    """The hints that fit beside each other; the `last` ones (help, the way out) always do.

    What works now has the first right to the room; what does not is shown where there is room for it.
    """
    tail = list(hints[-last:])
    room = width - sum(hint.width + 2 for hint in tail)
    kept: set[str] = set()
    for hint in sorted(hints[:-last], key=lambda hint: not hint.enabled):
        if hint.width + 2 > room:
            break
        kept.add(hint.action)
        room -= hint.width + 2
    return [hint for hint in hints[:-last] if hint.action in kept] + tail
