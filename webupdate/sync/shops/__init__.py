"""The shops that can be connected, by the value of the property `shop`."""

from __future__ import annotations

from collections.abc import Callable

from webupdate.store import gateways
from webupdate.sync.shops.base import Abilities, Shop
from webupdate.sync.shops.oscar import OSCAR, OscarShop
from webupdate.sync.shops.vendure import VENDURE, VendureShop
from webupdate.sync.shops.woocommerce import WOOCOMMERCE, Taken, WooShop

ABILITIES: dict[str, Abilities] = {"oscar": OSCAR, "woocommerce": WOOCOMMERCE, "vendure": VENDURE}


def _oscar(values: dict[str, str], secrets: dict[str, str]) -> Shop:
    return OscarShop(values["address"], secrets.get("token", ""), values.get("certificate", ""))


def _woocommerce(values: dict[str, str], secrets: dict[str, str]) -> Shop:
    status = values.get("order_done", "keep")
    taken = Taken("" if status == "keep" else status, note=values.get("order_note") == "yes")
    logins = {**secrets, "media_user": values.get("media_user", "")}
    return WooShop(
        values["address"],
        logins,
        values.get("certificate", ""),
        taken,
        make_accounts=values.get("make_accounts") == "yes",
        sale_level=values.get("sale_level", ""),
        ship_zone=values.get("ship_zone", ""),
        gateways=gateways.parse(values.get("gateways", "")),
    )


def _vendure(values: dict[str, str], secrets: dict[str, str]) -> Shop:
    key, certificate = secrets.get("api_key", ""), values.get("certificate", "")
    return VendureShop(
        values["address"],
        key,
        certificate,
        values.get("channel", ""),
        values.get("language", ""),
        customers=values.get("customers") != "off",
        make_accounts=values.get("make_accounts") == "yes",
        gateways=gateways.parse(values.get("gateways", "")),
    )


_OPEN: dict[str, Callable[[dict[str, str], dict[str, str]], Shop]] = {
    "oscar": _oscar,
    "woocommerce": _woocommerce,
    "vendure": _vendure,
}


def open_shop(values: dict[str, str], secrets: dict[str, str]) -> Shop:
    """The connector for a site's settings. Nothing is sent yet. Raises UsageError when a setting is wrong."""
    return _OPEN[values["shop"]](values, secrets)
