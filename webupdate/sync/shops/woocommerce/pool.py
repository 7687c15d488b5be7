"""Requests over several connections at once, for a store that gains from it (measured: two give twice the rate).

The one place of a connector with threads: they live no longer than one call of `each`, and share nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from time import monotonic
from typing import Generic, TypeVar

import msgspec

from webupdate.errors import BatchTooLarge, OutcomeUnknown
from webupdate.sync.shops.records import chunks
from webupdate.sync.shops.woocommerce.client import LIST_LIMIT, LONG_WAIT, WAIT

Result = TypeVar("Result")
Row = TypeVar("Row")
CONNECTIONS = 2
SMALLEST, PARALLEL_FROM = 5, 10  # rows in a request; from so many on both connections get some
GROWS_AFTER = 20  # good requests
SLOW = 15.0  # seconds of one request: proxies in front of shops often give up after 30


class Outcome(msgspec.Struct, Generic[Result]):
    """What became of one call: its result, or its error."""

    result: Result | None
    error: BaseException | None


def each(calls: Sequence[Callable[[], Result]]) -> list[Outcome[Result]]:
    """Make all calls, some at once; what became of each, in their order. Returns when all have ended."""
    if len(calls) == 1:
        return [_made(calls[0])]
    with ThreadPoolExecutor(CONNECTIONS, "connection") as pool:
        pending = [pool.submit(_made, call) for call in calls]
        wait(pending)
    return [future.result() for future in pending]


class Pace:
    """How much a store is given at once: half as much after a request that was slow or got no answer in time, slowly
    more again. Of a store that did not answer in time more patience is had, too (`wait`: the seconds)."""

    def __init__(self, wait: Callable[[float], None], clock: Callable[[], float] = monotonic) -> None:
        self.size = LIST_LIMIT
        self._wait = wait
        self._clock = clock
        self._good = 0

    def send(
        self,
        rows: Sequence[Row],
        request: Callable[[Sequence[Row]], Sequence[Result]],
        lane: Callable[[Row], int] = lambda _: 0,
    ) -> list[Result]:
        """All that the requests give for the rows, in parts of the right size. Raises what says most of all.

        Rows of different lanes never share a request. Those of lane 0 go over all connections, those of any other
        one after the other.
        """
        if not rows:
            return []
        slowest = [0.0]

        def timed(parts: Sequence[Sequence[Row]]) -> Sequence[Result]:
            results: list[Result] = []
            for part in parts:
                begun = self._clock()
                results += request(part)
                slowest.append(self._clock() - begun)
            return results

        outcomes = each([partial(timed, parts) for parts in self._queues(rows, lane)])
        errors = [outcome.error for outcome in outcomes]
        self._adapt(errors, max(slowest))
        if (error := worst(errors)) is not None:
            raise error
        return [result for outcome in outcomes for result in outcome.result or ()]

    def _queues(self, rows: Sequence[Row], lane: Callable[[Row], int]) -> list[list[list[Row]]]:
        """Requests that go one after the other, beside those of other queues."""
        lanes: dict[int, list[Row]] = {}
        for row in rows:
            lanes.setdefault(lane(row), []).append(row)
        free = lanes.pop(0, [])
        share = -(-len(free) // CONNECTIONS) if len(free) >= PARALLEL_FROM else len(free)
        queues = [[part] for part in chunks(free, max(1, min(self.size, share)))]
        return queues + [list(chunks(group, self.size)) for group in lanes.values()]

    def _adapt(self, errors: Sequence[BaseException | None], slowest: float) -> None:
        unheard = any(isinstance(error, OutcomeUnknown) for error in errors)
        if unheard:
            self._wait(LONG_WAIT)
        if unheard or slowest > SLOW or any(isinstance(error, BatchTooLarge) for error in errors):
            self.size, self._good = max(SMALLEST, self.size // 2), 0
            return
        self._good += len([error for error in errors if error is None])
        if self._good >= GROWS_AFTER and self.size < LIST_LIMIT:
            self.size, self._good = min(LIST_LIMIT, self.size * 2), 0
            if self.size == LIST_LIMIT:
                self._wait(WAIT)


def worst(errors: Sequence[BaseException | None]) -> BaseException | None:
    """The error that says most of all: of an unknown outcome nothing may be taken back."""
    raised = [error for error in errors if error is not None]
    return next((error for error in raised if isinstance(error, OutcomeUnknown)), raised[0] if raised else None)


def _made(call: Callable[[], Result]) -> Outcome[Result]:
    try:
        return Outcome(call(), None)
    except BaseException as error:
        return Outcome(None, error)
