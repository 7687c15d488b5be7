"""What ails a company so much that support is told, read from what the engine has written down."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from webupdate.orderkinds import KINDS
from webupdate.store import accounts
from webupdate.store.companies import CompanyInfo
from webupdate.store.db import Store
from webupdate.store.inbox import NEEDS_PERSON
from webupdate.store.notices import Ailment

HOUR = 3600.0


def ailments(store: Store, company: CompanyInfo, now: float) -> Iterator[Ailment]:
    """All of it at time `now`. The texts hold no values of records, only order numbers: mails are read by many."""
    yield from _stopped(store, company)
    yield from _away(store, company, now - float(company.values["support_away"]) * HOUR)
    yield from _held_files(store, company)
    yield from _held_entities(store, company)
    waiting_since = now - float(company.values["support_after"]) * HOUR
    yield from _waiting_orders(store, company, waiting_since)
    yield from _waiting_customers(store, company, waiting_since)


def _stopped(store: Store, company: CompanyInfo) -> Iterator[Ailment]:
    """A site that has begun, the company's own loop (site 0), or an export folder that can't be read."""
    query = """SELECT h.site_id, s.name, h.message, h.hint, h.since FROM health h LEFT JOIN site s ON s.id = h.site_id
      WHERE h.company_id = ? AND ((h.state = 'stopped' AND (h.site_id = 0 OR s.begun_at IS NOT NULL))
        OR (h.state = 'needs' AND h.site_id = 0))"""
    for site_id, name, message, hint, since in store.rows(query, company.id):
        where = f"Site {name}: " if name else ""
        yield Ailment(
            kind="stopped", subject=f"site:{site_id}", text=f"{where}{message}", hint=hint, since=since
        )  # fmt: skip


def _away(store: Store, company: CompanyInfo, before: float) -> Iterator[Ailment]:
    """A shop that has not answered since then. It is tried again by itself, so nobody is told of less."""
    query = """SELECT h.site_id, s.name, h.message, h.hint, h.since FROM health h JOIN site s ON s.id = h.site_id
      WHERE h.company_id = ? AND h.state = 'waiting' AND s.begun_at IS NOT NULL AND h.since <= ?"""
    for site_id, name, message, hint, since in store.rows(query, company.id, before):
        yield Ailment(
            kind="away", subject=f"site:{site_id}", text=f"Site {name}: {message}", hint=hint, since=since
        )  # fmt: skip


def _held_files(store: Store, company: CompanyInfo) -> Iterator[Ailment]:
    query = """SELECT e.file, p.message, p.hint, p.at FROM export e
      JOIN problem p ON p.id = (SELECT min(id) FROM problem WHERE company_id = e.company_id AND file = e.file)
      WHERE e.company_id = ? AND e.held <> ''"""
    for file, message, hint, at in store.rows(query, company.id):
        yield Ailment(kind="brake", subject=f"file:{file}", text=message, hint=hint, since=at)


def _held_entities(store: Store, company: CompanyInfo) -> Iterator[Ailment]:
    query = """SELECT h.site_id, h.entity, h.message, h.hint, h.at FROM hold h JOIN site s ON s.id = h.site_id
      WHERE s.company_id = ?"""
    for site_id, entity, message, hint, at in store.rows(query, company.id):
        numbers = message.partition(": ")[0]  # examples of the records come behind
        yield Ailment(
            kind="brake", subject=f"{entity}:{site_id}", text=f"{numbers}: all {entity} are held.", hint=hint, since=at
        )  # fmt: skip


class _Finding(msgspec.Struct):
    kind: int = 0
    blocks: bool = True


def _waiting_orders(store: Store, company: CompanyInfo, before: float) -> Iterator[Ailment]:
    """Orders that wait for an answer since then; what the shop or EBMS said of one later is a new question."""
    later = """coalesce((SELECT max(e.at) FROM orderevent e WHERE e.inbox_id = i.id
      AND e.what IN ('changed', 'refused', 'failed')), 0)"""
    query = f"""SELECT i.id, i.number, s.name, i.problems, max(i.received_at, {later}) AS since
      FROM (SELECT * FROM inbox WHERE {NEEDS_PERSON}) i JOIN site s ON s.id = i.site_id
      WHERE s.company_id = ? AND since <= ?"""
    for number, order, site, problems, since in store.rows(query, company.id, before):
        kinds = {entry.kind: None for entry in msgspec.json.decode(problems, type=list[_Finding]) if entry.blocks}
        names = ", ".join(KINDS[kind].name.lower() for kind in kinds if kind in KINDS)
        yield Ailment(
            kind="conflict",
            subject=f"order:{number}",
            text=f"{order} of {site}" + (f" ({names})" if names else ""),
            hint="Answer them in webupdate: r (Resolve Error) on the first screen. Or: webupdate conflicts",
            since=since,
        )


def _waiting_customers(store: Store, company: CompanyInfo, before: float) -> Iterator[Ailment]:
    """Web customers that wait for a person since then."""
    for site in company.sites:
        for account in accounts.needing(store, site.id):
            since = (account.question.asked_at if account.question else 0.0) or account.received_at
            if since <= before:
                yield Ailment(
                    kind="customer",
                    subject=f"account:{account.id}",
                    text=f"account {account.shop_id} of {site.name}",
                    hint="Answer them in webupdate: u (Customers that wait). Or: webupdate customers COMPANY",
                    since=since,
                )
