"""What HTML says, whatever a shop's cleaning has made of its letters: two texts that mean the same are equal here."""

from __future__ import annotations

import re
from html.parser import HTMLParser

# What these hold is no text that anybody reads: a shop drops it.
_UNREAD = frozenset(("script", "style"))
# Tags that every shop keeps. Left out are those that a parser may add, drop or repeat by itself (p, br, td, …).
_KEPT = frozenset(("b", "strong", "i", "em", "u", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6"))
_ADDRESSES = {"a": "href", "img": "src"}
# Between these each parser reads by rules of its own, and a shop drops them: no two readings can be compared.
_WILD = re.compile(
    r"<(?:/ |\?|!\[|/?(?:iframe|math|noembed|noframes|noscript|option|plaintext|select|svg|template|textarea|title"
    r"|xmp)\b)",
    re.IGNORECASE,
)
_TAG_BEGINS = re.compile(r"<[a-z/!]", re.IGNORECASE)
_UNSAFE = re.compile(r"\s*(?!https?:|mailto:)[a-z][a-z0-9+.-]*:", re.IGNORECASE)


class _Listener(HTMLParser):
    """Collects the words and what stands out of them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.marks: set[tuple[str, str]] = set()
        self._unread = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNREAD:
            self._unread += 1
        elif tag in _KEPT:
            self.marks.add((tag, ""))
        elif tag in _ADDRESSES:
            address = dict(reversed(attrs)).get(_ADDRESSES[tag]) or ""
            self.marks.add((tag, "" if _UNSAFE.match(address) else address.strip()))

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNREAD:
            self._unread = max(0, self._unread - 1)

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self.text.append(data)


def same(held: str, wanted: str) -> bool:
    """Whether `held`, a shop's cleaned form, says what `wanted` says: the same words, emphasis, lists, headings,
    links and pictures. Texts that parsers are known to disagree on count as the same."""
    return held == wanted or bool(_WILD.search(wanted)) or meaning(held) == meaning(wanted)


def meaning(html: str) -> tuple[str, frozenset[tuple[str, str]]]:
    """The words of a text, and what stands out of them."""
    listener = _Listener()
    listener.feed(_ended(html))
    listener.close()
    return " ".join("".join(listener.text).split()), frozenset(listener.marks)


def _ended(html: str) -> str:
    """Without a tag that the end of the text cuts off: it is none."""
    last = html.rfind(">") + 1
    cut = _TAG_BEGINS.search(html, last)
    return html[: cut.start()] if cut else html
