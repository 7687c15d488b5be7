"""A company and its sites as they are known: plain values."""

from __future__ import annotations

import msgspec

from webupdate.errors import UsageError


class SiteInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A web site of a company. `values` holds every site property but the secrets."""

    id: int
    name: str
    values: dict[str, str]
    secrets: bytes | None
    created_at: float
    begun_at: float | None  # None: nothing is sent or taken before a person has let it begin


class CompanyInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A company (an EBMS data set) with its sites, in the order in which they were made. `values`: no secrets."""

    id: int
    name: str
    paused: bool
    values: dict[str, str]
    sites: tuple[SiteInfo, ...]
    created_at: float
    secrets: bytes | None = None

    def site(self, name: str) -> SiteInfo:
        """The site of that name; raises UsageError if there is none."""
        for site in self.sites:
            if site.name == name.lower():
                return site
        names = ", ".join(site.name for site in self.sites)
        raise UsageError(f"{self.name} has no site {name!r}.", f"Its sites: {names}")
