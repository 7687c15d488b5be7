"""An order of the shop as a neutral order. Amounts come in minor units, and some as fractions of those."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import msgspec

from webupdate.sync.shops.base import Address, Charge, OrderLine, Payment, WebOrder
from webupdate.sync.shops.vendure.addresses import FIELDS as SIDE
from webupdate.sync.shops.vendure.addresses import Side
from webupdate.sync.shops.vendure.notes import NOTES, Buyer
from webupdate.sync.shops.vendure.shipping import ship_via

_DISCOUNTS = "discounts { description amount amountWithTax adjustmentSource }"
FIELDS = f"""
  id code state type createdAt updatedAt orderPlacedAt currencyCode total totalWithTax shipping shippingWithTax
  couponCodes {_DISCOUNTS} taxSummary {{ description taxRate taxBase taxTotal }}
  customer {{ id emailAddress user {{ id }} {NOTES} }}
  shippingAddress {{ {SIDE} country countryCode }} billingAddress {{ {SIDE} country countryCode }}
  lines {{ quantity orderPlacedQuantity unitPrice unitPriceWithTax proratedLinePrice lineTax {_DISCOUNTS}
    productVariant {{ sku name }} }}
  surcharges {{ description sku price priceWithTax }}
  shippingLines {{ price priceWithTax discountedPrice shippingMethod {{ code name }} {_DISCOUNTS} }}
  payments {{ method amount state transactionId refunds {{ total state reason }} }}
"""
CANCELLED = "Cancelled"
_PAID = ("Created", "Authorized", "Settled", "Cancelled")  # all but Declined and Error
_CENT = Decimal("0.01")


class _Variant(msgspec.Struct):
    sku: str = ""
    name: str = ""


class _Line(msgspec.Struct, rename="camel"):
    quantity: int
    order_placed_quantity: int
    unit_price: Decimal
    unit_price_with_tax: Decimal
    prorated_line_price: Decimal
    product_variant: _Variant


class _Surcharge(msgspec.Struct):
    description: str
    price: Decimal
    sku: str | None = None


class _Method(msgspec.Struct):
    code: str
    name: str = ""


class _ShippingLine(msgspec.Struct, rename="camel"):
    shipping_method: _Method

    @property
    def name(self) -> str:
        return self.shipping_method.name or self.shipping_method.code


class _Refund(msgspec.Struct):
    total: Decimal
    state: str
    reason: str | None = None


class _Payment(msgspec.Struct, rename="camel"):
    method: str
    amount: Decimal
    state: str
    transaction_id: str | None = None
    refunds: list[_Refund] = []


class Order(msgspec.Struct, rename="camel"):
    """An order as the shop shows it."""

    id: str
    code: str
    state: str
    created_at: str
    updated_at: str
    currency_code: str
    total_with_tax: Decimal
    shipping: Decimal
    shipping_with_tax: Decimal
    lines: list[_Line]
    order_placed_at: str | None = None
    customer: Buyer | None = None
    shipping_address: Side | None = None
    billing_address: Side | None = None
    surcharges: list[_Surcharge] = []
    shipping_lines: list[_ShippingLine] = []
    payments: list[_Payment] | None = None


def neutral(order: Order, major: Callable[[Decimal], Decimal], terms: Mapping[str, str]) -> WebOrder:
    """The order; `major` gives an amount in whole money, `terms` EBMS's codes of payment methods.

    Discounts on the whole order are shared out over its lines.
    """

    def money(amount: Decimal) -> Decimal:
        return major(amount).quantize(_CENT, ROUND_HALF_UP)

    buyer = order.customer or Buyer(id="")
    lines = tuple(_line(order, line, money) for line in order.lines)
    refunds = [_refunded(refund, money) for payment in order.payments or [] for refund in payment.refunds]
    charges = tuple(Charge(name=each.description, amount=str(money(each.price))) for each in order.surcharges)
    gross = money(_gross(order))
    net = sum((Decimal(line.total) for line in lines), Decimal()) + sum(Decimal(each.amount) for each in charges)
    given_back = tuple(each for each in refunds if each is not None)
    ship = ", ".join(each.name for each in order.shipping_lines)
    home = order.billing_address if order.billing_address and order.billing_address.given else order.shipping_address
    return WebOrder(
        id=order.id,
        number=order.code,
        status=order.state,
        placed_at=order.order_placed_at or order.created_at,
        # Placing an order does not move its `updatedAt`.
        updated_at=max(order.updated_at, order.order_placed_at or "", key=_instant),
        currency=order.currency_code,
        # Anybody can order as a guest with a customer's e-mail.
        customer=buyer.ebms_id if buyer.user is not None else "",
        account=buyer.id if buyer.user is not None else "",
        email=buyer.email_address,
        bill_to=(home or Side()).neutral(buyer.email_address),
        ship_to=order.shipping_address.neutral() if order.shipping_address and order.shipping_address.given else None,
        lines=lines,
        charges=(*charges, *given_back),
        ship_code=", ".join(ship_via(each.shipping_method.code) or each.name for each in order.shipping_lines),
        ship_name=ship,
        shipping=str(money(order.shipping)),
        tax=str(gross - net - money(order.shipping)),
        total=str(gross + sum(Decimal(each.amount) for each in given_back)),
        payments=_payments(order, money, terms),
    )


def _instant(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp() if moment else 0.0


def _placed(order: Order, line: _Line) -> int:
    """The quantity; that of a cancelled order's lines is nothing, and a person wants to know what was cancelled."""
    return line.order_placed_quantity if order.state == CANCELLED else line.quantity


def _gross(order: Order) -> Decimal:
    if order.state != CANCELLED:
        return order.total_with_tax
    lines = sum((line.unit_price_with_tax * line.order_placed_quantity for line in order.lines), Decimal())
    return lines + order.shipping_with_tax


def _line(order: Order, line: _Line, money: Callable[[Decimal], Decimal]) -> OrderLine:
    quantity = _placed(order, line)
    total = line.unit_price * quantity if order.state == CANCELLED else line.prorated_line_price
    return OrderLine(
        sku=line.product_variant.sku,
        title=line.product_variant.name,
        quantity=str(quantity),
        unit_price=str(money(line.unit_price)),
        total=str(money(total)),
    )


def _refunded(refund: _Refund, money: Callable[[Decimal], Decimal]) -> Charge | None:
    if refund.state == "Failed":
        return None
    name = f"Refund: {refund.reason}" if refund.reason else "Refund"
    return Charge(name=name, amount=str(-money(refund.total)))


def _payments(order: Order, money: Callable[[Decimal], Decimal], terms: Mapping[str, str]) -> tuple[Payment, ...]:
    return tuple(
        Payment(
            code=terms.get(payment.method, payment.method),
            name=terms.get(payment.method, payment.method),
            amount=str(money(payment.amount)),
            reference=payment.transaction_id or "",
        )
        for payment in order.payments or []
        if payment.state in _PAID
    )


def unreadable(raw: bytes) -> WebOrder:
    """One that can't be read comes down without lines, so that it waits for a person and no other does."""
    named: dict[str, Any] = msgspec.json.decode(raw, type=dict[str, Any])
    known = str(named.get("id") or f"unreadable-{hashlib.sha256(raw).hexdigest()[:16]}")
    return WebOrder(
        id=known, number=str(named.get("code") or known), status="", placed_at="", updated_at="", currency="",
        bill_to=Address(), ship_to=None, lines=(), total="",
    )  # fmt: skip
