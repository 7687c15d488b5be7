"""Test connection: says what is wrong before anything is saved."""

from __future__ import annotations

from webupdate.sync.shops import open_shop
from webupdate.sync.shops.base import ShopInfo


def try_connection(values: dict[str, str], token: str) -> ShopInfo:
    """Reach the shop with these settings and log in. Blocks up to the time-outs; raises WebUpdateError."""
    shop = open_shop(values, {"token": token})
    try:
        return shop.check()
    finally:
        shop.close()
