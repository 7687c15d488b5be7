"""The customer of an order: known, one and only one, active, approved, within the credit limit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

import msgspec

from webupdate.store.accounts import Candidate
from webupdate.store.inbox import Finding
from webupdate.sync.judge.case import Case
from webupdate.sync.judge.known import WebAccount
from webupdate.sync.ordercells import decimal_of, plain
from webupdate.sync.settle import customer_word, is_guest
from webupdate.sync.text import visible

_NAMED = 5  # candidates that a message names; all are offered as answers


def unknown_customer(case: Case) -> Iterator[Finding]:
    """Field ARINV.ID: kind 7 not found, 8 several fit, 9 would be made twice, 10 renamed or deleted in EBMS."""
    known, customer = case.known, case.customer
    if customer and (not known.has("customers") or known.customer(customer) is not None):
        return
    if customer:
        now = known.departed("customers", customer)
        yield _unknown_id(case, customer) if now is None else _departed(case, customer, now)
        return
    account = known.account(case.order.account) if case.order.account else None
    fitting = known.customers_like(case.order)
    if account is not None and account.file_name and fitting:
        yield _twice(case, account.file_name, fitting)
    elif len(fitting) > 1:
        yield _several(case, fitting)
    else:
        yield _nobody(case, account)


def inactive_customer(case: Case) -> Iterator[Finding]:
    """Kind 11, field ID (ARCUST.INACTIVE)."""
    if case.of_customer("INACTIVE") == "T":
        yield _about(
            case,
            kind=11,
            seen=case.customer,
            expected="an active customer",
            message=f"Customer {_named(case)} is inactive in EBMS: nothing is sold to them any more.",
            hint="Make the customer active in EBMS and save the customers export, or choose who takes their place.",
        )


def not_approved(case: Case) -> Iterator[Finding]:
    """Kind 12, field ID (WEB_APPRVD): only where the Properties say that new accounts wait for approval."""
    if case.rules.approval and not is_guest(case.order) and case.of_customer("WEB_APPRVD") == "F":
        yield _about(
            case,
            kind=12,
            seen=case.customer,
            expected="an account that EBMS has approved",
            message=f"The web account of customer {_named(case)} is not approved in EBMS, so nothing should have been "
            "sold to it yet.",
            hint="Approve it in EBMS (Website tab of the customer) and save the customers export.",
        )


def over_limit(case: Case) -> Iterator[Finding]:
    """Kind 13, field ID (CRED_LIM): an order on account whose goods, with what is owed already where the export says
    it (BALANCE), are above the limit. Freight and tax are EBMS's own when it bills, so they are left out."""
    limit, goods = decimal_of(case.of_customer("CRED_LIM")), _goods(case)
    if not _on_account(case) or not limit or goods is None:
        return
    owed = decimal_of(case.of_customer("BALANCE")) or Decimal(0)
    if goods + owed > limit:
        balance = f" and {plain(owed, 2)} owed already" if owed else ""
        yield _about(
            case,
            kind=13,
            seen=plain(goods + owed, 2),
            expected=f"at most {plain(limit, 2)}",
            message=f"The goods of the order ({plain(goods, 2)}){balance} are above the credit limit of customer "
            f"{_named(case)}, {plain(limit, 2)}.",
            hint="Ask for a payment, or raise the limit in EBMS and save the customers export.",
        )


def delinquent(case: Case) -> Iterator[Finding]:
    """Kind 13, field ID (DEL_REASON): an order on account of a customer who does not pay."""
    reason = case.of_customer("DEL_REASON")
    if _on_account(case) and reason.strip():
        yield _about(
            case,
            kind=13,
            seen=reason,
            expected="a customer who may buy on account",
            message=f"Customer {_named(case)} is delinquent in EBMS: “{visible(reason)}”. The order is on account.",
            hint="Ask for a payment, or take the reason away in EBMS and save the customers export.",
        )


def _about(case: Case, *, kind: int, seen: str, expected: str, message: str, hint: str) -> Finding:
    """A finding about a known customer: another one may be chosen, or the order imported all the same."""
    return Finding(
        kind=kind, field="ID", seen=visible(seen), expected=expected, message=message, hint=hint, blocks=True,
        topic="customer", web=customer_word(case.order), subject=case.customer,
    )  # fmt: skip


def _asked(case: Case, kind: int, seen: str, expected: str, message: str, hint: str) -> Finding:
    """A finding about who the customer is: only an answer helps."""
    found = _about(case, kind=kind, seen=seen, expected=expected, message=message, hint=hint)
    return msgspec.structs.replace(found, subject="")


def _unknown_id(case: Case, customer: str) -> Finding:
    shown = visible(customer)
    if is_guest(case.order):
        return _asked(
            case, 7, customer, "the ID of a customer in customers.csv",
            f"Guest orders go to customer {shown}, whom EBMS does not have.",
            "Correct “Guest orders go to” in the Properties, or make that customer in EBMS.",
        )  # fmt: skip
    return _asked(
        case, 7, customer, "the ID of a customer in customers.csv",
        f"Customer {shown} is not known to EBMS. The order was placed by a web account, so it must not go to the "
        "customer for guests.",
        _way_out(case.known.account(case.order.account) if case.order.account else None),
    )  # fmt: skip


def _nobody(case: Case, account: WebAccount | None) -> Finding:
    shown = visible(case.order.email) or "of the order"
    return _asked(
        case, 7, case.order.email, "the ID of a customer in customers.csv",
        f"Customer {shown} is not known to EBMS. The order was placed by a web account, so it must not go to the "
        "customer for guests.",
        _way_out(account),
    )  # fmt: skip


def _departed(case: Case, customer: str, now: str) -> Finding:
    """Merged or renamed customers leave the old ID in the shop (source: MERGE)."""
    shown = visible(customer)
    if now:
        return _asked(
            case, 10, customer, now,
            f"Customer {shown} is called {visible(now)} in EBMS now; the order still carries the old ID.",
            "Once the new ID is in the shop, new orders carry it.",
        )  # fmt: skip
    return _asked(
        case, 10, customer, "the ID of a customer in customers.csv",
        f"Customer {shown} has left the customers export: merged with another or deleted in EBMS.",
        "Choose the customer that they were merged with.",
    )  # fmt: skip


def _several(case: Case, fitting: tuple[Candidate, ...]) -> Finding:
    return _asked(
        case, 8, case.order.email, "one customer",
        f"{len(fitting)} customers of EBMS fit this order by e-mail, or phone and name: {_listed(fitting)}. Which of "
        "them ordered, EBMS can't tell.",
        "Merge them in EBMS if they are the same, and save the customers export.",
    )  # fmt: skip


def _twice(case: Case, file_name: str, fitting: tuple[Candidate, ...]) -> Finding:
    return _asked(
        case, 9, case.order.email, "one customer",
        f"For the account of this order {visible(file_name)} was written to make a new customer, but EBMS has "
        f"{_listed(fitting)} with the same e-mail, or phone and name: there would be two.",
        "Import the file and the order goes on by itself, or link the account under Customers that wait.",
    )  # fmt: skip


def _listed(fitting: tuple[Candidate, ...]) -> str:
    named = ", ".join(f"{visible(one.id)} ({visible(one.name)})" for one in fitting[:_NAMED])
    return f"{named} and {len(fitting) - _NAMED} more" if len(fitting) > _NAMED else named


def _way_out(account: WebAccount | None) -> str:
    if account is not None and account.asked:
        return "Which customer the account is, is asked under Customers that wait; the order goes on by itself then."
    if account is not None and account.file_name:
        return (
            f"Its customer file {visible(account.file_name)} was written: import it in EBMS and save the customers "
            "export; the order goes on by itself then."
        )
    return "Make the customer in EBMS with this e-mail, or correct its ID, and save the customers export."


def _named(case: Case) -> str:
    name = f"{case.of_customer('F_NAME')} {case.of_customer('L_NAME')}".strip()
    return f"{visible(case.customer)} ({visible(name)})" if name else visible(case.customer)


def _on_account(case: Case) -> bool:
    payments = case.order.payments
    return bool(payments) and case.settled.methods.get(payments[0].code) == "CHARGE"


def _goods(case: Case) -> Decimal | None:
    """The lines and what was taken off them; None if an amount is no number."""
    amounts = [decimal_of(line.total) for _, line in case.lines()]
    amounts += [decimal_of(charge.amount) for charge in case.order.charges]
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if len(known) == len(amounts) else None


CHECKS: tuple[Callable[[Case], Iterator[Finding]], ...] = (
    unknown_customer, inactive_customer, not_approved, over_limit, delinquent,
)  # fmt: skip
