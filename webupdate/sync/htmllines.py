"""HTML as lines, for a place in a shop that keeps links and emphasis and drops paragraphs, line breaks and lists."""

from __future__ import annotations

import re

_BLANKS = re.compile(r"[ \t\r\n\f]+")
# A tag that a comment or another tag ends in is none; what is not named here stays as it is.
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)(?:[\s/][^<>]*)?>", re.IGNORECASE)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_PARAGRAPHS = frozenset(("p", "div", *_HEADINGS, "ul", "ol", "dl", "table", "pre", "hr", "center"))
_ROWS = frozenset(("br", "tr", "dt", "dd"))
_CELLS = frozenset(("td", "th"))
_DROPPED = frozenset(("u", "font", "span", "small", "big", "sub", "sup", "img", "tbody", "thead"))
_BULLET = "- "


def as_lines(html: str) -> str:
    """The same words, links and emphasis: a paragraph behind an empty line, an item of a list in a line with "- "."""
    text = _TAG.sub(_broken, _BLANKS.sub(" ", html))
    text = re.sub(r" *\n *", "\n", re.sub(r" {2,}", " ", text))
    # Paragraphs inside of an item.
    text = re.sub(r"\n-\n+", f"\n{_BULLET}", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _broken(found: re.Match[str]) -> str:
    end, tag = found[1], found[2].lower()
    if tag in _PARAGRAPHS:
        return "\n\n"
    if tag in _ROWS:
        return "\n"
    if tag == "li":
        return "" if end else f"\n{_BULLET}"
    if tag in _CELLS:
        return " "
    return "" if tag in _DROPPED else found[0]
