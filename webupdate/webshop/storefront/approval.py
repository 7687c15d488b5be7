"""Accounts that wait for approval look around and fill a basket, but no step of the checkout opens to them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from oscar.apps.checkout import exceptions, session

from webupdate.webshop.erp.models import ShopSettings
from webupdate.webshop.storefront.strategy import approved_customer

WAITS = "Your account waits for approval. You can order as soon as we have approved it."


def waits_for_approval(user: Any) -> bool:
    """Whether the shop asks for approval and the ERP has not given it, or does not know the account. Guests never."""
    return user.is_authenticated and approved_customer(user) is None and ShopSettings.current().approval


class CheckoutSessionMixin(session.CheckoutSessionMixin):
    """The base of every step of the checkout."""

    def check_pre_conditions(self, request: HttpRequest) -> None:
        """Send those who wait back to their basket, with the reason."""
        if waits_for_approval(request.user):
            raise exceptions.FailedPreCondition(url=reverse("basket:summary"), message=WAITS)
        super().check_pre_conditions(request)

    def get_shipping_address(self, basket: Any) -> Any:
        """Oscar copies an entry of the address book with its code, which is the entry's alone: the next order that is
        shipped there could not be saved."""
        address = super().get_shipping_address(basket)
        if address is not None:
            address.code = None
        return address
