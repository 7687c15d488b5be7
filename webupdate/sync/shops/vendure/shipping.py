"""Ship vias as shipping methods of one flat rate, which is all that Vendure's own calculator knows.

Codes are not unique there and a method has no other place that buyers don't see: so the methods are read before each
write, and the code is EBMS's behind a mark of ours, together with what the one rate can't tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import msgspec

from webupdate.sync.shops.base import Held, Part, Result, ShipBand, ShipMethod
from webupdate.sync.shops.records import Unfit, record_of, refused
from webupdate.sync.shops.vendure import values
from webupdate.sync.shops.vendure.channel import Channel
from webupdate.sync.shops.vendure.client import Client, each_alone
from webupdate.sync.shops.vendure.facts import LARGEST_MONEY
from webupdate.sync.shops.vendure.lists import every

_FIELDS = "id code name checker { code args { name value } } calculator { code args { name value } }"
_QUERY = f"""query($options: ShippingMethodListOptions) {{ rows: shippingMethods(options: $options) {{
  items {{ {_FIELDS} }}
}} }}"""
_DELETE = "mutation($id: ID!) { deleteShippingMethod(id: $id) { result } }"

CALCULATOR, CHECKER = "default-shipping-calculator", "default-shipping-eligibility-checker"
_MINIMUM = "orderMinimum"
# What orders pay is EBMS's rate, and the tax that the method's owner set comes on top.
_WITHOUT_TAX = "exclude"
_CODE = re.compile(r"webupdate(?P<pickup>-pickup)?(?:\+(?P<handling>[0-9.]+))?:(?P<key>.+)", re.DOTALL)
_ADVICE = "offer it by a plugin of the shop, and set SHOW_WEB to F."


class _Arg(msgspec.Struct):
    name: str
    value: str


class _Operation(msgspec.Struct):
    code: str
    args: list[_Arg] = []

    def text(self, name: str) -> str:
        return next((arg.value for arg in self.args if arg.name == name), "")

    def number(self, name: str) -> int:
        """A whole number; 0 for what is none."""
        text = self.text(name)
        return int(text) if text.isascii() and text.isdecimal() else 0


class _Method(msgspec.Struct):
    id: str
    code: str
    name: str
    checker: _Operation
    calculator: _Operation

    @property
    def key(self) -> str:
        """The ship via that it is; of one that a person made, what it is called."""
        return ship_via(self.code) or self.name

    @property
    def hidden(self) -> bool:
        return self.checker.code == CHECKER and self.checker.number(_MINIMUM) >= LARGEST_MONEY


class _Offer(msgspec.Struct, frozen=True):
    """What a ship via is in the shop; `rate` is in minor units."""

    code: str
    name: str
    rate: int

    def fits(self, method: _Method) -> bool:
        """Whether a method is that already."""
        reckoned = (method.calculator.number("rate"), method.calculator.text("includesTax"))
        told = (method.code, method.name, method.calculator.code)
        return told == (self.code, self.name, CALCULATOR) and reckoned == (self.rate, _WITHOUT_TAX)


def ship_via(code: str) -> str:
    """EBMS's code of a method of ours; "" for one that a person made."""
    found = _CODE.fullmatch(code)
    return found["key"] if found else ""


class Shipping:
    """The way of ship vias into the shop."""

    def __init__(self, client: Client, channel: Channel) -> None:
        self._client = client
        self._channel = channel

    def held(self, keys: list[str]) -> list[Held]:
        """What the shop holds for these keys."""
        there = {held.key: held for held in self.every()}
        return [there.get(key, Held(entity="shipping", key=key, data=None)) for key in keys]

    def every(self) -> list[Held]:
        """All methods. What a person called like a ship via of ours is not that."""
        found: dict[str, list[_Method]] = {}
        for method in sorted(self._read(), key=lambda each: not ship_via(each.code)):
            mine = found.setdefault(method.key, [])
            if not mine or ship_via(method.code):
                mine.append(method)
        return [self._held(key, methods) for key, methods in found.items()]

    def _held(self, key: str, methods: list[_Method]) -> Held:
        """Twins that a late request made are two rates, so that this is not what was sent."""
        record = ShipMethod(name=methods[0].name, bands=tuple(map(self._band, methods)))
        hidden = all(method.hidden for method in methods)
        data = msgspec.to_builtins(record) | ({"shown": False} if hidden else {})
        return Held(entity="shipping", key=key, data=msgspec.json.encode(data), remote_id=methods[0].id)

    def _band(self, method: _Method) -> ShipBand:
        if method.calculator.code != CALCULATOR:
            return ShipBand(rate_type=method.calculator.code, rate="")
        found = _CODE.fullmatch(method.code)
        handling = (found["handling"] or "") if found else ""
        rate = self._channel.major(method.calculator.number("rate")) - Decimal(handling or 0)
        return ShipBand(
            rate_type="PICKUP" if found and found["pickup"] else "FLAT", rate=f"{rate:f}", handling=handling
        )

    def upsert(self, parts: list[Part]) -> list[Result]:
        """Carry out all parts, one after the other; one result for each."""
        return each_alone(parts, self._carry_out, self._channel.probe)

    def _carry_out(self, part: Part) -> Result:
        record = record_of(part)
        try:
            offer = self._offer(part.key, record) if isinstance(record, ShipMethod) else None
            methods = self._read(write=True)
            ours = [each for each in methods if ship_via(each.code) == part.key or each.id == part.remote_id]
            return self._leave(part, ours) if offer is None else self._put(part, offer, ours, methods)
        except Unfit as error:
            return refused(part, *error.args)

    def _put(self, part: Part, offer: _Offer, ours: list[_Method], methods: list[_Method]) -> Result:
        there = ours[0] if ours else _namesake(part.key, offer, methods)
        method = self._write(offer, there)
        for twin in ours[1:]:
            self._delete(twin)
        status: Any = "created" if there is None else "updated"
        return Result(entity="shipping", key=part.key, status=status, remote_id=method.id)

    def _write(self, offer: _Offer, there: _Method | None) -> _Method:
        """Make a method what it should be, if it is not; what the answer says is compared."""
        if there is not None and offer.fits(there) and not there.hidden:
            return there
        fields: dict[str, Any] = {"code": offer.code, "translations": self._channel.translated(name=offer.name)}
        tax = there.calculator.text("taxRate") if there is not None else ""
        rates = {"rate": str(offer.rate), "includesTax": _WITHOUT_TAX, "taxRate": tax or "0"}
        fields["calculator"] = _operation(CALCULATOR, rates)
        if there is None or there.hidden:
            fields["checker"] = _operation(CHECKER, {_MINIMUM: "0"})
        made = self._change(fields, there)
        if not offer.fits(made) or made.hidden:
            stored = f"stored: {made.name}, {made.calculator.text('rate')}"
            text = "The shop stored something else than it was told."
            raise Unfit(text, "rate", f"{offer.name}, {offer.rate}", stored)
        return made

    def _change(self, fields: dict[str, Any], there: _Method | None) -> _Method:
        if there is None:
            name, fields = "createShippingMethod", {**fields, "fulfillmentHandler": "manual-fulfillment"}
        else:
            name, fields = "updateShippingMethod", {"translations": [], **fields, "id": there.id}
        kind = f"{name[0].upper()}{name[1:]}Input"
        query = f"mutation($input: {kind}!) {{ made: {name}(input: $input) {{ {_FIELDS} }} }}"
        made: dict[str, _Method] = self._client.change(query, {"input": fields}, dict[str, _Method])
        return made["made"]

    def _leave(self, part: Part, ours: list[_Method]) -> Result:
        """Vendure has no switch: one that is hidden asks for more goods than any order can have."""
        for method in ours:
            if part.op == "delete":
                self._delete(method)
            elif not method.hidden:
                never = _operation(CHECKER, {_MINIMUM: str(LARGEST_MONEY)})
                if not self._change({"checker": never}, method).hidden:
                    raise Unfit("The shop did not hide it.", "shown", "no", "stored: yes")
        if part.op == "delete":
            return Result(entity="shipping", key=part.key, status="deleted")
        return Result(entity="shipping", key=part.key, status="hidden", remote_id=ours[0].id if ours else None)

    def _delete(self, method: _Method) -> None:
        """Orders that were shipped so keep it: Vendure only puts it away."""
        self._client.change(_DELETE, {"id": method.id}, dict[str, Any])

    def _offer(self, key: str, record: ShipMethod) -> _Offer:
        """What it is in the shop. Raises Unfit for what Vendure's own calculator can't reckon."""
        for band in record.bands:
            _check(band)
        if len(record.bands) != 1:
            text = f"Vendure's own calculator knows one rate for a ship via, and no table: {_ADVICE}"
            raise Unfit(text, "bands", f"{len(record.bands)} rates", "one rate")
        (band,) = record.bands
        price = f"{Decimal(band.rate) + Decimal(band.handling or 0):f}"
        minor = self._channel.minor(price)
        if minor is None:
            expected = f"two places, up to {self._channel.largest}"
            raise Unfit("Vendure can't hold this rate (with its handling).", "rate", price, expected)
        return _Offer(_code(key, band), record.name, minor)

    def _read(self, *, write: bool = False) -> list[_Method]:
        return every(self._client, _QUERY, {}, _Method, write=write)


def _code(key: str, band: ShipBand) -> str:
    pickup = "-pickup" if band.rate_type == "PICKUP" else ""
    return f"webupdate{pickup}{f'+{band.handling}' if band.handling else ''}:{key}"


def _check(band: ShipBand) -> None:
    """Raise Unfit for a rate that Vendure's own calculator and checker don't know."""
    if band.rate_type not in ("FLAT", "PICKUP"):
        text = f"Vendure's own calculator knows flat rates only: {_ADVICE}"
        raise Unfit(text, "rate_type", band.rate_type, "FLAT or PICKUP")
    for name, what in _LIMITS.items():
        if value := getattr(band, name):
            text = f"Vendure would offer it {what}. Empty the field in EBMS if that is right, else: {_ADVICE}"
            raise Unfit(text, name, value, "empty")
    for name in ("rate", "handling"):
        value = getattr(band, name)
        if value and not values.is_price(value):
            raise Unfit("This is no price.", name, value, "digits with a point, as 18.50")


_LIMITS = {
    "min_value": "to orders of any size",
    "max_value": "to orders of any size",
    "group": "to everybody",
    "country": "in all countries",
    "state": "in all states",
}


def _namesake(key: str, offer: _Offer, methods: Iterable[_Method]) -> _Method | None:
    """A method that a person gave the name or code of a ship via: it is taken over."""
    wanted = (key.casefold(), offer.name.casefold())
    for method in methods:
        called = method.name.casefold() in wanted or method.code.casefold() == wanted[0]
        if called and not ship_via(method.code):
            if method.calculator.code != CALCULATOR:
                text = "A method of this name, which a person made, reckons by another calculator. Rename one of both."
                raise Unfit(text, "name", f"{method.name}, {method.calculator.code}", CALCULATOR)
            return method
    return None


def _operation(code: str, values: dict[str, str]) -> dict[str, Any]:
    return {"code": code, "arguments": [{"name": name, "value": value} for name, value in values.items()]}
