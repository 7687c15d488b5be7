"""Requests to a WooCommerce store, and what its answers and error codes mean."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

import httpx
import msgspec

from webupdate.errors import NeedsPerson, OutcomeUnknown, Retryable, Stopped, UsageError, WebUpdateError
from webupdate.sync.shops.http import TIMEOUT, Answer, classify, exchange, open_client
from webupdate.sync.shops.woocommerce.noise import web_page, without_notices
from webupdate.sync.text import visible

WC = "/wp-json/wc/v3/"
MEDIA = "/wp-json/wp/v2/media"
LIST_LIMIT = 100  # rows of a page, SKUs of a look-up, records of a batch: more is refused
TOTAL = "x-wp-total"
# Seconds for which an answer is waited; the longer one is below what a request may live (property, 120).
WAIT, LONG_WAIT = 60.0, 110.0

# What WordPress says of an upload whose bytes PHP has thrown away since they are too many.
NO_DATA = ("rest_upload_no_data",)
# Errors inside the store that stay as they are, however often they are tried.
FINAL = ("rest_upload_sideload_error", "woocommerce_rest_shipping_zone_not_created")
_TAG = re.compile(r"</?[a-z][^>]*>", re.IGNORECASE)


class Problem(msgspec.Struct, frozen=True):
    """An error as WordPress gives it, alone or in a row of a batch."""

    code: str = ""
    message: str = ""
    data: Any = None  # usually an object; of a refused refund it is a number

    def detail(self, name: str) -> Any:
        """A field of the data, None if there is none."""
        return self.data.get(name) if isinstance(self.data, dict) else None

    @property
    def text(self) -> str:
        """What is wrong, all fields of it; the store writes it for its own pages, with tags."""
        params = self.detail("params")
        fields = "; ".join(str(text) for text in params.values()) if isinstance(params, dict) else ""
        plain = html.unescape(_TAG.sub("", " ".join(filter(None, (self.message, fields)))))
        return visible(plain, 300)


class Client:
    """The two logins of a store: a key for WooCommerce, an application password for the media library."""

    def __init__(self, address: str, secrets: Mapping[str, str], certificate: str) -> None:
        self.written = False  # whether the store has carried out a write; who cares sets it back
        address = address.rstrip("/")
        key, secret = secrets.get("consumer_key", ""), secrets.get("consumer_secret", "")
        self._shop = open_client(address, certificate, _basic("consumer key", key, secret))
        user, password = secrets.get("media_user", ""), secrets.get("media_password", "").replace(" ", "")
        self._media: httpx.Client | None = None
        if user or password:
            self._media = open_client(address, certificate, _basic("application password", user, password))

    def get(self, path: str, query: Mapping[str, str | int]) -> Answer:
        """A read of wc/v3."""
        return _asked(self._shop, "GET", f"{WC}{path}?{urlencode(query)}", first=_meaning)

    def rows(self, path: str, query: Mapping[str, str | int], kind: Any) -> list[Any]:
        """A list of wc/v3, or of the media library."""
        media = path == MEDIA
        client, where = (self._media_client(), path) if media else (self._shop, WC + path)
        meaning = _media_meaning if media else _meaning
        answer = _asked(client, "GET", f"{where}?{urlencode(query)}", first=meaning)
        found: list[Any] = answer.decode(list[kind])
        if TOTAL not in answer.headers:  # every list has it: so this is none, though it may look empty
            raise Retryable(
                "The shop's answer is no list, or lacks its count.",
                "Is the address that of the shop itself? PHP there must not show its notices (WP_DEBUG_DISPLAY).",
            )
        return found

    def all_rows(self, path: str, query: Mapping[str, str | int], kind: Any) -> Iterable[list[Any]]:
        """A list page by page, to its end. It must be asked for in an order that only grows at its end."""
        page, size = 1, LIST_LIMIT
        while rows := self.rows(path, {**query, "per_page": size, "page": page}, kind):
            yield rows
            if len(rows) < size:
                return
            page += 1

    def write(self, method: str, path: str, body: Any, query: Mapping[str, str] | None = None) -> Answer:
        """A write of wc/v3; its outcome may be unknown."""
        where = WC + path + (f"?{urlencode(query)}" if query else "")
        answer = _asked(self._shop, method, where, body=body, write=True, first=_meaning)
        self.written = True
        return answer

    def careful(self, path: str) -> Answer:
        """A read that is the first half of a write: whatever goes wrong, nobody may say what became of the whole."""
        return _asked(self._shop, "GET", WC + path, write=True, first=_meaning)

    def upload(self, title: str, name: str, media_type: str, size: int, blocks: Iterable[bytes]) -> Answer:
        """A file into the media library. Its slug comes of the title; without one a picture's own would count."""
        headers = {
            "Content-Type": media_type,
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Length": str(size),
        }
        fields = urlencode({"title": title, "_fields": "id,slug,source_url,media_type"})
        return _asked(
            self._media_client(), "POST", f"{MEDIA}?{fields}", block=blocks, headers=headers, write=True,
            first=_media_meaning,
        )  # fmt: skip

    @property
    def has_media(self) -> bool:
        """Whether there is a login of the media library."""
        return self._media is not None

    def wait(self, seconds: float) -> None:
        """Wait so long for an answer from now on."""
        self._shop.timeout = httpx.Timeout(**{**TIMEOUT.as_dict(), "read": seconds})

    def close(self) -> None:
        """Give back the connections."""
        self._shop.close()
        if self._media is not None:
            self._media.close()

    def _media_client(self) -> httpx.Client:
        if self._media is None:
            raise Stopped(
                "Pictures and documents go into the media library, and WordPress lets no shop key in there.",
                "Make an application password (Users, Profile) and enter it with its user in Properties.",
            )
        return self._media


def _basic(what: str, user: str, secret: str) -> dict[str, str]:
    """A login as a header. Base64 would hide what a person pasted wrongly, and the shop only says "unknown"."""
    if not all(part and part.isascii() and part.isprintable() and " " not in part for part in (user, secret)):
        raise UsageError(
            f"The {what} or its second half is empty, or holds a blank, a line break or an accented letter.",
            "Copy both again from the shop and enter them in Properties.",
        )
    return {"Authorization": f"Basic {base64.b64encode(f'{user}:{secret}'.encode()).decode()}"}


def _asked(client: httpx.Client, method: str, path: str, **more: Any) -> Answer:
    """An exchange, its answer without what PHP says around it."""
    answer = exchange(client, method, path, **more)
    return msgspec.structs.replace(answer, body=without_notices(answer.body))


def problem_of(answer: Answer) -> Problem:
    """The error of an answer; an empty one where it is no WordPress that speaks."""
    try:
        return msgspec.json.decode(without_notices(answer.body), type=Problem)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Problem()


def _meaning(answer: Answer) -> WebUpdateError | None:
    """What an error code means; None where the status says enough."""
    if 200 <= answer.status < 300:
        return web_page(answer) or _untold(answer)
    found = problem_of(answer)
    if answer.status in (401, 403):
        return _login(answer.status, found)
    if answer.status == 404 and found.code in ("", "rest_no_route"):
        return Stopped(
            "The shop answered 404: there is no WooCommerce at this address.",
            "Check the address in Properties; WordPress must have permalinks other than «Plain».",
        )
    if answer.status < 500 and found.code and answer.status not in (408, 413, 429):
        return NeedsPerson(f"The shop answered {answer.status}: {found.text} ({visible(found.code)})")
    if found.code in FINAL:
        return NeedsPerson(f"The shop refused it: {found.text}")
    return None


def _untold(answer: Answer) -> WebUpdateError | None:
    """An error with a good status: PHP had written a notice before, and could not change the answer's head any more."""
    bare = without_notices(answer.body)
    status = problem_of(answer).detail("status") if bare != answer.body else None
    if not isinstance(status, int) or status < 400:
        return None
    told = msgspec.structs.replace(answer, status=status, body=bare)
    return _meaning(told) or classify(told, write=answer.write)


def _media_meaning(answer: Answer) -> WebUpdateError | None:
    """The same of the media library, which has a login of its own."""
    if answer.status in (401, 403):
        return Stopped(
            f"The shop answered {answer.status}: its media library refuses the login of pictures and documents.",
            "Enter Media user and Media password (an application password) again; the user must be allowed to upload.",
        )
    if answer.status == 413 or problem_of(answer).code in NO_DATA:
        # It is this file that is refused, by the web server (413) or by PHP: others may be smaller.
        return NeedsPerson(
            f"The shop's server takes no file of that size (it answered {answer.status}).",
            "Send a smaller one, or let the host raise its limits (nginx: client_max_body_size; PHP: post_max_size).",
        )
    return _meaning(answer)


def _login(status: int, found: Problem) -> WebUpdateError:
    if found.code == "woocommerce_rest_authentication_error":
        return Stopped(
            f"The shop refused the key: {found.text}",
            "Make a key with the permission Read/Write (WooCommerce, Settings, Advanced, REST API).",
        )
    if status == 403:
        return Stopped(
            "The shop answered 403: the login lacks the right.",
            "The key's user must be administrator or shop manager; or a firewall in front of the shop refuses us.",
        )
    return Stopped(
        "The shop answered 401: it does not know the login.",
        "Enter the key and its secret in Properties again. Some hosts strip the Authorization header: ask yours.",
    )


def unclear(answer: Answer, wanted: str) -> OutcomeUnknown:
    """The error of an answer to a write that does not say what was asked."""
    begins = visible(answer.body[:60].decode("utf-8", "replace"))
    return OutcomeUnknown(f"The shop's answer makes no sense: {wanted} is missing.", f"It begins with: {begins}")
