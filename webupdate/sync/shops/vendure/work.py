"""All that one request does to one product: its item, prices, stock and files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from webupdate.sync.shops.base import Document, Item, Part, Picture, Price, Record, Result, Stock, sent_hash
from webupdate.sync.shops.records import pieces, refused
from webupdate.sync.shops.vendure.assets import Asset
from webupdate.sync.shops.vendure.lists import FacetValue
from webupdate.sync.shops.vendure.products import ITEM_FIELDS, FileMeta, Meta, PriceMeta, Product, Shown, inner


class Work:
    """The parts of one product, by their place in the request, and what became of each."""

    def __init__(self, sku: str) -> None:
        self.sku = sku
        self.parts: dict[int, tuple[Part, Record | None]] = {}
        self.results: dict[int, Result] = {}
        self.shown: Shown | None = None  # as it was found
        self.value: FacetValue | None = None  # the facet value that is its own
        self.bare: Product | None = None  # a product that has no variant yet

    @property
    def open(self) -> dict[int, tuple[Part, Record | None]]:
        """Parts of which nothing became yet."""
        return {place: entry for place, entry in self.parts.items() if place not in self.results}

    @property
    def item(self) -> Item | None:
        """The item that is put."""
        return next((record for _, record in self.open.values() if isinstance(record, Item)), None)

    def op(self, name: str) -> bool:
        """Whether the item itself is put, hidden or deleted."""
        return any(part.op == name for part, _ in self.open.values() if part.entity == "items")

    @property
    def was(self) -> str:
        """The former SKU of a renamed item."""
        parts = [part for part, _ in self.open.values() if part.entity == "items" and part.op == "put"]
        return next((part.was for part in parts if part.was), "")

    def refuse(self, message: str, field: str = "", seen: str = "", expected: str = "") -> None:
        """Nothing became of the open parts."""
        for place, (part, _) in self.open.items():
            self.results[place] = refused(part, message, field, seen, expected)

    def without_product(self) -> None:
        """There is no such product: what should go is gone, what lives inside of it can't be put."""
        for place, (part, _) in self.open.items():
            if part.op == "put":
                text, expected = "The shop has no such item.", "the SKU of one of its products"
                self.results[place] = refused(part, text, "item", self.sku, expected)
            else:
                self._close(place, "hidden" if part.op == "hide" else "deleted")

    def _close(self, place: int, status: Any, number: str | None = None) -> None:
        part, _ = self.parts[place]
        self.results[place] = Result(entity=part.entity, key=part.key, status=status, remote_id=number)

    def took(self, number: str) -> None:
        """The shop has carried it out; `number` is the product's id."""
        for place, (part, _) in self.open.items():
            status = {"hide": "hidden", "delete": "deleted"}.get(part.op) or (
                "updated" if self._there(part) else "created"
            )
            self._close(place, status, number)

    def _there(self, part: Part) -> bool:
        """Whether the shop had the record before."""
        if self.shown is None or part.entity == "items":
            return self.shown is not None
        if part.entity == "stock":
            return self.shown.counted
        return inner(part.entity, part.key) in getattr(self.shown.meta, part.entity)

    def meta(self, assets: Mapping[str, Asset]) -> Meta:
        """What is kept of it once the open parts are carried out."""
        before = self.shown.meta if self.shown is not None else Meta()
        copied = {name: dict(getattr(before, name)) for name in ("prices", "images", "documents")}
        meta = msgspec.structs.replace(before, **copied)
        for part, record in self.open.values():
            key = inner(part.entity, part.key)
            if isinstance(record, Item):
                fields = {name: getattr(record, name) for name in ITEM_FIELDS}
                meta = msgspec.structs.replace(meta, sent=sent_hash(part.data or b""), **fields)
            elif isinstance(record, Price):
                meta.prices[key] = PriceMeta(record.price, record.public)
            elif isinstance(record, (Picture, Document)):
                asset = assets[record.content].id
                getattr(meta, part.entity)[key] = FileMeta(record.content, record.size, asset, record.position)
            elif part.entity in ("prices", "images", "documents"):
                getattr(meta, part.entity).pop(key, None)
        return meta

    def stock(self) -> tuple[bool, int | None]:
        """Whether the pieces are counted, and how many can be sold; None: as many as before."""
        counted = self.shown is not None and self.shown.counted
        quantity = None
        for part, record in self.open.values():
            if isinstance(record, Stock):
                counted, quantity = True, pieces(record.quantity)
            elif part.entity == "stock":
                counted = False
        return counted, quantity
