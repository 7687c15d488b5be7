"""The keys that concern the program as a whole, as data (see actions.py): doctor, settings, the list of commands."""

from __future__ import annotations

from webupdate.tui.actionkinds import (
    COLUMNS,
    DOCTOR,
    FORM,
    HELP,
    HOME,
    PROGRESS,
    READING,
    SETTINGS,
    WIZARD,
    Action,
    as_screen_says,
)


def _doctor(id: str, keys: str, label: str, help: str, *, short: str = "") -> Action:
    """An action of the doctor, whose screen knows itself whether it can be done."""
    return Action(
        id=id, keys=(keys,), label=label, help=help, places=(DOCTOR,), disabled=as_screen_says(id), short=short
    )


_READ = tuple(place for place in READING if place != HELP)

# In the order of the footer.
PROGRAM: tuple[Action, ...] = (
    _doctor("look_round", "r", "Look again", "Look at everything anew, and ask the shops again."),
    _doctor("problems_only", "f", "Only problems", "Show only what is not as it should be, then all again."),
    _doctor(
        "bundle",
        "w",
        "Write for support",
        "Write doctor, state, settings and the last of the log into a text file, without passwords and tokens.",
        short="Write",
    ),
    Action(
        id="doctor",
        keys=("d",),
        label="Doctor",
        help="About program and machine: versions, folders, rights, certificates, clocks, and what is off and why.",
        places=(HOME, PROGRESS),
    ),
    Action(
        id="change_setting",
        keys=("enter", "space"),
        label="Change",
        help="Give the setting its next value; it holds at once.",
        places=(SETTINGS,),
    ),
    Action(
        id="settings",
        keys=("comma",),
        label="Settings",
        help="Theme, calm, mouse and bell of these screens, for you alone.",
        places=(HOME, *(place for place in _READ if place != SETTINGS)),
        footer=False,
    ),
    Action(
        id="palette",
        keys=("colon", "ctrl+p"),
        label="Commands",
        help="All that can be done here, found by a part of its name.",
        places=(HOME, COLUMNS, *_READ),
    ),
    Action(
        id="form_palette",
        keys=("ctrl+p",),
        label="Commands",
        help="All that can be done here, found by a part of its name.",
        places=(FORM, WIZARD),
    ),
)
