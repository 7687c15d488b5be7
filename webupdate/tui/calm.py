"""Nothing is drawn only because time has passed: at most once a minute, and on slow lines never."""

from __future__ import annotations

from msgspec.structs import replace

from webupdate.store.snapshot import CompanyView, SiteView, Snapshot

POLL = 1.0  # seconds between two looks at the store


def settled(old: Snapshot, new: Snapshot) -> Snapshot:
    """`new`, or still `old` if nothing but time lies between them: then all is told as of its moment."""
    return old if _timeless(old) == _timeless(new) else new


def _timeless(snapshot: Snapshot) -> Snapshot:
    engine = snapshot.engine and replace(snapshot.engine, beat_at=0.0)
    return replace(snapshot, at=0.0, engine=engine, companies=tuple(map(_company, snapshot.companies)))


def _company(company: CompanyView) -> CompanyView:
    return replace(company, sites=tuple(map(_site, company.sites)))


def _site(site: SiteView) -> SiteView:
    """The bars of the hours move along by themselves; what is sent today stands beside them."""
    rows = tuple(replace(row, at=0.0) for row in site.rows)
    return replace(site, synced_at=site.synced_at and 1.0, next_at=site.next_at and 1.0, hourly=(), rows=rows)
