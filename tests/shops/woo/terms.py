"""Product categories of the stand-in."""

from __future__ import annotations

import re
import unicodedata

from tests.shops.woo.asking import Answer, Body, Refusal, Request, cut, page_of
from tests.shops.woo.products import cleaned, escaped
from tests.shops.woo.world import HOST, World, category


def listed(world: World, request: Request) -> Answer:
    """GET categories, by `slug` (10) or `parent`."""
    found = sorted(world.categories.values(), key=lambda row: int(row["id"]))
    for name in ("slug", "parent"):
        if (asked := request.query.get(name)) is not None:
            found = [row for row in found if str(row[name]) == asked]
    return page_of(request, [_counted(world, row) for row in found])


def one(world: World, request: Request, number: str) -> Answer:
    """GET one."""
    return Answer(body=cut(request, _counted(world, _known(world, number))))


def create(world: World, request: Request) -> Answer:
    """POST (7-9, 69-71)."""
    fields = request.fields()
    parent = int(fields.get("parent", 0))
    _check_parent(world, parent)
    name, slug = escaped(cleaned(str(fields["name"]))), fields.get("slug")
    _refuse_twin(world, name, slug, parent, 0)
    number = world.new_id("terms")
    row = category(number, name, _free_slug(world, slug or _slug(name), parent), parent)
    world.categories[number] = row
    _describe(row, fields)
    location = f"{HOST}/wp-json/wc/v3/products/categories/{number}"
    return Answer(body=cut(request, _counted(world, row)), status=201, headers={"location": location})


def update(world: World, request: Request, number: str) -> Answer:
    """PUT: a cycle is 200 and changes nothing."""
    row, fields = _known(world, number), request.fields()
    parent = int(fields["parent"] if "parent" in fields else row["parent"])
    _check_parent(world, parent)
    name = escaped(cleaned(str(fields.get("name", row["name"]))))
    _refuse_twin(world, name, fields.get("slug", row["slug"]), parent, row["id"])
    if row["id"] in _line(world, parent):
        return Answer(body=cut(request, row))
    row |= {"name": name, "parent": parent, "slug": _slug(str(fields.get("slug", row["slug"])))}
    _describe(row, fields)
    return Answer(body=cut(request, _counted(world, row)))


def delete(world: World, request: Request, number: str) -> Answer:
    """DELETE needs force (72); children go up, products lose it."""
    row = _known(world, number)
    if request.query.get("force") != "true" and not request.batch:
        raise Refusal(501, "woocommerce_rest_trash_not_supported", "Resource does not support trashing.")
    del world.categories[row["id"]]
    for other in world.categories.values():
        if other["parent"] == row["id"]:
            other["parent"] = row["parent"]
    for product in world.products.values():
        left = [entry for entry in product["categories"] if entry["id"] != row["id"]]
        default = {name: world.categories[15][name] for name in ("id", "name", "slug")}
        product["categories"] = left or [default]
    return Answer(body=row)


def _known(world: World, number: str) -> Body:
    row = world.categories.get(int(number))
    if row is None:
        raise Refusal(404, "woocommerce_rest_term_invalid", "Resource does not exist.")
    return row


def _check_parent(world: World, parent: int) -> None:
    if parent and parent not in world.categories:  # 71
        raise Refusal(400, "missing_parent", "Parent term does not exist.")


def _refuse_twin(world: World, name: str, slug: str | None, parent: int, number: int) -> None:
    """9, 70. A name may stand twice under a parent only if a slug of its own is given (read in the source)."""
    for other in world.categories.values():
        same = other["parent"] == parent and other["name"].lower() == name.lower()
        taken = slug is not None and other["slug"] == slug
        if other["id"] != number and ((same and slug is None) or taken):
            text = "A term with the name provided already exists with this parent."
            raise Refusal(400, "term_exists", text, resource_id=other["id"])


def _line(world: World, number: int) -> set[int]:
    """A category and all above it."""
    found: set[int] = set()
    while number and number not in found:
        found.add(number)
        number = world.categories[number]["parent"]
    return found


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_]+", "-", plain).strip("-")


def _free_slug(world: World, slug: str, parent: int) -> str:
    slug = _slug(slug)
    taken = {row["slug"] for row in world.categories.values()}
    return f"{slug}-{world.categories[parent]['slug']}" if slug in taken and parent else slug


def _describe(row: Body, fields: Body) -> None:
    if "description" in fields:
        row["description"] = inline(cleaned(str(fields["description"])))
    row["display"] = fields.get("display", row["display"])


def inline(text: str) -> str:
    """Read in the source: a category's text keeps these tags, and comments; of others the words stay."""
    kept = "a|abbr|acronym|b|blockquote|cite|code|del|em|i|q|s|strike|strong"
    return re.sub(rf"<(?!!--)/?(?!(?:{kept})[\s>/])[a-z][^<>]*>", "", text, flags=re.IGNORECASE)


def _counted(world: World, row: Body) -> Body:
    """With the number of its products that are published."""
    shown = [product for number, product in world.products.items() if number not in world.trash]
    inside = [product for product in shown if row["id"] in {entry["id"] for entry in product["categories"]}]
    return row | {"count": sum(product["status"] == "publish" for product in inside)}
