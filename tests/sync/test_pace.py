"""How fast an upload goes and how far it is, over several turns."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from webupdate.sync.pace import PAUSE, Pace


@given(st.integers(1, 500), st.floats(0.05, PAUSE - 1), st.integers(1, 200))
def test_a_steady_upload_has_its_rate_however_long_it_takes(size: int, seconds: float, batches: int) -> None:
    pace = Pace()
    for number in range(batches):
        pace.begin(number * seconds)
        pace.count(size, (number + 1) * seconds)
    truth = size / max(seconds, 0.1) if batches == 1 else size / seconds
    assert (
        abs(pace.rate(batches * seconds) - truth) <= truth / 2
    )  # a first batch within a tenth of a second counts less
    assert pace.done == size * batches


def test_a_shop_that_becomes_slow_is_noticed_within_minutes() -> None:
    pace, now = Pace(), 0.0
    for size, batches in ((100, 600), (1, 180)):
        for _ in range(batches):
            pace.begin(now)
            now += 1
            pace.count(size, now)
    assert pace.rate(now) < 15


def test_an_outage_does_not_count() -> None:
    pace = Pace()
    pace.begin(0)
    pace.count(10, 1)
    pace.begin(3600)
    pace.count(10, 3601)
    assert (pace.rate(3601), pace.done) == (10.0, 10)
