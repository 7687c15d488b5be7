"""HTML from the ERP: Oscar's templates print descriptions as they are, so nothing active may get in."""

from __future__ import annotations

import nh3

_SCHEMES = {"http", "https", "mailto"}


def sanitise(html: str) -> str:
    """The text without scripts, event handlers, frames, forms and styles."""
    return nh3.clean(html, url_schemes=_SCHEMES) if html else ""
