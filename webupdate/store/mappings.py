"""Remembered answers: what a word of the web means in EBMS, for all orders of a company to come."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from webupdate.store.db import Store
from webupdate.store.tables import Mapping


class Remembered(msgspec.Struct, frozen=True, kw_only=True):
    """A mapping: `web` within `topic` is `value`. `used` counts the orders it served; times in seconds since 1970."""

    id: int
    topic: str
    web: str
    value: str
    made_by: str
    made_at: float
    used: int
    used_at: float | None


def remembered(store: Store, company_id: int) -> list[Remembered]:
    """All mappings of a company, by topic and the web's word."""
    query = Mapping.select().where(Mapping.company == company_id).order_by(Mapping.topic, Mapping.web)
    return [_remembered(row) for row in query]


def remember(store: Store, company_id: int, topic: str, web: str, value: str, by: str, now: float) -> bool:
    """Make a mapping or change its value; what uses it is counted anew then. Returns whether anything changed."""
    with store.writing():
        known = Mapping.get_or_none((Mapping.company == company_id) & (Mapping.topic == topic) & (Mapping.web == web))
        if known is not None and known.value == value:
            return False
        if known is not None:
            known.delete_instance()
        Mapping.create(company=company_id, topic=topic, web=web, value=value, made_by=by, made_at=now)
    return True


def forget(store: Store, company_id: int, number: int) -> bool:
    """Drop a mapping; False if there is none of that number. Orders that are written stay as they are."""
    with store.writing():
        return bool(Mapping.delete().where((Mapping.company == company_id) & (Mapping.id == number)).execute())


def used(store: Store, order_id: int, numbers: Iterable[int], now: float) -> None:
    """Count an order that these mappings served, once for each."""
    with store.writing():
        for number in numbers:
            made = store.sql("INSERT OR IGNORE INTO usedmapping VALUES (?, ?)", order_id, number)
            if made.rowcount:
                store.sql("UPDATE mapping SET used = used + 1, used_at = ? WHERE id = ?", now, number)


def _remembered(row: Mapping) -> Remembered:
    return Remembered(
        id=row.id,
        topic=row.topic,
        web=row.web,
        value=row.value,
        made_by=row.made_by,
        made_at=row.made_at,
        used=row.used,
        used_at=row.used_at,
    )
