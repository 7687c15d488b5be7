"""The lane of pictures and documents: a thread of its own, so that a large file never delays a price.

It looks at the two folders, writes what changed to the queue and uploads it over a connection of its own. All that
the record lane knows of it is to wake it; they meet in the store, as everybody does.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from webupdate.clock import Clock
from webupdate.errors import WebUpdateError
from webupdate.store import board, companies, reloads
from webupdate.store.companies import CompanyInfo
from webupdate.store.db import Store
from webupdate.store.secrets import Vault
from webupdate.sync import retry
from webupdate.sync.filescan import Scanner
from webupdate.sync.filesite import FileRunner
from webupdate.sync.namedfiles import folder_of
from webupdate.sync.shops.base import FILES
from webupdate.sync.watch import TreeWatch

PAUSED_LOOK = 3600.0  # a paused company is woken when it is resumed
ENDS_WITHIN = 4.0  # seconds; who stops the engine waits a little longer for the company's thread, which waits for this
ASKED_EVERY = 1.0  # seconds between two looks whether somebody paused or changed the company meanwhile


class FileLane:
    """Owns a company's folders of files and the connections over which they go."""

    def __init__(
        self,
        store: Store,
        vault: Vault,
        company_id: int,
        clock: Clock,
        *,
        once: bool = False,
        done: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._vault = vault
        self._company_id = company_id
        self._clock = clock
        self._once = once
        self._done = done
        self._watches: dict[Path, TreeWatch] = {}
        self._thread: threading.Thread | None = None
        self._failures = 0
        self._asked = 0.0
        self._walk_at = 0.0
        self._watched = False
        self._noticed = threading.Event()  # something happened in the folders, or somebody asked
        self.runners: dict[int, FileRunner] = {}
        self.stop = threading.Event()
        self.poke = threading.Event()
        self._scanner = Scanner(store, once=once, stopping=self.stop.is_set)

    def start(self) -> None:
        """Run in a thread of its own."""
        name = f"files-{self._company_id}"
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def ask_to_stop(self) -> None:
        """End after the chunk that is under way; what is sent by then is not sent again."""
        self.stop.set()
        self.poke.set()

    def close(self) -> None:
        """End the thread and give back connections. Waits a few seconds for the request that is under way.

        One that takes longer ends with the process, or gives back its connections later: what it sends goes again.
        """
        self.ask_to_stop()
        if self._thread is not None:
            self._thread.join(ENDS_WITHIN)
        else:
            self._give_back()

    def hurry(self) -> None:
        """Somebody asked: do not wait for the next try."""
        for runner in list(self.runners.values()):
            runner.next_try = 0.0
        self._notice()

    def _notice(self) -> None:
        self._noticed.set()
        self.poke.set()

    def _run(self) -> None:
        try:
            while not self.stop.is_set():
                wait = self._safe_step()
                self._clock.wait(self.poke, wait)
                self.poke.clear()  # before `stop` is asked: whoever stops sets that first
        finally:
            self._give_back()
            self._store.close()

    def _safe_step(self) -> float:
        """A defect here ends no lane, and no record lane either: it is told, and tried again ever later."""
        try:
            wait = self.step(self._clock.now())
        except Exception as error:
            self._failures += 1
            self._noticed.set()
            self._tell_failure(error)
            return retry.pause(self._failures)
        self._failures = 0
        return wait

    def _tell_failure(self, error: Exception) -> None:
        text = f"Pictures and documents failed: {type(error).__name__}: {error}"
        hint = "It is tried again by itself. Please report this with the log."
        if isinstance(error, WebUpdateError):
            text, hint = error.message, error.hint
        try:
            if self._failures == 1:
                board.log(self._store, text, level="error", hint=hint, company_id=self._company_id)
        except WebUpdateError:  # perhaps it is the store that can't be written
            return

    def step(self, now: float) -> float:
        """Look and upload once, at time `now`. Returns the seconds until the next time."""
        company = companies.company_by_id(self._store, self._company_id)
        if company is None or company.paused:
            return PAUSED_LOOK
        interval = float(company.values["interval"])
        walk = self._to_walk(company, now, interval)
        if walk:
            self._walk_at = now + interval
        waits = [self._walk_at - now]
        for runner in self.runners.values():
            runner.sent = {}
        more = True
        while more and not self._overtaken(company):
            scan = self._scanner.look(company, now, walk=walk)
            waits += self._serve(company)
            waits += [] if scan.again_in is None else [scan.again_in]
            more = scan.more
        if more:
            self._noticed.set()
        return max(0.05, 0.0 if more else min(waits))

    def _serve(self, company: CompanyInfo) -> list[float]:
        """Upload to every site; returns the seconds after which each wants to go on."""
        waits = []
        for site in company.sites:
            if not self.stop.is_set():
                runner = self.runners.setdefault(site.id, FileRunner(self._store, self._vault, self._clock))
                wait = runner.turn(company, site, lambda: self._overtaken(company))
                waits += [] if wait is None else [wait]
                if runner.sent and any(entry.site_id == site.id for entry in reloads.running(self._store)):
                    self._done()  # whose end is told by the record lane
        return waits

    def _overtaken(self, company: CompanyInfo) -> bool:
        """Whether to end between two chunks: the engine stops, or the company was paused or changed meanwhile."""
        if not self.stop.is_set() and 0 <= self._clock.now() - self._asked < ASKED_EVERY:
            return False
        self._asked = self._clock.now()
        return self.stop.is_set() or companies.company_by_id(self._store, self._company_id) != company

    def _to_walk(self, company: CompanyInfo, now: float, interval: float) -> bool:
        """Whether the folders may hold something new: else a wake-up of the record lane is only to upload."""
        before, self._watched = self._watched, self._watch(company)
        noticed = self._noticed.is_set()
        self._noticed.clear()  # before the walk, so that what happens during it is not lost
        due = not 0 < self._walk_at - now <= interval  # or the clock was set back
        return noticed or due or not (before and self._watched)

    def _watch(self, company: CompanyInfo) -> bool:
        """Watch the folders; False if that can't be done."""
        if self._once:
            return False
        folders = {folder_of(company, entity) for entity in FILES}
        for folder in self._watches.keys() - folders:
            self._watches.pop(folder).stop()
        alive = [self._watches.setdefault(folder, TreeWatch(folder, self._notice)).ensure() for folder in folders]
        return all(alive)

    def _give_back(self) -> None:
        for watch in self._watches.values():
            watch.stop()
        for runner in self.runners.values():
            runner.close()
