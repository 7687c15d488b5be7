"""Puts our classes in the place of Oscar's without forking its apps (OSCAR_DYNAMIC_CLASS_LOADER)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.module_loading import import_string
from oscar.core.loading import default_class_loader

_HERE = "webupdate.webshop.storefront"

# Ours import their bases straight from oscar.apps: get_class of the same name would come back here.
OVERRIDES = {
    ("partner.strategy", "Selector"): f"{_HERE}.strategy.Selector",
    ("basket.forms", "AddToBasketForm"): f"{_HERE}.forms.AddToBasketForm",
    ("basket.forms", "SimpleAddToBasketForm"): f"{_HERE}.forms.SimpleAddToBasketForm",
    ("shipping.repository", "Repository"): f"{_HERE}.shipping.Repository",
    ("checkout.session", "CheckoutSessionMixin"): f"{_HERE}.approval.CheckoutSessionMixin",
    ("checkout.views", "PaymentMethodView"): f"{_HERE}.checkout.PaymentMethodView",
    ("checkout.views", "PaymentDetailsView"): f"{_HERE}.checkout.PaymentDetailsView",
    ("catalogue.views", "ProductDetailView"): f"{_HERE}.product.ProductDetailView",
    ("search.views", "CatalogueView"): f"{_HERE}.catalogue.CatalogueView",
    ("search.views", "ProductCategoryView"): f"{_HERE}.catalogue.CategoryView",
    ("search.views", "FacetedSearchView"): f"{_HERE}.catalogue.SearchView",
}


def load_classes(label: str, names: Iterable[str], prefix: str = "oscar.apps") -> list[Any]:
    """The classes that Oscar asks for, ours where there is one."""
    return [_load(label, name, prefix) for name in names]


def _load(label: str, name: str, prefix: str) -> Any:
    if (label, name) in OVERRIDES:
        return import_string(OVERRIDES[label, name])
    return default_class_loader(label, [name], prefix)[0]
