"""What was read back of a shop: each reading with its numbers, and the differences that it found.

Kinds of readings: `verify` compares all that the shop should hold; `contact` learns what a new site's shop holds
before anything is sent; `preview` learns what it holds of records that were never sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from webupdate.store import companies, drift
from webupdate.store.db import Store

Kind = Literal["verify", "contact", "preview"]
# More are counted, not kept: where that many differ, a Complete Upload is the remedy.
MOST_KEPT = 10_000

MISSING, CHANGED, EXTRA, FOREIGN = "missing", "changed", "extra", "foreign"


class Numbers(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was counted. `foreign`: only in the shop and never sent from here; it is never touched.

    The last five belong to a first contact: accounts that EBMS does not know, those among them that will be taken
    over by e-mail, customers of EBMS who have no account there, orders placed before the site's first day, and whether
    more of these may follow.
    """

    read: int = 0
    differing: int = 0
    waiting: int = 0
    foreign: int = 0
    foreign_of: dict[str, int] = {}
    accounts: int = 0
    matched: int = 0
    lacking: int = 0
    old_orders: int = 0
    old_orders_more: bool = False


class Inspection(msgspec.Struct, frozen=True, kw_only=True):
    """One reading of a site's shop. `state`: running, done, failed (then `message` and `hint` say why)."""

    id: int
    site_id: int
    kind: Kind
    fix: bool
    state: str
    numbers: Numbers
    message: str
    hint: str
    started_at: float
    ended_at: float | None


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A record that the shop holds otherwise than it should.

    `kind`: missing, changed, extra (it should be gone or hidden) or foreign. `held`: the digest of what the shop
    holds, None = nothing. `fields`: name, value in the shop, value that it should have.
    `state`: open, waiting (it goes to the shop again), failed (`error` says why) or mended.
    """

    entity: str
    key: str
    kind: str
    held: str | None = None
    fields: tuple[tuple[str, str, str], ...] = ()
    state: str = "open"
    error: str = ""


_STATED = """FROM difference d JOIN inspection i ON i.id = d.inspection_id
  LEFT JOIN queue q ON q.site_id = i.site_id AND q.entity = d.entity AND q.key = d.key WHERE d.inspection_id = ?"""
_MENDING = "AND d.mended_at IS NOT NULL AND q.seen IS NOT q.sent AND q.error IS NULL"
_BRAKE = "(SELECT h.message FROM hold h WHERE h.site_id = q.site_id AND h.entity = q.entity)"
# The shop has the record inside of which it keeps this one, or that one is on its way; cf. store/outbox.py.
_PARENT_COMES = """(q.op <> 'put' OR q.parent_key IS NULL OR EXISTS (SELECT 1 FROM queue p
  WHERE p.site_id = q.site_id AND p.entity = q.parent_entity AND p.key = q.parent_key AND p.seen IS NOT NULL
  AND (p.sent <> '?' OR p.error IS NULL AND NOT EXISTS (SELECT 1 FROM hold h
    WHERE h.site_id = p.site_id AND h.entity = p.entity))))"""
_COLUMNS = "id, site_id, kind, fix, state, numbers, message, hint, started_at, ended_at"


def begin(store: Store, site_id: int, kind: Kind, now: float, *, fix: bool = False) -> int:
    """Ask for a reading; the engine goes through with it. Forgets the earlier ones of its kind."""
    with store.writing():
        store.sql("DELETE FROM inspection WHERE site_id = ? AND kind = ?", site_id, kind)
        cursor = store.sql(
            "INSERT INTO inspection (site_id, kind, fix, state, started_at) VALUES (?, ?, ?, 'running', ?)",
            *(site_id, kind, fix, now),
        )
        return int(cursor.lastrowid or 0)


def running(store: Store, site_id: int) -> Inspection | None:
    """The oldest reading that has not ended."""
    return _one(store, "site_id = ? AND state = 'running' ORDER BY id LIMIT 1", site_id)


def latest(store: Store, site_id: int, kind: Kind) -> Inspection | None:
    """The last reading of that kind, ended or not."""
    return _one(store, "site_id = ? AND kind = ? ORDER BY id DESC LIMIT 1", site_id, kind)


def wait_over(store: Store, site_id: int, kind: Kind) -> bool:
    """Whether the last reading of that kind has ended, and nothing that it mended waits any longer."""
    found = latest(store, site_id, kind)
    if found is None or found.state == "running":
        return found is None
    return "" not in waits_for(store, found)


def waits_for(store: Store, found: Inspection) -> dict[str, int]:
    """What mended records wait for that do not go by themselves, and how many; "" = they are on their way."""
    whole = _nothing_goes(store, found.site_id)
    counted: dict[str, int] = {}
    query = f"SELECT q.entity, {_BRAKE}, {_PARENT_COMES}, count(*) {_STATED} {_MENDING} GROUP BY 1, 2, 3"
    for entity, brake, parent_comes, count in store.rows(query, found.id):
        why = whole or brake or ("" if parent_comes else "The record that they belong to is not in the shop.")
        if entity == "customers":
            why = why or _customers_wait(store, found.site_id)
        counted[why] = counted.get(why, 0) + int(count)
    return counted


def _nothing_goes(store: Store, site_id: int) -> str:
    """Why nothing at all goes to a site for now, "" if nothing hinders it."""
    if store.one("SELECT c.paused FROM company c JOIN site s ON s.company_id = c.id WHERE s.id = ?", site_id):
        return "The company is paused."
    health = "SELECT message FROM health WHERE site_id = ? AND state IN ('waiting', 'stopped')"
    return str(store.one(health, site_id) or "")


def _customers_wait(store: Store, site_id: int) -> str:
    """Why customers do not go to a site for now: they are off, or their accounts can't be read (sync/site.py)."""
    info = companies.company_by_id(store, store.one("SELECT company_id FROM site WHERE id = ?", site_id))
    goes = {site.id: site.values["customers"] for site in (info.sites if info else ())}.get(site_id)
    if goes == "off":
        return "The property Customers is off."
    query = "SELECT message FROM status WHERE site_id = ? AND action = 'accounts' AND state IN ('waiting', 'stopped')"
    return str(store.one(query, site_id) or "") if goes == "both" else ""


def progress(store: Store, inspection_id: int, numbers: Numbers, found: Sequence[Difference]) -> None:
    """Keep what a page gave."""
    with store.writing():
        store.sql("UPDATE inspection SET numbers = ? WHERE id = ?", _text(numbers), inspection_id)
        room = MOST_KEPT - int(store.one("SELECT count(*) FROM difference WHERE inspection_id = ?", inspection_id))
        store.many(
            """INSERT OR REPLACE INTO difference (inspection_id, entity, key, kind, held, fields)
            VALUES (?, ?, ?, ?, ?, ?)""",
            [(inspection_id, d.entity, d.key, d.kind, d.held, _text(d.fields)) for d in found[: max(0, room)]],
        )


def restart(store: Store, inspection_id: int) -> None:
    """A reading that an earlier process began starts from its beginning."""
    with store.writing():
        store.sql("DELETE FROM difference WHERE inspection_id = ?", inspection_id)
        store.sql("UPDATE inspection SET numbers = '{}' WHERE id = ?", inspection_id)


def end(store: Store, inspection_id: int, now: float, message: str = "", hint: str = "") -> None:
    """It has ended; with a message: because it could not go on."""
    with store.writing():
        store.sql(
            "UPDATE inspection SET state = ?, message = ?, hint = ?, ended_at = ? WHERE id = ?",
            *("failed" if message else "done", message, hint, now, inspection_id),
        )


def mend(store: Store, found: Inspection, entities: Sequence[str], now: float) -> tuple[int, bool]:
    """Let exactly the records that differ go to the shop again, parents first.

    Returns how many, and whether the exports have to be read for some of them.
    """
    count, forced = 0, False
    with store.writing():
        for entity in entities:
            rows = store.rows(
                """SELECT key, held FROM difference WHERE inspection_id = ? AND entity = ? AND kind <> 'foreign'
                AND mended_at IS NULL""",
                *(found.id, entity),
            )
            for key, held in rows:
                forced |= not drift.mend(store, found.site_id, entity, key, held)
            count += len(rows)
        store.sql(
            "UPDATE difference SET mended_at = ? WHERE inspection_id = ? AND kind <> 'foreign' AND mended_at IS NULL",
            *(now, found.id),
        )
    return count, forced


def differences(store: Store, found: Inspection, text: str = "", limit: int = MOST_KEPT) -> list[Difference]:
    """What the reading found, foreign records last; only those with `text` in entity, key or values."""
    query = f"""SELECT d.entity, d.key, d.kind, d.held, d.fields, d.mended_at, q.seen IS NOT q.sent, q.error {_STATED}
      AND (? = '' OR instr(lower(d.entity || ' ' || d.key || ' ' || d.kind || ' ' || d.fields), ?) > 0)
      ORDER BY d.kind = 'foreign', d.entity, d.key LIMIT ?"""
    return [_difference(*row) for row in store.rows(query, found.id, text, text.lower(), limit)]


def open_count(store: Store, found: Inspection) -> int:
    """How many differences nobody has mended yet; those that were counted and not kept are among them."""
    query = f"SELECT count(*) {_STATED} AND d.kind <> 'foreign' AND (d.mended_at IS NOT NULL AND q.error IS NULL)"
    return found.numbers.differing - int(store.one(query, found.id))


def mending(store: Store, found: Inspection) -> int:
    """How many mended records the shop has not acknowledged yet, nor refused."""
    return int(store.one(f"SELECT count(*) {_STATED} {_MENDING}", found.id))


def open_counts(store: Store) -> dict[int, int]:
    """By site, how many differences of its last verify nobody has mended yet."""
    query = """SELECT i.site_id, count(*) FROM inspection i JOIN difference d ON d.inspection_id = i.id
      WHERE i.kind = 'verify' AND i.state = 'done' AND d.kind <> 'foreign' AND d.mended_at IS NULL GROUP BY i.site_id"""
    return dict(store.rows(query))


def _difference(
    entity: str,
    key: str,
    kind: str,
    held: str | None,
    fields: str,
    mended_at: float | None,
    dirty: int,
    error: str | None,
) -> Difference:
    state = "open" if mended_at is None else "mended" if not dirty else "failed" if error else "waiting"
    pairs = msgspec.json.decode(fields, type=tuple[tuple[str, str, str], ...])
    return Difference(entity=entity, key=key, kind=kind, held=held, fields=pairs, state=state, error=error or "")


def _one(store: Store, where: str, *parameters: object) -> Inspection | None:
    rows = store.rows(f"SELECT {_COLUMNS} FROM inspection WHERE {where}", *parameters)
    if not rows:
        return None
    values: dict[str, Any] = dict(zip(_COLUMNS.split(", "), rows[0], strict=True))
    values["numbers"] = msgspec.json.decode(values["numbers"], type=Numbers)
    return Inspection(**{**values, "fix": bool(values["fix"])})


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode()
