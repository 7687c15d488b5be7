"""When the engine looks at a site next is noted for the screens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.test_regressions import Scene
from webupdate.clock import SystemClock
from webupdate.errors import Retryable, Stopped
from webupdate.store import board
from webupdate.sync.site import CHECK_EVERY


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    monkeypatch.delenv("WEBUPDATE_KEY", raising=False)
    found = Scene(tmp_path, monkeypatch)
    yield found
    found.runner.close()
    found.store.close()


def turn(scene: Scene, monkeypatch: pytest.MonkeyPatch, error: Exception | None) -> tuple[float, float]:
    """The earliest and latest seconds from a turn in which the shop answers that way to the next look."""

    def orders(*_: object) -> None:
        assert error is not None
        raise error

    with monkeypatch.context() as patch:
        if error is not None:
            patch.setattr(scene.shop, "orders", orders)
        before = SystemClock().now()
        scene.turn()
        after = SystemClock().now()
    (at,) = board.next_looks(scene.store).values()
    return at - after, at - before


def test_it_is_the_interval_or_what_a_failure_asks_for(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    interval = float(scene.company.values["interval"])
    earliest, latest = turn(scene, monkeypatch, None)
    assert earliest - 1 <= interval <= latest + 1
    earliest, latest = turn(scene, monkeypatch, Retryable("The shop is busy.", after=400))
    assert earliest - 1 <= 400 <= latest + 1
    scene.runner.try_now()
    earliest, latest = turn(scene, monkeypatch, Stopped("Login refused."))
    assert earliest - 1 <= CHECK_EVERY <= latest + 1
    scene.runner.try_now()
    earliest, latest = turn(scene, monkeypatch, None)
    assert earliest - 1 <= interval <= latest + 1
