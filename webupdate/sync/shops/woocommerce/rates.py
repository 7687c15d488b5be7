"""What a ship via costs, as WooCommerce reckons it and as EBMS's rate table says it."""

from __future__ import annotations

import re

from webupdate.sync.shops.base import ShipBand
from webupdate.sync.shops.records import Unfit
from webupdate.sync.shops.woocommerce import values

FLAT, PICKUP = "flat_rate", "local_pickup"
# What a flat rate may cost; WooCommerce reckons the sum, and the share of what is in the cart.
_COST = re.compile(r'(?:\[fee percent="(?P<percent>[0-9.]+)"\]|(?P<rate>[0-9.]+))(?: \+ (?P<handling>[0-9.]+))?')


def cost(band: ShipBand) -> str:
    """A band as WooCommerce reckons it. Raises Unfit for what it can't."""
    if band.rate_type not in ("FLAT", "PICKUP", "PERCENT") or band.min_value or band.max_value:
        text = "WooCommerce has no rates by weight, pieces, or a minimum and maximum. Offer it by a plugin of the shop."
        limits = " to ".join(filter(None, (band.min_value, band.max_value)))
        raise Unfit(text, "rate_type", f"{band.rate_type} {limits}".strip(), "FLAT, PERCENT or PICKUP without limits")
    if band.group:
        text = "WooCommerce offers a ship via to everybody, not to a web group."
        raise Unfit(text, "group", band.group, "no web group")
    for name in ("rate", "handling"):
        value = getattr(band, name)
        if value and not values.is_price(value):
            raise Unfit("WooCommerce would charge another amount.", name, value, "digits with a point, as 18.50")
    rate = f'[fee percent="{band.rate}"]' if band.rate_type == "PERCENT" else band.rate
    return f"{rate} + {band.handling}" if not values.same_number(band.handling or "0", "0") else rate


def band_of(kind: str, cost: str) -> ShipBand:
    """A method of that kind as a band; the cost of one that a person wrote otherwise stays as it is written."""
    found = _COST.fullmatch(cost)
    parts = found.groupdict() if found else {}
    percent = parts.get("percent")
    return ShipBand(
        rate_type="PICKUP" if kind == PICKUP else "PERCENT" if percent else "FLAT",
        rate=percent or parts.get("rate") or cost or "0",
        handling=parts.get("handling") or "",
    )
