"""Orders of former days, placed with Oscar's own order classes: dated and priced as they were."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from types import SimpleNamespace
from typing import Any

import msgspec
from django.conf import settings
from django.db import transaction
from oscar.apps.order.utils import OrderCreator
from oscar.core.loading import get_model
from oscar.core.prices import Price

from webupdate.webshop.countries import code_of
from webupdate.webshop.erp.kinds.addresses import all_countries
from webupdate.webshop.erp.models import CustomerInfo, PayOption

Order = get_model("order", "Order")
Line = get_model("order", "Line")
LinePrice = get_model("order", "LinePrice")
LineAttribute = get_model("order", "LineAttribute")
OrderDiscount = get_model("order", "OrderDiscount")
ShippingAddress = get_model("order", "ShippingAddress")
BillingAddress = get_model("order", "BillingAddress")
Option = get_model("catalogue", "Option")
Source = get_model("payment", "Source")
SourceType = get_model("payment", "SourceType")
StockRecord = get_model("partner", "StockRecord")

CENT = Decimal("0.01")


class PastLine(msgspec.Struct, frozen=True):
    """A line: `discount` is the share that was taken off (0.15 = 15 %)."""

    sku: str
    quantity: int
    unit_price: Decimal
    discount: Decimal = Decimal(0)

    @property
    def full(self) -> Decimal:
        """Before the discount."""
        return self.unit_price * self.quantity

    @property
    def total(self) -> Decimal:
        """After it, to the cent."""
        return (self.full * (1 - self.discount)).quantize(CENT, ROUND_HALF_UP)


class PastAddress(msgspec.Struct, frozen=True):
    """Where it went; `country` as people write it."""

    name: str
    address1: str
    city: str
    country: str
    state: str = ""
    zip: str = ""


class PastOrder(msgspec.Struct, frozen=True):
    """An order; `customer` is the ERP's id, `freight` the charge for shipping."""

    number: str
    customer: str
    ordered_at: datetime.datetime
    ship_via: str
    freight: Decimal
    ship_to: PastAddress
    lines: list[PastLine]

    @property
    def total(self) -> Decimal:
        """Goods and freight."""
        return sum((line.total for line in self.lines), self.freight)


def load(content: bytes) -> int:
    """Place the orders of a JSON list that the shop does not have yet, all or none; returns how many."""
    orders = msgspec.json.decode(content, type=list[PastOrder], strict=False)
    known = set(Order.objects.filter(number__in=[order.number for order in orders]).values_list("number", flat=True))
    new = [order for order in orders if order.number not in known]
    with transaction.atomic():
        shelf = _Shelf()
        for order in new:
            _place(order, shelf)
    return len(new)


class _Shelf:
    """What many orders need, fetched once."""

    def __init__(self) -> None:
        stock = StockRecord.objects.select_related("product__erp", "partner")
        self.stock = {record.partner_sku: record for record in stock}
        self.customers = {info.key: info for info in CustomerInfo.objects.select_related("user")}
        self.countries = all_countries()
        self.unit = Option.objects.get(code="unit")
        self.options = {option.code: option for option in PayOption.objects.all()}
        self.creator = OrderCreator()


def _place(past: PastOrder, shelf: _Shelf) -> None:
    customer = shelf.customers.get(past.customer)
    order = shelf.creator.create_order_model(
        customer.user if customer else None,
        None,  # the basket: none was filled
        _address(ShippingAddress, past.ship_to, shelf),
        SimpleNamespace(name=past.ship_via, code=past.ship_via),
        _price(past.freight),
        _billed_to(customer, past, shelf),
        _price(past.total),
        past.number,
        settings.OSCAR_INITIAL_ORDER_STATUS,
        date_placed=past.ordered_at,
    )
    _add_lines(order, past, shelf)
    discount = sum((line.full - line.total for line in past.lines), Decimal(0))
    if discount:
        OrderDiscount.objects.create(order=order, offer_name="Discount", frequency=1, amount=discount)
    _add_payment(order, customer, shelf)


def _price(amount: Decimal) -> Price:
    return Price(settings.OSCAR_DEFAULT_CURRENCY, excl_tax=amount, tax=Decimal(0))


def _add_lines(order: Any, past: PastOrder, shelf: _Shelf) -> None:
    """In bulk, as no stock is reserved for what was delivered long ago."""
    lines = Line.objects.bulk_create(_line(order, line, shelf) for line in past.lines)
    LinePrice.objects.bulk_create(
        LinePrice(
            order=order, line=line, quantity=line.quantity,
            price_incl_tax=line.unit_price_incl_tax, price_excl_tax=line.unit_price_excl_tax,
        )
        for line in lines
    )  # fmt: skip
    LineAttribute.objects.bulk_create(_units(lines, shelf))


def _line(order: Any, line: PastLine, shelf: _Shelf) -> Any:
    record = shelf.stock.get(line.sku)
    return Line(
        order=order,
        partner=record.partner if record else None,
        partner_name=record.partner.name if record else "",
        partner_sku=line.sku,
        stockrecord=record,
        product=record.product if record else None,
        title=record.product.get_title() if record else line.sku,
        quantity=line.quantity,
        line_price_excl_tax=line.total,
        line_price_incl_tax=line.total,
        line_price_before_discounts_excl_tax=line.full,
        line_price_before_discounts_incl_tax=line.full,
        unit_price_excl_tax=line.unit_price,
        unit_price_incl_tax=line.unit_price,
        num_allocated=0,
        status=settings.OSCAR_INITIAL_LINE_STATUS,
    )


def _units(lines: Iterable[Any], shelf: _Shelf) -> Iterator[Any]:
    for line in lines:
        if line.product and line.product.erp.unit:
            yield LineAttribute(line=line, option=shelf.unit, type=shelf.unit.code, value=line.product.erp.unit)


def _address(model: Any, address: PastAddress, shelf: _Shelf) -> Any:
    return model.objects.create(
        last_name=address.name,
        line1=address.address1,
        line4=address.city,
        state=address.state,
        postcode=address.zip,
        country=shelf.countries[code_of(address.country) or ""],
    )


def _billed_to(customer: CustomerInfo | None, past: PastOrder, shelf: _Shelf) -> Any:
    """The customer's own address, where the shop knows one."""
    country = shelf.countries.get(code_of(customer.country) or "") if customer else None
    if customer is None or country is None:
        return _address(BillingAddress, past.ship_to, shelf)
    return BillingAddress.objects.create(
        first_name=customer.user.first_name,
        last_name=customer.user.last_name,
        line1=customer.address1,
        line2=customer.address2,
        line4=customer.city,
        state=customer.state,
        postcode=customer.zip,
        country=country,
    )


def _add_payment(order: Any, customer: CustomerInfo | None, shelf: _Shelf) -> None:
    """On account, on the customer's own terms."""
    option = shelf.options.get(customer.charge_terms) if customer else None
    if option is not None:
        kind, _ = SourceType.objects.get_or_create(code=option.code, defaults={"name": option.name})
        Source.objects.create(
            order=order, source_type=kind, currency=order.currency, amount_allocated=order.total_incl_tax,
            label=option.name,
        )  # fmt: skip
