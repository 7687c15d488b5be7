"""The page of one product. (Apart from catalogue.py, which Oscar loads while it makes our base class.)"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from oscar.apps.catalogue import views

from webupdate.webshop.erp.models import ItemInfo
from webupdate.webshop.storefront.visibility import is_visible, visible_products


class ProductDetailView(views.ProductDetailView):
    """As Oscar's, but a product only in hidden categories is not found, by staff neither; with related items."""

    def is_viewable(self, product: Any, request: HttpRequest) -> bool:
        return is_visible(product)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        related = visible_products().filter(upc__in=ItemInfo.of(self.object).related)
        return super().get_context_data(**kwargs) | {"related": related.order_by("title", "pk")}
