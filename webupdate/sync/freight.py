"""What a ship via costs by its rate table: one rule for the demo's shop and for judging its orders."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from msgspec import Struct

from webupdate.sync.ordercells import cents
from webupdate.sync.shops.base import ShipBand

PICKUP = "PICKUP"


class Goods(Struct, frozen=True):
    """What is shipped: its value after discounts and without tax, its weight in EBMS's unit, its pieces."""

    value: Decimal
    weight: Decimal
    pieces: Decimal


# What a band's minimum and maximum are compared with. CUSTOMER and SERVICE are priced elsewhere.
MEASURES: dict[str, Callable[[Goods], Decimal]] = {
    "FLAT": lambda goods: goods.value,
    "PERCENT": lambda goods: goods.value,
    PICKUP: lambda goods: goods.value,
    "WEIGHT": lambda goods: goods.weight,
    "QUANTITY": lambda goods: goods.pieces,
}


def within(band: ShipBand, goods: Goods) -> bool:
    """Whether the goods are between the minimum and the maximum of a band of one of MEASURES."""
    measure = MEASURES[band.rate_type](goods)
    return (not band.min_value or measure >= Decimal(band.min_value)) and (
        not band.max_value or measure <= Decimal(band.max_value)
    )


def charge(band: ShipBand, value: Decimal) -> Decimal:
    """Rate and handling, rounded to cents; the rate is an amount, of PERCENT a share of the goods' value."""
    rate = Decimal(band.rate or 0)
    amount = value * rate / 100 if band.rate_type == "PERCENT" else rate
    return cents(amount + Decimal(band.handling or 0))
