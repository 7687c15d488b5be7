"""What stands around a store's answers, or in their place: PHP's notices, pages of firewalls, captchas and logins."""

from __future__ import annotations

import html
import re

from webupdate.errors import OutcomeUnknown, Retryable, WebUpdateError
from webupdate.sync.shops.http import Answer
from webupdate.sync.text import visible

# As PHP shows them with and without HTML. WordPress writes "</" as "<\/" in JSON: the first is never a part of that.
_NOTICE = re.compile(rb"<br\s*/?>\s*<b>[A-Z][A-Za-z ]{3,30}</b>:.{0,1000}?on line <b>\d+</b>\s*<br\s*/?>", re.DOTALL)
_PLAIN_NOTICES = re.compile(rb"(?>(?:PHP )?[A-Z][A-Za-z ]{3,30}: .{0,1000}? on line \d+\s*)++", re.DOTALL)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_BLANKS = b"\xef\xbb\xbf \r\n\t"  # with the mark that some editors put before a plugin's first line


def without_notices(body: bytes) -> bytes:
    """The JSON of an answer without what PHP has written around it; the body itself where there is none."""
    if body[:1] in (b"{", b"[") and body[-1:] in (b"}", b"]"):
        return body
    bare = _NOTICE.sub(b"", body).strip(_BLANKS)
    if (found := _PLAIN_NOTICES.match(bare)) is not None:
        bare = bare[found.end() :]
    return bare if bare[:1] in (b"{", b"[") else body


def web_page(answer: Answer) -> WebUpdateError | None:
    """The error of a page for people that came with a good status; None for what is none.

    Nobody knows whether the store behind it saw a write.
    """
    begins = without_notices(answer.body)[:4000].lstrip(_BLANKS)
    if not begins.startswith(b"<"):
        return None
    text = begins.decode("utf-8", "replace")
    title = _TITLE.search(text)
    said = visible(html.unescape(" ".join((title[1] if title else text).split())), 80)
    kind = OutcomeUnknown if answer.write else Retryable
    return kind(
        f"A web page came where the shop's data should be: «{said}».",
        "A firewall, captcha, login or cache in front of the shop answers in its place, or PHP failed. "
        "Ask the host to let this program through to /wp-json/, and look at the shop's log.",
    )
