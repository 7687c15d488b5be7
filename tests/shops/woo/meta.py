"""Meta data: the same key is overwritten, null takes it away (recording 38)."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from tests.shops.woo.asking import Body

_ids = itertools.count(1000)


def set_meta(held: list[Body], sent: Iterable[Body]) -> None:
    """Write what was sent into what is held."""
    for entry in sent:
        rest = [row for row in held if row["key"] != entry["key"]]
        if entry["value"] is not None:
            there = next((row["id"] for row in held if row["key"] == entry["key"]), None)
            rest.append({"id": there or next(_ids), "key": entry["key"], "value": entry["value"]})
        held[:] = rest
