"""The keys in force: those of the action table, and what a person has put in their place in keys.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct
from textual.keys import _character_to_key

from webupdate.tui import actions
from webupdate.tui.actionkinds import LIST, Action, key_name

# Keys that tmux, screen or the terminal itself take: pressed, they would never arrive here.
SWALLOWED = frozenset(f"ctrl+{letter}" for letter in "abhijmoqsz")
_NAMED = frozenset(
    ("enter", "escape", "space", "tab", "backspace", "insert", "delete", "home", "end", "pageup", "pagedown")
) | {"up", "down", "left", "right", *(f"f{number}" for number in range(1, 13))}
_COMBINED = re.compile(r"(?:(?:ctrl|shift|alt)\+)+(?:[a-z0-9]|[a-z]+[0-9]*)")
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


class Keymap(Struct, frozen=True, kw_only=True):
    """What was changed, as keys by action; and what of the file could not be taken, as sentences."""

    changed: Mapping[str, tuple[str, ...]] = {}
    complaints: tuple[str, ...] = ()

    def keys(self, action: Action) -> tuple[str, ...]:
        """The keys of an action."""
        return self.changed.get(action.id, action.keys)

    def shown(self, action: Action) -> str:
        """Its first key as people write it."""
        return key_name(self.keys(action)[0])

    def filled(self, text: str) -> str:
        """A sentence that names actions in braces, with their keys in their places."""
        known = {action.id: action for action in actions.ACTIONS}
        return _PLACEHOLDER.sub(lambda found: self.shown(known[found[1]]) if found[1] in known else found[0], text)

    def for_textual(self) -> dict[str, str]:
        """As Textual wants it: the keys of each changed action, with commas."""
        return {id: ",".join(keys) for id, keys in self.changed.items()}


def load(path: Path) -> Keymap:
    """Read keys.toml; what is wrong in it is told, and the usual key stays. No file is no change."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Keymap()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return Keymap(complaints=(f"{path} can't be read, the usual keys stay: {error}.",))
    complaints: list[str] = []
    changed = dict(_entries(content, complaints))
    for place in sorted({place for action in actions.ACTIONS for place in action.places}):
        _drop_clashes(place, changed, complaints)
    return Keymap(changed=changed, complaints=tuple(complaints))


def _entries(content: Mapping[str, object], complaints: list[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    known = {action.id for action in actions.ACTIONS}
    for id, value in content.items():
        words = [word for word in (value if isinstance(value, list) else [value]) if isinstance(word, str) and word]
        if id not in known:
            complaints.append(f"keys.toml: there is no action {id[:40]!r}. All of them: webupdate keys")
        elif not words:
            complaints.append(f'keys.toml: {id} needs a key or a list of keys, as in {id} = "f9".')
        elif wrong := [word for word in words if not _usable(word)]:
            complaints.append(f"keys.toml: {wrong[0][:20]!r} for {id} is no key that arrives here. {id} keeps its own.")
        else:
            yield id, tuple(map(_named, words))


def _named(word: str) -> str:
    """A key as Textual calls it: `?` is question_mark."""
    return _character_to_key(word) if len(word) == 1 else word.lower()


def _usable(word: str) -> bool:
    if len(word) == 1:
        return word.isprintable() and not word.isspace()
    key = word.lower()
    return key not in SWALLOWED and (key in _NAMED or _COMBINED.fullmatch(key) is not None)


def _drop_clashes(place: str, changed: dict[str, tuple[str, ...]], complaints: list[str]) -> None:
    """A key that would mean two things in one place: the usual keys stay. The keys of lists hold in all places."""
    taken: dict[str, Action] = {}
    for action in [*actions.at(place), *(actions.at(LIST) if place != LIST else ())]:
        for key in changed.get(action.id, action.keys):
            other = taken.setdefault(key, action)
            if other is action or not (moved := {action.id, other.id} & changed.keys()):
                continue
            for id in sorted(moved):
                del changed[id]
            names = f"{other.id} and {action.id}"
            complaints.append(f"keys.toml: {key_name(key)} would mean {names} in {place}. Their own keys stay.")
            _drop_clashes(place, changed, complaints)
            return
