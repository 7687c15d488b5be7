"""What holds the records of one entity of a site, or all of them, in words."""

from __future__ import annotations

from webupdate.store import board, holds
from webupdate.store.companies import CompanyInfo, SiteInfo
from webupdate.store.db import Store


class Holding:
    """As it was when this was made."""

    def __init__(self, store: Store, company: CompanyInfo, site: SiteInfo) -> None:
        self._company, self._site = company, site
        self._braked = {hold.entity: hold.message for hold in holds.holds(store) if hold.site_id == site.id}
        self._halted = board.halted(store, company.id, site.id)

    def of(self, entity: str) -> str:
        """The first reason that holds, "" if nothing does."""
        if self._company.paused:
            return f"{self._company.name} is paused."
        if self._site.begun_at is None:
            return "nothing goes to this shop before somebody has let it begin (see Preview)."
        if entity == "customers" and self._site.values["customers"] == "off":
            return "customer accounts are switched off by the property Customers."
        if entity in self._braked:
            return f"a brake is on. {self._braked[entity]}"
        return f"the shop takes nothing now. {self._halted}" if self._halted else ""
