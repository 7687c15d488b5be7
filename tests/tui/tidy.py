"""What has to hold of every screen at 80x24: nothing that names something is cut off."""

from __future__ import annotations

from collections.abc import Iterator

from textual.screen import ModalScreen

from tests.tui.pages import Person
from webupdate.tui.bars import Footer, Header
from webupdate.tui.grid import Grid
from webupdate.tui.page import Page

_CUT = ("…", "~")


def untidy(person: Person) -> list[str]:
    """What is cut off or runs beyond the edge, as sentences."""
    return [*_edges(person), *_bars(person), *_titles(person), *_dialog(person)]


def _edges(person: Person) -> Iterator[str]:
    width, height = person.screen.size
    yield from (f"This line is wider than the window: {line}" for line in person.lines if len(line) > width)
    for widget in person.screen.query("*"):
        if widget.display and widget.region and widget.virtual_region.right > width + widget.scroll_offset.x:
            yield f"{widget!r} reaches beyond the right edge."
        if isinstance(widget, Header | Footer) and widget.region.bottom > height:
            yield f"{widget!r} reaches beyond the bottom."


def _bars(person: Person) -> Iterator[str]:
    screen = person.screen
    if not isinstance(screen, Page):
        return
    header, footer = person.lines[0], person.lines[-1]
    if screen.crumbs()[-1] not in header:
        yield f"The title does not say where one is: {header}"
    if not footer.startswith(" ⚠ "):
        last = screen.hints()[-2:]
        for hint in last:
            if f"{hint.key} {hint.label}" not in footer:
                yield f"The footer has no {hint.key} {hint.label}: {footer}"
    if any(mark in footer for mark in _CUT) or len(footer) > screen.size.width:
        yield f"The footer is cut off: {footer}"


def _titles(person: Person) -> Iterator[str]:
    for grid in person.screen.query(Grid):
        titles = person.inside(grid)[:1] if grid.display and grid._top else []
        yield from (f"A column's title is cut off: {line}" for line in titles if any(mark in line for mark in _CUT))


def _dialog(person: Person) -> Iterator[str]:
    """The frame of a question is whole, and so is what it asks."""
    if not isinstance(person.screen, ModalScreen):
        return
    frame = person.screen.query_one(".dialog")
    if not person.screen.region.contains_region(frame.region):
        yield f"The question is larger than the window: {frame.region}"
    if frame.virtual_size.height > frame.size.height and not frame.allow_vertical_scroll:
        yield f"The question shows {frame.size.height} of {frame.virtual_size.height} lines."
