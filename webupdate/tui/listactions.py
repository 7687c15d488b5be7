"""The keys of the long lists, as data (see actions.py): the log."""

from __future__ import annotations

from webupdate.tui.actionkinds import LOG, Action


def _listed(id: str, keys: str, label: str, help: str, *places: str) -> Action:
    return Action(id=id, keys=tuple(keys.split()), label=label, help=help, places=places)


# In the order of the footer.
LISTS: tuple[Action, ...] = (
    _listed("follow", "f", "Follow", "Stay at the newest line.", LOG),
    _listed("level", "l", "Level", "Only warnings and errors, then only errors, then all again.", LOG),
)
