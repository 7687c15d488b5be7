"""When to try again: doubling waits with some chance in them, so that many clients do not come at once."""

from __future__ import annotations

import random

FIRST = 5.0
LONGEST = 900.0  # also the pause between two harmless checks of a stopped site


def pause(failures: int, *, asked: float | None = None) -> float:
    """Seconds to wait after `failures` (1 or more) in a row; at least what the other side asked for."""
    wait = min(LONGEST, FIRST * 2.0 ** min(failures - 1, 20))
    wait *= random.uniform(0.75, 1.25)  # noqa: S311 - no secret depends on it
    return max(wait, min(asked or 0.0, 24 * 3600.0))
