"""How much a store gets at once: by what it answered, and by a clock of the test's own."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from webupdate.errors import BatchTooLarge, OutcomeUnknown, Retryable
from webupdate.sync.shops.http import TIMEOUT
from webupdate.sync.shops.woocommerce.client import LONG_WAIT, WAIT, Client
from webupdate.sync.shops.woocommerce.pool import SLOW, SMALLEST, Pace


class Store:
    """Answers each request after some seconds of its own clock, or fails."""

    def __init__(self) -> None:
        self.now = 0.0
        self.seconds = 1.0
        self.error: Exception | None = None
        self.sizes: list[int] = []
        self.waits: list[float] = []
        self.pace = Pace(self.waits.append, lambda: self.now)

    def send(self, rows: int) -> list[int]:
        """The sizes of the requests in which the rows went."""
        self.sizes = []
        self.pace.send(range(rows), self._answer)
        return sorted(self.sizes, reverse=True)

    def _answer(self, rows: Sequence[int]) -> Sequence[int]:
        self.sizes.append(len(rows))
        self.now += self.seconds
        if self.error is not None:
            raise self.error
        return rows


def test_two_connections_share_what_there_is() -> None:
    assert Store().send(9) == [9]
    assert Store().send(60) == [30, 30]
    assert Store().send(250) == [100, 100, 50]


def test_what_may_not_travel_together_goes_apart_and_in_order() -> None:
    store, sent = Store(), list[list[int]]()

    def answer(rows: Sequence[int]) -> Sequence[int]:
        sent.append(list(rows))
        return rows

    rows = [*range(1000, 1004), *range(2000, 2150), *range(10)]
    results = store.pace.send(rows, answer, lambda row: row // 1000)
    assert sorted(results) == sorted(rows)
    assert sorted(map(len, sent)) == [4, 5, 5, 50, 100]
    assert all(len({row // 1000 for row in group}) == 1 for group in sent)
    assert [len(group) for group in sent if group[0] >= 2000] == [100, 50]


@pytest.mark.parametrize("error", [OutcomeUnknown("no answer"), BatchTooLarge("413")])
def test_no_answer_in_time_is_half_as_much_and_more_patience(error: Exception) -> None:
    store = Store()
    store.error = error
    for _ in range(9):
        with pytest.raises(type(error)):
            store.send(200)
    assert store.pace.size == SMALLEST
    assert set(store.waits) == ({LONG_WAIT} if isinstance(error, OutcomeUnknown) else set())


def test_a_slow_answer_is_half_as_much_before_a_proxy_gives_up() -> None:
    store = Store()
    store.seconds = SLOW + 1
    store.send(9)
    store.seconds = 1.0
    assert store.send(100) == [50, 50]
    assert store.waits == []


def test_a_busy_store_gets_as_much_as_before_when_it_is_asked_again() -> None:
    store = Store()
    store.error = Retryable("429", after=30)
    with pytest.raises(Retryable) as caught:
        store.send(9)
    assert (caught.value.after, store.pace.size, store.waits) == (30, 100, [])


def test_it_grows_again_with_good_answers() -> None:
    store = Store()
    store.error = OutcomeUnknown("no answer")
    with pytest.raises(OutcomeUnknown):
        store.send(9)
    store.error = None
    for _ in range(19):
        store.send(9)
    assert store.pace.size == 50
    store.send(9)
    assert (store.pace.size, store.waits) == (100, [LONG_WAIT, WAIT])


def test_a_connection_waits_as_long_as_it_is_told() -> None:
    client = Client("https://shop.example", {"consumer_key": "ck_0", "consumer_secret": "cs_0"}, "")
    client.wait(LONG_WAIT)
    assert client._shop.timeout.read == LONG_WAIT
    assert (client._shop.timeout.connect, client._shop.timeout.write) == (TIMEOUT.connect, TIMEOUT.write)
    client.close()
