"""Oscar's basket, asking for the price of the unit that was chosen.

Never add a field here: its migration would be written into the installed Oscar.
"""

from __future__ import annotations

from typing import Any

from oscar.apps.basket.abstract_models import AbstractBasket


class Basket(AbstractBasket):
    def get_stock_info(self, product: Any, options: list[dict[str, Any]]) -> Any:
        """Price and availability of the product in the unit among the options."""
        unit = next((option["value"] for option in options if option["option"].code == "unit"), "")
        return self.strategy.fetch_for_unit(product, unit)


from oscar.apps.basket.models import *  # noqa: E402, F403  after ours, which it then leaves alone
