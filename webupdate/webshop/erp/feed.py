"""The orders feed: pages in the order of change, acknowledgement, status."""

from __future__ import annotations

import datetime
from typing import Any, Literal

import msgspec
from django.db import transaction
from django.utils import timezone
from oscar.apps.order.exceptions import InvalidOrderStatus
from oscar.core.loading import get_model

from webupdate.sync.shops.base import WebOrder
from webupdate.webshop.erp.cursor import number_of, page_behind
from webupdate.webshop.erp.errors import Invalid, Refused
from webupdate.webshop.erp.models import OrderMark
from webupdate.webshop.erp.weborder import as_web_order

Order = get_model("order", "Order")

_TIME = "a time as 2026-01-31T12:00:00+00:00 (in an address, + is written %2B)"


class Ack(msgspec.Struct, rename={"written_as": "as"}):
    """An order and the file that it became."""

    id: str
    written_as: str


class Acked(msgspec.Struct):
    """What became of it: an order that the shop does not have is `unknown`."""

    id: str
    status: Literal["acked", "unknown"]


class OrdersPage(msgspec.Struct):
    """The next orders; the cursor stands behind the last one."""

    orders: list[WebOrder]
    cursor: str
    more: bool


def page(cursor: str, since: str, statuses: list[str], limit: int) -> OrdersPage:
    """The next orders; the new cursor stands behind the last one given."""
    chosen = _with_parts(Order.objects)
    if since:
        chosen = chosen.filter(date_placed__gte=_parse_time(since, "since"))
    if statuses:
        chosen = chosen.filter(status__in=statuses)
    orders, cursor, more = page_behind(chosen, "erp", cursor, limit)
    return OrdersPage([as_web_order(order) for order in orders], cursor, more)


def acknowledge(orders: list[Ack]) -> list[Acked]:
    """Note the file of each order. The first time, its reserved stock is given back."""
    with transaction.atomic():
        return [Acked(ack.id, _acknowledge(ack)) for ack in orders]


def set_status(order_id: str, status: str) -> None:
    """Move an order to another status, if the pipeline allows it."""
    with transaction.atomic():
        order = Order.objects.filter(pk=number_of(order_id)).first()
        if order is None:
            message = f"The shop has no order with the id {order_id!r}."
            raise Refused("unknown_order", message, field="id", seen=order_id, expected="an order's id")
        try:
            order.set_status(status)
        except InvalidOrderStatus as error:
            possible = ", ".join(order.available_statuses()) or "no other status"
            message = f"Order {order.number} is {order.status} and cannot become {status!r}."
            raise Refused("invalid_status", message, field="status", seen=status, expected=possible) from error


def _acknowledge(ack: Ack) -> Literal["acked", "unknown"]:
    mark = OrderMark.objects.filter(pk=number_of(ack.id)).select_related("order").first()
    if mark is None:
        return "unknown"
    if mark.acked_at is None:
        # An order that came in as an old one has reserved nothing: its lines and the stock stay as they are.
        reserved = mark.order.lines.filter(stockrecord__isnull=False, num_allocated__gt=0)
        for line in reserved.select_related("stockrecord__product__product_class"):
            line.cancel_allocation(line.num_allocated)
    # With the old updated_at: lines that were saved above moved it, but nothing changed for the client.
    OrderMark.objects.filter(pk=mark.pk).update(
        updated_at=mark.updated_at, acked_at=mark.acked_at or timezone.now(), acked_as=ack.written_as[:255]
    )
    return "acked"


def _with_parts(orders: Any) -> Any:
    return orders.select_related(
        "erp", "user__erp", "shipping_address__country", "billing_address__country"
    ).prefetch_related("lines__attributes", "sources__source_type", "surcharges")


def _parse_time(text: str, field: str) -> datetime.datetime:
    try:
        time = datetime.datetime.fromisoformat(text)
    except ValueError:
        time = None
    if time is None or time.tzinfo is None:
        raise Invalid(f"{field} is not {_TIME}.", field=field, seen=text, expected=_TIME)
    return time
