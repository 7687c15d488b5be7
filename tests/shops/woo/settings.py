"""Shipping, payment and what the store says of itself (recordings 1-3, 29-33, 75-80)."""

from __future__ import annotations

import copy
import re

from tests.shops.woo.asking import Answer, Body, Refusal, Request, cut, page_of, wrong
from tests.shops.woo.world import HOST, World, recorded_body, zone
from webupdate.sync.countries import NAMES

METHODS = {"flat_rate": 31, "local_pickup": 79}


def index(world: World, request: Request) -> Answer:
    """1."""
    return Answer(body=cut(request, world.index))


def status(world: World, request: Request) -> Answer:
    """2."""
    return Answer(body=cut(request, world.status))


def general(world: World, request: Request) -> Answer:
    """3."""
    return Answer(body=[cut(request, row) for row in world.general])


_STATES = {
    "DE": (("DE-BE", "Berlin"), ("DE-NW", "Nordrhein-Westfalen")),
    "US": (("NY", "New York"), ("VA", "Virginia"), ("WA", "Washington")),
    "BR": (("SP", "São Paulo"),),
}
# A German site says their names in German.
_GERMAN = {"DE": "Deutschland", "GB": "Vereinigtes Königreich", "US": "Vereinigte Staaten (USA)"}


def countries(world: World, request: Request) -> Answer:
    """Read in WooCommerce's source, not recorded: all countries with their states, and no totals."""
    found = [
        {
            "code": code,
            "name": _GERMAN.get(code, name),
            "states": [{"code": state, "name": shown} for state, shown in _STATES.get(code, ())],
        }
        for code, name in NAMES.items()
    ]
    return Answer(body=[cut(request, row) for row in found])


def zones(world: World, request: Request) -> Answer:
    """29, 76: by their order."""
    return page_of(request, sorted(world.zones.values(), key=lambda row: int(row["order"])))


def create_zone(world: World, request: Request) -> Answer:
    """75: a name may stand twice."""
    number = world.new_id("zones")
    world.zones[number] = zone(number, request.fields()["name"], 0)
    location = f"{HOST}/wp-json/wc/v3/shipping/zones/{number}"
    return Answer(body=world.zones[number], status=201, headers={"location": location})


def set_locations(world: World, request: Request, number: str) -> Answer:
    """77: the whole list; unknown types go without a word; zone 0 has none."""
    if number == "0":
        raise Refusal(403, "woocommerce_rest_shipping_zone_locations_invalid_zone", "Zone 0 cannot be changed.")
    kept = [row for row in request.body if row.get("type") in ("country", "state", "postcode", "continent")]
    world.locations[int(number)] = kept
    return page_of(request, kept)


def methods(world: World, request: Request, number: str) -> Answer:
    """30."""
    return page_of(request, world.methods.get(int(number), []))


def add_method(world: World, request: Request, number: str) -> Answer:
    """31, 79; one of unknown type is 500, and final (78). The cost is stored as sent, whatever it is."""
    fields = request.fields()
    kind = fields.get("method_id", "")
    if kind not in METHODS:
        raise Refusal(500, "woocommerce_rest_shipping_zone_not_created", "Resource cannot be created.")
    row: Body = copy.deepcopy(recorded_body(METHODS[kind]))
    instance = world.new_id("instances")
    row |= {"id": instance, "instance_id": instance}
    world.methods.setdefault(int(number), []).append(row)
    _set_method(row, fields)
    return Answer(body=row)


def _set_method(row: Body, fields: Body) -> None:
    """Unknown settings are ignored; of texts what is markup goes and `&` is written out (read, not recorded)."""
    row["enabled"] = fields.get("enabled", row["enabled"])
    for name, value in fields.get("settings", {}).items():
        if name in row["settings"]:
            row["settings"][name]["value"] = re.sub(r"<[^>]*>", "", value).replace("&", "&amp;")


def _method(world: World, number: str, instance: str) -> Body:
    for row in world.methods.get(int(number), []):
        if row["instance_id"] == int(instance):
            return row
    raise Refusal(404, "woocommerce_rest_shipping_zone_method_invalid", "Resource does not exist.")


def change_method(world: World, request: Request, number: str, instance: str) -> Answer:
    """Read in WooCommerce's source: PUT of some fields."""
    row = _method(world, number, instance)
    _set_method(row, request.fields())
    return Answer(body=copy.deepcopy(row))


def delete_method(world: World, request: Request, number: str, instance: str) -> Answer:
    """Read in WooCommerce's source: final, and only with force."""
    row = _method(world, number, instance)
    if request.query.get("force") != "true":
        raise Refusal(501, "rest_trash_not_supported", "Shipping methods do not support trashing.")
    world.methods[int(number)].remove(row)
    return Answer(body=row)


def locations(world: World, request: Request, number: str) -> Answer:
    """What a zone covers."""
    return page_of(request, world.locations.get(int(number), []))


def gateways(world: World, request: Request) -> Answer:
    """32."""
    return page_of(request, list(world.gateways.values()))


def set_gateway(world: World, request: Request, name: str) -> Answer:
    """33; none can be made (80)."""
    if name not in world.gateways:
        raise Refusal(404, "woocommerce_rest_payment_gateway_invalid", "Resource does not exist.")
    row = world.gateways[name]
    if not isinstance(request.fields().get("enabled", True), bool):
        raise wrong({"enabled": ("rest_invalid_type", "enabled is not of type boolean.")})
    row |= {field: value for field, value in request.fields().items() if field in ("title", "enabled", "description")}
    # Only the answer to a change was recorded whole, and only that of this gateway.
    return Answer(body=cut(request, recorded_body(33) | row if name == "cod" else row))
