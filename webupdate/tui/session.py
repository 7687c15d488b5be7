"""Who runs the sync: this window, or a service that runs already. The only module that knows."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Protocol

from webupdate.config import Paths, opened_with
from webupdate.errors import Stopped
from webupdate.store import board, commands
from webupdate.store.board import EngineInfo
from webupdate.store.companies import CompanyInfo, SiteInfo, companies, company_by_id
from webupdate.store.db import Store, no_right, open_store
from webupdate.store.lock import EngineLock
from webupdate.store.search import Hit
from webupdate.store.secrets import NoKey, NoRight, Vault, persons_vault
from webupdate.tui import threads, view
from webupdate.tui.actionkinds import ATTACHED, HOSTED, ONLY_LOOKS, ORPHANED
from webupdate.tui.detached import detached

if TYPE_CHECKING:
    from webupdate.sync.checkup import Found
    from webupdate.sync.telling import Told

# The engine gets this long to end a request; its abrupt end is harmless, a window that does not close is not.
STOP_WAIT = 1.5
# Enough for it to say that it stops: else the next start takes it for a crash.
ABANDON_WAIT = 0.5
# An engine says every 20 s that it is there.
SILENT = 90.0
ASK_EVERY, ASK_LONGEST = 0.2, 180.0


class Engine(Protocol):
    """What a session needs of sync.supervisor.Supervisor."""

    failure: Stopped | None  # why it ended by itself

    @property
    def alive(self) -> bool: ...

    def start(self) -> None: ...

    def stop(self, timeout: float) -> bool: ...


class Session:
    """An open store, and the engine if it runs in this window."""

    def __init__(self, paths: Paths, store: Store, vault: Vault, lock: EngineLock, *, ties: bool = False) -> None:
        self.paths, self.store, self.vault = paths, store, vault
        self.ties = ties  # the sync ends with this window (the demo, whose shop does)
        self.mode = ATTACHED
        self.lost = ""  # how the sync was lost, while nobody runs it
        self._lock = lock
        self._engine: Engine | None = None
        self._starting = threading.RLock()
        self._due = False  # the lock is ours, the engine is still to be started
        self._gone: EngineInfo | None = None  # the service as it was when its lock became free

    @classmethod
    def open(cls, paths: Paths, *, ties: bool = False) -> Session:
        """Open the store. The sync is to run here (`run`) unless another process runs it, or this person may not."""
        store, lock = open_store(paths.store), EngineLock(paths.lock)
        session = cls(paths, store, _vault(paths, store, lock), lock, ties=ties)
        session._claim()
        return session

    @property
    def keyless(self) -> str:
        """Why this person can't enter secrets, "" if they can."""
        return str(self.vault.closed or "")

    @property
    def only_looks(self) -> str:
        """Why this person can't change anything, "" if they can."""
        return str(no_right(self.store.path)) if self.store.only_read else ""

    @property
    def barred(self) -> str:
        """Why a field can't be filled in here."""
        return ONLY_LOOKS if self.store.only_read else f"Secrets can't be entered here. {self.keyless}"

    def _claim(self) -> bool:
        """Whether the sync is to run in this window: no other process runs it, and this person may."""
        if self.only_looks or self.keyless:
            self.mode = ATTACHED
            if self._take():
                self._orphan("Nobody runs the sync.")
            return False
        self._due = self._lock.take()
        self.mode = HOSTED if self._due else ATTACHED
        return self._due

    def run(self) -> None:
        """Start the engine, if it is to run here and does not yet. From any thread: its import takes a while."""
        with self._starting:
            if self._due:
                self._due = False
                engine = new_engine(self.store, self.vault, self.paths, self._lock)
                engine.start()
                self._engine = engine

    def host(self) -> bool:
        """Run the sync in this window; False if another process does, or this person may not."""
        if not self._claim():
            return False
        self.run()
        return True

    def look(self) -> bool:
        """Notice that nobody runs the sync any more, or that somebody does again. True if that is news."""
        if self.mode == HOSTED and self._engine is not None and not self._engine.alive:
            return self._orphan(str(self._engine.failure or "The sync in this window has stopped."))
        if self.mode == ATTACHED and self._take():
            return self._orphan("The service has stopped.")
        if self.mode == ORPHANED and board.engine(self.store) != self._gone:
            self.mode = ATTACHED
            return True
        return False

    def _take(self) -> bool:
        """Take the lock, if nobody runs the sync; who may not even open it goes by the engine's sign of life."""
        try:
            return self._lock.take()
        except Stopped:
            known = board.engine(self.store)
            return known is None or known.stopped_at is not None or time.time() - known.beat_at > SILENT

    def _orphan(self, lost: str) -> bool:
        self._lock.release()  # whoever starts the sync again must be able to have it
        self._gone, self.mode, self.lost = board.engine(self.store), ORPHANED, lost
        return True

    def title(self, engine: EngineInfo | None, now: float) -> tuple[str, ...]:
        """Who runs the sync, from the longest wording to the shortest."""
        if self.mode == HOSTED:
            return ("sync runs in this window", "sync runs here")
        if self.mode == ORPHANED:
            return ("nobody runs the sync", "no sync")
        words = view.engine_words(engine, now)
        return (*(f"you only look, {word}" for word in words), "you only look") if self.only_looks else words

    def hands_over(self) -> bool:
        """Whether there is a sync here that could go on without this window."""
        return self.mode == HOSTED and not self.ties

    def explain(self, company_id: int, hit: Hit, now: float, *, ask: bool) -> list[Told]:
        """What is known of a record, as lines; `ask`: also what its shops show now, which may take a while."""
        from webupdate.sync import connect, telling
        from webupdate.sync.explain import explain

        company = company_by_id(self.store, company_id)
        if company is None:
            return []
        look = connect.looker(self.vault) if ask else None
        return telling.tell(explain(self.store, company, hit, now, look))

    def examine(self, size: tuple[int, int], now: float) -> list[Found]:
        """What doctor finds without asking a shop, in a window of that many columns and lines."""
        from webupdate.sync import checkup

        stream = sys.__stdout__  # what stands in for sys.stdout while the screens are open has no encoding
        terminal = checkup.terminal(os.environ, size, stream.encoding if stream else None)
        return list(checkup.look(self.store, self.paths, terminal, held=self.mode != ORPHANED, now=now))

    def examine_shop(self, company: CompanyInfo, site: SiteInfo, now: float) -> list[Found]:
        """What a site's shop says of itself. Blocks up to the time-outs."""
        from webupdate.sync import checkshop

        return checkshop.site(self.vault, company, site, now)

    def write_bundle(self, found: Sequence[Found], now: float) -> Path:
        """Write the file for support into the data folder; returns where it is. Raises UsageError."""
        from webupdate import bundle

        path = self.paths.data / bundle.name(now)
        bundle.write(path, self.store, self.vault, found, now)
        return path

    def secrets(self, site: SiteInfo) -> dict[str, str]:
        """The shop's logins as kept. Raises Stopped when the key is another one."""
        return self.vault.unlock(site.secrets)

    def ask_engine(self, company_id: int, verb: str, **arguments: object) -> str:
        """Have the engine do what needs its key; returns what came of it. Raises Stopped. Blocks until it answers."""
        if self.mode == ORPHANED:
            raise Stopped("Nobody runs the sync, which alone has the key.", self.remedy)
        number = commands.leave(self.store, verb, company_id=company_id, **arguments)
        end = time.monotonic() + ASK_LONGEST
        while (answer := commands.answer(self.store, number)) is None:
            if self.mode == ORPHANED:
                raise Stopped("The service has stopped meanwhile.", "It tests as soon as it runs again.")
            if time.monotonic() > end:
                raise Stopped(
                    f"The service has not answered for {ASK_LONGEST / 60:.0f} minutes.",
                    "It may be at a long file; it tests as soon as it can. Look at the Log.",
                )
            threads.wait(ASK_EVERY)
        if answer.error is not None:
            raise Stopped(answer.error)
        return answer.result

    @property
    def remedy(self) -> str:
        """What helps who can't run the sync here, "" for who can."""
        closed = self.vault.closed
        if self.only_looks:
            return no_right(self.store.path).hint
        return closed.hint if closed else ""

    def support(self, company: CompanyInfo) -> str:
        """The addresses of support as kept. Raises Stopped when the key is another one."""
        return self.vault.unlock(company.secrets, "The address of support").get("support", "")

    def close(self, handover: bool) -> str:
        """End the sync here; with `handover` a process without a window goes on. Returns a sentence about it."""
        told = ""
        if self.mode == HOSTED:
            # It waits for the lock, so it may start while the engine here still ends.
            told = self._start_service() if handover and self.hands_over() else "The sync has stopped."
            self._stop()
        self.store.close()
        return told

    def abandon(self) -> NoReturn:
        """The terminal is gone: let the sync go on without a window and end at once.

        Nothing is closed in good order: Textual waits for ever for a terminal that takes no more output, and an
        abrupt end is harmless (what was under way is marked '?' and goes again; the lock goes with the process).
        """
        if self.hands_over():
            self._start_service()
        self._due = False
        if self._engine is not None:
            self._engine.stop(ABANDON_WAIT)
        os._exit(0)

    def _stop(self) -> None:
        """An engine that does not end in time keeps the lock, which then goes with this process."""
        self._due = False
        with self._starting:
            if self._engine is None or self._engine.stop(STOP_WAIT):
                self._lock.release()

    def _start_service(self) -> str:
        # -P: what lies in the data folder is never imported.
        command = [sys.executable, "-P", "-m", "webupdate", "--headless", "--wait", "--data", str(self.paths.data)]
        try:
            started = detached(command, self.paths)
        except OSError as error:
            return f"The sync has stopped: it could not go on in the background ({error.strerror})."
        again = opened_with(self.paths.data)
        return f"The sync goes on in the background, pid {started.pid}. Open it again with: {again}"


def _vault(paths: Paths, store: Store, lock: EngineLock) -> Vault:
    """This person's vault: beside an engine with another key it would lock up secrets that nobody can open again."""
    runs = lock.is_held()
    vault = persons_vault(paths.key, engine_runs=lambda: runs)
    known = companies(store)
    tokens = [info.secrets for info in known] + [site.secrets for info in known for site in info.sites]
    if runs and vault.closed is None and not all(vault.fits(token) for token in tokens):
        return NoKey(NoRight("The service has another key.", "Start webupdate with the same key as the service."))
    return vault


def new_engine(store: Store, vault: Vault, paths: Paths, lock: EngineLock) -> Engine:
    """The engine for this window. Imported only when it is needed: a start that attaches does without."""
    from webupdate.sync.supervisor import Supervisor

    return Supervisor(store, vault, paths, mode="window", lock=lock)


def try_connection(values: dict[str, str], secrets: dict[str, str]) -> str:
    """Reach the shop and log in; returns what was found. Raises WebUpdateError. Blocks."""
    from webupdate.sync import connect

    return connect.try_connection(values, secrets)


def try_support(value: str, company: str) -> str:
    """Send a test message to the addresses of support; returns what became of it. Raises WebUpdateError. Blocks."""
    from webupdate.sync import support

    return support.try_out(value, company, time.time())
