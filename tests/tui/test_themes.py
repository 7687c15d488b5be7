"""Colours: all text can be read in each theme, and none of it needs them."""

from __future__ import annotations

import itertools

import pytest
from textual.color import Color
from textual.theme import Theme

from tests.tui.conftest import Opener
from webupdate.settings import Settings
from webupdate.tui import themes
from webupdate.tui.session import Session

LEAST = 4.5  # WCAG 2, level AA, for text
TEXTS = ("foreground", "success", "accent", "warning", "error", "quiet")
BEHIND = ("background", "surface", "panel", "cursor")
NAMES = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")


def palette(plain: str, bright: str) -> dict[str, str]:
    """The 16 colours by Textual's names."""
    both = zip(NAMES, plain.split(), bright.split(), strict=True)
    return {
        key: f"#{value}"
        for name, dark, light in both
        for key, value in ((f"ansi_{name}", dark), (f"ansi_bright_{name}", light))
    }


PALETTES = {
    "linux": palette(
        "000000 aa0000 00aa00 aa5500 0000aa aa00aa 00aaaa aaaaaa",
        "555555 ff5555 55ff55 ffff55 5555ff ff55ff 55ffff ffffff",
    ),
    "xterm": palette(
        "000000 cd0000 00cd00 cdcd00 0000ee cd00cd 00cdcd e5e5e5",
        "7f7f7f ff0000 00ff00 ffff00 5c5cff ff00ff 00ffff ffffff",
    ),
    "windows": palette(
        "0c0c0c c50f1f 13a10e c19c00 0037da 881798 3a96dd cccccc",
        "767676 e74856 16c60c f9f1a5 3b78ff b4009e 61d6d6 f2f2f2",
    ),
}


def luminance(colour: Color) -> float:
    parts = [part / 255 for part in colour.rgb]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted(luminance(Color.parse(colour)) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def colours(theme: Theme) -> dict[str, str]:
    named = {name: getattr(theme, name) for name in (*TEXTS, *BEHIND) if getattr(theme, name, None)}
    return named | theme.variables


CASES = [
    *((theme, {}) for theme in (themes.DARK, themes.LIGHT)),
    *((themes.TERMINAL, colours) for colours in PALETTES.values()),
]


@pytest.mark.parametrize(("theme", "shown"), CASES, ids=["dark", "light", *PALETTES])
def test_each_tone_can_be_read_on_each_background(theme: Theme, shown: dict[str, str]) -> None:
    named = colours(theme)
    poor = {
        (text, behind): round(ratio, 1)
        for text, behind in itertools.product(TEXTS, BEHIND)
        if (ratio := contrast(*(shown.get(named[name], named[name]) for name in (text, behind)))) < LEAST
    }
    assert poor == {}


def test_a_terminal_of_16_colours_gets_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLORTERM", raising=False)
    for term, few in (("linux", True), ("xterm-256color", False), ("xterm", True)):
        monkeypatch.setenv("TERM", term)
        assert themes.few_colours() == few
    assert themes.chosen(Settings(), few=True, none=False) is themes.TERMINAL
    assert themes.chosen(Settings(), few=False, none=False) is themes.DARK
    assert themes.chosen(Settings(theme="light"), few=True, none=False) is themes.LIGHT
    assert themes.chosen(Settings(theme="light"), few=False, none=True) is themes.TERMINAL


async def test_without_colours_the_cursor_and_the_states_are_there(
    filled: Session, window: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with window(filled) as open_window:
        assert "▸ ⚠ Blue Ridge Feed" in open_window.text
        assert "2 orders need you" in open_window.text
        assert open_window.app.theme == themes.TERMINAL.name
        line = open_window.app.screen._compositor.render_strips()[3]
        assert any(segment.style and segment.style.reverse for segment in line)
