"""A customer's fields on both sides: what follows where, and what nobody can decide but a person.

Three values of each field are compared as EBMS would hold them (its code page, its lengths): the base, on which
both sides agreed last; what EBMS's export holds; what the shop holds. Changed on one side only, the value follows
to the other: up with the ordinary upload, down in an import file. Changed on both sides to different values, it is
a clash, and stays on either side as it is until a person has chosen.

An ordinary upload must not overwrite what the shop changed meanwhile. Therefore:

- The accounts feed is read in each cycle before customers are sent, and what a site should hold (`queue.seen`) is
  always the merged record, `merged`: EBMS's record with every field put back that the web has changed since the
  base. Whoever computes it, detection or a page of the feed, does so from the stored account, in its transaction.
- The base moves field by field, and only to what both sides are known to hold: at an acknowledgement for the fields
  that carry no change of the web, and when the export shows what the web has. So a merged record that was sent never
  passes for an agreement of EBMS.
- What the feed says of our own uploads is therefore no change of the web, whether a shop reports them or not.

What EBMS's people change while a file lies there that changes the same field, EBMS's import overwrites before anybody
else can see it. What is left besides is a change made in the shop between the reading of the feed and the upload of
the same customer: a shop that compares (docs/sync-api.md, `accounts_read`) answers `changed`, and the next cycle
merges.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from webupdate.store import accounts
from webupdate.store.accounts import Clash, Fields, WebCustomer
from webupdate.store.db import Store
from webupdate.sync.entities import FILES
from webupdate.sync.mapping import Mapped
from webupdate.sync.matching import DIGITS_COMPARED
from webupdate.sync.ordercells import Cells
from webupdate.sync.shops.base import Customer
from webupdate.sync.text import one_line

# The fields that may follow from the web, with EBMS's names (source: ARCUST). EBMS alone decides on price level,
# terms, approval and whether an account is active.
COLUMNS: dict[str, str] = {
    "first_name": "F_NAME",
    "last_name": "L_NAME",
    "address1": "ADDRESS1",
    "address2": "ADDRESS2",
    "city": "CITY",
    "state": "STATE",
    "zip": "ZIP",
    "country": "COUNTRY",
    "phone": "PHONE",
    "email": "EMAIL",
    "contact": "CONTACT_1",
}
# Where the two sides meet for the first time, these are taken over together or not at all.
_TOGETHER = (
    ("first_name", "last_name"),
    ("address1", "address2", "city", "state", "zip", "country"),
    *(("phone",), ("contact",), ("email",)),
)
# Shops write these in capitals or small letters as they like.
_CASELESS = frozenset(("email", "zip", "state", "country"))
# EBMS needs a name, and who has no e-mail has no login: that the web has none is no change.
_NEEDED = frozenset(("last_name", "email"))
_LENGTHS = {column.name: column.length for column in FILES["customers"].columns}


class Merged(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the fields: the new base, what EBMS is to be told, what a person must decide.

    `unfit`: the clashes whose web value EBMS can't hold.
    """

    base: Fields
    follows: Fields
    clashes: tuple[Clash, ...]
    unfit: frozenset[str] = frozenset()


def fields_of(customer: Customer) -> Fields:
    """The fields that may follow, in one order."""
    return {name: one_line(getattr(customer, name)) for name in COLUMNS}


def length_of(name: str) -> int | None:
    """EBMS's room for a field, in characters."""
    return _LENGTHS[COLUMNS[name]]


def as_held(name: str, value: str) -> str:
    """A value as EBMS would hold it."""
    held = Cells("").text(COLUMNS[name], value, length_of(name)).strip()
    return held.casefold() if name in _CASELESS else held


def same(name: str, one: str, other: str) -> bool:
    """Whether two values are one for EBMS. Shops' forms write phones anew: 030-0074321 is +49 30 0074321."""
    if one == other or as_held(name, one) == as_held(name, other):
        return True
    return name == "phone" and _one_number(*(re.sub(r"\D", "", text).lstrip("0") for text in (one, other)))


def _one_number(one: str, other: str) -> bool:
    """Whether two numbers differ in country code and trunk zero only."""
    short, long = sorted((one, other), key=len)
    return len(short) >= DIGITS_COMPARED and long.endswith(short)


def fits(name: str, value: str) -> bool:
    """Whether EBMS can hold the value. Texts can be cut and letters replaced, an e-mail then is another one."""
    return name != "email" or value.casefold() == as_held(name, value)


def web_changed(name: str, base: Mapping[str, str], web: Mapping[str, str]) -> bool:
    """Whether the shop holds another value than the one that was agreed on."""
    if not web[name] and name in _NEEDED:
        return False
    return not same(name, base[name], web[name])


def base_now(base: Fields, told: Mapping[str, str], ebms: Mapping[str, str]) -> Fields:
    """The base, once EBMS holds what an import file told it: that was the web's value then, and is no change of EBMS.

    Else a field that the web changed and changed back would get the value in between from EBMS.
    """
    return base | {name: value for name, value in told.items() if same(name, ebms[name], value)}


def merged(ebms: Customer, account: WebCustomer) -> Customer:
    """The record that the shop should hold: EBMS's, without undoing what the web changed."""
    if account.base is None:
        return ebms
    ours, web = fields_of(ebms), account.web
    base = base_now(account.base, account.told, ours)
    kept = {
        name: web[name]
        for name in COLUMNS
        # The web's own spelling (Šimůnek) stays where EBMS holds the same in its code page.
        if web_changed(name, base, web) or (web[name] and same(name, ours[name], web[name]))
    }
    return msgspec.structs.replace(ebms, **kept)


def with_web(store: Store, site_id: int, entries: Sequence[Mapped]) -> list[Mapped]:
    """The entries of an export as a site should hold them: customers with what the web changed meanwhile."""
    keys = [entry.key for entry in entries if entry.entity == "customers"]
    known = accounts.of_keys(store, site_id, keys) if keys else {}
    return [kept for entry in entries if (kept := _with_account(entry, known.get(entry.key))) is not None]


def _with_account(entry: Mapped, account: WebCustomer | None) -> Mapped | None:
    if account is None or entry.entity != "customers":
        return entry
    if isinstance(entry.record, Customer):
        return msgspec.structs.replace(entry, record=merged(entry.record, account))
    # A customer whose e-mail EBMS does not know yet is in the shop by the account's own: it stays there.
    return entry if account.base is not None and account.base["email"] else None


def three_way(ebms: Fields, base: Fields, web: Fields) -> Merged:
    """Merge field by field."""
    agreed, follows, clashes, unfit = dict(base), {}, [], set()
    for name in COLUMNS:
        fit = fits(name, web[name])
        if same(name, ebms[name], web[name]):
            agreed[name] = web[name]
        elif not web_changed(name, base, web) or not (fit or ebms[name]):
            pass  # EBMS's value goes up; or stays empty, where it can't hold what only the shop has
        elif fit and same(name, ebms[name], base[name]):
            follows[name] = web[name]
        else:
            clashes.append(Clash(field=name, column=COLUMNS[name], base=base[name], ebms=ebms[name], web=web[name]))
            unfit |= set() if fit else {name}
    return Merged(base=agreed, follows=follows, clashes=tuple(clashes), unfit=frozenset(unfit))


def first_base(ebms: Fields, web: Fields) -> Fields:
    """What counts as agreed where an account and a customer meet for the first time.

    EBMS's name, address, phone and contact are right where it has them, else the web's are. The e-mail is the
    login: if it differs, the base is like neither and a person decides.
    """
    base: Fields = {}
    for group in _TOGETHER:
        ours = any(ebms[name] for name in group)
        base |= {name: web[name] if ours else ebms[name] for name in group}
    if ebms["email"] and web["email"] and not same("email", ebms["email"], web["email"]):
        base["email"] = ""
    return base


def decide(account_base: Fields, clashes: tuple[Clash, ...], take: Mapping[str, str]) -> Fields:
    """The base after a person's choice: `take` says `ebms` or `web` by field.

    As if the side that is not taken had never changed: then the other one follows by itself.
    """
    chosen = {clash.field: clash.web if take[clash.field] == "ebms" else clash.ebms for clash in clashes}
    return {**account_base, **chosen}
