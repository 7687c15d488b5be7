"""Payment options as a shop's ways to pay: their titles, on and off. None can be made, since each is a program's.

So only those go that Properties name (`COD = cod`). A gateway that is off passes for none: nobody is offered it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import msgspec

from webupdate.sync.shops.base import Held, Part, PayOption, Result
from webupdate.sync.shops.records import Unfit, record_of, refused


class Gateway(msgspec.Struct, frozen=True):
    """A way to pay as the shop has it."""

    id: str
    name: str
    enabled: bool

    def __str__(self) -> str:
        return f"{self.name}, {'on' if self.enabled else 'off'}"


def terms(named: Mapping[str, str]) -> dict[str, str]:
    """EBMS's codes by the gateways."""
    return {gateway: key for key, gateway in named.items()}


class Gateways(ABC):
    """The way of payment options into a shop. `named`: by key what Properties call the shop's gateway."""

    def __init__(self, named: Mapping[str, str]) -> None:
        self._named = named

    @abstractmethod
    def _read(self, *, write: bool = False) -> dict[str, Gateway]:
        """The shop's gateways by what Properties call them. `write`: before one."""

    @abstractmethod
    def _write(self, gateway: Gateway, name: str | None, *, enabled: bool) -> Gateway:
        """Switch one and give it a name (None: it keeps its own); what the shop says that it stored."""

    def _check(self, record: PayOption) -> None:  # noqa: B027
        """Raise Unfit for what the shop would show otherwise."""

    def held(self, keys: list[str]) -> list[Held]:
        """What the shop holds for these keys: the title alone, for the rest it has no place."""
        there = self._read()
        return [self._held(key, there.get(self._named.get(key, ""))) for key in keys]

    def every(self) -> list[Held]:
        """The gateways that are named and on."""
        return [held for held in self.held(list(self._named)) if held.data is not None]

    def _held(self, key: str, gateway: Gateway | None) -> Held:
        if gateway is None or not gateway.enabled:
            return Held(entity="payments", key=key, data=None)
        data = msgspec.json.encode({"name": gateway.name})
        return Held(entity="payments", key=key, data=data, remote_id=gateway.id)

    def upsert(self, parts: list[Part]) -> list[Result]:
        """Carry out all parts; one result for each. What is so already is not written."""
        there = self._read(write=True)
        return [self._carry_out(part, there) for part in parts]

    def _carry_out(self, part: Part, there: Mapping[str, Gateway]) -> Result:
        gateway = there.get(self._named.get(part.key, ""))
        record = record_of(part)
        try:
            if not isinstance(record, PayOption):
                return self._switch_off(part, gateway)
            return self._put(part, record, gateway, there)
        except Unfit as error:
            return refused(part, *error.args)

    def _put(self, part: Part, record: PayOption, gateway: Gateway | None, there: Mapping[str, Gateway]) -> Result:
        if gateway is None:
            text = "The shop has no payment gateway for it. Name one in Properties, Payment gateways."
            expected = f"one of {', '.join(sorted(there))}"
            raise Unfit(text, "key", self._named.get(part.key, part.key), expected)
        self._check(record)
        if (gateway.name, gateway.enabled) != (record.name, True):
            stored = self._write(gateway, record.name, enabled=True)
            if (stored.name, stored.enabled) != (record.name, True):
                text = "The shop stored something else than it was told."
                raise Unfit(text, "name", f"{record.name}, on", f"stored: {stored}")
        return Result(entity=part.entity, key=part.key, status="updated", remote_id=gateway.id)

    def _switch_off(self, part: Part, gateway: Gateway | None) -> Result:
        status: Any = "deleted" if part.op == "delete" else "hidden"
        if gateway is not None and gateway.enabled and self._write(gateway, None, enabled=False).enabled:
            raise Unfit("The shop did not switch it off.", "shown", "no", "stored: yes")
        return Result(entity=part.entity, key=part.key, status=status)
