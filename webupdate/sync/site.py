"""One site's turn in a cycle: up, down, and what to do when its shop can't be reached."""

from __future__ import annotations

from collections.abc import Callable

from webupdate.clock import Clock
from webupdate.errors import NeedsPerson, OutcomeUnknown, Retryable, Stopped, UsageError, WebUpdateError
from webupdate.store import accounts, board, exports, inbox, inspections, orderversions
from webupdate.store.companies import CompanyInfo, SiteInfo
from webupdate.store.db import Store
from webupdate.store.secrets import Vault
from webupdate.sync import delivered, reload, retry
from webupdate.sync.accountfeed import comes_down, download_accounts
from webupdate.sync.customers import FILE, CustomerDesk
from webupdate.sync.download import download_orders
from webupdate.sync.orders import OrderDesk
from webupdate.sync.pace import Pace
from webupdate.sync.shops import open_shop
from webupdate.sync.shops.base import Shop, ShopSettings
from webupdate.sync.shops.http import host_of
from webupdate.sync.upload import Stage, Upload

# A stopped site is looked at this often (seconds) by one harmless check, which lifts the stop by itself.
CHECK_EVERY = 900.0


class SiteRunner:
    """Keeps a site's connection, and when it may be tried again."""

    def __init__(self, store: Store, vault: Vault, clock: Clock) -> None:
        self._store = store
        self._vault = vault
        self._clock = clock
        self._shop: Shop | None = None
        self._told = False  # what the Properties ask of the shop as a whole
        self._ahead = 0.0  # of our clock, the shop's (seconds)
        self._made_for: tuple[dict[str, str], bytes | None] | None = None
        self._failures = 0
        self._stopped = False
        self._rejudge = True  # the exports may have changed while no engine ran
        self._customers_read: float | None = None  # which reading of the customers export was compared with
        self._desk_trouble: NeedsPerson | None = None
        self._orders_due = 0.0
        self._changes_from = 0.0  # when the last turn began: what changed since goes first
        self._last_stage: Stage | None = None
        self._paces: dict[str, Pace] = {}  # of an upload that takes several turns
        self.next_try = 0.0
        self.gave_way = False  # an upload made room for orders and is to go on at once
        self.sent: dict[str, int] = {}
        self.hidden: dict[str, int] = {}
        self.written = 0
        self.trouble: WebUpdateError | None = None

    def turn(
        self,
        company: CompanyInfo,
        site: SiteInfo,
        *,
        rejudge: bool,
        interrupted: Callable[[], bool],
        stopping: Callable[[], bool],
    ) -> None:
        """Do all there is to do for this site now. Never raises for what concerns the site alone.

        `interrupted`: something was saved or asked for that overtakes a long upload; `stopping`: the engine ends.
        """
        self._renew(site)
        self._rejudge = self._rejudge or rejudge
        self.written, self.gave_way = 0, False
        self._desk(company, site)
        if self._clock.now() < self.next_try:
            return
        try:
            self._online(company, site, interrupted, stopping)
        except (Retryable, OutcomeUnknown) as error:
            self._later(company, site, error)
        except Stopped as error:
            self._stop(company, site, error)
        except (NeedsPerson, UsageError) as error:
            self._needs(company, site, error)
        else:
            self._well(company, site)

    def attend(self, company: CompanyInfo, site: SiteInfo) -> None:
        """Judge and write what has come down, without the shop. Never raises for what concerns the site alone."""
        self._desk(company, site)
        if self._desk_trouble is not None:
            self._trouble(company, site, "needs", self._desk_trouble)

    def _desk(self, company: CompanyInfo, site: SiteInfo) -> None:
        if site.begun_at is not None:
            self._desk_work(company, site)

    def _desk_work(self, company: CompanyInfo, site: SiteInfo) -> None:
        """Judge and write what has come down; that needs no shop, and what ails it stops no upload."""
        desk = OrderDesk(self._store, company, site, self._clock.now())
        try:
            self._customer_work(company, site)  # orders may wait for their customer
            desk.withdraw_replaced()
            delivered.notice(desk)
            desk.judge_waiting(again=self._rejudge)
            self._rejudge = False
            self.written += desk.write_ready()
        except NeedsPerson as error:
            self._desk_trouble = error
        else:
            self._desk_trouble = None

    def _customer_work(self, company: CompanyInfo, site: SiteInfo) -> None:
        """Match, merge and write customers, if they go both ways."""
        if not comes_down(site):
            return
        read_at = exports.file_state(self._store, company.id, FILE).read_at
        desk = CustomerDesk(self._store, company, site, self._clock.now())
        self._rejudge |= desk.look(again=read_at != self._customers_read)
        self._customers_read = read_at
        self.written += desk.write_ready()

    def rejudge(self) -> None:
        """Somebody answered a question: orders may wait for that."""
        self._rejudge = True

    def add(self, sent: dict[str, int], trouble: WebUpdateError | None) -> None:
        """Count what went over the lane of files as this turn's."""
        self.sent |= sent
        self.trouble = self.trouble or trouble

    def try_now(self) -> None:
        """Somebody asked: do not wait for the next try."""
        self.next_try = 0.0

    def close(self) -> None:
        """Give back the connection."""
        if self._shop is not None:
            self._shop.close()
            self._shop = None

    def _renew(self, site: SiteInfo) -> None:
        """A changed setting lifts whatever stopped the site."""
        wanted = (site.values, site.secrets)
        if wanted != self._made_for:
            self.close()
            self._made_for, self._told = wanted, False
            self._failures, self._stopped, self.next_try = 0, False, 0.0

    def shop_of(self, site: SiteInfo) -> Shop:
        """The site's connection, for who only reads. Raises Stopped when its secrets can't be read."""
        self._renew(site)
        return self._connection(site)

    def _connection(self, site: SiteInfo) -> Shop:
        if self._shop is None:
            self._shop = open_shop(site.values, self._vault.unlock(site.secrets))
        return self._shop

    def _online(
        self, company: CompanyInfo, site: SiteInfo, interrupted: Callable[[], bool], stopping: Callable[[], bool]
    ) -> None:
        shop = self._connection(site)
        if self._stopped:
            shop.check()
            self._stopped = False
        if site.begun_at is None:
            self._get_acquainted(site, shop)
            return
        started, interval = self._clock.now(), float(company.values["interval"])
        self._configure(shop, site)
        upload = Upload(self._store, company, site, shop, self._clock.now, interrupted)
        self._changes_from, upload.last = self._changes_from or started, self._last_stage
        upload.board.paces = self._paces
        self.sent, self.hidden = upload.board.sent, upload.board.hidden
        broken: OutcomeUnknown | None = None
        try:
            upload.held_back = self._take_accounts(company, site, shop, interrupted)
            try:
                upload.settle_doubts()
                until, fresh = started + interval, int(self._changes_from * 1_000_000)
                # What was saved just now overtakes all; nothing holds up the orders.
                self.gave_way = upload.run(until=until, since=fresh) or upload.run(until=until)
            except OutcomeUnknown as error:
                broken = error  # perhaps the shop breaks on one record only: that holds no orders
            # What is saved all the time holds up no orders either.
            overdue = self._clock.now() >= self._orders_due
            upload.stopping = stopping if overdue else interrupted
            new = self._orders(company, site, shop, upload, started)
            if not upload.stopping():
                self._orders_due = self._clock.now() + interval
        finally:
            self._changes_from, self._last_stage = started, upload.last
            upload.finish()
        self._tell_orders(company, site, new)
        if broken is not None:
            raise broken
        reload.end(self._store, company, site, upload.carried, self._clock.now())

    def _orders(self, company: CompanyInfo, site: SiteInfo, shop: Shop, upload: Upload, started: float) -> int:
        """Bring orders down and tell the shop of those that are written; returns how many are new."""
        new = download_orders(self._store, company, site, shop, self._clock.now(), upload.stopping, self._ahead)
        self._desk_work(company, site)
        # Lower the shop's stock before it gives back what it had reserved for these orders. Revisions are
        # microseconds, so those since the oldest of them came are enough: a long upload does not hold this up.
        oldest = orderversions.oldest_untold(self._store, site.id)
        upload.run(only=("stock",), since=int(min(started, oldest or started) * 1_000_000))
        if not upload.stopping():
            OrderDesk(self._store, company, site, self._clock.now()).tell_shop(shop)
        return new

    def _configure(self, shop: Shop, site: SiteInfo) -> None:
        """Once after each start and each change: the shop may be another one, or an older copy of itself."""
        if not self._told:
            self._ahead = shop.check().clock - self._clock.now()
            shop.configure(ShopSettings(approval=site.values["approval"] == "wait"))
            self._told = True

    def _take_accounts(
        self, company: CompanyInfo, site: SiteInfo, shop: Shop, interrupted: Callable[[], bool]
    ) -> frozenset[str]:
        """Before customers are sent: what the shop changed of them must not be overwritten (sync/merge.py).

        Returns what is not to be sent in this turn: a feed that can't be read holds up customers, and nothing else.
        """
        if not comes_down(site):
            return frozenset()
        try:
            new = download_accounts(self._store, site, shop, self._clock.now(), interrupted)
        except WebUpdateError as error:
            state = "waiting" if isinstance(error, Retryable) else "stopped"
            board.set_status(
                self._store, company.id, site.id, "accounts", state, hint=error.hint, now=self._clock.now(),
                message=f"{error.message} No customer is sent before it can be read.",
            )  # fmt: skip
            return frozenset(("customers",))
        self._desk_work(company, site)
        asked = accounts.needing_count(self._store, site.id)
        message = f"{new:,} new account{'s' * (new != 1)}" if new else "nothing new"
        if asked:
            message = f"{asked:,} need{'s' * (asked == 1)} you"
        elif accounts.in_states(self._store, site.id, "received", limit=1):
            message = "new accounts wait for the customers export"
        board.set_status(
            self._store, company.id, site.id, "accounts", "failed" if asked else "done", done=new, message=message,
            now=self._clock.now(),
        )  # fmt: skip
        return frozenset()

    def _get_acquainted(self, site: SiteInfo, shop: Shop) -> None:
        """Before a person has let the site begin: nothing is sent or taken, but what the shop holds is learnt."""
        shop.check()
        known = inspections.latest(self._store, site.id, "contact")
        if self._rejudge or known is None or known.state == "failed":
            inspections.begin(self._store, site.id, "contact", self._clock.now())
            self._rejudge = False

    def _tell_orders(self, company: CompanyInfo, site: SiteInfo, new: int) -> None:
        conflicts = inbox.conflicts(self._store, site.id)
        failed = f"{conflicts:,} need{'s' * (conflicts == 1)} you" if conflicts else ""
        with self._store.writing():
            self._tell(company, site, "orders", new, f"{new:,} new" if new else "nothing new", "")
            self._tell(company, site, "write", self.written, self._written_text(), failed)

    def _tell(self, company: CompanyInfo, site: SiteInfo, action: str, done: int, message: str, failed: str) -> None:
        now = self._clock.now()
        if not (done or failed):
            board.nothing_new(self._store, company.id, site.id, action, message, now)
            return
        board.set_status(
            self._store, company.id, site.id, action, "failed" if failed else "done", done=done,
            message=failed or message, now=now,
        )  # fmt: skip

    def _written_text(self) -> str:
        return f"{self.written:,} written" if self.written else "nothing to write"

    def _well(self, company: CompanyInfo, site: SiteInfo) -> None:
        now = self._clock.now()
        if self._failures or (self.trouble and self._desk_trouble is None):
            self._log(company, site, f"recovered after {self._failures:,} tries", "info")
        self._failures, self.trouble = 0, None
        if self._desk_trouble is not None:
            self._trouble(company, site, "needs", self._desk_trouble)
            return
        with self._store.writing():
            board.set_health(self._store, company.id, site.id, "ok", now=now)
            self._note_next(company, site, now)
            if site.begun_at is not None:
                board.set_synced(self._store, company.id, site.id, now)

    def _later(self, company: CompanyInfo, site: SiteInfo, error: WebUpdateError) -> None:
        self._failures += 1
        asked = error.after if isinstance(error, Retryable) else None
        self.next_try = self._clock.now() + retry.pause(self._failures, asked=asked)
        self._trouble(company, site, "waiting", error)

    def _stop(self, company: CompanyInfo, site: SiteInfo, error: WebUpdateError) -> None:
        self._failures += 1
        self._stopped = True
        self.next_try = self._clock.now() + CHECK_EVERY
        self._trouble(company, site, "stopped", error)

    def _needs(self, company: CompanyInfo, site: SiteInfo, error: WebUpdateError) -> None:
        self._failures += 1
        self.next_try = self._clock.now() + float(company.values["interval"])
        self._trouble(company, site, "needs", error)

    def _trouble(self, company: CompanyInfo, site: SiteInfo, state: str, error: WebUpdateError) -> None:
        self.trouble = error
        with self._store.writing():
            self._note_next(company, site, self._clock.now())
            news = board.set_health(
                self._store, company.id, site.id, state, error.message, error.hint, now=self._clock.now()
            )
            if news:
                level = "warning" if state == "waiting" else "error"
                self._log(company, site, f"{host_of(site.values['address'])}: {error.message}", level, error.hint)

    def _note_next(self, company: CompanyInfo, site: SiteInfo, now: float) -> None:
        ordinary = now + float(company.values["interval"])
        board.set_next(self._store, site.id, self.next_try if self.next_try > now else ordinary)

    def _log(self, company: CompanyInfo, site: SiteInfo, text: str, level: str, hint: str = "") -> None:
        board.log(
            self._store,
            text,
            level=level,
            hint=hint,
            company_id=company.id,
            site_id=site.id,
            now=self._clock.now(),
        )
