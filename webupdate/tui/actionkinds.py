"""What an action is: its place, its keys, and why it may not work now."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from webupdate.store.snapshot import CompanyView, SiteView

HOSTED, ATTACHED, ORPHANED = "hosted", "attached", "orphaned"
ONLY_LOOKS = "You may only look here: the store is not yours to change."

HOME, PROGRESS, RECORDS, CONFLICTS, ORDER, LOG, FORM, HELP, EXPLAIN = (
    *("home", "progress", "records", "conflicts", "order", "log", "form", "help", "explain"),
)
CUSTOMERS = "customers"
VERIFY, PREVIEW, FIELDS = "verify", "preview", "fields"
COLUMNS = "columns"
RESOLVE, HISTORY = "resolve", "history"
MAPPINGS = "mappings"
ALL_ORDERS, QUEUE = "orders", "queue"
SETTINGS = "settings"
STATUS = "status"
DOCTOR = "doctor"
WIZARD = "wizard"
LIST = "list"  # not a screen: any list that has the focus
_ORDERS = (CONFLICTS, RESOLVE, HISTORY, ORDER)
_LISTS = (RECORDS, CUSTOMERS, MAPPINGS, ALL_ORDERS, QUEUE, LOG)
READING = (PROGRESS, STATUS, *_ORDERS, *_LISTS, EXPLAIN, VERIFY, PREVIEW, FIELDS, DOCTOR, SETTINGS, HELP)


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """What decides whether an action can work: the selected site and who runs the sync. `cannot`: by action, why it
    can't on a screen that knows that itself."""

    company: CompanyView | None = None
    site: SiteView | None = None
    mode: str = HOSTED
    list_empty: bool = False
    cannot: dict[str, str] = {}
    only_looks: bool = False  # the person may not change the store
    keyless: bool = False  # the person has not the key


Reason = Callable[[Context], str]


def always(_: Context) -> str:
    return ""


def needs_company(context: Context) -> str:
    none = context.cannot.get("company", "There is no company yet. Press {new} to set one up.")
    return "" if context.company else none


def needs_sync(context: Context) -> str:
    """For wishes that the engine carries out soon."""
    if reason := needs_company(context):
        return reason
    assert context.company is not None
    if context.company.paused:
        return f"{context.company.name} is paused. Press {{pause}} to resume it first."
    if context.mode == ORPHANED:
        return "Nobody runs the sync. Press {host} to run it here first."
    return ""


def needs_engine(context: Context) -> str:
    """For wishes that the engine carries out for a paused company too, since they only read."""
    if reason := needs_company(context):
        return reason
    return "Nobody runs the sync. Press {host} to run it here first." if context.mode == ORPHANED else ""


def needs_difference(context: Context) -> str:
    if reason := needs_sync(context):
        return reason
    assert context.site is not None
    if not context.site.begun:
        return "This site has not begun: see its Preview ({preview} on the first screen)."
    return "" if context.site.differing else "Nothing differs, as far as is known. Press {verify_now} to read the shop."


def needs_beginning(context: Context) -> str:
    if reason := needs_company(context):
        return reason
    assert context.site is not None
    return "This site has begun already." if context.site.begun else ""


def needs_conflict(context: Context) -> str:
    if reason := needs_company(context):
        return reason
    assert context.site is not None
    return "" if context.site.conflicts else "No order waits for an answer here."


def needs_customer(context: Context) -> str:
    if reason := needs_company(context):
        return reason
    assert context.site is not None
    return "" if context.site.customers else "No web customer waits for an answer here."


def needs_failure(context: Context) -> str:
    if reason := needs_sync(context):
        return reason
    assert context.site is not None
    return "" if context.site.failed else "No record failed here."


def needs_brake(context: Context) -> str:
    if reason := needs_sync(context):
        return reason
    assert context.company is not None
    held = context.company.brakes or (context.site and context.site.holds)
    return "" if held else "Nothing is held by a brake at this site."


def needs_rows(context: Context) -> str:
    return "There is nothing to open in this list." if context.list_empty else ""


def as_screen_says(id: str) -> Reason:
    """For actions of which only their screen knows whether they can work."""
    return lambda context: context.cannot.get(id, "")


def needs_mapping(context: Context) -> str:
    return "There is no mapping in this list." if context.list_empty else ""


def needs_headings(context: Context) -> str:
    return "This file has no headings to change." if context.list_empty else ""


def needs_orphan(context: Context) -> str:
    reasons = {HOSTED: "The sync runs in this window already.", ATTACHED: "The service runs the sync already."}
    if context.keyless and context.mode == ORPHANED:
        return "The sync needs the key, which you may not read."
    return reasons.get(context.mode, "")


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a person can do. `disabled` says why it does not work now, "" when it does."""

    id: str
    keys: tuple[str, ...]
    label: str
    help: str
    places: tuple[str, ...]
    disabled: Reason = always
    short: str = ""  # the label in the footer, where it is narrower
    asks: bool = False  # it asks first, No focused
    footer: bool = True
    # Carried out before the next key is looked at: what was typed ahead must land in the next field, not this one.
    at_once: bool = False

    def why_not(self, context: Context) -> str:
        """Why it does not work for this person now, "" when it does."""
        if context.only_looks and self.id in CHANGING:
            return ONLY_LOOKS
        return self.disabled(context)


# What changes something, or has the engine do something. All else is for those too who may only look.
CHANGING = frozenset(
    (
        *("choose", "take", "type_answer", "always", "alike", "undo_answer", "default", "answer"),
        *("verify_now", "repair", "begin", "look_again", "new", "add_site", "sync_now", "release", "complete_upload"),
        *(
            "reload",
            "retry",
            "retry_one",
            "retry_all",
            "next",
            "pause",
            "change_mapping",
            "forget_mapping",
            "change",
            "accept",
            "remove",
            "host",
        ),
        *("save", "test", "test_support", "undo", "redo", "undo_heading"),
    )
)

_KEY_NAMES = {"question_mark": "?", "slash": "/", "colon": ":", "comma": ",", "escape": "Esc"}
_KEY_NAMES |= {"pageup": "PgUp", "pagedown": "PgDn"}
_KEY_NAMES |= {"up": "↑", "down": "↓", "left": "←", "right": "→"}


def key_name(key: str) -> str:
    """A key as people write it."""
    if key in _KEY_NAMES:
        return _KEY_NAMES[key]
    if len(key) == 1:
        return key
    return "+".join(part.capitalize() for part in key.split("+"))


def make(id: str, keys: str, label: str, help: str, *places: str, **more: object) -> Action:
    """An action; `keys` with blanks between them."""
    return Action(id=id, keys=tuple(keys.split()), label=label, help=help, places=places, **more)  # type: ignore[arg-type]
