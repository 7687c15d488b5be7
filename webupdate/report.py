"""`webupdate status` in words and as JSON, and the exit codes that go with it."""

from __future__ import annotations

import enum
import time
from collections.abc import Iterator

import msgspec

from webupdate.store.snapshot import CompanyView, SiteView, Snapshot
from webupdate.sync.text import json_text

WORDS = {
    "ok": "✔ In step",
    "working": "⟳ Working",
    "waiting": "· Waiting",
    "needs": "⚠ Needs you",
    "stopped": "✖ Stopped",
    "paused": "‖ Paused",
    "new": "· Not synced yet",
}


class Exit(enum.IntEnum):
    """Exit codes of every command (design section 8)."""

    FINE = 0
    NEEDS_PERSON = 1
    USAGE = 2
    UNREACHABLE = 3
    LOCK_HELD = 4
    BRAKE = 5
    INTERRUPTED = 130


def exit_code(snapshot: Snapshot) -> Exit:
    """The one code for a state of affairs; the worst that is true wins."""
    if any(company.braked for company in snapshot.companies):
        return Exit.BRAKE
    states = {site.state for company in snapshot.companies for site in company.sites}
    if states & {"stopped", "waiting"}:
        return Exit.UNREACHABLE
    return Exit.NEEDS_PERSON if snapshot.needs_you else Exit.FINE


def of_company(snapshot: Snapshot, company_id: int) -> Snapshot:
    """The same without the other companies."""
    own = tuple(view for view in snapshot.companies if view.id == company_id)
    return msgspec.structs.replace(snapshot, companies=own)


def as_json(snapshot: Snapshot) -> str:
    """The snapshot as one JSON object."""
    values = msgspec.to_builtins(snapshot)
    return json_text({**values, "needs_you": snapshot.needs_you})


def as_text(snapshot: Snapshot) -> Iterator[str]:
    """The snapshot in lines for people."""
    yield _engine_line(snapshot)
    if not snapshot.companies:
        yield "No company yet. Make one: webupdate companies add --help"
    for company in snapshot.companies:
        yield from company_text(company, snapshot.at)


def _engine_line(snapshot: Snapshot) -> str:
    engine = snapshot.engine
    if engine is None or engine.stopped_at is not None:
        return "The sync does not run. Start it: webupdate --headless"
    since = time.strftime("%Y-%m-%d %H:%M", time.localtime(engine.started_at))
    return f"The sync runs: pid {engine.pid} on {engine.host} as {engine.user} since {since} ({engine.mode})"


def company_text(company: CompanyView, now: float) -> Iterator[str]:
    """One company in lines for people, its name first."""
    yield company.name
    if company.message:
        yield f"  ⚠ {company.message} {company.hint}".rstrip()
    for file, text in zip(company.brakes, company.brake_texts, strict=True):
        yield f"  ⚠ {text} A brake is on for {file}: webupdate release {company.name!r} {file}".replace("⚠  ", "⚠ ")
    if others := company.complaints - len(company.brakes):
        yield f"  ⚠ {_counted(others, 'problem')} in the export files: webupdate problems {company.name!r}"
    if company.untold:
        yield f"  ⚠ Support could not be told: {company.untold}"
    if not company.supported:
        yield f"  Nobody is told when the sync stops: webupdate companies set {company.name!r} support=-"
    for site in company.sites:
        yield f"  {WORDS[site.state]:<17} {site.name}  {site.address}  {_numbers(site, now)}"
        if not site.begun:
            begin = f"webupdate begin {company.name!r} --site {site.name}"
            yield f"    ⚠ New: nothing is sent or taken before you let it begin. Look at it and say so: {begin}"
        if site.differing:
            differ = _counted(site.differing, "record differs", "records differ")
            yield f"    ⚠ {differ} in the shop: webupdate verify {company.name!r} --site {site.name} --fix"
        if site.customers:
            wait = _counted(site.customers, "web customer waits", "web customers wait")
            yield f"    ⚠ {wait} for an answer: webupdate customers {company.name!r}"
        if site.message:
            yield f"    {site.message} {site.hint}".rstrip()
        for hold in site.holds:
            yield f"    ⚠ {hold.message} {hold.hint}"


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _numbers(site: SiteView, now: float) -> str:
    parts = [f"{site.waiting:,} waiting"]
    parts += [f"{site.failed:,} failed"] * bool(site.failed)
    parts += [_counted(site.conflicts, "order needs you", "orders need you")] * bool(site.conflicts)
    if site.synced_at is not None:
        parts.append(f"last sync {max(0, int(now - site.synced_at)):,} s ago")
    return ", ".join(parts)
