"""Ship vias as methods of shipping zones: flat rates, shares of the goods' value, local pickup.

A method has no meta data, and nothing stops a second one of the same title: so the store is read before each write,
and the title carries the ship via's code, by which the method is known again and orders tell it. No zone is made or
changed: one of ours would take its places out of the zones that the shop's owner made.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Any

import msgspec

from webupdate.errors import Stopped
from webupdate.sync.shops.base import EITHER, Held, Part, Result, ShipBand, ShipMethod
from webupdate.sync.shops.records import Unfit
from webupdate.sync.shops.woocommerce import values
from webupdate.sync.shops.woocommerce.client import Client
from webupdate.sync.shops.woocommerce.facts import ship_title, titled
from webupdate.sync.shops.woocommerce.places import Places
from webupdate.sync.shops.woocommerce.rates import FLAT, PICKUP, band_of, cost

ZONES = "shipping/zones"
Place = tuple[str, str]  # country and state by their codes
_ANYWHERE: Place = ("", "")


class _Setting(msgspec.Struct):
    value: Any = ""


class _Method(msgspec.Struct):
    id: int
    method_id: str = ""
    enabled: bool = False
    settings: dict[str, _Setting] | list[Any] = {}  # PHP writes an empty object as an empty list

    def text(self, name: str) -> str:
        """A setting as it was sent."""
        setting = self.settings.get(name) if isinstance(self.settings, dict) else None
        return "" if setting is None else html.unescape(str(setting.value))


class _Location(msgspec.Struct):
    code: str
    type: str


class _Zone(msgspec.Struct):
    id: int
    name: str = ""
    place: Place | None = None  # None: several places, or one of another kind
    rest: bool = False  # it is that of ship vias without a country
    methods: list[_Method] = []


class _Offer(msgspec.Struct, frozen=True):
    """What a band is in the store."""

    zone: _Zone
    kind: str
    cost: str


class Shipping:
    """The way of ship vias into the store. `zone`: the zone of those without a country, "" = the rest of the world."""

    def __init__(self, client: Client, places: Places, zone: str) -> None:
        self._client = client
        self._places = places
        self._zone = zone.strip()
        self._ships = True

    def held(self, keys: list[str]) -> list[Held]:
        """What the store holds for these keys."""
        there = {held.key: held for held in self.every()}
        return [there.get(key, Held(entity="shipping", key=key, data=None)) for key in keys]

    def every(self) -> list[Held]:
        """All methods of the zones that may hold ship vias."""
        found: dict[str, list[tuple[_Zone, _Method]]] = {}
        for zone in self._read():
            for method in zone.methods:
                if method.method_id in (FLAT, PICKUP):
                    found.setdefault(titled(method.text("title"))[1], []).append((zone, method))
        return [self._held(key, entries) for key, entries in found.items()]

    def _held(self, key: str, entries: list[tuple[_Zone, _Method]]) -> Held:
        record = ShipMethod(
            name=titled(entries[0][1].text("title"))[0], bands=tuple(_band(zone, method) for zone, method in entries)
        )
        shown = any(method.enabled for _, method in entries)
        data = msgspec.to_builtins(record) | ({} if shown else {"shown": False})
        return Held(entity="shipping", key=key, data=msgspec.json.encode(data), remote_id=_remote(entries))

    def upsert(self, parts: list[Part]) -> list[Result]:
        """Carry out all parts, one after the other; one result for each."""
        return [self._carry_out(part) for part in parts]

    def _carry_out(self, part: Part) -> Result:
        try:
            zones = self._read()
            record = values.record_of(part)
            mine = list(_of(zones, part, record.name if isinstance(record, ShipMethod) else part.key))
            if isinstance(record, ShipMethod):
                return self._put(part, record, zones, mine)
            return self._leave(part, mine)
        except Unfit as error:
            return values.refused(part, *error.args)

    def _put(self, part: Part, record: ShipMethod, zones: list[_Zone], mine: list[tuple[_Zone, _Method]]) -> Result:
        title = _title(part.key, record)
        offers = self._offers(record, zones)
        entries: list[tuple[_Zone, _Method]] = []
        for offer in offers:
            there = next((m for zone, m in mine if zone.id == offer.zone.id and m.method_id == offer.kind), None)
            entries.append((offer.zone, self._offer(offer, title, there)))
        kept = {method.id for _, method in entries}
        for zone, method in mine:
            # One that is exactly as ours was made by a request of ours that came in late.
            twin = any(zone.id == offer.zone.id and _is(method, offer, title) for offer in offers)
            if method.id not in kept and (twin or _is_ours(zone, method, part)):
                self._delete(zone, method)
        status: Any = "updated" if mine else "created"
        return Result(entity="shipping", key=part.key, status=status, remote_id=_remote(entries))

    def _offer(self, offer: _Offer, title: str, there: _Method | None) -> _Method:
        """Make a method what it should be, if it is not; what the answer says is compared."""
        if there is not None and _is(there, offer, title):
            return there
        body = {"enabled": True, "settings": {"title": title, "cost": offer.cost}}
        path = f"{ZONES}/{offer.zone.id}/methods"
        if there is None:
            answer = self._client.write("POST", path, {"method_id": offer.kind, **body})
        else:
            answer = self._client.write("PUT", f"{path}/{there.id}", body)
        made: _Method = answer.decode(_Method)
        if not _is(made, offer, title):
            stored = f"stored: {made.text('title')}, {made.text('cost')}, {'on' if made.enabled else 'off'}"
            text = "The shop stored something else than it was told."
            raise Unfit(text, "rate", f"{title}, {offer.cost}, on", stored)
        return made

    def _leave(self, part: Part, mine: list[tuple[_Zone, _Method]]) -> Result:
        if part.remote_id:
            mine = [(zone, method) for zone, method in mine if _is_ours(zone, method, part)]
        for zone, method in mine:
            if part.op == "delete":
                self._delete(zone, method)
            elif method.enabled:
                path = f"{ZONES}/{zone.id}/methods/{method.id}"
                off: _Method = self._client.write("PUT", path, {"enabled": False}).decode(_Method)
                if off.enabled:
                    raise Unfit("The shop did not switch it off.", "shown", "no", "stored: yes")
        status: Any = "deleted" if part.op == "delete" else "hidden"
        return Result(entity="shipping", key=part.key, status=status, remote_id=_remote(mine) or None)

    def _delete(self, zone: _Zone, method: _Method) -> None:
        self._client.write("DELETE", f"{ZONES}/{zone.id}/methods/{method.id}", None, {"force": "true"})

    def _offers(self, record: ShipMethod, zones: list[_Zone]) -> list[_Offer]:
        """Where it is to be offered, and at what cost. Raises Unfit for what the store can't reckon."""
        offers: dict[int, _Offer] = {}
        for band in record.bands:
            zone = self._zone_of(band, zones)
            if zone.id in offers:
                text = "WooCommerce has one rate for a ship via and a place, by no minimum and maximum."
                raise Unfit(text, "bands", f"{len(record.bands)} rates", "one rate for each place")
            offers[zone.id] = _Offer(zone, PICKUP if band.rate_type == "PICKUP" else FLAT, cost(band))
        if not offers:
            raise Unfit("It has no rate.", "bands", "none", "one rate for each place")
        return list(offers.values())

    def _zone_of(self, band: ShipBand, zones: list[_Zone]) -> _Zone:
        place = self._place(band)
        found = next((zone for zone in zones if zone.place == place or (zone.rest and place == _ANYWHERE)), None)
        if not self._ships:
            raise Unfit("The shop ships nothing: that is off in WooCommerce, Settings, General.", "country")
        if found is None:
            name = ":".join(filter(None, place)) or self._zone
            text = "The shop has no shipping zone of this place alone. Make one there, with all that is offered in it."
            raise Unfit(text, "country", name, "the place of one of its zones")
        return found

    def _place(self, band: ShipBand) -> Place:
        country = self._places.country(band.country)
        if country is None or (band.state and not country):
            text, wanted = "The shop does not know this country.", "a country by its name or two letters"
            raise Unfit(text, "country", band.country, wanted)
        state = self._places.state(country, band.state) if band.state else ""
        if band.state and not state:  # else it would be offered in the whole country
            text, wanted = "The shop does not know this state.", f"a state of {country} by its name or code"
            raise Unfit(text, "state", band.state, wanted)
        return country, state

    def _read(self) -> list[_Zone]:
        """The zones that may hold ship vias, with their methods, as they are now."""
        zones: list[_Zone] = self._listed(ZONES, {"_fields": "id,name"}, _Zone)
        self._ships = bool(zones)  # else there is that of the rest of the world
        wanted = self._zone.casefold()
        for zone in zones:
            zone.rest = html.unescape(zone.name).casefold() == wanted if wanted else zone.id == 0
            zone.place = self._one_place(zone)
        good = [zone for zone in zones if zone.rest or zone.place is not None]
        for zone in good:
            fields = {"_fields": "id,method_id,enabled,settings"}
            zone.methods = self._listed(f"{ZONES}/{zone.id}/methods", fields, _Method)
        return good

    def _listed(self, path: str, query: dict[str, str], kind: Any) -> list[Any]:
        """A list that has no pages; stores older than 10.5 give no totals with it. Empty where shipping is off."""
        try:
            found: list[Any] = self._client.get(path, query).decode(list[kind])
        except Stopped as error:
            if error.status != 404:
                raise
            return []
        return found

    def _one_place(self, zone: _Zone) -> Place | None:
        """The country or state of a zone that has one location only."""
        if zone.id == 0:
            return None
        found: list[_Location] = self._listed(f"{ZONES}/{zone.id}/locations", {}, _Location)
        if len(found) != 1 or found[0].type not in ("country", "state"):
            return None
        country, _, state = found[0].code.partition(":")
        return country, state


def _title(key: str, record: ShipMethod) -> str:
    if problem := values.unfit_text(record):
        raise Unfit("WooCommerce would store this otherwise: it drops what looks like markup.", *problem)
    return ship_title(record.name, key)


def _of(zones: list[_Zone], part: Part, name: str) -> Iterable[tuple[_Zone, _Method]]:
    """The methods of a ship via: ours, and those that a person called so."""
    for zone in zones:
        for method in zone.methods:
            called = method.text("title").casefold() in (name.casefold(), part.key.casefold())
            if method.method_id in (FLAT, PICKUP) and (called or _is_ours(zone, method, part)):
                yield zone, method


def _is_ours(zone: _Zone, method: _Method, part: Part) -> bool:
    """Whether a method is known by its id, or its title has our code: else a person may have made it."""
    title = method.text("title")
    marked = titled(title)[1].casefold() == part.key.casefold() and title.casefold() != part.key.casefold()
    return marked or f"{zone.id}:{method.id}" in (part.remote_id or "").split()


def _remote(entries: list[tuple[_Zone, _Method]]) -> str:
    return " ".join(f"{zone.id}:{method.id}" for zone, method in entries)


def _is(method: _Method, offer: _Offer, title: str) -> bool:
    told = (True, offer.kind, title, offer.cost)
    return (method.enabled, method.method_id, method.text("title"), method.text("cost")) == told


def _band(zone: _Zone, method: _Method) -> ShipBand:
    country, state = zone.place or _ANYWHERE
    state = state.removeprefix(f"{country}-")
    if zone.rest:  # which of the two a rate is of, nothing in the store says
        country, state = (f"{name}{EITHER}" if name else "" for name in (country, state))
    found = band_of(method.method_id, method.text("cost"))
    return msgspec.structs.replace(found, country=country, state=state)
