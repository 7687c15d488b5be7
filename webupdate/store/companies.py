"""Companies, their sites and settings."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec
import peewee

from webupdate.errors import UsageError
from webupdate.store import exports, gone, logins, notices, overlaps
from webupdate.store.companyinfo import CompanyInfo as CompanyInfo
from webupdate.store.companyinfo import SiteInfo as SiteInfo
from webupdate.store.db import Store
from webupdate.store.overlaps import Own, Remark
from webupdate.store.properties import BY_NAME, PROPERTIES, Property, applies, problem_with
from webupdate.store.secrets import Vault
from webupdate.store.tables import Company, Site

# The orders feed is asked with these: a cursor goes for their old values only.
_ASKED_WITH = ("address", "orders_from", "order_statuses")


def companies(store: Store) -> list[CompanyInfo]:
    """All companies by name."""
    sites: dict[int, list[SiteInfo]] = {}
    for row in Site.select().order_by(Site.id):
        sites.setdefault(row.company_id, []).append(_site(row))
    return [_company(row, sites.get(row.id, [])) for row in Company.select().order_by(Company.name)]


def company(store: Store, name: str) -> CompanyInfo:
    """The company of that name (case does not matter); raises UsageError if there is none."""
    known = companies(store)
    for info in known:
        if info.name.lower() == name.strip().lower():
            return info
    names = ", ".join(info.name for info in known) or "none yet"
    raise UsageError(f"There is no company {name!r}.", f"Companies: {names}. Make one: webupdate companies add")


def company_by_id(store: Store, number: int) -> CompanyInfo | None:
    """The company of that id, None if it was removed."""
    row = Company.get_or_none(Company.id == number)
    if row is None:
        return None
    return _company(row, [_site(site) for site in Site.select().where(Site.company == row).order_by(Site.id)])


def check_values(values: dict[str, str]) -> dict[str, str]:
    """What is wrong, by property name; empty when all is fine. Unknown names are wrong too."""
    found: dict[str, str] = {}
    for name, value in values.items():
        entry = BY_NAME.get(name)
        complaint = problem_with(entry, value) if entry else "there is no such property."
        if complaint:
            found[name] = complaint
    return found


def add(store: Store, vault: Vault, values: dict[str, str], *, secrets_later: bool = False) -> CompanyInfo:
    """Make a company with one site. Raises UsageError when a value is wrong or missing."""
    _refuse_missing(values, ("company", "site"), secrets_later)
    _refuse_wrong(values)
    now = time.time()
    with store.writing():
        _refuse_twin(values["name"], 0)
        _refuse_overlaps(store, values, Own())
        number = _unused_number(store, "company")
        row = Company.create(
            id=number, name=values["name"], settings=_pack({}, values, "company"), created_at=now,
            secrets=logins.locked(vault, values, "company"),
        )  # fmt: skip
        _create_site(store, row, vault, values, now)
    return company(store, values["name"])


def add_site(
    store: Store, vault: Vault, info: CompanyInfo, values: dict[str, str], *, secrets_later: bool = False
) -> CompanyInfo:
    """Give a company another site; it fills itself at the next cycle. Raises UsageError as `add`."""
    _refuse_missing(values, ("site",), secrets_later)
    _refuse_wrong(values)
    with store.writing():
        _create_site(store, Company.get_by_id(info.id), vault, values, time.time())
        exports.force(store, info.id)
    return company(store, info.name)


def change(
    store: Store, vault: Vault, info: CompanyInfo, values: dict[str, str], site: str | None = None
) -> CompanyInfo:
    """Set properties; those not given stay as they are. Raises UsageError when a value is wrong."""
    _refuse_wrong(values)
    chosen = info.site(site) if site else info.sites[0]
    with store.writing():
        row = Company.get_by_id(info.id)
        if "name" in values:
            _refuse_twin(values["name"], info.id)
            row.name = values["name"]
        _refuse_overlaps(store, values, Own(info.id, chosen.id))
        row.settings = _pack(msgspec.json.decode(row.settings), values, "company")
        if "support" in values:
            row.secrets = logins.locked(vault, values, "company")
            notices.at_once(store, info.id)
        row.save()
        _change_site(Site.get_by_id(chosen.id), vault, values)
        if any(BY_NAME[name].remaps for name in values):
            exports.force(store, info.id)
        if "gone" in values:
            _apply_policy(store, info, values["gone"])
    changed = company_by_id(store, info.id)
    assert changed is not None
    return changed


def begin(store: Store, site_id: int, now: float, customers: str = "") -> None:
    """A person has seen what the first run would do: let the site send and take.

    `customers` sets the property of that name, "" leaves it as it is.
    """
    with store.writing():
        row = Site.get_by_id(site_id)
        row.begun_at = row.begun_at or now
        if customers:
            row.settings = _pack(msgspec.json.decode(row.settings), {"customers": customers}, "site")
        row.save()


def remove(store: Store, info: CompanyInfo) -> None:
    """Forget a company, its queue and its orders' history. Files and the shop stay as they are."""
    with store.writing():
        Company.delete().where(Company.id == info.id).execute()


def set_paused(store: Store, info: CompanyInfo, paused: bool) -> None:
    """Pause or resume a company."""
    with store.writing():
        Company.update(paused=paused).where(Company.id == info.id).execute()


def group(store: Store) -> str:
    """The administrators' group that may open the store, "" if none."""
    return str(store.one("SELECT value FROM setting WHERE name = 'group'") or "")


def set_group(store: Store, name: str) -> None:
    """Remember the administrators' group."""
    with store.writing():
        store.sql("INSERT OR REPLACE INTO setting VALUES ('group', ?)", name)


def orders_from(company: CompanyInfo, site: SiteInfo, ahead: float = 0.0) -> str:
    """The first moment (ISO 8601) from which a site's orders are taken: midnight where the company is.

    Without a day it is when the site was made, by the shop's clock, which is `ahead` of ours (seconds).
    """
    if day := site.values["orders_from"]:
        return datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(company.values["time_zone"])).isoformat()
    return datetime.fromtimestamp(site.created_at + ahead, UTC).isoformat(timespec="seconds")


def _refuse_missing(values: dict[str, str], scopes: tuple[str, ...], secrets_later: bool) -> None:
    needed = [p for p in PROPERTIES if p.required and not p.default and p.scope in scopes]
    needed = [p for p in needed if applies(p, values.get("shop", "")) and not (secrets_later and p.kind == "secret")]
    if missing := [p.name for p in needed if not values.get(p.name)]:
        raise UsageError(
            "Missing: " + ", ".join(missing) + ".", "Give them as name=value, as address=https://shop.example"
        )


def _refuse_wrong(values: dict[str, str]) -> None:
    wrong = check_values(values)
    if wrong:
        hint = "" if wrong.keys() <= BY_NAME.keys() else f"Properties: {', '.join(BY_NAME)}"
        raise UsageError("; ".join(f"{name}: {text}" for name, text in wrong.items()), hint)


def remarks(store: Store, values: dict[str, str], own: Own) -> list[Remark]:
    """What is to be said of these values, some of those of a company, beside its others and the other companies."""
    known = companies(store)
    company = next((info for info in known if info.id == own.company), None)
    site = next((site for site in company.sites if site.id == own.site), None) if company else None
    whole = {**(company.values if company else {}), **(site.values if site else {}), **values}
    return [one for one in overlaps.remarks(whole, own, known) if one.name in values]


def _refuse_overlaps(store: Store, values: dict[str, str], own: Own) -> None:
    wrong = [one for one in remarks(store, values, own) if one.wrong]
    if wrong:
        raise UsageError("; ".join(f"{one.name}: {one.text}" for one in wrong))


def _refuse_twin(name: str, own_id: int) -> None:
    # Not left to the column's collation, which knows the case of ASCII letters only.
    twins = [row for row in Company.select() if row.name.lower() == name.lower() and row.id != own_id]
    if twins:
        raise UsageError(f"There is a company {name!r} already.", "Give this one another name.")


def _unused_number(store: Store, table: str) -> int:
    """A number that none ever had: the loop of a removed company may still run, and the log speaks of it on."""
    last = store.one(f"SELECT max(id) FROM {table}") or 0
    number = 1 + max(int(last), int(store.one("SELECT value FROM setting WHERE name = ?", f"last {table}") or 0))
    store.sql("INSERT OR REPLACE INTO setting VALUES (?, ?)", f"last {table}", str(number))
    return number


def _create_site(store: Store, row: Company, vault: Vault, values: dict[str, str], now: float) -> None:
    name = values.get("site") or BY_NAME["site"].default
    try:
        Site.create(
            id=_unused_number(store, "site"),
            company=row,
            name=name,
            settings=_pack({}, values, "site"),
            secrets=logins.locked(vault, values, "site"),
            created_at=now,
        )
    except peewee.IntegrityError:
        raise _site_twin(row, name) from None


def _change_site(row: Site, vault: Vault, values: dict[str, str]) -> None:
    row.name = values.get("site") or row.name
    before = msgspec.json.decode(row.settings)
    row.settings = _pack(before, values, "site")
    if any(msgspec.json.decode(row.settings).get(name) != before.get(name) for name in _ASKED_WITH):
        row.cursor = row.accounts_cursor = (
            ""  # what was passed over may be wanted now; what was taken is known by its id
        )
    after = msgspec.json.decode(row.settings, type=dict[str, str])
    if after.get("shop") == before.get("shop"):  # only another shop asks for other secrets
        values = {name: value for name, value in values.items() if name != "shop"}
    row.secrets = logins.changed(vault, after.get("shop", ""), bytes(row.secrets) if row.secrets else None, values)
    try:
        row.save()
    except peewee.IntegrityError:
        raise _site_twin(row.company, row.name) from None


def _site_twin(company: Company, name: str) -> UsageError:
    return UsageError(f"{company.name} has a site {name!r} already.", "Give this one another name.")


def _kept(entry: Property, scope: str) -> bool:
    return entry.scope == scope and entry.kind != "secret" and entry.name not in ("name", "site")


def _pack(old: dict[str, str], values: dict[str, str], scope: str) -> str:
    fresh = {p.name: values[p.name] for p in PROPERTIES if p.name in values and _kept(p, scope)}
    return msgspec.json.encode({**old, **fresh}).decode()


def _values(stored: str, scope: str, name: tuple[str, str]) -> dict[str, str]:
    known = msgspec.json.decode(stored, type=dict[str, str])
    values = {p.name: known.get(p.name) or p.default for p in PROPERTIES if _kept(p, scope)}
    return {name[0]: name[1], **values}


def _site(row: Site) -> SiteInfo:
    return SiteInfo(
        id=row.id,
        name=row.name,
        values=_values(row.settings, "site", ("site", row.name)),
        secrets=bytes(row.secrets) if row.secrets else None,
        created_at=row.created_at,
        begun_at=row.begun_at,
    )


def _company(row: Company, sites: list[SiteInfo]) -> CompanyInfo:
    return CompanyInfo(
        id=row.id,
        name=row.name,
        paused=bool(row.paused),
        values=_values(row.settings, "company", ("name", row.name)),
        sites=tuple(sites),
        created_at=row.created_at,
        secrets=bytes(row.secrets) if row.secrets else None,
    )


def _apply_policy(store: Store, info: CompanyInfo, policy: str) -> None:
    """The new policy goes for what has left the export long since, too."""
    for site in info.sites:
        gone.change_policy(store, info.id, site.id, policy, time.time())
