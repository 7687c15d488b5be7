"""What is seen and heard while the window is not looked at: a mark in the terminal's title, and its bell."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from webupdate.config import APP_NAME
from webupdate.tui.paint import POOR_TERMINALS
from webupdate.tui.view import number

BELL_PAUSE = 60.0  # seconds: a burst of orders rings once
# xterm's stack of titles: keep the one that is there, bring it back. Terminals that have none pass over both.
_KEEP, _BRING_BACK = "\x1b[22;2t", "\x1b[23;2t"


class Attention:
    """Knows how much needed a person when it was asked last."""

    def __init__(self) -> None:
        self._known: int | None = None
        self._rung = -BELL_PAUSE

    def title(self, count: int) -> str | None:
        """The terminal's title now that `count` things need a person; None if that is no news."""
        return None if count == self._known else f"⚠ {number(count)} · {APP_NAME}" if count else APP_NAME

    def rings(self, count: int, now: float) -> bool:
        """Whether that calls for the bell at `now` (seconds): only what came while the window was open does."""
        more = self._known is not None and count > self._known
        self._known = count
        if not more or 0 <= now - self._rung < BELL_PAUSE:
            return False
        self._rung = now
        return True


def titled(text: str) -> str:
    """The escape sequence that sets a title."""
    return f"\x1b]2;{text}\x07"


@contextmanager
def title_kept(write: Callable[[str], None]) -> Iterator[bool]:
    """The title as it was comes back in the end. Gives whether this terminal has titles."""
    has_titles = os.environ.get("TERM", "") not in POOR_TERMINALS
    if has_titles:
        write(_KEEP)
    try:
        yield has_titles
    finally:
        if has_titles:
            write(_BRING_BACK)
