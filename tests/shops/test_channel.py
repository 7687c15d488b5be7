"""A channel of Vendure that is not ready for goods."""

from __future__ import annotations

from typing import Any, cast

import msgspec
import pytest

from webupdate.errors import Stopped
from webupdate.sync.shops.vendure.channel import Channel
from webupdate.sync.shops.vendure.client import Client

CHANNEL = {"code": "b2b", "token": "b2b", "defaultLanguageCode": "en", "defaultCurrencyCode": "EUR"}
SETTINGS = {"trackInventory": True, "outOfStockThreshold": 0, "serverConfig": {"moneyStrategyPrecision": 2}}


class Answering:
    """A server that says this of itself."""

    def __init__(self, locations: list[dict[str, str]]) -> None:
        self.told = {
            "activeChannel": CHANNEL | {"pricesIncludeTax": False},
            "globalSettings": SETTINGS,
            "stockLocations": {"items": locations},
            "facets": {"items": []},
        }

    def ask(self, _query: str, _variables: dict[str, Any], kind: Any, *, write: bool) -> Any:
        return msgspec.convert(self.told, kind)


def channel(*locations: dict[str, str]) -> Channel:
    return Channel(cast(Client, Answering(list(locations))), "", "")


def test_a_channel_without_a_stock_location_stops_the_site_with_a_sentence() -> None:
    assert channel({"id": "7"}).location == "7"
    with pytest.raises(Stopped) as caught:
        channel().learn()
    assert caught.value.message == "The shop's channel «b2b» has no stock location."
