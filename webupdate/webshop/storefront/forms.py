"""Add to basket, with the unit as a choice where the item has more than one."""

from __future__ import annotations

from typing import Any

from django import forms
from oscar.apps.basket import forms as oscar_forms
from oscar.templatetags.currency_filters import currency

from webupdate.webshop.erp.models import ItemInfo
from webupdate.webshop.storefront.strategy import unit_prices


class AddToBasketForm(oscar_forms.AddToBasketForm):
    def _add_option_field(self, product: Any, option: Any) -> None:
        if option.code != "unit":
            super()._add_option_field(product, option)
            return
        units = sorted(unit_prices(product, self.basket.strategy.level))
        if len(units) > 1:
            choices = [(unit, self._unit_with_price(product, unit)) for unit in units]
            first = ItemInfo.of(product).default_unit
            initial = first if first in units else ""
            self.fields["unit"] = forms.ChoiceField(choices=choices, label=option.name, required=False, initial=initial)

    def _unit_with_price(self, product: Any, unit: str) -> str:
        price = self.basket.strategy.fetch_for_unit(product, unit).price
        name = unit or ItemInfo.of(product).unit or "each"
        return f"{name} ({currency(price.incl_tax, price.currency)})"


class SimpleAddToBasketForm(oscar_forms.SimpleAddToBasketMixin, AddToBasketForm):
    """For lists: one piece, nothing to fill in."""
