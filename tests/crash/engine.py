"""A real engine process that kills itself with SIGKILL at a chosen moment.

The moments are every commit, every request (before it leaves, after its answer came) and every file operation of
an order, counted through. Moment 0 kills nowhere.

The processes are forked from a server that has all imported and nothing open: a fresh Python takes a second to start.
"""

from __future__ import annotations

import csv
import io
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import msgspec

from tests.store.simulation import open_fast_store
from webupdate import headless
from webupdate.clock import SystemClock
from webupdate.config import Paths
from webupdate.store import commands, companies, reloads
from webupdate.store.db import Store, open_store
from webupdate.store.secrets import open_vault
from webupdate.sync import place
from webupdate.sync.loop import CompanyLoop
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


def move_stock(export: Path) -> None:
    """Save inventory.csv with one piece more of CHAI-01, as EBMS does: aside, then renamed into place."""
    path = export / "inventory.csv"
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode("cp1252"), newline="")))
    item = next(row for row in rows if row[rows[0].index("ID")].strip() == "CHAI-01")
    column = rows[0].index("T_AVAIL")
    item[column] = str(int(float(item[column])) + 1)
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    aside = path.with_suffix(".tmp")
    aside.write_bytes(out.getvalue().encode("cp1252"))
    aside.replace(path)


def complete_upload(_: Moments, paths: Paths, export: Path) -> None:
    """Steps of the real loop until the Complete Upload has turned itself off, in small batches.

    EBMS saves another stock of CHAI-01 with every request: each save interrupts the upload between two batches.
    """
    store, clock = open_store(paths.store), SystemClock()
    (company,) = companies.companies(store)
    loop = CompanyLoop(store, open_vault(paths.key), company.id, paths.spool, clock, once=True)
    oscar.OscarShop.abilities = msgspec.structs.replace(oscar.OSCAR, max_batch=20)
    exchange = oscar.exchange  # type: ignore[attr-defined]

    def exchanging(*arguments: Any, **named: Any) -> Any:
        move_stock(export)
        loop.poke.set()
        return exchange(*arguments, **named)

    oscar.exchange = exchanging  # type: ignore[attr-defined]
    while commands.waiting(store, company.id) or reloads.running(store):
        loop.poke.clear()
        loop.step(clock.now())
    loop.close()


def one_cycle(_: Moments, paths: Paths) -> None:
    """One cycle of the engine."""
    # A process is killed, not a machine: what was written stays written.
    headless.open_store = open_fast_store  # type: ignore[attr-defined,assignment]
    headless.run(paths, once=True, wait=False, log_json=False)


def run(work: Callable[..., None], *arguments: Any, moment: int = 0) -> int:
    """`work` (it gets the moments, then the arguments) in a process of its own, killed at that moment (0 = never).

    Returns how many moments it passed, 0 when it was killed.
    """
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload([__name__, "tests.crash.filedshop", "webupdate.sync.supervisor", "httpcore"])
    reading, writing = forks.Pipe(duplex=False)
    process = forks.Process(target=_counted, args=(writing, moment, work, arguments))
    process.start()
    writing.close()
    process.join()
    if moment and process.exitcode == -signal.SIGKILL:
        return 0
    assert process.exitcode == 0, f"the engine ended with {process.exitcode}"
    return int(reading.recv())


def run_cycle(data: Path, moment: int = 0) -> int:
    """One cycle of the engine of a data folder, as `run`."""
    return run(one_cycle, Paths(data), moment=moment)


def _counted(writing: Connection, moment: int, work: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    """What the process does."""
    moments = Moments(moment)
    arm(moments)
    work(moments, *arguments)
    writing.send(moments.count)
