"""Complete Upload and Reload: what a person's wish marks, and what is said when it is through."""

from __future__ import annotations

from webupdate.errors import UsageError
from webupdate.store import board, exports, reloads
from webupdate.store.companies import CompanyInfo, SiteInfo
from webupdate.store.db import Store
from webupdate.store.reloads import Ended
from webupdate.sync.entities import FILES
from webupdate.sync.shops.base import ENTITIES
from webupdate.sync.shops.base import FILES as FILE_ENTITIES
from webupdate.sync.text import visible

# What `reload` takes: entities, and the files that feed several of them.
RELOADABLE = tuple(dict.fromkeys((*ENTITIES, *FILES)))


def entities_of(name: str) -> tuple[str, ...]:
    """The entities that an entity's or an export file's name stands for. Raises UsageError if it is neither."""
    if name in ENTITIES:
        return (name,)
    if name in FILES:
        # The inventory names the pictures and documents too, whose bytes the shop keeps.
        return (*FILES[name].entities, *(FILE_ENTITIES if name == "inventory" else ()))
    raise UsageError(f"There is nothing called {visible(name)!r} to reload.", f"One of: {', '.join(RELOADABLE)}")


def start(store: Store, company: CompanyInfo, site: SiteInfo, name: str, now: float) -> int:
    """Send all of an entity or export file again ("": everything); returns how many records that is.

    The export is read once more, since a record that has gone has no payload any more.
    """
    entities = entities_of(name) if name else ()
    with store.writing():
        count = reloads.begin(store, company.id, site.id, entities, now)
        for file in FILES.values():
            if not entities or set(file.entities) & set(entities):
                exports.force(store, company.id, file.name)
        for entity in FILE_ENTITIES:  # what is known of their files is kept like an export's
            if not entities or entity in entities:
                exports.force(store, company.id, entity)
        _log(store, company, site, f"{_title(name)} of {site.name}: {go_again(count)}", now)
    return count


def go_again(count: int) -> str:
    """`1,250 records go again`."""
    return f"{count:,} {'record goes' if count == 1 else 'records go'} again"


def cancel(store: Store, company: CompanyInfo, site: SiteInfo, now: float) -> str:
    """Turn a Complete Upload off; says what becomes of what is marked."""
    with store.writing():
        if not reloads.cancel(store, site.id):
            return f"no Complete Upload of {site.name} runs"
        text = f"Complete Upload of {site.name} turned off; what was marked already goes as ordinary changes"
        _log(store, company, site, text, now)
    return text


def end(store: Store, company: CompanyInfo, site: SiteInfo, carried: frozenset[str], now: float) -> None:
    """Turn off what is through, and say how it ended."""
    if not reloads.running(store, site.id):
        return
    with store.writing():
        for ended in reloads.end(store, site.id, carried.__contains__):
            level = "warning" if ended.failed else "info"
            _log(store, company, site, f"{_title(ended.entity)} of {site.name} done: {told(ended)}", now, level)


def told(ended: Ended) -> str:
    """`1,249 of 1,250 sent, 1 needs you`."""
    parts = [f"{ended.sent:,} of {ended.total:,} sent"]
    if ended.failed:
        parts.append(f"{ended.failed:,} {'needs' if ended.failed == 1 else 'need'} you")
    if ended.waiting:
        parts.append(f"{ended.waiting:,} {'waits' if ended.waiting == 1 else 'wait'} for another record")
    return ", ".join(parts)


def _title(name: str) -> str:
    return f"Reload of {name}" if name else "Complete Upload"


def _log(store: Store, company: CompanyInfo, site: SiteInfo, text: str, now: float, level: str = "info") -> None:
    board.log(store, text, level=level, company_id=company.id, site_id=site.id, now=now)
