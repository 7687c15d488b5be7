"""Payment options as payment methods: each needs a handler, which is a part of the server's program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from webupdate.sync.shops.base import Part, Result
from webupdate.sync.shops.paying import Gateway, Gateways
from webupdate.sync.shops.vendure.channel import Channel
from webupdate.sync.shops.vendure.client import Client, each_alone
from webupdate.sync.shops.vendure.lists import every

_FIELDS = "id code name enabled"
_QUERY = f"""query($options: PaymentMethodListOptions) {{
  rows: paymentMethods(options: $options) {{ items {{ {_FIELDS} }} }}
}}"""
_UPDATE = f"mutation($input: UpdatePaymentMethodInput!) {{ made: updatePaymentMethod(input: $input) {{ {_FIELDS} }} }}"


class _Method(msgspec.Struct):
    id: str
    code: str
    name: str
    enabled: bool

    @property
    def gateway(self) -> Gateway:
        return Gateway(self.id, self.name, self.enabled)


class Payments(Gateways):
    """The way of payment options into the shop. `named`: by key the codes of payment methods."""

    def __init__(self, client: Client, channel: Channel, named: Mapping[str, str]) -> None:
        super().__init__(named)
        self._client = client
        self._channel = channel

    def upsert(self, parts: list[Part]) -> list[Result]:
        """Carry out all parts, one after the other; one result for each."""
        there = self._read(write=True)
        return each_alone(parts, lambda part: self._carry_out(part, there), self._channel.probe)

    def _read(self, *, write: bool = False) -> dict[str, Gateway]:
        found: list[_Method] = every(self._client, _QUERY, {}, _Method, write=write)
        # Codes are not unique: buyers pay by the oldest.
        return {method.code: method.gateway for method in reversed(found)}

    def _write(self, gateway: Gateway, name: str | None, *, enabled: bool) -> Gateway:
        fields: dict[str, Any] = {"id": gateway.id, "enabled": enabled}
        if name is not None:
            fields["translations"] = self._channel.translated(name=name)
        made: dict[str, _Method] = self._client.change(_UPDATE, {"input": fields}, dict[str, _Method])
        return made["made"].gateway
