"""Configuration of the forked basket app; its migrations stay Oscar's (MIGRATION_MODULES)."""

from __future__ import annotations

from oscar.apps.basket import apps


class BasketConfig(apps.BasketConfig):
    name = "webupdate.webshop.basket"
