"""A real engine process that kills itself with SIGKILL at a chosen moment: `python -m tests.crash.engine DATA N`.

The moments are every commit, every request (before it leaves, after its answer came) and every file operation of
an order, counted through. N = 0 kills nowhere and prints how many moments there were.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from webupdate import headless
from webupdate.config import Paths
from webupdate.store.db import Store
from webupdate.sync import place
from webupdate.sync.shops import oscar


class Moments:
    """Counts moments; at the chosen one the process dies."""

    def __init__(self, fatal: int) -> None:
        self.fatal = fatal
        self.count = 0

    def pass_by(self) -> None:
        self.count += 1
        if self.count == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function with a moment before and after it."""

        def wrapped(*arguments: Any, **named: Any) -> Any:
            self.pass_by()
            result = function(*arguments, **named)
            self.pass_by()
            return result

        return wrapped


def arm(moments: Moments) -> None:
    """Put the moments into the real code."""
    writing = Store.writing

    @contextmanager
    def counted(store: Store) -> Iterator[None]:
        outermost = not store.db.in_transaction()
        with writing(store):
            yield
            if outermost:
                moments.pass_by()  # before the commit
        if outermost:
            moments.pass_by()  # after it

    Store.writing = counted  # type: ignore[method-assign,assignment]
    oscar.exchange = moments.around(oscar.exchange)  # type: ignore[attr-defined]
    place.rename_new = moments.around(place.rename_new)
    place.sync_folder = moments.around(place.sync_folder)


def main() -> None:
    moments = Moments(int(sys.argv[2]))
    arm(moments)
    headless.run(Paths(Path(sys.argv[1])), once=True, wait=False, log_json=False)
    print(moments.count)


if __name__ == "__main__":
    main()
