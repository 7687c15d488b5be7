"""Which products may be seen: public ones in a category that can be seen, or in none."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from oscar.core.loading import get_model

from webupdate.webshop.erp.models import Price

Category = get_model("catalogue", "Category")
Product = get_model("catalogue", "Product")


def is_visible(product: Any) -> bool:
    """Whether a page may show this product."""
    categories = product.categories.all()
    public = [category.is_public and category.ancestors_are_public for category in categories]
    return product.is_public and (not public or any(public))


def visible_products() -> Any:
    """All products that pages may show, with what a list of them needs, in a fixed number of queries."""
    browsable = Category.objects.browsable()
    own_unit = Q(unit="") | Q(unit=F("product__erp__unit"))
    other_units = Price.objects.filter(product=OuterRef("pk")).exclude(own_unit)
    return (
        Product.objects.browsable()
        .filter(Q(categories=None) | Q(categories__in=browsable))
        # A list offers "Add to basket" only where no unit has to be chosen.
        .annotate(has_product_class_options=Exists(other_units), has_product_options=Exists(Price.objects.none()))
        .select_related("product_class", "erp")
        .prefetch_related("erp_prices", "categories", "stockrecords", "images", "children", "product_class__options")
        .distinct()
    )
