"""Design section 4 as a property of the real code: every history ends right, and no rule can be left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.store.simulation import KEYS, STEPS, Step, open_fast_store, outcome, random_history
from webupdate.store import outbox, queue
from webupdate.store.db import Store
from webupdate.store.rows import Row

STEP = st.tuples(st.sampled_from(STEPS), st.sampled_from(KEYS), st.integers(1, 3))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = open_fast_store(tmp_path_factory.mktemp("simulation") / "store.sqlite3")
    yield opened
    opened.close()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=40), compares_rev=st.booleans())
def test_every_history_ends_right(store: Store, steps: list[Step], compares_rev: bool) -> None:
    assert outcome(store, steps, compares_rev=compares_rev) == []


@pytest.mark.parametrize("compares_rev", [True, False])
def test_random_histories_end_right(store: Store, compares_rev: bool) -> None:
    for seed in range(120):
        assert outcome(store, random_history(seed), compares_rev=compares_rev) == [], f"history {seed}"


def _no_mark_before_sending(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(queue, "begin", lambda *_: None)


def _no_doubt(patch: pytest.MonkeyPatch) -> None:
    begin = queue.begin
    patch.setattr(queue, "begin", lambda store, rows, now, _life: begin(store, rows, now, None))


def _doubt_forgotten_at_ack(patch: pytest.MonkeyPatch) -> None:
    ack = queue.ack

    def forgetful(store: Store, row: Row, **rest: Any) -> None:
        ack(store, row, **rest)
        store.sql("UPDATE queue SET doubt_until = NULL WHERE id = ?", row.id)

    patch.setattr(queue, "ack", forgetful)


def _counter_from_one(patch: pytest.MonkeyPatch) -> None:
    reserve = queue.reserve_revs
    patch.setattr(queue, "reserve_revs", lambda s, c, n, now, above=0: reserve(s, c, n, 0.0, above))


def _null_in_complete_upload(patch: pytest.MonkeyPatch) -> None:
    def forgetful(store: Store, site_id: int, entity: str | None = None) -> int:
        store.sql("UPDATE queue SET sent = NULL WHERE site_id = ?", site_id)
        return 0

    patch.setattr(queue, "mark_complete", forgetful)


def _ack_of_what_is_seen_now(patch: pytest.MonkeyPatch) -> None:
    ack = queue.ack

    def hasty(store: Store, row: Row, **rest: Any) -> None:
        ack(store, row, **rest)
        store.sql("UPDATE queue SET sent = seen WHERE id = ?", row.id)

    patch.setattr(queue, "ack", hasty)


def _no_parent_rule(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(queue, "children_again", lambda *_: None)


def _doubts_never_read_back(patch: pytest.MonkeyPatch) -> None:
    def nothing(*_: object) -> Sequence[Row]:
        return []

    patch.setattr(outbox, "in_doubt", nothing)


@pytest.mark.parametrize(
    ("leave_out", "compares_rev"),
    [
        (_no_mark_before_sending, True),
        (_no_mark_before_sending, False),
        (_no_doubt, False),
        (_doubt_forgotten_at_ack, False),
        (_doubts_never_read_back, False),
        (_counter_from_one, True),
        (_null_in_complete_upload, True),
        (_ack_of_what_is_seen_now, True),
        (_no_parent_rule, True),
    ],
)
def test_no_rule_can_be_left_out(
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    leave_out: Callable[[pytest.MonkeyPatch], None],
    compares_rev: bool,
) -> None:
    leave_out(monkeypatch)
    histories = (random_history(seed) for seed in range(1500))
    assert any(outcome(store, steps, compares_rev=compares_rev) for steps in histories)


def test_a_lost_store_arrives_with_its_next_change(tmp_path: Path) -> None:
    store = open_fast_store(tmp_path / "store.sqlite3")
    steps: list[Step] = [("upload fine", "a", 1), ("store lost", "a", 1), ("edit price", "a", 3)]
    assert outcome(store, steps, compares_rev=True) == []
    store.close()
