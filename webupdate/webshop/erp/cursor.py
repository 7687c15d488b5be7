"""Feeds in the order of change: pages behind a cursor, which is opaque to the client."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Q

from webupdate.webshop.erp.errors import Invalid

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MICROSECOND = datetime.timedelta(microseconds=1)


def page_behind(rows: Any, mark: str, cursor: str, limit: int) -> tuple[list[Any], str, bool]:
    """The next rows, the cursor behind them, and whether there are more.

    They come by the time of their `mark` (the relation to it), then by id. Raises Invalid for a cursor that is none of
    ours.
    """
    stamp = f"{mark}__updated_at"
    rows = rows.filter(**{f"{mark}__isnull": False})
    if cursor:
        updated_at, last_id = _parse(cursor)
        rows = rows.filter(Q(**{f"{stamp}__gt": updated_at}) | Q(**{stamp: updated_at, "pk__gt": last_id}))
    found = list(rows.order_by(stamp, "pk")[: limit + 1])
    page = found[:limit]
    return page, _behind(page[-1], mark) if page else cursor, len(found) > limit


def number_of(text: str) -> int:
    """A whole number as the API writes ids, 0 for anything else."""
    is_number = text.isascii() and text.isdigit() and len(text) < 19
    return int(text) if is_number else 0


def moment_of(cursor: str) -> datetime.datetime:
    """Up to when a cursor has read. Raises Invalid."""
    return _parse(cursor)[0] if cursor else _EPOCH


def _behind(row: Any, mark: str) -> str:
    return f"{(getattr(row, mark).updated_at - _EPOCH) // _MICROSECOND}-{row.pk}"


def _parse(cursor: str) -> tuple[datetime.datetime, int]:
    stamp, _, last_id = cursor.partition("-")
    try:
        if number_of(stamp) and number_of(last_id):
            return _EPOCH + number_of(stamp) * _MICROSECOND, number_of(last_id)
    except OverflowError:
        pass
    raise Invalid("The cursor is none of ours.", field="cursor", seen=cursor, expected="one as given")
