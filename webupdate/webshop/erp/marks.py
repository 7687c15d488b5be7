"""Keeps the time of an order's last change, by which the orders feed goes."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.db.models.signals import post_save
from django.utils import timezone
from oscar.core.loading import get_model

from webupdate.webshop.erp.models import OrderMark

_TICK = datetime.timedelta(microseconds=1)


def connect() -> None:
    """Listen to what changes an order. (`QuerySet.update` sends no signal.)"""
    post_save.connect(_order_saved, sender=get_model("order", "Order"))
    for app, model in [("order", "Line"), ("order", "OrderNote"), ("payment", "Source")]:
        post_save.connect(_part_saved, sender=get_model(app, model))


def _order_saved(instance: Any, update_fields: frozenset[str] | None, **_: Any) -> None:
    # The thank-you page notes that it was shown: no change of the order.
    if update_fields != frozenset(["analytics_tracked"]):
        _touch(instance.pk)


def _part_saved(instance: Any, **_: Any) -> None:
    _touch(instance.order_id)


def _touch(order_id: int) -> None:
    # Later than every earlier stamp. As writing transactions follow each other (IMMEDIATE), stamps rise in the
    # order in which they become visible, so a reader's cursor passes over none.
    with transaction.atomic():
        last = OrderMark.objects.aggregate(last=Max("updated_at"))["last"]
        stamp = max(timezone.now(), last + _TICK) if last else timezone.now()
        OrderMark.objects.update_or_create(pk=order_id, defaults={"updated_at": stamp})
