"""Which customer of EBMS an order is from: known, one and only one, under the ID that EBMS has now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from webupdate.orderkinds import KINDS
from webupdate.store.accounts import Candidate
from webupdate.store.inbox import Finding
from webupdate.sync.judge.case import Case
from webupdate.sync.known import WebAccount
from webupdate.sync.settle import customer_word, is_guest
from webupdate.sync.text import visible

_NAMED = 5  # candidates in a message; more are not read


def unknown_customer(case: Case) -> Iterator[Finding]:
    """Kind 7, field ARINV.ID: nobody in EBMS is the buyer, or the customer for guests is missing."""
    if _is_there(case) or _new_id(case) is not None or _is_made_twice(case) or _fit_several(case):
        return
    shown = visible(case.customer or case.order.email or "of the order")
    if is_guest(case.order):
        message = f"Customer {shown} is not known to EBMS. Orders without login go to them (guest_customer)."
        hint = "Correct the customer for guests (guest_customer) in the Properties, or make them in EBMS."
    else:
        message = (
            f"Customer {shown} is not known to EBMS. The order was placed by a web account, so it must not go to the "
            "customer for guests."
        )
        hint = _way_out(_account(case))
    yield _asked(case, 7, "the ID of a customer in customers.csv", message, hint)


def several_customers(case: Case) -> Iterator[Finding]:
    """Kind 8, field ID: more than one fits, by e-mail, else by phone and name."""
    if _is_made_twice(case) or not _fit_several(case):
        return
    fitting = case.known.customers_like(case.order)
    message = (
        f"{len(fitting)} customers of EBMS fit the buyer by e-mail, or by phone and name: {_listed(fitting)}. The "
        "order must not be billed to the wrong one."
    )
    hint = "If they are one and the same, merge them in EBMS or set one inactive, and save the customers export."
    yield _asked(case, 8, "one customer", message, hint)


def customer_made_twice(case: Case) -> Iterator[Finding]:
    """Kind 9, field ID (EXTERNALID): a file makes a new customer of the buyer's account, but one that fits is there.
    EBMS makes a second one without a word (source: CUST)."""
    account = _account(case)
    if account is None or not _is_made_twice(case):
        return
    fitting = case.known.customers_like(case.order)
    message = (
        f"The file {visible(account.file_name)} makes a new customer of the buyer's account, but EBMS has "
        f"{_listed(fitting)} with the same e-mail, or phone and name: EBMS would have the buyer twice."
    )
    hint = (
        "If it was imported, save the customers export: the order goes on by itself. Else take the file away, or "
        "import it if it is another customer after all."
    )
    yield _asked(case, 9, "one customer", message, hint)


def departed_customer(case: Case) -> Iterator[Finding]:
    """Kind 10, field ID: EBMS had the customer and has it no more under this ID (source: MERGE)."""
    new, shown = _new_id(case), visible(case.customer)
    if new is None:
        return
    if new:
        called = f"is called {visible(new)} in EBMS now (the same AUTOID)"
        message = f"Customer {shown} {called}; EBMS takes no order for the old ID."
        hint = "New orders carry the new ID as soon as the shop has it."
    else:
        message = (
            f"Customer {shown} is no longer in customers.csv: EBMS has merged it with another or deleted it, and "
            "takes no order for it."
        )
        hint = "Choose the customer that it was merged with, or save a customers export that has it."
    yield _asked(case, 10, visible(new) or "the ID of a customer in customers.csv", message, hint)


def _asked(case: Case, kind: int, expected: str, message: str, hint: str) -> Finding:
    """Who the buyer is, only an answer can say: it can't be imported all the same."""
    return Finding(
        kind=kind,
        field="ID",
        seen=visible(case.customer or case.order.email) or "nothing",
        expected=expected,
        message=message,
        hint=hint,
        blocks=KINDS[kind].blocks,
        topic="customer",
        web=customer_word(case.order),
    )


def _is_there(case: Case) -> bool:
    """Whether the customer is settled, and EBMS has it as far as is known."""
    there = not case.known.has("customers") or case.known.customer(case.customer) is not None
    return bool(case.customer) and there


def _new_id(case: Case) -> str | None:
    """Of a settled customer that EBMS lacks: what became of it (Known.departed)."""
    return None if not case.customer or _is_there(case) else case.known.departed("customers", case.customer)


def _is_made_twice(case: Case) -> bool:
    account = _account(case)
    made = account is not None and bool(account.file_name)
    return made and not case.customer and bool(case.known.customers_like(case.order))


def _fit_several(case: Case) -> bool:
    return not case.customer and len(case.known.customers_like(case.order)) > 1


def _account(case: Case) -> WebAccount | None:
    return case.known.account(case.order.account) if case.order.account else None


def _listed(fitting: Sequence[Candidate]) -> str:
    """The candidates, each with what tells it from the others."""
    named = [
        visible(f"{one.id} ({', '.join(filter(None, (one.name, one.city, one.email)))})", 120)
        for one in fitting[:_NAMED]
    ]
    more = [f"{len(fitting) - _NAMED} more"] if len(fitting) > _NAMED else []
    return "; ".join([*named, *more])


def _way_out(account: WebAccount | None) -> str:
    if account is not None and account.asked:
        return "Which customer the account is, is asked under Customers that wait; the order goes on by itself then."
    if account is not None and account.file_name:
        return (
            f"Its customer file {visible(account.file_name)} was written: import it in EBMS and save the customers "
            "export; the order goes on by itself then."
        )
    return "Make the customer in EBMS with this e-mail, or correct its ID, and save the customers export."


CHECKS: tuple[Callable[[Case], Iterator[Finding]], ...] = (
    unknown_customer, several_customers, customer_made_twice, departed_customer,
)  # fmt: skip
