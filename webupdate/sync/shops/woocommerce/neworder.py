"""An order of the store as a neutral order."""

from __future__ import annotations

import hashlib
import html
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from webupdate.sync.countries import NAMES
from webupdate.sync.shops.base import Address, Charge, OrderLine, Payment, WebOrder
from webupdate.sync.shops.woocommerce.facts import titled
from webupdate.sync.shops.woocommerce.products import Meta

_ZERO = Decimal(0)


class Side(msgspec.Struct, frozen=True):
    """A billing or shipping address."""

    first_name: str = ""
    last_name: str = ""
    company: str = ""
    address_1: str = ""
    address_2: str = ""
    city: str = ""
    state: str = ""
    postcode: str = ""
    country: str = ""
    email: str = ""
    phone: str = ""


class ShownMeta(msgspec.Struct, frozen=True):
    """Meta data of a line, as buyers read it: attributes of a variation, their own words."""

    key: str = ""
    display_key: Any = ""
    display_value: Any = ""


class Line(msgspec.Struct, frozen=True):
    """A line. `subtotal` is before and `total` after coupons, both without tax."""

    name: str
    quantity: float
    subtotal: str
    total: str
    total_tax: str
    sku: str | None = ""
    meta_data: list[ShownMeta] = []


class FeeLine(msgspec.Struct, frozen=True):
    """A fee, or with a negative total a discount."""

    name: str | None
    total: str


class ShippingLine(msgspec.Struct, frozen=True):
    """A way of shipping."""

    method_title: str = ""
    method_id: str = ""


class Refund(msgspec.Struct, frozen=True):
    """Money given back; the order's total does not show it."""

    total: str
    reason: str | None = ""


class Order(msgspec.Struct, frozen=True):
    """An order as the store shows it."""

    id: int
    status: str
    currency: str
    date_created_gmt: str
    date_modified_gmt: str
    total: str
    total_tax: str
    shipping_total: str
    billing: Side
    line_items: list[Line]
    number: str = ""
    shipping: Side = Side()
    customer_id: int = 0
    customer_note: str = ""
    payment_method: str = ""
    payment_method_title: str = ""
    transaction_id: str = ""
    fee_lines: list[FeeLine] = []
    shipping_lines: list[ShippingLine] = []
    refunds: list[Refund] = []
    meta_data: list[Meta] = []


FIELDS = ",".join(Order.__struct_fields__) + ",tax_lines,coupon_lines,created_via,date_paid_gmt,prices_include_tax"


def neutral(order: Order, customer: str) -> WebOrder:
    """The order; `customer` is the EBMS id of its account. Raises ValueError or InvalidOperation for amounts that are
    none: nobody may guess those."""
    refunds = [Charge(name=_refund_name(refund), amount=_money(refund.total)) for refund in order.refunds]
    fees = [Charge(name=html.unescape(fee.name or "Fee"), amount=_money(fee.total)) for fee in order.fee_lines]
    total = Decimal(order.total) + sum((Decimal(refund.amount) for refund in refunds), _ZERO)
    titles = [html.unescape(line.method_title or line.method_id) for line in order.shipping_lines]
    return WebOrder(
        id=str(order.id),
        number=order.number or str(order.id),
        status=order.status,
        placed_at=zoned(order.date_created_gmt),
        updated_at=zoned(order.date_modified_gmt),
        currency=order.currency,
        customer=customer,
        account=str(order.customer_id) if order.customer_id else "",
        email=order.billing.email,
        note=order.customer_note,
        bill_to=address(order.billing),
        ship_to=address(order.shipping) if _is_given(order.shipping) else None,
        lines=tuple(_line(line) for line in order.line_items),
        charges=(*fees, *refunds),
        ship_code=", ".join(titled(title)[1] for title in titles),
        ship_name=", ".join(titles),
        shipping=_money(order.shipping_total),
        tax=_money(order.total_tax),
        total=_money(str(total)),
        payments=_payments(order, total),
    )


def unreadable(raw: bytes) -> WebOrder:
    """One that can't be read comes down without lines, so that it waits for a person and no other does."""
    try:
        named = msgspec.json.decode(raw, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError):
        named = {}
    known = str(named.get("id") or f"unreadable-{hashlib.sha256(raw).hexdigest()[:16]}")
    return WebOrder(
        id=known, number=str(named.get("number") or known), status="", placed_at="", updated_at="", currency="",
        bill_to=Address(), ship_to=None, lines=(), total="",
    )  # fmt: skip


def zoned(moment: str | None) -> str:
    """A time that the store gives in GMT and without saying so."""
    return f"{moment}+00:00" if moment else ""


def address(side: Side) -> Address:
    """An address; what a buyer typed comes back as HTML from some forms."""
    first, last, company = (html.unescape(text) for text in (side.first_name, side.last_name, side.company))
    return Address(
        name=f"{first} {last}".strip(),
        company=company,
        address1=html.unescape(side.address_1),
        address2=html.unescape(side.address_2),
        city=html.unescape(side.city),
        state=side.state.removeprefix(f"{side.country}-"),
        zip=side.postcode,
        country=NAMES.get(side.country, side.country),
        country_code=side.country,
        phone=side.phone,
        email=side.email,
    )


def _is_given(side: Side) -> bool:
    return bool(side.address_1 or side.last_name or side.postcode or side.city)


def _line(line: Line) -> OrderLine:
    quantity = Decimal(f"{line.quantity:g}")
    price = Decimal(line.subtotal) / quantity if quantity else Decimal(line.subtotal)
    shown = [meta for meta in line.meta_data if meta.key and not meta.key.startswith("_")]
    told = ", ".join(f"{meta.display_key}: {meta.display_value}" for meta in shown)
    return OrderLine(
        sku=line.sku or "",
        title=html.unescape(line.name + (f" ({told})" if told else "")),
        quantity=str(quantity),
        unit_price=_price(price),
        total=_money(line.total),
        tax=_money(line.total_tax),
    )


def _price(price: Decimal) -> str:
    """A price with two places, with up to six where the line's total does not divide into cents."""
    exact = price.quantize(Decimal("0.000001")).normalize()
    return f"{exact:f}" if exact != exact.quantize(Decimal("0.01")) else f"{exact:.2f}"


def _money(amount: str) -> str:
    """An amount with at least two places. Raises ValueError for what is none."""
    number = Decimal(amount or "0")
    if not number.is_finite():
        raise InvalidOperation(amount)
    return f"{number:.2f}" if number == number.quantize(Decimal("0.01")) else f"{number:f}"


def _refund_name(refund: Refund) -> str:
    reason = html.unescape(refund.reason or "")
    return f"Refund: {reason}" if reason else "Refund"


def _payments(order: Order, total: Decimal) -> tuple[Payment, ...]:
    if not order.payment_method:
        return ()
    name = html.unescape(order.payment_method_title or order.payment_method)
    reference = order.transaction_id
    return (Payment(code=order.payment_method, name=name, amount=_money(str(total)), reference=reference),)
