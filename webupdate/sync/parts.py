"""Queue rows as the shop gets them, and what it said of them in words."""

from __future__ import annotations

from typing import cast

import msgspec

from webupdate.store import queue
from webupdate.store.rows import Row
from webupdate.sync import compare
from webupdate.sync.ebmsnames import column
from webupdate.sync.shops.base import KEY_SEPARATOR, RECORD_TYPES, Abilities, Entity, Held, Part, Result, sent_hash
from webupdate.sync.text import visible


def changes(entity: str, old: bytes | None, new: bytes | None) -> str:
    """What a record's change was, as `price 18.00 → 18.50`; "" if either side is not known."""
    if old is None or new is None or entity not in RECORD_TYPES:
        return ""
    before, after = (msgspec.json.decode(side, type=dict[str, object]) for side in (old, new))
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return ", ".join(f"{name} {_shown(before, name)} → {_shown(after, name)}" for name in names[:3])


def _shown(values: dict[str, object], name: str) -> str:
    if name not in values:
        return "–"
    text = compare.shown(values[name])
    return text[:8] if name == "content" else visible(text, 40)  # of a digest the beginning tells it from another


def part_of(row: Row) -> Part:
    """What is sent for a row."""
    op = "delete" if row.seen is None else "hide" if row.seen == queue.HIDDEN else "put"
    data = row.payload if op == "put" else None
    return Part(cast(Entity, row.entity), row.key, row.rev, op, data, row.remote_id, row.was)  # type: ignore[arg-type]


def batches(bundles: list[list[Row]], size: int) -> list[list[list[Row]]]:
    """Bundles in batches of at most `size` records; a bundle is never torn."""
    batches: list[list[list[Row]]] = [[]]
    room = size
    for bundle in bundles:
        if batches[-1] and len(bundle) > room:
            batches.append([])
            room = size
        batches[-1].append(bundle)
        room -= len(bundle)
    return batches


def holds_as_sent(row: Row, held: Held, expected: bytes | None, able: Abilities) -> bool:
    """Whether the shop holds what it should; a hidden or deleted record must not be shown.

    What a shop makes of a text is no other text: else a record that it cleans would be in doubt for ever.
    """
    if held.data is None or row.seen is None:
        return held.data is None and row.seen in (None, queue.HIDDEN)
    if row.seen == queue.HIDDEN:
        return not compare.is_shown(held.data)
    if expected is None:
        return False
    if held.sent:
        return held.sent == sent_hash(expected)
    return not compare.differing(row.entity, held.data, expected, able)


def shown(key: str) -> str:
    """A key for people, safe to show."""
    return visible(key.replace(KEY_SEPARATOR, " "))


def name_of(row: Row) -> str:
    """A row for people, safe to show."""
    return f"{row.entity} {shown(row.key)}"


def titled(entity: str, key: str) -> str:
    """A record at the beginning of a line of the log, so that records stand below each other."""
    return f"{entity:<10} {shown(key)}"


def refusal(row: Row, result: Result) -> str:
    """Why the shop refused a record: message, field, value seen and expected."""
    parts = [f"{name_of(row)}: {visible(result.message, 300)}"]
    if result.field:
        parts.append(f"Field {visible(column(row.entity, result.field))}.")
    if result.seen:
        parts.append(f"Seen: {visible(result.seen)}.")
    if result.expected:
        parts.append(f"Expected: {visible(result.expected)}.")
    return " ".join(parts)
