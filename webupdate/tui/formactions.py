"""The keys of the Properties form, as data (see actions.py). F-keys: a letter would be typed into the field."""

from __future__ import annotations

from webupdate.tui.actionkinds import FORM, WIZARD, Action, as_screen_says


def _of_form(id: str, keys: str, label: str, help: str, *more: str, short: str = "", at_once: bool = False) -> Action:
    return Action(
        id=id,
        keys=tuple(keys.split()),
        label=label,
        help=help,
        places=(FORM, *more),
        short=short,
        disabled=as_screen_says(id),
        at_once=at_once,
    )


def _step(id: str, keys: str, label: str, help: str, *places: str) -> Action:
    return Action(id=id, keys=tuple(keys.split()), label=label, help=help, places=places, footer=False, at_once=True)


# In the order of the footer, which drops from the end what does not fit.
IN_FORM: tuple[Action, ...] = (
    _of_form(
        "find_field",
        "f3",
        "Find",
        "Only the properties that have a text in group, name, help or value.",
        at_once=True,
    ),
    _of_form(
        "test",
        "f5 ctrl+t",
        "Test connection",
        "Reach the shop with what stands in the form, log in, and say what was found or what is wrong.",
        WIZARD,
        short="Test shop",
    ),
    _of_form("undo", "f4", "Undo", "Take the last change back, wherever it was; again the one before it."),
    _of_form("redo", "f7", "Redo", "Change again what was taken back last."),
    _of_form(
        "test_support",
        "f6",
        "Test support",
        "Send a test message to the addresses of support that stand in the form, or that are kept.",
    ),
    _step("next_field", "down tab", "Next field", "To the field below.", FORM, WIZARD),
    _step("previous_field", "up shift+tab", "Previous field", "To the field above.", FORM, WIZARD),
    _step("next_group", "pagedown", "Next group", "To the first field of the next group.", FORM),
    _step("previous_group", "pageup", "Previous group", "To the first field of this group, then the one before.", FORM),
    _step("enter_field", "enter", "Next field", "From a line that is typed to the field below.", FORM),
)
