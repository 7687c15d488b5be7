"""The screens in all that matters of them: one table for the snapshots and for the seeded pictures."""

from __future__ import annotations

from typing import NamedTuple

from tests.tui.effects import steps
from tests.tui.walk import CONNECTION, FOLDERS, SHOP
from webupdate.tui import actionkinds as places

DIALOG = "dialog"  # what lies over a page
STEPPER = "resolve; step; choice_down"


class Scene(NamedTuple):
    """`way`: from the first screen, as walk.py has it. `begins`: in a store with five companies only, before their
    shops were looked at. `main`: one of the screens that people have open most."""

    name: str
    place: str
    way: tuple[str, ...]
    begins: bool
    main: bool = False


def _first(name: str, place: str, way: str, *, main: bool = False) -> Scene:
    return Scene(name, place, steps(way), begins=True, main=main)


def _later(name: str, place: str, way: str) -> Scene:
    return Scene(name, place, steps(way), begins=False)


SCENES: tuple[Scene, ...] = (
    _first("home", places.HOME, "", main=True),
    _first("home-times", places.HOME, "@Lapp; times"),
    _first("progress", places.PROGRESS, "@Northwind; progress; cursor_down*2", main=True),
    _first("progress-needs", places.PROGRESS, "progress; @Upload documents"),
    _first("progress-upload", places.PROGRESS, "@Lapp; progress; cursor_down*2"),
    _first("progress-worst", places.PROGRESS, "progress; sort; unwell"),
    _first("records", places.RECORDS, "progress; records"),
    _first("records-waiting", places.RECORDS, "@Lapp; progress; @Upload items; records; cursor_down"),
    _first("records-history", places.RECORDS, "@Northwind; progress; @Upload items; records"),
    _first("status", places.STATUS, "sync_status"),
    _first("wizard", places.WIZARD, "new"),
    _first("wizard-shop", places.WIZARD, "; ".join(FOLDERS)),
    _first("wizard-connection", places.WIZARD, "; ".join(SHOP)),
    _first("wizard-preview", places.WIZARD, "; ".join(CONNECTION)),
    _first("properties", places.FORM, "properties; next_field*10", main=True),
    _first("properties-wrong", places.FORM, "properties; !end; !backspace*30; next_field"),
    _first("conflicts", places.CONFLICTS, "resolve", main=True),
    _first("conflicts-draft", places.CONFLICTS, "resolve; step; choose; back"),
    _first("resolve", places.RESOLVE, STEPPER, main=True),
    _first("resolve-item", places.RESOLVE, f"{STEPPER}; choose"),
    _first("resolve-type", DIALOG, f"{STEPPER}; choose; type_answer; 'grit"),
    _first("resolve-finished", places.RESOLVE, f"{STEPPER}; choose*2"),
    _first("order", places.ORDER, "resolve; order"),
    _first("history", places.HISTORY, "resolve; history"),
    _first("log", places.LOG, "log", main=True),
    _first("log-warnings", places.LOG, "log; level; cursor_up"),
    _first("log-event", DIALOG, "log; event"),
    _first("orders", places.ALL_ORDERS, "orders"),
    _first("orders-none", places.ALL_ORDERS, "@Lapp; orders"),
    _first("queue", places.QUEUE, "@Lapp; queue; cursor_down"),
    _first("queue-needs", places.QUEUE, "queue"),
    _first("queue-none", places.QUEUE, "@Northwind; queue"),
    _first("explain", places.EXPLAIN, "@Northwind; explain; 'chai"),
    _first("explain-record", places.EXPLAIN, "@Northwind; explain; 'chai-01"),
    _first("mappings-none", places.MAPPINGS, "@Lapp; mappings"),
    _first("reload", DIALOG, "@Northwind; progress; @Upload prices; reload"),
    _first("reload-what", DIALOG, "@Northwind; reload"),
    _first("complete-upload", DIALOG, "@Northwind; complete_upload"),
    _first("remove", DIALOG, "remove"),
    _first("refused", places.HOME, "@Miller; sync_now"),
    _first("doctor", places.DOCTOR, "doctor"),
    _first("doctor-problems", places.DOCTOR, "doctor; problems_only"),
    _first("settings", places.SETTINGS, "settings"),
    _first("commands", DIALOG, "palette; 'sync"),
    _first("help", places.HELP, "help"),
    _first("quit", DIALOG, "quit"),
    _later("home-new", places.HOME, "@Yoder"),
    _later("verify", places.VERIFY, "@Northwind; verify; cursor_down"),
    _later("verify-repair", DIALOG, "@Northwind; verify; repair"),
    _later("record", places.FIELDS, "@Northwind; verify; fields"),
    _later("preview-new", places.PREVIEW, "@Yoder; preview"),
    _later("preview-begin", DIALOG, "@Yoder; preview; begin"),
    _later("columns", places.COLUMNS, "columns; accept"),
    _later("columns-change", DIALOG, "columns; @Name; change"),
    _later("customers", places.CUSTOMERS, "@Northwind; customers"),
    _later("mappings", places.MAPPINGS, "mappings"),
)
