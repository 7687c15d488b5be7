"""What the shop really holds, rebuilt from its tables."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from webupdate.webshop.erp.checks import check_key
from webupdate.webshop.erp.errors import Invalid
from webupdate.webshop.erp.job import Loaded
from webupdate.webshop.erp.kinds import KINDS, items
from webupdate.webshop.erp.models import Record

NOTHING = Loaded("", None)


class Held(Struct):
    """What the shop holds for a key: `data` is a record of the kind, None for nothing."""

    key: str
    rev: int
    id: str | None
    data: Any


def reader(kind: str) -> str:
    """The kind, if the shop has it; raises Invalid."""
    if kind not in KINDS:
        kinds = "one of " + ", ".join(KINDS)
        raise Invalid("The shop has no such kind.", field="kind", seen=kind, expected=kinds)
    return kind


def read(kind: str, keys: list[str]) -> list[Held]:
    """What the shop holds for the keys, in their order; data None for what it has not."""
    for key in keys:
        check_key(kind, key)
    items.name_handmade()
    return _read(kind, keys)


def page(kind: str, after: str, limit: int) -> tuple[list[Held], bool]:
    """The next `limit` records in key order, and whether there are more; also what was never sent."""
    items.name_handmade()
    keys = KINDS[kind].keys(after, limit + 1)
    return _read(kind, keys[:limit]), len(keys) > limit


def _read(kind: str, keys: list[str]) -> list[Held]:
    records = {row.key: row for row in Record.objects.filter(kind=kind, key__in=keys)}
    loaded = KINDS[kind].load([key for key in keys if key not in records or not records[key].deleted])
    return [_held(key, records.get(key), loaded.get(key, NOTHING)) for key in keys]


def _held(key: str, record: Record | None, loaded: Loaded) -> Held:
    return Held(key, record.rev if record else 0, loaded.id or None, loaded.data)
