"""Whether the customer of an order may buy: active, approved, within the credit limit, no delinquent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from webupdate.orderkinds import KINDS
from webupdate.store.inbox import Finding
from webupdate.sync.judge.case import Case
from webupdate.sync.judge.money import sum_of, written_totals
from webupdate.sync.ordercells import decimal_of, plain
from webupdate.sync.settle import customer_word, is_guest
from webupdate.sync.text import visible


def inactive_customer(case: Case) -> Iterator[Finding]:
    """Kind 11, field ID (ARCUST.INACTIVE)."""
    if case.of_customer("INACTIVE") != "T":
        return
    message = f"Customer {_named(case)} is inactive in EBMS (INACTIVE is T): nothing is to be sold to them any more."
    hint = "Make them active in EBMS and save the customers export, or choose the customer that takes their place."
    yield _held(case, 11, case.customer, "an active customer", message, hint, topic="customer")


def not_approved(case: Case) -> Iterator[Finding]:
    """Kind 12, field ID (WEB_APPRVD): only where the Properties let new accounts wait for approval."""
    if not case.rules.approval or is_guest(case.order) or case.of_customer("WEB_APPRVD") != "F":
        return
    message = (
        f"The web account of customer {_named(case)} is not approved in EBMS (WEB_APPRVD is F): nobody has said yet "
        "that it may order."
    )
    hint = "Approve the account in EBMS and save the customers export; the order goes on by itself then."
    yield _held(case, 12, "F", "T, an approved account", message, hint)


def above_credit_limit(case: Case) -> Iterator[Finding]:
    """Kind 13, field ID (CRED_LIM): an order on account whose goods, with what the customer owes already (BALANCE,
    where the export has it), are above the limit.

    Goods are the lines and the discounts and fees of the order: what EBMS sums up as ordered (TOTAL_S_SO). Freight and
    tax are not in it, since they stay open until EBMS bills what it ships. 0 is no limit.
    """
    limit = decimal_of(case.of_customer("CRED_LIM")) or Decimal(0)
    goods = sum_of((*written_totals(case), *(charge.amount for charge in case.order.charges)))
    owed = decimal_of(case.of_customer("BALANCE")) or Decimal(0)
    if not case.on_account or limit <= 0 or goods is None or goods + owed <= limit:
        return
    and_owed = f" and {plain(owed, 2)} are owed already" if owed else ""
    message = (
        f"Goods for {plain(goods, 2)} are bought on account{and_owed}: that is above the credit limit of customer "
        f"{_named(case)}, {plain(limit, 2)}. The firm has not agreed to wait for so much."
    )
    hint = "Ask for a payment, or raise the limit in EBMS (CRED_LIM) and save the customers export."
    yield _held(case, 13, plain(goods + owed, 2), f"at most {plain(limit, 2)}", message, hint)


def delinquent(case: Case) -> Iterator[Finding]:
    """Kind 13, field ID (DEL_REASON): an order on account of a customer who does not pay."""
    reason = visible(case.of_customer("DEL_REASON").strip())
    if not reason or not case.on_account:
        return
    message = f"Customer {_named(case)} is delinquent in EBMS: “{reason}”. The order is on account: it may stay unpaid."
    hint = "Ask for a payment, or take the reason away in EBMS (DEL_REASON) and save the customers export."
    yield _held(case, 13, reason, "no reason of delinquency", message, hint)


def _held(case: Case, kind: int, seen: str, expected: str, message: str, hint: str, topic: str = "") -> Finding:
    """A customer with whom a person may let the order pass, or name another (topic customer)."""
    return Finding(
        kind=kind,
        field="ID",
        seen=visible(seen),
        expected=expected,
        message=message,
        hint=hint,
        blocks=KINDS[kind].blocks,
        topic=topic,
        web=customer_word(case.order) if topic else "",
        subject=case.customer,
    )


def _named(case: Case) -> str:
    name = visible(f"{case.of_customer('F_NAME')} {case.of_customer('L_NAME')}".strip())
    return f"{visible(case.customer)} ({name})" if name else visible(case.customer)


CHECKS: tuple[Callable[[Case], Iterator[Finding]], ...] = (
    inactive_customer, not_approved, above_credit_limit, delinquent,
)  # fmt: skip
