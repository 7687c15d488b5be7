"""Payment options as the store's gateways: their titles, on and off. None can be made, and each is a plugin's.

So only those go that Properties name (`COD = cod`). A gateway that is off passes for none: nobody is offered it.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

import msgspec

from webupdate.sync.shops.base import Held, Part, PayOption, Result
from webupdate.sync.shops.woocommerce import values
from webupdate.sync.shops.woocommerce.client import Client

PATH = "payment_gateways"
_FIELDS = {"_fields": "id,title,enabled"}


class _Gateway(msgspec.Struct):
    id: str
    title: str | None = ""
    enabled: bool = False

    @property
    def name(self) -> str:
        """The title as it was sent."""
        return html.unescape(self.title or "")


class Payments:
    """The way of payment options into the store. `gateways`: by key the store's id of each."""

    def __init__(self, client: Client, gateways: Mapping[str, str]) -> None:
        self._client = client
        self._gateways = gateways

    def held(self, keys: list[str]) -> list[Held]:
        """What the store holds for these keys: the title alone, for the rest it has no place."""
        there = self._read()
        return [self._held(key, there.get(self._gateways.get(key, ""))) for key in keys]

    def every(self) -> list[Held]:
        """The gateways that are named and on."""
        return [held for held in self.held(list(self._gateways)) if held.data is not None]

    def _held(self, key: str, gateway: _Gateway | None) -> Held:
        if gateway is None or not gateway.enabled:
            return Held(entity="payments", key=key, data=None)
        data = msgspec.json.encode({"name": gateway.name})
        return Held(entity="payments", key=key, data=data, remote_id=gateway.id)

    def _read(self) -> dict[str, _Gateway]:
        found: list[_Gateway] = self._client.get(PATH, _FIELDS).decode(list[_Gateway])
        return {gateway.id: gateway for gateway in found}

    def upsert(self, parts: list[Part]) -> list[Result]:
        """Carry out all parts; one result for each. What is so already is not written."""
        there = self._read()
        return [self._carry_out(part, there) for part in parts]

    def _carry_out(self, part: Part, there: dict[str, _Gateway]) -> Result:
        gateway = there.get(self._gateways.get(part.key, ""))
        record = values.record_of(part)
        if not isinstance(record, PayOption):
            return self._switch_off(part, gateway)
        if gateway is None:
            text = "The shop has no payment gateway for it. Name one in Properties, Payment gateways."
            expected = f"one of {', '.join(sorted(there))}"
            return values.refused(part, text, "key", self._gateways.get(part.key, part.key), expected)
        if problem := values.unfit_text(record):
            return values.refused(part, "The shop's pages would show this as markup.", *problem)
        if (gateway.name, gateway.enabled) != (record.name, True):
            stored = self._write(gateway, {"title": record.name, "enabled": True})
            if (stored.name, stored.enabled) != (record.name, True):
                text, what = "The shop stored something else than it was told.", f"stored: {_shown(stored)}"
                return values.refused(part, text, "name", f"{record.name}, on", what)
        return Result(entity=part.entity, key=part.key, status="updated", remote_id=gateway.id)

    def _switch_off(self, part: Part, gateway: _Gateway | None) -> Result:
        status: Any = "deleted" if part.op == "delete" else "hidden"
        if gateway is not None and gateway.enabled and self._write(gateway, {"enabled": False}).enabled:
            return values.refused(part, "The shop did not switch it off.", "shown", "no", "stored: yes")
        return Result(entity=part.entity, key=part.key, status=status)

    def _write(self, gateway: _Gateway, body: dict[str, Any]) -> _Gateway:
        stored: _Gateway = self._client.write("PUT", f"{PATH}/{gateway.id}", body, _FIELDS).decode(_Gateway)
        return stored


def _shown(gateway: _Gateway) -> str:
    return f"{gateway.name}, {'on' if gateway.enabled else 'off'}"
