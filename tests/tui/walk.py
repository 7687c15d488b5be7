"""Ways through the screens, as what a person does: for tests, snapshots and pictures."""

from __future__ import annotations

from collections.abc import Sequence

from tests.tui.pages import Person
from webupdate.tui import actionkinds as places

# A step is the id of an action, `id*3` to do it three times, `@Words` for the line of the list in which that stands,
# `'text` to type, or `!key` (also `!key*3`) for a key that is no action's (in a question, in a field).
Way = Sequence[str]

# By place: a way from the first screen to it, in the store of world.everything.
TO: dict[str, Way] = {
    places.HOME: (),
    places.PROGRESS: ("progress",),
    places.STATUS: ("sync_status",),
    places.SETTINGS: ("settings",),
    places.DOCTOR: ("doctor",),
    places.WIZARD: ("new",),
    places.RECORDS: ("progress", "@Upload documents", "records"),
    places.CONFLICTS: ("resolve",),
    places.RESOLVE: ("resolve", "step"),
    places.HISTORY: ("resolve", "history"),
    places.ORDER: ("resolve", "order"),
    places.ALL_ORDERS: ("orders",),
    places.LOG: ("log",),
    places.MAPPINGS: ("mappings",),
    places.EXPLAIN: ("@Northwind", "explain", "'chai-01", "ask_shop"),
    places.CUSTOMERS: ("@Northwind", "customers"),
    places.VERIFY: ("@Northwind", "verify"),
    places.FIELDS: ("@Northwind", "verify", "fields"),
    places.PREVIEW: ("@Yoder", "preview"),
    places.QUEUE: ("@Lapp", "queue"),
    places.COLUMNS: ("columns",),
    places.FORM: ("properties",),
    places.HELP: ("help",),
    places.LIST: (),
}
# On through the wizard for a new company: behind its folders, its shop, its connection.
FOLDERS: Way = ("new", "'Acme", "next_field", "'~/acme/export", "next_field", "'~/acme/orders", "next")
SHOP: Way = (*FOLDERS, "next_field*2", "'https://acme.example", "next_field", "'tok-of-the-new-company", "next")
CONNECTION: Way = (*SHOP, "next")


async def walk(person: Person, way: Way) -> None:
    """Go that way."""
    for step in way:
        if step.startswith("@"):
            await person.select(step[1:])
        elif step.startswith("'"):
            await person.type(step[1:])
        else:
            name, _, times = step.partition("*")
            for _ in range(int(times or 1)):
                await (person.press(name[1:]) if name.startswith("!") else person.act(name))
