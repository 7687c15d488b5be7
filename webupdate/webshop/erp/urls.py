"""Addresses of the sync API."""

from __future__ import annotations

from django.urls import path, re_path

from webupdate.webshop.erp import views

urlpatterns = [
    path("check/", views.Check.as_view()),
    path("settings/", views.Settings.as_view()),
    path("records/", views.Records.as_view()),
    path("read/", views.Read.as_view()),
    path("contents/<str:digest>/", views.Contents.as_view()),
    path("accounts/", views.Accounts.as_view()),
    path("orders/", views.Orders.as_view()),
    path("orders/ack/", views.Acknowledge.as_view()),
    path("orders/status/", views.Status.as_view()),
    path("openapi.json", views.OpenApi.as_view()),
    re_path("", views.Nothing.as_view()),
]
