"""Readings of a shop that people asked for (verify, preview): done beside the ordinary work of a site, page by page."""

from __future__ import annotations

from collections.abc import Callable

from webupdate.clock import Clock
from webupdate.errors import WebUpdateError
from webupdate.store import board, inspections
from webupdate.store.commands import Wish
from webupdate.store.companies import CompanyInfo, SiteInfo
from webupdate.store.db import Store
from webupdate.store.inspections import Inspection
from webupdate.sync.contact import Contact, Peek
from webupdate.sync.inspector import STATUS_ROW, Inspector, Verify
from webupdate.sync.shops.base import Shop

VERBS = ("verify", "preview")
_READINGS: dict[str, type[Inspector]] = {"verify": Verify, "contact": Contact, "preview": Peek}


def accept(store: Store, company: CompanyInfo, wish: Wish, now: float) -> str:
    """Begin what a wish asks for; returns what becomes of it in words. Raises UsageError for an unknown site."""
    name = wish.arguments.get("site")
    for site in [company.site(str(name))] if name else company.sites:
        if wish.verb == "preview":
            kind: inspections.Kind = "contact" if site.begun_at is None else "preview"
            inspections.begin(store, site.id, kind, now)
        else:
            inspections.begin(store, site.id, "verify", now, fix=bool(wish.arguments.get("fix")))
    return "the shop is read"


class Errands:
    """The readings of one company's sites; what they have read so far is kept between two cycles."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._under_way: dict[int, Inspector] = {}

    def go_on(
        self, company: CompanyInfo, site: SiteInfo, connect: Callable[[], Shop], interrupted: Callable[[], bool]
    ) -> bool:
        """Go on with the site's readings until all have ended or something else has to be done.

        Returns whether records are to be sent because of them. What ails the shop ends a reading and is kept with it.
        """
        mended = False
        while not interrupted() and (found := inspections.running(self._store, site.id)) is not None:
            try:
                ended = self._inspector(company, site, connect, found).go_on(interrupted)
            except WebUpdateError as error:
                self._failed(company, site, found, error)
                ended = True
            if ended:
                self._under_way.pop(site.id, None)
                mended |= found.fix
        return mended

    def _inspector(
        self, company: CompanyInfo, site: SiteInfo, connect: Callable[[], Shop], found: Inspection
    ) -> Inspector:
        """The one under way, or a new one: also for a reading that an earlier process had begun.

        Changed Properties make another connection and close the one that is read over: the reading begins anew.
        """
        shop = connect()
        known = self._under_way.get(site.id)
        if known is None or known.found.id != found.id or known.shop is not shop:
            kind = _READINGS[found.kind]
            known = kind(self._store, company, site, shop, found, self._clock.now)
            self._under_way[site.id] = known
        return known

    def _failed(self, company: CompanyInfo, site: SiteInfo, found: Inspection, error: WebUpdateError) -> None:
        with self._store.writing():
            inspections.end(self._store, found.id, self._clock.now(), error.message, error.hint)
            if found.kind == "verify":
                board.set_status(
                    self._store, company.id, site.id, STATUS_ROW, "failed",
                    message=error.message, hint=error.hint, now=self._clock.now(),
                )  # fmt: skip
