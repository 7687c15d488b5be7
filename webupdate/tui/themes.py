"""Dark, light, and the terminal's own 16 colours; and which of them a window gets."""

from __future__ import annotations

from rich.console import Console
from rich.segment import Segment
from textual import constants
from textual.color import Color
from textual.filter import LineFilter
from textual.theme import Theme

from webupdate.settings import Settings

DARK = Theme(
    name="webupdate-dark",
    primary="#7aa9d9",
    accent="#7aa9d9",
    success="#8fbf87",
    warning="#e0b45c",
    error="#e37b78",
    foreground="#d6d9de",
    background="#16191d",
    surface="#1d2126",
    panel="#262c33",
    variables={"quiet": "#959da8", "line": "#343b44", "cursor": "#252c35"},
)
LIGHT = Theme(
    name="webupdate-light",
    primary="#1f5f99",
    accent="#1f5f99",
    success="#2a7432",
    warning="#855a00",
    error="#b02f2b",
    foreground="#22262b",
    background="#fafaf8",
    surface="#f0f0ec",
    panel="#e6e6e1",
    dark=False,
    variables={"quiet": "#5c626b", "line": "#cfcfc8", "cursor": "#e4e9ee"},
)
# Only colours that can be read on black in the palettes of a Linux console, xterm and Windows; the cursor is reversed
# (webupdate.tcss). The background is painted, since nobody says whether the terminal's own is light or dark.
TERMINAL = Theme(
    name="webupdate-terminal",
    ansi=True,
    primary="ansi_cyan",
    accent="ansi_cyan",
    success="ansi_green",
    warning="ansi_bright_yellow",
    error="ansi_bright_red",
    foreground="ansi_bright_white",
    background="ansi_black",
    variables={
        "surface": "ansi_black",
        "panel": "ansi_black",
        "quiet": "ansi_white",
        "line": "ansi_bright_black",
        "cursor": "ansi_black",
        "ansi-background": "ansi_black",
        "ansi-foreground": "ansi_bright_white",
    },
)
THEMES = {"dark": DARK, "light": LIGHT, "terminal": TERMINAL}


def few_colours() -> bool:
    """Whether this terminal has 16 colours, or a console of Windows before 10 has."""
    console = Console(color_system=constants.COLOR_SYSTEM or "auto", force_terminal=True)  # type: ignore[arg-type]
    return console.color_system in ("standard", "windows")


def chosen(settings: Settings, *, few: bool, none: bool) -> Theme:
    """The theme of a window whose terminal has `few` colours, or is to have `none` (NO_COLOR)."""
    if none:
        return TERMINAL  # its cursor needs no colour
    if settings.theme == "auto":
        return TERMINAL if few else DARK
    return THEMES[settings.theme]


class Colourless(LineFilter):
    """NO_COLOR: what is bold or reversed stays so, and no colour at all is sent."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments without colours."""
        return [Segment(text, style and style.without_color, control) for text, style, control in segments]
