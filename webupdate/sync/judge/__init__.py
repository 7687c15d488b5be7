"""The kinds of order problems (source: domain.md section 7), one small pure function each."""

from __future__ import annotations

from webupdate.store.inbox import Finding
from webupdate.sync.judge.basic import KINDS, customer_of
from webupdate.sync.judge.known import Known
from webupdate.sync.orderfile import Answers
from webupdate.sync.shops.base import WebOrder

__all__ = ["Known", "answers", "judge"]


def judge(order: WebOrder, known: Known) -> tuple[Finding, ...]:
    """All problems of an order at once, in the order of the fields of sales-order entry."""
    return tuple(finding for kind in KINDS for finding in kind(order, known))


def answers(order: WebOrder, known: Known) -> Answers:
    """EBMS's names for what an order without blocking problems names in the shop's terms."""
    option = known.payment(order.payments[0].code) if order.payments else None
    customer = customer_of(order, known.account(order.account) if order.account else None)
    return Answers(
        customer_id=customer,
        ship_via=order.ship_code,
        terms_id=order.payments[0].code if option else "",
        terms=(option or {}).get("TERMS", ""),
        level=(known.customer(customer) or {}).get("IN_LEVEL", "") if customer else "",
        items={line.sku: line.sku for line in order.lines},
        methods={p.code: (known.payment(p.code) or {}).get("METHOD", "") for p in order.payments},
    )
