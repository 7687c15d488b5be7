"""Support is told by itself: what ails a company is written down, then sent, and tried again until it has arrived.

It runs beside the sync (sync/supervisor.py owns its thread) and meets it in the store only: nothing waits for it.
"""

from __future__ import annotations

import contextlib

from webupdate.errors import Stopped, WebUpdateError
from webupdate.store import board, notices
from webupdate.store.ailments import ailments
from webupdate.store.checks import addresses
from webupdate.store.companies import CompanyInfo, companies
from webupdate.store.db import Store
from webupdate.store.notices import Ailment, Notice
from webupdate.store.secrets import Vault
from webupdate.sync import retry, support, supporttext

EVERY = 20.0  # seconds between two looks; what happens in between goes in one message


class Notifier:
    """Tells the support of every company what ails it."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self._store = store
        self._vault = vault
        self._said: dict[int, str] = {}  # what the log was told last of a company
        self._unwritten: set[int] = set()  # companies whose support knows that the store can't be written
        self.store_trouble: Stopped | None = None  # set by whoever notices that the store can't be written

    def step(self, now: float) -> float:
        """Look and tell once, at time `now`. Returns the seconds until the next time. Blocks up to the time-outs."""
        try:
            known = companies(self._store)
        except WebUpdateError:
            return EVERY
        for company in known:
            try:
                self._attend(company, now)
            except Exception as error:  # another key, a defect: the other companies' support is told all the same
                self._say(company, error, now)
        if self.store_trouble is None:
            self._unwritten.clear()
        return EVERY

    def last_words(self, failure: Stopped, now: float) -> None:
        """The engine has ended by itself: tell it, now or (it is written down) at the next start."""
        ailment = Ailment(kind="stopped", subject="engine", text=failure.message, hint=failure.hint, since=now)
        for company in companies(self._store):
            with contextlib.suppress(WebUpdateError):
                if not (to := self._addresses(company)):
                    continue
                try:
                    notices.begin(self._store, company.id, ailment)
                    self._tell_pending(company, to, now)
                except Stopped as error:
                    self._tell_unwritten(company, to, error, now)

    def _attend(self, company: CompanyInfo, now: float) -> None:
        to = self._addresses(company)
        if not to:
            notices.forget(self._store, company.id)
            return
        if self.store_trouble is not None:
            self._tell_unwritten(company, to, self.store_trouble, now)
            return
        if not company.paused:  # what a person has stopped is no news
            notices.keep_up(self._store, company.id, ailments(self._store, company, now), now)
        self._tell_pending(company, to, now)

    def _addresses(self, company: CompanyInfo) -> list[str]:
        secrets = self._vault.unlock(company.secrets, "The address of support")
        return addresses(secrets.get("support", ""))

    def _tell_pending(self, company: CompanyInfo, to: list[str], now: float) -> None:
        """Tell each address what it has not taken yet; it is all tried again while one of them does not take it."""
        pending = notices.pending(self._store, company.id)
        if not any(not now < notice.next_try <= now + 2 * retry.LONGEST for notice in pending):
            return
        failures = [
            error for place, address in enumerate(to) if (error := self._tell(company, address, place, pending, now))
        ]
        if not failures:
            notices.told(self._store, pending, now)
            board.log(self._store, f"Support was told: {_summary(pending)}", company_id=company.id, now=now)
            self._said.pop(company.id, None)
            return
        tries = max(notice.tries for notice in pending)
        notices.later(self._store, pending, now + retry.pause(tries + 1), failures[0].message)
        self._say(company, failures[0], now)

    def _tell(
        self, company: CompanyInfo, address: str, place: int, pending: list[Notice], now: float
    ) -> WebUpdateError | None:
        news = [notice for notice in pending if place not in notice.reached]
        if not news:
            return None
        try:
            support.send(address, supporttext.message(company, news, now), place + 1)
        except WebUpdateError as error:
            return error
        notices.reached(self._store, news, place)
        return None

    def _tell_unwritten(self, company: CompanyInfo, to: list[str], error: Stopped, now: float) -> None:
        """The store can't be written, so nothing can be kept first: better told twice than not at all."""
        if company.id in self._unwritten:
            return
        notice = Notice(
            id=0, kind="stopped", subject="store", text=error.message, hint=error.hint, since=now, over_at=None,
            told_at=None, reached=(), tries=0, next_try=0,
        )  # fmt: skip
        message = supporttext.message(company, [notice], now)
        for place, address in enumerate(to):
            with contextlib.suppress(WebUpdateError):
                support.send(address, message, place + 1)
                self._unwritten.add(company.id)

    def _say(self, company: CompanyInfo, error: Exception, now: float) -> None:
        """Keep in the log why support could not be told; once, while it is the same."""
        text, hint = type(error).__name__, "Please report this."
        if isinstance(error, WebUpdateError):
            text, hint = error.message, error.hint
        if self._said.get(company.id) == text:
            return
        self._said[company.id] = text
        with contextlib.suppress(WebUpdateError):
            board.log(
                self._store,
                f"Support could not be told. {text}",
                level="error",
                hint=hint,
                company_id=company.id,
                now=now,
            )


def _summary(told: list[Notice]) -> str:
    kinds = {notice.kind if notice.told_at is None else "recovered": None for notice in told}
    return ", ".join(kinds)
