"""The orders feed: pages in the order of change, acknowledgement, status."""

from __future__ import annotations

import datetime
from typing import Any

import msgspec
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from oscar.apps.order.exceptions import InvalidOrderStatus
from oscar.core.loading import get_model

from webupdate.webshop.erp.errors import Invalid, Refused
from webupdate.webshop.erp.models import OrderMark
from webupdate.webshop.erp.weborder import as_web_order

Order = get_model("order", "Order")

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MICROSECOND = datetime.timedelta(microseconds=1)
_TIME = "a time as 2026-01-31T12:00:00+00:00 (in an address, + is written %2B)"


class Ack(msgspec.Struct, rename={"written_as": "as"}):
    """An order and the file that it became."""

    id: str
    written_as: str


def page(cursor: str, since: str, statuses: list[str], limit: int) -> dict[str, Any]:
    """The next orders; the new cursor stands behind the last one given."""
    chosen = Order.objects.filter(erp__isnull=False)
    if cursor:
        updated_at, last_id = _parse_cursor(cursor)
        chosen = chosen.filter(Q(erp__updated_at__gt=updated_at) | Q(erp__updated_at=updated_at, pk__gt=last_id))
    if since:
        chosen = chosen.filter(date_placed__gte=_parse_time(since, "since"))
    if statuses:
        chosen = chosen.filter(status__in=statuses)
    found = list(_with_parts(chosen).order_by("erp__updated_at", "pk")[: limit + 1])
    orders = found[:limit]
    return {
        "orders": [as_web_order(order) for order in orders],
        "cursor": _cursor_behind(orders[-1]) if orders else cursor,
        "more": len(found) > limit,
    }


def acknowledge(orders: list[Ack]) -> list[dict[str, str]]:
    """Note the file of each order. The first time, its reserved stock is given back."""
    with transaction.atomic():
        return [{"id": ack.id, "status": _acknowledge(ack)} for ack in orders]


def set_status(order_id: str, status: str) -> None:
    """Move an order to another status, if the pipeline allows it."""
    with transaction.atomic():
        order = Order.objects.filter(pk=_number(order_id)).first()
        if order is None:
            message = f"The shop has no order with the id {order_id!r}."
            raise Refused("unknown_order", message, field="id", seen=order_id, expected="an order's id")
        try:
            order.set_status(status)
        except InvalidOrderStatus as error:
            possible = ", ".join(order.available_statuses()) or "no other status"
            message = f"Order {order.number} is {order.status} and cannot become {status!r}."
            raise Refused("invalid_status", message, field="status", seen=status, expected=possible) from error


def _acknowledge(ack: Ack) -> str:
    mark = OrderMark.objects.filter(pk=_number(ack.id)).select_related("order").first()
    if mark is None:
        return "unknown"
    if mark.acked_at is None:
        for line in mark.order.lines.select_related("stockrecord__product__product_class"):
            if line.stockrecord:
                line.cancel_allocation(line.num_allocated)
    # With the old updated_at: lines that were saved above moved it, but nothing changed for the client.
    OrderMark.objects.filter(pk=mark.pk).update(
        updated_at=mark.updated_at, acked_at=mark.acked_at or timezone.now(), acked_as=ack.written_as[:255]
    )
    return "acked"


def _number(order_id: str) -> int:
    is_number = order_id.isascii() and order_id.isdigit() and len(order_id) < 19
    return int(order_id) if is_number else 0


def _with_parts(orders: Any) -> Any:
    return orders.select_related(
        "erp", "user__erp", "shipping_address__country", "billing_address__country"
    ).prefetch_related("lines__attributes", "sources__source_type", "surcharges")


def _cursor_behind(order: Any) -> str:
    return f"{(order.erp.updated_at - _EPOCH) // _MICROSECOND}-{order.pk}"


def _parse_cursor(cursor: str) -> tuple[datetime.datetime, int]:
    stamp, _, order_id = cursor.partition("-")
    if not (_number(stamp) and _number(order_id)):
        raise Invalid("The cursor is none of ours.", field="cursor", seen=cursor, expected="one as given")
    try:
        return _EPOCH + _number(stamp) * _MICROSECOND, _number(order_id)
    except OverflowError as error:
        message = "The cursor is none of ours."
        raise Invalid(message, field="cursor", seen=cursor, expected="one as given") from error


def _parse_time(text: str, field: str) -> datetime.datetime:
    try:
        time = datetime.datetime.fromisoformat(text)
    except ValueError:
        time = None
    if time is None or time.tzinfo is None:
        raise Invalid(f"{field} is not {_TIME}.", field=field, seen=text, expected=_TIME)
    return time
