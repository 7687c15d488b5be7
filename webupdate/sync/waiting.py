"""What waits to be sent, for scripts: a line for each record, and why it has not gone yet."""

from __future__ import annotations

from msgspec import Struct

from webupdate.store.companies import CompanyInfo, SiteInfo
from webupdate.store.db import Store
from webupdate.sync.backlog import Waits, backlog


class Queued(Struct, frozen=True, kw_only=True):
    """A record that waits. `op`: put, hide or delete; `state`: waits or needs (a person); `why`: one sentence.

    `since`: seconds since 1970 when the change was read; `tries`: how often it was sent in vain.
    """

    site: str
    entity: str
    key: str
    op: str
    state: str
    why: str
    tries: int
    since: float


def queued(store: Store, company: CompanyInfo, site: SiteInfo, entity: str, limit: int, now: float) -> list[Queued]:
    """What waits to be sent to a site ("" = of every entity): what needs a person first."""
    return [_queued(site, entry) for entry in backlog(store, company, site, entity, "", limit, now)]


def _queued(site: SiteInfo, entry: Waits) -> Queued:
    row = entry.row
    return Queued(
        site=site.name, entity=row.entity, key=row.key, op=row.op, state=entry.why.state, why=entry.why.text,
        tries=row.tries, since=entry.since,
    )  # fmt: skip
