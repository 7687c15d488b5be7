"""What people answered about one order: in force (`answers`) or given and not yet confirmed (`draft`)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from webupdate.store.db import Store
from webupdate.store.tables import Inbox

# Topics whose word is the number of a line: in another order, or another version of this one, it is another line.
OF_ONE_ORDER = ("line", "price", "quantity", "due")
# What was said of the lines and amounts as they were.
_OF_ONE_VERSION = (*OF_ONE_ORDER, "accept")


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What one word of the web means: `web` within `topic` is `value` (topics: sync/topics.py).

    `scope` says for which orders: this one, "alike" (all that wait with the same problem now), "always" (a mapping).
    `by` and `at` (seconds since 1970) say who answered and when; the engine sets them.
    """

    topic: str
    web: str
    value: str
    scope: str = "order"
    by: str = ""
    at: float = 0.0

    @property
    def place(self) -> tuple[str, str]:
        """What it answers; of two answers to the same the later one counts."""
        return self.topic, self.web


def in_force(store: Store, order_id: int) -> tuple[Answer, ...]:
    """The answers that an order is judged and written with."""
    return _decoded(store.one("SELECT answers FROM inbox WHERE id = ?", order_id))


def draft(store: Store, order_id: int) -> tuple[Answer, ...]:
    """What a person has answered so far and not confirmed: it is there again when they come back."""
    return _decoded(store.one("SELECT draft FROM inbox WHERE id = ?", order_id))


def drafted(store: Store, company_id: int) -> frozenset[int]:
    """Which orders of a company have answers that were given and not confirmed."""
    query = """SELECT i.id FROM inbox i JOIN site ON site.id = i.site_id
      WHERE site.company_id = ? AND i.draft <> '[]'"""
    return frozenset(number for (number,) in store.rows(query, company_id))


def keep_draft(store: Store, order_id: int, answers: Sequence[Answer]) -> None:
    """Keep what a person has answered so far; nothing is judged by it."""
    with store.writing():
        Inbox.update(draft=_encoded(answers)).where(Inbox.id == order_id).execute()


def put_in_force(store: Store, order_id: int, answers: Sequence[Answer]) -> None:
    """Add answers to those in force; a later one replaces an earlier one to the same, and the draft is done with."""
    with store.writing():
        merged = {answer.place: answer for answer in (*in_force(store, order_id), *answers)}
        values = {"answers": _encoded(list(merged.values())), "draft": "[]"}
        Inbox.update(**values).where(Inbox.id == order_id).execute()


def lapse(store: Store, order_id: int) -> None:
    """What was bought, or for how much, has changed: what was said of that counts no more, all else does."""
    with store.writing():
        left = [
            [answer for answer in answers if answer.topic not in _OF_ONE_VERSION]
            for answers in (in_force(store, order_id), draft(store, order_id))
        ]
        values = {"answers": _encoded(left[0]), "draft": _encoded(left[1])}
        Inbox.update(**values).where(Inbox.id == order_id).execute()


def _decoded(text: str | None) -> tuple[Answer, ...]:
    return tuple(msgspec.json.decode(text or "[]", type=list[Answer]))


def _encoded(answers: Sequence[Answer]) -> str:
    return msgspec.json.encode(answers).decode()
