"""Requests to Vendure's Admin API. It is GraphQL: what goes wrong mostly comes inside an answer with status 200."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlencode

import msgspec

from webupdate.errors import NeedsPerson, OutcomeUnknown, Retryable, Stopped, WebUpdateError
from webupdate.sync.shops.base import Part, Result
from webupdate.sync.shops.http import Answer, exchange, open_client
from webupdate.sync.shops.records import refused
from webupdate.sync.text import visible

ADMIN_API = "/admin-api"
KEY_HEADER, CHANNEL_HEADER = "vendure-api-key", "vendure-token"

_NOTHING = msgspec.Raw(b"null")
# The document or its variables don't fit: this program and the shop speak different versions.
_FOREIGN = ("GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED", "BAD_USER_INPUT")
_BROKEN = "INTERNAL_SERVER_ERROR"

Unit = TypeVar("Unit")


class _Extensions(msgspec.Struct, frozen=True):
    code: str = ""


class Trouble(msgspec.Struct, frozen=True):
    """An error of GraphQL."""

    message: str
    path: list[str | int] = []
    extensions: _Extensions = _Extensions()

    @property
    def code(self) -> str:
        """Vendure's name of it."""
        return self.extensions.code

    @property
    def field(self) -> str:
        """Which field of the request it is about."""
        return visible(".".join(map(str, self.path)))

    @property
    def broken(self) -> bool:
        """Whether something failed inside the shop, which may not be the record's fault."""
        return self.code in ("", _BROKEN)

    @property
    def text(self) -> str:
        """What a person reads."""
        return visible(self.message, 300)


class _Reply(msgspec.Struct):
    data: msgspec.Raw = _NOTHING  # as a union with None, Raw takes nothing but null
    errors: list[Trouble] = []


class Refusal(Exception):
    """The shop did not carry out one field of a request, nor those behind it; those before it are done."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.text)
        self.trouble = trouble


class Client:
    """One channel of a Vendure server. `language`: in which texts are written and read, "" = the channel's own."""

    def __init__(self, address: str, key: str, certificate: str, channel: str = "", language: str = "") -> None:
        self.written = False  # whether the shop has carried out a write; who cares sets it back
        headers = {KEY_HEADER: key} | ({CHANNEL_HEADER: channel} if channel else {})
        self._http = open_client(address.rstrip("/"), certificate, headers)
        self._path = ADMIN_API + (f"?{urlencode({'languageCode': language})}" if language else "")

    def ask(self, query: str, variables: Mapping[str, Any], kind: Any, *, write: bool = False) -> Any:
        """A query. `write`: it is a part of one, so nobody may say what became of the whole if it goes wrong."""
        return self._read(self._exchange(query, variables, write), kind)

    def change(self, query: str, variables: Mapping[str, Any], kind: Any) -> Any:
        """A mutation. Raises Refusal for what may be one record's fault alone, else as `ask`."""
        answer = self._exchange(query, variables, True)
        reply = _decoded(answer)
        if reply.errors:
            trouble = reply.errors[0]
            error = meaning(trouble, write=True)
            if isinstance(error, Stopped):
                raise error
            raise Refusal(trouble)
        self.written = True
        return _data(answer, reply, kind)

    def upload(
        self, operations: bytes, name: str, media_type: str, size: int, blocks: Iterable[bytes], kind: Any
    ) -> Any:
        """A file as the variable `file` of a mutation (the GraphQL multipart request). Raises as `ask`."""
        boundary = "webupdate-0f8b1c"
        head = _part(boundary, 'name="operations"', operations)
        head += _part(boundary, 'name="map"', b'{"0":["variables.file"]}')
        head += _part_head(boundary, f'name="0"; filename="{name}"', f"Content-Type: {media_type}\r\n")
        tail = f"\r\n--{boundary}--\r\n".encode()
        headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Content-Length": str(len(head) + size + len(tail)),
            "apollo-require-preflight": "true",
        }
        body = _joined(head, blocks, tail)
        answer = exchange(self._http, "POST", self._path, block=body, headers=headers, write=True, first=_first)
        return self._read(answer, kind)

    def clock(self) -> str:
        """The shop's time as the head of an answer tells it."""
        return self._exchange("{ __typename }", {}, False).headers.get("date", "")

    def close(self) -> None:
        """Give back the connections."""
        self._http.close()

    def _read(self, answer: Answer, kind: Any) -> Any:
        reply = _decoded(answer)
        if reply.errors:
            raise meaning(reply.errors[0], write=answer.write)
        return _data(answer, reply, kind)

    def _exchange(self, query: str, variables: Mapping[str, Any], write: bool) -> Answer:
        body = {"query": query, "variables": dict(variables)}
        return exchange(self._http, "POST", self._path, body=body, write=write, first=_first)


def _decoded(answer: Answer) -> _Reply:
    reply: _Reply = answer.decode(_Reply)
    if reply.data == _NOTHING and not reply.errors:
        raise unclear(answer)
    return reply


def _data(answer: Answer, reply: _Reply, kind: Any) -> Any:
    inner = Answer(answer.status, answer.headers, bytes(reply.data), answer.write)
    return inner.decode(kind)


def unclear(answer: Answer) -> WebUpdateError:
    """The error of an answer that does not say what was asked."""
    kind = OutcomeUnknown if answer.write else Retryable
    begins = visible(answer.body[:60].decode("utf-8", "replace"))
    return kind("The shop's answer makes no sense: it has no data.", f"It begins with: {begins}")


def together_or_singly(
    units: list[Unit],
    carry_out: Callable[[list[Unit]], None],
    refuse: Callable[[Unit, Trouble], None],
    probe: Callable[[], object],
) -> None:
    """Carry out all at once; if the shop refuses that, each alone, so that one record stops no other.

    What fails inside of the shop is tried once more (a deadlock), and is the record's fault only if `probe`, a harmless
    read, works meanwhile; else that raises what ails the shop.
    """
    try:
        carry_out(units)
        return
    except Refusal as refusal:
        if len(units) == 1 and not refusal.trouble.broken:
            refuse(units[0], refusal.trouble)
            return
    for unit in units:
        try:
            carry_out([unit])
        except Refusal as refusal:
            if refusal.trouble.broken:
                probe()
            refuse(unit, refusal.trouble)


def each_alone(parts: list[Part], carry_out: Callable[[Part], Result], probe: Callable[[], object]) -> list[Result]:
    """Carry out parts one after the other; one result for each, that of a part that the shop refuses too."""
    results: dict[int, Result] = {}

    def one(units: list[Part]) -> None:
        results[id(units[0])] = carry_out(units[0])

    def refuse(part: Part, trouble: Trouble) -> None:
        results[id(part)] = refused(part, f"The shop refused it: {trouble.text}")

    for part in parts:
        together_or_singly([part], one, refuse, probe)
    return [results[id(part)] for part in parts]


def meaning(trouble: Trouble, *, write: bool) -> WebUpdateError:
    """What an error inside an answer means for all that was asked."""
    if trouble.code in ("FORBIDDEN", "UNAUTHORIZED"):
        return Stopped(
            f"The shop does not know the API key, or its role lacks the right for «{trouble.field}».",
            "Enter the key again in Properties; docs/shops/vendure.md lists the rights of its role.",
        )
    if trouble.code == "CHANNEL_NOT_FOUND":
        return Stopped("The shop has no channel of this token.", "Check Channel token in Properties.")
    if trouble.code in _FOREIGN:
        return Stopped(
            f"The shop's Admin API does not know what is asked of it: {trouble.text}",
            "This program speaks with Vendure 3.7: update the older of the two.",
        )
    if trouble.broken:
        kind = OutcomeUnknown if write else Retryable
        return kind(f"An error inside the shop: {trouble.text}", "It is tried again; if it stays so, see its log.")
    return NeedsPerson(f"The shop refused it: {trouble.text}")


def _first(answer: Answer) -> WebUpdateError | None:
    """What the status means where it is not as for every shop."""
    if answer.status == 404:
        return Stopped(
            "The shop answered 404: there is no Admin API of Vendure at this address.",
            "Check the address in Properties: that of the server, without /admin-api.",
        )
    if answer.status == 400:
        try:
            reply = msgspec.json.decode(answer.body, type=_Reply)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        return meaning(reply.errors[0], write=answer.write) if reply.errors else None
    return None


def _part_head(boundary: str, disposition: str, more: str = "") -> bytes:
    return f"--{boundary}\r\nContent-Disposition: form-data; {disposition}\r\n{more}\r\n".encode()


def _part(boundary: str, disposition: str, body: bytes) -> bytes:
    return _part_head(boundary, disposition) + body + b"\r\n"


def _joined(head: bytes, blocks: Iterable[bytes], tail: bytes) -> Iterable[bytes]:
    yield head
    yield from blocks
    yield tail
