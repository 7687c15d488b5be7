"""One site's turn in the lane of pictures and documents, and what to do when its shop can't be reached."""

from __future__ import annotations

from collections.abc import Callable

from webupdate.clock import Clock
from webupdate.errors import NeedsPerson, OutcomeUnknown, Retryable, Stopped, UsageError, WebUpdateError
from webupdate.store import board
from webupdate.store.companies import CompanyInfo, SiteInfo
from webupdate.store.db import Store
from webupdate.store.secrets import Vault
from webupdate.sync import retry
from webupdate.sync.fileupload import FileUpload
from webupdate.sync.shops import open_shop
from webupdate.sync.shops.base import FILES, Shop
from webupdate.sync.site import CHECK_EVERY

# The record lane found out that the shop can't be reached, and does all the trying; it wakes this one when it can.
RESTING = ("waiting", "stopped")


class FileRunner:
    """Keeps a site's second connection, and when it may be tried again. The site's health is told by `SiteRunner`."""

    def __init__(self, store: Store, vault: Vault, clock: Clock) -> None:
        self._store = store
        self._vault = vault
        self._clock = clock
        self._shop: Shop | None = None
        self._made_for: tuple[dict[str, str], bytes | None] | None = None
        self._failures = 0
        self.next_try = 0.0
        self.sent: dict[str, int] = {}
        self.trouble: WebUpdateError | None = None

    def turn(self, company: CompanyInfo, site: SiteInfo, stopping: Callable[[], bool]) -> float | None:
        """Send all that can be sent now. Returns the seconds until there is more to do, None if nobody knows.

        Never raises for what concerns the site alone.
        """
        self._renew(site)
        if site.begun_at is None or self._rests(site):
            return None
        if (left := self.next_try - self._clock.now()) > 0:
            return left
        try:
            return self._online(company, site, stopping)
        except (Retryable, OutcomeUnknown) as error:
            asked = error.after if isinstance(error, Retryable) else None
            return self._later(company, site, error, retry.pause(self._failures + 1, asked=asked))
        except Stopped as error:
            return self._later(company, site, error, CHECK_EVERY)
        except (NeedsPerson, UsageError) as error:
            return self._later(company, site, error, float(company.values["interval"]))

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
            self._made_for = wanted
            self._failures, self.next_try = 0, 0.0

    def _rests(self, site: SiteInfo) -> bool:
        if board.health_of(self._store, site.id) not in RESTING:
            return False
        self._failures, self.next_try = 0, 0.0
        return True

    def _online(self, company: CompanyInfo, site: SiteInfo, stopping: Callable[[], bool]) -> float | None:
        if self._shop is None:
            self._shop = open_shop(site.values, self._vault.unlock(site.secrets))
        upload = FileUpload(self._store, company, site, self._shop, self._clock.now, stopping)
        try:
            upload.run()
        finally:
            upload.finish()
            self._count(upload.board.sent)
        if self._failures:
            self._log(company, site, f"pictures and documents go on after {self._failures:,} tries", "info")
        self._failures, self.trouble = 0, None
        return upload.wait

    def _count(self, sent: dict[str, int]) -> None:
        for entity, count in sent.items():
            self.sent[entity] = self.sent.get(entity, 0) + count

    def _later(self, company: CompanyInfo, site: SiteInfo, error: WebUpdateError, wait: float) -> float:
        news = self.trouble is None or self.trouble.message != error.message
        self.trouble = error
        self._failures += 1
        self.next_try = self._clock.now() + wait
        counts = board.counts(self._store, site.id)
        with self._store.writing():
            for entity in FILES:
                if waiting := counts.get(entity, (0, 0))[0]:
                    board.set_status(
                        self._store, company.id, site.id, entity, "waiting", total=waiting,
                        message=error.message, hint=error.hint, now=self._clock.now(),
                    )  # fmt: skip
            if news:
                self._log(company, site, f"pictures and documents wait: {error.message}", "warning", error.hint)
        return wait

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
