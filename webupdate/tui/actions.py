"""Every key of the program, as data: it feeds bindings, footer, help screen, command palette and tests."""

from __future__ import annotations

from textual.binding import Binding

from webupdate.tui.actionkinds import (
    ALL_ORDERS,
    COLUMNS,
    CONFLICTS,
    CUSTOMERS,
    DOCTOR,
    EXPLAIN,
    FORM,
    HOME,
    LIST,
    LOG,
    MAPPINGS,
    PREVIEW,
    PROGRESS,
    QUEUE,
    READING,
    RECORDS,
    RESOLVE,
    STATUS,
    VERIFY,
    WIZARD,
    Action,
    as_screen_says,
    make,
    needs_brake,
    needs_company,
    needs_conflict,
    needs_customer,
    needs_failure,
    needs_orphan,
    needs_rows,
    needs_sync,
)
from webupdate.tui.formactions import IN_FORM
from webupdate.tui.listactions import IN_LISTS, TO_LISTS
from webupdate.tui.orderactions import ORDERS
from webupdate.tui.programactions import PROGRAM
from webupdate.tui.readingactions import IN_READINGS
from webupdate.tui.wizardactions import WIZARD_STEPS

# In the order of the footer, which drops from the end what does not fit.
ACTIONS: tuple[Action, ...] = (
    make(
        "progress",
        "enter",
        "Progress",
        "Synchronization Progress of the selected site.",
        HOME,
        disabled=as_screen_says("progress"),
    ),
    make(
        "records",
        "enter",
        "Records",
        "The records of the selected action: those that wait, their errors, their history.",
        PROGRESS,
    ),
    make("event", "enter", "Details", "The whole line, with what to do.", LOG, disabled=needs_rows),
    *IN_LISTS,
    *ORDERS,
    *WIZARD_STEPS,
    *IN_READINGS,
    make("new", "n", "New", "Set up a company and its web site, step by step.", HOME),
    make(
        "add_site",
        "a",
        "Add web site",
        "Give the selected company another web site, with a queue, shop, price level and filter of its own.",
        HOME,
        disabled=needs_company,
        footer=False,
    ),
    make(
        "properties",
        "p",
        "Properties",
        "Names, folders, shop and times of the selected company.",
        *(HOME, PROGRESS, STATUS),
        disabled=needs_company,
    ),
    make(
        "sync_now",
        "s",
        "Sync now",
        "Look at folder and shop at once instead of at the next interval.",
        *(HOME, PROGRESS, STATUS),
        disabled=needs_sync,
    ),
    make(
        "resolve",
        "r",
        "Resolve Error",
        "Synchronization Status: the orders that wait for an answer.",
        *(HOME, PROGRESS, STATUS),
        disabled=needs_conflict,
        short="Resolve",
    ),
    make(
        "sync_status",
        "i",
        "Status",
        "Synchronization Status: all sites with what is wrong at each.",
        *(HOME, PROGRESS, CONFLICTS),
        disabled=needs_company,
    ),
    make(
        "customers",
        "u",
        "Customers that wait",
        "The web customers of which EBMS needs to know more, with the values of both sides.",
        *(HOME, PROGRESS, STATUS),
        disabled=needs_customer,
        short="Customers",
    ),
    make(
        "answer",
        "enter",
        "Answer",
        "Say which customer it is, or whose values count.",
        CUSTOMERS,
        disabled=needs_rows,
    ),
    make(
        "release",
        "b",
        "Release brake",
        "Let an export file, or the records of a site, pass that are held because too much would go or change.",
        *(HOME, PROGRESS, STATUS),
        disabled=needs_brake,
        short="Release",
        asks=True,
    ),
    make(
        "complete_upload",
        "c",
        "Complete Upload",
        "Send everything again, whatever the shop holds.",
        *(HOME, PROGRESS),
        disabled=needs_sync,
        asks=True,
    ),
    make(
        "reload",
        "R",
        "Reload",
        "Send all records of one kind again: in Progress those of the selected action.",
        *(HOME, PROGRESS),
        disabled=needs_sync,
        asks=True,
    ),
    make(
        "retry",
        "t",
        "Try again",
        "Give the records that failed another try.",
        *(PROGRESS, STATUS),
        disabled=needs_failure,
    ),
    make(
        "find",
        "slash",
        "Find",
        "Show only the lines with a text; Esc shows all again.",
        HOME,
        PROGRESS,
        STATUS,
        LOG,
        RECORDS,
        VERIFY,
        PREVIEW,
        MAPPINGS,
        CONFLICTS,
        ALL_ORDERS,
        QUEUE,
        at_once=True,
    ),
    make(
        "explain",
        "e",
        "Explain",
        "Why the web shows what it shows of an item, customer or order.",
        *(HOME, PROGRESS, RECORDS, CONFLICTS, RESOLVE, ALL_ORDERS),
        disabled=needs_company,
    ),
    make(
        "copy",
        "y",
        "Copy",
        "Copy the explanation, the line or all of it to the clipboard.",
        *(EXPLAIN, LOG, DOCTOR),
        disabled=needs_rows,
    ),
    make(
        "preview",
        "w",
        "Preview",
        "What would be sent now, record by record and field by field. Sends nothing.",
        *(HOME, PROGRESS, STATUS),
        disabled=needs_company,
    ),
    make(
        "verify",
        "v",
        "Verify",
        "What the shop really holds beside what it should hold.",
        *(HOME, PROGRESS, STATUS),
        disabled=needs_company,
    ),
    make(
        "pause",
        "P space",
        "Pause",
        "Stop sending and fetching for this company, or go on.",
        HOME,
        disabled=needs_company,
    ),
    *TO_LISTS,
    make("log", "l", "Log", "The event log.", HOME, PROGRESS, STATUS),
    make("times", "T", "Times", "Show times of day instead of how long ago it was, and back.", HOME),
    make(
        "columns",
        "m",
        "Columns",
        "What the headings of the export files mean, where they are not EBMS's own.",
        *(HOME, PROGRESS, RECORDS),
        disabled=needs_company,
    ),
    make(
        "mappings",
        "M",
        "Mappings",
        "What was learnt from answers to orders: the web's words and what they are in EBMS.",
        *(HOME, PROGRESS, CONFLICTS),
        disabled=needs_company,
    ),
    make(
        "remove",
        "x",
        "Remove",
        "Forget the company here; its shop and its files stay as they are.",
        HOME,
        disabled=needs_company,
        asks=True,
    ),
    make(
        "host",
        "E",
        "Run the sync here",
        "When the service has stopped: run the sync in this window.",
        *(HOME, PROGRESS, WIZARD),
        disabled=needs_orphan,
        footer=False,
    ),
    make("save", "f2", "OK", "Check and save.", FORM, COLUMNS, disabled=as_screen_says("save")),
    *IN_FORM,
    make("undo_heading", "f4", "Undo", "Put the heading back to what it was.", COLUMNS),
    *PROGRAM,
    make("help", "question_mark f1", "Help", "All keys that work here.", HOME, COLUMNS, *READING[:-1]),
    make("form_help", "f1", "Help", "All keys that work here.", FORM, WIZARD),
    make("quit", "q ctrl+c", "Quit", "Close this window; asks whether the sync goes on without it.", HOME),
    make("back", "escape", "Back", "One step back.", WIZARD, *READING),
    make("cancel", "escape", "Cancel", "Back without saving; asks first if something was changed.", FORM, COLUMNS),
    make("cursor_up", "up", "Up", "One line up.", LIST),
    make("cursor_down", "down", "Down", "One line down.", LIST),
    make("page_up", "pageup", "Page up", "One screen up.", LIST),
    make("page_down", "pagedown", "Page down", "One screen down.", LIST),
    make("first", "g home", "First", "To the first line.", LIST),
    make("last", "G end", "Last", "To the last line.", LIST),
)


def at(place: str) -> list[Action]:
    """The actions of a place, in the order of the footer."""
    return [action for action in ACTIONS if place in action.places]


def named(id: str) -> Action:
    """The action of that id."""
    return next(action for action in ACTIONS if action.id == id)


AT_ONCE = "key('{id}')"


def bindings(place: str, call: str = "act('{id}')") -> list[Binding]:
    """A place's keys for Textual; `call` is how it runs the action of an id."""
    return [
        Binding(
            ",".join(action.keys),
            (AT_ONCE if action.at_once else call).format(id=action.id),
            action.label,
            show=False,
            priority=action.at_once,
            id=action.id,
        )
        for action in at(place)
    ]
