"""What would be sent now, record by record and field by field: read from the queue, nothing is sent by it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from webupdate.store import drift, holds
from webupdate.store.companies import SiteInfo
from webupdate.store.db import Store
from webupdate.store.drift import Dirty
from webupdate.store.queue import HIDDEN
from webupdate.sync import compare
from webupdate.sync.compare import Field
from webupdate.sync.shops import ABILITIES
from webupdate.sync.shops.base import ENTITIES, KEY_SEPARATOR, Abilities
from webupdate.sync.text import visible

# What would become of a record, in the order of the columns in which they are counted.
OPS = ("new", "changed", "hidden", "deleted", "same")
# The fields by which people know a record come first.
_TELLING = ("title", "name", "price", "quantity", "login")
PAGE = 400
MOST_SHOWN = 1000


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One record that would be sent. `fields`: what the shop holds and what it would hold.

    `op`: new, changed, hidden, deleted, or same (it goes again as it is). `waits`: why it does not go now, "" if it
    does.
    """

    entity: str
    key: str
    op: str
    fields: tuple[Field, ...]
    waits: str

    @property
    def name(self) -> str:
        """The key as people read it."""
        return visible(self.key.replace(KEY_SEPARATOR, " "))


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What would be sent to a site. `counts`: by entity and op, of all; `changes`: at most MOST_SHOWN that match."""

    counts: dict[str, dict[str, int]]
    changes: tuple[Change, ...]
    matching: int

    def total(self, *ops: str) -> int:
        """How many records would become one of these."""
        return sum(of.get(op, 0) for of in self.counts.values() for op in ops)


def preview(store: Store, site: SiteInfo, *, entity: str = "", text: str = "", limit: int = MOST_SHOWN) -> Preview:
    """What would be sent to the site now; listed are changes of `entity` ("" = all) that hold `text` somewhere."""
    counts: dict[str, dict[str, int]] = {}
    shown: list[Change] = []
    matching = 0
    for change in _changes(store, site):
        of = counts.setdefault(change.entity, {})
        of[change.op] = of.get(change.op, 0) + 1
        if entity in ("", change.entity) and text.lower() in _searched(change):
            matching += 1
            if len(shown) < limit:
                shown.append(change)
    return Preview(counts=counts, changes=tuple(shown), matching=matching)


def _changes(store: Store, site: SiteInfo) -> Iterator[Change]:
    abilities = ABILITIES[site.values["shop"]]
    held = {hold.entity for hold in holds.holds(store) if hold.site_id == site.id}
    for entity in ENTITIES:
        if entity not in abilities.entities or (entity == "customers" and site.values["customers"] == "off"):
            continue
        after = ""
        while rows := drift.dirty(store, site.id, entity, after, PAGE):
            for found in rows:
                waits = "held by a brake" if entity in held else found.row.error or ""
                yield _change(found, waits, abilities)
            after = rows[-1].row.key


def _change(found: Dirty, waits: str, able: Abilities) -> Change:
    row = found.row
    fields = _fields(found, able)
    if row.op != "put":
        op = "hidden" if row.seen == HIDDEN else "deleted"
    elif found.left is None:
        op = "new"
    else:
        op = "changed" if fields else "same"
    return Change(entity=row.entity, key=row.key, op=op, fields=fields, waits=waits)


def _fields(found: Dirty, able: Abilities) -> tuple[Field, ...]:
    row = found.row
    if row.seen == HIDDEN:
        return (Field("shown", "yes", "no"),)
    if row.op != "put" or row.payload is None:
        return ()
    if found.left is not None:
        return compare.differing(row.entity, found.left, row.payload, able)
    content = compare.fields_of(row.entity, row.payload)
    names = sorted(content, key=lambda name: name not in _TELLING)
    return tuple(Field(name, "", compare.shown(content[name])) for name in names if content[name])


def _searched(change: Change) -> str:
    values = (part for field in change.fields for part in (field.name, field.held, field.wanted))
    return " ".join((change.entity, change.key, change.op, change.waits, *values)).lower()
