"""What the shop really holds, rebuilt from its tables."""

from __future__ import annotations

from typing import Any

from webupdate.webshop.erp.checks import check_key
from webupdate.webshop.erp.errors import Invalid
from webupdate.webshop.erp.job import Loaded
from webupdate.webshop.erp.kinds import KINDS
from webupdate.webshop.erp.models import Record

NOTHING = Loaded("", None)


def reader(kind: str) -> str:
    """The kind, if the shop has it; raises Invalid."""
    if kind not in KINDS:
        kinds = "one of " + ", ".join(KINDS)
        raise Invalid("The shop has no such kind.", field="kind", seen=kind, expected=kinds)
    return kind


def read(kind: str, keys: list[str]) -> list[dict[str, Any]]:
    """What the shop holds for the keys, in their order; data None for what it has not."""
    for key in keys:
        check_key(kind, key)
    records = {row.key: row for row in Record.objects.filter(kind=kind, key__in=keys)}
    living = [key for key, row in records.items() if not row.deleted]
    loaded = KINDS[kind].load(living)
    return [_held(key, records.get(key), loaded.get(key, NOTHING)) for key in keys]


def page(kind: str, after: str, limit: int) -> tuple[list[dict[str, Any]], bool]:
    """The next `limit` records in key order, and whether there are more."""
    rows = list(Record.objects.filter(kind=kind, deleted=False, key__gt=after).order_by("key")[: limit + 1])
    loaded = KINDS[kind].load([row.key for row in rows[:limit]])
    held = [_held(row.key, row, loaded[row.key]) for row in rows[:limit] if row.key in loaded]
    return held, len(rows) > limit


def _held(key: str, record: Record | None, loaded: Loaded) -> dict[str, Any]:
    return {
        "key": key,
        "rev": record.rev if record else 0,
        "id": loaded.id or None,
        "data": loaded.data,
    }
