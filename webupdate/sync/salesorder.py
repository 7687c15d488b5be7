"""The sales order as EBMS will get it, as rows for people: of the same settled values that the file is built from."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from msgspec import Struct

from webupdate.sync import written
from webupdate.sync.judge.case import Case
from webupdate.sync.ordercells import cents, decimal_of, plain
from webupdate.sync.settle import charge_name, is_guest, payment_word, rest_name, ship_word
from webupdate.sync.shops.base import Address, OrderLine

_ADDRESS = ("NAME", "ADDRESS1", "ADDRESS2", "CITY", "STATE", "ZIP", "COUNTRY", "PHONE", "EMAIL")
_FREIGHT_AND_TAX = ("FREIGHT", "MAN_FREIGH", "TAX", "TAX_WEB", "MAN_TAX", "TAX_TABLE")


class Row(Struct, frozen=True, kw_only=True):
    """A row of the sales order, as it came from outside: show it with care.

    `fields` are EBMS's (a problem of one of them belongs here). `value` is what EBMS gets, "" = it is not settled yet;
    `web` what the shop said where that is another word. Amounts are text with two places; `line` counts from 1.
    """

    fields: tuple[str, ...]
    label: str
    value: str = ""
    about: str = ""
    web: str = ""
    line: int = 0
    quantity: str = ""
    unit: str = ""
    price: str = ""
    amount: str = ""
    left_out: bool = False


def rows(case: Case) -> tuple[Row, ...]:
    """The whole order: whose it is, how it goes, its lines, its total."""
    lines = tuple(_lines(case))
    return (*_head(case), *lines, *_foot(case, lines))


def _head(case: Case) -> Iterator[Row]:
    order, settled = case.order, case.settled
    yield Row(
        fields=("document", "EXTERNALID", "PO_NO", "INV_DATE", "ORD_STAT", "STATUS"),
        label="PO_NO",
        value=order.number,
        about=f"INV_DATE {settled.day}" if settled.day else f"placed {order.placed_at[:10]}",
    )
    yield _customer(case)
    if order.payments:
        yield _terms(case)
    if word := ship_word(order):
        yield _ship_via(case, word)
    yield _address(case, "Bill to", "", order.bill_to)
    if order.ship_to is not None and order.ship_to != order.bill_to:
        yield _address(case, "Ship to", "C_", order.ship_to)


def _customer(case: Case) -> Row:
    customer = case.customer
    facts = case.known.customer(customer) if customer else None
    name = f"{(facts or {}).get('F_NAME', '')} {(facts or {}).get('L_NAME', '')}".strip()
    there = facts is not None or is_guest(case.order) or not case.known.has("customers")
    return Row(
        fields=("ID", "C_ID", "CRED_LIM"),
        label="ID",
        value=customer if there else "",
        about=name or case.order.bill_to.name,
        web=case.order.email or case.order.customer,
    )


def _terms(case: Case) -> Row:
    settled = case.settled
    value = settled.terms_id if settled.terms_id or case.known.has("payments") else case.order.payments[0].code
    facts = case.known.payment(settled.terms_id) or {}
    fields = ("TERMS", "IDCHARGE", "TYPE", "AMOUNT", "IN_LEVEL")
    return Row(fields=fields, label="TERMS", value=value, about=facts.get("CHARGE", ""), web=payment_word(case.order))


def _ship_via(case: Case, word: str) -> Row:
    value = case.settled.ship_via
    facts = case.known.ship_via(value)
    there = facts is not None or not case.known.has("shipping")
    about = (facts or {}).get("DESCR", "")
    return Row(fields=("SHIP_VIA",), label="SHIP_VIA", value=value if there else "", about=about, web=word)


def _address(case: Case, label: str, prefix: str, address: Address) -> Row:
    values = (address.name or address.company, address.address1, address.address2, address.city)
    names = ("NAME", "ADDRESS1", "ADDRESS2", "CITY")
    texts = [case.settled.text(name, value) for name, value in zip(names, values, strict=True)]
    texts.append(f"{case.settled.text('STATE', address.state)} {case.settled.text('ZIP', address.zip)}".strip())
    texts.append(case.settled.text("COUNTRY", address.country or address.country_code))
    fields = tuple(f"{prefix}{name}" for name in _ADDRESS)
    return Row(fields=fields, label=label, value=", ".join(text for text in texts if text))


def _lines(case: Case) -> Iterator[Row]:
    for number, line in enumerate(case.order.lines, 1):
        if number in case.settled.skipped:
            yield Row(
                fields=("INVEN",), label=f"Line {number}", about=line.title, web=line.sku, line=number, left_out=True
            )
        else:
            yield from _product(case, number, line)
    for charge in case.order.charges:
        yield _extra(case, charge_name(charge.name, charge.code), charge.amount, 0)


def _product(case: Case, number: int, line: OrderLine) -> Iterator[Row]:
    settled, known = case.settled, case.known
    item = settled.item(line)
    by_hand = number in settled.quantities or number in settled.prices
    quantity, price = settled.quantity(number, line), settled.price(number, line)
    yield Row(
        fields=("INVEN", "DESCR", "M_QUAN_VIS", "UNIT_MEAS", "UNIT_VIS", "TAXED"),
        label=f"Line {number}",
        value=item if not known.has("inventory") or known.item(item) is not None else "",
        about=settled.title(line),
        web=line.sku,
        line=number,
        quantity=_number(quantity),
        unit=settled.unit(line),
        price=_number(price, 2),
        amount=_product_of(quantity, price),
    )
    if not by_hand and (name := rest_name(line)):
        yield _extra(case, name, _rest(line), number)


def _extra(case: Case, name: str, amount: str, number: int) -> Row:
    """A discount, fee or rounding: it has an account instead of an item."""
    account = case.settled.accounts.get(name, "")
    value = f"account {account}" if account else ""
    return Row(
        fields=("ACCOUNT", "DESCR"), label="", value=value, about=name, web=name, line=number, amount=_number(amount, 2)
    )


def _foot(case: Case, lines: tuple[Row, ...]) -> Iterator[Row]:
    order, tax = case.order, written.tax(case.order, case.settled)
    amounts = [decimal_of(row.amount) for row in lines if not row.left_out]
    sums = [*amounts, decimal_of(order.shipping), decimal_of(tax)]
    total = "" if None in sums else plain(sum((cents(one) for one in sums if one is not None), Decimal(0)), 2)
    web = _number(order.total, 2)
    yield Row(
        fields=("TOTAL_SO", "TOTAL_WEB", *_FREIGHT_AND_TAX),
        label="TOTAL_SO",
        about=f"FREIGHT {_number(order.shipping, 2)}   TAX {_number(tax, 2)}",
        web=web if web != total else "",
        amount=total or "?",
    )


def _rest(line: OrderLine) -> str:
    """What a line's total differs from its price; asked only where all three are numbers."""
    quantity, price, total = (decimal_of(text) for text in (line.quantity, line.unit_price, line.total))
    assert quantity is not None and price is not None and total is not None
    return plain(cents(total) - cents(quantity * cents(price)), 2)


def _number(text: str, places: int = 0) -> str:
    """A number as EBMS gets it; what is none, as it came."""
    number = decimal_of(text)
    if number is None:
        return text
    return plain(cents(number) if places else number, places)


def _product_of(quantity: str, price: str) -> str:
    count, each = decimal_of(quantity), decimal_of(price)
    return "" if count is None or each is None else plain(cents(count * cents(each)), 2)
