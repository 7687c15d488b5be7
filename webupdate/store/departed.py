"""What left an export file: records that EBMS renamed or no longer has, for who still names them."""

from __future__ import annotations

from collections.abc import Iterable

from webupdate.store.db import Store


def note(store: Store, company_id: int, file: str, keys: Iterable[tuple[str, str]], now: float) -> None:
    """These keys left the file; each with the key that its record has now, "" if it has gone."""
    store.many(
        "INSERT OR REPLACE INTO departed VALUES (?, ?, ?, ?, ?)",
        [(company_id, file, key, new, now) for key, new in keys],
    )


def now(store: Store, company_id: int, file: str, key: str) -> str | None:
    """None: the key never left. "": its record has gone. Else the key that the record has now."""
    found = store.one("SELECT now FROM departed WHERE company_id = ? AND file = ? AND key = ?", company_id, file, key)
    return None if found is None else str(found)
