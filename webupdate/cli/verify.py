"""`webupdate verify`: what the shop really holds beside what it should hold. Its output is the diff."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from webupdate.cli.acting import read_shop
from webupdate.cli.common import Arguments, Commands, Opened, command, json_text, say, sites_of
from webupdate.errors import Stopped, UsageError
from webupdate.report import Exit
from webupdate.store import companies, inspections
from webupdate.store.companies import CompanyInfo, SiteInfo
from webupdate.store.db import Store
from webupdate.store.inspections import EXTRA, FOREIGN, MISSING, Difference, Inspection
from webupdate.sync.shops.base import ENTITIES, KEY_SEPARATOR
from webupdate.sync.text import visible

_KINDS = {
    MISSING: ("-", "missing in the shop"),
    EXTRA: ("+", "should not be there"),
    FOREIGN: ("+", "only in the shop, left alone"),
}
_STATES = {"open": "", "mended": "repaired", "waiting": "goes again"}


def add_to(commands: Commands) -> None:
    """Add the command."""
    verify = command(commands, "verify", "compare what the shop holds with the last export", _verify)
    verify.add_argument("company")
    verify.add_argument("--site", help="which site (default: all)")
    verify.add_argument("--entity", choices=ENTITIES, help="list only differences of this kind")
    verify.add_argument("--fix", action="store_true", help="send again exactly the records that differ")
    verify.add_argument("--json", action="store_true", help="as a JSON list of sites")


def _verify(arguments: Arguments) -> int:
    with Opened(arguments) as store:
        info = companies.company(store, arguments.company)
        sites = sites_of(info, arguments.site)
        if arguments.fix:
            _refuse_fix(info, sites)
        found = [_read(arguments, store, info, site) for site in sites]
        left = [_left(store, one) for one in found]
        waits = [inspections.waits_for(store, one) for one in found]
        told = [_listed(store, one, arguments.entity) for one in found]
    if arguments.json:
        entries = zip(sites, found, left, waits, told, strict=True)
        say(json_text([_entry(info, *entry) for entry in entries]))
    else:
        for site, one, still, why, listed in zip(sites, found, left, waits, told, strict=True):
            for line in (*_diff(listed), _verdict(info, site, one, still), *_waiting(why)):
                say(line)
    return Exit.NEEDS_PERSON if any(left) else Exit.FINE


def _refuse_fix(info: CompanyInfo, sites: Sequence[SiteInfo]) -> None:
    if info.paused:
        raise UsageError(f"{info.name} is paused: nothing can be sent.", f"webupdate companies resume {info.name!r}")
    for site in sites:
        if site.begun_at is None:
            raise UsageError(f"{site.name} has not begun: nothing can be sent.", f"webupdate begin {info.name!r}")


def _read(arguments: Arguments, store: Store, info: CompanyInfo, site: SiteInfo) -> Inspection:
    found = read_shop(arguments, store, info, site, "verify", fix=arguments.fix)
    if found.state == "failed":
        raise Stopped(found.message, found.hint)
    return found


def _left(store: Store, found: Inspection) -> int:
    return inspections.open_count(store, found) + inspections.mending(store, found)


def _listed(store: Store, found: Inspection, entity: str | None) -> list[Difference]:
    return [one for one in inspections.differences(store, found) if entity in (None, one.entity)]


def _entry(
    info: CompanyInfo, site: SiteInfo, found: Inspection, left: int, waits: dict[str, int], listed: list[Difference]
) -> dict[str, object]:
    return {
        "company": info.name,
        "site": site.name,
        "left": left,
        "waits": [{"records": count, "why": why} for why, count in waits.items()],
        "numbers": found.numbers,
        "differences": listed,
    }


def _diff(found: Sequence[Difference]) -> Iterator[str]:
    for one in found:
        glyph, what = _KINDS.get(one.kind, ("~", ""))
        key = visible(one.key.replace(KEY_SEPARATOR, " "), 140)
        state = _STATES.get(one.state, visible(one.error, 300))
        yield "  ".join(part for part in (f"{glyph} {one.entity:<10} {key}", what, state) if part)
        for name, held, wanted in one.fields:
            yield f"    {name:<10} {held or '–'} → {wanted or '–'}"


def _verdict(info: CompanyInfo, site: SiteInfo, found: Inspection, left: int) -> str:
    numbers = found.numbers
    parts = [f"{site.name}: {numbers.read:,} records read", f"{numbers.differing:,} differ"]
    parts += [f"{numbers.differing - left:,} of them repaired"] * bool(found.fix and numbers.differing)
    parts += [f"{numbers.waiting:,} wait to be sent and were not compared"] * bool(numbers.waiting)
    parts += [f"{numbers.foreign:,} are only in the shop"] * bool(numbers.foreign)
    remedy = f" Repair: webupdate verify {info.name!r} --fix" if left and not found.fix else ""
    return ", ".join(parts) + "." + remedy


def _waiting(waits: dict[str, int]) -> Iterator[str]:
    """What of the repaired has not gone yet, and why."""
    for why, count in waits.items():
        yield f"{count:,} still wait{'s' * (count == 1)}: {visible(why, 300) or 'on the way to the shop.'}"
