"""Finds products: by SKU, by the facet value that is theirs, or all of them."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable

import msgspec

from webupdate.sync.shops.records import chunks
from webupdate.sync.shops.vendure.categories import Tree
from webupdate.sync.shops.vendure.channel import Channel
from webupdate.sync.shops.vendure.client import Client
from webupdate.sync.shops.vendure.facts import BATCH, ITEM_FACET, PAGE
from webupdate.sync.shops.vendure.lists import FacetValue, every, rows
from webupdate.sync.shops.vendure.products import PRODUCT, Product, Shown, Variant, variant_fields

_VARIANTS = "query($options: ProductVariantListOptions) { rows: productVariants(options: $options) { items { %s } } }"
_BOTH = """query($variants: ProductVariantListOptions, $values: FacetValueListOptions) {
  variants: productVariants(options: $variants) { items { %s } }
  values: facetValues(options: $values) { items { id code name facetId } }
}"""
_PRODUCTS = f"""query($options: ProductListOptions) {{
  rows: products(options: $options) {{ items {{ {PRODUCT} variantList {{ totalItems }} }} }}
}}"""


class _Variants(msgspec.Struct):
    items: list[Variant]


class _Values(msgspec.Struct):
    items: list[FacetValue]


class _Both(msgspec.Struct):
    variants: _Variants
    values: _Values


class _Count(msgspec.Struct, frozen=True, rename="camel"):
    total_items: int


class _Bare(Product):
    variant_list: _Count = _Count(0)


class Found(msgspec.Struct):
    """What there is of some SKUs: products, facet values that are kept for them, products still without a variant."""

    shown: dict[str, Shown] = {}
    values: dict[str, FacetValue] = {}
    bare: dict[str, Product] = {}


class Lookup:
    """Reads products. Nothing is kept: a person may work in the shop meanwhile."""

    def __init__(self, client: Client, channel: Channel, tree: Tree) -> None:
        self._client = client
        self._channel = channel
        self._tree = tree

    def to_write(self, skus: Iterable[str], entities: Collection[str]) -> Found:
        """The products of these SKUs, as the first half of a write of records of these entities."""
        found = Found()
        for some in chunks(list(dict.fromkeys(skus)), BATCH):
            facet = {"facetId": {"eq": self._channel.facet(ITEM_FACET)}, "code": {"in": some}}
            variables = {"variants": self._of(some), "values": {"take": PAGE, "filter": facet}}
            both: _Both = self._client.ask(_BOTH % variant_fields(entities, write=True), variables, _Both, write=True)
            found.shown |= self._shown(both.variants.items)
            found.values |= {value.code: value for value in both.values.items}
        self._find_bare(found)
        return found

    def _find_bare(self, found: Found) -> None:
        """Products whose making was cut off before they got their variant."""
        codes = {value.id: code for code, value in found.values.items() if code not in found.shown}
        for some in chunks(list(codes), BATCH):
            options = {"take": PAGE, "filter": {"facetValueId": {"in": some}}}
            products: list[_Bare] = rows(self._client, _PRODUCTS, options, _Bare, write=True)
            for product in products:
                if product.variant_list.total_items == 0:
                    for value in product.facet_values:
                        if value.id in codes:
                            found.bare[codes[value.id]] = product

    def by_sku(self, skus: Iterable[str], entity: str) -> dict[str, Shown]:
        """The products of these SKUs, to look at the records of an entity."""
        found: dict[str, Shown] = {}
        for some in chunks(list(dict.fromkeys(skus)), BATCH):
            variants = rows(self._client, _VARIANTS % variant_fields([entity]), self._of(some), Variant)
            found |= self._shown(variants, self._tree.by_key())
        return found

    def all(self, entity: str) -> list[Shown]:
        """All products, to look at the records of an entity."""
        variants = every(self._client, _VARIANTS % variant_fields([entity]), {}, Variant)
        return list(self._shown(variants, self._tree.by_key()).values())

    def _of(self, skus: list[str]) -> dict[str, object]:
        return {"take": PAGE, "sort": {"id": "ASC"}, "filter": {"sku": {"in": skus}}}

    def _shown(self, variants: Iterable[Variant], categories: Container[str] | None = None) -> dict[str, Shown]:
        """By SKU, which is not unique: of two the one that EBMS knows, else the older. A younger one that EBMS knows
        too is a twin; one that a person made is left alone."""
        found: dict[str, Shown] = {}
        for variant in variants:
            shown, first = Shown(variant, self._channel, categories), found.get(variant.sku)
            if first is None or (shown.known and not first.known):
                found[variant.sku] = shown
            elif shown.known:
                first.twins.append(variant)
        return found
