"""Tells support through Apprise: mail, chat services, web hooks. Nothing here ever says an address back.

An address holds passwords, and so may whatever Apprise or a server says of it: only known causes and numbers are
taken from that, and what Apprise logs goes no further than this module.
"""

from __future__ import annotations

import logging
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING

from webupdate.errors import Retryable, Stopped, UsageError, WebUpdateError
from webupdate.store.checks import LOOPBACK, addresses, check_support
from webupdate.sync.supporttext import Message, test_message
from webupdate.sync.text import visible

if TYPE_CHECKING:
    from apprise import Apprise, NotifyBase

TIMEOUT = 10.0  # seconds for each step of a connection, whatever an address asks for
# Only in these is the host surely no secret; a chat service may have its token there.
_WITH_HOST = ("mailto", "mailtos", "json", "jsons", "xml", "xmls", "form", "forms")
_heard: ContextVar[list[str] | None] = ContextVar("heard", default=None)


def _hear(record: logging.LogRecord) -> bool:
    """Keep what Apprise says of the message that is sent in this context; no handler gets anything of it."""
    kept = _heard.get()
    if kept is not None:
        kept.append(record.getMessage())
    return False


@contextmanager
def _listening() -> Iterator[list[str]]:
    kept: list[str] = []
    token = _heard.set(kept)
    try:
        yield kept
    finally:
        _heard.reset(token)


def _library() -> type[Apprise]:
    """Apprise, imported when it is needed: that takes a while. What it logs reaches no log of ours."""
    from apprise import Apprise

    logger = logging.getLogger("apprise")
    logger.addFilter(_hear)  # a second time it changes nothing
    logger.setLevel(logging.DEBUG)
    logging.getLogger("urllib3").setLevel(logging.CRITICAL)  # it may warn of a whole address
    return Apprise


def send(address: str, message: Message, place: int = 1) -> None:
    """Send a message to one address; blocks up to the time-outs.

    Raises UsageError (the address), Stopped (login, certificate) or Retryable; each names the `place` of the
    address in the setting and how it tells, never the address.
    """
    service = _service(address, place)
    with _listening() as heard:
        try:
            taken = service.notify(title=message.title, body=message.body, notify_type=message.kind, body_format="text")
        except Exception as error:  # whatever a service does wrong: its text may hold the address
            heard.append(type(error).__name__)
            taken = False
    if not taken:
        raise _trouble(_named(address, place), _host(service, address), "\n".join(heard)) from None


def try_out(value: str, company: str, now: float) -> str:
    """Send a test message to all addresses of a setting; returns what became of it, raises what ails the first."""
    if not addresses(value):
        raise UsageError("No address of support is set.", "How one is written: docs/support.md")
    if complaint := check_support(value):
        raise UsageError(f"Support: {complaint}")
    told = []
    for place, address in enumerate(addresses(value), 1):
        send(address, test_message(company, now), place)
        told.append(_named(address, place))
    return f"The test message was taken by {', '.join(told)}."


def _service(address: str, place: int) -> NotifyBase:
    """The service of an address, checked. Raises UsageError."""
    from apprise import AppriseAsset

    library, named = _library(), _named(address, place)
    asset = AppriseAsset(app_id="webupdate", app_desc="webupdate", image_url_mask="", http_redirects=False)
    with _listening() as heard:
        try:
            service = library.instantiate(address, asset=asset)
        except Exception:  # what is wrong with it may hold a part of it
            service = None
    if service is None:
        raise _unknown(named, _scheme(address), "\n".join(heard))
    if not service.verify_certificate:
        raise UsageError(
            f"{named.capitalize()}: verify=no is refused, or anybody could read the login.",
            "An authority of the firm's own is trusted by SSL_CERT_FILE (docs/support.md).",
        )
    if service.password and not service.secure and service.host not in LOOPBACK:
        raise UsageError(
            f"{named.capitalize()}: the login would travel in the clear.",
            f"Begin with {_scheme(address)}s:// instead.",
        )
    return _bounded(service)


def _unknown(named: str, scheme: str, heard: str) -> UsageError:
    if re.search("Unparseable URL|Unsupported URL", heard):
        return UsageError(
            f"{named.capitalize()}: there is no way to tell that is called {scheme}.",
            "Ways are mailto, mailtos, json, jsons, slack, msteams and many more: docs/support.md.",
        )
    if "~From~" in heard:
        return UsageError(f"{named.capitalize()}: it lacks the sender.", "Add from=webupdate@firm.example behind a ?.")
    return UsageError(
        f"{named.capitalize()}: it can't be understood.",
        "See docs/support.md for how it is written; a blank, @, : or / in a password is %20, %40, %3A, %2F.",
    )


def _bounded(service: NotifyBase) -> NotifyBase:
    """With our time-outs, and trusting the authorities of the system as the connections to shops do."""
    service.socket_connect_timeout = service.socket_read_timeout = TIMEOUT
    # What sends over HTTP takes a path, too; what sends mails uses Python's own default, which is the same.
    service.verify_certificate = _authorities() or True  # type: ignore[assignment]
    return service


def _authorities() -> str | None:
    """The file or folder of the system's authorities, None where it has none that OpenSSL reads."""
    known = ssl.get_default_verify_paths()
    if known.cafile:
        return known.cafile
    return known.capath if known.capath and any(Path(known.capath).glob("*.0")) else None


def _named(address: str, place: int) -> str:
    return f"address {place} ({_scheme(address)})"


def _scheme(address: str) -> str:
    return visible(address.partition("://")[0].lower(), 20)


def _host(service: NotifyBase, address: str) -> str:
    host = getattr(service, "smtp_host", None) or service.host
    return visible(str(host), 80) if _scheme(address) in _WITH_HOST and host else "its server"


_CAUSES: tuple[tuple[str, type[WebUpdateError], str, str], ...] = (
    (
        "(?i)certificate.?verify.?failed",
        Stopped,
        "the certificate of {host} is not trusted.",
        "Check the server's name. An authority of the firm's own is trusted by SSL_CERT_FILE (docs/support.md).",
    ),
    (
        "NameResolutionError|getaddrinfo|Name or service not known|nodename nor servname|name resolution"
        "|No address associated",
        Retryable,
        "the host {host} was not found.",
        "Check its name, and this machine's network.",
    ),
    (
        r"(?i)\b535\b|error=40[13]\b|unauthorized|authentication",
        Stopped,
        "{host} refused the login.",
        "Check user and password or token; a blank, @, : or / in them is %20, %40, %3A, %2F.",
    ),
    ("(?i)connection refused|actively refused", Retryable, "{host} takes no connection.", "Check the port."),
    ("(?i)timed? ?out", Retryable, "{host} did not answer in time.", "Check host, port and firewall."),
    (
        r"(?i)STARTTLS extension|wrong version number|\[SSL|SSLError",
        Stopped,
        "no encrypted connection to {host} came about.",
        "Check the port; mode=ssl or mode=starttls say how the mail server encrypts.",
    ),
    (
        r"(?i)\((5\d\d), b|refused: (5\d\d)",
        Stopped,
        "{host} refused sender or receiver ({code}).",
        "Check the addresses behind from= and to=.",
    ),
    (r"error=(\d\d\d)", Retryable, "{host} answered {code}.", "Check the address; it is tried again by itself."),
)


def _trouble(named: str, host: str, heard: str) -> WebUpdateError:
    """What went wrong, of all that was heard only by what kind it is."""
    for pattern, kind, told, hint in _CAUSES:
        if found := re.search(pattern, heard):
            code = next((group for group in found.groups() if group), "")
            return kind(f"{named.capitalize()}: {told.format(host=host, code=code)}", hint)
    return Retryable(f"{named.capitalize()}: {host} did not take the message.", "Check the address (docs/support.md).")
