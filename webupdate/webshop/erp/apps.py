"""Configuration of the app `erp`."""

from __future__ import annotations

from django.apps import AppConfig


class ErpConfig(AppConfig):
    name = "webupdate.webshop.erp"
    label = "erp"

    def ready(self) -> None:
        from webupdate.webshop.erp import marks

        marks.connect()
