"""The page of one product. (Apart from catalogue.py, which Oscar loads while it makes our base class.)"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from oscar.apps.catalogue import views

from webupdate.webshop.storefront.visibility import is_visible


class ProductDetailView(views.ProductDetailView):
    """As Oscar's, but a product only in hidden categories is not found, by staff neither."""

    def is_viewable(self, product: Any, request: HttpRequest) -> bool:
        return is_visible(product)
