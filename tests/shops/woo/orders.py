"""Orders of the stand-in, as the REST API shows and changes them (recordings 35-43, 50-53, 84-86)."""

from __future__ import annotations

import copy
from decimal import ROUND_HALF_UP, Decimal

from tests.shops.woo.asking import Answer, Body, Refusal, Request, cut, page_of, wrong
from tests.shops.woo.listing import modified_after, sorted_by
from tests.shops.woo.meta import set_meta
from tests.shops.woo.world import HOST, World, blank_order, recorded_body

STATUSES = (
    *("auto-draft", "pending", "processing", "on-hold", "completed", "cancelled", "refunded"),
    *("failed", "checkout-draft"),
)
RATE = Decimal("0.19")
ZERO = Decimal(0)


def listed(world: World, request: Request) -> Answer:
    """GET: without a status abandoned carts come too (51); an unknown status is 400."""
    asked = request.query.get("status", "any").split(",")
    if unknown := [status for status in asked if status not in (*STATUSES, "any", "trash")]:
        raise wrong({"status": ("rest_invalid_param", f"status[0] is not one of any, trash, … ({unknown[0]})")})
    found = [row for row in world.orders.values() if "any" in asked or row["status"] in asked]
    return page_of(request, sorted_by(request, modified_after(request, found)))


def one(world: World, request: Request, number: str) -> Answer:
    """GET one: 43."""
    return Answer(body=cut(request, _known(world, number, 404)))


def create(world: World, request: Request) -> Answer:
    """POST."""
    row = place(world, request.fields())
    location = f"{HOST}/wp-json/wc/v3/orders/{row['id']}"
    return Answer(body=cut(request, copy.deepcopy(row)), status=201, headers={"location": location})


def update(world: World, request: Request, number: str) -> Answer:
    """PUT moves date_modified whatever it changes; an unknown status is pending in a batch, 400 alone (85)."""
    fields = request.fields()
    status = fields.get("status")
    if not request.batch and status not in (None, *STATUSES):
        text = f"status is not one of {', '.join(STATUSES[:-1])}, and {STATUSES[-1]}."
        raise wrong({"status": ("rest_not_in_enum", text)})
    row = _known(world, number, 400)
    if status is not None:
        row["status"] = status if status in STATUSES else "pending"
    if status == "cancelled":
        _restock(world, row)
    set_meta(row["meta_data"], fields.get("meta_data", ()))
    row.update(world.dates("date_modified"))
    return Answer(body=cut(request, copy.deepcopy(row)))


def _restock(world: World, order: Body) -> None:
    """42: a cancelled order gives back what it took, once."""
    for line in order["line_items"]:
        taken, line["meta_data"] = line["meta_data"], []
        if taken and line["product_id"] in world.products:
            world.products[line["product_id"]]["stock_quantity"] += int(taken[0]["value"])


def note(world: World, request: Request, number: str) -> Answer:
    """POST a note: said twice it is there twice (39)."""
    _known(world, number, 404)
    row: Body = recorded_body(39) | {"id": world.new_id("notes"), "note": request.fields()["note"]}
    row.update(world.dates("date_created"))
    return Answer(body=row, status=201, headers={"location": f"{HOST}/wp-json/wc/v3/orders/{number}/notes/{row['id']}"})


def refund(world: World, request: Request, number: str) -> Answer:
    """POST a refund: the order's total stays (40, 41)."""
    order, fields = _known(world, number, 404), request.fields()
    row: Body = recorded_body(40) | {"id": world.new_id("posts"), "amount": fields["amount"], "parent_id": order["id"]}
    row["reason"] = fields.get("reason", "")
    row.update(world.dates("date_created"))
    world.refunds[row["id"]] = row
    order["refunds"].append({"id": row["id"], "reason": row["reason"], "total": f"-{fields['amount']}"})
    order.update(world.dates("date_modified"))
    shown = {name: value for name, value in row.items() if name != "parent_id"}
    return Answer(body=shown, status=201, headers={"location": f"{HOST}/wp-json/wc/v3/orders/{number}/refunds"})


def refunds(world: World, request: Request) -> Answer:
    """GET all refunds (53)."""
    return page_of(request, list(world.refunds.values()))


def _known(world: World, number: str, status: int) -> Body:
    if int(number) not in world.orders:
        raise Refusal(status, "woocommerce_rest_shop_order_invalid_id", "Invalid ID.")
    return world.orders[int(number)]


def place(world: World, fields: Body) -> Body:
    """A new order with its totals; net prices, 19 % on goods and shipping where the address is German."""
    taxed = bool(world.taxes) and fields.get("billing", {}).get("country") == "DE"
    order = blank_order()
    order["id"] = world.new_id("posts")
    order |= {name: value for name, value in fields.items() if name in order and not isinstance(value, (dict, list))}
    for side in ("billing", "shipping"):
        order[side] = order[side] | fields.get(side, {})
    order["line_items"] = [_line(world, row, taxed=taxed) for row in fields.get("line_items", ())]
    order["shipping_lines"] = [_shipping(row, taxed=taxed) for row in fields.get("shipping_lines", ())]
    order["fee_lines"] = [_fee(row) for row in fields.get("fee_lines", ())]
    _sum_up(order, taxed=taxed)
    order["number"] = str(order["id"])
    order.update(world.dates("date_created", "date_modified"))
    world.orders[order["id"]] = order
    return order


def _money(amount: Decimal) -> str:
    return str(amount.quantize(Decimal("0.01"), ROUND_HALF_UP))


def _number(price: str) -> float:
    """Prices of lines are numbers, whole ones without a point."""
    return int(float(price)) if price and float(price).is_integer() else float(price or 0)


def _tax(amount: Decimal, *, taxed: bool) -> str:
    return _money(amount * RATE if taxed else ZERO)


def _taxes(amount: Decimal, subtotal: str, *, taxed: bool) -> list[Body]:
    tax = _tax(amount, taxed=taxed)
    return [{"id": 1, "total": tax, "subtotal": subtotal and tax}] if taxed else []


def _line(world: World, row: Body, *, taxed: bool) -> Body:
    """86: what nobody sells is a line without a product. What is sold is taken off the stock."""
    sku, quantity = row.get("sku", "").lower(), int(row.get("quantity", 1))
    by_id = world.products.get(row.get("product_id", 0))
    product = by_id or next((p for p in world.products.values() if sku and p["sku"].lower() == sku), None)
    if product is None:
        line: Body = recorded_body(86)["line_items"][0]
        return line
    total = Decimal(product["price"] or 0) * quantity
    line = recorded_body(35)["line_items"][1] | {"name": product["name"], "product_id": product["id"]}
    line |= {"sku": product["sku"], "quantity": quantity, "price": _number(product["price"])}
    line["meta_data"][0] |= {"value": str(quantity), "display_value": str(quantity)}
    if product["manage_stock"]:
        product["stock_quantity"] -= quantity
    else:
        line["meta_data"] = []
    if product["images"]:
        line["image"] = {"id": str(product["images"][0]["id"]), "src": product["images"][0]["src"]}
    tax = _tax(total, taxed=taxed)
    line |= {"subtotal": _money(total), "total": _money(total), "subtotal_tax": tax, "total_tax": tax}
    return line | {"taxes": _taxes(total, "x", taxed=taxed)}


def _shipping(row: Body, *, taxed: bool) -> Body:
    total = Decimal(row["total"])
    line: Body = recorded_body(35)["shipping_lines"][0]
    line |= {name: row[name] for name in ("method_id", "method_title", "instance_id") if name in row}
    line |= {"total": _money(total), "total_tax": _tax(total, taxed=taxed)}
    return line | {"taxes": _taxes(total, "", taxed=taxed)}


def _fee(row: Body) -> Body:
    line: Body = recorded_body(35)["fee_lines"][0]
    return line | {"name": row["name"], "total": _money(Decimal(row["total"]))}


def _sum_up(order: Body, *, taxed: bool) -> None:
    def over(name: str, field: str) -> Decimal:
        return sum((Decimal(row[field]) for row in order[name]), ZERO)

    cart_tax = over("line_items", "total_tax") + over("fee_lines", "total_tax")
    shipping, shipping_tax = over("shipping_lines", "total"), over("shipping_lines", "total_tax")
    total = over("line_items", "total") + over("fee_lines", "total") + shipping + cart_tax + shipping_tax
    order |= {"shipping_total": _money(shipping), "shipping_tax": _money(shipping_tax), "cart_tax": _money(cart_tax)}
    order |= {"total_tax": _money(cart_tax + shipping_tax), "total": _money(total)}
    order |= {"needs_payment": order["status"] == "pending" and total > 0}
    order |= {"needs_processing": bool(order["line_items"]) and any(row["product_id"] for row in order["line_items"])}
    order["is_editable"] = order["status"] in ("pending", "on-hold")
    if taxed and total:
        totals = {"tax_total": _money(cart_tax), "shipping_tax_total": _money(shipping_tax)}
        order["tax_lines"] = [recorded_body(35)["tax_lines"][0] | totals]
