"""Runs one CompanyLoop per company in a thread of its own; a loop that dies is started again."""

from __future__ import annotations

import contextlib
import threading
import traceback

import msgspec

from webupdate.clock import Clock, SystemClock
from webupdate.config import Paths
from webupdate.errors import Stopped, WebUpdateError
from webupdate.store import board, exports
from webupdate.store.companies import CompanyInfo, companies, company_by_id
from webupdate.store.db import Store
from webupdate.store.lock import EngineLock
from webupdate.store.secrets import Vault
from webupdate.sync import retry
from webupdate.sync.folder import forget_copies
from webupdate.sync.loop import CompanyLoop
from webupdate.sync.mapping import MAPPING_VERSION
from webupdate.sync.notify import Notifier

# How often the store is looked at for wishes of people; a look that finds nothing costs 20 microseconds.
TICK = 0.25
BEAT = 20.0
# Seconds that a message to support, which is under way when the engine fails, has to end.
LAST_MESSAGE = 30.0


class _Running(msgspec.Struct):
    """A company's loop and its thread."""

    company: CompanyInfo
    loop: CompanyLoop
    thread: threading.Thread
    started_at: float
    failures: int = 0
    restart_at: float | None = None


class Supervisor:
    """The engine: started by whoever holds the lock."""

    def __init__(
        self,
        store: Store,
        vault: Vault,
        paths: Paths,
        *,
        mode: str,
        lock: EngineLock | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._store = store
        self._vault = vault
        self._paths = paths
        self._mode = mode
        self._lock = lock
        self._clock = clock or SystemClock()
        self._running: dict[int, _Running] = {}
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._notifier = Notifier(store, vault)
        self._telling = threading.Thread(target=self._tell_support, name="support", daemon=True)
        self._version = -1  # of the store, when it was looked at last
        self._beaten = 0.0
        self.failure: Stopped | None = None

    @property
    def alive(self) -> bool:
        """Whether the engine runs."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Start the engine's threads."""
        self._thread = threading.Thread(target=self._supervise, name="supervisor", daemon=True)
        self._thread.start()

    def stop(self, timeout: float) -> bool:
        """Stop softly; True if all threads ended within `timeout` seconds.

        An abrupt end does no harm: what was under way is marked '?' and goes again.
        """
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout)
        threads = [self._telling, *(entry.thread for entry in self._running.values())]
        return not self.alive and not any(thread.is_alive() for thread in threads)

    def _supervise(self) -> None:
        try:
            forget_copies(self._paths.spool)
            exports.check_mapping(self._store, MAPPING_VERSION)
            board.engine_started(self._store, self._mode, self._clock.now())
            self._telling.start()
            while not self._stop.is_set():
                self._clock.wait(self._stop, self._tick(self._clock.now()))
        except Exception as error:  # whoever started the engine is to know why it ended
            self.failure = Stopped(f"The engine failed: {type(error).__name__}: {error}", "Start it again.")
            if isinstance(error, WebUpdateError):
                self.failure = Stopped(error.message, error.hint)
        finally:
            self._end()

    def _tick(self, now: float) -> float:
        """Look once; returns the seconds until the next look. A store that can't be written now ends no engine."""
        try:
            changed = self._store.data_version()
            if changed != self._version or self._any_dead():
                self._version = changed
                self._attend(now)
            if not 0 <= now - self._beaten < BEAT:  # below 0: the clock was set back
                self._beaten = now
                self._beat(now)
        except WebUpdateError as error:
            self._version = -1
            self._notifier.store_trouble = error if isinstance(error, Stopped) else None
            return BEAT  # without a heartbeat meanwhile: that is how people see it
        return TICK

    def _attend(self, now: float) -> None:
        """Start loops of new companies, wake those that were changed or have a wish waiting, restart dead ones."""
        known = {info.id: info for info in companies(self._store)}
        for number, entry in list(self._running.items()):
            if number not in known:
                entry.loop.ask_to_stop()
                del self._running[number]
            elif not entry.thread.is_alive():
                self._restart(known[number], entry, now)
            elif entry.company != known[number]:  # one that is resumed would sleep on for an hour
                entry.company = known[number]
                entry.loop.poke.set()
        for number in known.keys() - self._running.keys():
            self._running[number] = self._launch(known[number])
        waiting = "SELECT DISTINCT company_id FROM command WHERE done_at IS NULL"
        for (number,) in self._store.rows(waiting):
            if number in self._running:
                self._running[number].loop.poke.set()

    def _launch(self, company: CompanyInfo) -> _Running:
        loop = CompanyLoop(self._store, self._vault, company.id, self._paths.spool, self._clock)
        name = f"company-{company.id}"
        thread = threading.Thread(target=self._run, args=(loop, company.id), name=name, daemon=True)
        entry = _Running(company, loop, thread, self._clock.now())
        thread.start()
        return entry

    def _run(self, loop: CompanyLoop, number: int) -> None:
        try:
            loop.run()
        except Exception as error:  # a defect in one company's loop must not end the others
            with contextlib.suppress(WebUpdateError):  # perhaps it is the store that can't be written
                record_failure(self._store, number, error, self._clock.now())
        finally:
            self._store.close()

    def _any_dead(self) -> bool:
        return any(not entry.thread.is_alive() for entry in self._running.values())

    def _restart(self, company: CompanyInfo, entry: _Running, now: float) -> None:
        if entry.restart_at is None:
            # One that ran well for long fails for the first time again.
            entry.failures = 1 if now - entry.started_at > retry.LONGEST else entry.failures + 1
            entry.restart_at = now + retry.pause(entry.failures)
        elif now >= entry.restart_at:
            fresh = self._launch(company)
            fresh.failures = entry.failures
            self._running[company.id] = fresh

    def _beat(self, now: float) -> None:
        board.engine_beat(self._store, now)
        self._notifier.store_trouble = None
        if self._lock is not None and not self._lock.still_ours():
            self.failure = Stopped(
                f"The lock {self._lock.path} was removed while the engine ran: another engine could start.",
                "The engine has ended. Start it again, and leave that file alone.",
            )
            self._stop.set()

    def _end(self) -> None:
        self._stop.set()
        self._say_stopped()  # now: a process that is over before its threads are has not crashed
        for entry in self._running.values():
            entry.loop.ask_to_stop()
        for entry in self._running.values():
            entry.thread.join(5)
        if self._telling.ident is not None:
            self._telling.join(LAST_MESSAGE if self.failure else 5)
        self._say_stopped()
        if self.failure is not None:
            self._notifier.last_words(self.failure, self._clock.now())
        self._store.close()

    def _say_stopped(self) -> None:
        with contextlib.suppress(WebUpdateError):
            board.engine_stopped(self._store, self._clock.now())

    def _tell_support(self) -> None:
        """In a thread of its own: a mail server that does not answer holds up nothing."""
        try:
            while not self._stop.is_set():
                self._clock.wait(self._stop, self._notifier.step(self._clock.now()))
        finally:
            self._store.close()


def record_failure(store: Store, number: int, error: Exception, now: float) -> None:
    """Say that a company's loop ended by an error that it should have handled. One that was removed is passed over."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    text = f"The sync of this company failed: {type(error).__name__} in {place.name}, line {place.lineno}"
    hint = "It is started again by itself. Please report this with the log."
    if isinstance(error, WebUpdateError):
        text, hint = error.message, error.hint
    with store.writing():
        if company_by_id(store, number) is None:
            return
        board.set_health(store, number, 0, "stopped", text, hint, now=now)
        board.log(store, text, level="error", hint=hint, company_id=number, now=now)
