"""Finds products in the store: by SKU, by id, in the trash, or all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from webupdate.errors import Stopped
from webupdate.sync.shops.woocommerce.categories import chunks
from webupdate.sync.shops.woocommerce.client import LIST_LIMIT, Client
from webupdate.sync.shops.woocommerce.products import FIELDS, Product

_PATH = "products"
_ADDRESS = 4000  # letters of SKUs in an address: servers take 8,000 in all
# As they are stored, without the paragraphs that a page puts around texts.
_QUERY: dict[str, str | int] = {"_fields": FIELDS, "per_page": LIST_LIMIT, "context": "edit"}
_SKUS: dict[str, str | int] = {"_fields": "id,sku"}
_BY_ID: dict[str, str | int] = {"orderby": "id", "order": "asc"}


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
        for group, rows in self._of_skus(wanted):
            by_key = {row.key: row for row in rows}
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
        """All products and variations that have a SKU, in no order of use."""
        query = {**_QUERY, **_BY_ID}
        parents: list[int] = []
        for page in self._client.all_rows(_PATH, query, Product):
            yield from (row for row in page if row.sku)
            parents += [row.id for row in page if row.is_variable]
        if parents:
            # As lists of variations show them, they have what they lack from their parents, the SKU too.
            skus = dict.fromkeys(row.sku for row in self._variations(parents) if row.sku)
            for _, rows in self._of_skus(list(skus)):
                yield from (row for row in rows if row.is_variation)

    def _variations(self, parents: list[int]) -> list[Product]:
        try:
            return self._pages(["variations"])
        except Stopped:  # a store before 10.3 lists them parent by parent only
            return self._pages([f"{_PATH}/{parent}/variations" for parent in parents])

    def _pages(self, paths: list[str]) -> list[Product]:
        query = {**_SKUS, **_BY_ID}
        return [row for path in paths for page in self._client.all_rows(path, query, Product) for row in page]

    def variations(self, homes: Mapping[int, int]) -> dict[int, Product]:
        """Variations by their ids, of which the parents are given: for those whose SKU a person has changed."""
        skus: list[str] = []
        for parent in dict.fromkeys(homes.values()):
            for group in chunks([number for number, home in homes.items() if home == parent], LIST_LIMIT):
                query = {**_SKUS, "per_page": LIST_LIMIT, "include": ",".join(map(str, group))}
                rows = self._client.rows(f"{_PATH}/{parent}/variations", query, Product)
                skus += [row.sku for row in rows if row.sku]
        return {number: row for number, row in self.holders(skus).items() if number in homes}

    def holders(self, skus: Iterable[str]) -> dict[int, Product]:
        """By their ids, products and variations that have one of these SKUs for the store."""
        return {row.id: row for _, rows in self._of_skus(list(dict.fromkeys(skus))) for row in rows}

    def _of_skus(self, skus: list[str]) -> Iterator[tuple[list[str], list[Product]]]:
        for group in _groups(skus):
            yield group, self._client.rows(_PATH, {**_QUERY, "sku": ",".join(group)}, Product)


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
