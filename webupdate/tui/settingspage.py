"""Settings: how these screens look and behave, for the person who sits here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from webupdate import settings
from webupdate.settings import THEMES, Settings
from webupdate.store.snapshot import Snapshot
from webupdate.tui import actionkinds, actions, view
from webupdate.tui.bars import Lines
from webupdate.tui.grid import Column, Grid, Row
from webupdate.tui.page import Page
from webupdate.tui.view import Cell, Line

_COLUMNS = (Column("Setting", 10), Column("Now", 24, grow=1))
_LABELS = {"theme": "Theme", "calm": "Calm", "mouse": "Mouse", "bell": "Bell"}
_TEXTS = {
    "theme": "By itself is dark, and the terminal's own colours where it has only 16. Those are always taken there "
    "at the start; another theme can be chosen for the one window. NO_COLOR in the environment turns all colours off.",
    "calm": "For slow lines: the sync's state is looked at once a second, nothing moves, and nothing is drawn only "
    "because time has passed. The clock at the top then says as of when ages are.",
    "mouse": "Off leaves the mouse to the terminal, so that it selects text; all can be done with keys. It holds from "
    "the next start on.",
    "bell": "Ring the terminal's bell when more needs you than before, at most once a minute. The number also stands "
    "in the terminal's title.",
}


class SettingsPage(Page):
    """The settings; each holds at once and is kept."""

    place = actionkinds.SETTINGS
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings(actionkinds.SETTINGS)]

    def crumbs(self) -> list[str]:
        return ["Settings"]

    def body(self) -> Iterable[Widget]:
        yield Grid(self.ours.painter, _COLUMNS, id="settings")
        yield Lines(self.ours.painter, id="detail")

    def show(self, snapshot: Snapshot) -> None:
        grid = self.query_one(Grid)
        grid.put([Row(name, (Cell(_LABELS[name]), Cell(self._value(name)))) for name in _LABELS])
        self.query_one("#detail", Lines).put(self._detail(grid.key or "theme"))

    def _value(self, name: str) -> str:
        chosen = self.ours.settings
        if name != "theme":
            return "on" if getattr(chosen, name) else "off"
        if self.ours.no_color:
            return "no colours (NO_COLOR)"
        shown = "16 colours" if self.ours.few_colours else "dark"
        return f"{THEMES['auto']}: {shown}" if chosen.theme == "auto" else THEMES[chosen.theme]

    def _detail(self, name: str) -> list[Line]:
        width = self.size.width - 6
        kept = f"Kept in {settings.default_path()}"
        return [*view.wrapped(_TEXTS[name], width), (), *view.wrapped(kept, width, tone="dim")]

    def on_resize(self) -> None:
        if self.is_mounted:
            self.draw()

    def do_change_setting(self) -> None:
        name = self.query_one(Grid).key or "theme"
        self.ours.change(**{name: following(self.ours.settings, name)})
        self.draw()


def following(chosen: Settings, name: str) -> str | bool:
    """The value that comes after the one that a setting has."""
    if name != "theme":
        return not getattr(chosen, name)
    names = list(THEMES)
    return names[(names.index(chosen.theme) + 1) % len(names)]
