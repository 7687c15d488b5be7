"""Every key of the program, as data: it feeds bindings, footer, help screen, command palette and tests."""

from __future__ import annotations

from textual.binding import Binding

from webupdate.tui.actionkinds import (
    ALL_ORDERS,
    COLUMNS,
    CONFLICTS,
    CUSTOMERS,
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
    SETTINGS,
    VERIFY,
    Action,
    needs_beginning,
    needs_brake,
    needs_company,
    needs_conflict,
    needs_customer,
    needs_difference,
    needs_engine,
    needs_failure,
    needs_headings,
    needs_mapping,
    needs_orphan,
    needs_rows,
    needs_sync,
)
from webupdate.tui.listactions import IN_LISTS, TO_LISTS
from webupdate.tui.orderactions import ORDERS


def _action(id: str, keys: str, label: str, help: str, *places: str, **more: object) -> Action:
    return Action(id=id, keys=tuple(keys.split()), label=label, help=help, places=places, **more)  # type: ignore[arg-type]


# In the order of the footer, which drops from the end what does not fit.
ACTIONS: tuple[Action, ...] = (
    _action(
        "progress", "enter", "Progress", "Synchronization Progress of the selected site.", HOME, disabled=needs_company
    ),
    _action("records", "enter", "Records", "What is wrong with the records of the selected action.", PROGRESS),
    _action("event", "enter", "Details", "The whole line, with what to do.", LOG, disabled=needs_rows),
    *IN_LISTS,
    *ORDERS,
    _action("fields", "enter", "Whole record", "All its fields.", VERIFY, PREVIEW, disabled=needs_rows),
    _action(
        "verify_now",
        "v",
        "Verify",
        "Read back all that the shop holds and compare it with what it should hold. Changes nothing.",
        VERIFY,
        disabled=needs_engine,
    ),
    _action(
        "repair",
        "F",
        "Repair",
        "Read the shop again and send exactly the records that differ.",
        VERIFY,
        disabled=needs_difference,
        asks=True,
    ),
    _action(
        "begin",
        "b",
        "Begin",
        "Let this new site send and take.",
        PREVIEW,
        disabled=needs_beginning,
        asks=True,
    ),
    _action("kind", "e", "Kind", "Only the records of one kind, then of the next, then all again.", PREVIEW, QUEUE),
    _action(
        "look_again",
        "w",
        "Read again",
        "Ask the shop again what it holds of these records.",
        PREVIEW,
        disabled=needs_engine,
    ),
    _action("new", "n", "New", "Set up a company and its web site.", HOME),
    _action(
        "add_site",
        "a",
        "Add web site",
        "Give the selected company another web site, with a queue, shop, price level and filter of its own.",
        HOME,
        disabled=needs_company,
        footer=False,
    ),
    _action(
        "properties",
        "p",
        "Properties",
        "Names, folders, shop and times of the selected company.",
        *(HOME, PROGRESS),
        disabled=needs_company,
    ),
    _action(
        "sync_now",
        "s",
        "Sync now",
        "Look at folder and shop at once instead of at the next interval.",
        *(HOME, PROGRESS),
        disabled=needs_sync,
    ),
    _action(
        "resolve",
        "r",
        "Resolve Error",
        "Synchronization Status: the orders that wait for an answer.",
        *(HOME, PROGRESS),
        disabled=needs_conflict,
        short="Resolve",
    ),
    _action(
        "customers",
        "u",
        "Customers that wait",
        "The web customers of which EBMS needs to know more, with the values of both sides.",
        *(HOME, PROGRESS),
        disabled=needs_customer,
        short="Customers",
    ),
    _action(
        "answer",
        "enter",
        "Answer",
        "Say which customer it is, or whose values count.",
        CUSTOMERS,
        disabled=needs_rows,
    ),
    _action(
        "release",
        "b",
        "Release brake",
        "Let an export file, or the records of a site, pass that are held because too much would go or change.",
        *(HOME, PROGRESS),
        disabled=needs_brake,
        short="Release",
        asks=True,
    ),
    _action(
        "complete_upload",
        "c",
        "Complete Upload",
        "Send everything again, whatever the shop holds.",
        *(HOME, PROGRESS),
        disabled=needs_sync,
        asks=True,
    ),
    _action(
        "reload",
        "R",
        "Reload",
        "Send all records of the selected action again.",
        PROGRESS,
        disabled=needs_sync,
        asks=True,
    ),
    _action(
        "retry",
        "t",
        "Try again",
        "Give the records that failed another try.",
        *(PROGRESS, RECORDS),
        disabled=needs_failure,
    ),
    _action(
        "find",
        "slash",
        "Find",
        "Show only the lines with a text; Esc shows all again.",
        HOME,
        LOG,
        RECORDS,
        VERIFY,
        PREVIEW,
        MAPPINGS,
        CONFLICTS,
        ALL_ORDERS,
        QUEUE,
    ),
    _action(
        "explain",
        "e",
        "Explain",
        "Why the web shows what it shows of an item, customer or order.",
        *(HOME, PROGRESS, RECORDS, CONFLICTS, RESOLVE, ALL_ORDERS),
        disabled=needs_company,
    ),
    _action(
        "ask_shop",
        "enter",
        "Ask the shop",
        "What the shop shows of it now; the arrows then scroll.",
        EXPLAIN,
        disabled=needs_rows,
    ),
    _action("search", "slash e", "Search", "Look for another record.", EXPLAIN),
    _action(
        "copy", "y", "Copy", "Copy the explanation or the line to the clipboard.", EXPLAIN, LOG, disabled=needs_rows
    ),
    _action(
        "preview",
        "w",
        "Preview",
        "What would be sent now, record by record and field by field. Sends nothing.",
        *(HOME, PROGRESS),
        disabled=needs_company,
    ),
    _action(
        "verify",
        "v",
        "Verify",
        "What the shop really holds beside what it should hold.",
        *(HOME, PROGRESS),
        disabled=needs_company,
    ),
    _action(
        "pause",
        "P space",
        "Pause",
        "Stop sending and fetching for this company, or go on.",
        HOME,
        disabled=needs_company,
    ),
    *TO_LISTS,
    _action("log", "l", "Log", "The event log.", HOME, PROGRESS),
    _action(
        "columns",
        "m",
        "Columns",
        "What the headings of the export files mean, where they are not EBMS's own.",
        *(HOME, PROGRESS, RECORDS),
        disabled=needs_company,
    ),
    _action(
        "mappings",
        "M",
        "Mappings",
        "What was learnt from answers to orders: the web's words and what they are in EBMS.",
        *(HOME, PROGRESS, CONFLICTS),
        disabled=needs_company,
    ),
    _action(
        "change_mapping",
        "enter",
        "Change",
        "Say what the web's word is in EBMS for the orders to come.",
        MAPPINGS,
        disabled=needs_mapping,
    ),
    _action(
        "forget_mapping",
        "x",
        "Forget",
        "Ask again at the next order with this word.",
        MAPPINGS,
        disabled=needs_mapping,
        asks=True,
    ),
    _action(
        "change",
        "enter",
        "Change",
        "Say what the heading means, or what feeds the column.",
        COLUMNS,
        disabled=needs_headings,
    ),
    _action("accept", "a", "Accept all", "Take all meanings that are proposed.", COLUMNS, disabled=needs_headings),
    _action("next_file", "right n", "Next file", "To the next of the six files.", COLUMNS),
    _action("previous_file", "left N", "Previous file", "To the file before.", COLUMNS, footer=False),
    _action(
        "remove",
        "x",
        "Remove",
        "Forget the company here; its shop and its files stay as they are.",
        HOME,
        disabled=needs_company,
        asks=True,
    ),
    _action(
        "host",
        "E",
        "Run the sync here",
        "When the service has stopped: run the sync in this window.",
        HOME,
        PROGRESS,
        disabled=needs_orphan,
        footer=False,
    ),
    _action("save", "f2", "OK", "Check and save.", FORM, COLUMNS),
    _action("test", "f5 ctrl+t", "Test connection", "Reach the shop with what stands in the form, and log in.", FORM),
    _action(
        "test_support",
        "f6",
        "Test support",
        "Send a test message to the addresses of support that stand in the form, or that are kept.",
        FORM,
    ),
    _action("undo", "f4", "Undo", "Put the field or heading back to what it was.", FORM, COLUMNS),
    _action("next_field", "down tab", "Next field", "To the field below.", FORM, footer=False, at_once=True),
    _action(
        "previous_field", "up shift+tab", "Previous field", "To the field above.", FORM, footer=False, at_once=True
    ),
    _action("change_setting", "enter space", "Change", "Give the setting its next value; it holds at once.", SETTINGS),
    _action(
        "settings",
        "comma",
        "Settings",
        "Theme, calm, mouse and bell of these screens, for you alone.",
        *(place for place in (HOME, *READING[:-1]) if place != SETTINGS),
        footer=False,
    ),
    _action("help", "question_mark f1", "Help", "All keys that work here.", HOME, COLUMNS, *READING[:-1]),
    _action("form_help", "f1", "Help", "All keys that work here.", FORM),
    _action("quit", "q ctrl+c", "Quit", "Close this window; asks whether the sync goes on without it.", HOME),
    _action("back", "escape", "Back", "One step back.", *READING),
    _action("cancel", "escape", "Cancel", "Back without saving; asks first if something was changed.", FORM, COLUMNS),
    _action("cursor_up", "up", "Up", "One line up.", LIST),
    _action("cursor_down", "down", "Down", "One line down.", LIST),
    _action("page_up", "pageup", "Page up", "One screen up.", LIST),
    _action("page_down", "pagedown", "Page down", "One screen down.", LIST),
    _action("first", "g home", "First", "To the first line.", LIST),
    _action("last", "G end", "Last", "To the last line.", LIST),
)


def at(place: str) -> list[Action]:
    """The actions of a place, in the order of the footer."""
    return [action for action in ACTIONS if place in action.places]


def named(id: str) -> Action:
    """The action of that id."""
    return next(action for action in ACTIONS if action.id == id)


def bindings(place: str, call: str = "act('{id}')") -> list[Binding]:
    """A place's keys for Textual; `call` is how it runs the action of an id."""
    return [
        Binding(
            ",".join(action.keys),
            call.format(id=action.id),
            action.label,
            show=False,
            priority=action.at_once,
            id=action.id,
        )
        for action in at(place)
    ]
