"""The records of EBMS that are in a product of the store."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any

import msgspec

from webupdate.sync.shops.base import Document, Held, Item, Picture, Price, Record, Stock
from webupdate.sync.shops.woocommerce.categories import Categories
from webupdate.sync.shops.woocommerce.facts import DOCUMENT, IMAGE, PRICE, STOCK
from webupdate.sync.shops.woocommerce.itemfields import GTIN, has_gtin
from webupdate.sync.shops.woocommerce.products import (
    FileMeta,
    PriceMeta,
    Product,
    in_order,
    main_unit,
    text_of,
)


class Shown:
    """The records that a product holds."""

    def __init__(self, product: Product, categories: Categories) -> None:
        self.product = product
        self._categories = categories

    def records(self, entity: str) -> Iterator[tuple[str, Record | dict[str, Any]]]:
        """Keys and records of an entity."""
        product = self.product
        if entity == "items":
            yield product.key, self._item()
        elif entity == "stock":
            yield from self._stock()
        elif entity == "prices":
            yield from self._prices()
        elif entity in ("images", "documents"):
            yield from self._files(entity)

    def held(self, entity: str) -> list[Held]:
        """The same as they are told."""
        if self.product.is_left:
            return []
        extras = self.product.extras
        sent = extras.sent if extras is not None and entity == "items" else ""
        remote = self.product.remote_id + (GTIN if entity == "items" and has_gtin(self.product) else "")
        return [
            Held(entity=entity, key=key, data=msgspec.json.encode(record), remote_id=remote, sent=sent)
            for key, record in self.records(entity)
        ]

    def _item(self) -> Item | dict[str, Any]:
        product = self.product
        if product.is_variation:
            return self._variation()
        known = [self._categories.key_of(category.id) for category in product.categories]
        fields = product.kept_fields
        if product.is_counted and (product.manage_stock is True or product.extras is None):
            fields["oversell"] = product.backorders not in ("no", False)
        return Item(
            category=next((key for key in known if key is not None), None),
            title=html.unescape(text_of(product.name)),
            short=text_of(product.short_description),
            long=text_of(product.description),
            shown=product.status == "publish",
            weight=text_of(product.weight),
            **fields,
        )

    def _variation(self) -> dict[str, Any]:
        """What it has of an item: its title, category and long text are its parent's and not compared."""
        product = self.product
        fields = {} if product.extras is None else product.kept_fields
        if product.manage_stock is True:
            fields["oversell"] = product.backorders not in ("no", False)
        if product.takes_text:
            fields["short"] = text_of(product.description)
        return fields | {"shown": product.status == "publish", "weight": text_of(product.weight)}

    def _stock(self) -> Iterator[tuple[str, Record]]:
        product = self.product
        if not product.is_counted and isinstance(kept := product.metas.get(STOCK), str):
            yield product.key, Stock(item=product.key, quantity=kept)
        elif product.is_counted and product.manage_stock is True:
            yield product.key, Stock(item=product.key, quantity=text_of(product.stock_quantity) or "0")

    def _prices(self) -> Iterator[tuple[str, Price]]:
        unit = main_unit(self.product.extras)
        for key, price in self.product.kept(PRICE, PriceMeta).items():
            item, level, of = key.split("\t", 2)
            # The price that guests pay is the store's own field, which a person may have changed.
            own = self.product.is_priced and price.public and of in ("", unit)
            text = text_of(self.product.regular_price) if own else price.price
            yield key, Price(item=item, level=level, unit=of, price=_two_places(text), public=price.public)

    def _files(self, entity: str) -> Iterator[tuple[str, Record]]:
        there = {image.id for image in self.product.images}
        linked = {download.file for download in self.product.downloads}
        kind, prefix = (Picture, IMAGE) if entity == "images" else (Document, DOCUMENT)
        kept = in_order(self.product.kept(prefix, FileMeta))
        for place, (key, file) in enumerate(kept):
            # A variation has room for the first picture only.
            only_kept = self.product.is_variation and place > 0
            if (file.media in there or only_kept) if entity == "images" else file.url in linked:
                item, name = key.split("\t", 1)
                yield key, kind(item=item, name=name, content=file.content, size=file.size, position=file.position)


def _two_places(price: str) -> str:
    """ "18" and "18.5" as EBMS writes them; what has more places or is none stays."""
    whole, point, places = price.partition(".")
    return f"{whole}.{places:0<2}" if whole.isdigit() and (places.isdigit() or not point) else price
