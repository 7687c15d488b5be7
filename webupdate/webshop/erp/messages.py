"""The bodies and answers of the sync API that have no module of their own."""

from __future__ import annotations

import datetime

from msgspec import Struct

from webupdate.webshop.erp.batch import Incoming, Result
from webupdate.webshop.erp.errors import Problem
from webupdate.webshop.erp.feed import Ack, Acked
from webupdate.webshop.erp.reading import Held


class RecordsBody(Struct):
    """`accounts_read`: the cursor up to which the client has read the accounts."""

    records: list[Incoming]
    accounts_read: str | None = None


class ReadBody(Struct):
    kind: str
    keys: list[str]


class AckBody(Struct):
    orders: list[Ack]


class StatusBody(Struct):
    """An order and the status that it is to have, or has now."""

    id: str
    status: str


class CheckAnswer(Struct):
    """Who answers."""

    shop: str
    version: str
    api: int
    time: datetime.datetime
    currency: str
    max_batch: int
    items: int


class SettingsAnswer(Struct):
    """What the shop was told last."""

    approval: bool


class ResultsAnswer(Struct):
    """One result for each record, in the same order."""

    results: list[Result]


class ReadAnswer(Struct):
    """One entry for each key, in the same order."""

    records: list[Held]


class ListingAnswer(Struct):
    """A page in the order of the keys."""

    records: list[Held]
    more: bool


class AckAnswer(Struct):
    """One result for each order, in the same order."""

    results: list[Acked]


class Failure(Struct):
    """The answer to a request that cannot be carried out."""

    error: Problem
