"""The snapshot that the screens draw and `webupdate status` prints: one moment of the board."""

from __future__ import annotations

from typing import Any

import msgspec

from webupdate.store import board, holds, inspections, notices
from webupdate.store.board import EngineInfo
from webupdate.store.carried import stays
from webupdate.store.companies import CompanyInfo, SiteInfo, companies
from webupdate.store.db import Store
from webupdate.store.holds import Hold
from webupdate.store.inbox import NEEDS_PERSON
from webupdate.store.reloads import ALL, Reload, running

HOURS_SHOWN = 20


class StatusRow(msgspec.Struct, frozen=True, kw_only=True):
    """One action of a site. `state`: waiting, working, done, failed, stopped."""

    site_id: int
    action: str
    state: str
    done: int
    total: int
    message: str
    hint: str
    rate: float
    at: float


class SiteView(msgspec.Struct, frozen=True, kw_only=True):
    """A site at a glance. `state`: ok, working, waiting, needs, stopped, paused, new."""

    id: int
    name: str
    address: str
    state: str
    message: str
    hint: str
    waiting: int
    failed: int
    conflicts: int
    customers: int  # web customers that wait for a person
    synced_at: float | None
    next_at: float | None  # when the engine looks next; long past, nobody runs it or it is at work
    sent_today: dict[str, int]
    hourly: tuple[int, ...]  # records sent in each of the last 20 hours, oldest first
    reloads: tuple[Reload, ...]  # the sum of a Complete Upload comes first
    begun: bool  # False: nothing is sent or taken before a person has let it begin
    differing: int  # records that the last verify found to differ and nobody has mended
    holds: tuple[Hold, ...]
    rows: tuple[StatusRow, ...]

    @property
    def complete_upload(self) -> bool:
        """Whether a Complete Upload is under way."""
        return any(entry.entity == ALL for entry in self.reloads)

    @property
    def needs_you(self) -> int:
        """How many things wait for a person."""
        facts = (self.state == "stopped") + (not self.begun) + bool(self.differing)
        return self.failed + self.conflicts + self.customers + len(self.holds) + facts


class CompanyView(msgspec.Struct, frozen=True, kw_only=True):
    """A company at a glance; `complaints` counts what is wrong in its export files, `brakes` names those held."""

    id: int
    name: str
    paused: bool
    interval: int  # seconds between two looks
    state: str
    message: str
    hint: str
    complaints: int
    brakes: tuple[str, ...]
    brake_texts: tuple[str, ...]  # what each of them says, with the numbers
    supported: bool  # somebody is told when its sync stops
    untold: str  # why support could not be told of what waits to be told, "" if it could
    sites: tuple[SiteView, ...]

    @property
    def needs_you(self) -> int:
        """How many things wait for a person."""
        own = self.complaints + (1 if self.state in ("needs", "stopped") and self.message else 0)
        return own + sum(site.needs_you for site in self.sites)

    @property
    def braked(self) -> bool:
        """Whether a brake is on, on a file or on an entity of a site."""
        return bool(self.brakes) or any(site.holds for site in self.sites)


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """All that the screens show, from one moment."""

    at: float
    companies: tuple[CompanyView, ...]
    engine: EngineInfo | None

    @property
    def needs_you(self) -> int:
        """How many things wait for a person, in all companies."""
        return sum(company.needs_you for company in self.companies)


class _Tables(msgspec.Struct, frozen=True):
    """The small tables behind a snapshot, each read once."""

    health: dict[tuple[int, int], tuple[str, str, str, float | None]]
    status: dict[int, list[StatusRow]]
    counts: dict[int, list[tuple[str, int, int]]]  # entity, waiting, failed
    conflicts: dict[int, int]
    customers: dict[int, int]
    complaints: dict[int, int]
    brakes: dict[int, tuple[tuple[str, str], ...]]  # file, message
    holds: dict[int, tuple[Hold, ...]]
    reloads: dict[int, tuple[Reload, ...]]
    differing: dict[int, int]
    sent: dict[int, list[tuple[int, str, int]]]
    untold: dict[int, str]
    next_looks: dict[int, float]


def snapshot(store: Store, now: float) -> Snapshot:
    """All that the screens show. Reads a few small tables, never the queue itself."""
    with store.db.atomic():  # one moment, not several
        known = companies(store)
        tables = _read(store, now)
        engine = board.engine(store)
    views = tuple(_company_view(info, tables, now) for info in known)
    return Snapshot(at=now, companies=views, engine=engine)


def _read(store: Store, now: float) -> _Tables:
    health = "SELECT company_id, site_id, state, message, hint, synced_at FROM health"
    conflicts = f"SELECT site_id, count(*) FROM inbox WHERE {NEEDS_PERSON} GROUP BY site_id"
    customers = """SELECT site_id, count(*) FROM account
      WHERE (question IS NOT NULL AND NOT make_new) OR error IS NOT NULL GROUP BY site_id"""
    counts: dict[int, list[tuple[str, int, int]]] = {}
    for site, *numbers in store.rows("SELECT site_id, entity, waiting, failed FROM counts"):
        counts.setdefault(site, []).append((numbers[0], numbers[1], numbers[2]))
    return _Tables(
        health={(row[0], row[1]): row[2:] for row in store.rows(health)},
        status=_status(store),
        counts=counts,
        conflicts=dict(store.rows(conflicts)),
        customers=dict(store.rows(customers)),
        complaints=dict(store.rows("SELECT company_id, count(*) FROM problem GROUP BY company_id")),
        brakes=_brakes(store),
        holds=_holds(store),
        reloads=_reloads(store),
        differing=inspections.open_counts(store),
        sent=_sent(store, now),
        untold=notices.untold(store),
        next_looks=board.next_looks(store),
    )


def _brakes(store: Store) -> dict[int, tuple[tuple[str, str], ...]]:
    found: dict[int, tuple[tuple[str, str], ...]] = {}
    query = """SELECT e.company_id, e.file, coalesce((SELECT p.message FROM problem p
        WHERE p.company_id = e.company_id AND p.file = e.file LIMIT 1), '')
      FROM export e WHERE e.held <> '' ORDER BY e.file"""
    for company_id, file, message in store.rows(query):
        found[company_id] = (*found.get(company_id, ()), (file, message))
    return found


def _holds(store: Store) -> dict[int, tuple[Hold, ...]]:
    found: dict[int, tuple[Hold, ...]] = {}
    for hold in holds.holds(store):
        found[hold.site_id] = (*found.get(hold.site_id, ()), hold)
    return found


def _reloads(store: Store) -> dict[int, tuple[Reload, ...]]:
    found: dict[int, tuple[Reload, ...]] = {}
    for entry in running(store):
        found[entry.site_id] = (*found.get(entry.site_id, ()), entry)
    return found


def _status(store: Store) -> dict[int, list[StatusRow]]:
    """Status rows by site; those of the company itself stand under minus its id."""
    order = {action: place for place, (action, _) in enumerate(board.ACTIONS)}
    query = "SELECT company_id, site_id, action, state, done, total, message, hint, rate, at FROM status"
    found: dict[int, list[StatusRow]] = {}
    for company_id, site_id, *rest in store.rows(query):
        names = ("action", "state", "done", "total", "message", "hint", "rate", "at")
        values: dict[str, Any] = dict(zip(names, rest, strict=True))
        found.setdefault(site_id or -company_id, []).append(StatusRow(site_id=site_id, **values))
    for rows in found.values():
        rows.sort(key=lambda row: order.get(row.action, len(order)))
    return found


def _sent(store: Store, now: float) -> dict[int, list[tuple[int, str, int]]]:
    """By site: hour, entity and number of what was sent in the last day."""
    found: dict[int, list[tuple[int, str, int]]] = {}
    query = "SELECT site_id, hour, entity, sent FROM tally WHERE hour > ?"
    for site_id, hour, entity, sent in store.rows(query, int(now // 3600) - 24):
        found.setdefault(site_id, []).append((hour, entity, sent))
    return found


def _company_view(info: CompanyInfo, tables: _Tables, now: float) -> CompanyView:
    state, message, hint, _ = tables.health.get((info.id, 0), ("new", "", "", None))
    return CompanyView(
        id=info.id,
        name=info.name,
        paused=info.paused,
        interval=int(info.values["interval"]),
        state=state,
        message=message,
        hint=hint,
        complaints=tables.complaints.get(info.id, 0),
        brakes=tuple(file for file, _ in tables.brakes.get(info.id, ())),
        brake_texts=tuple(text for _, text in tables.brakes.get(info.id, ())),
        supported=info.secrets is not None,
        untold=tables.untold.get(info.id, ""),
        sites=tuple(_site_view(info, site, tables, now) for site in info.sites),
    )


def _site_view(info: CompanyInfo, site: SiteInfo, tables: _Tables, now: float) -> SiteView:
    health, message, hint, synced_at = tables.health.get((info.id, site.id), ("new", "", "", None))
    counts = tables.counts.get(site.id, [])
    waiting = sum(waits for entity, waits, _ in counts if not stays(entity, site.values))
    failed = sum(errors for _, _, errors in counts)
    begun, differing = site.begun_at is not None, tables.differing.get(site.id, 0)
    conflicts = tables.conflicts.get(site.id, 0)
    asked = tables.customers.get(site.id, 0)
    sent = tables.sent.get(site.id, [])
    held = tables.holds.get(site.id, ())
    return SiteView(
        id=site.id,
        name=site.name,
        address=site.values["address"],
        state=_state(info, health, waiting, failed + conflicts + asked + len(held) + (not begun) + differing),
        message=message,
        hint=hint,
        waiting=waiting,
        failed=failed,
        conflicts=conflicts,
        customers=asked,
        synced_at=synced_at,
        next_at=tables.next_looks.get(site.id),
        sent_today=_today(sent, now),
        hourly=_hourly(sent, now),
        reloads=tables.reloads.get(site.id, ()),
        begun=begun,
        differing=differing,
        holds=held,
        rows=tuple(tables.status.get(-info.id, []) + tables.status.get(site.id, [])),
    )


def _state(info: CompanyInfo, health: str, waiting: int, need_person: int) -> str:
    """The one word for a site: the worst that is true of it."""
    if info.paused:
        return "paused"
    if health == "stopped" or (health == "new" and not need_person):
        return health
    if need_person or health == "needs":
        return "needs"
    if health == "waiting":
        return "waiting"
    return "working" if waiting else "ok"


def _today(sent: list[tuple[int, str, int]], now: float) -> dict[str, int]:
    found: dict[str, int] = {}
    for hour, entity, count in sent:
        if hour > now // 3600 - 24:
            found[entity] = found.get(entity, 0) + count
    return found


def _hourly(sent: list[tuple[int, str, int]], now: float) -> tuple[int, ...]:
    bars = [0] * HOURS_SHOWN
    for hour, _, count in sent:
        age = int(now // 3600) - hour
        if 0 <= age < HOURS_SHOWN:
            bars[HOURS_SHOWN - 1 - age] += count
    return tuple(bars)
