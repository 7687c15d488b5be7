"""Unknown SKU, customer and ship via: without these no sales order can be written."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from webupdate.store.inbox import Finding
from webupdate.sync.judge.known import Known, WebAccount
from webupdate.sync.shops.base import WebOrder
from webupdate.sync.text import visible


def unreadable(order: WebOrder, _known: Known) -> Iterator[Finding]:
    """No line could be read: kind 29, the document as a whole."""
    if order.lines:
        return
    yield Finding(
        kind=29,
        field="document",
        seen="no lines",
        expected="an order with lines, addresses and totals",
        message=f"Order #{visible(order.number)} can't be read: what the shop sent is no order as known here.",
        hint="Enter it in EBMS by hand and look at the shop's sync plugin; what was received is kept.",
    )


def unknown_customer(order: WebOrder, known: Known) -> Iterator[Finding]:
    """Kind 7, field ARINV.ID. A guest order goes to the default website customer and needs none."""
    if not order.account and not order.customer:
        return
    account = known.account(order.account) if order.account else None
    customer = customer_of(order, account)
    if customer and (not known.has("customers") or known.customer(customer) is not None):
        return
    seen = customer or order.email
    yield Finding(
        kind=7,
        field="ID",
        seen=visible(seen),
        expected="the ID of a customer in customers.csv",
        message=f"Customer {visible(seen)} is not known to EBMS. The order was placed by a web account, so it "
        "must not go to the customer for guests.",
        hint=_way_out(account),
    )


def customer_of(order: WebOrder, account: WebAccount | None) -> str:
    """The EBMS id of an order's customer: what the order carries, else what its account was linked to since."""
    return order.customer or (account.customer if account else "")


def _way_out(account: WebAccount | None) -> str:
    if account is not None and account.asked:
        return "Which customer the account is, is asked under Customers that wait; the order goes on by itself then."
    if account is not None and account.file_name:
        return (
            f"Its customer file {account.file_name} was written: import it in EBMS and save the customers export; "
            "the order goes on by itself then."
        )
    return "Make the customer in EBMS with this e-mail, or correct its ID, and save the customers export."


def unknown_ship_via(order: WebOrder, known: Known) -> Iterator[Finding]:
    """Kind 14, field SHIP_VIA: it decides the tax rate, so the order can't go in without one."""
    seen = order.ship_name or order.ship_code
    if not known.has("shipping") or not seen or known.ship_via(order.ship_code) is not None:
        return
    yield Finding(
        kind=14,
        field="SHIP_VIA",
        seen=visible(seen),
        expected="a SHIP_VIA of shipping.csv",
        message=f"Ship via is not known to EBMS. The web sent “{visible(seen)}”. It decides the tax rate, so "
        "the order can't go in without one.",
        hint="Add the ship via in EBMS and save the shipping export.",
    )


def unknown_sku(order: WebOrder, known: Known) -> Iterator[Finding]:
    """Kind 1, field ARINVDET.INVEN, once for each line."""
    if not known.has("inventory"):
        return
    for number, line in enumerate(order.lines, start=1):
        if known.item(line.sku) is None:
            yield Finding(
                kind=1,
                field=f"INVEN, line {number}",
                seen=visible(line.sku),
                expected="an ID of inventory.csv",
                message=f"Line {number}: web SKU “{visible(line.sku)}” ({visible(line.title)}) is no item of EBMS.",
                hint="Add the item in EBMS under this ID and save the inventory export.",
            )


KINDS: tuple[Callable[[WebOrder, Known], Iterator[Finding]], ...] = (
    unreadable,
    unknown_customer,
    unknown_ship_via,
    unknown_sku,
)
