"""Brakes on one entity of one site: too much of what it holds would go or change, so nothing of it is sent.

The queue already says what the site should hold; what is held is the sending. So a good export, which makes the
records what they were, leaves nothing to send, and the brake lifts by itself.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import msgspec

from webupdate.store import queue
from webupdate.store.db import Store


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """A brake that is on: `message` has the numbers."""

    site_id: int
    entity: str
    message: str
    hint: str


class Shares(msgspec.Struct, frozen=True, kw_only=True):
    """How many records of an entity a site holds and shows, and how many of them would go from the web or change.

    The `examples` are of whichever of the two is more.
    """

    held: int
    leaving: int
    changed: int
    examples: tuple[Example, ...] = ()


class Example(msgspec.Struct, frozen=True):
    """One of the records concerned: what the shop holds of it, and what it would hold (None: nothing)."""

    key: str
    before: bytes | None
    after: bytes | None


EXAMPLES = 3

# What the shop acknowledged last; a row that goes again only because somebody asked for that changes nothing.
_BASE = "iif(q.sent = '?', a.hash, q.sent)"
# What was judged fine, or let pass by a person, is not judged again: a later change of it has a newer revision.
_NEW = "q.rev > coalesce((SELECT p.rev FROM passed p WHERE p.site_id = q.site_id AND p.entity = q.entity), 0)"


def shares(store: Store, site_id: int, entity: str, least: int) -> Shares:
    """What sending all that is dirty would do to the site; `held` is counted from `least` records on."""
    dirty = f"""SELECT q.key, q.op, q.hidden, q.payload, a.payload FROM queue q
      LEFT JOIN acked a ON a.queue_id = q.id AND NOT a.found
      WHERE q.site_id = ? AND q.entity = ? AND q.seen IS NOT q.sent AND {_NEW}
      AND {_BASE} IS NOT NULL AND {_BASE} <> '{queue.HIDDEN}' AND q.seen IS NOT {_BASE}"""
    found: dict[str, list[Example]] = {"leaving": [], "changed": [], "": []}
    counted = {"leaving": 0, "changed": 0, "": 0}
    files: set[tuple[str, str]] = set()
    for key, op, hidden, payload, acked in store.rows(dirty, site_id, entity):
        before = acked and zlib.decompress(acked)
        effect = _effect(entity, op, hidden, payload, before)
        if effect == "changed" and entity in ("images", "documents"):
            # A file that many items share is one change.
            pair = (_content(before), _content(payload))
            effect = "" if pair in files else effect
            files.add(pair)
        counted[effect] += 1
        if len(found[effect]) < EXAMPLES:
            found[effect].append(Example(key, before, payload if op == "put" else None))
    most = max(("leaving", "changed"), key=lambda effect: counted[effect])
    # A saved price is to go at once: the whole table is only counted for more than a few.
    held = _held(store, site_id, entity) if counted[most] >= least else 0
    return Shares(
        held=held, leaving=counted["leaving"], changed=counted["changed"], examples=tuple(found[most])
    )  # fmt: skip


def _held(store: Store, site_id: int, entity: str) -> int:
    query = "SELECT count(*) FROM queue WHERE site_id = ? AND entity = ? AND sent IS NOT NULL AND sent <> ?"
    return int(store.one(query, site_id, entity, queue.HIDDEN))


def _effect(entity: str, op: str, hidden: bool, payload: bytes | None, before: bytes | None) -> str:
    if op != "put":
        return "leaving"
    if entity == "stock":
        # Stock moves by nature; only what can't be bought any more is as good as gone.
        return "leaving" if _sells(before) and not _sells(payload) else ""
    if hidden and before is not None:
        return "leaving" if _is_shown(before) else "changed"
    return "changed"


class _Stock(msgspec.Struct):
    quantity: str = "0"


class _File(msgspec.Struct):
    content: str = ""


def _content(payload: bytes | None) -> str:
    return msgspec.json.decode(payload, type=_File).content if payload else ""


class _Shown(msgspec.Struct):
    shown: bool = True
    active: bool = True


def _sells(payload: bytes | None) -> bool:
    return payload is not None and float(msgspec.json.decode(payload, type=_Stock).quantity) > 0


def _is_shown(payload: bytes) -> bool:
    record = msgspec.json.decode(payload, type=_Shown)
    return record.shown and record.active


def put_on(store: Store, hold: Hold, now: float) -> bool:
    """Hold an entity of a site; True if that is news."""
    with store.writing():
        before = "SELECT 1 FROM hold WHERE site_id = ? AND entity = ? AND message = ?"
        if store.rows(before, hold.site_id, hold.entity, hold.message):
            return False
        store.sql(
            "INSERT OR REPLACE INTO hold (site_id, entity, message, hint, at) VALUES (?, ?, ?, ?, ?)",
            *(hold.site_id, hold.entity, hold.message, hold.hint, now),
        )
        return True


def let_pass(store: Store, site_id: int, entity: str) -> bool:
    """All that is to be sent by now may go: it was judged fine, or a person says so. True if a brake was on."""
    with store.writing():
        store.sql(
            """INSERT OR REPLACE INTO passed (site_id, entity, rev)
            SELECT s.id, ?, c.rev FROM site s JOIN company c ON c.id = s.company_id WHERE s.id = ?""",
            *(entity, site_id),
        )
        cursor = store.sql("DELETE FROM hold WHERE site_id = ? AND entity = ?", site_id, entity)
        return int(cursor.rowcount) > 0


def release(store: Store, site_id: int, entity: str) -> bool:
    """A person lets the held records pass; False if no brake is on, and then nothing is let pass."""
    with store.writing():
        held = store.rows("SELECT 1 FROM hold WHERE site_id = ? AND entity = ?", site_id, entity)
        return bool(held) and let_pass(store, site_id, entity)


def holds(store: Store) -> Iterator[Hold]:
    """All brakes that are on."""
    query = "SELECT site_id, entity, message, hint FROM hold ORDER BY site_id, entity"
    for site_id, entity, message, hint in store.rows(query):
        yield Hold(site_id=site_id, entity=entity, message=message, hint=hint)
