"""What becomes of a record that left the export, by the property `gone`; also when that is changed later."""

from __future__ import annotations

from collections.abc import Sequence

from webupdate.store import queue, rows
from webupdate.store.db import Store
from webupdate.store.queue import Wanted
from webupdate.store.rows import Row

# Stock lives inside its item and stays as it was with a hidden one; a price that EBMS no longer has must not be
# charged, so it never stays hidden. Pictures and documents can't be hidden either: they are seen with their item.
_OPS = {
    "hide": {"prices": "delete", "stock": "keep", "images": "keep", "documents": "keep"},
    "delete": {},
    "keep": {},
}


def gone_op(policy: str, entity: str) -> str:
    """hide, delete or keep: what becomes of a record of this entity that left the export."""
    return _OPS[policy].get(entity, policy)


def leave(store: Store, company_id: int, site_id: int, policy: str, keys: Sequence[tuple[str, str]], now: float) -> int:
    """These (entity, key) are not for the site any more. Returns how many records of the site that changes."""
    known = sorted(rows.held(store, site_id, keys))
    wanted = [_wanted(entity, key, op) for entity, key in known if (op := gone_op(policy, entity)) != "keep"]
    with store.writing():
        changed = queue.observe(store, company_id, site_id, wanted, now)
        queue.mark_gone(store, site_id, known)
    return changed


def change_policy(store: Store, company_id: int, site_id: int, policy: str, now: float) -> int:
    """Do with all that has left the export long since what the policy says now. Returns how many records change."""
    with store.writing():
        left = rows.gone_rows(store, site_id)
        wanted = [entry for row in left if (entry := _anew(store, row, gone_op(policy, row.entity))) is not None]
        changed = queue.observe(store, company_id, site_id, wanted, now)
        queue.mark_gone(store, site_id, [(row.entity, row.key) for row in left])
    return changed


def _anew(store: Store, row: Row, op: str) -> Wanted | None:
    if op != "keep":
        # To hide what the shop does not hold any more would make it there.
        return None if row.sent is None and row.seen is None else _wanted(row.entity, row.key, op)
    payload = rows.last_acked(store, row)
    if row.seen != queue.HIDDEN or payload is None:
        return None
    parent = (row.parent_entity, row.parent_key) if row.parent_entity and row.parent_key else None
    return Wanted(entity=row.entity, key=row.key, parent=parent, payload=payload)


def _wanted(entity: str, key: str, op: str) -> Wanted:
    return Wanted(entity=entity, key=key, op=op, hidden=op == "hide")
