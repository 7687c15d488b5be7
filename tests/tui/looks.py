"""A screen as text that a reviewer reads in a diff: what stands on it, and below how that looks."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from rich.color import ANSI_COLOR_NAMES, Color, ColorType
from rich.segment import Segment
from rich.style import Style
from textual.app import App

from tests.tui.pages import Person

FOLDER = Path(__file__).parent / "looks"
# What the colours of the theme are for; any other is called by its number, and plain text is not told of.
_TEXTS = {"success": "ok", "accent": "accent", "warning": "warn", "error": "bad", "quiet": "quiet", "line": "line"}
_GROUNDS = {"panel": "panel", "surface": "surface", "cursor": "cursor"}
_ANSI = {number: name for name, number in reversed(ANSI_COLOR_NAMES.items()) if number < 16}
_WORN = ("bold", "dim", "italic", "underline", "reverse", "strike")


class Palette(NamedTuple):
    """What colours are called: of a text, and of the ground that it stands on."""

    texts: Mapping[str, str]
    grounds: Mapping[str, str]

    def named(self, style: Style) -> str:
        """A style in words, "" where it is plain."""
        text, ground = _called(style.color), _called(style.bgcolor)
        ground = self.grounds.get(ground, ground)
        words = [word for word in _WORN if getattr(style, word)]
        return " ".join(word for word in (*words, self.texts.get(text, text), ground and f"on {ground}") if word)


def by_meaning(app: App[str]) -> Palette:
    """The colours of the theme by what they are for."""
    colours = app.get_css_variables()
    texts = {_typed(colours[name]): meaning for name, meaning in _TEXTS.items()}
    grounds = {_typed(colours[name]): meaning for name, meaning in _GROUNDS.items()}
    plain = {_typed(colours["foreground"]): ""}, {_typed(colours["background"]): ""}
    return Palette(texts | plain[0], grounds | plain[1])


def by_number(app: App[str]) -> Palette:
    """The colours as they are; only plain text is not told of."""
    colours = app.get_css_variables()
    return Palette({_typed(colours["foreground"]): ""}, {_typed(colours["background"]): ""})


def _typed(colour: str) -> str:
    return colour.lower().removeprefix("ansi_")


def _called(colour: Color | None) -> str:
    """One of the terminal's 16 colours by its name, any other by its number."""
    if colour is None or colour.is_default:
        return ""
    return _ANSI[colour.number] if colour.type is ColorType.STANDARD and colour.number is not None else _hex(colour)


def _hex(colour: Color) -> str:
    return colour.get_truecolor().hex


def look(person: Person, palette: Callable[[App[str]], Palette] = by_meaning) -> str:
    """The screen, with its colours as `palette` calls them."""
    strips = person.screen._compositor.render_strips()
    known = palette(person.app)
    styles = [" · ".join(_styled(strip, known)) for strip in strips]
    text = "\n".join(person.lines).rstrip("\n")
    return "\n".join([text, "", *(f"{number:>2} {line}" for number, line in enumerate(styles, 1) if line), ""])


def _styled(strip: Iterable[Segment], palette: Palette) -> Iterator[str]:
    """The pieces of a line that do not look like plain text."""
    pieces = ((palette.named(part.style) if part.style else "", part.text) for part in strip)
    for style, group in groupby(pieces, key=lambda piece: piece[0]):
        text = "".join(part for _, part in group).strip()
        if style and text:
            yield f"{style} “{_shortened(text)}”"


def _shortened(text: str) -> str:
    """Lines and bars need not stand there twice."""
    return f"{text[0]}…" if len(text) > 1 and set(text) == {text[0]} else text


def compare(name: str, now: str, *, update: bool) -> None:
    """Hold a look against the one that is kept; or keep it."""
    file = FOLDER / f"{name}.txt"
    if update:
        FOLDER.mkdir(exist_ok=True)
        file.write_text(now, encoding="utf-8")
        return
    kept = file.read_text(encoding="utf-8") if file.exists() else ""
    if now != kept:
        lines = difflib.unified_diff(kept.splitlines(), now.splitlines(), f"{name} as kept", "now", lineterm="", n=1)
        told = "\n".join(lines)
        raise AssertionError(f"{name} looks otherwise. If that is meant: --update-snapshots\n{told}")
