"""The connector for Vendure servers."""

from __future__ import annotations

from webupdate.sync.shops.vendure.facts import VENDURE as VENDURE
from webupdate.sync.shops.vendure.shop import VendureShop as VendureShop
