"""The keys for orders that wait, as data (see actions.py): their list, the stepper, the history."""

from __future__ import annotations

from webupdate.tui.actionkinds import ALL_ORDERS, CONFLICTS, HISTORY, RESOLVE, Action, as_screen_says, needs_rows

_OF_ORDERS = (CONFLICTS, RESOLVE, ALL_ORDERS)


def _listed(id: str, keys: str, label: str, help: str, *places: str, short: str = "") -> Action:
    return Action(
        id=id, keys=tuple(keys.split()), label=label, help=help, places=places, disabled=needs_rows, short=short
    )


def _stepping(id: str, keys: str, label: str, help: str, *, short: str = "", footer: bool = True) -> Action:
    """An action of the stepper, whose screen knows itself whether it can be done."""
    return Action(
        id=id,
        keys=tuple(keys.split()),
        label=label,
        help=help,
        places=(RESOLVE,),
        disabled=as_screen_says(id),
        short=short,
        footer=footer,
    )


# In the order of the footer. "1-9" is no key of a terminal: each digit brings its number along (resolve.py).
ORDERS: tuple[Action, ...] = (
    _listed(
        "step",
        "enter",
        "Resolve Error",
        "Step through what is wrong with the selected order, and answer it.",
        CONFLICTS,
        short="Resolve",
    ),
    _stepping("choose", "1-9", "Choose", "Answer with the choice of that number."),
    _stepping("take", "enter", "Choose", "Answer with the choice under the cursor; at the finished order: confirm it."),
    _stepping("type_answer", "t", "Type", "Type another answer, with suggestions and checks."),
    _stepping("always", "a", "Always", "Keep the next answer for all orders to come, or for this one only."),
    _stepping("alike", "g", "Alike", "Give the next answer to all orders that wait with the same problem, too."),
    _stepping("undo_answer", "u", "Undo", "Take the last answer back."),
    _stepping("next_problem", "n right", "Next", "To the next problem; behind the last one is the finished order."),
    _stepping("previous_problem", "p left", "Previous", "To the problem before.", short="Prev"),
    _stepping("default", "d", "Use default", "Answer with what EBMS has as default.", short="Default"),
    _stepping("next_order", "k", "Next order", "Leave this order for now and go on with the next that waits."),
    _listed("order", "o", "Whole order", "The whole order as the shop sent it.", *_OF_ORDERS, short="Order"),
    _listed("history", "h", "History", "What happened to the order so far.", *_OF_ORDERS),
    _listed("step_data", "enter", "Show", "What was received or written, byte for byte.", HISTORY),
    _stepping("choice_up", "up", "Up", "To the choice above.", footer=False),
    _stepping("choice_down", "down", "Down", "To the choice below.", footer=False),
    _stepping("rows_up", "pageup", "Page up", "Rows of the order further up.", footer=False),
    _stepping("rows_down", "pagedown", "Page down", "Rows of the order further down.", footer=False),
)
