"""What the stepper asks of the store: an order with all that is known of it, and the next that waits."""

from __future__ import annotations

import time

from webupdate.store import answers, commands, companies, inbox
from webupdate.store.answers import Answer
from webupdate.store.companies import CompanyInfo
from webupdate.store.db import Store
from webupdate.store.inbox import Order
from webupdate.sync.changes import Change, changes
from webupdate.sync.orders import OrderDesk
from webupdate.sync.stored import read_kept, read_order
from webupdate.tui import stepper
from webupdate.tui.stepper import Matter, State


def load(store: Store, company_id: int, order_id: int) -> State | None:
    """The stepper of an order where a person left it; None if it does not wait for a person any more."""
    company, order = companies.company_by_id(store, company_id), inbox.order(store, order_id)
    if company is None or order is None or not inbox.needs_person(order):
        return None
    return stepper.begin(_matter(store, company, order), answers.draft(store, order.id))


def _matter(store: Store, company: CompanyInfo, order: Order) -> Matter:
    site = next(site for site in company.sites if site.id == order.site_id)
    desk = OrderDesk(store, company, site, time.time())
    return Matter(
        order=order,
        content=read_order(order),
        known=desk.known,
        rules=desk.rules,
        in_force=answers.in_force(store, order.id),
        remembered=desk.remembered,
        others=tuple(other for other in inbox.waiting(store, company.id) if other.id != order.id),
    )


def changed(order: Order) -> list[Change]:
    """What the shop changed of an order after its file was written."""
    assert order.newer is not None
    old, new = read_order(order), read_kept(order, order.newer)
    status = [("status", old.status, new.status)] if old.status != new.status else []
    return [*status, *changes(old, new)]


def leave(store: Store, company_id: int, order: Order, given: tuple[Answer, ...]) -> int:
    """Leave the answers to an order, as it was seen, for the engine; returns the number of the command."""
    return commands.leave(
        store, "resolve", company_id=company_id, order=order.id, answers=list(given), seen=order.updated_at
    )


def following(store: Store, company_id: int, order_id: int) -> Order | None:
    """The order that waits after this one; behind the last one comes the first."""
    waiting = [order for order in inbox.waiting(store, company_id) if order.id != order_id]
    return next((order for order in waiting if order.id > order_id), waiting[0] if waiting else None)
