"""What a person has chosen for these screens: settings.toml beside keys.toml."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from webupdate.config import keys_file
from webupdate.errors import UsageError
from webupdate.sync.text import visible

# What the theme can be: its name in the file and what it is called.
THEMES: Mapping[str, str] = {
    "auto": "by itself",
    "dark": "dark",
    "light": "light",
    "terminal": "the terminal's 16 colours",
}
_FLAGS = ("calm", "mouse", "bell")
_SCREENS = "screens"
_LARGEST = 100_000  # bytes of a file that is taken for one of ours


class Settings(Struct, frozen=True, kw_only=True):
    """The settings in force. `screens`: by screen, what it remembers of itself (sort, filter), as name and value."""

    theme: str = "auto"
    calm: bool = False
    mouse: bool = True
    bell: bool = True
    screens: Mapping[str, Mapping[str, str]] = {}

    def of(self, screen: str) -> Mapping[str, str]:
        """What a screen remembers."""
        return self.screens.get(screen, {})

    def changed(self, changes: Mapping[str, object]) -> Settings:
        """With these in place of the old ones; of `screens` only the names that are given change."""
        screens = {name: dict(values) for name, values in self.screens.items()}
        for name, values in changes.get(_SCREENS, {}).items():  # type: ignore[attr-defined]
            screens[name] = {**screens.get(name, {}), **values}
        return msgspec.structs.replace(self, **{**changes, _SCREENS: screens})


def from_flags(arguments: argparse.Namespace) -> dict[str, object]:
    """What the command line says (--theme, --calm, --no-mouse), as changes that hold for one window."""
    given: dict[str, object] = {"theme": arguments.theme} if arguments.theme else {}
    given |= {"calm": True} if arguments.calm else {}
    return given | ({"mouse": False} if arguments.no_mouse else {})


def default_path() -> Path:
    """Where a person's settings are: beside keys.toml, since several administrators may share one data folder."""
    return keys_file().with_name("settings.toml")


def load(path: Path) -> tuple[Settings, tuple[str, ...]]:
    """Read settings.toml; what is wrong in it is told in sentences, and there the usual value stays."""
    try:
        content = _content(path)
    except FileNotFoundError:
        return Settings(), ()
    except (OSError, ValueError) as error:
        return Settings(), (f"{path} can't be read, the usual settings stay: {visible(str(error), 200)}.",)
    complaints: list[str] = []
    return Settings().changed(dict(_taken(content, complaints))), tuple(complaints)


def _content(path: Path) -> dict[str, object]:
    if path.stat().st_size > _LARGEST:
        raise ValueError(f"it has more than {_LARGEST:,} bytes")
    return tomllib.loads(path.read_bytes().decode("utf-8"))


def _taken(content: Mapping[str, object], complaints: list[str]) -> Iterator[tuple[str, object]]:
    for name, value in content.items():
        if (name == "theme" and value in list(THEMES)) or (name in _FLAGS and isinstance(value, bool)):
            yield name, value
        elif name == _SCREENS and isinstance(value, dict):
            yield name, {screen: dict(_texts(values)) for screen, values in value.items() if isinstance(values, dict)}
        else:
            complaints.append(_complaint(name, value))


def _texts(values: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    return ((name, value) for name, value in values.items() if isinstance(value, str))


def _complaint(name: str, value: object) -> str:
    seen = visible(str(value), 40)
    if name == "theme":
        return f"settings.toml: there is no theme {seen}, only {', '.join(THEMES)}. The usual one stays."
    if name in _FLAGS:
        return f"settings.toml: {name} is true or false, not {seen}. The usual value stays."
    return f"settings.toml: there is no setting {visible(name, 40)}; it is not used."


def keep(path: Path, changes: Mapping[str, object]) -> None:
    """Write changes into the file; what another window has changed meanwhile stays. Blocks.

    A file that can't be read is kept under another name. Raises UsageError when it can't be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            _set_aside_if_broken(path)
        _replace(path, _toml(load(path)[0].changed(changes)))
    except OSError as error:
        hint = "What you chose holds for this window only. Give yourself the right to write there."
        raise UsageError(f"The settings can't be kept in {path}: {error.strerror}.", hint) from error


def _set_aside_if_broken(path: Path) -> None:
    try:
        _content(path)
    except ValueError:
        path.replace(path.with_suffix(".wrong"))


def _replace(path: Path, text: str) -> None:
    """The whole file or the old one, whatever happens."""
    number, name = tempfile.mkstemp(dir=path.parent, prefix=".settings-")
    temporary = Path(name)
    try:
        with os.fdopen(number, "wb") as stream:
            stream.write(text.encode())
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def _toml(settings: Settings) -> str:
    lines = ["# Written by webupdate (Settings); a key or a value that is wrong is told and not used."]
    lines += [f"{name} = {json.dumps(getattr(settings, name))}" for name in ("theme", *_FLAGS)]
    for screen, values in settings.screens.items():
        lines += ["", f"[{_SCREENS}.{_quoted(screen)}]"]
        lines += [f"{_quoted(name)} = {_quoted(value)}" for name, value in values.items()]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A TOML string: JSON's, but for the one control character that JSON leaves as it is."""
    return json.dumps(text.encode("utf-8", "replace").decode(), ensure_ascii=False).replace("\x7f", "\\u007f")
