"""What the shop changed of an order after its file was written, and whether that is a question (kind 24)."""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import Any

import msgspec

from webupdate.orderkinds import CANCELLED, LATER
from webupdate.store.inbox import Finding
from webupdate.sync.ordercells import decimal_of
from webupdate.sync.place import short_hash
from webupdate.sync.shops.base import WebOrder
from webupdate.sync.text import visible

Change = tuple[str, str, str]  # field, value before, value now

SHOWN = 5  # as many changes as a message can hold
# They change without any change of the order.
_NO_CHANGE = frozenset(("id", "updated_at", "status"))
# 1 and 1.00 are the same there; in an article number or a ZIP they are not.
_AMOUNTS = frozenset(("quantity", "unit_price", "total", "tax", "shipping", "amount"))
_NAMES = {"bill_to": "bill to", "ship_to": "ship to", "lines": "line", "charges": "charge", "payments": "payment"}


def changes(old: WebOrder, new: WebOrder) -> list[Change]:
    """What differs, field by field in the order of the record ("line 2 quantity"); "" where there was or is nothing."""
    before, now = dict(_fields(old)), dict(_fields(new))
    return [
        (" ".join(path), before.get(path, ""), now.get(path, ""))
        for path in dict.fromkeys((*before, *now))
        if not _same(path[-1], before.get(path, ""), now.get(path, ""))
    ]


def described(found: list[Change]) -> str:
    """Changes in words, on one line."""
    parts = [
        f"{field} from {visible(old) or 'nothing'} to {visible(new) or 'nothing'}" for field, old, new in found[:SHOWN]
    ]
    more = f" and {len(found) - SHOWN:,} more" if len(found) > SHOWN else ""
    return "; ".join(parts) + more


def version(order: WebOrder, cancelled: Set[str]) -> str:
    """Tells versions apart that differ in more than a status."""
    return short_hash(repr((list(_fields(order)), order.status in cancelled)))


def question(old: WebOrder, new: WebOrder, cancelled: Set[str], file: str) -> Finding | None:
    """What a person must decide, None if nothing. `file`: what was written of the old version, "" = nothing."""
    is_off, was_off = new.status in cancelled, old.status in cancelled
    if is_off:
        return None if was_off else cancellation(new, file)
    found = changes(old, new)
    if was_off:
        found.insert(0, ("status", old.status, new.status))
    if not found:
        return None
    held = f"EBMS has it as {visible(file)} says" if file else "It is closed here"
    return Finding(
        kind=LATER,
        field="document",
        seen="; ".join(f"{field} {visible(value)}" for field, _, value in found[:SHOWN]),
        expected="; ".join(f"{field} {visible(value)}" for field, value, _ in found[:SHOWN]),
        message=f"Order #{visible(new.number)} was changed in the shop later: {described(found)}. {held}.",
        hint="Write a corrected file that says what it replaces, leave it, or change the order in EBMS by hand.",
        topic="decision",
        web=str(LATER),
    )


def cancellation(order: WebOrder, file: str) -> Finding:
    """The order is off and EBMS may have it."""
    held = f"{visible(file)} was written for EBMS" if file else "It was closed here, to be entered by hand"
    return Finding(
        kind=LATER,
        field=CANCELLED,
        seen=visible(order.status),
        expected="an order that is to be delivered",
        message=f"Order #{visible(order.number)} is {visible(order.status)} in the shop now. {held}: its goods would "
        "be sent.",
        hint="Cancel the sales order in EBMS by hand, or leave it if it is to be delivered all the same.",
        topic="decision",
        web=str(LATER),
    )


def _fields(order: WebOrder) -> Iterator[tuple[tuple[str, ...], str]]:
    values = msgspec.to_builtins(order)
    for name in _NO_CHANGE:
        del values[name]
    yield from _flat((), values)


def _flat(path: tuple[str, ...], value: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat((*path, _NAMES.get(str(name), str(name))), inner)
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value, 1):
            yield from _flat((*path, str(number)), inner)
    else:
        yield path, "" if value is None else str(value)


def _same(name: str, old: str, new: str) -> bool:
    if old == new or name not in _AMOUNTS:
        return old == new
    before, now = decimal_of(old), decimal_of(new)
    return before is not None and before == now
