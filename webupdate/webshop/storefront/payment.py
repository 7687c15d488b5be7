"""Which payment options a visitor may choose."""

from __future__ import annotations

from typing import Any

from webupdate.webshop.erp.models import PayOption
from webupdate.webshop.storefront.strategy import approved_customer

GUEST_METHODS = ("CREDITCARD", "COD", "PAYPAL")


def options_for(user: Any) -> list[PayOption]:
    """The options of this user's terms, the one to be offered first in front.

    An account that is not approved, or unknown to the ERP, is a guest.
    """
    customer = approved_customer(user)
    options = PayOption.objects.filter(active=True).order_by("name")
    usable = [option for option in options if _may_use(option, customer)]
    first = customer.charge_terms if customer and customer.charge_first else ""
    return sorted(usable, key=lambda option: option.code != first)


def _may_use(option: PayOption, customer: Any) -> bool:
    if customer is None:
        return option.method in GUEST_METHODS
    match option.method:
        case "CREDITCARD":
            return bool(customer.card)
        case "CHARGE":
            return bool(option.code == customer.charge_terms)
        case method:
            return bool(method == "COD")
