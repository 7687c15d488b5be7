"""Finds what changed in a saved export and writes it to the queue, all in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice

import msgspec
import xxhash
from msgspec import Struct

from webupdate.errors import NeedsPerson
from webupdate.store import exports
from webupdate.store.companies import CompanyInfo
from webupdate.store.db import Store
from webupdate.store.exports import Complaint, Seen
from webupdate.sync import brakes, tree
from webupdate.sync.departures import CHUNK, Departures
from webupdate.sync.entities import ROWS, ExportFile
from webupdate.sync.mapping import Mapped, SiteRules, map_rows
from webupdate.sync.reader import BadRow, Reading, Row
from webupdate.sync.sieve import Facts, Sieve, item_of
from webupdate.sync.text import visible

COMPLAINTS_KEPT = 1000
# Rows that make one record together are collected: a rate table beyond this is a mistake.
GROUPED_ROWS = 50_000
# Stands for the hash of a record that could not be mapped: like no other, so it is looked at in every read.
UNSETTLED = b""


class Change(Struct, frozen=True, kw_only=True):
    """What one reading found."""

    records: int
    changed: int
    gone: int
    bad: int
    notes: tuple[str, ...] = ()


class Walk:
    """One pass over one file of one company; used inside one writing transaction.

    `sold` is, by site and SKU, what the web sold and EBMS does not count yet; `shown` names the file for people.
    """

    def __init__(
        self,
        store: Store,
        company: CompanyInfo,
        spec: ExportFile,
        sold: dict[int, dict[str, Decimal]],
        now: float,
        *,
        shown: str,
        forced: bool,
        released: bool,
    ) -> None:
        self.store = store
        self.company = company
        self.spec = spec
        self.now = now
        self.shown = shown
        self.forced = forced
        self.released = released
        self.sieves = {site.id: Sieve(store, company, site, sold.get(site.id, {})) for site in company.sites}
        self.complaints: list[Complaint] = []
        self.notes: list[str] = []
        self.changed = 0
        self.bad = 0
        self.blind = 0  # bad rows of which nobody knows which record they are
        self.departures = Departures(store, company, spec, tuple(self.sieves.values()), now)
        self.moved = False  # an item goes to a site to which it did not go before, or the other way round

    def run(self, reading: Reading) -> Change:
        """Walk the file to its end."""
        exports.begin_walk(self.store)
        known = exports.known_count(self.store, self.company.id, self.spec.name)
        for groups in _chunks(self._groups(reading)):
            self._chunk(self._first_only(groups), first_read=not known)
        gone = self._gone(reading, known)
        if self.spec.name == "categories":
            self._check_tree()
        self._read_again()
        exports.set_complaints(self.store, self.company.id, self.spec.name, self.complaints, self.now)
        notes = (*_ignored(reading), *self.notes)
        return Change(records=reading.count, changed=self.changed, gone=gone, bad=self.bad, notes=notes)

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

    def _chunk(self, groups: list[list[Row]], *, first_read: bool) -> None:
        if not groups:
            return
        known = exports.known_hashes(self.store, self.company.id, self.spec.name, [rows[0].key for rows in groups])
        hashed = [(rows, _hash(rows)) for rows in groups]
        changed = [(rows, value) for rows, value in hashed if self.forced or known.get(rows[0].key) != value]
        if not first_read:
            self.departures.note_fresh([rows[0] for rows, _ in changed if rows[0].key not in known])
        by_rules = {sieve.rules: self._map(changed, sieve.rules) for sieve in self.sieves.values()}
        first = next(iter(by_rules.values()))
        for (rows, value), entries in zip(changed, first, strict=True):
            problems = [entry.problem for entry in entries if entry.problem]
            self.changed += not problems and known.get(rows[0].key) != value
            for problem in problems:
                self._complain(problem)
        items = self._items([rows[0] for rows, _ in changed])
        for sieve in self.sieves.values():
            sieve.observe([entry for entries in by_rules[sieve.rules] for entry in entries], items, self.now)
        seen = [
            _seen(rows, value, entries, self.spec)
            for (rows, value), entries in zip(changed, first, strict=True)
        ]  # fmt: skip
        exports.remember(self.store, self.company.id, self.spec.name, seen)

    def _map(self, changed: list[tuple[list[Row], bytes]], rules: SiteRules) -> list[tuple[Mapped, ...]]:
        return [map_rows(self.spec.name, rows, rules) for rows, _ in changed]

    def _items(self, rows: list[Row]) -> dict[str, Facts]:
        """The facts of the items that these rows are of, if any site has a filter that asks for them."""
        if not any(sieve.filter.terms for sieve in self.sieves.values()):
            return {}
        if self.spec.name == "inventory":
            found: dict[str, Facts] = {row.key: _facts(row, self.spec) for row in rows}
            self._notice_moved(found)
            return found
        if self.spec.name == "prices":
            keys = list(dict.fromkeys(item_of(row.key) for row in rows))
            return dict(exports.facts_of(self.store, self.company.id, "inventory", keys))
        return {}

    def _notice_moved(self, items: dict[str, Facts]) -> None:
        before = exports.facts_of(self.store, self.company.id, "inventory", list(items))
        for sieve in self.sieves.values():
            self.moved |= any(sieve.takes(before.get(key)) != sieve.takes(facts) for key, facts in items.items())

    def _read_again(self) -> None:
        """Files that were mapped with what this one says are read anew when it says something else."""
        filtered = [sieve for sieve in self.sieves.values() if sieve.filter.needs_tree]
        if self.spec.name == "categories" and filtered and self.changed:
            exports.force(self.store, self.company.id, "inventory")
        if self.moved or (self.spec.name == "inventory" and filtered and self.forced):
            exports.force(self.store, self.company.id, "prices")

    def _gone(self, reading: Reading, known: int) -> int:
        """Records of the `known` that are no longer in the file; none while unreadable rows might be them.

        A person who has released this version has said that it is to be taken as it is.
        """
        keys = exports.gone(self.store, self.company.id, self.spec.name)
        if keys and self.blind and not self.released:
            self.complaints.append(
                Complaint(
                    line=0,
                    message=f"{len(keys):,} records are missing, but {self.blind:,} rows can't be read "
                    "and may be them: nothing is taken from the web.",
                    hint="Mend the rows named here and save again.",
                )
            )
            return 0
        renamed = self.departures.renamed(keys)
        keys = [key for key in keys if key not in renamed]
        share = int(self.company.values["brake"])
        if not self.released and brakes.too_many(len(keys), known, reading.count, share):
            raise brakes.missing(self.shown, self.spec.name, len(keys), known, self.company.name)
        self.departures.take_leave(keys, renamed)
        self.notes += [
            f"{visible(old)} is {visible(new)} now (the same AUTOID): the shop's record gets the new id."
            for old, new in renamed.items()
        ]
        return len(keys)

    def _check_tree(self) -> None:
        """What can only be said of the categories as a whole."""
        nodes = {
            key: tree.Node(line, _parent(facts), facts.get("TREE_DESCR", ""), facts.get("SHOW_WEB", "T") == "T")
            for key, (line, facts) in exports.categories(self.store, self.company.id).items()
        }
        self.complaints += list(tree.check_tree(nodes, self.shown))[:COMPLAINTS_KEPT]
        if self.changed:
            self.notes += [
                f"{count:,} shown categories are below {visible(key)} {visible(nodes[key].title)}, which is hidden: "
                "the shop shows none of them."
                for key, count in tree.hidden_branches(nodes).items()
            ]


def _parent(facts: Facts) -> str:
    """The category above; "" at the root, which EBMS writes 0 (source: INVENTRE)."""
    parent = facts.get("PARENT_ID", "")
    return parent if parent.strip("0") else ""


def _seen(rows: list[Row], value: bytes, entries: Sequence[Mapped], spec: ExportFile) -> Seen:
    facts = dict(_facts(rows[0], spec))
    if spec.row_facts:
        facts[ROWS] = msgspec.json.encode([_some(row, spec.row_facts) for row in rows]).decode()
    left = ",".join(sorted(entry.entity for entry in entries if entry.left))
    if any(entry.problem for entry in entries):
        value = UNSETTLED
    return Seen(rows[0].key, value, rows[0].line, msgspec.json.encode(facts).decode(), left)


def _facts(row: Row, spec: ExportFile) -> Facts:
    return _some(row, spec.facts)


def _some(row: Row, names: tuple[str, ...]) -> Facts:
    return {name: row.values[name] for name in names if row.values.get(name)}


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


def _ignored(reading: Reading) -> tuple[str, ...]:
    if not reading.unknown:
        return ()
    return (f"{reading.name}: ignored the columns {', '.join(reading.unknown)}.",)


def _chunks(groups: Iterator[list[Row]]) -> Iterator[list[list[Row]]]:
    while chunk := list(islice(groups, CHUNK)):
        yield chunk
