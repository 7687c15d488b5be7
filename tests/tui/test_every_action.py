"""Every action of the action table, in every place of it: pressed where it works, and where it does not.

A new action needs a line in CASES for each of its places and, if it can be refused, in REFUSED; what it does is one
of the effects of effects.py, or one of its own in specials.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable
from typing import NamedTuple

import pytest
import pytest_asyncio
from textual._compositor import Compositor

from tests.tui import effects, outside, specials
from tests.tui.effects import Case, asks, asks_then_leaves, cases, finds, leaves, moves, opens, shows
from tests.tui.pages import (
    BY_PLACE,
    Columns,
    Commands,
    Conflicts,
    Customers,
    Doctor,
    Explain,
    History,
    Home,
    Log,
    Mappings,
    Orders,
    Preview,
    Progress,
    Properties,
    Queue,
    Records,
    Resolve,
    Sentence,
    Settings,
    Status,
    Verify,
    WholeOrder,
    WholeRecord,
    Wizard,
)
from tests.tui.walk import CONNECTION, FOLDERS, SHOP, TO, Way
from tests.tui.world import World, opened
from webupdate.store import holds, mappings
from webupdate.tui import actions
from webupdate.tui.actionkinds import (
    ALL_ORDERS,
    COLUMNS,
    CONFLICTS,
    CUSTOMERS,
    DOCTOR,
    EXPLAIN,
    FIELDS,
    FORM,
    HELP,
    HISTORY,
    HOME,
    LIST,
    LOG,
    MAPPINGS,
    ORDER,
    ORPHANED,
    PREVIEW,
    PROGRESS,
    QUEUE,
    RECORDS,
    RESOLVE,
    SETTINGS,
    STATUS,
    VERIFY,
    WIZARD,
    always,
    needs_company,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

SITE = (HOME, PROGRESS, STATUS)
COMPANY = (HOME, PROGRESS)


def of_northwind(action: str, effect: effects.Effect) -> list[Case]:
    """Something that only Northwind has, from the lists of companies and from its progress."""
    return [
        *cases(action, HOME, effect=effect, to="@Northwind"),
        *cases(action, PROGRESS, effect=effect, to="@Northwind; progress"),
        *cases(action, STATUS, effect=effect, to="sync_status; @Northwind"),
    ]


CASES: list[Case] = [
    # From the companies and the progress of one.
    *cases("progress", HOME, effect=opens(Progress, "Blue Ridge Feed › Synchronization Progress")),
    *cases("new", HOME, effect=opens(Wizard, "New company")),
    *cases("add_site", HOME, effect=opens(Properties, "New web site")),
    *cases("properties", *SITE, effect=opens(Properties, "Blue Ridge Feed › Properties")),
    *cases("sync_now", *SITE, effect=leaves("sync_now")),
    *cases("resolve", *SITE, effect=opens(Conflicts, "100014")),
    *of_northwind("customers", opens(Customers, "Jan Šimůnek")),
    *of_northwind("release", asks("Release items", "y", lambda world: len(list(holds.holds(world.store))))),
    *cases(
        "complete_upload",
        *COMPANY,
        effect=asks_then_leaves("Complete Upload of Blue Ridge Feed?", "y", "complete_upload", site="shop"),
    ),
    *cases(
        "reload",
        PROGRESS,
        effect=asks_then_leaves("Reload prices", "y", "reload", entity="prices", site="shop"),
        way="@Upload prices",
    ),
    *cases("reload", HOME, effect=specials.reloads_one_kind, to="@Northwind"),
    *cases("retry", PROGRESS, STATUS, effect=leaves("retry")),
    *cases("records", PROGRESS, effect=opens(Records, "chai.pdf is no PDF"), way="@Upload documents"),
    *cases("explain", HOME, PROGRESS, RECORDS, CONFLICTS, RESOLVE, ALL_ORDERS, effect=opens(Explain, "Search")),
    *cases("preview", *SITE, effect=opens(Preview, "Preview")),
    *cases("verify", *SITE, effect=opens(Verify, "Verify")),
    *cases("pause", HOME, effect=specials.pauses),
    *cases("orders", *SITE, effect=opens(Orders, "newest first")),
    *cases("queue", *SITE, effect=opens(Queue, "to send")),
    *cases("log", *SITE, effect=opens(Log, "following the newest line")),
    *cases("columns", *COMPANY, RECORDS, effect=opens(Columns, "Item no.")),
    *cases("mappings", *COMPANY, CONFLICTS, effect=opens(Mappings, "LAYER-50")),
    *cases("remove", HOME, effect=specials.removes),
    *cases("host", *COMPANY, effect=specials.hosts),
    *cases("host", WIZARD, effect=specials.hosts, to="; ".join(SHOP)),
    *cases("quit", HOME, effect=specials.quits),
    *cases("sync_status", *COMPANY, CONFLICTS, effect=opens(Status, "6 sites need a look")),
    *cases("times", HOME, effect=specials.shows_times),
    *cases("lead", STATUS, effect=opens(Conflicts, "100014")),
    # The stages of Progress, and their records.
    *cases("follow_work", PROGRESS, effect=shows("by work · following", "f Follow")),
    *cases("sort", PROGRESS, effect=shows("by work", "worst first")),
    *cases("unwell", PROGRESS, effect=shows("Upload prices", "n All")),
    *cases("view_waiting", RECORDS, effect=shows("chai.pdf", "Nothing waits here.")),
    *cases("view_history", RECORDS, effect=shows("chai.pdf", "Nothing was sent")),
    *cases("view_errors", RECORDS, effect=shows("Nothing waits here.", "chai.pdf"), way="view_waiting"),
    *cases("open_record", RECORDS, effect=opens(WholeRecord, "chai.pdf is no PDF")),
    *cases("retry_one", RECORDS, effect=leaves("retry", site="shop")),
    *cases("retry_all", RECORDS, effect=leaves("retry", site="shop", entity="documents")),
    # Doctor, and the list of all commands.
    *cases("doctor", *COMPANY, effect=opens(Doctor, "Disk free")),
    *cases("look_round", DOCTOR, effect=specials.looks_again),
    *cases("problems_only", DOCTOR, effect=shows("f Only problems", "f Show all")),
    *cases("bundle", DOCTOR, effect=opens(Sentence, "support.txt")),
    *cases("copy", DOCTOR, effect=specials.copies("Disk free")),
    *cases("settings", *actions.named("settings").places, effect=opens(Settings, "Theme")),
    *cases("change_setting", SETTINGS, effect=specials.changes_a_setting),
    *cases("palette", *actions.named("palette").places, effect=opens(Commands)),
    *cases("form_palette", FORM, WIZARD, effect=opens(Commands)),
    # A new company, step by step.
    *cases("next", WIZARD, effect=specials.wizard_steps_to("3 Connection"), to="; ".join(SHOP[:-1])),
    *cases("go_on", WIZARD, effect=specials.wizard_steps_to("2 Shop"), to="; ".join(FOLDERS[:-1])),
    *cases("test", WIZARD, effect=specials.tries_again(lambda: len(outside.tried)), to="; ".join(SHOP)),
    *cases("every_record", WIZARD, effect=opens(Preview, "Acme"), to="; ".join(CONNECTION)),
    *cases("later", WIZARD, effect=opens(Home, "Acme"), to="; ".join(CONNECTION)),
    *cases("next_field", WIZARD, effect=specials.goes_to_field("export_folder")),
    *cases("previous_field", WIZARD, effect=specials.goes_to_field("name"), way="next_field"),
    # In lists.
    *cases("find", HOME, effect=finds("miller")),
    *cases("find", LOG, effect=finds("chang")),
    *cases("find", PROGRESS, effect=finds("prices")),
    *cases("find", STATUS, effect=finds("zzz")),
    *cases("find", RECORDS, effect=finds("zzz")),
    *cases("find", VERIFY, effect=finds("tofu")),
    *cases("find", PREVIEW, effect=finds("BOLT-16")),
    *cases("find", MAPPINGS, effect=finds("layer")),
    *cases("find", CONFLICTS, ALL_ORDERS, effect=finds("100015")),
    *cases("find", QUEUE, effect=finds("BOLT-11")),
    *cases("cursor_up", LIST, effect=moves(0)),
    *cases("cursor_down", LIST, effect=moves(2)),
    *cases("page_up", LIST, effect=moves(0)),
    *cases("page_down", LIST, effect=moves(-1)),
    *cases("first", LIST, effect=moves(0)),
    *cases("last", LIST, effect=moves(-1)),
    # The log, the queue, all orders.
    *cases("event", LOG, effect=specials.tells, way="@Login refused"),
    *cases("follow", LOG, effect=specials.follows),
    *cases("level", LOG, effect=shows("All events", "Warnings and errors")),
    *cases("copy", LOG, effect=specials.copies("Login refused"), way="@Login refused"),
    *cases("explain_record", QUEUE, effect=opens(Explain, "Item BOLT-1203")),
    *cases("kind", QUEUE, effect=shows("to send", "only items")),
    *cases("open_order", ALL_ORDERS, effect=opens(Resolve, "Sales order as EBMS will get it")),
    *cases("order_state", ALL_ORDERS, effect=shows("All orders", "Waits for you, newest first")),
    # Orders that wait.
    *cases("step", CONFLICTS, effect=opens(Resolve, "Sales order as EBMS will get it")),
    *cases("order", CONFLICTS, RESOLVE, effect=opens(WholeOrder, "Order       100014")),
    *cases("order", ALL_ORDERS, effect=opens(WholeOrder, "Order       100014"), way="@100014"),
    *cases("history", CONFLICTS, RESOLVE, ALL_ORDERS, effect=opens(History, "received")),
    *cases("step_data", HISTORY, effect=opens(WholeOrder, '"number": "100014"'), way="last"),
    *cases("choose", RESOLVE, effect=specials.steps_to(kept=True)),
    *cases("take", RESOLVE, effect=specials.steps_to(kept=True)),
    *cases("default", RESOLVE, effect=specials.steps_to(kept=True), to="resolve; @100016; step"),
    *cases("undo_answer", RESOLVE, effect=specials.steps_to(kept=False), way="choose"),
    *cases("type_answer", RESOLVE, effect=specials.types_an_answer),
    *cases("always", RESOLVE, effect=specials.ticks("Always")),
    *cases("alike", RESOLVE, effect=specials.ticks("Also")),
    *cases("next_problem", RESOLVE, effect=shows("problem 1 of 2", "problem 2 of 2")),
    *cases("previous_problem", RESOLVE, effect=shows("problem 2 of 2", "problem 1 of 2"), way="next_problem"),
    *cases("next_order", RESOLVE, effect=shows("Order #100014", "Order #100015")),
    *cases("choice_down", RESOLVE, effect=specials.chooses("2")),
    *cases("choice_up", RESOLVE, effect=specials.chooses("1"), way="choice_down"),
    *cases("rows_down", RESOLVE, effect=specials.scrolls("SHIP_VIA  ?", "Line 1")),
    *cases("rows_up", RESOLVE, effect=specials.scrolls("Line 1", "SHIP_VIA  ?"), way="rows_down"),
    # What the shop holds, and what it would get.
    *cases("fields", VERIFY, PREVIEW, effect=opens(WholeRecord, "should be")),
    *cases("verify_now", VERIFY, effect=leaves("verify", fix=False)),
    *cases("repair", VERIFY, effect=asks_then_leaves("in the shop?", "y", "verify", fix=True)),
    *cases("look_again", PREVIEW, effect=leaves("preview", site="shop")),
    *cases("kind", PREVIEW, effect=shows("lets it begin", "Listed: items, 13 of 13")),
    *cases(
        "begin",
        PREVIEW,
        effect=asks("Begin with Yoder Supply", "y", lambda world: world.company("Yoder Supply").sites[0].begun_at),
    ),
    *cases("ask_shop", EXPLAIN, effect=specials.asks_the_shop),
    *cases("search", EXPLAIN, effect=specials.searches),
    *cases("copy", EXPLAIN, effect=specials.copies("Item CHAI-01  Chai")),
    *cases(
        "answer",
        CUSTOMERS,
        effect=asks("SIMJAN1", "2", lambda world: len(world.left()), away="0  Leave it for now"),
    ),
    # Mappings and columns.
    *cases("change_mapping", MAPPINGS, effect=specials.changes_a_mapping),
    *cases(
        "forget_mapping",
        MAPPINGS,
        effect=asks(
            "Forget this mapping?",
            "y",
            lambda world: len(mappings.remembered(world.store, world.company().id)),
        ),
    ),
    *cases("change", COLUMNS, effect=specials.changes_a_heading),
    *cases("accept", COLUMNS, effect=shows("proposed", "mapped")),
    *cases("next_file", COLUMNS, effect=specials.turns_to("prices")),
    *cases("previous_file", COLUMNS, effect=specials.turns_to("categories")),
    *cases("save", COLUMNS, effect=specials.saves_columns, way="accept"),
    *cases("undo_heading", COLUMNS, effect=specials.undoes("1 changed"), way="@Name; change; 'descr_2; !enter"),
    # Properties.
    *cases("save", FORM, effect=specials.saves_properties, way="!end; ' Co"),
    *cases("test", FORM, effect=specials.tests_the_connection),
    *cases("test_support", FORM, effect=specials.tests_support),
    *cases("undo", FORM, effect=specials.undoes("1 changed"), way="'x"),
    *cases("redo", FORM, effect=specials.redoes("1 changed"), way="'x; undo"),
    *cases("find_field", FORM, effect=specials.finds_a_field),
    *cases("next_field", FORM, effect=specials.goes_to_field("time_zone")),
    *cases("enter_field", FORM, effect=specials.goes_to_field("time_zone")),
    *cases("previous_field", FORM, effect=specials.goes_to_field("name"), way="next_field"),
    *cases("next_group", FORM, effect=specials.goes_to_field("export_folder")),
    *cases("previous_group", FORM, effect=specials.goes_to_field("name"), way="next_field"),
    *cases("form_help", FORM, WIZARD, effect=specials.explains_itself),
    *cases("cancel", FORM, effect=specials.cancels, way="'x"),
    *cases("cancel", COLUMNS, effect=specials.cancels, way="@Name; change; 'descr_2; !enter"),
    # Help and the way back, which are everywhere.
    *cases("help", *actions.named("help").places, effect=specials.explains_itself),
    *cases("back", WIZARD, STATUS, effect=opens(Home)),
    *cases("back", DOCTOR, SETTINGS, effect=opens(Home)),
    *cases("back", PROGRESS, CONFLICTS, CUSTOMERS, VERIFY, PREVIEW, LOG, effect=opens(Home)),
    *cases("back", ALL_ORDERS, QUEUE, MAPPINGS, EXPLAIN, HELP, effect=opens(Home)),
    *cases("back", RECORDS, effect=opens(Progress)),
    *cases("back", RESOLVE, HISTORY, ORDER, effect=opens(Conflicts)),
    *cases("back", FIELDS, effect=opens(Verify)),
]


Before = Callable[[World], None]
ACTION_PLACES = [(action, place) for action in actions.ACTIONS for place in action.places]


def nothing_happens(_: World) -> None:
    """Nothing has happened meanwhile."""


class Refusal(NamedTuple):
    """What is said where an action can't work. `before`: what has happened meanwhile, as a store or a service does."""

    action: str
    place: str
    words: str
    to: Way = ()
    before: Before = nothing_happens


def refused(words: str, to: str, place: str, *ids: str, before: Before = nothing_happens) -> list[Refusal]:
    """Several actions that are refused with the same words at the same place."""
    return [Refusal(id, place, words, effects.steps(to), before) for id in ids]


def orphan(world: World) -> None:
    """Nobody runs the sync."""
    world.session.mode = ORPHANED


def customers_are_answered(world: World) -> None:
    """Somebody else has answered what was asked of the web customers."""
    with world.store.writing():
        world.store.sql("DELETE FROM account")


NO_COMPANY = "There is no company yet. Press n to set one up."
PAUSED = "Miller Fuel is paused. Press P to resume it first."
NOTHING = "There is nothing to open in this list."
NOBODY = "Nobody runs the sync. Press E to run it here first."
FINISHED = "Nothing is asked any more: Enter confirms."
ON_ITS_WAY = "The sync carries out the answers just now."
SEARCHED = "find; 'zzzz; !enter"
# What nobody can refuse: on these screens there is a company, and an order.
NEVER = {
    *((action.id, place) for action, place in ACTION_PLACES if place != HOME and action.disabled is needs_company),
    *((id, FORM) for id in ("test", "test_support", "find_field")),
    *(("save", place) for place in (FORM, COLUMNS)),  # only for as long as it saves
    *((id, DOCTOR) for id in ("copy", "problems_only", "look_round", "bundle")),  # only for as long as it looks
    *((id, RESOLVE) for id in ("order", "history", "choice_up", "choice_down", "rows_up", "rows_down")),
}
REFUSED: list[Refusal] = [
    *refused(PAUSED, "@Miller", HOME, "sync_now", "complete_upload"),
    *refused(PAUSED, "@Miller; progress", PROGRESS, "sync_now", "complete_upload", "reload"),
    *refused("No order waits for an answer here.", "@Lapp", HOME, "resolve"),
    *refused("No order waits for an answer here.", "@Lapp; progress", PROGRESS, "resolve"),
    *refused("No web customer waits for an answer here.", "@Lapp", HOME, "customers"),
    *refused("No web customer waits for an answer here.", "@Lapp; progress", PROGRESS, "customers"),
    *refused("Nothing is held by a brake at this site.", "@Lapp", HOME, "release"),
    *refused("Nothing is held by a brake at this site.", "@Lapp; progress", PROGRESS, "release"),
    *refused("No record failed here.", "@Lapp; progress", PROGRESS, "retry"),
    *refused("Only a record that was refused", "@Lapp; progress; @Upload items; records", RECORDS, "retry_one"),
    *refused("No record of this stage can be", "@Lapp; progress; @Upload items; records", RECORDS, "retry_all"),
    *refused(NOTHING, f"progress; @Upload documents; records; {SEARCHED}", RECORDS, "open_record"),
    *refused(PAUSED, "sync_status; @Miller", STATUS, "sync_now", "retry", "release"),
    *refused("No order waits for an answer here.", "sync_status; @Miller", STATUS, "resolve"),
    *refused("No web customer waits for an answer here.", "sync_status; @Miller", STATUS, "customers"),
    *refused(NOTHING, f"sync_status; {SEARCHED}", STATUS, "lead"),
    *refused(PAUSED, "@Miller", HOME, "reload"),
    *refused("The Preview comes in step 4.", "; ".join(SHOP), WIZARD, "every_record"),
    *refused("Nothing is saved yet.", "; ".join(SHOP), WIZARD, "later"),
    *refused("The connection is tested in step 3.", "new", WIZARD, "test"),
    *refused("The sync runs in this window already.", "; ".join(SHOP), WIZARD, "host"),
    *refused("Nobody runs the sync", "; ".join(CONNECTION), WIZARD, "next", "go_on", before=orphan),
    *refused("The sync runs in this window already.", "", HOME, "host"),
    *refused("The sync runs in this window already.", "progress", PROGRESS, "host"),
    *refused(NOTHING, f"log; {SEARCHED}", LOG, "event", "copy"),
    *refused(NOTHING, "@Lapp; orders", ALL_ORDERS, "open_order", "order", "history"),
    *refused(NOTHING, "@Miller; queue", QUEUE, "explain_record"),
    *refused(NOTHING, f"resolve; {SEARCHED}", CONFLICTS, "step", "order", "history"),
    *refused("This step has no more than its line.", "resolve; history; first", HISTORY, "step_data"),
    *refused(NOTHING, f"@Northwind; verify; {SEARCHED}", VERIFY, "fields"),
    *refused(NOTHING, f"@Yoder; preview; {SEARCHED}", PREVIEW, "fields"),
    *refused(NOBODY, "@Northwind; verify", VERIFY, "verify_now", before=orphan),
    *refused(NOBODY, "@Yoder; preview", PREVIEW, "look_again", before=orphan),
    *refused("Nothing differs, as far as is known. Press v to read the shop.", "@Lapp; verify", VERIFY, "repair"),
    *refused("This site has begun already.", "@Lapp; preview", PREVIEW, "begin"),
    *refused(NOTHING, "@Northwind; explain; 'zzzz; !down", EXPLAIN, "ask_shop", "copy"),
    *refused(NOTHING, "@Northwind; customers", CUSTOMERS, "answer", before=customers_are_answered),
    *refused("There is no mapping in this list.", "@Lapp; mappings", MAPPINGS, "change_mapping", "forget_mapping"),
    *refused("This file has no headings to change.", "columns; previous_file*2", COLUMNS, "change", "accept"),
    *refused("Nothing was changed yet.", "properties", FORM, "undo"),
    *refused("Nothing was taken back.", "properties", FORM, "redo"),
    *refused("Nothing was answered yet.", "resolve; step", RESOLVE, "undo_answer"),
    *refused("This is the first.", "resolve; step", RESOLVE, "previous_problem"),
    *refused("This is the last.", "resolve; step; next_problem", RESOLVE, "next_problem"),
    *refused(FINISHED, "resolve; step; choose*2", RESOLVE, "choose", "type_answer", "always", "alike", "default"),
    *refused(NOBODY, "resolve; step; choose*2", RESOLVE, "take", before=orphan),
    *refused(ON_ITS_WAY, "resolve; step; choose*2; take", RESOLVE, "next_order"),
    *refused("No company has this text.", SEARCHED, HOME, "progress"),
    *refused(NO_COMPANY, "", HOME, *(action.id for action in actions.at(HOME) if action.disabled is needs_company)),
]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    with pytest.MonkeyPatch.context() as patch:
        # Textual paints each change, also where there is no terminal: a third of the time of these tests. What a test
        # reads of the screen is painted when it does; test_snapshots.py paints every screen.
        for name in ("render_full_update", "render_partial_update"):
            patch.setattr(Compositor, name, lambda compositor, **_: compositor._dirty_regions.clear())
        async with opened(tmp_path_factory.mktemp("world")) as found:
            yield found


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.place}-{case.action}")
async def test_every_action_does_its_work(world: World, case: Case) -> None:
    await world.begin([*(TO[case.place] if case.to is None else case.to), *case.way])
    page = Home if case.place == LIST else BY_PLACE[case.place]
    await case.effect(world, await page.arrived(world.person), case.action)


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: f"{case.place}-{case.action}")
async def test_every_action_says_why_it_does_not_work(world: World, case: Refusal) -> None:
    if case.words == NO_COMPANY:
        await world.begin_without_companies()
    else:
        await world.begin(case.to)
    case.before(world)
    await world.person.look()
    page, left = await BY_PLACE[case.place].arrived(world.person), world.left()
    await page.act(case.action)
    assert page.reason.startswith(case.words)
    assert not page.gone
    assert world.left() == left


async def test_no_action_is_without_a_test() -> None:
    every = {(action.id, place) for action, place in ACTION_PLACES}
    tried = Counter((case.action, case.place) for case in CASES)
    assert sorted(every ^ set(tried)) == []


async def test_no_refusal_is_without_a_test() -> None:
    refusable = {(action.id, place) for action, place in ACTION_PLACES if action.disabled is not always}
    tried = {(case.action, case.place) for case in REFUSED}
    assert sorted(tried ^ (refusable - NEVER)) == []
