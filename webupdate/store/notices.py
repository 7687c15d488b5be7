"""What support is told: kept before it is sent, so that nothing is forgotten and nothing is told twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from webupdate.store.db import Store

Kind = Literal["stopped", "away", "brake", "conflict", "customer", "crashed"]
# What comes back within this time (seconds) was not over: a loop that fails at each start is one event.
SETTLED = 300.0
DAYS_KEPT = 90


class Ailment(msgspec.Struct, frozen=True, kw_only=True):
    """Something that ails a company now. `subject` tells it from others of its kind; `since`: seconds since 1970."""

    kind: Kind
    subject: str
    text: str
    hint: str
    since: float


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """An ailment that support is to be told of, or (`told_at` is set) that it is over since `over_at`.

    `reached`: the places of the addresses that have taken it already; `tries`: how often it could not be told.
    """

    id: int
    kind: Kind
    subject: str
    text: str
    hint: str
    since: float
    over_at: float | None
    told_at: float | None
    reached: tuple[int, ...]
    tries: int
    next_try: float


class _Lasting(msgspec.Struct, frozen=True):
    id: int
    gone_at: float | None


def keep_up(store: Store, company_id: int, ailments: Iterable[Ailment], now: float) -> None:
    """Note what is new, what is not seen any more, and what has not come back. Writes nothing if nothing changed."""
    seen = {(ailment.kind, ailment.subject): ailment for ailment in ailments}
    lasting = _lasting(store, company_id)
    new = [ailment for key, ailment in seen.items() if key not in lasting]
    back = [entry.id for key, entry in lasting.items() if key in seen and entry.gone_at is not None]
    gone = [entry.id for key, entry in lasting.items() if key not in seen and entry.gone_at is None]
    over = [
        entry.id
        for key, entry in lasting.items()
        if key not in seen and entry.gone_at is not None and not 0 <= now - entry.gone_at < SETTLED
    ]
    if not (new or back or gone or over):
        return
    with store.writing():
        for ailment in new:
            begin(store, company_id, ailment)
        store.many("UPDATE notice SET gone_at = NULL WHERE id = ?", [(number,) for number in back])
        store.many("UPDATE notice SET gone_at = ? WHERE id = ?", [(now, number) for number in gone])
        store.many(
            "UPDATE notice SET over_at = gone_at, reached = '[]', tries = 0, next_try = 0 WHERE id = ?",
            [(number,) for number in over],
        )
        # What was answered before anybody was told of it is no news.
        store.sql(
            """DELETE FROM notice WHERE company_id = ? AND kind IN ('conflict', 'customer') AND over_at IS NOT NULL
            AND told_at IS NULL""",
            company_id,
        )


def _lasting(store: Store, company_id: int) -> dict[tuple[str, str], _Lasting]:
    query = "SELECT kind, subject, id, gone_at FROM notice WHERE company_id = ? AND over_at IS NULL"
    return {(kind, subject): _Lasting(*rest) for kind, subject, *rest in store.rows(query, company_id)}


def begin(store: Store, company_id: int, ailment: Ailment) -> None:
    """Note an ailment; one that lasts already stays as it was told."""
    with store.writing():
        store.sql(
            "INSERT OR IGNORE INTO notice (company_id, kind, subject, text, hint, since) VALUES (?, ?, ?, ?, ?, ?)",
            *(company_id, ailment.kind, ailment.subject, ailment.text, ailment.hint, ailment.since),
        )


def crashed(store: Store, text: str, hint: str, at: float) -> None:
    """Every company's engine ended without a word; that is over as soon as it is noticed."""
    with store.writing():
        store.sql(
            """INSERT INTO notice (company_id, kind, subject, text, hint, since, over_at, over_told_at)
            SELECT id, 'crashed', 'engine', ?, ?, ?, ?, ? FROM company""",
            *(text, hint, at, at, at),
        )


def pending(store: Store, company_id: int) -> list[Notice]:
    """What support is to be told of a company, oldest first."""
    query = """SELECT id, kind, subject, text, hint, since, over_at, told_at, reached, tries, next_try FROM notice
      WHERE company_id = ? AND (told_at IS NULL OR (over_at IS NOT NULL AND over_told_at IS NULL))
      ORDER BY since, id"""
    names = Notice.__struct_fields__
    return [_notice(dict(zip(names, row, strict=True))) for row in store.rows(query, company_id)]


def _notice(row: dict[str, object]) -> Notice:
    return msgspec.convert({**row, "reached": msgspec.json.decode(str(row["reached"]))}, Notice)


def reached(store: Store, notices: Sequence[Notice], place: int) -> None:
    """The address of that place has taken these."""
    rows: list[tuple[object, ...]] = [
        (msgspec.json.encode((*notice.reached, place)).decode(), notice.id) for notice in notices
    ]
    with store.writing():
        store.many("UPDATE notice SET reached = ? WHERE id = ?", rows)


def told(store: Store, notices: Sequence[Notice], now: float) -> None:
    """All addresses have these. What was told to its end is forgotten after a while."""
    with store.writing():
        store.many(
            """UPDATE notice SET told_at = coalesce(told_at, ?), over_told_at = iif(over_at IS NULL, NULL, ?),
            reached = '[]', tries = 0, next_try = 0, error = '' WHERE id = ?""",
            [(now, now, notice.id) for notice in notices],
        )
        store.sql("DELETE FROM notice WHERE over_told_at < ? AND told_at IS NOT NULL", now - DAYS_KEPT * 86400)


def later(store: Store, notices: Sequence[Notice], next_try: float, error: str) -> None:
    """Not all addresses could be told; `error` says why."""
    with store.writing():
        store.many(
            "UPDATE notice SET tries = tries + 1, next_try = ?, error = ? WHERE id = ?",
            [(next_try, error, notice.id) for notice in notices],
        )


def at_once(store: Store, company_id: int) -> None:
    """The addresses were changed: who took what is not known any more, and nothing waits for its next try."""
    with store.writing():
        store.sql("UPDATE notice SET reached = '[]', next_try = 0 WHERE company_id = ?", company_id)


def forget(store: Store, company_id: int) -> None:
    """Nobody is to be told of this company."""
    if store.rows("SELECT 1 FROM notice WHERE company_id = ? LIMIT 1", company_id):
        with store.writing():
            store.sql("DELETE FROM notice WHERE company_id = ?", company_id)


def untold(store: Store) -> dict[int, str]:
    """By company, why support could not be told of what waits to be told."""
    query = "SELECT company_id, max(error) FROM notice WHERE error <> '' GROUP BY company_id"
    return dict(store.rows(query))
