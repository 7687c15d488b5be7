"""What a person asks of a shop beside the engine: a test of the connection, what it shows of a record."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from webupdate.errors import UsageError, WebUpdateError
from webupdate.store.companies import SiteInfo
from webupdate.store.secrets import Vault
from webupdate.sync.explain import Look, Shown
from webupdate.sync.shops import diagnosis, open_shop
from webupdate.sync.shops.base import Shop, ShopInfo, Surveyed
from webupdate.sync.shops.http import host_of
from webupdate.sync.text import visible

_CLOCK_IS_RIGHT = 5  # seconds: a request takes its time, and some shops tell theirs in whole ones
_MUCH = 120.0


def try_connection(values: dict[str, str], secrets: dict[str, str]) -> str:
    """Reach the shop with these settings, log in and look around; returns what was found, in words.

    Blocks up to the time-outs. Raises WebUpdateError, which names what is wrong.
    """
    with _explained(values), _opened(values, secrets) as shop:
        info = shop.check()
        told = _greeting(info, host_of(values["address"]), info.clock - time.time())
        if not isinstance(shop, Surveyed):
            return told
        found = shop.survey()
        count = "" if found.items is None else f" It has {found.items:,} product{'s' * (found.items != 1)}."
        return f"{told}{count} The login {found.rights}."


def reach(values: dict[str, str], secrets: dict[str, str]) -> ShopInfo:
    """Reach the shop with these settings and log in; blocks and raises as `try_connection`."""
    with _explained(values), _opened(values, secrets) as shop:
        return shop.check()


@contextmanager
def _explained(values: dict[str, str]) -> Iterator[None]:
    """What goes wrong, in words that say why."""
    try:
        yield
    except UsageError:
        raise
    except WebUpdateError as error:
        raise diagnosis.explained(error, values) from error


@contextmanager
def _opened(values: dict[str, str], secrets: dict[str, str]) -> Iterator[Shop]:
    shop = open_shop(values, secrets)
    try:
        yield shop
    finally:
        shop.close()


def _greeting(info: ShopInfo, host: str, ahead: float) -> str:
    name = f"{visible(info.name, 60)} {visible(info.version, 20)}".strip()
    return f"Connected to {name} at {visible(host, 80)}, prices in {visible(info.currency, 10)}; {clock(ahead)}."


def clock(ahead: float) -> str:
    """By how much the shop's clock is ahead of ours (seconds), in words."""
    if abs(ahead) < _CLOCK_IS_RIGHT:
        return "its clock is right"
    size = f"{abs(ahead):,.0f} s" if abs(ahead) < _MUCH else f"{abs(ahead) / 60:,.0f} minutes"
    return f"its clock is {size} {'ahead of' if ahead > 0 else 'behind'} this machine's"


def looker(vault: Vault) -> Look:
    """What asks a site's shop for some records. Blocks up to the time-outs; raises WebUpdateError."""

    def look(site: SiteInfo, wanted: Mapping[str, Sequence[str]]) -> Shown:
        shop = open_shop(site.values, vault.unlock(site.secrets))
        try:
            carried = {entity: keys for entity, keys in wanted.items() if entity in shop.abilities.entities}
            held = [entry for entity, keys in carried.items() for entry in shop.read(entity, list(keys))]
        finally:
            shop.close()
        return Shown({(entry.entity, entry.key): entry for entry in held}, shop.abilities)

    return look
