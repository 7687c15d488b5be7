"""The engine without a screen: `--headless`, and `--once` for one full cycle."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from types import FrameType
from typing import TextIO

from webupdate.clock import SystemClock
from webupdate.config import Paths, share_with_group
from webupdate.logtail import Tail, formatter
from webupdate.report import Exit, exit_code
from webupdate.store import board, companies, exports
from webupdate.store.db import Store, open_store
from webupdate.store.lock import EngineLock, held_by
from webupdate.store.secrets import Vault, open_vault
from webupdate.store.snapshot import snapshot
from webupdate.sync.folder import forget_copies
from webupdate.sync.loop import CompanyLoop
from webupdate.sync.mapping import MAPPING_VERSION
from webupdate.sync.notify import Notifier
from webupdate.sync.supervisor import Supervisor, record_failure

SOFT_STOP = 5.0
LOG_EVERY = 0.25


def take_lock(paths: Paths, store: Store, *, wait: bool = False) -> EngineLock:
    """The engine's lock. Raises LockHeld, naming the holder and the remedy."""
    lock = EngineLock(paths.lock)
    if not lock.take(-1 if wait else 0):
        holder = board.engine(store)
        known = f"pid {holder.pid} on {holder.host} as {holder.user}" if holder else "a process that just started"
        raise held_by(known)
    return lock


def run(paths: Paths, *, once: bool, wait: bool, log_json: bool) -> Exit:
    """Run unattended until a signal, or for one cycle. Raises WebUpdateError when it can't start."""
    store = open_store(paths.store)
    vault = open_vault(paths.key)
    lock = take_lock(paths, store, wait=wait)
    try:
        _apply_group(paths, store)
        log = LogTail(store, sys.stderr, as_json=log_json)
        if once:
            one_cycle(store, vault, paths)
            log.write_new()
            return exit_code(snapshot(store, time.time()))
        return _serve(store, vault, paths, lock, log)
    finally:
        lock.release()
        store.close()


def one_cycle(store: Store, vault: Vault, paths: Paths) -> dict[str, CompanyLoop]:
    """One full cycle of every company, in this thread; returns the loops by company name for their counts."""
    clock = SystemClock()
    forget_copies(paths.spool)
    board.engine_started(store, "once", clock.now())
    exports.check_mapping(store, MAPPING_VERSION)
    done: dict[str, CompanyLoop] = {}
    try:
        for info in companies.companies(store):
            loop = CompanyLoop(store, vault, info.id, paths.spool, clock, once=True)
            done[info.name] = loop
            try:
                while loop.step(clock.now()) == 0.0:
                    pass  # a long upload gave way to orders and goes on
            except Exception as error:  # one company's trouble must not stop the next
                record_failure(store, info.id, error, clock.now())
            finally:
                loop.close()
        Notifier(store, vault).step(clock.now())
    finally:
        board.engine_stopped(store, clock.now())
    return done


def _serve(store: Store, vault: Vault, paths: Paths, lock: EngineLock, log: LogTail) -> Exit:
    stop = threading.Event()
    stop_on_signals(stop)
    supervisor = Supervisor(store, vault, paths, mode="service", lock=lock)
    supervisor.start()
    while not stop.wait(LOG_EVERY) and supervisor.alive:
        log.write_new()
    if not supervisor.stop(SOFT_STOP):
        lock.keep()  # a request is still under way: the lock goes with the process
    log.write_new()
    if supervisor.failure is not None:
        raise supervisor.failure
    return Exit.FINE


def stop_on_signals(stop: threading.Event, *, service: bool = True) -> None:
    """The first signal stops softly, the second hard. A service goes on when the terminal that started it is closed."""

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            os._exit(Exit.INTERRUPTED)
        stop.set()

    for name in ("SIGTERM", "SIGINT", "SIGBREAK"):
        if (number := getattr(signal, name, None)) is not None:
            signal.signal(number, on_signal)
    if (hangup := getattr(signal, "SIGHUP", None)) is not None:
        signal.signal(hangup, signal.SIG_IGN if service else on_signal)


def _apply_group(paths: Paths, store: Store) -> None:
    if group := companies.group(store):
        share_with_group(paths, group)


class LogTail:
    """Writes the event ring's new lines, for people or as JSON lines."""

    def __init__(self, store: Store, stream: TextIO, *, as_json: bool) -> None:
        self._tail = Tail(store)
        self._stream = stream
        self._format = formatter(as_json=as_json)

    def write_new(self) -> None:
        """Write what came since the last call."""
        for line in self._tail.new():
            with contextlib.suppress(OSError):  # the terminal may be closed long since; the store keeps the lines
                print(self._format(line), file=self._stream, flush=True)
