"""Lists of the Admin API, read to their end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from webupdate.sync.shops.vendure.client import Client
from webupdate.sync.shops.vendure.facts import PAGE


class FacetValue(msgspec.Struct, rename="camel"):
    """A facet value. Of those that stand at a product `facet_id` is asked for too."""

    id: str
    code: str
    name: str
    facet_id: str = ""


def rows(client: Client, query: str, options: Mapping[str, Any], kind: Any, *, write: bool = False) -> list[Any]:
    """The items of a query that calls its list `rows`."""
    found: list[Any] = client.ask(query, {"options": options}, dict[str, dict[str, list[kind]]], write=write)["rows"][
        "items"
    ]
    return found


def every(client: Client, query: str, options: Mapping[str, Any], kind: Any, *, write: bool = False) -> list[Any]:
    """All rows, page by page in the order of their ids, which grows at its end only."""
    found: list[Any] = []
    while True:
        page = {**options, "skip": len(found), "take": PAGE, "sort": {"id": "ASC"}}
        some = rows(client, query, page, kind, write=write)
        found += some
        if len(some) < PAGE:
            return found
