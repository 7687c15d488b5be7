"""Finds products in the store: by SKU, by id, in the trash, or all of them."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from webupdate.sync.shops.woocommerce.categories import chunks
from webupdate.sync.shops.woocommerce.client import LIST_LIMIT, Client
from webupdate.sync.shops.woocommerce.products import FIELDS, Product

_PATH = "products"
_ADDRESS = 4000  # letters of SKUs in an address: servers take 8,000 in all
# As they are stored, without the paragraphs that a page puts around texts.
_QUERY: dict[str, str | int] = {"_fields": FIELDS, "per_page": LIST_LIMIT, "context": "edit"}


class Lookup:
    """Reads products. Nothing is kept: a person may work in the shop meanwhile."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def by_sku(self, skus: Iterable[str]) -> dict[str, Product]:
        """The products by the SKUs asked for, which the store compares without regard to case.

        One that carries another item's id is not the one that was asked for.
        """
        wanted = list(dict.fromkeys(skus))
        found: dict[str, Product] = {}
        for group in _groups(wanted):
            rows = self._client.rows(_PATH, {**_QUERY, "sku": ",".join(group)}, Product)
            by_key = {row.key: row for row in rows if row.type != "variation"}
            strange = {row.sku.casefold(): row for row in by_key.values() if row.extras is None}
            for sku in group:
                if product := by_key.get(sku) or strange.get(sku.casefold()):
                    found[sku] = product
        return found

    def by_id(self, numbers: Iterable[int]) -> dict[int, Product]:
        """The products of these ids."""
        found: dict[int, Product] = {}
        for group in chunks(list(dict.fromkeys(numbers)), LIST_LIMIT):
            query = {**_QUERY, "include": ",".join(map(str, group))}
            found |= {row.id: row for row in self._client.rows(_PATH, query, Product)}
        return found

    def in_trash(self, sku: str) -> int | None:
        """The id of a product in the trash; there only its status finds it."""
        query = {"sku": sku, "status": "trash", "_fields": "id,sku"}
        return next((row.id for row in self._client.rows(_PATH, query, Product)), None)

    def every(self) -> Iterable[Product]:
        """All products that have a SKU, in no order of use."""
        query = {**_QUERY, "orderby": "id", "order": "asc"}
        for page in self._client.all_rows(_PATH, query, Product):
            yield from (row for row in page if row.sku and row.type != "variation")


def _groups(skus: list[str]) -> Iterable[list[str]]:
    """SKUs that are asked for in one request: as many as a list has rows, and as its address may hold letters."""
    group: list[str] = []
    room = _ADDRESS
    for sku in skus:
        length = len(quote(sku)) + 3
        # A comma parts two SKUs, unless the whole is asked for alone.
        if "," in sku:
            yield [sku]
            continue
        if group and (len(group) == LIST_LIMIT or length > room):
            yield group
            group, room = [], _ADDRESS
        group.append(sku)
        room -= length
    if group:
        yield group
