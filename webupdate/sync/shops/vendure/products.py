"""A product with its one variant as the shop shows it, and the records of EBMS that are in it."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from webupdate.sync.shops.base import KEY_SEPARATOR, Document, Entity, Held, Item, Picture, Price, Record, Stock
from webupdate.sync.shops.vendure.channel import Channel
from webupdate.sync.shops.vendure.facts import CATEGORY_FACET, ITEM_FACET, MORE
from webupdate.sync.shops.vendure.lists import FacetValue

PRODUCT = "id name slug description enabled facetValues { id code name facetId }"
_VARIANT = "id sku name enabled trackInventory outOfStockThreshold useGlobalOutOfStockThreshold price priceWithTax"
_STOCK = "stockLevels { stockLocationId stockOnHand stockAllocated }"
FILES = ("images", "documents")
_TWIN = "twin"  # no hash of any record


def variant_fields(entities: Collection[str], *, write: bool = False) -> str:
    """What must be asked for of a variant: each list in it costs the shop a query of its own for each variant."""
    product = [PRODUCT if write or set(entities) - {"stock"} else "id", *(["assets { id }"] if _any(entities) else [])]
    variant = [_VARIANT, *(["options { id }"] if write else []), *([_STOCK] if "stock" in entities else [])]
    return f"{' '.join(variant)} product {{ {' '.join(product)} }}"


def _any(entities: Collection[str]) -> bool:
    return any(entity in FILES for entity in entities)


class PriceMeta(msgspec.Struct, frozen=True, omit_defaults=True):
    """A price of a level and unit; "" for the one that is the variant's own."""

    price: str = ""
    public: bool = False


class FileMeta(msgspec.Struct, frozen=True, omit_defaults=True):
    """A picture or document: what it is, and its id among the assets."""

    content: str
    size: int
    asset: str
    position: int = 0


class Meta(msgspec.Struct, omit_defaults=True):
    """What Vendure has no field for. `sent`: the hash of the item that was sent last.

    Prices are known by level and unit with a tab between them, files by their names.
    """

    sent: str = ""
    coming_soon: bool = False
    out_of_stock_message: str = ""
    unit: str = ""
    weight: str = ""
    upc: str = ""
    manufacturer: str = ""
    manufacturer_part: str = ""
    tax_group: str = ""
    default_unit: str = ""
    related: tuple[str, ...] = ()
    prices: dict[str, PriceMeta] = {}
    images: dict[str, FileMeta] = {}
    documents: dict[str, FileMeta] = {}

    def main(self) -> str | None:
        """Which price is the variant's own: public, and of the item's own unit."""
        public = [key for key, price in self.prices.items() if price.public]
        for unit in dict.fromkeys((self.unit, "")):
            for key in public:
                if key.partition(KEY_SEPARATOR)[2] == unit:
                    return key
        return None


ITEM_FIELDS = tuple(name for name in Meta.__struct_fields__ if name not in ("sent", "prices", "images", "documents"))


class Ref(msgspec.Struct, frozen=True):
    """Something that counts by its id."""

    id: str


class Product(msgspec.Struct, rename="camel"):
    """A product."""

    id: str
    name: str = ""
    slug: str = ""
    description: str = ""
    enabled: bool = True
    assets: list[Ref] = []
    facet_values: list[FacetValue] = []


class Level(msgspec.Struct, rename="camel"):
    """The stock of a variant in one location."""

    stock_location_id: str
    stock_on_hand: int
    stock_allocated: int


class Variant(msgspec.Struct, rename="camel"):
    """A variant with its product, as far as it was asked for. `options`: it is one of several of its product."""

    id: str
    sku: str
    product: Product
    name: str = ""
    enabled: bool = True
    track_inventory: str = "INHERIT"
    out_of_stock_threshold: int = 0
    use_global_out_of_stock_threshold: bool = True
    options: list[Ref] = []
    price: Decimal = Decimal(0)
    price_with_tax: Decimal = Decimal(0)
    stock_levels: list[Level] = []


class Shown:
    """A variant, and what EBMS knows of it. `categories`: keys of those that the shop has, where that counts."""

    def __init__(self, variant: Variant, channel: Channel, categories: Container[str] | None = None) -> None:
        self.variant = variant
        self.twins: list[Variant] = []  # made again by a request that came late
        self._categories = categories
        self.product = variant.product
        self._channel = channel
        facet = channel.facet(ITEM_FACET)
        # A person may have copied the product, facet values and all: then the code is another item's.
        mine = [value for value in self.product.facet_values if value.facet_id == facet and value.code == variant.sku]
        self.value = mine[0] if facet and mine else None
        found = meta_of(self.value)
        self.known = found is not None
        self.meta = found or Meta()
        main = self.meta.main()
        if main is not None:
            self.meta.prices[main] = PriceMeta(self.price, public=True)

    @property
    def price(self) -> str:
        """The price of the variant, as it was set: with the tax or without it, as the channel has it."""
        variant = self.variant
        return f"{self._channel.major(variant.price_with_tax if self._channel.includes_tax else variant.price):f}"

    @property
    def counted(self) -> bool:
        """Whether its stock is counted."""
        flag = self.variant.track_inventory
        return flag == "TRUE" or (flag == "INHERIT" and self._channel.counts)

    @property
    def allocated(self) -> int:
        """Pieces of orders that were not sent on their way yet."""
        return sum(level.stock_allocated for level in self._levels)

    @property
    def stock(self) -> int:
        """Pieces that can be sold."""
        return sum(level.stock_on_hand for level in self._levels) - self.allocated

    @property
    def _levels(self) -> list[Level]:
        return [level for level in self.variant.stock_levels if level.stock_location_id == self._channel.location]

    @property
    def oversell(self) -> bool:
        """Whether it may be sold below nothing."""
        inherits = self.variant.use_global_out_of_stock_threshold
        return (self._channel.threshold if inherits else self.variant.out_of_stock_threshold) < 0

    @property
    def category(self) -> str | None:
        """The key of its category. A person may have deleted the collection, and the facet value is left."""
        facet = self._channel.facet(CATEGORY_FACET)
        keys = [value.code for value in self.product.facet_values if value.facet_id == facet]
        return next((key for key in keys if self._categories is None or key in self._categories), None)

    def held(self, entity: str) -> list[Held]:
        """What it holds of an entity."""
        # One with a twin is to be sent again: that puts the twin away.
        sent = (_TWIN if self.twins else self.meta.sent) if entity == "items" else ""
        return [
            Held(entity=entity, key=key, data=msgspec.json.encode(record), remote_id=self.product.id, sent=sent)
            for key, record in self._records(entity)
        ]

    def _records(self, entity: str) -> Iterator[tuple[str, Record]]:
        sku = self.variant.sku
        if entity == "items":
            yield sku, self._item()
        elif entity == "stock" and self.counted:
            yield sku, Stock(item=sku, quantity=str(self.stock))
        elif entity == "prices":
            yield from self._prices()
        elif entity == "images":
            yield from self._files(self.meta.images, Picture)
        elif entity == "documents":
            yield from self._files(self.meta.documents, Document)

    def _item(self) -> Item:
        short, more, long = self.product.description.rpartition(MORE)
        return Item(
            category=self.category,
            title=self.product.name,
            short=short if more else "",
            long=long,
            shown=self.product.enabled,
            # One of which nobody counts the pieces never runs out; what was asked for it counts once somebody does.
            oversell=self.oversell or (not self.known and not self.counted),
            **{name: getattr(self.meta, name) for name in ITEM_FIELDS},
        )

    def _prices(self) -> Iterator[tuple[str, Price]]:
        for key, price in self.meta.prices.items():
            level, _, unit = key.partition(KEY_SEPARATOR)
            sku = self.variant.sku
            record = Price(item=sku, level=level, unit=unit, price=price.price, public=price.public)
            yield KEY_SEPARATOR.join((sku, key)), record

    def _files(self, files: Mapping[str, FileMeta], kind: Any) -> Iterator[tuple[str, Record]]:
        there = {asset.id for asset in self.product.assets}
        for name, file in files.items():
            if file.asset in there:
                item = self.variant.sku
                record = kind(item=item, name=name, content=file.content, size=file.size, position=file.position)
                yield KEY_SEPARATOR.join((item, name)), record


def meta_of(value: FacetValue | None) -> Meta | None:
    """What a facet value keeps, None for one that a person has written over."""
    try:
        return msgspec.json.decode(value.name, type=Meta) if value is not None else None
    except msgspec.DecodeError:
        return None


def inner(entity: Entity, key: str) -> str:
    """The key of a price or file within its item."""
    return key.split(KEY_SEPARATOR, 1)[1] if entity in ("prices", "images", "documents") else ""
