"""Records of one export file that name a record of another which that does not have."""

from __future__ import annotations

import msgspec

from webupdate.keys import KEY_SEPARATOR
from webupdate.store.db import Store


class Dangling(msgspec.Struct, frozen=True, kw_only=True):
    """A record of `file` at `line`, and what it names in vain."""

    file: str
    line: int
    key: str
    names: str


_UNKNOWN_CATEGORY = """SELECT e.line, e.key, json_extract(e.facts, '$.TREE_ID') AS names FROM exportrow e
  WHERE e.company_id = ? AND e.file = 'inventory' AND names <> '' AND trim(names, '0') <> ''
  AND NOT EXISTS (
    SELECT 1 FROM exportrow c WHERE c.company_id = e.company_id AND c.file = 'categories' AND c.key = names)
  ORDER BY e.line"""
_UNKNOWN_ITEM = """SELECT e.line, e.key, substr(e.key, 1, instr(e.key, ?) - 1) AS names FROM exportrow e
  WHERE e.company_id = ? AND e.file = 'prices'
  AND NOT EXISTS (
    SELECT 1 FROM exportrow i WHERE i.company_id = e.company_id AND i.file = 'inventory' AND i.key = names)
  ORDER BY e.line"""
# Served by the primary key: the prices of an item stand beside each other.
_NO_PRICE = """SELECT e.line, e.key, '' FROM exportrow e
  WHERE e.company_id = ? AND e.file = 'inventory'
  AND json_extract(e.facts, '$.SHOW_WEB') = 'T' AND coalesce(json_extract(e.facts, '$.INACTIVE'), 'F') <> 'T'
  AND NOT EXISTS (
    SELECT 1 FROM exportrow p WHERE p.company_id = e.company_id AND p.file = 'prices'
    AND p.key >= e.key || ? AND p.key < e.key || ?)
  ORDER BY e.line"""


def unknown_categories(store: Store, company_id: int) -> list[Dangling]:
    """Items whose TREE_ID is no category of the export: they wait."""
    return _found("inventory", store.rows(_UNKNOWN_CATEGORY, company_id))


def unknown_items(store: Store, company_id: int) -> list[Dangling]:
    """Prices whose ID is no item of the export: they wait."""
    return _found("prices", store.rows(_UNKNOWN_ITEM, KEY_SEPARATOR, company_id))


def unpriced_items(store: Store, company_id: int, level: str) -> list[Dangling]:
    """Shown items without any price of that level: the shop can't sell them."""
    start = f"{KEY_SEPARATOR}{level}{KEY_SEPARATOR}"
    return _found("inventory", store.rows(_NO_PRICE, company_id, start, start[:-1] + chr(ord(KEY_SEPARATOR) + 1)))


def _found(file: str, rows: list[tuple[int, str, str]]) -> list[Dangling]:
    return [Dangling(file=file, line=line, key=key, names=names) for line, key, names in rows]
