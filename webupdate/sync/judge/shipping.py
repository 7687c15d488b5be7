"""How and where to: the ship via, the freight, the address."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from webupdate.store.inbox import Finding
from webupdate.sync import freight
from webupdate.sync.freight import Goods
from webupdate.sync.judge.case import Case
from webupdate.sync.ordercells import decimal_of
from webupdate.sync.settle import address_fields, is_guest, ship_word, text_topic
from webupdate.sync.shops.base import ShipBand
from webupdate.sync.text import one_line, to_code_page, visible

# Without these nothing arrives. Which states, ZIPs and countries there are, no export says.
_NEEDED = ("NAME", "ADDRESS1", "CITY")


def incomplete_address(case: Case) -> Iterator[Finding]:
    """Kind 20, the fields C_NAME, C_ADDRESS1 and C_CITY of an order that is shipped."""
    address = case.order.ship_to
    if address is None or _is_picked_up(case):
        return
    for field, raw in address_fields(address, "").items():
        if field not in _NEEDED or to_code_page(one_line(case.settled.text(field, raw))).strip():
            continue
        topic, web = text_topic(field, raw, address)
        yield Finding(
            kind=20,
            field=f"C_{field}",
            seen="nothing",
            expected="an address that can be shipped to",
            message=f"The order is shipped, but its ship-to address has no {field}. It would come back, and EBMS finds "
            "the tax rate by that address.",
            hint="Ask the buyer, or look into the customer's record.",
            blocks=True,
            topic=topic,
            web=web,
            subject=case.order.number,
        )


def unknown_ship_via(case: Case) -> Iterator[Finding]:
    """Kind 14, field SHIP_VIA: it decides the tax rate, so an order that is shipped can't go in without one."""
    seen = ship_word(case.order)
    if not case.known.has("shipping") or case.known.ship_via(case.settled.ship_via) is not None:
        return
    if not seen and not case.settled.ship_via and case.order.ship_to is None:
        return
    sent = f"Ship via is not known to EBMS. The web sent “{visible(seen)}”." if seen else "The web named no ship via."
    yield Finding(
        kind=14,
        field="SHIP_VIA",
        seen=visible(seen) or "nothing",
        expected="a SHIP_VIA of shipping.csv",
        message=f"{sent} It decides the tax rate, so the order can't go in without one.",
        hint="Add the ship via in EBMS and save the shipping export.",
        blocks=True,
        topic="ship_via",
        web=seen,
    )


def other_freight(case: Case) -> Iterator[Finding]:
    """Kind 15, field FREIGHT: not what the rate table of the ship via gives."""
    seen, expected = decimal_of(case.order.shipping), _freight(case)
    if seen is None or expected is None or abs(seen - expected) <= case.rules.tolerance:
        return
    what = f"The web took {seen} for shipping" if seen else "The web took nothing for shipping"
    yield Finding(
        kind=15,
        field="FREIGHT",
        seen=visible(case.order.shipping),
        expected=f"{expected}",
        message=f"{what}; by the rates of {visible(case.settled.ship_via)} in EBMS it is {expected}. The web's amount "
        "is written (MAN_FREIGH), since the buyer has agreed to it.",
        hint="If it happens often, compare the rates of the ship via in EBMS with those of the shop.",
        blocks=False,
        subject=case.settled.ship_via,
    )


def _is_picked_up(case: Case) -> bool:
    """Whether the buyer comes for it: nothing is shipped then, and no address is needed (source: TAX)."""
    bands = case.known.bands(case.settled.ship_via)
    return bool(bands) and all(band.rate_type == freight.PICKUP for band in bands)


def _freight(case: Case) -> Decimal | None:
    """What the freight should be; None where that can't be known."""
    bands = case.known.bands(case.settled.ship_via)
    goods = _goods(case, weighed=any(band.rate_type == "WEIGHT" for band in bands))
    if goods is None or any(band.rate_type not in freight.MEASURES for band in bands):
        return None
    for band in bands:
        if (fits := freight.within(band, goods) and _is_for(band, bands, case)) is None:
            return None
        if fits:
            return freight.charge(band, goods.value)
    return None


def _goods(case: Case, *, weighed: bool) -> Goods | None:
    """What was bought; None if it can't be told."""
    value, weight, pieces = Decimal(0), Decimal(0), Decimal(0)
    for line in case.order.lines:
        item = case.known.item(case.settled.item(line))
        total, quantity = decimal_of(line.total), decimal_of(line.quantity)
        each = decimal_of((item or {}).get("WEIGHT", "0"))
        if total is None or quantity is None or (weighed and (item is None or each is None)):
            return None
        value, pieces, weight = value + total, pieces + quantity, weight + quantity * (each or 0)
    charges = [decimal_of(charge.amount) or Decimal(0) for charge in case.order.charges]
    return Goods(value + sum((amount for amount in charges if amount < 0), Decimal(0)), weight, pieces)


def _is_for(band: ShipBand, bands: Sequence[ShipBand], case: Case) -> bool | None:
    """Whether a band is for this customer and address; None if that can't be told."""
    if band.state and band.state.casefold() not in _spellings(case, "STATE"):
        return False
    if band.country and band.country.casefold() not in (spelled := _spellings(case, "COUNTRY")):
        # The table may call the same country by another name, unless it knows this one.
        return False if any(other.country.casefold() in spelled for other in bands) else None
    if not band.group or is_guest(case.order):
        return not band.group
    customer = case.known.customer(case.settled.customer_id)
    return None if customer is None else customer.get("WEB_GROUP", "") == band.group


def _spellings(case: Case, field: str) -> set[str]:
    """A text of the ship-to address as the web and EBMS spell it, and a country's letters."""
    address = case.order.ship_to
    if address is None:
        return set()
    raw = address_fields(address, "")[field]
    texts = (raw, case.settled.text(field, raw), address.country_code if field == "COUNTRY" else "")
    return {text.casefold() for text in texts if text}


CHECKS: tuple[Callable[[Case], Iterator[Finding]], ...] = (incomplete_address, unknown_ship_via, other_freight)
