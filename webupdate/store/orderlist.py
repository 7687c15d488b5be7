"""All orders of a company as a list, page by page: without what the shop sent, which is long."""

from __future__ import annotations

import msgspec

from webupdate.store.db import Store
from webupdate.store.inbox import NEEDS_PERSON
from webupdate.store.search import LONGEST, fold_in

# Where an order is on its way, as people see it.
WAYS = ("waits", "received", "ready", "written", "told", "taken", "closed")
_WAY = f"""CASE WHEN {NEEDS_PERSON} THEN 'waits' WHEN state = 'closed' THEN 'closed'
  WHEN taken_at IS NOT NULL THEN 'taken' WHEN state = 'acked' THEN 'told'
  WHEN state IN ('ready', 'writing', 'staged') THEN 'ready' ELSE state END"""


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """An order in the list. `way`: one of WAYS; `since`: when it came there, of one that waits when it came down."""

    id: int
    site_id: int
    number: str
    way: str
    buyer: str
    email: str
    total: str
    web_status: str
    placed_at: str
    file_name: str
    folder: str
    since: float


def page(store: Store, company_id: int, way: str, text: str, limit: int, *, site_id: int | None = None) -> list[Listed]:
    """The newest orders first: those on their `way` ("" = all) that hold `text` in number, buyer or e-mail."""
    fold_in(store)
    wanted = text.strip()[:LONGEST].casefold()
    # "+": along the newest orders until there are enough, not all orders of the company sorted.
    query = f"""SELECT * FROM (
        SELECT id, site_id, number, {_WAY} AS way, buyer, email, total, web_status, placed_at,
          ifnull(file_name, ''), ifnull(folder, ''), CASE WHEN {NEEDS_PERSON} THEN received_at
          ELSE max(received_at, ifnull(written_at, 0), ifnull(acked_at, 0), ifnull(taken_at, 0)) END
        FROM inbox WHERE +site_id IN (SELECT id FROM site WHERE company_id = ? AND id = coalesce(?, id)))
      WHERE ? IN ('', way) AND (? = '' OR instr(folded(number, buyer, email), ?)) ORDER BY id DESC LIMIT ?"""
    names = Listed.__struct_fields__
    rows = store.rows(query, company_id, site_id, way, wanted, wanted, limit)
    return [Listed(**dict(zip(names, row, strict=True))) for row in rows]


def counts(store: Store, site_id: int) -> dict[str, int]:
    """By way, how many orders of a site are on it."""
    return dict(store.rows(f"SELECT {_WAY} AS way, count(*) FROM inbox WHERE site_id = ? GROUP BY way", site_id))
