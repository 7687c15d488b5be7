"""Prices by the customer's level and unit; what may be sold by the ERP's stock rules."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import Any

from django.conf import settings
from oscar.apps.partner import availability, prices, strategy

from webupdate.webshop.erp.models import ItemInfo
from webupdate.webshop.storefront.visibility import is_visible

CENT = Decimal("0.01")


def approved_customer(user: Any) -> Any:
    """The ERP's data of a logged-in, approved customer, else None: then the visitor is a guest."""
    info = getattr(user, "erp", None) if user else None
    return info if info and info.approved else None


class Selector:
    """Oscar asks this for the strategy of each request."""

    def strategy(self, request: Any = None, user: Any = None, **_: Any) -> LevelStrategy:
        return LevelStrategy(request)


class Limited(availability.StockRequired):
    """What is in stock may be sold, no more; says what the ERP says when nothing is left."""

    def __init__(self, num_available: int, message: str) -> None:
        super().__init__(num_available)
        self._message = message or "Out of stock"

    @property
    def message(self) -> Any:
        return super().message if self.num_available > 0 else self._message

    @property
    def short_message(self) -> Any:
        return super().short_message if self.num_available > 0 else self._message


class OnOrder(availability.Available):
    """May be sold beyond the stock."""

    def __init__(self, message: str) -> None:
        self.message = message or "Available"


class ComingSoon(availability.Unavailable):
    """Shown already, sold later."""

    message = "Coming soon"

    def is_purchase_permitted(self, quantity: int) -> tuple[bool, str]:
        return False, "coming soon"


class LevelStrategy(strategy.UseFirstStockRecord, strategy.Structured):
    """The price of the customer's level, else the public one."""

    @cached_property
    def level(self) -> str:
        """The customer's own level, "" for guests and those who have none."""
        customer = approved_customer(self.user)
        return customer.level if customer else ""

    def fetch_for_line(self, line: Any, stockrecord: Any = None) -> Any:
        unit = next((a.value for a in line.attributes.all() if a.option.code == "unit"), "")
        return self.fetch_for_unit(line.product, unit)

    def fetch_for_unit(self, product: Any, unit: str) -> Any:
        """Price and availability of the product in a unit; "" is its own."""
        record = self.select_stockrecord(product)
        return strategy.PurchaseInfo(
            price=self.pricing_policy(product, record, unit),
            availability=self.availability_policy(product, record),
            stockrecord=record,
        )

    def pricing_policy(self, product: Any, stockrecord: Any, unit: str = "") -> Any:
        price = unit_prices(product, self.level).get(unit)
        if price is None or stockrecord is None:
            return prices.Unavailable()
        tax = (price * settings.SHOP_TAX_RATE).quantize(CENT)
        return prices.FixedPrice(stockrecord.price_currency, price, tax=tax)

    def availability_policy(self, product: Any, stockrecord: Any) -> Any:
        if stockrecord is None or not is_visible(product):
            return availability.Unavailable()
        info = ItemInfo.of(product)
        if info.coming_soon:
            return ComingSoon()
        left = stockrecord.net_stock_level
        if info.oversell:
            return OnOrder("" if left > 0 else info.out_of_stock_message)
        return Limited(left, info.out_of_stock_message)

    # Structured demands these two; the ERP has no products with variants.
    def parent_pricing_policy(self, product: Any, children_stock: Any) -> Any:
        return prices.Unavailable()

    def parent_availability_policy(self, product: Any, children_stock: Any) -> Any:
        return availability.Unavailable()


def unit_prices(product: Any, level: str) -> dict[str, Decimal]:
    """Price of each unit: that of the level if it has one, else the public one. The item's own unit is "".

    Filters in Python: `.filter()` would lose what lists have prefetched.
    """
    found: dict[str, Decimal] = {}
    rows = list(product.erp_prices.all())
    own = ItemInfo.of(product).unit
    for row in [*(row for row in rows if row.level == level), *(row for row in rows if row.public)]:
        unit = "" if row.unit == own else row.unit
        found.setdefault(unit, row.price)
    return found
