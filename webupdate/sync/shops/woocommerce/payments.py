"""Payment options as the store's gateways, each of which is a plugin's."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

import msgspec

from webupdate.sync.shops.base import PayOption
from webupdate.sync.shops.paying import Gateway, Gateways
from webupdate.sync.shops.records import Unfit
from webupdate.sync.shops.woocommerce import values
from webupdate.sync.shops.woocommerce.client import Client

PATH = "payment_gateways"
_FIELDS = {"_fields": "id,title,enabled"}


class _Row(msgspec.Struct):
    id: str
    title: str | None = ""
    enabled: bool = False

    @property
    def gateway(self) -> Gateway:
        """With the title as it was sent."""
        return Gateway(self.id, html.unescape(self.title or ""), self.enabled)


class Payments(Gateways):
    """The way of payment options into the store."""

    def __init__(self, client: Client, named: Mapping[str, str]) -> None:
        super().__init__(named)
        self._client = client

    def _read(self, *, write: bool = False) -> dict[str, Gateway]:
        found: list[_Row] = self._client.get(PATH, _FIELDS).decode(list[_Row])
        return {row.id: row.gateway for row in found}

    def _write(self, gateway: Gateway, name: str | None, *, enabled: bool) -> Gateway:
        body: dict[str, Any] = {"enabled": enabled} | ({} if name is None else {"title": name})
        stored: _Row = self._client.write("PUT", f"{PATH}/{gateway.id}", body, _FIELDS).decode(_Row)
        return stored.gateway

    def _check(self, record: PayOption) -> None:
        if problem := values.unfit_text(record):
            raise Unfit("The shop's pages would show this as markup.", *problem)
