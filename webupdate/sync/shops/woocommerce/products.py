"""A product as the store shows it, and the records of EBMS that are in it."""

from __future__ import annotations

import html
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec

from webupdate.sync.shops.base import Document, Held, Item, Picture, Price, Record, Stock
from webupdate.sync.shops.woocommerce.categories import Categories
from webupdate.sync.shops.woocommerce.client import Problem
from webupdate.sync.shops.woocommerce.facts import DOCUMENT, EBMS_ID, IMAGE, ITEM, PRICE, key_of_meta, meta_name

FIELDS = (
    "id,sku,type,name,status,description,short_description,regular_price,manage_stock,stock_quantity,backorders,"
    "weight,categories,images,downloads,meta_data"
)


class Meta(msgspec.Struct, frozen=True):
    """One entry of meta data; its value may be anything that a plugin keeps."""

    key: str
    value: Any = None


class Numbered(msgspec.Struct, frozen=True):
    """A category or picture of a product."""

    id: int


class Download(msgspec.Struct, frozen=True):
    """A file that belongs to a product; buyers have their right to it by its `id`."""

    id: str = ""
    name: str = ""
    file: str = ""


class Extras(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the store has no field for. `sent`: the hash of the record that was sent last."""

    sent: str = ""
    oversell: bool = True
    coming_soon: bool = False
    out_of_stock_message: str = ""
    unit: str = ""
    upc: str = ""
    manufacturer: str = ""
    manufacturer_part: str = ""
    tax_group: str = ""
    default_unit: str = ""
    related: tuple[str, ...] = ()


class PriceMeta(msgspec.Struct, frozen=True, omit_defaults=True):
    """A price of a level and unit."""

    price: str
    public: bool = False


class FileMeta(msgspec.Struct, frozen=True, omit_defaults=True):
    """A picture or document: what it is, and where the media library has it."""

    content: str
    size: int
    media: int
    url: str = ""
    position: int = 0


# Plugins may make numbers or nothing of texts.
Text = str | float | None


class Product(msgspec.Struct, frozen=True):
    """A product, or a row of a batch's answer."""

    id: int
    sku: str = ""
    type: str = "simple"
    name: Text = ""
    status: str = "publish"
    description: Text = ""
    short_description: Text = ""
    regular_price: Text = ""
    sale_price: Text = ""
    manage_stock: bool | str = False
    stock_quantity: Text = None
    backorders: bool | str = "no"
    weight: Text = ""
    categories: list[Numbered] = []
    images: list[Numbered] = []
    downloads: list[Download] = []
    meta_data: list[Meta] = []
    error: Problem | None = None

    @property
    def key(self) -> str:
        """The key of its item: what EBMS calls it, the SKU for one that EBMS never sent."""
        known = self.metas.get(EBMS_ID)
        # A person may have copied the product, meta data and all: the SKU is the truth then.
        return known if isinstance(known, str) and known.casefold() == self.sku.casefold() else self.sku

    @property
    def metas(self) -> dict[str, Any]:
        """Meta data by name."""
        return {meta.key: meta.value for meta in self.meta_data}

    @property
    def extras(self) -> Extras | None:
        """What was kept of the item, None for one that EBMS never sent."""
        found: Extras | None = read_meta(self.metas.get(ITEM), Extras)
        return found

    def kept(self, prefix: str, kind: Any) -> dict[str, Any]:
        """The prices or files in the meta data, by key."""
        found = {name: read_meta(value, kind) for name, value in self.metas.items() if name.startswith(f"{prefix}/")}
        return {key_of_meta(self.key, name): value for name, value in found.items() if value is not None}


def read_meta(value: Any, kind: Any) -> Any:
    """Our own meta data, which is JSON in a text; None for what it is not."""
    try:
        return msgspec.json.decode(value, type=kind) if isinstance(value, str) else None
    except msgspec.DecodeError:
        return None


class Shown:
    """The records that a product holds."""

    def __init__(self, product: Product, categories: Categories) -> None:
        self.product = product
        self._categories = categories

    def records(self, entity: str) -> Iterator[tuple[str, Record]]:
        """Keys and records of an entity."""
        product = self.product
        if entity == "items":
            yield product.key, self._item()
        elif entity == "stock" and product.manage_stock is True:
            yield product.key, Stock(item=product.key, quantity=_text(product.stock_quantity) or "0")
        elif entity == "prices":
            yield from self._prices()
        elif entity in ("images", "documents"):
            yield from self._files(entity)

    def held(self, entity: str) -> list[Held]:
        """The same as they are told."""
        extras = self.product.extras
        sent = extras.sent if extras is not None and entity == "items" else ""
        return [
            Held(entity=entity, key=key, data=msgspec.json.encode(record), remote_id=str(self.product.id), sent=sent)
            for key, record in self.records(entity)
        ]

    def _item(self) -> Item:
        product, extras = self.product, self.product.extras or Extras()
        known = [self._categories.key_of(category.id) for category in product.categories]
        fields = msgspec.structs.asdict(extras)
        del fields["sent"]
        if product.manage_stock is True or product.extras is None:
            fields["oversell"] = product.backorders not in ("no", False)
        return Item(
            category=next((key for key in known if key is not None), None),
            title=html.unescape(_text(product.name)),
            short=_text(product.short_description),
            long=_text(product.description),
            shown=product.status == "publish",
            weight=_text(product.weight),
            **fields,
        )

    def _prices(self) -> Iterator[tuple[str, Price]]:
        unit = main_unit(self.product.extras)
        for key, price in self.product.kept(PRICE, PriceMeta).items():
            item, level, of = key.split("\t", 2)
            # The price that guests pay is the store's own field, which a person may have changed.
            text = _text(self.product.regular_price) if price.public and of in ("", unit) else price.price
            yield key, Price(item=item, level=level, unit=of, price=_two_places(text), public=price.public)

    def _files(self, entity: str) -> Iterator[tuple[str, Record]]:
        there = {image.id for image in self.product.images}
        linked = {download.file for download in self.product.downloads}
        kind, prefix = (Picture, IMAGE) if entity == "images" else (Document, DOCUMENT)
        for key, file in self.product.kept(prefix, FileMeta).items():
            if file.media in there if entity == "images" else file.url in linked:
                item, name = key.split("\t", 1)
                yield key, kind(item=item, name=name, content=file.content, size=file.size, position=file.position)


def _text(value: Text) -> str:
    return f"{Decimal(str(value)).normalize():f}" if isinstance(value, float) else value or ""


def main_unit(extras: Extras | None) -> str:
    """The unit whose public price is the product's price."""
    return "" if extras is None else extras.unit


def _two_places(price: str) -> str:
    """ "18" and "18.5" as EBMS writes them; what has more places or is none stays."""
    whole, point, places = price.partition(".")
    return f"{whole}.{places:0<2}" if whole.isdigit() and (places.isdigit() or not point) else price


def price_name(key: str) -> str:
    """The name of the meta data of a price."""
    return meta_name(PRICE, key)
