"""Customer accounts of a shop: received whole, matched to a customer of EBMS, kept in step both ways."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from webupdate.store.db import Store
from webupdate.store.tables import Account

# A new account's way; `conflict` waits for a person, `written` for EBMS. From `linked` an account goes the way
# from `ready` on again whenever the shop changed what EBMS should know.
STATES = ("received", "conflict", "ready", "writing", "staged", "written", "linked")

Fields = dict[str, str]


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A customer of EBMS that a new account may be."""

    id: str
    name: str
    email: str = ""
    phone: str = ""
    city: str = ""


class Clash(msgspec.Struct, frozen=True, kw_only=True):
    """A field that EBMS and the web changed to different values. `column` is EBMS's name of it."""

    field: str
    column: str
    base: str
    ebms: str
    web: str


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What a person is asked about an account. `answers`: new, link, ebms, web. `asked_at` 0.0: nobody knows when."""

    message: str
    hint: str
    answers: tuple[str, ...]
    candidates: tuple[Candidate, ...] = ()
    clashes: tuple[Clash, ...] = ()
    asked_at: float = 0.0


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """An account as the feed gave it: `content` is the neutral account as JSON, `received` what the shop sent."""

    shop_id: str
    key: str
    updated_at: str
    name: str
    email: str
    web: Fields
    base: Fields | None
    content: bytes
    received: bytes


class WebCustomer(msgspec.Struct, frozen=True, kw_only=True):
    """An account as it is kept. `base` None: the two sides never agreed on anything yet."""

    id: int
    site_id: int
    shop_id: str
    key: str
    state: str
    name: str
    email: str
    received_at: float
    content: bytes
    web: Fields
    base: Fields | None
    told: Fields
    question: Question | None
    make_new: bool
    files: int
    file_name: str | None
    folder: str | None
    temporary: str | None
    error: str | None
    answered_by: str
    answered_at: float | None


def asked(account: WebCustomer, question: Question, now: float) -> Question:
    """A question as it is to be kept: since `now`, unless the account has that very one already."""
    known = account.question
    if known is not None and msgspec.structs.replace(known, asked_at=0.0) == question:
        return known
    return msgspec.structs.replace(question, asked_at=now)


def cursor(store: Store, site_id: int) -> str:
    """Where the accounts feed of a site goes on."""
    return str(store.one("SELECT accounts_cursor FROM site WHERE id = ?", site_id) or "")


def receive(store: Store, site_id: int, arrivals: Sequence[Arrival], cursor: str, now: float) -> int:
    """Store a page of accounts with the cursor behind it, in one transaction. Returns how many were made in the
    shop and were not known here."""
    new = 0
    with store.writing():
        for arrival in arrivals:
            known = Account.get_or_none((Account.site == site_id) & (Account.shop_id == arrival.shop_id))
            if known is not None and _made_at(zlib.decompress(known.content)) != _made_at(arrival.content):
                known.delete_instance()  # another account of this id: the site's address leads to another shop now
                known = None
            if known is None:
                _insert(site_id, arrival, now)
                new += not arrival.key
            elif zlib.decompress(known.received) != arrival.received:
                _update(known, arrival)
        store.sql("UPDATE site SET accounts_cursor = ? WHERE id = ?", cursor, site_id)
    return new


class _Made(msgspec.Struct):
    made_at: str = ""


def _made_at(content: bytes) -> str:
    """When an account was made in its shop: that never changes."""
    return msgspec.json.decode(content, type=_Made).made_at


def _insert(site_id: int, arrival: Arrival, now: float) -> None:
    Account.create(
        site=site_id,
        shop_id=arrival.shop_id,
        key=arrival.key,
        state="linked" if arrival.key else "received",
        received_at=now,
        base=None if arrival.base is None else _json(arrival.base),
        **_values(arrival),
    )


def _update(known: Account, arrival: Arrival) -> None:
    """A file that is on its way goes its way; what changed meanwhile is looked at afterwards."""
    values = _values(arrival)
    if arrival.key and not known.key:
        values["key"] = arrival.key
        if known.state not in ("writing", "staged"):
            values |= {"state": "linked", "question": None}
    elif known.state in ("conflict", "ready") and not known.key:
        values["state"] = "written" if known.files else "received"
    Account.update(**values).where(Account.id == known.id).execute()


def _values(arrival: Arrival) -> dict[str, Any]:
    return {
        "updated_at": arrival.updated_at,
        "name": arrival.name,
        "email": arrival.email,
        "web": _json(arrival.web),
        "content": zlib.compress(arrival.content),
        "received": zlib.compress(arrival.received),
        "due": True,
    }


def sent(store: Store, site_id: int, key: str, shown: Fields) -> None:
    """The shop acknowledged a customer's record and so holds these values now.

    They are also what both sides agree on, but for fields with a change of the web that is still on its way.
    """
    for account in of_keys(store, site_id, [key]).values():
        base = account.base or {}
        agreed = {name: base[name] if _open(account, name) else value for name, value in shown.items()}
        change(store, account, web=shown, base=agreed)


def _open(account: WebCustomer, name: str) -> bool:
    return account.base is not None and account.web.get(name) != account.base.get(name)


def waiting(store: Store, site_id: int, *, again: bool, limit: int = 5000) -> list[WebCustomer]:
    """Accounts to be matched or merged now; `again`: also all that wait for EBMS's export, which has changed."""
    where: Any = Account.due
    if again:
        where |= Account.state.in_(("received", "conflict", "written"))
        where |= (Account.web != Account.base) | (Account.told != "{}")
    return _found(Account.select().where((Account.site == site_id) & where).order_by(Account.id).limit(limit))


def in_states(store: Store, site_id: int, *states: str, limit: int = 200) -> list[WebCustomer]:
    """Accounts of a site in one of the states, oldest first; those that failed come last and so hold no others."""
    query = Account.select().where((Account.site == site_id) & Account.state.in_(states))
    return _found(query.order_by(Account.error.is_null(False), Account.id).limit(limit))


def needing(store: Store, site_id: int, limit: int = 500) -> list[WebCustomer]:
    """Accounts that wait for a person, oldest first."""
    query = Account.select().where((Account.site == site_id) & _needs_person()).order_by(Account.id)
    return _found(query.limit(limit))


def newest(store: Store, site_id: int, limit: int) -> list[WebCustomer]:
    """Accounts of a site, those that came down last first."""
    query = Account.select().where(Account.site == site_id).order_by(Account.received_at.desc(), Account.id.desc())
    return _found(query.limit(limit))


def count(store: Store, site_id: int) -> int:
    """How many accounts of a site are known."""
    return int(store.one("SELECT count(*) FROM account WHERE site_id = ?", site_id))


def needing_count(store: Store, site_id: int) -> int:
    """How many accounts wait for a person."""
    return int(Account.select().where((Account.site == site_id) & _needs_person()).count())


def _needs_person() -> Any:
    """A question that was answered with "new" is kept, for it says who the account is not."""
    return (Account.question.is_null(False) & ~Account.make_new) | Account.error.is_null(False)


def of_keys(store: Store, site_id: int, keys: Sequence[str]) -> dict[str, WebCustomer]:
    """The accounts that are linked to these customers of EBMS."""
    query = Account.select().where((Account.site == site_id) & Account.key.in_(keys) & (Account.key != ""))
    return {account.key: account for account in _found(query.order_by(Account.id))}


def of_shop_id(store: Store, site_id: int, shop_id: str) -> WebCustomer | None:
    """The account that the shop knows by this id."""
    found = _found(Account.select().where((Account.site == site_id) & (Account.shop_id == shop_id)))
    return found[0] if found else None


def by_number(store: Store, number: int) -> WebCustomer | None:
    """The account of that number here."""
    found = _found(Account.select().where(Account.id == number))
    return found[0] if found else None


def received_bytes(store: Store, number: int) -> bytes:
    """What the shop sent, byte for byte."""
    return zlib.decompress(Account.get_by_id(number).received)


def written_to(store: Store, folder: str) -> bool:
    """Whether a customer's file was ever laid down in that folder."""
    return bool(store.rows("SELECT 1 FROM account WHERE folder = ? AND written_at IS NOT NULL LIMIT 1", folder))


def change(store: Store, account: WebCustomer, **values: object) -> WebCustomer:
    """Change what is kept of an account and commit; values are those of `WebCustomer`, and `due`."""
    for name in ("web", "base", "told", "question"):
        if values.get(name) is not None:
            values[name] = _json(values[name])
    with store.writing():
        Account.update(**values).where(Account.id == account.id).execute()
    changed = by_number(store, account.id)
    assert changed is not None
    return changed


def adopt(store: Store, site_id: int, key: str, shop_id: str) -> None:
    """The customer's record is to take over this very account of the shop when it is sent, and is sent now."""
    with store.writing():
        store.sql(
            """UPDATE queue SET remote_id = ?, error = NULL, next_try = 0, tries = 0
            WHERE site_id = ? AND entity = 'customers' AND key = ?""",
            *(shop_id, site_id, key),
        )


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _found(rows: Iterable[Account]) -> list[WebCustomer]:
    return [_customer(row) for row in rows]


def _customer(row: Account) -> WebCustomer:
    return WebCustomer(
        id=row.id,
        site_id=row.site_id,
        shop_id=row.shop_id,
        key=row.key,
        state=row.state,
        name=row.name,
        email=row.email,
        received_at=row.received_at,
        content=zlib.decompress(row.content),
        web=msgspec.json.decode(row.web, type=Fields),
        base=None if row.base is None else msgspec.json.decode(row.base, type=Fields),
        told=msgspec.json.decode(row.told, type=Fields),
        question=None if row.question is None else msgspec.json.decode(row.question, type=Question),
        make_new=bool(row.make_new),
        files=row.files,
        file_name=row.file_name,
        folder=row.folder,
        temporary=row.temporary,
        error=row.error,
        answered_by=row.answered_by,
        answered_at=row.answered_at,
    )
