"""Which request goes where."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from tests.shops.woo import batch, customers, media, orders, products, settings, taxes, terms, variations
from tests.shops.woo.asking import Answer, Refusal, Request
from tests.shops.woo.login import admit
from tests.shops.woo.world import World, recorded_body

Handler = Callable[..., Answer]
WC, WP = "/wp-json/wc/v3", "/wp-json/wp/v2"


def _batch(module: object) -> Handler:
    create, update, delete = (getattr(module, name) for name in ("create", "update", "delete"))
    return partial(batch.batch, create=create, update=update, delete=delete)


def _no_delete(_world: World, _request: Request, _number: str) -> Answer:
    raise Refusal(404, "rest_no_route", "No route was found matching the URL and request method.")


ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/wp-json/", settings.index),
    ("GET", f"{WC}/system_status", settings.status),
    ("GET", f"{WC}/settings/general", settings.general),
    ("POST", f"{WC}/products/batch", _batch(products)),
    ("POST", f"{WC}/products/categories/batch", _batch(terms)),
    ("GET", f"{WC}/products/categories", terms.listed),
    ("POST", f"{WC}/products/categories", terms.create),
    ("GET", f"{WC}/products/categories/(\\d+)", terms.one),
    ("PUT", f"{WC}/products/categories/(\\d+)", terms.update),
    ("DELETE", f"{WC}/products/categories/(\\d+)", terms.delete),
    ("GET", f"{WC}/products", products.listed),
    ("POST", f"{WC}/products", products.create),
    ("GET", f"{WC}/products/(\\d+)", products.one),
    ("PUT", f"{WC}/products/(\\d+)", products.update),
    ("DELETE", f"{WC}/products/(\\d+)", products.delete),
    ("GET", f"{WC}/variations", variations.listed),
    ("GET", f"{WC}/products/(\\d+)/variations", variations.listed),
    ("POST", f"{WC}/products/(\\d+)/variations/batch", variations.in_batch),
    ("GET", f"{WC}/customers", customers.listed),
    ("POST", f"{WC}/customers", customers.create),
    ("POST", f"{WC}/customers/batch", _batch(customers)),
    ("PUT", f"{WC}/customers/(\\d+)", customers.update),
    ("GET", f"{WC}/data/countries", settings.countries),
    ("GET", f"{WC}/shipping/zones", settings.zones),
    ("POST", f"{WC}/shipping/zones", settings.create_zone),
    ("GET", f"{WC}/shipping/zones/(\\d+)/locations", settings.locations),
    ("PUT", f"{WC}/shipping/zones/(\\d+)/locations", settings.set_locations),
    ("GET", f"{WC}/shipping/zones/(\\d+)/methods", settings.methods),
    ("POST", f"{WC}/shipping/zones/(\\d+)/methods", settings.add_method),
    ("PUT", f"{WC}/shipping/zones/(\\d+)/methods/(\\d+)", settings.change_method),
    ("DELETE", f"{WC}/shipping/zones/(\\d+)/methods/(\\d+)", settings.delete_method),
    ("GET", f"{WC}/payment_gateways", settings.gateways),
    ("PUT", f"{WC}/payment_gateways/(\\w+)", settings.set_gateway),
    ("GET", f"{WC}/taxes", taxes.listed),
    ("GET", f"{WC}/taxes/classes", taxes.classes),
    ("GET", f"{WC}/refunds", orders.refunds),
    ("POST", f"{WC}/orders/batch", partial(batch.batch, create=orders.create, update=orders.update, delete=_no_delete)),
    ("GET", f"{WC}/orders", orders.listed),
    ("POST", f"{WC}/orders", orders.create),
    ("GET", f"{WC}/orders/(\\d+)", orders.one),
    ("PUT", f"{WC}/orders/(\\d+)", orders.update),
    ("POST", f"{WC}/orders/(\\d+)/notes", orders.note),
    ("POST", f"{WC}/orders/(\\d+)/refunds", orders.refund),
    ("GET", f"{WP}/media", media.listed),
    ("POST", f"{WP}/media", media.upload),
    ("GET", f"{WP}/media/(\\d+)", media.one),
)


def answer(world: World, request: Request) -> Answer:
    """What the store answers to a request. Never raises Refusal."""
    if world.maintenance:  # 87: HTML, whatever was asked
        headers = {"retry-after": "600", "content-type": "text/html; charset=UTF-8"}
        return Answer(body=recorded_body(87), status=503, headers=headers)
    if request.method != "GET":
        world.tick()
    try:
        admit(world, request)
        return _handled(world, request)
    except Refusal as refusal:
        return Answer(body=refusal.body, status=refusal.status)


def _handled(world: World, request: Request) -> Answer:
    for method, pattern, handler in ROUTES:
        found = re.fullmatch(pattern, request.path)
        if found and method == request.method:
            return handler(world, request, *found.groups())
    # An unknown route and a wrong method are told alike.
    raise Refusal(404, "rest_no_route", "No route was found matching the URL and request method.")
