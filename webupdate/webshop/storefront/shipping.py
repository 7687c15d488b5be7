"""Shipping methods from the ERP's rate tables."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
from django.conf import settings
from oscar.apps.shipping import methods, repository
from oscar.core.prices import Price

from webupdate.sync import freight
from webupdate.sync.freight import PICKUP, Goods
from webupdate.sync.shops.base import ShipBand
from webupdate.webshop.countries import code_of
from webupdate.webshop.erp.models import ItemInfo, ShipMethod
from webupdate.webshop.storefront.strategy import CENT, approved_customer


def _goods(basket: Any) -> Goods:
    lines = basket.all_lines()
    weight = sum(((ItemInfo.of(line.product).weight or Decimal(0)) * line.quantity for line in lines), Decimal(0))
    return Goods(Decimal(basket.total_excl_tax), weight, Decimal(basket.num_items))


class TableMethod(methods.Base):
    """A ship via at the price of the band that fits."""

    def __init__(self, row: ShipMethod, band: ShipBand) -> None:
        self.code = row.code
        self.name = row.name
        self.band = band

    def calculate(self, basket: Any) -> Price:
        """The charge and its tax."""
        amount = freight.charge(self.band, Decimal(basket.total_excl_tax))
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
        goods = _goods(basket)
        found = []
        for row in ShipMethod.objects.filter(active=True).order_by("name"):
            bands = msgspec.convert(row.bands, type=list[ShipBand])
            band = next((band for band in bands if _fits(band, goods, shipping_addr, customer)), None)
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


def _fits(band: ShipBand, goods: Goods, address: Any, customer: Any) -> bool:
    return (
        freight.within(band, goods)
        and (not band.group or (bool(customer) and customer.group == band.group))
        and (not band.country or (bool(address) and address.country_id == code_of(band.country)))
        and (not band.state or (bool(address) and address.state.casefold() == band.state.casefold()))
    )
