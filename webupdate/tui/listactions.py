"""The keys of the long lists, as data (see actions.py): all orders, the queue, the log."""

from __future__ import annotations

from webupdate.tui.actionkinds import (
    ALL_ORDERS,
    HOME,
    LOG,
    PROGRESS,
    QUEUE,
    RECORDS,
    STATUS,
    Action,
    Reason,
    always,
    as_screen_says,
    needs_company,
    needs_rows,
)


def _listed(
    id: str, keys: str, label: str, help: str, *places: str, disabled: Reason = always, footer: bool = True
) -> Action:
    return Action(
        id=id, keys=tuple(keys.split()), label=label, help=help, places=places, disabled=disabled, footer=footer
    )


# In the order of the footer: what leads to the lists, and what can be done in them.
TO_LISTS: tuple[Action, ...] = (
    _listed(
        "orders",
        "o",
        "Orders",
        "All orders of the company, those that are done too: where each of them is.",
        *(HOME, PROGRESS, STATUS),
        disabled=needs_company,
    ),
    _listed(
        "queue",
        "Q",
        "Queue",
        "What waits to be sent to the site, record by record, and why.",
        *(HOME, PROGRESS, STATUS),
        disabled=needs_company,
    ),
)
IN_LISTS: tuple[Action, ...] = (
    _listed("lead", "enter", "Resolve Error", "To where it is put right.", STATUS, disabled=needs_rows),
    _listed(
        "open_order",
        "enter",
        "Open",
        "Resolve Error of an order that waits for you; else what happened to it so far.",
        ALL_ORDERS,
        disabled=needs_rows,
    ),
    _listed("view_waiting", "1", "Waiting", "The records that wait, and why.", RECORDS, footer=False),
    _listed("view_errors", "2", "Errors", "The records that need you, and what to do.", RECORDS, footer=False),
    _listed("view_history", "3", "History", "What was sent or came down of late.", RECORDS, footer=False),
    _listed(
        "open_record",
        "enter",
        "Open",
        "All fields of the record; of an order, a customer or a file what is told of it.",
        RECORDS,
        disabled=needs_rows,
    ),
    _listed(
        "retry_one",
        "t",
        "Try again",
        "Give the selected record another try.",
        RECORDS,
        disabled=as_screen_says("retry_one"),
    ),
    _listed(
        "retry_all",
        "T",
        "Try all",
        "Give all records of this list that failed another try.",
        RECORDS,
        disabled=as_screen_says("retry_all"),
    ),
    _listed("order_state", "s", "State", "Only orders in one state, then in the next, then all again.", ALL_ORDERS),
    _listed("explain_record", "enter", "Explain", "All that is known of the record.", QUEUE, disabled=needs_rows),
    _listed(
        "follow_work", "f", "Follow", "The cursor goes along with the stage that works, or holds its place.", PROGRESS
    ),
    _listed("sort", "S", "Sort", "In the order of work, then the worst first, then the last run first.", PROGRESS),
    _listed("unwell", "n", "Not well", "Only the stages that are not well, then all again.", PROGRESS),
    _listed("follow", "f", "Follow", "Stay at the newest line.", LOG),
    _listed("level", "l", "Level", "Only warnings and errors, then only errors, then all again.", LOG),
)
