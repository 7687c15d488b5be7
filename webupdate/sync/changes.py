"""What the shop changed of an order after its file was written (kind 24)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from webupdate.sync.ordercells import decimal_of
from webupdate.sync.shops.base import WebOrder

Change = tuple[str, str, str]  # field, value before, value now

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
