"""Shipping methods from the ERP's rate tables."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
from django.conf import settings
from oscar.apps.shipping import methods, repository
from oscar.core.prices import Price

from webupdate.sync.shops.base import ShipBand
from webupdate.webshop.countries import code_of
from webupdate.webshop.erp.models import ItemInfo, ShipMethod
from webupdate.webshop.storefront.strategy import CENT, approved_customer

PICKUP = "PICKUP"


def _value(basket: Any) -> Decimal:
    return Decimal(basket.total_excl_tax)


def _weight(basket: Any) -> Decimal:
    lines = basket.all_lines()
    return sum(((ItemInfo.of(line.product).weight or Decimal(0)) * line.quantity for line in lines), Decimal(0))


def _quantity(basket: Any) -> Decimal:
    return Decimal(basket.num_items)


# What a band's minimum and maximum are compared with.
MEASURES: dict[str, Callable[[Any], Decimal]] = {
    "FLAT": _value,
    "PERCENT": _value,
    PICKUP: _value,
    "WEIGHT": _weight,
    "QUANTITY": _quantity,
}


class TableMethod(methods.Base):
    """A ship via at the price of the band that fits. Its rate is an amount, of PERCENT a share of the goods."""

    def __init__(self, row: ShipMethod, band: ShipBand) -> None:
        self.code = row.code
        self.name = row.name
        self.band = band

    def calculate(self, basket: Any) -> Price:
        """The charge: rate and handling, rounded to cents."""
        amount = Decimal(self.band.rate or 0)
        if self.band.rate_type == "PERCENT":
            amount = basket.total_excl_tax * amount / 100
        amount = (amount + Decimal(self.band.handling or 0)).quantize(CENT)
        tax = (amount * settings.SHOP_TAX_RATE).quantize(CENT)
        return Price(basket.currency, excl_tax=amount, tax=tax)


class FallbackPickup(methods.Free):
    """When no method of the ERP fits: Oscar's basket page fails without any."""

    code = "Pickup"
    name = "Pickup"


class Repository(repository.Repository):
    """Asks the table instead of a list in the program."""

    def get_available_shipping_methods(self, basket: Any, shipping_addr: Any = None, **_: Any) -> list[Any]:
        """Methods with a fitting band: the customer's own one first, then the cheapest, pickup last."""
        customer = approved_customer(basket.owner)
        found = []
        for row in ShipMethod.objects.filter(active=True).order_by("name"):
            bands = msgspec.convert(row.bands, type=list[ShipBand])
            band = next((band for band in bands if _fits(band, basket, shipping_addr, customer)), None)
            if band:
                found.append(TableMethod(row, band))
        own = customer.ship_via if customer else ""
        found.sort(
            key=lambda method: (
                method.code != own,
                method.band.rate_type == PICKUP,
                method.calculate(basket).excl_tax,
            )
        )
        return found or [FallbackPickup()]


def _fits(band: ShipBand, basket: Any, address: Any, customer: Any) -> bool:
    measure = MEASURES[band.rate_type](basket)
    return (
        (not band.min_value or measure >= Decimal(band.min_value))
        and (not band.max_value or measure <= Decimal(band.max_value))
        and (not band.group or (bool(customer) and customer.group == band.group))
        and (not band.country or (bool(address) and address.country_id == code_of(band.country)))
        and (not band.state or (bool(address) and address.state.casefold() == band.state.casefold()))
    )
