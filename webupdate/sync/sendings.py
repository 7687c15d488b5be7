"""What was sent to a site of late, each record with what the log tells of it; and all fields of one record."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Any

from msgspec import Struct

from webupdate.store import rows, sendings
from webupdate.store.board import LogLine
from webupdate.store.db import Store
from webupdate.store.queue import HIDDEN
from webupdate.store.rows import Row
from webupdate.store.sendings import Acknowledged
from webupdate.sync import compare
from webupdate.sync.compare import Field
from webupdate.sync.parts import titled

SINCE = 24 * 3600.0  # seconds: as far back as `sent today` counts
_TOGETHER = 5.0  # seconds between an acknowledgement and its line in the log


class Sent(Struct, frozen=True, kw_only=True):
    """A record that was sent, refused or told of. `level`: the log's; `row`: the queue's, 0 if only the log has it."""

    entity: str
    key: str
    text: str
    at: float
    level: str = "info"
    hint: str = ""
    row: int = 0


def sent(store: Store, site_id: int, entity: str, text: str, limit: int, now: float) -> list[Sent]:
    """The newest `limit` of a site's records of `entity` ("" = all) that hold `text`."""
    since = now - SINCE
    acknowledged = sendings.acknowledged(store, site_id, entity, text, since, limit)
    return merged(acknowledged, sendings.told(store, site_id, entity, text, since, limit))[:limit]


def merged(acknowledged: Sequence[Acknowledged], lines: Sequence[LogLine]) -> list[Sent]:
    """Both, newest first. The log has the first records of a batch, with what changed; what it has stands once."""
    known = {(line.entity, line.key): line.at for line in reversed(lines) if line.text.startswith("↑")}
    only = [one for one in acknowledged if known.get((one.entity, one.key), -inf) < one.at - _TOGETHER]
    numbers = {(one.entity, one.key): one.row for one in acknowledged}
    found = [
        *(_of_line(line, numbers.get((line.entity, line.key), 0)) for line in lines),
        *(Sent(entity=one.entity, key=one.key, text="sent", at=one.at, row=one.row) for one in only),
    ]
    return sorted(found, key=lambda one: -one.at)


def _of_line(line: LogLine, row: int) -> Sent:
    text = line.text.removeprefix(f"↑ {titled(line.entity, line.key)}  ")
    return Sent(entity=line.entity, key=line.key, text=text, at=line.at, level=line.level, hint=line.hint, row=row)


def whole(store: Store, row_id: int) -> tuple[Field, ...]:
    """All fields of a row of the queue: what the shop acknowledged last and what it should hold. None if it is gone."""
    found = rows.by_id(store, row_id)
    return () if found is None else _fields(store, found)


def _fields(store: Store, row: Row) -> tuple[Field, ...]:
    held, wanted = rows.last_acked(store, row), row.payload or rows.acked_payload(store, row)
    old = compare.fields_of(row.entity, held) if held else {}
    new = _wanted(row, old, compare.fields_of(row.entity, wanted) if wanted else {})
    names = [name for name in {**new, **old} if _is_set(old.get(name)) or _is_set(new.get(name))]
    return tuple(Field(name, compare.shown(old.get(name)), compare.shown(new.get(name))) for name in names)


def _is_set(value: object) -> bool:
    return value not in (None, "", [])


def _wanted(row: Row, old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    if row.seen is None:
        return {}
    return {**old, "shown": False} if row.seen == HIDDEN else new
