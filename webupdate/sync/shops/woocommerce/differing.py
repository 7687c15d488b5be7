"""What a store made of a product that it was sent."""

from __future__ import annotations

from typing import Any

from webupdate.sync.shops.woocommerce import values
from webupdate.sync.shops.woocommerce.facts import STANDARD
from webupdate.sync.shops.woocommerce.products import Numbered, Product


def differences(sent: dict[str, Any], row: Product) -> list[tuple[str, str, str, str]]:
    """Entity, field, value sent and value stored of what the store made something else of."""
    found = []
    if "sku" in sent and row.sku.casefold() != sent["sku"].casefold():
        found.append(("items", "key", sent["sku"], row.sku))
    if "name" in sent and not values.same_text(str(row.name), sent["name"]):
        found.append(("items", "title", sent["name"], str(row.name)))
    if "status" in sent and row.status != sent["status"]:
        found.append(("items", "shown", sent["status"], row.status))
    if "tax_class" in sent and str(row.tax_class or "") != sent["tax_class"]:
        found.append(("items", "tax_class", sent["tax_class"] or STANDARD, str(row.tax_class or STANDARD)))
    if sent.get("categories") and sent["categories"][0]["id"] not in [category.id for category in row.categories]:
        found.append(("items", "category", str(sent["categories"][0]["id"]), "another category"))
    if "regular_price" in sent and not values.same_number(str(row.regular_price), sent["regular_price"]):
        found.append(("prices", "regular_price", sent["regular_price"], str(row.regular_price)))
    if "sale_price" in sent and not values.same_number(str(row.sale_price), sent["sale_price"]):
        found.append(("prices", "sale_price", sent["sale_price"], f"none, since it is not below {row.regular_price}"))
    # What was sent to a product that is there is answered whole.
    ids = [image.id for image in row.images]
    if "id" in sent and "images" in sent and ids != [image["id"] for image in sent["images"]]:
        found.append(("images", "content", f"{len(sent['images'])} pictures in their order", f"{len(ids)} pictures"))
    wanted = sent.get("image", {}).get("id")
    if wanted and (not isinstance(row.image, Numbered) or row.image.id != wanted):
        found.append(("images", "content", f"picture {wanted}", "another one"))
    files = {download.file for download in row.downloads}
    if "id" in sent and not {download["file"] for download in sent.get("downloads", ())} <= files:
        found.append(("documents", "content", f"{len(sent['downloads'])} files", f"{len(files)} of them or others"))
    if sent.get("manage_stock") and not values.same_number(str(row.stock_quantity), str(sent["stock_quantity"])):
        off = "none; is it switched off in WooCommerce, Settings, Products, Inventory?"
        kept = off if row.stock_quantity is None else str(row.stock_quantity)
        found.append(("stock", "quantity", str(sent["stock_quantity"]), kept))
    return found
