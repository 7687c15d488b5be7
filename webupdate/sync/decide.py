"""What a person decided of an order as a whole (topic `decision`), carried out."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from webupdate.orderkinds import IN_THE_WAY, LATER, TWIN
from webupdate.store import answers, history, orderversions
from webupdate.store.answers import Answer
from webupdate.store.inbox import BEFORE_STAGED, Order
from webupdate.sync import changes, topics
from webupdate.sync.download import newer_of
from webupdate.sync.orders import OrderDesk
from webupdate.sync.shops.base import WebOrder
from webupdate.sync.stored import read_kept
from webupdate.sync.text import visible
from webupdate.sync.topics import AGAIN, CLOSE, LEAVE, REPLACE

_CANCELLED_TOO = "cancel the sales order in EBMS by hand, then close or leave it here"


def unfit(desk: OrderDesk, order: Order, value: str) -> str:
    """Why a decision can't be made about an order in its state, as a sentence; "" if it can."""
    name = f"Order #{visible(order.number)}"
    if value not in (AGAIN, REPLACE, LEAVE, CLOSE):
        return f"{visible(value)!r} is no decision: {AGAIN}, {REPLACE}, {LEAVE} or {CLOSE}."
    if value == REPLACE and (order.newer is None or order.state == "staged"):
        return f"{name} has no newer version that a corrected file could be written of now."
    if value == REPLACE and _newer(order).status in desk.cancelled:
        return f"{name} is off in the shop, so there is no corrected file: {_CANCELLED_TOO}."
    if value == LEAVE and order.newer is None:
        return f"{name} has no newer version that a file could be left in spite of."
    if value == AGAIN and order.refusal is None and not _in_the_way(order):
        return f"{name} has no file that EBMS refused or that another file kept out."
    if value == CLOSE and order.newer is None and order.state not in BEFORE_STAGED:
        return f"{name} is written as {visible(order.file_name or '')}: there is nothing to enter by hand."
    return ""


def carry_out(desk: OrderDesk, order: Order, decisions: Sequence[Answer]) -> None:
    """Do what was decided (the same of several problems), in the transaction of the answer; what is to be written is
    then judged."""
    decision = decisions[0]
    if order.newer is not None and decision.value in (LEAVE, CLOSE):
        _leave(desk, order, decision)
    elif decision.value == CLOSE:
        is_twin = any(one.web == str(TWIN) for one in decisions)
        why = "it is another order once more" if is_twin else "entered in EBMS by hand"
        desk.close(order, why, sold=not is_twin, by=decision.by)
    elif decision.value == AGAIN:
        orderversions.again(desk.store, order, other_name=_in_the_way(order))
    elif decision.value == REPLACE:
        came = newer_of(desk.store, order)
        assert came is not None
        what = f"{order.file_name or 'what was closed'} is replaced"
        history.note(desk.store, order.id, "replaced", what, desk.now, by=decision.by, data=order.content)
        desk.restock(order, orderversions.replaced(desk.store, order, came))


def _leave(desk: OrderDesk, order: Order, decision: Answer) -> None:
    """This version is not asked about again, whatever its status becomes."""
    version = changes.version(_newer(order), desk.cancelled)
    web = topics.key(str(LATER), version)
    answers.put_in_force(desk.store, order.id, [msgspec.structs.replace(decision, web=web, scope="order")])
    orderversions.answered(desk.store, order)
    if decision.value == CLOSE:
        history.note(desk.store, order.id, "closed", "changed in EBMS by hand", desk.now, by=decision.by)


def _newer(order: Order) -> WebOrder:
    return read_kept(order, order.newer or b"")


def _in_the_way(order: Order) -> bool:
    return any(problem.kind == IN_THE_WAY for problem in order.problems)
