"""One order before the judge: what the web sent, what that means in EBMS, and what EBMS is known to hold."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from webupdate.store.inbox import Refusal
from webupdate.sync.known import Known
from webupdate.sync.orderrules import OrderRules
from webupdate.sync.settle import Given, Settled, charge_name, is_guest, rest_name, settle
from webupdate.sync.shops.base import OrderLine, WebOrder


class Case(Struct, frozen=True, kw_only=True):
    """What each kind of problem is looked for in.

    `in_the_way`: another file that has the name of the order's; "" = none was met.
    """

    order: WebOrder
    settled: Settled
    known: Known
    given: Given
    rules: OrderRules
    refusal: Refusal | None = None
    in_the_way: str = ""

    def lines(self) -> Iterator[tuple[int, OrderLine]]:
        """The lines that go to EBMS, with their numbers from 1."""
        for number, line in enumerate(self.order.lines, 1):
            if number not in self.settled.skipped:
                yield number, line

    def rows(self) -> Iterator[tuple[int, str]]:
        """The rows of the order's file in their order: the number of the line that a row comes from (0: of none),
        and what a row without product is called ("": it has one)."""
        for number, line in self.lines():
            yield number, ""
            set_by_hand = number in self.settled.prices or number in self.settled.quantities
            if not set_by_hand and (name := rest_name(line)):
                yield number, name
        for charge in self.order.charges:
            yield 0, charge_name(charge.name, charge.code)

    @property
    def customer(self) -> str:
        """The ID of the customer that the order goes to, "" so far."""
        return self.settled.customer_id or (self.rules.guest_customer if is_guest(self.order) else "")

    @property
    def on_account(self) -> bool:
        """Whether the firm waits for the money."""
        return (self.known.payment(self.settled.terms_id) or {}).get("METHOD", "").upper() == "CHARGE"

    def of_customer(self, field: str) -> str:
        """A value of that customer in customers.csv, "" if it is not known."""
        return (self.known.customer(self.customer) or {}).get(field, "")


def open_case(
    order: WebOrder,
    known: Known,
    given: Given,
    rules: OrderRules,
    refusal: Refusal | None = None,
    in_the_way: str = "",
) -> Case:
    """Settle what can be settled."""
    settled = settle(order, known, given, rules)
    return Case(
        order=order, settled=settled, known=known, given=given, rules=rules, refusal=refusal, in_the_way=in_the_way
    )
