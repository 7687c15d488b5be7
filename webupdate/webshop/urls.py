"""Addresses of the shop: the sync API, the storefront; /static and /media are served by granian."""

from __future__ import annotations

from django.apps import apps
from django.urls import include, path

from webupdate.webshop.storefront.documents import DocumentView

urlpatterns = [
    path("api/sync/v1/", include("webupdate.webshop.erp.urls")),
    path("documents/<int:pk>/<str:name>", DocumentView.as_view(), name="document"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include(apps.get_app_config("oscar").urls[0])),
]
