"""All that one request does to one product: its item, prices, stock and files as one object of the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from webupdate.sync.shops.base import Document, Item, Part, Picture, Price, Record, Result, Stock
from webupdate.sync.shops.woocommerce import kinds, values
from webupdate.sync.shops.woocommerce.differing import differences
from webupdate.sync.shops.woocommerce.facts import DOCUMENT, IMAGE, PRICE, STOCK, meta_name
from webupdate.sync.shops.woocommerce.filed import shown_files
from webupdate.sync.shops.woocommerce.itemfields import GTIN, gtin, gtin_field, had_gtin, item_fields, item_meta
from webupdate.sync.shops.woocommerce.media import Attachment
from webupdate.sync.shops.woocommerce.products import (
    FileMeta,
    PriceMeta,
    Product,
    main_unit,
)

Step = Literal["create", "update", "delete"]
FILES = {"images": IMAGE, "documents": DOCUMENT}
# What a price's remote id says behind the product's: it is known so where the product is not read.
REGULAR, SALE = "main", "sale"
FIELDS_OF = {REGULAR: "regular_price", SALE: "sale_price"}
_ALWAYS = {"date_on_sale_from": "", "date_on_sale_to": ""}


class Job(msgspec.Struct, frozen=True):
    """One row of a batch. `fields` is the object, for a deletion the id alone."""

    work: Work
    step: Step
    fields: dict[str, Any]

    @property
    def parent(self) -> int:
        """The product whose variation it is, 0 for a product of its own."""
        return self.work.product.parent if self.work.product is not None else 0


class Work:
    """The parts of one product, by their place in the request, and what became of each."""

    def __init__(self, sku: str, sale_level: str = "") -> None:
        self.sku = sku
        self._sale_level = sale_level
        self.parts: dict[int, tuple[Part, Record | None]] = {}
        self.results: dict[int, Result] = {}
        self.product: Product | None = None  # as it was found
        self.number: int | None = None  # its id, found or known from before
        self.gtin_taken = False  # another product has its GTIN: this one goes without
        self.home: int | None = None  # known from before as no simple product: the parent of a variation, 0 of others

    def add(self, place: int, part: Part, record: Record | None) -> None:
        """One more part."""
        self.parts[place] = (part, record)
        home, _, known = (part.remote_id or "").partition(":")[0].rpartition("/")
        if known.isascii() and known.isdigit():
            self.number, self.home = int(known), int(home) if home.isdecimal() else None

    @property
    def open(self) -> dict[int, tuple[Part, Record | None]]:
        """Parts of which nothing became yet."""
        return {place: entry for place, entry in self.parts.items() if place not in self.results}

    def _of(self, *entities: str) -> list[tuple[Part, Record | None]]:
        return [entry for entry in self.open.values() if entry[0].entity in entities]

    def op(self, name: str) -> bool:
        """Whether the item itself is put, hidden or deleted."""
        return any(part.op == name for part, _ in self._of("items"))

    @property
    def was(self) -> str:
        """The former SKU of a renamed item."""
        return next((part.was for part, _ in self._of("items") if part.was and part.op == "put"), "")

    @property
    def must_be_found(self) -> bool:
        """Whether the product must be read before it can be written."""
        goes = any(part.op != "put" for part, _ in self.open.values())
        known = self.number is not None or self.op("put")
        special = self.home is not None and self.product is None
        return bool(
            special or self.was or self._of(*FILES) or goes or not known or any(map(self._in_doubt, self._prices_put()))
        )

    def found(self, product: Product | None) -> None:
        """The product is this one, or none."""
        self.product = product
        self.number = None if product is None else product.id

    def close(self, place: int, status: Any, number: int | None = None) -> None:
        """What became of a part."""
        part, record = self.parts[place]
        remote = None if number is None else str(number)
        if remote and self.product is not None:
            remote = self.product.remote_id
        if remote and part.entity == "prices" and (field := self._price_field(part)):
            remote += f":{field}"
        if remote and part.entity == "items" and (self._gtin(record) if isinstance(record, Item) else had_gtin(part)):
            remote += GTIN
        self.results[place] = Result(entity=part.entity, key=part.key, status=status, remote_id=remote)

    def refuse(self, message: str, field: str = "", seen: str = "", expected: str = "", *, only: str = "") -> None:
        """Nothing became of the open parts, or of those of one entity."""
        for place, (part, _) in self.open.items():
            if not only or part.entity == only:
                self.results[place] = values.refused(part, message, field, seen, expected)

    def without_product(self, status: Any = "refused") -> None:
        """There is no such product: what should go is gone, what lives inside of it can't be put."""
        for place, (part, _) in self.open.items():
            if part.op != "put":
                self.close(place, "hidden" if part.op == "hide" else "deleted")
            elif status == "lost":
                self.close(place, "lost")
            else:
                text = "The shop has no such item."
                self.results[place] = values.refused(part, text, "item", self.sku, "the SKU of one of its products")

    def job(self, categories: Mapping[str, int], media: Mapping[str, Attachment]) -> Job | None:
        """What is to be sent, None if nothing is left to do."""
        if self.op("delete"):
            assert self.number is not None and self.product is not None
            if not self.product.is_ours:
                return Job(self, "update", {"id": self.number, **kinds.left_alone(self.product)})
            return Job(self, "delete", {"id": self.number})
        meta: dict[str, str | None] = {}
        fields = self._item(categories, meta) | self._prices(meta) | self._stock(meta) | self._files(meta, media)
        if not self.open:
            return None
        fields = kinds.fitted(fields, self.product)
        if self.op("hide"):
            fields["status"] = "private"
        if meta:
            fields["meta_data"] = [{"key": key, "value": value} for key, value in meta.items()]
        if self.number is None:
            return Job(self, "create", fields)
        return Job(self, "update", {"id": self.number, **fields})

    def _item(self, categories: Mapping[str, int], meta: dict[str, str | None]) -> dict[str, Any]:
        for part, record in self._of("items"):
            if isinstance(record, Item) and part.data is not None:
                meta |= item_meta(self.sku, part.data, record, self.product)
                return item_fields(self.sku, record, categories) | gtin_field(part, self._gtin(record))
        return {}

    def _gtin(self, record: Item) -> str:
        return "" if self.gtin_taken else gtin(record.upc)

    def _price_field(self, part: Part) -> str:
        """Which of the store's own fields a price is, that of the item's own unit: public, of the sale level, or ""."""
        own = _was(part) and self.product is None and not self._items_sent()
        if not own and part.key.split("\t")[2] not in ("", self._own_unit):
            return ""
        record = values.record_of(part)
        kept = self.product.kept(PRICE, PriceMeta).get(part.key) if self.product is not None else None
        return self._field_of(
            part.key, record.public if isinstance(record, Price) else kept is not None and kept.public
        )

    def _field_of(self, key: str, public: bool) -> str:
        """The same of a price that is known to be of the item's own unit."""
        if public:
            return REGULAR
        return SALE if self._sale_level and key.split("\t")[1].casefold() == self._sale_level.casefold() else ""

    def _prices_put(self) -> list[Part]:
        return [part for part, record in self._of("prices") if isinstance(record, Price)]

    def _in_doubt(self, part: Part) -> bool:
        """Whether the product must tell if a price is one of the store's own fields, or who has that field now."""
        record = values.record_of(part)
        if _was(part):
            return _was(part) != self._price_field(part)
        named = isinstance(record, Price) and self._field_of(part.key, record.public)
        return bool(named and part.key.split("\t")[2]) and not self._items_sent()

    def _left(self, part: Part) -> str:
        """The field that a price was, and that no price is any more: the store must not go on with it."""
        was = _was(part)
        if not was or was == self._price_field(part):
            return ""
        kept = self.product.kept(PRICE, PriceMeta) if self.product is not None else {}
        own = {key: meta for key, meta in kept.items() if key.split("\t")[2] in ("", self._own_unit)}
        others = own.keys() - {sent.key for sent, _ in self._of("prices")}
        return "" if any(self._field_of(key, own[key].public) == was for key in others) else was

    def _items_sent(self) -> bool:
        return any(isinstance(record, Item) for _, record in self.parts.values())

    @property
    def _own_unit(self) -> str:
        for _, record in self.parts.values():
            if isinstance(record, Item):
                return record.unit
        return main_unit(self.product.extras if self.product is not None else None)

    def _prices(self, meta: dict[str, str | None]) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for part, record in sorted(self._of("prices"), key=lambda entry: entry[0].op == "put"):
            name = meta_name(PRICE, part.key)
            if isinstance(record, Price):
                meta[name] = msgspec.json.encode(PriceMeta(record.price, record.public)).decode()
                if left := self._left(part):
                    fields.setdefault(FIELDS_OF[left], "")
                if field := self._price_field(part):
                    fields[FIELDS_OF[field]] = record.price
            else:
                meta[name] = None
                if field := self._price_field(part):
                    fields[FIELDS_OF[field]] = ""
        # Days that a person gave to another sale would begin or end this one.
        return fields | (_ALWAYS if fields.get("sale_price") and self.number is not None else {})

    def _stock(self, meta: dict[str, str | None]) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for _, record in self._of("stock"):
            if self.product is not None and not self.product.is_counted:
                meta[STOCK] = record.quantity if isinstance(record, Stock) else None
            if isinstance(record, Stock):
                fields = {"manage_stock": True, "stock_quantity": values.pieces(record.quantity)}
                if not self._items_sent() and self.product is not None and self.product.extras is not None:
                    # A product that was not counted has lost it.
                    fields["backorders"] = "yes" if self.product.extras.oversell else "no"
            else:
                fields = {"manage_stock": False}
        return fields

    def _files(self, meta: dict[str, str | None], media: Mapping[str, Attachment]) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for entity, prefix in FILES.items():
            parts = self._of(entity)
            kept = self.product.kept(prefix, FileMeta) if self.product is not None and parts else {}
            before = dict(kept)
            for part, record in parts:
                if isinstance(record, (Picture, Document)):
                    there = media[record.content]
                    kept[part.key] = FileMeta(record.content, record.size, there.id, there.source_url, record.position)
                    meta[meta_name(prefix, part.key)] = msgspec.json.encode(kept[part.key]).decode()
                else:
                    kept.pop(part.key, None)
                    meta[meta_name(prefix, part.key)] = None
            if parts:
                fields |= shown_files(entity, self.product, before, kept)
        return fields

    def took(self, job: Job, row: Product) -> None:
        """The store has carried it out: what it says that it stored must be what was sent."""
        created = job.step == "create"
        before = self._before()
        for place, (part, _) in self.open.items():
            status: Any = "created" if created or (before is not None and part.key not in before) else "updated"
            if part.entity == "items":
                status = "created" if created else "hidden" if part.op == "hide" else "updated"
            self.close(place, status if part.op != "delete" else "deleted", row.id)
        for entity, field, sent, stored in differences(job.fields, row):
            text = "The shop stored something else than it was told."
            for place, (part, _) in self.parts.items():
                if part.entity != entity:
                    continue
                other = entity == "prices" and FIELDS_OF.get(self._price_field(part)) != field
                if not other and self.results[place].status in ("created", "updated"):
                    name = "price" if entity == "prices" else field
                    self.results[place] = values.refused(part, text, name, sent, f"stored: {stored}")

    def _before(self) -> frozenset[str] | None:
        """Keys of what was inside of the product; None if it was not read."""
        if self.product is None:
            return None
        kept = [key for prefix in (PRICE, IMAGE, DOCUMENT) for key in self.product.kept(prefix, dict)]
        stock = [self.sku] if self.product.manage_stock is True or STOCK in self.product.metas else []
        return frozenset([*kept, *stock])


def _was(part: Part) -> str:
    """Which of the store's own fields a price was when it was acknowledged."""
    known = (part.remote_id or "").partition(":")[2]
    return known if known in FIELDS_OF else ""
