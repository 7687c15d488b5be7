"""Finds records by a part of their id, name, SKU, e-mail or order number, whatever the case of its letters."""

from __future__ import annotations

from typing import Any

import msgspec

from webupdate.keys import KEY_SEPARATOR
from webupdate.store.db import Store

MOST = 100
LONGEST = 200  # characters of a text that is looked for

# By kind of record: its export file, and the facts that people know it by (the first two make its title).
_FILES: dict[str, tuple[str, tuple[str, ...]]] = {
    "items": ("inventory", ("DESCR_1", "AUTOID", "MFG", "IMAGES", "DOCUMENTS")),
    "customers": ("customers", ("F_NAME", "L_NAME", "EMAIL", "WEB_USER", "PHONE", "AUTOID")),
    "categories": ("categories", ("TREE_DESCR",)),
    "shipping": ("shipping", ("DESCR",)),
    "payments": ("payments", ("CHARGE", "METHOD")),
}
KINDS = (*_FILES, "orders")


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """A record that was found. `kind`: one of KINDS; `key`: its id, of an order the number."""

    kind: str
    key: str
    title: str
    detail: str = ""
    number: int = 0  # of an order: its place in the inbox


def file_of(kind: str) -> str:
    """The export file that has records of this kind, "" for orders."""
    return _FILES[kind][0] if kind in _FILES else ""


def find(store: Store, company_id: int, text: str, limit: int = MOST) -> list[Hit]:
    """The records of a company in which `text` occurs; those whose id it is come first, or is the beginning of."""
    wanted = text.strip()[:LONGEST].casefold()
    if not wanted:
        return []
    fold_in(store)
    found = _orders(store, company_id, wanted, limit)
    for kind in _FILES:
        found += _exported(store, company_id, kind, wanted, limit)
    known = {(hit.kind, hit.key) for hit in found}
    found += [hit for hit in _elsewhere(store, company_id, wanted, limit) if (hit.kind, hit.key) not in known]
    found.sort(key=lambda hit: (_rank(hit, wanted), KINDS.index(hit.kind)))
    return found[:limit]


def fold_in(store: Store) -> None:
    """Give queries the function `folded`: its texts without regard to the case of their letters."""
    store.db.register_function(_folded, "folded")


def _folded(*texts: str | None) -> str:
    return "\n".join(text.casefold() for text in texts if text)


def _rank(hit: Hit, wanted: str) -> int:
    key = hit.key.casefold()
    return 0 if key == wanted else 1 if key.startswith(wanted) else 2


# Of more than fit, those that are meant most likely.
_BEST = "ORDER BY folded({0}) <> ?, instr(folded({0}), ?) <> 1, {0} LIMIT ?"


def _exported(store: Store, company_id: int, kind: str, wanted: str, limit: int) -> list[Hit]:
    file, names = _FILES[kind]
    facts = ", ".join(f"json_extract(facts, '$.{name}')" for name in names)
    query = f"""SELECT key, {facts} FROM exportrow WHERE company_id = ? AND file = ?
      AND instr(folded(key, {facts}), ?) {_BEST.format("key")}"""
    rows = store.rows(query, company_id, file, wanted, wanted, wanted, limit)
    return [_hit(kind, names, *row) for row in rows]


def _hit(kind: str, names: tuple[str, ...], key: str, *facts: Any) -> Hit:
    known = dict(zip(names, facts, strict=True))
    title = " ".join(str(known.pop(name) or "") for name in names[: 2 if kind == "customers" else 1]).strip()
    detail = known.get("EMAIL") or known.get("METHOD") or ""
    return Hit(kind=kind, key=key, title=title or key, detail=str(detail))


def _orders(store: Store, company_id: int, wanted: str, limit: int) -> list[Hit]:
    query = f"""SELECT i.id, i.number, i.buyer, i.email, i.state FROM inbox i JOIN site s ON s.id = i.site_id
      WHERE s.company_id = ? AND instr(folded(i.number, i.shop_id, i.buyer, i.email), ?) {_BEST.format("i.number")}"""
    return [
        Hit(kind="orders", key=key, title=buyer or email, detail=state, number=number)
        for number, key, buyer, email, state in store.rows(query, company_id, wanted, wanted, wanted, limit)
    ]


def _elsewhere(store: Store, company_id: int, wanted: str, limit: int) -> list[Hit]:
    """What no good export has: records that left it but not the web, and rows that can't be read."""
    marks = ",".join("?" * len(_FILES))
    gone = f"""SELECT DISTINCT q.entity, q.key FROM queue q JOIN site s ON s.id = q.site_id WHERE s.company_id = ?
      AND q.entity IN ({marks}) AND instr(folded(q.key), ?) {_BEST.format("q.key")}"""
    bad = f"""SELECT DISTINCT file, key FROM problem WHERE company_id = ? AND key <> ''
      AND instr(folded(key), ?) {_BEST.format("key")}"""
    kinds = {file: kind for kind, (file, _) in _FILES.items()} | {"prices": "items"}
    left = [
        Hit(kind=kind, key=key, title="not in the export")
        for kind, key in store.rows(gone, company_id, *_FILES, wanted, wanted, wanted, limit)
    ]
    unread = [
        Hit(kind=kinds[file], key=key.split(KEY_SEPARATOR)[0], title="a row of it can't be used")
        for file, key in store.rows(bad, company_id, wanted, wanted, wanted, limit)
        if file in kinds
    ]
    return list({(hit.kind, hit.key): hit for hit in unread + left}.values())
