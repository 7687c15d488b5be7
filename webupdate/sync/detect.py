"""Finds what changed in a saved export and writes it to the queue, all in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice
from pathlib import Path

import msgspec
import xxhash
from msgspec import Struct

from webupdate.errors import NeedsPerson
from webupdate.store import exports, queue
from webupdate.store.columnmaps import column_map
from webupdate.store.companies import CompanyInfo
from webupdate.store.db import Store
from webupdate.store.exports import Complaint, FileState, Seen, Tally
from webupdate.store.queue import Wanted
from webupdate.sync import brakes
from webupdate.sync.entities import FILES, ExportFile
from webupdate.sync.folder import Found
from webupdate.sync.mapping import Mapped, SiteRules, map_rows
from webupdate.sync.reader import BadRow, Reading, Row, open_export
from webupdate.sync.sheets import MEGABYTE
from webupdate.sync.shops.base import RECORD_TYPES, Stock

CHUNK = 400  # below SQLite's smallest limit of parameters
COMPLAINTS_KEPT = 1000
# Rows that make one record together are collected: a rate table beyond this is a mistake.
GROUPED_ROWS = 50_000
# Stands for the hash of a record that could not be mapped: like no other, so it is looked at in every read.
UNSETTLED = b""

# What becomes of a record that left the export, by the property `gone`. Stock lives inside its item and stays
# as it was; a price that EBMS no longer has must not be charged, so it never stays hidden.
_GONE = {
    "hide": {"prices": "delete", "stock": "keep"},
    "delete": {"stock": "keep"},
    "keep": {},
}


class Change(Struct, frozen=True, kw_only=True):
    """What one reading found."""

    records: int
    changed: int
    gone: int
    bad: int
    notes: tuple[str, ...] = ()


class Walk:
    """One pass over one file of one company; used inside one writing transaction."""

    def __init__(
        self, store: Store, company: CompanyInfo, spec: ExportFile, now: float, *, forced: bool, released: bool
    ) -> None:
        self.store = store
        self.company = company
        self.spec = spec
        self.now = now
        self.forced = forced
        self.released = released
        self.rules = SiteRules(guest_customer=company.values["guest_customer"])
        self.complaints: list[Complaint] = []
        self.changed = 0
        self.bad = 0
        self.blind = 0  # bad rows of which nobody knows which record they are

    def run(self, reading: Reading, sold: dict[int, dict[str, Decimal]]) -> Change:
        """Walk the file; `sold` is, by site and SKU, what the web sold and EBMS does not count yet."""
        exports.begin_walk(self.store)
        known = exports.known_count(self.store, self.company.id, self.spec.name)
        for groups in _chunks(self._groups(reading)):
            self._chunk(self._first_only(groups), sold)
        gone = self._gone(reading, known)
        exports.set_complaints(self.store, self.company.id, self.spec.name, self.complaints, self.now)
        return Change(records=reading.count, changed=self.changed, gone=gone, bad=self.bad, notes=_notes(reading))

    def _groups(self, reading: Reading) -> Iterator[list[Row]]:
        """The rows of each record; a file with one row per record is streamed."""
        together: dict[str, list[Row]] = {}
        for row in reading:
            if isinstance(row, BadRow):
                self._complain(row)
            elif not self.spec.several_rows:
                yield [row]
            else:
                together.setdefault(row.key, []).append(row)
                if reading.count > GROUPED_ROWS:
                    raise NeedsPerson(
                        f"{reading.name} has more than {GROUPED_ROWS:,} rows.", "Check what EBMS exports here."
                    )
        yield from together.values()

    def _complain(self, bad: BadRow) -> None:
        self.bad += 1
        if bad.key is None:
            self.blind += 1
        else:  # it is in the file, so it has not gone; what was known of it stays
            exports.note_present(self.store, [(bad.key, bad.line)])
        if len(self.complaints) < COMPLAINTS_KEPT:
            self.complaints.append(
                Complaint(
                    line=bad.line,
                    message=bad.message,
                    key=bad.key or "",
                    field=bad.column,
                    seen=bad.value,
                    hint=bad.hint,
                )
            )

    def _first_only(self, groups: list[list[Row]]) -> list[list[Row]]:
        """Leave out records whose key was there before: which of the two is right nobody can tell."""
        first: dict[str, list[Row]] = {}
        twins: list[tuple[Row, int]] = []
        for rows in groups:
            if (earlier := first.get(rows[0].key)) is not None:
                twins.append((rows[0], earlier[0].line))
            else:
                first[rows[0].key] = rows
        known = exports.note_present(self.store, [(key, rows[0].line) for key, rows in first.items()])
        twins += [(first.pop(key)[0], line) for key, line in known.items() if key in first]
        for row, line in twins:
            self._complain(_twin(row, line, self.spec))
        return list(first.values())

    def _chunk(self, groups: list[list[Row]], sold: dict[int, dict[str, Decimal]]) -> None:
        if not groups:
            return
        known = exports.known_hashes(self.store, self.company.id, self.spec.name, [rows[0].key for rows in groups])
        mapped = [
            (rows, value, map_rows(self.spec.name, rows, self.rules))
            for rows, value in ((rows, _hash(rows)) for rows in groups)
            if self.forced or known.get(rows[0].key) != value
        ]
        for rows, value, entries in mapped:
            problems = [entry.problem for entry in entries if entry.problem]
            self.changed += not problems and known.get(rows[0].key) != value
            for problem in problems:
                self._complain(problem)
        for site in self.company.sites:
            wanted = [
                wanted_of(entry, sold.get(site.id, {}))
                for *_, entries in mapped
                for entry in entries
                if not entry.problem
            ]
            queue.observe(self.store, self.company.id, site.id, wanted, self.now)
        seen = [_seen(rows, value, entries, self.spec) for rows, value, entries in mapped]
        exports.remember(self.store, self.company.id, self.spec.name, seen)

    def _gone(self, reading: Reading, known: int) -> int:
        """Records of the `known` that are no longer in the file; none while unreadable rows might be them."""
        keys = exports.gone(self.store, self.company.id, self.spec.name)
        if keys and self.blind:
            self.complaints.append(
                Complaint(
                    line=0,
                    message=f"{len(keys):,} records are missing, but {self.blind:,} rows can't be read "
                    "and may be them: nothing is taken from the web.",
                    hint="Mend the rows named here and save again.",
                )
            )
            return 0
        self._brake(len(keys), known, reading)
        for start in range(0, len(keys), CHUNK):
            self._leave(keys[start : start + CHUNK])
        return len(keys)

    def _brake(self, gone: int, known: int, reading: Reading) -> None:
        """Hold a file that would take too much from the web, unless a person let just this version pass."""
        share = int(self.company.values["brake"])
        if self.released or not brakes.too_many(gone, known, reading.count, share):
            return
        raise brakes.BrakeOn(reading.name, gone, known, self.spec.name, self.company.name)

    def _leave(self, keys: list[str]) -> None:
        wanted = [
            Wanted(entity=entity, key=key, op=op, hidden=op == "hide")
            for key in keys
            for entity in self.spec.entities
            if (op := gone_op(self.company.values["gone"], entity)) != "keep"
        ]
        for site in self.company.sites:
            queue.observe(self.store, self.company.id, site.id, _only_known(self.store, site.id, wanted), self.now)
        exports.forget(self.store, self.company.id, self.spec.name, keys)


def gone_op(policy: str, entity: str) -> str:
    """hide, delete or keep: what becomes of a record of this entity that left the export."""
    return _GONE[policy].get(entity, policy)


def read_export(
    store: Store,
    company: CompanyInfo,
    found: Found,
    copy: Path,
    state: FileState,
    sold: dict[int, dict[str, Decimal]],
    now: float,
) -> Change:
    """Read the copy of an export file; the new `state` is kept if, and only if, it was read to its end.

    Raises the reader's errors (NeedsPerson); then nothing has changed.
    """
    spec = FILES[found.path.stem.lower()]
    limit = int(company.values["largest_workbook"]) * MEGABYTE
    mapping = column_map(store, company.id, spec.name)
    with (
        store.writing(),
        open_export(copy, spec, found.format, found.name, columns=mapping, limit=limit) as reading,
    ):
        old = exports.file_state(store, company.id, spec.name)
        released = old.released == state.digest
        change = Walk(store, company, spec, now, forced=old.forced, released=released).run(reading, sold)
        left = exports.left_out(store, company.id, spec.name)
        held = exports.known_count(store, company.id, spec.name)
        tallies = {entity: Tally(held, left.get(entity, 0)) for entity in spec.entities if entity in RECORD_TYPES}
        state = msgspec.structs.replace(state, records=held, tallies=tallies, read_at=now, forced=False)
        exports.set_file_state(store, company.id, spec.name, state)
    return change


def wanted_of(entry: Mapped, sold: dict[str, Decimal]) -> Wanted:
    """What a site should hold for a mapped record."""
    if entry.record is None:
        return Wanted(entity=entry.entity, key=entry.key, op="delete")
    record = entry.record
    if isinstance(record, Stock):
        record = less_sold(record, sold)
    return Wanted(
        entity=entry.entity,
        key=entry.key,
        parent=entry.parent,
        payload=msgspec.json.encode(record),
        hidden=entry.hidden,
    )


def less_sold(stock: Stock, sold: dict[str, Decimal]) -> Stock:
    """Stock less what the web sold, so that a saved text change never puts sold pieces back."""
    taken = sold.get(stock.item)
    if not taken:
        return stock
    return msgspec.structs.replace(stock, quantity=f"{Decimal(stock.quantity) - taken:f}")


def _only_known(store: Store, site_id: int, wanted: list[Wanted]) -> list[Wanted]:
    """To hide what the shop never had would make it there."""
    known = queue.held(store, site_id, [(entry.entity, entry.key) for entry in wanted])
    return [entry for entry in wanted if (entry.entity, entry.key) in known]


def _seen(rows: list[Row], value: bytes, entries: Sequence[Mapped], spec: ExportFile) -> Seen:
    facts = {name: rows[0].values[name] for name in spec.facts if rows[0].values.get(name)}
    left = ",".join(sorted(entry.entity for entry in entries if entry.left))
    if any(entry.problem for entry in entries):
        value = UNSETTLED
    return Seen(rows[0].key, value, rows[0].line, msgspec.json.encode(facts).decode(), left)


def _hash(rows: list[Row]) -> bytes:
    return xxhash.xxh3_128_digest(msgspec.json.encode([row.values for row in rows], order="sorted"))


def _twin(row: Row, line: int, spec: ExportFile) -> BadRow:
    shown = row.key.replace("\t", " · ")
    return BadRow(
        row.line,
        row.key,
        spec.key[0],
        shown,
        f"{' · '.join(spec.key)} {shown} stands in line {line:,} already (ids are compared without padding).",
        "Only the first is used. Remove one of them in EBMS.",
    )


def _notes(reading: Reading) -> tuple[str, ...]:
    if not reading.unknown:
        return ()
    return (f"{reading.name}: ignored the columns {', '.join(reading.unknown)}.",)


def _chunks(groups: Iterator[list[Row]]) -> Iterator[list[list[Row]]]:
    while chunk := list(islice(groups, CHUNK)):
        yield chunk
