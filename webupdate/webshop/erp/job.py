"""One record of a batch on its way, and what all kinds share."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef

from webupdate.webshop.erp.errors import Refused
from webupdate.webshop.erp.models import Record


class Loaded(NamedTuple):
    """What the shop holds for a key: its own id, and the record's data."""

    id: str
    data: Any


@dataclass
class Job:
    """A record of the batch. `data` is the decoded record of a put; `known` says that the shop has the key.

    `was`: the key that it had before the ERP renamed it, "" if it did not. `account`: the shop's id of the account
    that a customer is to take over; `accounts_read`: up to when the client has read the accounts, None if it does not.
    """

    kind: str
    key: str
    rev: int
    op: str
    was: str = ""
    data: Any = None
    held: int = 0
    known: bool = False
    revived: bool = False
    stale: bool = False
    id: str | None = None
    error: Refused | None = None
    account: str = ""
    accounts_read: datetime.datetime | None = None

    @property
    def open(self) -> bool:
        """Whether there is still something to carry out."""
        return self.error is None and not self.stale


def deleted_keys(kind: str, keys: Iterable[str]) -> set[str]:
    """Those of the keys that were deleted last."""
    gone = Record.objects.filter(kind=kind, key__in=list(keys), deleted=True)
    return set(gone.values_list("key", flat=True))


def without_deleted(rows: Any, kind: str, field: str) -> Any:
    """The rows less those whose key, which stands in `field`, was deleted last."""
    gone = Record.objects.filter(kind=kind, key=OuterRef(field), deleted=True)
    return rows.filter(~Exists(gone))


def keys_behind(rows: Any, field: str, after: str, limit: int) -> list[str]:
    """The next keys of a listing. SQLite compares text as Python does, by code points."""
    # Oscar's codes take "" for none, which can't be compared.
    behind = rows.filter(**{f"{field}__gt": after}) if after else rows
    return list(behind.order_by(field).values_list(field, flat=True)[:limit])


def unknown_parent(field: str, seen: str, what: str) -> Refused:
    """The error of a record whose category or item the shop does not have."""
    message = f"The shop has no {what} {seen!r}. Send it first."
    return Refused("unknown_parent", message, field=field, seen=seen, expected=f"the key of a {what}")
