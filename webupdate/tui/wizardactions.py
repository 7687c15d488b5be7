"""The keys of the wizard for a new company, as data (see actions.py)."""

from __future__ import annotations

from webupdate.tui.actionkinds import WIZARD, Action, as_screen_says


def _wizard(id: str, keys: str, label: str, help: str) -> Action:
    return Action(
        id=id, keys=tuple(keys.split()), label=label, help=help, places=(WIZARD,), disabled=as_screen_says(id)
    )


# In the order of the footer.
WIZARD_STEPS: tuple[Action, ...] = (
    _wizard("next", "f2 enter", "Next", "Check this step and go on; behind the Preview, the first upload asks first."),
    _wizard("every_record", "w", "Every record", "The Preview record by record and field by field; Esc leads back."),
    _wizard("later", "q", "Later", "Leave the company as it is: saved, new, and nothing sent."),
)
