"""What doctor asks the shops: whether they answer, until when their certificates are valid, what time they have."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

from msgspec.structs import replace

from webupdate.errors import WebUpdateError
from webupdate.store.companies import CompanyInfo, SiteInfo
from webupdate.store.secrets import Vault
from webupdate.sync.checkup import CERTIFICATE_WARNS, Found
from webupdate.sync.connect import reach
from webupdate.sync.shops.http import served_until
from webupdate.sync.text import visible

_CLOCK_WARNS = 120.0  # seconds


def site(vault: Vault, company: CompanyInfo, site: SiteInfo, now: float) -> list[Found]:
    """All that a site's shop says of itself at time `now`. Blocks up to the time-outs; what ails it is found, too."""
    return [replace(one, company=company.name, group="Shops") for one in _asked(vault, site, now)]


def _asked(vault: Vault, site: SiteInfo, now: float) -> Iterator[Found]:
    try:
        yield certificate(site, served_until(site.values["address"], site.values["certificate"]), now)
        info = reach(site.values, vault.unlock(site.secrets))
    except WebUpdateError as error:
        yield Found(state="bad", what=f"Shop of {site.name}", detail=error.message, do=error.hint)
        return
    said = f"{visible(info.name)}, version {visible(info.version)}, prices in {visible(info.currency)}"
    yield Found(state="ok", what=f"Shop of {site.name}", detail=said)
    yield clock(site, info.clock - time.time())  # the way there may have taken long


def certificate(site: SiteInfo, ends: float | None, now: float) -> Found:
    """The certificate that a shop serves; `ends` None = the connection is not encrypted, to this machine only."""
    what = f"Certificate of {site.name}"
    if ends is None:
        return Found(state="off", what=what, detail="none: the shop is on this machine and not encrypted")
    detail, days = f"valid until {datetime.fromtimestamp(ends, UTC):%Y-%m-%d}", (ends - now) / 86400
    if days >= CERTIFICATE_WARNS:
        return Found(state="ok", what=what, detail=detail)
    do = "Have the shop's certificate renewed: the sync stops when it ends."
    return Found(state="warn", what=what, detail=f"{detail}, {days:,.0f} more days", do=do)


def clock(site: SiteInfo, ahead: float) -> Found:
    """By how many seconds the shop's clock is `ahead` of this machine's."""
    what, off = f"Clock of {site.name}", round(abs(ahead))
    if off < 5:
        return Found(state="ok", what=what, detail="as this machine's")
    detail = f"{off:,} s {'ahead of' if ahead > 0 else 'behind'} this machine's"
    if off <= _CLOCK_WARNS:
        return Found(state="ok", what=what, detail=detail)
    do = "Set the clock that is wrong, best by NTP: else orders may carry the wrong day."
    return Found(state="warn", what=what, detail=detail, do=do)
