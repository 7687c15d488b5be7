"""Catalogue, category and search pages straight from the database, without a search index."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import ListView
from oscar.core.loading import get_model

from webupdate.webshop.storefront.visibility import visible_products

Category = get_model("catalogue", "Category")

QUERY_LENGTH = 200
QUERY_WORDS = 8


class _ProductList(ListView):
    """A page of products, as Oscar's templates want it: each wrapped like a search result."""

    paginate_by = settings.OSCAR_PRODUCTS_PER_PAGE

    def get_queryset(self) -> Any:
        return visible_products().order_by("title", "pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        page.object_list = [SimpleNamespace(object=product) for product in page.object_list]
        return context | {"products": page.object_list, "page": page}


class CatalogueView(_ProductList):
    """All products."""

    template_name = "oscar/catalogue/browse.html"
    extra_context = {"summary": "All products"}  # noqa: RUF012  Django's way


class CategoryView(_ProductList):
    """The products of a category and of those below it."""

    template_name = "oscar/catalogue/category.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.category = get_object_or_404(Category.objects.browsable(), pk=self.kwargs["pk"])
        address = self.category.get_absolute_url()
        if address != request.path:
            return redirect(address, permanent=True)
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> Any:
        below = self.category.get_descendants_and_self().browsable()
        return super().get_queryset().filter(categories__in=below)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(category=self.category, **kwargs)


class SearchView(_ProductList):
    """Products whose title, description, SKU or bar code has every word."""

    template_name = "oscar/search/results.html"

    @property
    def query(self) -> str:
        return str(self.request.GET.get("q", ""))[:QUERY_LENGTH].strip()

    def get_queryset(self) -> Any:
        if not self.query or "\0" in self.query:
            return super().get_queryset().none()
        found = super().get_queryset()
        for word in self.query.split()[:QUERY_WORDS]:
            found = found.filter(
                Q(title__icontains=word) | Q(description__icontains=word) | Q(upc__icontains=word) | Q(erp__upc=word)
            )
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(query=self.query, **kwargs)
