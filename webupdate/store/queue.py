"""The queue without a queue: one row per site, entity and key, with two hashes (design section 4).

`seen` is what the site should hold, `sent` what the shop acknowledged; a row is dirty while they differ.
`sent = '?'` means: send again, whatever the shop holds. Nothing here talks to a shop.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence

import msgspec
import xxhash

from webupdate.store.db import Store

AGAIN = "?"
HIDDEN = "hidden"  # the hash of a record that stays in the shop, invisible
_COLUMNS = (
    "id, site_id, entity, key, parent_entity, parent_key, seen, sent, rev, op, hidden, doubt_until, "
    "remote_id, payload, stales, tries, error, was"
)


class Row(msgspec.Struct, frozen=True):
    """One row of the queue."""

    id: int
    site_id: int
    entity: str
    key: str
    parent_entity: str | None
    parent_key: str | None
    seen: str | None
    sent: str | None
    rev: int
    op: str
    hidden: bool
    doubt_until: float | None
    remote_id: str | None
    payload: bytes | None
    stales: int
    tries: int
    error: str | None
    was: str = ""  # the key that the shop knows, while EBMS's new one was not acknowledged yet


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What a site should hold for one key. `op` delete = nothing; `payload` only for put."""

    entity: str
    key: str
    parent: tuple[str, str] | None = None
    op: str = "put"
    payload: bytes | None = None
    hidden: bool = False

    @property
    def hash(self) -> str | None:
        """The hash for `seen`."""
        if self.op == "delete":
            return None
        return HIDDEN if self.op == "hide" else digest(self.payload or b"")


def digest(payload: bytes) -> str:
    """The hash of a record as JSON (128 bits, so that two records never share one)."""
    return xxhash.xxh3_128_hexdigest(payload)


def reserve_revs(store: Store, company_id: int, count: int, now: float, above: int = 0) -> int:
    """Take `count` revisions from the company's one counter; returns the first.

    Never below the microseconds since 1970: so a new or restored store is ahead of what it sent before.
    """
    last = int(store.one("SELECT rev FROM company WHERE id = ?", company_id))
    first = max(last + 1, above + 1, int(now * 1_000_000))
    store.sql("UPDATE company SET rev = ? WHERE id = ?", first + count - 1, company_id)
    return first


def observe(store: Store, company_id: int, site_id: int, wanted: Sequence[Wanted], now: float) -> int:
    """Write what a site should hold. Returns how many records changed.

    An unchanged record costs no revision; one that is dirty without payload gets its payload back.
    """
    with store.writing():
        known = _known(store, site_id, wanted)
        changed = [w for w in wanted if _differs(w, known.get((w.entity, w.key)))]
        if changed:
            first = reserve_revs(store, company_id, len(changed), now)
            _write(store, site_id, changed, first)
            _clear_children_errors(store, site_id, changed)
            _pull_parents(store, site_id, changed)
        _refill(store, site_id, [w for w in wanted if w.payload is not None])
        _are_back(store, site_id, wanted)
    return len(changed)


def _are_back(store: Store, site_id: int, wanted: Sequence[Wanted]) -> None:
    """What is wanted has not left the export (or is back)."""
    if store.rows("SELECT 1 FROM queue WHERE site_id = ? AND gone LIMIT 1", site_id):
        _set_gone(store, site_id, [(w.entity, w.key) for w in wanted], 0)


def mark_gone(store: Store, site_id: int, keys: Sequence[tuple[str, str]]) -> None:
    """Remember that these (entity, key) left the export, whatever the policy made of them."""
    _set_gone(store, site_id, keys, 1)


def _set_gone(store: Store, site_id: int, keys: Sequence[tuple[str, str]], gone: int) -> None:
    store.many(
        "UPDATE queue SET gone = ? WHERE site_id = ? AND entity = ? AND key = ?",
        [(gone, site_id, entity, key) for entity, key in keys],
    )


def gone_rows(store: Store, site_id: int) -> list[Row]:
    """The rows of records that left the export."""
    return _select(store, "FROM queue q WHERE q.site_id = ? AND q.gone", site_id)


def _known(store: Store, site_id: int, wanted: Sequence[Wanted]) -> dict[tuple[str, str], tuple[str | None, bool]]:
    """Each known row's `seen` and whether it exists."""
    found: dict[tuple[str, str], tuple[str | None, bool]] = {}
    by_entity: dict[str, list[str]] = {}
    for entry in wanted:
        by_entity.setdefault(entry.entity, []).append(entry.key)
    for entity, keys in by_entity.items():
        for chunk in _chunks(keys):
            marks = ",".join("?" * len(chunk))
            query = f"SELECT key, seen FROM queue WHERE site_id = ? AND entity = ? AND key IN ({marks})"
            found |= {(entity, key): (seen, True) for key, seen in store.rows(query, site_id, entity, *chunk)}
    return found


def _differs(entry: Wanted, known: tuple[str | None, bool] | None) -> bool:
    if known is None:
        return entry.hash is not None
    return known[0] != entry.hash


def _write(store: Store, site_id: int, changed: Sequence[Wanted], first: int) -> None:
    store.many(
        """INSERT INTO queue (site_id, entity, key, parent_entity, parent_key, seen, rev, op, hidden, payload)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (site_id, entity, key) DO UPDATE SET
          parent_entity = iif(excluded.op = 'put', excluded.parent_entity, parent_entity),
          parent_key = iif(excluded.op = 'put', excluded.parent_key, parent_key),
          seen = excluded.seen, rev = excluded.rev, op = excluded.op, hidden = excluded.hidden,
          payload = excluded.payload, stales = 0, tries = 0, next_try = 0, error = NULL""",
        [
            (
                site_id,
                w.entity,
                w.key,
                *(w.parent or (None, None)),
                w.hash,
                first + n,
                w.op,
                w.hidden,
                w.payload,
            )
            for n, w in enumerate(changed)
        ],
    )


def _clear_children_errors(store: Store, site_id: int, changed: Sequence[Wanted]) -> None:
    """An error caused by another record clears itself when that record changes."""
    store.many(
        """UPDATE queue SET error = NULL, next_try = 0
        WHERE site_id = ? AND parent_entity = ? AND parent_key = ? AND error IS NOT NULL""",
        [(site_id, w.entity, w.key) for w in changed],
    )


def _pull_parents(store: Store, site_id: int, changed: Sequence[Wanted]) -> None:
    """A parent that is to go again goes as soon as a child that changed: a new price waits for no Complete Upload."""
    store.many(
        """UPDATE queue SET rev = max(rev, (SELECT c.rev FROM queue c
          WHERE c.site_id = queue.site_id AND c.entity = ? AND c.key = ?))
        WHERE site_id = ? AND entity = ? AND key = ? AND sent = ?""",
        [(w.entity, w.key, site_id, *w.parent, AGAIN) for w in changed if w.parent is not None],
    )


def _refill(store: Store, site_id: int, wanted: Sequence[Wanted]) -> None:
    store.many(
        """UPDATE queue SET payload = ? WHERE site_id = ? AND entity = ? AND key = ?
        AND seen = ? AND seen IS NOT sent AND payload IS NULL""",
        [(w.payload, site_id, w.entity, w.key, w.hash) for w in wanted],
    )


def rows_of(store: Store, site_id: int, entity: str, keys: Sequence[str]) -> list[Row]:
    """The rows of these keys, as far as there are any."""
    found: list[Row] = []
    for chunk in _chunks(keys):
        marks = ",".join("?" * len(chunk))
        query = f"FROM queue q WHERE q.site_id = ? AND q.entity = ? AND q.key IN ({marks})"
        found += _select(store, query, site_id, entity, *chunk)
    return found


def children_of(store: Store, parent: Row) -> list[Row]:
    """All that lives inside of this record."""
    query = "FROM queue q WHERE q.site_id = ? AND q.parent_entity = ? AND q.parent_key = ?"
    return _select(store, query, parent.site_id, parent.entity, parent.key)


def held(store: Store, site_id: int, keys: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of the (entity, key) pairs that the site holds or is to hold."""
    return {
        (entity, key)
        for entity, key in keys
        if store.one(
            "SELECT 1 FROM queue WHERE site_id = ? AND entity = ? AND key = ? "
            "AND (seen IS NOT NULL OR sent IS NOT NULL)",
            *(site_id, entity, key),
        )
    }


_READY = """
  q.site_id = ? AND q.entity = ? AND q.seen IS NOT q.sent AND q.error IS NULL AND q.next_try <= ?
  AND (q.op <> 'put' OR q.payload IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.site_id = q.site_id AND h.entity = q.entity AND NOT h.released)
  AND NOT EXISTS (SELECT 1 FROM queue w WHERE w.was = q.key AND w.was <> '' AND w.site_id = q.site_id
    AND w.entity = q.entity)"""  # an id given to another record waits until the shop has renamed the one that had it
# A child whose parent is not in the shop, or perhaps not, waits; it may still travel in one bundle with it. What is
# to be taken away waits only for a parent that the shop still knows under another key.
_PARENT_THERE = """
  (q.parent_key IS NULL OR EXISTS (
    SELECT 1 FROM queue p WHERE p.site_id = q.site_id AND p.entity = q.parent_entity AND p.key = q.parent_key
    AND p.sent IS NOT NULL AND p.sent <> '?' AND p.seen IS NOT NULL)
  OR (q.op <> 'put' AND NOT EXISTS (
    SELECT 1 FROM queue r WHERE r.site_id = q.site_id AND r.entity = q.parent_entity AND r.key = q.parent_key
    AND r.was <> '')))"""


def sendable(
    store: Store, site_id: int, entity: str, now: float, limit: int, *, puts: bool, since: int = 0
) -> list[Row]:
    """Dirty rows that can be sent now: those to put, or those to hide and delete; of revision `since` and later.

    What was tried least comes first, so that a record on which the shop fails does not hold the others;
    then the newest change, so that a price saved now overtakes a Complete Upload. Children of parents that are
    not in the shop wait.
    """
    kind = "=" if puts else "<>"
    return _select(
        store,
        f"""FROM queue q WHERE {_READY} AND {_PARENT_THERE} AND q.op {kind} 'put' AND q.rev >= ?
        ORDER BY q.tries, q.rev DESC LIMIT ?""",
        site_id,
        entity,
        now,
        since,
        limit,
    )


def ready_children(store: Store, parents: Sequence[Row], entities: Sequence[str], now: float) -> list[Row]:
    """Dirty children of these parents, to travel with them in one bundle."""
    found: list[Row] = []
    for entity in entities:
        for chunk in _chunks([row.key for row in parents]):
            marks = ",".join("?" * len(chunk))
            found += _select(
                store,
                f"FROM queue q WHERE {_READY} AND q.parent_entity = ? AND q.parent_key IN ({marks}) ORDER BY q.rev",
                parents[0].site_id,
                entity,
                now,
                parents[0].entity,
                *chunk,
            )
    return found


def waiting_children(store: Store, site_id: int, entity: str) -> list[tuple[str, str]]:
    """Up to a few (key, parent key) of rows that wait for a parent that is not in the shop."""
    query = f"""SELECT q.key, q.parent_key FROM queue q WHERE q.site_id = ? AND q.entity = ?
      AND q.seen IS NOT q.sent AND q.error IS NULL AND q.op = 'put' AND NOT {_PARENT_THERE} ORDER BY q.key LIMIT 3"""
    return [(key, parent) for key, parent in store.rows(query, site_id, entity)]


def begin(store: Store, rows: Sequence[Row], now: float, life: float | None) -> None:
    """Before the request leaves: whatever happens now, the shop may hold anything of these rows.

    `life` is the longest that a request may go on running (seconds), None for a shop that compares revisions.
    """
    doubt = None if life is None else now + life
    with store.writing():
        store.many(
            "UPDATE queue SET sent = ?, doubt_until = coalesce(?, doubt_until), tries = tries + 1 WHERE id = ?",
            [(AGAIN, doubt, row.id) for row in rows],
        )


def ack(store: Store, row: Row, *, created: bool, remote_id: str | None, now: float) -> None:
    """The shop has carried out `row` as it was when it was sent (not as it may be by now)."""
    with store.writing():
        store.sql(
            """UPDATE queue SET sent = ?, doubt_until = ?, remote_id = ?, tries = 0, stales = 0, next_try = 0,
            was = CASE WHEN was = ? THEN '' ELSE was END,
            payload = CASE WHEN seen IS ? THEN NULL ELSE payload END WHERE id = ?""",
            row.seen,
            row.doubt_until,
            None if row.seen is None else remote_id or row.remote_id,
            row.was,
            row.seen,
            row.id,
        )
        _remember(store, row, now)
        # Created, deleted or out of doubt: what the shop holds of its children is not known any more.
        if created or row.op == "delete" or row.sent == AGAIN:
            children_again(store, row)


def _remember(store: Store, row: Row, now: float) -> None:
    if row.payload is None:
        return
    store.sql(
        "INSERT OR REPLACE INTO acked (queue_id, hash, payload, at) VALUES (?, ?, ?, ?)",
        row.id,
        row.seen,
        zlib.compress(row.payload, 1),
        now,
    )


def children_again(store: Store, parent: Row) -> None:
    """Mark what the shop acknowledged of a parent's children to be sent again, with the payload kept from then.

    What it refused of them goes again too: the parent may have been the reason.
    """
    store.sql(
        "UPDATE queue SET error = NULL WHERE site_id = ? AND parent_entity = ? AND parent_key = ?",
        *(parent.site_id, parent.entity, parent.key),
    )
    for row in [child for child in children_of(store, parent) if child.sent is not None]:
        payload = row.payload or acked_payload(store, row)
        store.sql("UPDATE queue SET sent = ?, payload = ? WHERE id = ?", AGAIN, payload, row.id)


def acked_payload(store: Store, row: Row) -> bytes | None:
    """What the shop acknowledged last, if that is still what it should hold."""
    found = store.rows("SELECT payload FROM acked WHERE queue_id = ? AND hash = ?", row.id, row.seen)
    return zlib.decompress(found[0][0]) if found else None


def last_acked(store: Store, row: Row) -> bytes | None:
    """What the shop acknowledged last, as JSON; None if it never did."""
    found = store.rows("SELECT payload FROM acked WHERE queue_id = ?", row.id)
    return zlib.decompress(found[0][0]) if found else None


def refuse(store: Store, row: Row, error: str) -> None:
    """The shop said no to this record: it holds what it held; tried again when the record or its parent changes."""
    with store.writing():
        _put_back(store, row)
        store.sql("UPDATE queue SET error = ? WHERE id = ? AND seen IS ?", error, row.id, row.seen)


def not_sent(store: Store, rows: Iterable[Row], next_try: float) -> None:
    """The request never reached the shop: as if it had not been tried."""
    with store.writing():
        for row in rows:
            _put_back(store, row)
            store.sql("UPDATE queue SET next_try = ?, tries = ? WHERE id = ?", next_try, row.tries, row.id)


def put_off(store: Store, row: Row, next_try: float) -> None:
    """What the record needs did not reach the shop; nothing of the record itself was sent."""
    with store.writing():
        store.sql("UPDATE queue SET tries = tries + 1, next_try = ? WHERE id = ?", next_try, row.id)


def _put_back(store: Store, row: Row) -> None:
    store.sql("UPDATE queue SET sent = ?, doubt_until = ? WHERE id = ?", row.sent, row.doubt_until, row.id)


def outcome_unknown(store: Store, rows: Iterable[Row], next_try: float) -> None:
    """No answer came: the rows stay '?' and go again."""
    with store.writing():
        store.many("UPDATE queue SET next_try = ? WHERE id = ?", [(next_try, row.id) for row in rows])


def stale(store: Store, company_id: int, row: Row, held: int, now: float) -> bool:
    """The shop holds a newer revision: lift the counter and send again. False when it happened twice in a row."""
    with store.writing():
        rev = reserve_revs(store, company_id, 1, now, above=held)
        store.sql("UPDATE queue SET rev = max(rev, ?), stales = stales + 1 WHERE id = ?", rev, row.id)
    return row.stales == 0


def lost(store: Store, row: Row) -> None:
    """The shop does not know the record that was to be changed: it is made anew."""
    with store.writing():
        store.sql("UPDATE queue SET sent = NULL, remote_id = NULL, doubt_until = NULL WHERE id = ?", row.id)
        children_again(store, row)


def in_doubt(store: Store, site_id: int, now: float, limit: int) -> list[Row]:
    """Acknowledged rows of which an older request was running and can no longer be: they are read back once."""
    return _select(
        store,
        "FROM queue q WHERE q.site_id = ? AND q.doubt_until <= ? AND q.seen IS q.sent ORDER BY q.doubt_until LIMIT ?",
        site_id,
        now,
        limit,
    )


def settle(store: Store, row: Row, *, same: bool) -> None:
    """A row in doubt was read back. If the shop holds something else, it goes again.

    Its children go again in any case: an old request may have deleted the parent and another made it anew.
    """
    with store.writing():
        store.sql("UPDATE queue SET doubt_until = NULL WHERE id = ?", row.id)
        if not same:
            payload = row.payload or acked_payload(store, row)
            store.sql("UPDATE queue SET sent = ?, payload = ? WHERE id = ?", AGAIN, payload, row.id)
        children_again(store, row)


def mark_complete(store: Store, site_id: int, entity: str | None = None) -> int:
    """Complete Upload (or the reload of one entity): all that the shop has, or may have, goes again.

    What it never had is dirty anyway and only gets another try; '?' there would make children believe that their
    parent is in the shop. Returns the number of rows that are to go.
    """
    with store.writing():
        cursor = store.sql(
            """UPDATE queue SET sent = iif(sent IS NULL, NULL, ?), tries = 0, next_try = 0, error = NULL
            WHERE site_id = ? AND (? IS NULL OR entity = ?) AND (sent IS NOT NULL OR seen IS NOT NULL)""",
            AGAIN,
            site_id,
            entity,
            entity,
        )
        return int(cursor.rowcount)


def retry(store: Store, site_id: int) -> int:
    """Give failed rows another try; returns how many."""
    with store.writing():
        cursor = store.sql(
            "UPDATE queue SET error = NULL, next_try = 0, tries = 0, stales = 0 "
            "WHERE site_id = ? AND error IS NOT NULL",
            site_id,
        )
        return int(cursor.rowcount)


def recover_payloads(store: Store, site_id: int) -> None:
    """After a forced read: rows that are not in the export (policy keep) go again as they were acknowledged."""
    with store.writing():
        missing = _select(
            store,
            "FROM queue q WHERE q.site_id = ? AND q.seen IS NOT q.sent AND q.op = 'put' AND q.payload IS NULL",
            site_id,
        )
        for row in missing:
            store.sql("UPDATE queue SET payload = ? WHERE id = ?", acked_payload(store, row), row.id)


def not_yet(store: Store, site_id: int, entity: str, mark: int) -> int:
    """Rows of an entity that are to go and were so at revision `mark` (the index alone can count them)."""
    query = "SELECT count(*) FROM queue WHERE site_id = ? AND entity = ? AND seen IS NOT sent AND rev <= ?"
    return int(store.one(query, site_id, entity, mark))


def in_all(store: Store, site_id: int, entity: str) -> int:
    """How many records of an entity a site has or is to have."""
    query = """SELECT count(*) FROM queue WHERE site_id = ? AND entity = ?
      AND (seen IS NOT NULL OR sent IS NOT NULL)"""
    return int(store.one(query, site_id, entity))


def failed(store: Store, site_id: int, entity: str, mark: int) -> int:
    """Those of them that need a person."""
    query = """SELECT count(*) FROM queue WHERE site_id = ? AND entity = ? AND seen IS NOT sent AND rev <= ?
      AND error IS NOT NULL"""
    return int(store.one(query, site_id, entity, mark))


def still_to_go(store: Store, site_id: int, entity: str, mark: int) -> bool:
    """Whether any of them can still go by itself.

    Not one that waits for a parent that can't go: that parent is counted, or waits itself, or needs a person.
    """
    comes = f"""EXISTS (SELECT 1 FROM queue q WHERE q.site_id = w.site_id AND q.entity = w.parent_entity
      AND q.key = w.parent_key AND q.seen IS NOT NULL AND q.seen IS NOT q.sent AND q.error IS NULL
      AND {_PARENT_THERE})"""
    there = _PARENT_THERE.replace("q.", "w.")
    query = f"""SELECT 1 FROM queue w WHERE w.site_id = ? AND w.entity = ? AND w.seen IS NOT w.sent
      AND w.error IS NULL AND w.rev <= ? AND ({there} OR {comes}) LIMIT 1"""
    return bool(store.rows(query, site_id, entity, mark))


def errors(store: Store, site_id: int, limit: int) -> list[Row]:
    """Records that need a person."""
    return _select(
        store,
        "FROM queue q WHERE q.site_id = ? AND q.seen IS NOT q.sent AND q.error IS NOT NULL "
        "ORDER BY q.entity, q.key LIMIT ?",
        site_id,
        limit,
    )


def _select(store: Store, rest: str, *parameters: object) -> list[Row]:
    columns = ", ".join(f"q.{name}" for name in _COLUMNS.split(", "))
    return [_row(values) for values in store.rows(f"SELECT {columns} {rest}", *parameters)]


def _row(values: tuple[object, ...]) -> Row:
    row: list[object] = list(values)
    row[10] = bool(row[10])
    row[13] = None if row[13] is None else bytes(row[13])  # type: ignore[call-overload]
    return Row(*row)  # type: ignore[arg-type]


def _chunks(keys: Sequence[str], size: int = 400) -> Iterable[Sequence[str]]:
    for start in range(0, len(keys), size):
        yield keys[start : start + size]
