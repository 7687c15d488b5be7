"""A product as the store shows it, and the records of EBMS that are in it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

from webupdate.sync.shops.woocommerce.client import Problem
from webupdate.sync.shops.woocommerce.facts import (
    EBMS_ID,
    ITEM,
    PRICE,
    STANDARD,
    key_of_meta,
    meta_name,
)

FIELDS = (
    "id,sku,type,parent_id,name,status,description,short_description,regular_price,manage_stock,stock_quantity,"
    "backorders,weight,global_unique_id,tax_class,categories,images,downloads,meta_data"
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

    id: str | int = ""  # PHP makes a number of a key that looks like one
    name: str = ""
    file: str = ""


class Extras(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the store has no field for. `sent`: the hash of the record that was sent last. `described`: a variation's
    text is EBMS's."""

    sent: str = ""
    described: bool = False
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
    tax_class: str = ""


OWN_EXTRAS = ("sent", "described")  # no fields of an item


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
    parent_id: int = 0
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
    global_unique_id: Text = ""  # a store older than 9.1 has none
    tax_class: Text = ""
    categories: list[Numbered] = []
    images: list[Numbered] = []
    image: Numbered | bool | None = None  # of a variation that was written
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

    @property
    def kept_fields(self) -> dict[str, Any]:
        """The fields of an item in the meta data; the tax class, where EBMS gave one, is that which the product has."""
        kept = msgspec.structs.asdict(self.extras or Extras())
        fields = {name: value for name, value in kept.items() if name not in OWN_EXTRAS}
        return fields | ({"tax_class": text_of(self.tax_class) or STANDARD} if fields["tax_class"] else {})

    @property
    def is_variation(self) -> bool:
        """Whether it is one of the sizes or colours of a variable product. Plugins have kinds of their own."""
        return "variation" in self.type

    @property
    def is_variable(self) -> bool:
        """Whether it has variations; also a plugin's, as variable-subscription."""
        return self.type.startswith("variable")

    @property
    def is_priced(self) -> bool:
        """Whether it has a price of its own: the store reckons that of others from what is inside of them."""
        return not self.is_variable and self.type != "grouped"

    @property
    def is_counted(self) -> bool:
        """Whether it has a stock of its own."""
        return self.is_priced and self.type != "external"

    @property
    def is_ours(self) -> bool:
        """Whether it is of the kind that is made from here, and may be deleted."""
        return self.type == "simple"

    @property
    def is_left(self) -> bool:
        """Whether EBMS has deleted it and its owner has not brought it back: then EBMS has none here."""
        return self.metas.get(EBMS_ID) == "" and self.status == "private"

    @property
    def parent(self) -> int:
        """The product whose variation it is, 0 for a product of its own."""
        return self.parent_id if self.is_variation else 0

    @property
    def remote_id(self) -> str:
        """How it is known later: the slash tells that it must be read before it is written."""
        return str(self.id) if self.is_ours else f"{self.parent_id}/{self.id}"

    @property
    def takes_text(self) -> bool:
        """Whether a variation's text may be written: one that a person wrote stays."""
        mine = self.extras is not None and self.extras.described
        return mine or not (self.description or "")

    def kept(self, prefix: str, kind: Any) -> dict[str, Any]:
        """The prices or files in the meta data, by key; a name that a person made up is none of ours."""
        parts = 2 if prefix == PRICE else 1  # level and unit, or the file's name
        ours = [name for name in self.metas if name.startswith(f"{prefix}/") and name.count("/") == parts]
        found = {name: read_meta(self.metas[name], kind) for name in ours}
        return {key_of_meta(self.key, name): value for name, value in found.items() if value is not None}


def read_meta(value: Any, kind: Any) -> Any:
    """Our own meta data, which is JSON in a text; None for what it is not."""
    try:
        return msgspec.json.decode(value, type=kind) if isinstance(value, str) else None
    except (msgspec.DecodeError, RecursionError):
        return None


def text_of(value: Text) -> str:
    """A text that may be a number or nothing."""
    return f"{Decimal(str(value)).normalize():f}" if isinstance(value, float) else value or ""


def in_order(files: dict[str, FileMeta]) -> list[tuple[str, FileMeta]]:
    """Pictures or documents as they follow each other."""
    return sorted(files.items(), key=lambda entry: (entry[1].position, entry[0]))


def main_unit(extras: Extras | None) -> str:
    """The unit whose public price is the product's price."""
    return "" if extras is None else extras.unit


def price_name(key: str) -> str:
    """The name of the meta data of a price."""
    return meta_name(PRICE, key)
