"""All that can be done on a screen, found by a part of its name: what works with its key, what does not with why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec import Struct

from webupdate.tui import actionkinds, actions, view
from webupdate.tui.actionkinds import Context
from webupdate.tui.bars import Lines
from webupdate.tui.choose import Choose
from webupdate.tui.grid import Column, Grid
from webupdate.tui.keymap import Keymap
from webupdate.tui.paint import Painter
from webupdate.tui.view import Cell, Line, Option

_OPENS = ("palette", "form_palette")


class Entry(Struct, frozen=True, kw_only=True):
    """An action with its keys; `reason`: why it does not work now, "" if it does."""

    id: str
    label: str
    help: str
    keys: str
    reason: str


def entries(place: str, keymap: Keymap, context: Context) -> list[Entry]:
    """Every action of a place in the order of its footer, what does not work now behind what does."""
    found = [
        Entry(
            id=action.id,
            label=action.label,
            help=action.help,
            keys=" ".join(map(actionkinds.key_name, keymap.keys(action))),
            reason=keymap.filled(action.why_not(context)),
        )
        for action in actions.at(place)
        if action.id not in _OPENS
    ]
    return sorted(found, key=lambda entry: bool(entry.reason))


class Palette(Choose):
    """Choose an action by its id; below the list stands what the selected one does, or why it can't."""

    columns: ClassVar[tuple[Column, ...]] = (Column("", 9), Column("", 21), Column("", 10, grow=1))

    def __init__(self, painter: Painter, known: Sequence[Entry]) -> None:
        options = [Option(entry.id, entry.label, entry.help) for entry in known]
        super().__init__(painter, "Commands", options, known[0].id)
        self._known = {entry.id: entry for entry in known}

    def cells(self, option: Option) -> Line:
        entry = self._known[option.id]
        tone = "dim" if entry.reason else ""
        return (Cell(entry.keys, tone or "key"), Cell(entry.label, tone), Cell(view.clean(entry.reason), "warn"))

    def on_grid_moved(self) -> None:
        entry = self._known.get(self.query_one(Grid).key or "")
        text = (entry.reason or entry.help) if entry else "Nothing here is called so."
        about = view.wrapped(text, self.query_one("#keys").size.width)
        self.query_one("#keys", Lines).put([(), *about])
