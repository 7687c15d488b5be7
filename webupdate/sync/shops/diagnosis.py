"""Why a shop could not be reached, more exactly than its connector can say: asked only when a person tests it."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx
import msgspec

from webupdate.errors import Stopped, WebUpdateError
from webupdate.store.properties import BY_NAME
from webupdate.sync.shops import certificate
from webupdate.sync.shops.http import causes, open_client
from webupdate.sync.text import visible

_WAIT = httpx.Timeout(5)
_MOST = 200_000  # bytes of a page that are looked at
_SYNC_API, _WORDPRESS, _ROOT = "/api/sync/v1/check/", "/wp-json/", "/"
_VENDURE = "/admin-api?query=%7B__typename%7D"  # answered by GraphQL, if only with a refusal


class Place(NamedTuple):
    """Where a site's shop is said to be."""

    host: str
    port: int


def explained(error: WebUpdateError, values: Mapping[str, str]) -> WebUpdateError:
    """The error of a test in words that name what is wrong; the same one where it says that itself."""
    parts = urlsplit(values["address"])
    place = Place(parts.hostname or "", parts.port or (80 if parts.scheme == "http" else 443))
    behind = list(causes(error))
    if any(isinstance(one, httpx.TransportError) for one in behind):
        return _no_way(behind, place, values.get("certificate", "")) or error
    if error.status in (401, 403):
        return error
    return _other_shop(error, values) or error


def _no_way(behind: list[BaseException], place: Place, authority: str) -> WebUpdateError | None:
    """What a broken connection means."""
    for one in behind:
        match one:
            case ssl.SSLCertVerificationError():
                return certificate.untrusted(one, place.host, certificate.shown_by(*place), authority)
            case ssl.SSLError():
                return _no_tls(one, place)
            case socket.gaierror():
                return _unknown_host(place)
            case ConnectionRefusedError():
                return _refused(place)
            case TimeoutError() | httpx.ConnectTimeout():
                return _silent(place)
    return None


def _no_tls(error: ssl.SSLError, place: Place) -> Stopped:
    reason = visible((error.reason or str(error)).replace("_", " ").lower(), 100)
    plain = error.reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE")
    told = "what answers there is not encrypted" if plain else f"no encryption could be agreed on ({reason})"
    return Stopped(
        f"{place.host} answers on port {place.port}, but {told}.",
        "Is the port that of https? Else the shop's server must offer TLS 1.2 or later.",
    )


def _unknown_host(place: Place) -> Stopped:
    return Stopped(
        f"There is no host {visible(place.host, 100)}: its name is not known (DNS).",
        "Check how it is spelled under Address, and whether this machine reaches the network.",
    )


def _refused(place: Place) -> Stopped:
    return Stopped(
        f"{place.host} is there, but refuses connections on port {place.port}.",
        "Is the shop's server running, and is that its port? A firewall may refuse it too.",
    )


def _silent(place: Place) -> Stopped:
    return Stopped(
        f"{place.host} does not answer on port {place.port}.",
        "Check address and port; a firewall on the way may drop what this machine sends.",
    )


class _Seen(NamedTuple):
    """An answer without a login."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        try:
            found = msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def title(self) -> str:
        """What a web page is called, "" if it is none."""
        if "html" not in self.headers.get("content-type", ""):
            return ""
        found = re.search(rb"<title[^>]{0,200}>([^<]{0,200})", self.body, re.IGNORECASE)
        return visible(" ".join(found[1].decode("utf-8", "replace").split()), 60) if found else "without a title"


def _other_shop(error: WebUpdateError, values: Mapping[str, str]) -> WebUpdateError | None:
    """What is at the address instead of the shop that was chosen; None where it is that one after all."""
    try:
        with open_client(values["address"].rstrip("/"), values.get("certificate", ""), {}) as client:
            client.timeout = _WAIT
            found = _kind(client)
            root = _see(client, _ROOT)
    except (httpx.HTTPError, WebUpdateError):
        return None
    wanted, labels = values["shop"], dict(BY_NAME["shop"].choices)
    if found == wanted:
        return None
    if found in labels:
        return Stopped(
            f"There is another shop at this address: {labels[found]}.",
            f"Choose it under Shop, or enter the address of the one with {labels[wanted]}.",
        )
    if found:
        return Stopped(f"There is {found} at this address.", "Check the address, and what is installed there.")
    return _moved(root) or _page(error, root, labels[wanted])


def _kind(client: httpx.Client) -> str:
    """The shop that answers, as the property `shop` names it; a few words for what is nearly one; "" if unknown."""
    if (seen := _see(client, _SYNC_API)).status in (200, 401, 403) and ("error" in seen.json or "api" in seen.json):
        return "oscar"
    if {"data", "errors"} & _see(client, _VENDURE).json.keys():
        return "vendure"
    spaces = _see(client, _WORDPRESS).json.get("namespaces")
    if not isinstance(spaces, list):
        return ""
    if "wc/v3" in spaces:
        return "woocommerce"
    if any(str(space).startswith("wc/") for space in spaces):
        return "a WooCommerce that is too old (it lacks the interface wc/v3 of WooCommerce 3.5)"
    return "a WordPress without WooCommerce"


def _see(client: httpx.Client, path: str) -> _Seen:
    """What is at a path, for everybody."""
    parts, size = [], 0
    with client.stream("GET", path) as response:
        for part in response.iter_bytes():
            parts.append(part)
            size += len(part)
            if size > _MOST:
                break
        return _Seen(response.status_code, response.headers, b"".join(parts))


def _moved(root: _Seen) -> Stopped | None:
    """Whether the shop sends everybody to where nothing is encrypted."""
    to = root.headers.get("location", "")
    if not (300 <= root.status < 400 and to.lower().startswith("http://")):
        return None
    return Stopped(
        f"The shop sends us on to {visible(to, 100)}, which is not encrypted.",
        "Set the shop's own address to https, else the login would be read on the way.",
    )


def _page(error: WebUpdateError, root: _Seen, wanted: str) -> Stopped | None:
    """Whether it is a web site, but none of ours."""
    if not root.title or (error.status is not None and 300 <= error.status < 400):
        return None
    return Stopped(
        f"A web page answers at this address ({root.title}), and not the interface of {wanted}.",
        "Check the address; the shop may be in a folder of it (https://firm.example/shop), or lack its sync plugin.",
    )
