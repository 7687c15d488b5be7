"""Products of the stand-in, with all that a store stores otherwise than it was told."""

from __future__ import annotations

import copy
import html
import re
import unicodedata
import uuid
from typing import Any

from tests.shops.woo import taxes
from tests.shops.woo.asking import Answer, Body, Refusal, Request, cut, page_of, wrong
from tests.shops.woo.listing import modified_after, sorted_by
from tests.shops.woo.meta import set_meta
from tests.shops.woo.world import HOST, World, blank_product

STATUSES = ("draft", "pending", "private", "publish", "future", "auto-draft", "trash")
TEXTS = ("name", "slug", "description", "short_description", "sku", "regular_price", "sale_price", "weight")
PLAIN = ("status", "catalog_visibility", "weight", "backorders", "downloadable", "virtual", "type", "menu_order")


def listed(world: World, request: Request) -> Answer:
    """GET products: `sku` is a list, exact but for case (19); what is in the trash only by its status (64-66)."""
    status = request.query.get("status", "any")
    found = [world.products[number] for number in world.products if (number in world.trash) == (status == "trash")]
    if status not in ("any", "trash"):
        found = [row for row in found if row["status"] in status.split(",")]
    found = [row if row["id"] not in world.trash else row | {"status": "trash"} for row in found]
    # Variations are found by their SKU only (19, 55).
    if (skus := request.query.get("sku")) is not None:
        wanted = {folded(sku.strip()) for sku in [*skus.split(","), skus]}
        found = [row for row in found if folded(row["sku"]) in wanted]
    else:
        found = [row for row in found if row["type"] != "variation"]
    if ids := request.query.get("include"):
        found = [row for row in found if str(row["id"]) in ids.split(",")]
    answer = page_of(request, sorted_by(request, modified_after(request, found)))
    shown = [viewed(request, _pictured(world, row)) for row in answer.body]
    return Answer(body=shown, headers=answer.headers)


def _pictured(world: World, row: Body) -> Body:
    """A variation without a picture shows its parent's (read in the source)."""
    if row.get("type") != "variation" or "images" not in row:
        return row
    whole = world.products[row["id"]]
    theirs = world.products.get(whole["parent_id"], {}).get("images", [])
    return row | {"images": [{"id": whole["own_image"]}] if whole.get("own_image") else theirs[:1]}


def folded(sku: str) -> str:
    """A SKU as the database compares it: without regard to case (19) and, by its collation, to accents."""
    return unicodedata.normalize("NFKD", sku).encode("ascii", "ignore").decode().lower() or sku.lower()


def viewed(request: Request, row: Body) -> Body:
    """Texts are shown with paragraphs around them, unless the context is `edit` as in answers to writes."""
    if request.query.get("context") == "edit":
        return row
    around = {name: f"<p>{row[name]}</p>\n" for name in ("description", "short_description") if row.get(name)}
    return row | around


def one(world: World, request: Request, number: str) -> Answer:
    """GET one."""
    return Answer(body=cut(request, viewed(request, _known(world, int(number), 404))))


def _of_kind(changed: Body, fields: Body) -> None:
    """Read in the source: what has no price of its own loses what was sent; what has no stock refuses it."""
    if changed["type"] in ("variable", "grouped"):
        changed |= {"regular_price": "", "sale_price": "", "price": ""}
    if changed["type"] == "external":
        for name, none in (("manage_stock", False), ("backorders", "no")):
            if fields.get(name, none) != none:
                raise Refusal(400, f"product_external_invalid_{name}", "External products cannot be stock managed.")


def create(world: World, request: Request) -> Answer:
    """POST: 201, or why not; in the answer texts are as they are stored."""
    made = _save(world, request, blank_product() | {"id": 0})
    location = f"{HOST}/wp-json/wc/v3/products/{made['id']}"
    return Answer(body=cut(request, made), status=201, headers={"location": location})


def update(world: World, request: Request, number: str) -> Answer:
    """PUT: an id that nobody knows is 400, not 404 (62); in a batch a variation is none of these."""
    product = _known(world, int(number), 400)
    if product["type"] == "variation":
        text = "To manipulate product variations you should use the /products/&lt;product_id&gt;/variations/&lt;id&gt;"
        raise Refusal(404, "woocommerce_rest_invalid_product_id", f"{text} endpoint.")
    return Answer(body=cut(request, _save(world, request, product)))


def delete(world: World, request: Request, number: str) -> Answer:
    """DELETE trashes (49, 63), once (68); with force it is final (48). The answer shows what was."""
    product = _known(world, int(number), 404)
    before = copy.deepcopy(product)
    if request.query.get("force") == "true" or request.batch:
        for gone in [product["id"], *product.get("variations", ())]:  # variations go with their parent
            world.products.pop(gone, None)
        world.trash.discard(product["id"])
    elif product["id"] in world.trash:
        raise Refusal(410, "woocommerce_rest_already_trashed", "The product has already been deleted.")
    else:
        product.update(world.dates("date_modified"))
        before.update(world.dates("date_modified"))
        world.trash.add(product["id"])
    return Answer(body=before)


def _known(world: World, number: int, status: int) -> Body:
    if number not in world.products:
        raise Refusal(status, "woocommerce_rest_product_invalid_id", "Invalid ID.")
    return world.products[number]


def _validate(fields: Body) -> None:
    """What a single call refuses and a batch lets pass (16, 61 against 57, 58)."""
    found: dict[str, tuple[str, str]] = {}
    for name in TEXTS:
        if name in fields and not isinstance(fields[name], str):
            found[name] = ("rest_invalid_type", f"{name} is not of type string.")
    if fields.get("status") not in (None, *STATUSES):
        text = f"status is not one of {', '.join(STATUSES[:-1])}, and {STATUSES[-1]}."
        found["status"] = ("rest_not_in_enum", text)
    if not isinstance(fields.get("stock_quantity"), (int, type(None))):
        found["stock_quantity"] = ("rest_invalid_type", "stock_quantity is not of type integer.")
    if found:
        raise wrong(found)


def _save(world: World, request: Request, product: Body) -> Body:
    fields = request.fields()
    if not request.batch:
        _validate(fields)
    changed = copy.deepcopy(product)
    set_sku(world, fields, changed)
    set_gtin(world, fields, changed)
    _set_texts(fields, changed)
    set_price(fields, changed)
    changed |= {name: fields[name] for name in PLAIN if name in fields}
    if changed["status"] not in STATUSES:
        changed["status"] = "draft"  # 57: taken off sale without an error
    _set_categories(world, fields, changed)
    taxes.set_class(world, fields, changed)
    _of_kind(changed, fields)
    set_stock(world, fields, changed)
    _set_files(world, fields, changed)
    set_meta(changed["meta_data"], fields.get("meta_data", ()))
    return _keep(world, product, changed)


def _keep(world: World, product: Body, changed: Body) -> Body:
    if not product["id"]:
        changed["id"] = world.new_id("posts")
        changed.update(world.dates("date_created"))
        plain = html.unescape(changed["name"]).lower().replace("'", "")
        slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
        changed |= {"slug": slug, "generated_slug": slug}
    changed.update(world.dates("date_modified"))  # every write moves it, whatever it changed
    changed["permalink"] = f"{HOST}/product/{changed['slug']}/"
    if changed["status"] == "draft":
        changed["permalink"] = f"{HOST}/?post_type=product&p={changed['id']}"
    product.clear()
    product |= changed
    world.products[product["id"]] = product
    return copy.deepcopy(product)


def set_sku(world: World, fields: Body, changed: Body) -> None:
    if "sku" not in fields:
        return
    sku = " ".join(re.sub(r"<[^>]*>", "", str(fields["sku"])).split())
    for other in world.products.values():
        if sku and other["id"] != changed["id"] and folded(other["sku"]) == folded(sku):
            if other["id"] in world.trash:  # 67: the trash holds the SKU, and another code says so
                text = f"The product with SKU ({sku}) you are trying to insert is already present in the lookup table"
                raise Refusal(400, "woocommerce_rest_product_not_created", text)
            raise Refusal(  # 12
                400, "product_invalid_sku", "Invalid or duplicated SKU.",
                resource_id=other["id"], unique_sku=f"{sku}-1",
            )  # fmt: skip
    changed["sku"] = sku


def set_gtin(world: World, fields: Body, changed: Body) -> None:
    """Read in the source: other signs than digits, hyphens and X go; a number stands at one product."""
    if "global_unique_id" not in fields:
        return
    number = re.sub(r"[^0-9Xx-]", "", fields["global_unique_id"])
    holders = [row["id"] for row in world.products.values() if number and row.get("global_unique_id") == number]
    if holders not in ([], [changed["id"]]):
        text = "Invalid or duplicated GTIN, UPC, EAN or ISBN."
        raise Refusal(400, "product_invalid_global_unique_id", text, resource_id=holders[0])
    changed["global_unique_id"] = number


def cleaned(text: str) -> str:
    """74: tags that might do something go, what stood between them stays. One backslash goes (read in the source)."""
    return harmless(re.sub(r"\\(.?)", r"\1", text))


def harmless(text: str) -> str:
    """The same without the backslash: so the text of a variation is cleaned (read in the source)."""
    text = re.sub(r"</?(?:script|iframe|style)\b[^>]*>", "", text, flags=re.IGNORECASE)
    return re.sub(r"""\son\w+=("[^"]*"|'[^']*')""", "", text)


def escaped(text: str) -> str:
    """74: a bare ampersand of a name comes back as an entity."""
    return re.sub(r"&(?![a-z]+;|#\d+;)", "&amp;", text)


def _set_texts(fields: Body, changed: Body) -> None:
    if "name" in fields:
        changed["name"] = escaped(cleaned(str(fields["name"]))) or "Product"
    for name in ("description", "short_description"):
        if name in fields:
            changed[name] = cleaned(str(fields[name]))


def _price(value: Any) -> str:
    """17, 18: letters make no price, a comma is dropped. In a batch a number passes (58)."""
    text = str(value).replace(",", "")
    return text if re.fullmatch(r"-?\d*\.?\d+", text) else ""


def set_price(fields: Body, changed: Body) -> None:
    for name in ("regular_price", "sale_price"):
        if name in fields:
            changed[name] = _price(fields[name])
    # Read in the source: a sale has days of its own, which "" takes away.
    changed |= {name: fields[name] or None for name in ("date_on_sale_from", "date_on_sale_to") if name in fields}
    if changed["sale_price"] and float(changed["sale_price"]) >= float(changed["regular_price"] or 0):
        changed["sale_price"] = ""
    changed["price"] = changed["sale_price"] or changed["regular_price"]
    changed["purchasable"] = bool(changed["price"])


def _set_categories(world: World, fields: Body, changed: Body) -> None:
    """73: a category that nobody knows, or one by its name only, is «Uncategorized»."""
    if "categories" in fields:
        ids = [row.get("id") for row in fields["categories"]]
        known = [world.categories[number] for number in ids if number in world.categories]
        shown = known or [world.categories[15]]
        changed["categories"] = [{name: row[name] for name in ("id", "name", "slug")} for row in shown]


def set_stock(world: World, fields: Body, changed: Body) -> None:
    """Without `manage_stock` there is no quantity, and (read in the source) no backorders either."""
    changed["manage_stock"] = world.counts_stock and bool(fields.get("manage_stock", changed["manage_stock"]))
    if "stock_quantity" in fields:
        value = fields["stock_quantity"]
        changed["stock_quantity"] = int(float(value)) if re.fullmatch(r"-?[\d.]+", str(value)) else 0
    if not changed["manage_stock"]:
        changed |= {"stock_quantity": None, "backorders": "no"}
    there = changed["stock_quantity"] is None or changed["stock_quantity"] > 0
    later = changed["backorders"] != "no"
    changed["backorders_allowed"], changed["backordered"] = later, later and not there
    changed["stock_status"] = "instock" if there else "onbackorder" if later else "outofstock"


def _set_files(world: World, fields: Body, changed: Body) -> None:
    """Read in the source: a picture stands once in the gallery, and a file without an id gets a new one."""
    if "images" in fields:
        shown = [_image(world, row) for row in fields["images"]]
        changed["images"] = shown[:1] + list({row["id"]: row for row in shown[1:]}.values())
    if changed["downloadable"] and "downloads" in fields:
        _check_approved(world, fields["downloads"])
        named = [row | {"id": row.get("id") or str(uuid.uuid4())} for row in fields["downloads"]]
        changed["downloads"] = list({row["id"]: row for row in named}.values())


def _check_approved(world: World, downloads: list[Body]) -> None:
    """Of a key whose owner is no administrator the directory of a file must be approved (read in the source)."""
    if strange := [row["file"] for row in downloads if world.approves_no_file]:
        text = f"The downloadable file <code>{strange[0]}</code> cannot be used, or is not in an approved directory."
        raise Refusal(400, "product_invalid_download", text)


def _image(world: World, row: Body) -> Body:
    media = world.media.get(row.get("id", 0))
    if media is None or media["media_type"] != "image":
        raise Refusal(400, "woocommerce_product_invalid_image_id", f"#{row.get('id')} is an invalid image ID.")
    shown = {"src": media["source_url"], "name": row.get("name") or media["title"]["raw"], "alt": row.get("alt", "")}
    return {"id": media["id"], **shown}
