"""How far and how fast an upload goes, over all the turns that it takes."""

from __future__ import annotations

WINDOW = 60.0  # seconds: what went longer ago counts ever less
PAUSE = 30.0  # seconds without a batch: it was done, or the shop was away, which says nothing about how fast it is
_LEAST = 0.1


class Pace:
    """Of one entity of a site. `done`: records that went since the last pause."""

    def __init__(self) -> None:
        self.done = 0
        self._sent = 0.0
        self._since = 0.0
        self._last: float | None = None

    def begin(self, now: float) -> None:
        """A batch leaves."""
        if self._last is None or not 0 <= now - self._last <= PAUSE:
            self.done, self._sent, self._since = 0, 0.0, now
        self._last = now

    def count(self, sent: int, now: float) -> None:
        """So many records of it have arrived."""
        self.done += sent
        self._sent += sent
        self._last = now
        if now - self._since > WINDOW:
            # Half of it with half of the time: as fast as before, and what comes weighs twice as much.
            self._sent, self._since = self._sent / 2, (self._since + now) / 2

    def rate(self, now: float) -> float:
        """Records a second of late."""
        return self._sent / max(_LEAST, now - self._since)
