"""All orders of a company in short, as a list shows them: without what the shop sent."""

from __future__ import annotations

import msgspec

from webupdate.store.db import Store
from webupdate.store.inbox import NEEDS_PERSON
from webupdate.store.search import folded


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """An order for a list. `number` is its place here, `order` the shop's number; `since`: when its state began.

    `needs`: it waits for a person. `error`: why it can't go on, "" if it can.
    """

    number: int
    site: str
    order: str
    buyer: str
    total: str
    state: str
    needs: bool
    file: str
    since: float
    error: str


def listed(
    store: Store, company_id: int, limit: int, *, site_id: int | None = None, state: str | None = None, text: str = ""
) -> list[Listed]:
    """The newest orders, newest first; `text` is looked for in number, buyer, e-mail and file, whatever its case."""
    store.db.register_function(folded, "folded")
    query = f"""SELECT i.id, s.name, i.number, i.buyer, i.total, i.state, {NEEDS_PERSON}, coalesce(i.file_name, ''),
        coalesce(i.taken_at, i.acked_at, i.written_at, i.received_at), coalesce(i.error, '')
      FROM inbox i JOIN site s ON s.id = i.site_id WHERE s.company_id = ?
      AND (? IS NULL OR i.site_id = ?) AND (? IS NULL OR i.state = ?)
      AND instr(folded(i.number, i.shop_id, i.buyer, i.email, i.file_name), ?) ORDER BY i.id DESC LIMIT ?"""
    found = store.rows(query, company_id, site_id, site_id, state, state, text.strip().casefold(), limit)
    return [
        Listed(
            number=number, site=site, order=order, buyer=buyer, total=total, state=state, needs=bool(needs),
            file=file, since=since, error=error,
        )
        for number, site, order, buyer, total, state, needs, file, since, error in found
    ]  # fmt: skip
