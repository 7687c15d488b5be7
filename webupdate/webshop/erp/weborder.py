"""An order of Oscar as the neutral `WebOrder`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from webupdate.sync.shops.base import Address, Charge, OrderLine, Payment, WebOrder


def as_web_order(order: Any) -> WebOrder:
    """The order field by field; its amounts sum up to the cent.

    Discounts are in the line totals already, so charges are what Oscar calls surcharges.
    """
    customer = getattr(order.user, "erp", None)
    shipped = order.shipping_address
    billed = order.billing_address or shipped
    # Oscar's billing address has no phone; the checkout asks for one number only.
    phone = str(shipped.phone_number or "") if shipped else ""
    return WebOrder(
        id=str(order.pk),
        number=order.number,
        status=order.status,
        placed_at=order.date_placed.isoformat(),
        updated_at=order.erp.updated_at.isoformat(),
        currency=order.currency,
        customer=customer.key if customer else "",
        account=str(order.user_id or ""),
        email=order.email or "",
        note=shipped.notes if shipped else "",
        bill_to=_address(billed, phone, order.email or "") if billed else Address(email=order.email or ""),
        ship_to=_address(shipped, phone, "") if shipped else None,
        lines=tuple(_line(line) for line in order.lines.all()),
        charges=tuple(_charge(surcharge) for surcharge in order.surcharges.all()),
        ship_code=order.shipping_code,
        ship_name=order.shipping_method,
        shipping=_money(order.shipping_excl_tax),
        tax=_money(order.total_incl_tax - order.total_excl_tax),
        total=_money(order.total_incl_tax),
        payments=tuple(_payment(source) for source in order.sources.all()),
    )


def _address(address: Any, phone: str, email: str) -> Address:
    return Address(
        name=f"{address.first_name} {address.last_name}".strip(),
        address1=address.line1,
        address2=", ".join(line for line in (address.line2, address.line3) if line),
        city=address.line4,
        state=address.state,
        zip=address.postcode,
        country=address.country.printable_name,
        country_code=address.country_id,
        phone=phone,
        email=email,
    )


def _line(line: Any) -> OrderLine:
    unit = next((attribute.value for attribute in line.attributes.all() if attribute.type == "unit"), "")
    return OrderLine(
        sku=line.partner_sku,
        title=line.title,
        quantity=str(line.quantity),
        unit=unit,
        unit_price=_money(line.unit_price_excl_tax),
        total=_money(line.line_price_excl_tax),
        tax=_money(line.line_price_incl_tax - line.line_price_excl_tax),
    )


def _charge(surcharge: Any) -> Charge:
    return Charge(name=surcharge.name, amount=_money(surcharge.excl_tax), code=surcharge.code)


def _payment(source: Any) -> Payment:
    return Payment(
        code=source.source_type.code,
        name=source.label,
        amount=_money(source.amount_allocated),
        reference=source.reference,
    )


def _money(amount: Decimal) -> str:
    return f"{amount:.2f}"
