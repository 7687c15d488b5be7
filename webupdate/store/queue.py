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
from webupdate.store.rows import Row, acked_payload, children_of, chunks, select

AGAIN = "?"
HIDDEN = "hidden"  # the hash of a record that stays in the shop, invisible


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


def _known(store: Store, site_id: int, wanted: Sequence[Wanted]) -> dict[tuple[str, str], tuple[str | None, bool]]:
    """Each known row's `seen` and whether it exists."""
    found: dict[tuple[str, str], tuple[str | None, bool]] = {}
    by_entity: dict[str, list[str]] = {}
    for entry in wanted:
        by_entity.setdefault(entry.entity, []).append(entry.key)
    for entity, keys in by_entity.items():
        for chunk in chunks(keys):
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
        if (created or row.op == "delete" or row.sent == AGAIN) and row.parent_entity != "items":
            children_again(store, row)  # nothing lives inside of what is itself inside of an item


def _remember(store: Store, row: Row, now: float) -> None:
    if row.payload is None:
        return
    # The other lane may have removed the row while its request was under way (a renamed record): nothing is left to
    # remember, and what the shop said of the others counts.
    store.sql(
        "INSERT OR REPLACE INTO acked (queue_id, hash, payload, at) SELECT id, ?, ?, ? FROM queue WHERE id = ?",
        row.seen,
        zlib.compress(row.payload, 1),
        now,
        row.id,
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


def retry(store: Store, site_id: int, *, entity: str = "", row: int = 0) -> int:
    """Give failed rows another try: all of a site, or those of an entity, or one alone; returns how many."""
    with store.writing():
        cursor = store.sql(
            """UPDATE queue SET error = NULL, next_try = 0, tries = 0, stales = 0
            WHERE site_id = ? AND error IS NOT NULL AND ? IN ('', entity) AND ? IN (0, id)""",
            *(site_id, entity, row),
        )
        return int(cursor.rowcount)


def recover_payloads(store: Store, site_id: int) -> None:
    """After a forced read: rows that are not in the export (policy keep) go again as they were acknowledged."""
    with store.writing():
        missing = select(
            store,
            "FROM queue q WHERE q.site_id = ? AND q.seen IS NOT q.sent AND q.op = 'put' AND q.payload IS NULL",
            site_id,
        )
        for row in missing:
            store.sql("UPDATE queue SET payload = ? WHERE id = ?", acked_payload(store, row), row.id)
