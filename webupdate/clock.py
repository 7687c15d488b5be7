"""The only place that asks what time it is or waits; tests pass a clock of their own."""

from __future__ import annotations

import threading
import time
from typing import Protocol


class Clock(Protocol):
    """Time as the engine sees it."""

    def now(self) -> float:
        """Seconds since 1970 (wall time: a monotonic clock stops while a machine sleeps)."""
        ...

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Wait until `event` is set or `seconds` are over; True if it was set."""
        ...


class SystemClock:
    """The real clock."""

    def now(self) -> float:
        return time.time()

    def wait(self, event: threading.Event, seconds: float) -> bool:
        return event.wait(max(0.0, seconds))

    def pause(self, seconds: float) -> None:
        """Wait for `seconds`; only a signal ends it sooner."""
        threading.Event().wait(seconds)
