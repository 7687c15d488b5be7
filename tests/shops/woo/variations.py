"""Variations of variable products (recording 55; what has no recording was read in the store's source)."""

from __future__ import annotations

import copy
from functools import partial
from typing import Any

from tests.shops.woo import batch, products, taxes
from tests.shops.woo.asking import Answer, Body, Refusal, Request, cut, page_of
from tests.shops.woo.listing import modified_after, sorted_by
from tests.shops.woo.meta import set_meta
from tests.shops.woo.world import World, blank_product

# What a variation takes of all that may be sent; the rest is ignored without a word.
PLAIN = ("status", "weight", "backorders", "downloadable", "virtual")
# What it shows of its parent where it has nothing of its own, unless asked for by SKU in the context `edit`.
INHERITED = ("sku", "weight")
NO_FIELDS = ("short_description", "categories", "images", "tags", "slug", "catalog_visibility")
INVALID_ID = "woocommerce_rest_product_variation_invalid_id"


def parent(world: World, sku: str, kind: str = "variable", **fields: Any) -> Body:
    """A variable product, or one of another kind, that a person made."""
    row = blank_product() | {"id": world.new_id("posts"), "sku": sku, "type": kind, "name": sku} | fields
    row.update(world.dates("date_created", "date_modified"))
    world.products[row["id"]] = row
    return row


def made(world: World, of: Body, sku: str, **fields: Any) -> Body:
    """A variation that a person made."""
    row = blank_product() | {"id": world.new_id("posts"), "type": "variation", "parent_id": of["id"], "sku": sku}
    row |= {"name": f"{of['name']} - {sku}", "own_image": 0, "images": [], "downloads": []} | fields
    row.update(world.dates("date_created", "date_modified"))
    world.products[row["id"]] = row
    of.setdefault("variations", []).append(row["id"])
    return row


def listed(world: World, request: Request, parent: str = "") -> Answer:
    """GET variations of all parents (55), or of one."""
    found = [row for row in world.products.values() if row["type"] == "variation"]
    if parent:
        found = [row for row in found if row["parent_id"] == int(parent)]
    if ids := request.query.get("include"):
        found = [row for row in found if str(row["id"]) in ids.split(",")]
    answer = page_of(request, sorted_by(request, modified_after(request, [_shown(world, row) for row in found])))
    return Answer(body=answer.body, headers=answer.headers)


def _shown(world: World, row: Body) -> Body:
    """As the routes of variations show one: paragraphs around the text, and what it lacks is its parent's."""
    parent = world.products.get(row["parent_id"], {})
    lacking = {name: parent[name] for name in INHERITED if not row.get(name) and parent.get(name)}
    shown = {name: value for name, value in row.items() if name not in (*NO_FIELDS, "own_image")} | lacking
    number = row.get("own_image") or next((image["id"] for image in parent.get("images", ())), 0)
    text = f"<p>{row['description']}</p>\n" if row.get("description") else ""
    return shown | {"description": text, "image": {"id": number} if number else None}


def update(world: World, request: Request, number: str, *, parent: int) -> Answer:
    """One row of a batch: what the id names becomes a variation of the product in the address, whatever it was."""
    if int(number) not in world.products:
        raise Refusal(400, INVALID_ID, "Invalid ID.")
    row = world.products[int(number)]
    changed = copy.deepcopy(row) | {"parent_id": parent}
    fields = request.fields()
    products.set_sku(world, fields, changed)
    products.set_gtin(world, fields, changed)
    if "description" in fields:
        changed["description"] = products.harmless(str(fields["description"]))
    products.set_price(fields, changed)
    taxes.set_class(world, fields, changed)
    changed |= {name: fields[name] for name in PLAIN if name in fields}
    if changed["status"] not in products.STATUSES:
        changed["status"] = "draft"
    products.set_stock(world, fields, changed)
    _set_files(world, fields, changed)
    set_meta(changed["meta_data"], fields.get("meta_data", ()))
    for moved in filter(None, (changed, world.products.get(parent))):  # its parent is changed with it
        moved.update(world.dates("date_modified"))
    row.clear()
    row |= changed
    return Answer(body=cut(request, _shown(world, row)))


def _set_files(world: World, fields: Body, changed: Body) -> None:
    """One picture; one without an id is none. Downloads are taken only by what is downloadable."""
    if isinstance(fields.get("image"), dict):
        number = fields["image"].get("id", 0)
        media = world.media.get(number)
        if number and (media is None or media["media_type"] != "image"):
            raise Refusal(400, "woocommerce_variation_invalid_image_id", f"#{number} is an invalid image ID.")
        changed["own_image"] = number
    if changed["downloadable"] and "downloads" in fields:
        changed["downloads"] = [{"id": f"d{place}", **row} for place, row in enumerate(fields["downloads"])]


def create(world: World, request: Request, *, parent: int) -> Answer:
    raise NotImplementedError("no variation is ever made from here")


def delete(world: World, request: Request, number: str, *, parent: int) -> Answer:
    """Final, as in every batch."""
    return Answer(body=world.products.pop(int(number)))


def in_batch(world: World, request: Request, parent: str) -> Answer:
    """POST products/{parent}/variations/batch. Nobody asks whether that parent has them, or is one."""
    create_, update_, delete_ = (partial(step, parent=int(parent)) for step in (create, update, delete))
    return batch.batch(world, request, create=create_, update=update_, delete=delete_)
