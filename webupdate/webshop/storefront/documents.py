"""Hands out the PDFs of items that may be seen."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views import View

from webupdate.webshop.erp.models import PDF, Document
from webupdate.webshop.storefront.visibility import is_visible


class DocumentView(View):
    """One PDF. The name in the address is for people: the number alone counts, the type is ours."""

    def get(self, request: HttpRequest, pk: int, name: str) -> FileResponse:
        document = get_object_or_404(Document.objects.select_related("product", "content"), pk=pk)
        path = document.content.path
        if not is_visible(document.product) or not path.is_file():
            raise Http404(request.path)
        return FileResponse(path.open("rb"), content_type=PDF, filename=document.name)
