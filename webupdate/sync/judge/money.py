"""What is paid and how: terms, payments, tax, total, the accounts of rows without product."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from webupdate.store.inbox import Finding
from webupdate.sync.judge.case import Case
from webupdate.sync.ordercells import cents, decimal_of
from webupdate.sync.settle import METHODS, OWED, pay_word, payment_word, terms_code
from webupdate.sync.text import visible

# TERMS of an order that EBMS processes once it is paid (source: QUIRKS).
_CASH = ("1", "cash")


def unknown_terms(case: Case) -> Iterator[Finding]:
    """Kind 16, field IDCHARGE: when the order is due."""
    if not case.known.has("payments") or not case.order.payments or case.settled.terms_id:
        return
    seen = payment_word(case.order)
    yield Finding(
        kind=16,
        field="IDCHARGE",
        seen=visible(seen) or "nothing",
        expected="an IDCHARGE of payments.csv",
        message=f"The payment “{visible(seen)}” is no term of EBMS. The terms say when the order is due and whether "
        "EBMS processes it before it is paid.",
        hint="Add the terms in EBMS and save the payments export.",
        blocks=True,
        topic="terms",
        web=seen,
    )


def charge_not_allowed(case: Case) -> Iterator[Finding]:
    """Kind 16, field IDCHARGE: bought on account by a customer who must not (CHARGEPYMT), or on other terms."""
    if not case.on_account:
        return
    # Without the column nothing is known of it.
    allowed, own = case.of_customer("CHARGEPYMT") in ("T", ""), case.of_customer("IDCHARGE")
    if allowed and own in ("", case.settled.terms_id):
        return
    shown, terms = visible(case.customer), visible(case.settled.terms_id)
    yield Finding(
        kind=16,
        field="IDCHARGE",
        seen=terms,
        expected=f"{visible(own)}, the customer's own" if allowed else "terms that are paid at once",
        message=f"The order is on other terms ({terms}) than those of customer {shown} ({visible(own)})."
        if allowed
        else f"Customer {shown} must not buy on account (CHARGEPYMT), but the order is on {terms}: nobody has "
        "agreed to wait for the money.",
        hint="Look at the terms of the customer in EBMS.",
        blocks=not allowed,
        topic="due",
        subject=case.customer,
    )


def unknown_method(case: Case) -> Iterator[Finding]:
    """Kind 17, field TYPE of a payment."""
    if not case.known.has("payments"):
        return
    for number, payment in enumerate(case.order.payments, 1):
        method = case.settled.methods.get(payment.code, "")
        if method in METHODS or (number == 1 and not case.settled.terms_id):  # of that kind 16 tells
            continue
        yield Finding(
            kind=17,
            field=f"TYPE, payment {number}",
            seen=visible(method or pay_word(payment)),
            expected=", ".join(METHODS),
            message=f"How “{visible(pay_word(payment))}” is paid is not known: EBMS can't tell money that was taken "
            "from money that is owed.",
            hint="Correct METHOD of the payment option and save the payments export.",
            blocks=True,
            topic="terms",
            web=pay_word(payment),
        )


def not_paid(case: Case) -> Iterator[Finding]:
    """Kind 17, field AMOUNT: EBMS can't process an order on cash terms until it is paid; new orders are on cash terms
    unless they say otherwise (source: QUIRKS)."""
    total, paid = decimal_of(case.order.total), _paid(case)
    if not case.known.has("payments") or total is None or paid is None or total - paid <= case.rules.tolerance:
        return
    terms = terms_code(case.order, case.settled).casefold()
    if terms not in _CASH and (terms or case.order.payments):
        return
    seen = f"{paid} was paid" if case.order.payments else "the web names no payment"
    yield Finding(
        kind=17,
        field="AMOUNT",
        seen=f"{paid}",
        expected=f"{total}",
        message=f"The order is {total} on cash terms, but {seen}: EBMS can't process it until it is paid.",
        hint="Look in the shop whether the money has come, or choose terms that are due later.",
        blocks=True,
        topic="due",
        subject=case.order.number,
    )


def other_tax(case: Case) -> Iterator[Finding]:
    """Kind 18, field TAX: the taxes of the lines against the order's. What is more may be the tax on shipping."""
    tax, lines = decimal_of(case.order.tax), sum_of(line.tax for line in case.order.lines)
    if tax is None or lines is None or abs(tax - lines) <= case.rules.tolerance:
        return
    others = [case.order.shipping, *(charge.amount for charge in case.order.charges)]
    if tax > lines and any(decimal_of(text) for text in others):
        return
    yield Finding(
        kind=18,
        field="TAX",
        seen=f"{tax}",
        expected=f"{lines}, the taxes of the lines",
        message=f"The order's tax is {tax}, but the taxes of its lines sum up to {lines}. The order's is written "
        "(MAN_TAX), since the buyer has paid it.",
        hint="Look at the tax settings of the shop.",
        blocks=False,
        subject=case.order.number,
    )


def no_number(case: Case) -> Iterator[Finding]:
    """Kind 19: an amount that is none. Price and quantity of a line have kinds of their own."""
    for field, text, line in _amounts(case):
        if decimal_of(text) is None:
            yield Finding(
                kind=19,
                field=field,
                seen=visible(text) or "nothing",
                expected="a number such as 18.00",
                message=f"{field} is “{visible(text)}”, which is no amount: without it the order has no total.",
                hint="Correct the order in the shop; it comes down again by itself.",
                blocks=True,
                line=line,
            )


def other_total(case: Case) -> Iterator[Finding]:
    """Kind 19, field TOTAL_SO: the sum of what the web sent is not its total, or not that of the file any more."""
    total = decimal_of(case.order.total)
    sent, written = _total(case, (line.total for line in case.order.lines)), _total(case, written_totals(case))
    for what, found in (("", sent), ("after what was answered, ", written)):
        if total is not None and found is not None and abs(total - found) > case.rules.tolerance:
            yield Finding(
                kind=19,
                field="TOTAL_SO",
                seen=f"{total}",
                expected=f"{found}, the sum of lines, charges, freight and tax",
                message=f"The web's total is {total}, but {what}lines, charges, freight and tax sum up to {found}. "
                "EBMS would bill another amount than the buyer has agreed to.",
                hint="Look at the order in the shop for what is missing, such as a discount or a fee.",
                blocks=not what,
                subject=case.order.number,
            )
            return


def no_account(case: Case) -> Iterator[Finding]:
    """Kind 26, field ACCOUNT: EBMS refuses the whole order for a row with neither product nor account (QUIRKS)."""
    for name in dict.fromkeys(name for _, name in case.rows() if name):
        if not case.settled.accounts.get(name):
            yield Finding(
                kind=26,
                field=f"ACCOUNT, {visible(name)}",
                seen="nothing",
                expected="a G/L account",
                message=f"“{visible(name)}” is no product, so it needs the G/L account that it is booked to: EBMS "
                "refuses the whole order without.",
                hint="One account for all such rows can be set in the Properties (Charge lines to).",
                blocks=True,
                topic="account",
                web=name,
            )


def _paid(case: Case) -> Decimal | None:
    methods = case.settled.methods
    return sum_of(payment.amount for payment in case.order.payments if methods.get(payment.code) not in OWED)


def _amounts(case: Case) -> Iterator[tuple[str, str, int]]:
    """The amounts that a file is made of: EBMS's field, the web's text, the number of its line."""
    for number, line in case.lines():
        yield f"SO_AMOUNT, line {number}", line.total, number
        yield f"TAX, line {number}", line.tax, number
    for charge in case.order.charges:
        yield f"UNIT_VIS, {visible(charge.name)}", charge.amount, 0
    yield "FREIGHT", case.order.shipping, 0
    yield "TAX_WEB", case.order.tax, 0
    yield "TOTAL_WEB", case.order.total, 0
    for number, payment in enumerate(case.order.payments, 1):
        yield f"AMOUNT, payment {number}", payment.amount, 0


def written_totals(case: Case) -> Iterator[str]:
    """The totals of the lines as they are written."""
    settled = case.settled
    for number, line in case.lines():
        if number not in settled.prices and number not in settled.quantities:
            yield line.total
            continue
        quantity = decimal_of(settled.quantity(number, line))
        price = decimal_of(settled.price(number, line))
        yield "" if quantity is None or price is None else str(cents(quantity * cents(price)))


def _total(case: Case, lines: Iterator[str]) -> Decimal | None:
    order = case.order
    return sum_of((*lines, *(charge.amount for charge in order.charges), order.shipping, order.tax))


def sum_of(texts: Iterator[str] | tuple[str, ...]) -> Decimal | None:
    """None if one of them is no number."""
    numbers = [decimal_of(text) for text in texts]
    found = [number for number in numbers if number is not None]
    return sum(found, Decimal(0)) if len(found) == len(numbers) else None


TERMS: tuple[Callable[[Case], Iterator[Finding]], ...] = (unknown_terms, charge_not_allowed)
CHECKS: tuple[Callable[[Case], Iterator[Finding]], ...] = (
    no_account, no_number, other_tax, other_total, unknown_method, not_paid,
)  # fmt: skip
