"""Explain: everything that is known of one item, customer or order, from the export to the shop."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct, structs

from webupdate.errors import WebUpdateError
from webupdate.keys import KEY_SEPARATOR
from webupdate.store import exports, inbox, queue, records, rows
from webupdate.store.board import LogLine
from webupdate.store.companies import CompanyInfo, SiteInfo
from webupdate.store.db import Store
from webupdate.store.exports import Complaint
from webupdate.store.records import Trace
from webupdate.store.rows import Row
from webupdate.store.search import Hit, file_of
from webupdate.sync import compare, orderstory
from webupdate.sync.entities import FILES
from webupdate.sync.holding import Holding
from webupdate.sync.mapping import map_rows
from webupdate.sync.orderstory import OrderStory
from webupdate.sync.reader import Row as ExportRow
from webupdate.sync.shops.base import ENTITIES, OF_ITEMS, RECORD_TYPES, Abilities, Held
from webupdate.sync.sieve import Sieve
from webupdate.sync.verdict import Case, Source, Verdict, verdict

# What a shop holds for keys by entity; raises WebUpdateError when it can't be asked.
Look = Callable[[SiteInfo, Mapping[str, Sequence[str]]], "Shown"]

# From what needs a person first to what is well.
_WORST = ("needs", "differs", "waits", "hidden", "off", "ok")


class Shown(Struct, frozen=True):
    """What a shop holds, by entity and key, and what it can hold."""

    held: dict[tuple[str, str], Held]
    able: Abilities


class Value(Struct, frozen=True):
    """A field: what the site should show, what the shop acknowledged last, what it shows now (None: not known)."""

    name: str
    wanted: str | None
    acked: str | None
    shows: str | None


class Record(Struct, frozen=True, kw_only=True):
    """One record as one site has it. Times in seconds since 1970."""

    site: str
    entity: str
    key: str
    verdict: Verdict
    rev: int
    remote_id: str
    tries: int
    next_try: float
    acked_at: float | None
    values: tuple[Value, ...]


class Explanation(Struct, frozen=True, kw_only=True):
    """The answer. `verdicts`: for each site the one sentence that matters; `records`: the record, then its parts."""

    company: str
    kind: str
    key: str
    title: str
    zone: str
    verdicts: tuple[tuple[str, Verdict], ...]
    source: Source | None = None
    records: tuple[Record, ...] = ()
    order: OrderStory | None = None
    complaints: tuple[Complaint, ...] = ()
    trouble: tuple[tuple[str, str], ...] = ()  # by site, why its shop could not be asked
    history: tuple[LogLine, ...] = ()


def explain(store: Store, company: CompanyInfo, hit: Hit, now: float, look: Look | None = None) -> Explanation:
    """Explain a record that was found. `look` asks the shops; without it they are not asked."""
    if hit.kind == "orders":
        return _explain_order(store, company, hit, now)
    file = file_of(hit.kind)
    source = _source(store, company, file, hit.key)
    bad = _complaints(store, company, hit)
    explained = [_Explained(store, company, site, hit, source, bad, now) for site in company.sites]
    for entry in explained:
        entry.ask(look)
    entities = FILES[file].entities if hit.kind != "items" else tuple(e for e in ENTITIES if e in OF_ITEMS)
    return Explanation(
        company=company.name,
        kind=hit.kind,
        key=hit.key,
        title=hit.title,
        zone=company.values["time_zone"],
        verdicts=tuple((entry.site.name, entry.verdict()) for entry in explained),
        source=source,
        records=tuple(record for entry in explained for record in entry.records()),
        complaints=tuple(found for _, found in bad),
        trouble=tuple((entry.site.name, entry.trouble) for entry in explained if entry.trouble),
        history=tuple(records.events(store, company.id, (*entities, file), hit.key)),
    )


def _explain_order(store: Store, company: CompanyInfo, hit: Hit, now: float) -> Explanation:
    order = inbox.order(store, hit.number)
    story = orderstory.story_of(order, company, now) if order is not None else None
    site = next((site.name for site in company.sites if order is not None and site.id == order.site_id), "")
    return Explanation(
        company=company.name,
        kind=hit.kind,
        key=hit.key,
        title=hit.title,
        zone=company.values["time_zone"],
        verdicts=((site, story.verdict if story else Verdict("off", "The order is not here any more.")),),
        order=story,
        history=tuple(records.events(store, company.id, ("orders",), hit.key)),
    )


def _complaints(store: Store, company: CompanyInfo, hit: Hit) -> list[tuple[str, Complaint]]:
    """What is wrong with its rows, by file: its own one, and those of an item's prices."""
    files = (file_of(hit.kind), "prices") if hit.kind == "items" else (file_of(hit.kind),)
    found = [entry for entry in exports.complaints(store, company.id) if entry[0] in files]
    return [(file, bad) for file, bad in found if bad.key.split(KEY_SEPARATOR)[0] == hit.key]


def _source(store: Store, company: CompanyInfo, file: str, key: str) -> Source | None:
    line = records.line_of(store, company.id, file, key)
    if line is None:
        return None
    state = exports.file_state(store, company.id, file)
    return Source(
        file=Path(state.path).name or file,
        line=line,
        saved_at=state.mtime_ns / 1e9,
        read_at=state.read_at,
        facts=exports.facts(store, company.id, file, key) or {},
    )


class _Explained:
    """One record and what lives inside of it, at one site."""

    def __init__(
        self,
        store: Store,
        company: CompanyInfo,
        site: SiteInfo,
        hit: Hit,
        source: Source | None,
        complaints: Sequence[tuple[str, Complaint]],
        now: float,
    ) -> None:
        self.store, self.company, self.site, self.hit, self.source, self.now = store, company, site, hit, source, now
        own = file_of(hit.kind)
        self.complaint = next((found for file, found in complaints if file == own), None)
        self.others = [found for file, found in complaints if file != own]
        self.row = next(iter(rows.rows_of(store, site.id, hit.kind, [hit.key])), None)
        self.parts = [row for row in self._children() if row.seen is not None or row.sent is not None]
        self.holding = Holding(store, company, site)
        self.shown: Shown | None = None
        self.trouble = ""
        self._records: list[Record] | None = None

    def _children(self) -> list[Row]:
        if self.row is None or self.hit.kind != "items":
            return []
        return sorted(rows.children_of(self.store, self.row), key=lambda row: (ENTITIES.index(row.entity), row.key))

    def ask(self, look: Look | None) -> None:
        """Ask the shop what it shows; what keeps it from answering is kept in words."""
        wanted: dict[str, list[str]] = {self.hit.kind: [self.hit.key]}
        for row in self.parts:
            wanted.setdefault(row.entity, []).append(row.key)
        try:
            self.shown = look(self.site, wanted) if look is not None else None
        except WebUpdateError as error:
            self.trouble = error.message

    def verdict(self) -> Verdict:
        """The sentence for the site: of the record itself, or if that is well of the part that is not."""
        own, *parts = self.records()
        if self.others and own.verdict.state in ("ok", "off"):
            return Verdict("needs", f"Not sent: {self.others[0].message}")
        worst = min(parts, key=_rank, default=own)
        if own.verdict.state != "ok" or worst.verdict.state in ("hidden", "off", "ok"):
            return own.verdict
        name = " ".join((worst.entity, *worst.key.split("\t")[1:]))
        return Verdict(worst.verdict.state, f"{worst.verdict.text} ({name})")

    def records(self) -> list[Record]:
        """The record itself first, known to the queue or not."""
        if self._records is None:
            own = self._record(self.hit.kind, self.hit.key, self.row)
            self._records = [own, *(self._record(row.entity, row.key, row) for row in self.parts)]
        return self._records

    def _record(self, entity: str, key: str, row: Row | None) -> Record:
        trace = records.trace(self.store, row) if row is not None else Trace()
        wanted = _wanted(row, trace)
        held = self.shown.held.get((entity, key)) if self.shown is not None else None
        case = Case(
            row=row,
            trace=trace,
            source=_source(self.store, self.company, "prices", key) if entity == "prices" else self.source,
            complaint=self.complaint if entity == self.hit.kind else None,
            left=self._left(entity),
            holds=self.holding.of(entity),
            parent_there=row is None or records.parent_in_shop(self.store, row),
            asked=held is not None,
            shows=held is not None and held.data is not None,
            differs=self._differs(entity, held, wanted),
            now=self.now,
            zone=self.company.values["time_zone"],
        )
        return Record(
            site=self.site.name,
            entity=entity,
            key=key,
            verdict=verdict(case),
            rev=row.rev if row else 0,
            remote_id=(row.remote_id or "") if row else "",
            tries=row.tries if row else 0,
            next_try=trace.next_try,
            acked_at=trace.at,
            values=_values(entity, wanted, trace.payload, held),
        )

    def _differs(self, entity: str, held: Held | None, wanted: bytes | None) -> tuple[compare.Field, ...]:
        if held is None or held.data is None or wanted is None or self.shown is None:
            return ()
        return compare.differing(entity, held.data, wanted, self.shown.able)

    def _left(self, entity: str) -> str:
        """Why the export's record is not for the web, or not for this site."""
        if self.source is None:
            return ""
        sieve = Sieve(self.store, self.company, self.site, {})
        if entity in OF_ITEMS and not sieve.takes(self.source.facts):
            return f"the filter of this site leaves it out: {self.site.values['items']}"
        if entity == "customers" and sieve.strangers([self.hit.key]):
            return "the shop has no account of this customer, and Make accounts is off in Properties"
        if entity == "payments" and not sieve.pays(self.hit.key):
            return "Payment gateways in Properties names none of the shop for it"
        row = ExportRow(self.source.line, self.hit.key, self.source.facts)
        mapped = map_rows(file_of(self.hit.kind), [row], sieve.rules)
        return next((entry.left for entry in mapped if entry.entity == entity), "")


def _rank(record: Record) -> int:
    return _WORST.index(record.verdict.state)


def _wanted(row: Row | None, trace: Trace) -> bytes | None:
    """What the site should hold, as far as it is known."""
    if row is None or row.seen in (None, queue.HIDDEN):
        return None
    return row.payload or (trace.payload if trace.hash == row.seen else None)


def _values(entity: str, wanted: bytes | None, acked: bytes | None, held: Held | None) -> tuple[Value, ...]:
    """Every field that says something on any side."""
    shows = held.data if held is not None else None
    sides = [
        compare.fields_of(entity, data) if data and entity in RECORD_TYPES else {} for data in (wanted, acked, shows)
    ]
    found = []
    for name in {name: None for side in sides for name in side}:
        texts = [compare.shown(side.get(name)) if side else None for side in sides]
        if any(texts):
            found.append(Value(name, *texts))
    return tuple(found)


def public(explained: Explanation) -> dict[str, object]:
    """As a script reads it."""
    values = structs.asdict(explained)
    values["verdicts"] = dict(explained.verdicts)
    values["trouble"] = dict(explained.trouble)
    return values
