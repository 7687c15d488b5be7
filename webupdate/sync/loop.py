"""One loop per company: take commands, look, upload, download. `step` does one cycle, `run` repeats it."""

from __future__ import annotations

import threading
from contextlib import nullcontext, suppress
from functools import partial
from pathlib import Path

from webupdate.clock import Clock
from webupdate.errors import NeedsPerson, UsageError, WebUpdateError
from webupdate.store import board, commands, companies, history, queue
from webupdate.store.commands import Wish
from webupdate.store.companies import CompanyInfo, SiteInfo
from webupdate.store.db import Store
from webupdate.store.secrets import Vault
from webupdate.sync import errands, reload, trials
from webupdate.sync.answers import answer_customer
from webupdate.sync.errands import Errands
from webupdate.sync.lane import FileLane
from webupdate.sync.look import NAMES, Looker, Outcome
from webupdate.sync.resolve import rejudge, resolve
from webupdate.sync.shops.base import Shop
from webupdate.sync.site import SiteRunner
from webupdate.sync.watch import FolderWatch

PURGE_EVERY = 86_400.0
PAUSED_LOOK = 3600.0  # a paused company is woken when it is resumed


class CompanyLoop:
    """Owns a company's files, connections and queue rows; lives in one thread."""

    def __init__(
        self, store: Store, vault: Vault, company_id: int, spool: Path, clock: Clock, *, once: bool = False
    ) -> None:
        self._store = store
        self._vault = vault
        self._company_id = company_id
        self._clock = clock
        self._once = once
        self._looker = Looker(store, spool, once=once)
        self._watch: FolderWatch | None = None
        self._watched = ""
        self._errands = Errands(store, clock)
        self._again = False
        self._purged_at = -PURGE_EVERY
        self._answered = False  # orders that waited may go on now
        self._looking: list[Wish] = []  # what asked for a cycle that has not ended yet
        self.runners: dict[int, SiteRunner] = {}
        self.stop = threading.Event()
        self.poke = threading.Event()
        self.files = FileLane(store, vault, company_id, clock, once=once, done=self.poke.set)

    def run(self) -> None:
        """Repeat `step` until `stop` is set or the company is removed."""
        self.files.start()
        try:
            while not self.stop.is_set():
                wait = self.step(self._clock.now())
                if wait is None:
                    return
                self._clock.wait(self.poke, wait)
                self.poke.clear()  # before `stop` is asked: whoever stops sets that first
        finally:
            self.close()

    def ask_to_stop(self) -> None:
        """End after the batch that is under way."""
        self.stop.set()
        self.poke.set()
        self.files.ask_to_stop()

    def step(self, now: float) -> float | None:
        """One cycle at time `now`. Returns the seconds until the next one, None if there is no such company."""
        company = companies.company_by_id(self._store, self._company_id)
        if company is None:
            return None
        company = self._take_commands(company)
        if company.paused:
            self._run_errands(company)
            self._looked("it is paused")
            return 0.0 if self.poke.is_set() else PAUSED_LOOK
        self._watch_folder(company)
        outcome = self._look(company, now)
        rejudge = outcome is not None and bool(outcome.read)
        for site in company.sites:
            if not self.stop.is_set():
                self._runner(site).turn(
                    company, site, rejudge=rejudge, interrupted=self._interrupted, stopping=self.stop.is_set
                )
        self._send_files(now)
        self._run_errands(company)
        self._purge(company, now)
        wait = self._next_wait(company, outcome, now)
        if wait > 0:
            self._looked("looked at everything")
        return wait

    def _looked(self, result: str) -> None:
        """Whoever asked for a cycle is told that it has ended; what an upload has left goes in the next one."""
        for wish in self._looking:
            commands.finish(self._store, wish, result)
        self._looking.clear()

    def attend(self, now: float) -> float | None:
        """Only look at the folder and do what people asked for, at time `now`; nothing is sent. Returns as `step`."""
        company = companies.company_by_id(self._store, self._company_id)
        if company is None:
            return None
        company = self._take_commands(company)
        if not company.paused:
            self._look(company, now)
            self._attend_orders(company)
        self._run_errands(company)
        return PAUSED_LOOK

    def _attend_orders(self, company: CompanyInfo) -> None:
        """Lay down the files of orders that were just answered; that needs no shop."""
        for site in company.sites if self._answered else ():
            self._runner(site).attend(company, site)
        self._answered = False

    def close(self) -> None:
        """Give back connections and the folder's watch, and end the lane of files."""
        self.files.close()
        with suppress(WebUpdateError):  # perhaps it is the store that can't be written
            self._looked("broken off: the engine ended")
        for runner in self.runners.values():
            runner.close()
        if self._watch is not None:
            self._watch.stop()
        self._store.close()

    def _send_files(self, now: float) -> None:
        """Wake the lane of files; in a single cycle it has its turn here."""
        if not self._once:
            self.files.poke.set()
            return
        self.files.step(now)
        for number, files in self.files.runners.items():
            self.runners[number].add(files.sent, files.trouble)

    def _interrupted(self) -> bool:
        """A saved file or a command overtakes a long upload between two batches."""
        return self.stop.is_set() or self.poke.is_set()

    def _run_errands(self, company: CompanyInfo) -> None:
        """Go on reading what people asked to be read; what is mended by it is sent in a cycle at once."""
        self._again = False
        for site in company.sites:
            self._again |= self._errands.go_on(company, site, partial(self._shop_of, site), self._interrupted)

    def _purge(self, company: CompanyInfo, now: float) -> None:
        """Once a day: what became of orders that are done is kept for so long as the Properties say."""
        if abs(now - self._purged_at) >= PURGE_EVERY:  # a clock may be set back, too
            history.purge(self._store, company.id, now - int(company.values["history_days"]) * PURGE_EVERY)
            self._purged_at = now

    def _shop_of(self, site: SiteInfo) -> Shop:
        return self._runner(site).shop_of(site)

    def _runner(self, site: SiteInfo) -> SiteRunner:
        return self.runners.setdefault(site.id, SiteRunner(self._store, self._vault, self._clock))

    def _watch_folder(self, company: CompanyInfo) -> None:
        folder = company.values["export_folder"]
        if self._once:
            return
        if self._watch is None or folder != self._watched:
            if self._watch is not None:
                self._watch.stop()
            self._watch = FolderWatch(Path(folder).expanduser(), NAMES, self.poke.set)
            self._watched = folder
        self._watch.ensure()

    def _look(self, company: CompanyInfo, now: float) -> Outcome | None:
        try:
            outcome = self._looker.look(company, now, self._ended)
        except NeedsPerson as error:
            self._company_health(company, "needs", error, now)
            return None
        self._company_health(company, "ok", None, now)
        return outcome

    def _ended(self, path: Path) -> bool:
        return self._watch is not None and self._watch.ended(path)

    def _company_health(self, company: CompanyInfo, state: str, error: WebUpdateError | None, now: float) -> None:
        message, hint = (error.message, error.hint) if error else ("", "")
        with self._store.writing():
            news = board.set_health(self._store, company.id, 0, state, message, hint, now=now)
            if error is not None:
                board.set_status(self._store, company.id, 0, "read", "failed", message=message, hint=hint, now=now)
                if news:
                    board.log(self._store, message, level="error", hint=hint, company_id=company.id, now=now)

    def _next_wait(self, company: CompanyInfo, outcome: Outcome | None, now: float) -> float:
        gave_way = any(self._runner(site).gave_way for site in company.sites)
        if self.poke.is_set() or self._again or gave_way:
            return 0.0
        waits = [float(company.values["interval"])]
        if outcome is not None and outcome.again_in is not None:
            waits.append(outcome.again_in)
        for site in company.sites:
            runner = self._runner(site)
            if runner.next_try > now:
                waits.append(runner.next_try - now)
        return max(0.05, min(waits))

    def _take_commands(self, company: CompanyInfo) -> CompanyInfo:
        for wish in commands.waiting(self._store, company.id):
            # What judges many orders has a transaction for each, what asks a shop must not hold one, and neither does
            # harm when it is carried out twice; all else is done and answered at once.
            whole = nullcontext() if wish.verb in _IN_STEPS else self._store.writing()
            try:
                with whole:
                    commands.finish(self._store, wish, self._carry_out(company, wish))
            except WebUpdateError as error:
                commands.finish(self._store, wish, error=error)
        return companies.company_by_id(self._store, company.id) or company

    def _carry_out(self, company: CompanyInfo, wish: Wish) -> str:
        if wish.verb == "sync_now":
            for site in company.sites:
                self._runner(site).try_now()
            self.files.hurry()
            self._looking.append(wish)
            return commands.LOOKING
        now = self._clock.now()
        if wish.verb == "customer":
            done = answer_customer(self._store, company, wish, now)
            for site in company.sites:
                self._runner(site).rejudge()
            return done
        if wish.verb == "resolve":
            self._answered = True
            return resolve(self._store, company, wish, now)
        if wish.verb == "rejudge":
            self._answered = True
            return rejudge(self._store, company, now)
        if wish.verb in ("complete_upload", "reload"):
            name = str(wish.arguments.get("entity") or "")
            return reload.go_again(
                sum(reload.start(self._store, company, site, name, now) for site in _sites(company, wish))
            )
        if wish.verb == "cancel_upload":
            return "; ".join(reload.cancel(self._store, company, site, now) for site in _sites(company, wish))
        if wish.verb in trials.VERBS:
            return trials.carry_out(self._vault, company, wish, now)
        if wish.verb in errands.VERBS:
            return errands.accept(self._store, company, wish, now)
        if wish.verb == "retry":
            entity, row = str(wish.arguments.get("entity") or ""), int(wish.arguments.get("row") or 0)
            count = sum(queue.retry(self._store, site.id, entity=entity, row=row) for site in _sites(company, wish))
            return f"{count:,} record{' is' if count == 1 else 's are'} tried again"
        raise UsageError(f"This engine does not know the command {wish.verb!r}.", "Update it: restart the service.")


_IN_STEPS = ("resolve", "rejudge", *trials.VERBS)


def _sites(company: CompanyInfo, wish: Wish) -> tuple[SiteInfo, ...]:
    """The site that a wish names, else all."""
    name = wish.arguments.get("site")
    return (company.site(str(name)),) if name else company.sites
