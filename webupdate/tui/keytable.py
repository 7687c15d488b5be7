"""The action table as text, JSON and Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from webupdate.tui import actions
from webupdate.tui.actionkinds import Action, key_name
from webupdate.tui.keymap import Keymap

# The names of the places, in the order in which people meet them.
PLACES: Mapping[str, str] = {
    "home": "Companies",
    "wizard": "New company",
    "progress": "Synchronization Progress",
    "records": "Records",
    "status": "Synchronization Status",
    "conflicts": "Synchronization Status: orders",
    "resolve": "Resolve Error",
    "history": "History of an order",
    "order": "Order as received",
    "customers": "Customers that wait",
    "orders": "Orders",
    "queue": "Queue",
    "log": "Log",
    "explain": "Explain",
    "verify": "Verify",
    "preview": "Preview",
    "fields": "Whole record",
    "columns": "Columns",
    "mappings": "Mappings",
    "form": "Properties",
    "settings": "Settings",
    "doctor": "Doctor",
    "help": "Help",
    "list": "In every list",
}

# Each screen's twin on the command line, for who can't see or steer screens, and for scripts (with --json); for the
# others, why there is none.
TWINS: Mapping[str, str] = {
    "home": "webupdate status",
    "progress": "webupdate progress COMPANY",
    "records": "webupdate problems COMPANY --only ENTITY",
    "status": "webupdate status",
    "conflicts": "webupdate conflicts COMPANY",
    "resolve": "webupdate conflict N",
    "history": "webupdate conflict N --history",
    "order": "webupdate conflict N --received",
    "customers": "webupdate customers COMPANY",
    "orders": "webupdate orders COMPANY",
    "queue": "webupdate queue COMPANY",
    "log": "webupdate log COMPANY",
    "explain": "webupdate explain COMPANY TEXT",
    "verify": "webupdate verify COMPANY",
    "preview": "webupdate preview COMPANY",
    "fields": "webupdate preview COMPANY --find TEXT",
    "columns": "webupdate columns COMPANY",
    "mappings": "webupdate mappings list COMPANY",
    "form": "webupdate companies get COMPANY",
    "doctor": "webupdate doctor",
    "settings": "They are of the screens alone: settings.toml, and --theme, --calm, --no-mouse for one window.",
    "help": "webupdate keys",
    "wizard": "Its steps are commands: companies add, companies test, preview and begin, each behind webupdate.",
    "list": "The arrows move in a list of the screens; what it shows is printed whole by the command of its screen.",
}


def rows(keymap: Keymap) -> list[dict[str, object]]:
    """Each action of each place, for scripts."""
    return [
        {"place": place, "id": action.id, "keys": list(keymap.keys(action)), "label": action.label, "help": action.help}
        for place in PLACES
        for action in actions.at(place)
    ]


def text(keymap: Keymap) -> Iterator[str]:
    """The table for a terminal."""
    for place, title in PLACES.items():
        yield from ("", title)
        for action in actions.at(place):
            yield f"  {_names(keymap, action):<14} {action.label:<20} {action.id:<16} {_help(action)}"


def markdown() -> Iterator[str]:
    """The page docs/keys.md: the keys as the program comes."""
    yield "# Keys"
    yield ""
    yield "Made by `webupdate keys --markdown` from the program's one table of actions. Change a key in `keys.toml`"
    yield '(`webupdate keys` says where it is): `sync_now = "f9"` or `retry = ["t", "f8"]`, by the id below.'
    yield ""
    yield "Each screen has a twin on the command line; with `--json` it speaks to scripts and screen readers alike."
    for place, title in PLACES.items():
        twin = TWINS[place]
        told = f"On the command line: `{twin}`" if twin.startswith("webupdate ") else twin
        yield from ("", f"## {title}", "", told, "", "| Key | What | Id |", "|---|---|---|")
        for action in actions.at(place):
            yield f"| {_escaped(_names(Keymap(), action))} | {action.label}: {_help(action)} | `{action.id}` |"


def _names(keymap: Keymap, action: Action) -> str:
    return " ".join(key_name(key) for key in keymap.keys(action))


def _help(action: Action) -> str:
    return action.help + (" Asks first." if action.asks else "")


def _escaped(keys: str) -> str:
    return keys.replace("|", "\\|")
