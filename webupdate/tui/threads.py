"""Work off the screen's thread. Daemon threads: quitting never waits for a shop or for a busy store."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from webupdate.store.db import Store

P = ParamSpec("P")
T = TypeVar("T")


def wait(seconds: float) -> None:
    """For what asks again and again in such a thread: it ends with the window, so nothing has to wake it."""
    threading.Event().wait(seconds)


async def away(store: Store, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run `function` in a thread of its own, which gives its store connection back at the end."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def answer(deliver: Callable[[], None]) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(lambda: None if future.done() else deliver())

    def work() -> None:
        try:
            result = function(*args, **kwargs)
        except Exception as error:
            failure = error  # `error` is gone by the time it is delivered
            answer(lambda: future.set_exception(failure))
        else:
            answer(lambda: future.set_result(result))
        finally:
            store.close()

    threading.Thread(target=work, daemon=True, name="screen's errand").start()
    return await future
