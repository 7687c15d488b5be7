"""The keys of the wizard for a new company, as data (see actions.py)."""

from __future__ import annotations

from webupdate.tui.actionkinds import WIZARD, Action, as_screen_says


def _wizard(id: str, key: str, label: str, help: str) -> Action:
    return Action(id=id, keys=(key,), label=label, help=help, places=(WIZARD,), disabled=as_screen_says(id))


# In the order of the footer.
WIZARD_STEPS: tuple[Action, ...] = (
    _wizard("next", "f2", "Next", "Check this step and go on; behind the Preview, the first upload asks first."),
    Action(
        id="go_on",
        keys=("enter",),
        label="Go on",
        help="To the next field; behind the last one, and where there is none, to the next step.",
        places=(WIZARD,),
        disabled=as_screen_says("next"),
        footer=False,
        at_once=True,
    ),
    _wizard("every_record", "w", "Every record", "The Preview record by record and field by field; Esc leads back."),
    _wizard("later", "q", "Later", "Leave the company as it is: saved, new, and nothing sent."),
)
