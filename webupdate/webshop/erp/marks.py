"""Keeps the times of last change by which the feeds of orders and accounts go."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max
from django.db.models.signals import post_delete, post_save
from django.utils import timezone
from oscar.core.loading import get_model

from webupdate.webshop.erp.models import AccountMark, CustomerInfo, OrderMark

_TICK = datetime.timedelta(microseconds=1)
_erp_writes: ContextVar[bool] = ContextVar("erp_writes", default=False)


def connect() -> None:
    """Listen to what changes an order or an account. (`QuerySet.update` and `bulk_create` send no signal.)"""
    post_save.connect(_order_saved, sender=get_model("order", "Order"))
    for app, model in [("order", "Line"), ("order", "OrderNote"), ("payment", "Source")]:
        post_save.connect(_part_saved, sender=get_model(app, model))
    post_save.connect(_user_saved, sender=User)
    for sender in (CustomerInfo, get_model("address", "UserAddress")):
        post_save.connect(_part_of_account_saved, sender=sender)
        post_delete.connect(_part_of_account_deleted, sender=sender)


@contextmanager
def written_by_erp() -> Iterator[None]:
    """What happens meanwhile is no change of the shop's side: it does not come back in the accounts feed."""
    token = _erp_writes.set(True)
    try:
        yield
    finally:
        _erp_writes.reset(token)


def _order_saved(instance: Any, update_fields: frozenset[str] | None, **_: Any) -> None:
    # The thank-you page notes that it was shown: no change of the order.
    if update_fields != frozenset(["analytics_tracked"]):
        _touch(OrderMark, instance.pk)


def _part_saved(instance: Any, **_: Any) -> None:
    _touch(OrderMark, instance.order_id)


def _user_saved(instance: Any, update_fields: frozenset[str] | None, **_: Any) -> None:
    # To log in is no change of the account.
    if update_fields != frozenset(["last_login"]):
        _touch_account(instance.pk)


def _part_of_account_saved(instance: Any, **_: Any) -> None:
    _touch_account(instance.user_id)


def _part_of_account_deleted(instance: Any, origin: Any, **_: Any) -> None:
    # With the whole account gone there is nothing left to mark.
    if getattr(origin, "model", type(origin)) is not User:
        _touch_account(instance.user_id)


def _touch_account(user_id: int) -> None:
    if not _erp_writes.get():
        _touch(AccountMark, user_id)


def _touch(marks: type[AccountMark | OrderMark], pk: int) -> None:
    # Later than every earlier stamp. As writing transactions follow each other (IMMEDIATE), stamps rise in the
    # order in which they become visible, so a reader's cursor passes over none.
    with transaction.atomic():
        last = marks.objects.aggregate(last=Max("updated_at"))["last"]
        stamp = max(timezone.now(), last + _TICK) if last else timezone.now()
        marks.objects.update_or_create(pk=pk, defaults={"updated_at": stamp})
