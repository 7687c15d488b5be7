"""HTTP as every connector needs it: TLS, time-outs, a size limit, and the meaning of what goes wrong."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping
from email.utils import parsedate_to_datetime
from time import monotonic, time
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec

from webupdate.errors import (
    BatchTooLarge,
    NeedsPerson,
    OutcomeUnknown,
    Retryable,
    Stopped,
    UsageError,
    WebUpdateError,
)
from webupdate.store.checks import check_address
from webupdate.sync.text import visible

TIMEOUT = httpx.Timeout(connect=10, read=60, write=60, pool=10)
LARGEST_ANSWER = 64 * 1024 * 1024
LONGEST_ANSWER = 120  # seconds from its head to its end
SECRET_HEADERS = ("Authorization", "vendure-api-key")
# A shorter word may stand in an answer by chance.
SHORTEST_SECRET = 16
# An escape of JSON: a whole surrogate pair, half a one (the group), or any other.
_ESCAPE = re.compile(rb"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(u[dD][89a-fA-F]..)|.)", re.DOTALL)
_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Answer(msgspec.Struct, frozen=True):
    """A response read to its end. `write`: the request may have changed the shop."""

    status: int
    headers: dict[str, str]
    body: bytes
    write: bool = False

    def decode(self, kind: Any) -> Any:
        """The body as `kind`. An answer that makes no sense says nothing of what became of a write.

        A character that is none comes as U+FFFD: one in the note of an order must not hide its whole page.
        """
        try:
            try:
                return msgspec.json.decode(self.body, type=kind)
            except (msgspec.DecodeError, UnicodeDecodeError):
                return msgspec.json.decode(without_broken_characters(self.body), type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            unclear = OutcomeUnknown if self.write else Retryable
            raise unclear(
                f"The shop's answer makes no sense: {visible(str(error), 200)}.",
                "Is the address that of the shop itself, and its sync plugin of this version? "
                f"It begins with: {visible(self.body[:60].decode('utf-8', 'replace'))}",
            ) from error


def without_broken_characters(body: bytes) -> bytes:
    """JSON with U+FFFD in the place of half surrogate pairs and of bytes that are no UTF-8."""
    text = body.decode("utf-8", "replace").encode()
    return _ESCAPE.sub(lambda found: rb"\ufffd" if found[1] else found[0], text)


def open_client(address: str, certificate: str, headers: dict[str, str]) -> httpx.Client:
    """A client for one shop. Raises UsageError for an address that is not encrypted or a bad certificate file."""
    if complaint := check_address(address):
        raise UsageError(f"Address: {complaint}")
    _check_headers(headers)
    try:
        return httpx.Client(
            base_url=address,
            headers={"User-Agent": "webupdate", **headers},
            timeout=TIMEOUT,
            verify=_trust(certificate),
            trust_env=False,
            follow_redirects=False,
            limits=httpx.Limits(max_connections=4, keepalive_expiry=60),
        )
    except httpx.InvalidURL as error:
        raise UsageError(f"Address: {error}") from error


def _check_headers(headers: dict[str, str]) -> None:
    """Before httpx sees a token that no header can hold: its complaint would show the token."""
    if not all(value.isascii() and value.isprintable() and value == value.strip() for value in headers.values()):
        raise UsageError(
            "The token is empty, or holds a blank, a line break or an accented letter.",
            "Copy it again from the shop and enter it in Properties.",
        )


def _trust(certificate: str) -> ssl.SSLContext:
    """The system's authorities, or exactly the one in the file."""
    if not certificate:
        return ssl.create_default_context()
    try:
        return ssl.create_default_context(cafile=certificate)
    except (OSError, ssl.SSLError) as error:
        raise UsageError(
            f"The certificate file {certificate} can't be used: {error.strerror or error}.",
            "Name a PEM file with the certificate authority of the shop, or leave it empty.",
        ) from error


def served_until(address: str, certificate: str) -> float | None:
    """When the certificate ends that a shop serves, in seconds since 1970; None for one that is not encrypted.

    Blocks up to the time-outs. Raises UsageError, Stopped (not trusted) or Retryable (not reached).
    """
    parts = urlsplit(address)
    if parts.scheme != "https":
        return None
    trust, host = _trust(certificate), parts.hostname or ""
    try:
        with (
            socket.create_connection((host, parts.port or 443), TIMEOUT.connect) as plain,
            trust.wrap_socket(plain, server_hostname=host) as served,
        ):
            ends = (served.getpeercert() or {}).get("notAfter")
    except (OSError, ValueError) as error:
        raise classify_transport(error, write=False) from error
    return float(ssl.cert_time_to_seconds(str(ends)))


def exchange(
    client: httpx.Client,
    method: str,
    path: str,
    *,
    body: Any = None,
    block: bytes | Iterable[bytes] | None = None,
    headers: Mapping[str, str] | None = None,
    write: bool = False,
    first: Callable[[Answer], WebUpdateError | None] = lambda _: None,
) -> Answer:
    """One request, with a `body` as JSON or a `block` of bytes as they are, perhaps with `headers` of its own.

    Raises the error that `first`, else `classify`, makes of its outcome; returns only good answers.
    """
    content = block if body is None else msgspec.json.encode(body)
    kind = "application/octet-stream" if body is None else "application/json"
    sent = {**({"Content-Type": kind} if content is not None else {}), **(headers or {})}
    try:
        with client.stream(method, path, content=content, headers=sent) as response:
            received = _without_secret(client, _limited(response))
            answer = Answer(response.status_code, dict(response.headers), received, write)
    except (httpx.TransportError, httpx.DecodingError) as error:
        raise classify_transport(error, write=write) from error
    except httpx.InvalidURL as error:
        raise UsageError(f"Address: {error}") from error
    if (problem := first(answer) or classify(answer, write=write)) is not None:
        problem.status = answer.status
        raise problem
    return answer


def _without_secret(client: httpx.Client, body: bytes) -> bytes:
    """Some servers say a request that they dislike back, headers included; messages quote the answer."""
    for name in SECRET_HEADERS:
        secret = client.headers.get(name, "").rpartition(" ")[2].encode()
        if len(secret) >= SHORTEST_SECRET:
            body = body.replace(secret, b"(secret)")
    return body


def _limited(response: httpx.Response) -> bytes:
    parts: list[bytes] = []
    size = 0
    end = monotonic() + LONGEST_ANSWER
    for part in response.iter_bytes():
        if monotonic() > end:  # httpx limits the wait for each part, not for all
            raise httpx.ReadTimeout(f"the answer took longer than {LONGEST_ANSWER:,} s")
        size += len(part)
        if size > LARGEST_ANSWER:
            raise httpx.RemoteProtocolError(f"the answer is larger than {LARGEST_ANSWER:,} bytes")
        parts.append(part)
    return b"".join(parts)


def classify_transport(error: Exception, *, write: bool) -> WebUpdateError:
    """What a broken exchange means (design section 9). httpx has one ConnectError for TLS, DNS and refusal."""
    untrusted = next((e for e in causes(error) if isinstance(e, ssl.SSLCertVerificationError)), None)
    if untrusted is not None:
        return Stopped(
            f"The shop's certificate is not trusted: {untrusted.verify_message}.",
            "Check the address, or name the shop's authority file under Certificate.",
        )
    reason = visible(str(error) or type(error).__name__, 200)
    if write and not isinstance(error, _UNSENT):
        return OutcomeUnknown(f"The shop did not answer: {reason}.", "The records are sent again by themselves.")
    return Retryable(
        f"The shop can't be reached: {reason}.", "Check the network and the address; it is tried again by itself."
    )


def causes(error: BaseException) -> Iterator[BaseException]:
    """An error, and what is behind it."""
    current: BaseException | None = error
    while current is not None:
        yield current
        current = current.__cause__ or current.__context__


def classify(answer: Answer, *, write: bool) -> WebUpdateError | None:
    """What a status means; None for a good one. A shop may decide first by error codes of its own."""
    status = answer.status
    if 200 <= status < 300:
        return None
    said = f"The shop answered {status}"
    if status == 413:
        return BatchTooLarge(f"{said}: too much at once.")
    if status in (401, 403):
        return Stopped(
            f"{said}: the login was refused." if status == 401 else f"{said}: the login lacks the right.",
            "Enter the right token in Properties; its user must be staff in the shop.",
        )
    if status in (408, 425, 429, 503):
        # A limiter refuses before it looks; what else says "busy" may have let a write through.
        certain = not write or status == 429
        return Retryable(f"{said}: busy.", "It is tried again by itself.", after=_retry_after(answer), certain=certain)
    if status >= 500:
        # On a write nobody knows how far the shop came before it failed.
        kind = OutcomeUnknown if write else Retryable
        return kind(f"{said}: an error inside the shop.", "It is tried again; if it stays so, look at the shop's log.")
    if 300 <= status < 400:
        return Stopped(
            f"{said}: the address has moved to {visible(answer.headers.get('location', 'elsewhere'), 100)}.",
            "Enter the new address in Properties.",
        )
    return NeedsPerson(f"{said}: {visible(answer.body[:200].decode('utf-8', 'replace'), 200)}.")


def _retry_after(answer: Answer) -> float | None:
    """Seconds that the shop asks for, as a number or a date."""
    asked = answer.headers.get("retry-after", "").strip()
    if asked.isascii() and asked.isdigit():
        return float(asked[:6])
    try:
        return max(0.0, parsedate_to_datetime(asked).timestamp() - time())
    except (ValueError, TypeError, OverflowError):
        return None


def host_of(address: str) -> str:
    """The host of an address, for people."""
    return urlsplit(address).netloc or address
