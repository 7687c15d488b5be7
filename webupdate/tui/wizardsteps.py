"""The wizard for a new company without a screen: its steps, what each of them tells, and what holds it up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from webupdate.store.inspections import Inspection
from webupdate.store.properties import PROPERTIES, Property
from webupdate.tui import glance, view
from webupdate.tui.actionkinds import ORPHANED
from webupdate.tui.folders import ExportFile
from webupdate.tui.glance import Place
from webupdate.tui.view import Cell, Line

if TYPE_CHECKING:
    from webupdate.sync.preview import Preview

FOLDERS, SHOP, CONNECTION, PREVIEW, UPLOAD = range(5)
TITLES = ("Folders", "Shop", "Connection", "Preview", "First upload")
RUNNING, PASSED, FAILED = "running", "passed", "failed"

# The counts of the Preview that a first upload has, with their titles; a site that was never sent anything hides none.
_OPS = (("new", "New"), ("changed", "Changed"), ("same", "Same"))
_KIND, _COUNT, _HALF = 11, 8, 38


class Verdict(NamedTuple):
    """What a test of the connection came to: RUNNING, PASSED or FAILED, in words and with what to do."""

    state: str
    text: str = ""
    hint: str = ""


class Steps:
    """Where the wizard is. `verdict`: what the last test of the connection came to."""

    def __init__(self) -> None:
        self.at = FOLDERS
        self.verdict = Verdict(RUNNING)

    def line(self) -> Line:
        """All steps; the current one stands out, and one that was passed with a warning says so."""
        cells = (self._cells(step) for step in range(len(TITLES)))
        return tuple(cell for pair in cells for cell in pair)

    def _cells(self, step: int) -> Line:
        title = f"{step + 1} {TITLES[step]}   "
        if step == self.at:
            return (Cell("▸ ", "key"), Cell(title, "bold"))
        if step > self.at:
            return (Cell("· ", "dim"), Cell(title, "dim"))
        if step == CONNECTION and self.verdict.state == FAILED:
            return (Cell("⚠ ", "warn"), Cell(title))
        return (Cell("✔ ", "ok"), Cell(title))


def entries(step: int) -> list[Property]:
    """The properties that a step asks for: the fewest that a company needs, all others have a usual value."""
    scope = {FOLDERS: "company", SHOP: "site"}.get(step)
    return [entry for entry in PROPERTIES if entry.scope == scope and _asked(entry)]


def _asked(entry: Property) -> bool:
    if entry.scope == "company":
        return entry.required
    return entry.required or entry.kind in ("secret", "file") or entry.name in ("shop", "media_user")


def title(step: int) -> str:
    """What a step is about, in a sentence."""
    return (
        "Where EBMS saves its export files, and from where it imports web orders.",
        "The web shop of this company. What you enter here sends nothing.",
        "Whether the shop can be reached, and lets this program in.",
        "What the first upload would do. Nothing is sent before you let it begin.",
    )[min(step, PREVIEW)]


def files(found: Sequence[ExportFile], now: float) -> list[Line]:
    """The six export files: which of them are there."""
    return [_file(entry, now) for entry in found]


def _file(entry: ExportFile, now: float) -> Line:
    if entry.problem:
        return (Cell("✖ ", "bad"), Cell(f"{entry.label:<17}"), Cell(view.clean(entry.problem), "bad"))
    if entry.saved_at is None:
        return (Cell("· ", "dim"), Cell(f"{entry.label:<17}not there", "dim"))
    age = view.age(now, entry.saved_at)
    return (Cell("✔ ", "ok"), Cell(f"{view.clean(entry.label):<17}"), Cell(f"saved {age} ago", "dim"))


def missing_files(found: Sequence[ExportFile]) -> str:
    """Why these export files are not enough to go on without a question, "" if they are."""
    if unreadable := [entry.label for entry in found if entry.problem]:
        return f"This user can't read {', '.join(unreadable)}: it is left out of the first upload."
    if not any(entry.saved_at is not None for entry in found):
        return "None of the six export files is there yet: the first upload has nothing to send."
    return ""


def connection(verdict: Verdict, address: str, width: int) -> list[Line]:
    """What the test of the connection came to, and what can be done now."""
    if verdict.state == RUNNING:
        return [(Cell("⟳ ", "busy"), Cell(f"Reaching {view.clean(address)} and logging in …"))]
    glyph = Cell("✔ ", "ok") if verdict.state == PASSED else Cell("✖ ", "bad")
    lines = _hanging(glyph, verdict.text, width)
    if verdict.hint:
        lines += view.wrapped(verdict.hint, width, "  ", "dim")
    if verdict.state == PASSED:
        return [*lines, (), _keys(("next", "saves the company and reads what its first upload would do"))]
    ways = (("back", "to the shop's settings"), ("test", "tests again"), ("next", "goes on all the same"))
    return [*lines, (), _keys(*ways)]


def _keys(*ways: tuple[str, str]) -> Line:
    """What can be pressed now, by action."""
    return tuple(cell for id, text in ways for cell in (Cell(f"  {{{id}}}", "key"), Cell(f" {text} ", "dim")))


def _hanging(glyph: Cell, text: str, width: int) -> list[Line]:
    """A sentence behind a glyph, its further lines below its first."""
    first, *others = view.wrapped(text, width - 2)
    return [(glyph, *first), *((Cell("  "), *line) for line in others)]


def holds_up(place: Place | None, contact: Inspection | None, mode: str) -> str:
    """Why the first upload can't begin now, "" if it can."""
    if place is None:
        return "The company is not here any more: somebody else has removed it."
    if mode == ORPHANED:
        return "Nobody runs the sync. Press {host} to run it here first."
    if place.company.paused:
        return f"{place.company.name} is paused. Resume it on the first screen."
    if contact is None or contact.state == "running":
        return "The export files and the shop are still being read."
    if contact.state == "failed":
        return "The shop could not be read, so nobody knows what the first upload would do."
    return ""


def preview(place: Place, found: Preview | None, sentences: Sequence[str], reading: bool, width: int) -> list[Line]:
    """What the first upload would do: counts by kind, then what there is to know besides."""
    lines = [line for need in _troubles(place) for line in glance.need_lines(need, width)]
    if found is None or reading:
        lines.append((Cell("⟳ ", "busy"), Cell("Reading the export files, and what the shop holds already …")))
    if found is not None and found.counts:
        lines += [*_table(found), ()]
    elif not reading and not lines:
        lines += [(Cell("⚠ ", "warn"), Cell("No export file was read yet: nothing would be sent.")), ()]
    if not reading:
        lines += [line for sentence in sentences for line in _hanging(Cell("· ", "dim"), sentence, width)]
    return lines


def _troubles(place: Place) -> list[glance.Need]:
    """What ails the company; that it is new is no news here, and the keys of the first screen lead nowhere."""
    return [need._replace(key="") for need in glance.needs(place, "") if need.label != "Preview"]


def _table(found: Preview) -> list[Line]:
    """Counts by kind in two columns, so that they fit a small terminal."""
    kinds = list(found.counts)
    half = (len(kinds) + 1) // 2
    rows = [_row(found, kind) for kind in kinds]
    heads = [_heading()] * (2 if len(kinds) > 1 else 1)
    return [_beside(heads), *(_beside(rows[place::half][:2]) for place in range(half))]


def _heading() -> Line:
    return (Cell(" " * _KIND), *(Cell(f"{word:>{_COUNT}}", "dim") for _, word in _OPS))


def _row(found: Preview, kind: str) -> Line:
    counts = [found.counts[kind].get(op, 0) for op, _ in _OPS]
    return (Cell(f"{kind:<{_KIND}}"), *(Cell(f"{view.number(n):>{_COUNT}}", "" if n else "dim") for n in counts))


def _beside(lines: Iterable[Line]) -> Line:
    """Lines beside each other, each as wide as half a small screen."""
    cells: list[Cell] = []
    for line in lines:
        cells += [Cell(" " * (_HALF - view.length(tuple(cells)))), *line] if cells else [*line]
    return tuple(cells)
