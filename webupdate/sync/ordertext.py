"""An order as a person reads it: who, where to, what, and how it is paid. Lines of text, not harmless yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from webupdate.sync.shops.base import Address, OrderLine, WebOrder

_LABEL = 12  # columns


def order_text(order: WebOrder) -> Iterator[str]:
    """All that the shop says of an order, part by part."""
    yield from _fields(
        ("Order", order.number),
        ("State", order.status),
        ("Placed", _moment(order.placed_at)),
        ("Changed", _moment(order.updated_at)),
        ("Customer", order.customer or ("not known to EBMS" if order.account else "guest")),
        ("E-mail", order.email),
        ("Note", order.note),
    )
    yield from _address("Bill to", order.bill_to)
    if order.ship_to and order.ship_to != order.bill_to:
        yield from _address("Ship to", order.ship_to)
    else:
        yield from ("", "Ship to", "  the same address")
    yield from ("", "Lines")
    for number, line in enumerate(order.lines, 1):
        yield from _line(number, line)
    yield ""
    for charge in order.charges:
        yield _amount(" ".join(filter(None, (charge.name, charge.code))), charge.amount)
    yield _amount(f"Shipping: {order.ship_name or order.ship_code or 'none named'}", order.shipping)
    yield _amount("Tax", order.tax)
    yield _amount(f"Total {order.currency}", order.total)
    for payment in order.payments:
        paid = " ".join(filter(None, ("Paid by", payment.name or payment.code, payment.reference)))
        yield _amount(paid, payment.amount)


def _moment(said: str) -> str:
    """A time of the shop in minutes, with its zone; what is no time, as it is."""
    try:
        return f"{datetime.fromisoformat(said):%Y-%m-%d %H:%M %Z}".rstrip()
    except ValueError:
        return said


def _fields(*pairs: tuple[str, str]) -> Iterator[str]:
    for label, value in pairs:
        if value:
            first, *others = value.splitlines() or [""]
            yield f"{label:<{_LABEL}}{first}"
            yield from (f"{'':<{_LABEL}}{other}" for other in others)


def _address(title: str, address: Address) -> Iterator[str]:
    place = " ".join(filter(None, (address.zip, address.city, address.state)))
    country = address.country or address.country_code
    parts = (address.company, address.name, address.address1, address.address2, place, country)
    yield from ("", title)
    yield from (f"  {part}" for part in (*parts, address.phone, address.email) if part)


def _line(number: int, line: OrderLine) -> Iterator[str]:
    yield f"{number:>3}  {line.sku}  {line.title}"
    unit = f" {line.unit}" if line.unit else ""
    yield _amount(f"     {line.quantity}{unit} at {line.unit_price}, tax {line.tax}", line.total)


def _amount(label: str, amount: str) -> str:
    return f"{label:<56}{amount:>12}"
