"""What a person asks of a shop beside the engine: a test of the connection, what it shows of a record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from webupdate.store.companies import SiteInfo
from webupdate.store.secrets import Vault
from webupdate.sync.explain import Look, Shown
from webupdate.sync.shops import open_shop
from webupdate.sync.shops.base import ShopInfo


def try_connection(values: dict[str, str], secrets: dict[str, str]) -> ShopInfo:
    """Reach the shop with these settings and log in. Blocks up to the time-outs; raises WebUpdateError."""
    shop = open_shop(values, secrets)
    try:
        return shop.check()
    finally:
        shop.close()


def looker(vault: Vault) -> Look:
    """What asks a site's shop for some records. Blocks up to the time-outs; raises WebUpdateError."""

    def look(site: SiteInfo, wanted: Mapping[str, Sequence[str]]) -> Shown:
        shop = open_shop(site.values, vault.unlock(site.secrets))
        try:
            carried = {entity: keys for entity, keys in wanted.items() if entity in shop.abilities.entities}
            held = [entry for entity, keys in carried.items() for entry in shop.read(entity, list(keys))]
        finally:
            shop.close()
        return Shown({(entry.entity, entry.key): entry for entry in held}, shop.abilities.whole_pieces)

    return look
