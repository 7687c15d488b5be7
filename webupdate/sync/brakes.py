"""Brakes: a damaged or half-saved export must not empty the shop or turn it over (design section 10)."""

from __future__ import annotations

from webupdate.errors import NeedsPerson
from webupdate.store import board, holds
from webupdate.store.companies import CompanyInfo, SiteInfo
from webupdate.store.db import Store
from webupdate.store.holds import Hold, Shares
from webupdate.sync.parts import changes, shown

# Below these numbers a share says nothing: one of three items is a third, and a small shop is soon changed as a whole.
LEAST_GONE = 5
LEAST_CHANGED = 20


class BrakeOn(NeedsPerson):
    """A file is held: it would take more from the web than the property allows."""


def missing(file: str, name: str, gone: int, known: int, company: str) -> BrakeOn:
    """Too many records are missing from the file. `file` says which one, as "inventory.csv saved 09:14"."""
    return BrakeOn(
        f"{gone:,} of {known:,} records are missing from {file}: it is held, nothing is taken from the web.",
        f"If they are to go, release it: webupdate release {company!r} {name}. Else save the file again "
        "from EBMS: a good one lifts the brake by itself.",
        field=name,
        seen=f"{gone:,} missing",
        expected=f"fewer than the share set in Properties, of {known:,}",
    )


def lost_columns(file: str, name: str, lost: list[str], known: int, company: str) -> BrakeOn:
    """The file lacks columns that its last good version had: every record would lose what stood in them."""
    columns = ", ".join(lost)
    what = "the column" if len(lost) == 1 else "the columns"
    return BrakeOn(
        f"{file} has lost {what} {columns}: it is held, or {known:,} records would lose what stood there.",
        f"Add {columns} to the export's column mapping in EBMS and save. If it is to go, release the file: "
        f"webupdate release {company!r} {name}",
        field=columns,
        seen="not in the header",
        expected=columns,
    )


def too_many(gone: int, known: int, read: int, percent: int) -> bool:
    """Whether `gone` of `known` records is more than may leave at once. A file of which none was `read` is damaged."""
    return (gone > 0 and not read) or (gone >= LEAST_GONE and gone * 100 > known * percent)


def hold_masses(
    store: Store, company: CompanyInfo, entities: tuple[str, ...], file: str, now: float, *, released: bool
) -> None:
    """After a file was read: hold each entity of each site of which too much would go or change, lift the others.

    Only what this reading brought is judged, and what an earlier one brought that is held still. `file` says which
    file it was; `released`: a person let that version pass with all that it does.
    """
    for site in company.sites:
        for entity in entities:
            found = holds.shares(store, site.id, entity, LEAST_GONE)
            message = "" if released else _masses(company, site, entity, found)
            if message:
                message = f"{message} {_examples(entity, found)}"
                hold = Hold(site_id=site.id, entity=entity, message=message, hint=_hint(company, site, entity, file))
                if holds.put_on(store, hold, now):
                    _log(store, company, site, entity, message, hold.hint, now)
            elif holds.let_pass(store, site.id, entity):
                _log(store, company, site, entity, f"The brake on {entity} of {site.name} is off.", "", now)


def _examples(entity: str, found: Shares) -> str:
    """A few of the records, so that a person sees at once whether that is meant."""
    told = [f"{shown(one.key)}  {changes(entity, one.before, one.after)}".rstrip() for one in found.examples]
    return f"As: {'; '.join(told)}."


def _hint(company: CompanyInfo, site: SiteInfo, entity: str, file: str) -> str:
    return (
        f"It came with {file}, or with a filter, price level or tax class changed here. If it is meant, release it: "
        f"webupdate release {company.name!r} {entity} --site {site.name}. "
        "Else put it right: then the brake lifts by itself."
    )


def _masses(company: CompanyInfo, site: SiteInfo, entity: str, found: Shares) -> str:
    """The numbers in words, "" if they are in bounds."""
    most_leaving, most_changed = (int(company.values[name]) for name in ("brake", "brake_changes"))
    if found.leaving >= LEAST_GONE and found.leaving * 100 > found.held * most_leaving:
        what = "could no longer be bought" if entity == "stock" else "would no longer be shown"
        return f"{found.leaving:,} of {found.held:,} {entity} {what} at {site.name}: all {entity} are held."
    if found.changed >= LEAST_CHANGED and found.changed * 100 > found.held * most_changed:
        return f"{found.changed:,} of {found.held:,} {entity} of {site.name} would change: all {entity} are held."
    return ""


def _log(store: Store, company: CompanyInfo, site: SiteInfo, entity: str, text: str, hint: str, now: float) -> None:
    level = "error" if hint else "info"
    board.log(
        store, text, level=level, hint=hint, company_id=company.id, site_id=site.id, entity=entity, now=now
    )  # fmt: skip
