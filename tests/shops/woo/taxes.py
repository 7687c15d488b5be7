"""Taxes of the stand-in: their classes, and what a product makes of one (read in the source, but for 34)."""

from __future__ import annotations

from tests.shops.woo.asking import Answer, Body, Request, cut, page_of
from tests.shops.woo.world import World


def listed(world: World, request: Request) -> Answer:
    """34."""
    return page_of(request, world.taxes)


def classes(world: World, request: Request) -> Answer:
    """All classes, the standard one first; without totals."""
    found = {"standard": "Standard rate", **world.tax_classes}
    return Answer(body=[cut(request, {"slug": slug, "name": name}) for slug, name in found.items()])


def set_class(world: World, fields: Body, changed: Body) -> None:
    """One that nobody knows is the standard one, without a word; a variation may have its parent's."""
    if "tax_class" in fields:
        known = [*world.tax_classes, *(["parent"] if changed["type"] == "variation" else [])]
        changed["tax_class"] = fields["tax_class"] if fields["tax_class"] in known else ""
