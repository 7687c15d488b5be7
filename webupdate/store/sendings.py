"""What was sent of late: from the newest acknowledgement of each record, and from the log."""

from __future__ import annotations

import msgspec

from webupdate.keys import KEY_SEPARATOR
from webupdate.store.board import LINE, LogLine, as_lines
from webupdate.store.db import Store
from webupdate.store.search import LONGEST, fold_in


class Acknowledged(msgspec.Struct, frozen=True, kw_only=True):
    """A record that the shop acknowledged last at `at`; `row`: its row of the queue."""

    row: int
    entity: str
    key: str
    at: float


def acknowledged(store: Store, site_id: int, entity: str, text: str, since: float, limit: int) -> list[Acknowledged]:
    """Records of `entity` ("" = all) with `text` in their key that were acknowledged since then, newest first."""
    fold_in(store)
    wanted = _wanted(text)
    query = """SELECT q.id, q.entity, q.key, a.at FROM acked a JOIN queue q ON q.id = a.queue_id
      WHERE a.at >= ? AND NOT a.found AND q.site_id = ? AND ? IN ('', q.entity)
      AND (? = '' OR instr(folded(replace(q.key, ?, ' ')), ?)) ORDER BY a.at DESC, q.id DESC LIMIT ?"""
    found = store.rows(query, since, site_id, entity, wanted, KEY_SEPARATOR, wanted, limit)
    return [Acknowledged(row=row, entity=kind, key=key, at=at) for row, kind, key, at in found]


def told(store: Store, site_id: int, entity: str, text: str, since: float, limit: int) -> list[LogLine]:
    """What the log says of single records of `entity` ("" = all) of a site since then, newest first."""
    query = f"""SELECT {LINE} FROM event WHERE at >= ? AND site_id = ? AND key <> '' AND ? IN ('', entity)
      AND (? = '' OR instr(folded(replace(key, ?, ' '), text), ?)) ORDER BY id DESC LIMIT ?"""
    fold_in(store)
    wanted = _wanted(text)
    return as_lines(store.rows(query, since, site_id, entity, wanted, KEY_SEPARATOR, wanted, limit))


def readings(store: Store, company_id: int, text: str, since: float, limit: int) -> list[LogLine]:
    """What the log says of a company's export files since then, newest first."""
    query = f"""SELECT {LINE} FROM event WHERE at >= ? AND company_id = ? AND site_id IS NULL AND entity <> ''
      AND (? = '' OR instr(folded(entity, text), ?)) ORDER BY id DESC LIMIT ?"""
    fold_in(store)
    wanted = _wanted(text)
    return as_lines(store.rows(query, since, company_id, wanted, wanted, limit))


def _wanted(text: str) -> str:
    return text.strip()[:LONGEST].casefold()
