"""django-oscar with webupdate's sync API (docs/sync-api.md)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any, BinaryIO, Literal
from urllib.parse import urlencode

import msgspec

from webupdate.errors import ContentChanged, NeedsPerson, Retryable, Stopped, WebUpdateError
from webupdate.sync.shops.base import (
    RECORD_TYPES,
    Abilities,
    Account,
    AccountPage,
    Address,
    Bundle,
    Content,
    Customer,
    Held,
    Listing,
    OrderPage,
    Part,
    Result,
    ShopInfo,
    ShopSettings,
    Survey,
    WebOrder,
)
from webupdate.sync.shops.http import Answer, exchange, open_client
from webupdate.sync.text import visible

BASE = "/api/sync/v1/"
API_VERSION = 1
PAGE = 100
KEYS_PER_READ = 500
CHUNK = 1_000_000  # bytes of a file in one request: so often it can be ended, and so much of it may go twice
NOTHING = msgspec.Raw(b"null")

OSCAR = Abilities(
    entities=frozenset(RECORD_TYPES),
    compares_rev=True,
    reserves_until_ack=True,
    order_statuses=("Pending", "Processing", "Shipped"),  # placed and not cancelled
    max_batch=200,
    cancelled_statuses=("Cancelled",),
    whole_pieces=True,
    mails_new_accounts=False,
)


class _Check(msgspec.Struct):
    shop: str
    version: str
    api: int
    time: datetime
    currency: str
    items: int | None = None  # an older plugin does not count them


class _Settings(msgspec.Struct):
    approval: bool


class _Error(msgspec.Struct):
    code: str = ""
    message: str = ""
    field: str = ""
    seen: str = ""
    expected: str = ""


class _Result(msgspec.Struct):
    kind: str
    key: str
    status: Literal["created", "updated", "hidden", "deleted", "stale", "refused"]
    rev: int = 0
    id: str | int | None = None
    error: _Error | None = None


class _Results(msgspec.Struct):
    results: list[_Result]


class _Held(msgspec.Struct):
    key: str
    rev: int = 0
    id: str | int | None = None
    data: msgspec.Raw = NOTHING  # as a union with None, Raw takes nothing but null


class _Records(msgspec.Struct):
    records: list[_Held]
    more: bool = False


class _HeldBytes(msgspec.Struct):
    held: int
    complete: bool


class _Refusal(msgspec.Struct):
    error: _Error


class _Accounts(msgspec.Struct):
    accounts: list[msgspec.Raw]
    cursor: str
    more: bool


class _Orders(msgspec.Struct):
    orders: list[msgspec.Raw]
    cursor: str
    more: bool


class _Acked(msgspec.Struct):
    status: str


class _Acks(msgspec.Struct):
    results: list[_Acked]


class OscarShop:
    """One Oscar shop; kept-alive connections, so one object per site."""

    abilities = OSCAR

    def __init__(self, address: str, token: str, certificate: str = "") -> None:
        self._client = open_client(address.rstrip("/"), certificate, {"Authorization": f"Token {token}"})
        self._accounts_read: str | None = None  # the cursor up to which they were read to be merged

    def check(self) -> ShopInfo:
        """Reach, log in, compare the version of the API."""
        found = self._check()
        return ShopInfo(name=found.shop, version=found.version, currency=found.currency, clock=found.time.timestamp())

    def survey(self) -> Survey:
        """Whom the API lets in at all may do everything there."""
        return Survey(items=self._check().items, rights="may read and write")

    def _check(self) -> _Check:
        found: _Check = self._call("GET", "check/").decode(_Check)
        if found.api != API_VERSION:
            older = "the shop's sync plugin" if found.api < API_VERSION else "this program"
            raise Stopped(
                f"The shop's sync API has version {found.api}, this program speaks {API_VERSION}.",
                f"Update {older}: it is the older of the two.",
            )
        return found

    def configure(self, settings: ShopSettings) -> None:
        # Whole and the same each time, so a lost answer is no unknown outcome.
        told: _Settings = self._call("PUT", "settings/", _Settings(settings.approval)).decode(_Settings)
        if told.approval != settings.approval:
            raise Stopped(
                "The shop did not take over what Properties ask of it (New accounts).",
                "Update the shop's sync plugin.",
            )

    def upsert(self, bundles: list[Bundle]) -> list[Result]:
        body: dict[str, Any] = {"records": [_record(part) for bundle in bundles for part in bundle.parts]}
        if self._accounts_read is not None:
            body["accounts_read"] = self._accounts_read
        answer = self._call("POST", "records/", body, write=True)
        return [_result(entry) for entry in answer.decode(_Results).results]

    def send_content(
        self, content: Content, stream: BinaryIO, progress: Callable[[int], None], stopping: Callable[[], bool]
    ) -> bool:
        path = f"contents/{content.digest}/"
        there: _HeldBytes = self._call("GET", path).decode(_HeldBytes)
        while not there.complete:
            progress(there.held)
            if stopping():
                return False
            stream.seek(there.held)
            block = stream.read(CHUNK)
            if not block:  # the shop holds as many bytes as the file has and does not call them whole
                raise ContentChanged(f"{content.name} has become shorter.", "It is read again by itself.")
            query = urlencode({"offset": there.held, "size": content.size})
            there = self._call("PUT", f"{path}?{query}", block=block, write=True).decode(_HeldBytes)
        return True

    def read(self, entity: str, keys: list[str]) -> list[Held]:
        held: list[Held] = []
        for start in range(0, len(keys), KEYS_PER_READ):
            body = {"kind": entity, "keys": keys[start : start + KEYS_PER_READ]}
            records = self._call("POST", "read/", body).decode(_Records).records
            held += [_held(entity, entry) for entry in records]
        return held

    def listing(self, entity: str, after: str, limit: int) -> Listing:
        query = urlencode({"kind": entity, "after": after, "limit": str(limit)})
        page: _Records = self._call("GET", f"records/?{query}").decode(_Records)
        return Listing(tuple(_held(entity, entry) for entry in page.records), page.more)

    def accounts(self, cursor: str, *, to_merge: bool = False) -> AccountPage:
        query = urlencode({"cursor": cursor, "limit": str(PAGE)})
        page: _Accounts = self._call("GET", f"accounts/?{query}").decode(_Accounts)
        if to_merge:
            self._accounts_read = page.cursor
        return AccountPage(tuple((_account(raw), bytes(raw)) for raw in page.accounts), page.cursor, page.more)

    def orders(self, cursor: str, since: str, statuses: tuple[str, ...]) -> OrderPage:
        query = {"cursor": cursor, "since": since, "statuses": ",".join(statuses), "limit": str(PAGE)}
        answer = self._call("GET", "orders/?" + urlencode({name: value for name, value in query.items() if value}))
        page: _Orders = answer.decode(_Orders)
        return OrderPage(tuple((_order(raw), bytes(raw)) for raw in page.orders), page.cursor, page.more)

    def acknowledge(self, order_id: str, written_as: str) -> None:
        body = {"orders": [{"id": order_id, "as": written_as}]}
        acks: _Acks = self._call("POST", "orders/ack/", body, write=True).decode(_Acks)
        if [entry.status for entry in acks.results] != ["acked"]:
            raise NeedsPerson(
                f"The shop does not know order {order_id} any more.", "Was it deleted there? Its file is written."
            )

    def close(self) -> None:
        self._client.close()

    def _call(
        self, method: str, path: str, body: Any = None, *, block: bytes | None = None, write: bool = False
    ) -> Any:
        first = _no_api if block is None else _no_content
        return exchange(self._client, method, BASE + path, body=body, block=block, write=write, first=first)


def _no_api(answer: Answer) -> WebUpdateError | None:
    """None of our calls has a record in its path: the API is not there, whatever the batch holds."""
    if answer.status not in (404, 405, 410):
        return None
    return Stopped(
        f"The shop answered {answer.status}: there is no sync API at this address.",
        "Check the address in Properties; the shop needs the sync plugin of this version.",
    )


def _no_content(answer: Answer) -> WebUpdateError | None:
    """Why the shop did not take a chunk of a file, by its error codes; the rest is as for every call."""
    if answer.status not in (400, 409, 413):
        return _no_api(answer)
    try:
        error = msgspec.json.decode(answer.body, type=_Refusal).error
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    if error.code == "wrong_digest":
        return ContentChanged("The file changed while it was sent.", "It is read and sent anew by itself.")
    if error.code == "wrong_offset":  # a chunk that was given up has arrived after all
        return Retryable("The shop holds another part of the file than was thought.", "It goes on by itself.")
    return NeedsPerson(
        visible(error.message, 300), field=error.field, seen=visible(error.seen), expected=visible(error.expected)
    )


def _record(part: Part) -> dict[str, Any]:
    record: dict[str, Any] = {"kind": part.entity, "key": part.key, "rev": part.rev, "op": part.op}
    if part.was:
        record["was"] = part.was
    if part.entity == "customers" and part.remote_id:
        record["id"] = part.remote_id
    if part.data is not None:
        record["data"] = msgspec.Raw(part.data)
    return record


def _result(entry: _Result) -> Result:
    error = entry.error or _Error()
    return Result(
        entity=entry.kind,
        key=entry.key,
        status="changed" if error.code == "changed" else entry.status,
        rev=entry.rev,
        remote_id=_text(entry.id),
        field=error.field,
        message=error.message,
        seen=error.seen,
        expected=error.expected,
    )


def _held(entity: str, entry: _Held) -> Held:
    data = None if entry.data == NOTHING else bytes(entry.data)
    return Held(entity=entity, key=entry.key, data=data, rev=entry.rev, remote_id=_text(entry.id))


def _text(value: str | int | None) -> str | None:
    return None if value is None else str(value)


def _account(raw: msgspec.Raw) -> Account:
    """One account; one that can't be read comes down without name and login, and waits for a person."""
    try:
        return msgspec.json.decode(raw, type=Account)
    except (msgspec.DecodeError, UnicodeDecodeError):
        known = f"unreadable-{hashlib.sha256(raw).hexdigest()[:16]}"
    return Account(id=known, key="", made_at="", updated_at="", customer=Customer(login="", email=""))


class _Named(msgspec.Struct):
    id: str | int = ""
    number: str | int = ""


def _order(raw: msgspec.Raw) -> WebOrder:
    """One order; one that can't be read comes down without lines, so that it waits for a person and no other does."""
    try:
        return msgspec.json.decode(raw, type=WebOrder)
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    try:
        named = msgspec.json.decode(raw, type=_Named)
    except (msgspec.DecodeError, UnicodeDecodeError):
        named = _Named()
    # Without a number of its own it is known by its content: then it is still taken once.
    known = str(named.id) or f"unreadable-{hashlib.sha256(raw).hexdigest()[:16]}"
    return WebOrder(
        id=known,
        number=str(named.number) or known,
        status="",
        placed_at="",
        updated_at="",
        currency="",
        bill_to=Address(),
        ship_to=None,
        lines=(),
        total="",
    )
