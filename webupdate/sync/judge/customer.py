"""The customer of an order: known, one and only one, active, approved, within the credit limit."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from webupdate.store.inbox import Finding
from webupdate.sync.judge.case import Case
from webupdate.sync.judge.known import WebAccount
from webupdate.sync.settle import customer_word, is_guest
from webupdate.sync.text import visible


def unknown_customer(case: Case) -> Iterator[Finding]:
    """Kind 7, field ARINV.ID. A guest order goes to the default website customer and needs none."""
    if is_guest(case.order):
        return
    customer = case.settled.customer_id
    if customer and (not case.known.has("customers") or case.known.customer(customer) is not None):
        return
    seen = customer or case.order.email
    yield Finding(
        kind=7,
        field="ID",
        seen=visible(seen),
        expected="the ID of a customer in customers.csv",
        message=f"Customer {visible(seen)} is not known to EBMS. The order was placed by a web account, so it "
        "must not go to the customer for guests.",
        hint=_way_out(case.known.account(case.order.account) if case.order.account else None),
        topic="customer",
        web=customer_word(case.order),
    )


def _way_out(account: WebAccount | None) -> str:
    if account is not None and account.asked:
        return "Which customer the account is, is asked under Customers that wait; the order goes on by itself then."
    if account is not None and account.file_name:
        return (
            f"Its customer file {account.file_name} was written: import it in EBMS and save the customers export; "
            "the order goes on by itself then."
        )
    return "Make the customer in EBMS with this e-mail, or correct its ID, and save the customers export."


CHECKS: tuple[Callable[[Case], Iterator[Finding]], ...] = (unknown_customer,)
