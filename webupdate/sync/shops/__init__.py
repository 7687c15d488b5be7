"""The shops that can be connected, by the value of the property `shop`."""

from __future__ import annotations

from webupdate.sync.shops.base import Abilities, Shop
from webupdate.sync.shops.oscar import OSCAR, OscarShop

ABILITIES: dict[str, Abilities] = {"oscar": OSCAR}
SHOPS: dict[str, type[OscarShop]] = {"oscar": OscarShop}


def open_shop(values: dict[str, str], secrets: dict[str, str]) -> Shop:
    """The connector for a site's settings. Nothing is sent yet. Raises UsageError when a setting is wrong."""
    return SHOPS[values["shop"]](values["address"], secrets.get("token", ""), values.get("certificate", ""))
