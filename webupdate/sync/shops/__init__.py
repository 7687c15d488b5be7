"""The shops that can be connected, by the value of the property `shop`."""

from __future__ import annotations

from collections.abc import Callable

from webupdate.sync.shops.base import Abilities, Shop
from webupdate.sync.shops.oscar import OSCAR, OscarShop
from webupdate.sync.shops.woocommerce import WOOCOMMERCE, WooShop

ABILITIES: dict[str, Abilities] = {"oscar": OSCAR, "woocommerce": WOOCOMMERCE}

_OPEN: dict[str, Callable[[str, dict[str, str], str], Shop]] = {
    "oscar": lambda address, secrets, certificate: OscarShop(address, secrets.get("token", ""), certificate),
    "woocommerce": WooShop,
}


def open_shop(values: dict[str, str], secrets: dict[str, str]) -> Shop:
    """The connector for a site's settings. Nothing is sent yet. Raises UsageError when a setting is wrong."""
    logins = {**secrets, "media_user": values.get("media_user", "")}
    return _OPEN[values["shop"]](values["address"], logins, values.get("certificate", ""))
