"""What must be sent so that a product becomes what it is to be: only what differs from what was found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from webupdate.sync.shops.vendure.assets import Asset
from webupdate.sync.shops.vendure.channel import Channel
from webupdate.sync.shops.vendure.facts import CATEGORY_FACET, ITEM_FACET, MORE, OVERSOLD
from webupdate.sync.shops.vendure.products import FILES, FileMeta, Meta, PriceMeta, Product
from webupdate.sync.shops.vendure.work import Work


class Plan:
    """One product. `value`: the id of its own facet value, `product`: its id; "" until they are made."""

    def __init__(
        self, work: Work, channel: Channel, categories: Mapping[str, str], assets: Mapping[str, Asset]
    ) -> None:
        self.work = work
        self._channel = channel
        self._categories = categories
        found = work.shown.product if work.shown is not None else work.bare
        self._found = found or Product(id="")
        self.meta = work.meta(assets)
        self.value = work.value.id if work.value is not None else ""
        self.product = self._found.id

    @property
    def kept(self) -> str:
        """The name of its facet value."""
        main = self.meta.main()
        prices = self.meta.prices if main is None else {**self.meta.prices, main: PriceMeta(public=True)}
        return msgspec.json.encode(msgspec.structs.replace(self.meta, prices=prices)).decode()

    @property
    def needs_value(self) -> bool:
        """Whether there is something to keep and no facet value for it yet."""
        return not self.value and (self.work.item is not None or self.kept != msgspec.json.encode(Meta()).decode())

    def new_value(self) -> dict[str, Any]:
        """The facet value to be made."""
        translations = self._channel.translated(name=self.kept)
        return {"facetId": self._channel.facet(ITEM_FACET), "code": self.work.sku, "translations": translations}

    def changed_value(self) -> dict[str, Any] | None:
        """What changes of the facet value."""
        there = self.work.value
        if there is None or (there.name, there.code) == (self.kept, self.work.sku):
            return None
        return {"id": there.id, "code": self.work.sku, "translations": self._channel.translated(name=self.kept)}

    def new_product(self) -> dict[str, Any]:
        """The product to be made."""
        title = self._title
        texts = {"name": title, "slug": f"{title} {self.work.sku}", "description": self._description}
        return {**self._product(), "translations": self._channel.translated(**texts)}

    def changed_product(self) -> dict[str, Any] | None:
        """What changes of the product."""
        found, wanted = self._found, self._product()
        there: dict[str, Any] = {
            "enabled": found.enabled,
            "facetValueIds": [value.id for value in found.facet_values],
        }
        if self._has_files:
            there["assetIds"] = [asset.id for asset in found.assets]
        changed: dict[str, Any] = {name: wanted[name] for name in there if there[name] != wanted[name]}
        if set(there["facetValueIds"]) == set(wanted["facetValueIds"]):  # they come in no order
            changed.pop("facetValueIds", None)
        if "assetIds" in changed:
            changed["featuredAssetId"] = wanted["featuredAssetId"]
        if (self._title, self._description) != (found.name, found.description):
            # With the slug it has: a new language needs one too.
            texts = {"name": self._title, "slug": found.slug, "description": self._description}
            changed["translations"] = self._channel.translated(**texts)
        return {"id": self.product, **changed} if changed else None

    def _product(self) -> dict[str, Any]:
        fields: dict[str, Any] = {"enabled": self._shown, "facetValueIds": self._facet_values()}
        if self._has_files:
            assets = self._assets()
            fields |= {"assetIds": assets, "featuredAssetId": assets[0] if assets else None}
        return fields

    @property
    def _has_files(self) -> bool:
        """Whether pictures or documents change; else nobody has asked for those that are there."""
        return any(part.entity in FILES for part, _ in self.work.open.values())

    def new_variant(self) -> dict[str, Any]:
        """The variant to be made."""
        texts = self._channel.translated(name=self._title)
        fields = {"productId": self.product, "sku": self.work.sku, "price": self._price or 0, "translations": texts}
        return fields | self._selling() | self._stock()

    def changed_variant(self) -> dict[str, Any] | None:
        """What changes of the variant."""
        assert self.work.shown is not None
        shown, variant = self.work.shown, self.work.shown.variant
        there = {
            "enabled": variant.enabled,
            "trackInventory": variant.track_inventory,
            "outOfStockThreshold": variant.out_of_stock_threshold,
            "useGlobalOutOfStockThreshold": variant.use_global_out_of_stock_threshold,
        }
        wanted = self._selling()
        changed: dict[str, Any] = {name: value for name, value in wanted.items() if there[name] != value}
        changed |= self._stock()
        if self.work.sku != variant.sku:
            changed["sku"] = self.work.sku
        price = self._price
        if price is not None and self._channel.minor(shown.price) != price:
            changed["price"] = price
        if self._title != variant.name:
            changed["translations"] = self._channel.translated(name=self._title)
        return {"id": variant.id, **changed} if changed else None

    def twin_products(self) -> list[dict[str, Any]]:
        """Products that a late request made a second time: they are taken out of sight, for a person to delete."""
        twins = self.work.shown.twins if self.work.shown is not None else []
        return [{"id": twin.product.id, "enabled": False} for twin in twins if twin.product.id != self.product]

    def twin_variants(self) -> list[dict[str, Any]]:
        """Their variants, which get another SKU: so they are twins no more."""
        twins = self.work.shown.twins if self.work.shown is not None else []
        return [{"id": twin.id, "enabled": False, "sku": f"{twin.sku}~{twin.id}"} for twin in twins]

    def _selling(self) -> dict[str, Any]:
        """Whether and until when it can be bought. A hidden one is hidden by its product."""
        fields: dict[str, Any] = {}
        shown, item = self.work.shown, self.work.item
        before = shown.meta.main() if shown is not None else None
        # What has no price would cost nothing; that of a product made by hand is its own affair.
        if shown is None or before != self.meta.main() or self._price is not None:
            fields["enabled"] = self._price is not None
        counted, _ = self.work.stock()
        if shown is None or shown.counted != counted:
            fields["trackInventory"] = "TRUE" if counted else "FALSE"
        if item is not None:
            fields |= {"outOfStockThreshold": OVERSOLD if item.oversell else 0, "useGlobalOutOfStockThreshold": False}
        return fields

    def _stock(self) -> dict[str, Any]:
        """Vendure takes the pieces of open orders off by itself; what EBMS gives is without them already."""
        _, quantity = self.work.stock()
        shown = self.work.shown
        if quantity is None or (shown is not None and shown.counted and shown.stock == quantity):
            return {}
        on_hand = quantity + (shown.allocated if shown is not None else 0)
        return {"stockLevels": [{"stockLocationId": self._channel.location, "stockOnHand": on_hand}]}

    @property
    def _price(self) -> int | None:
        main = self.meta.main()
        return None if main is None else self._channel.minor(self.meta.prices[main].price)

    @property
    def _title(self) -> str:
        return self.work.item.title if self.work.item is not None else self._found.name

    @property
    def _description(self) -> str:
        item = self.work.item
        if item is None:
            return self._found.description
        return f"{item.short}{MORE}{item.long}" if item.short else item.long

    @property
    def _shown(self) -> bool:
        if self.work.op("hide"):
            return False
        return self.work.item.shown if self.work.item is not None else self._found.enabled

    def _facet_values(self) -> list[str]:
        """Those that people gave it, its own, and that of its category."""
        ours = {self._channel.facet(ITEM_FACET), self._channel.facet(CATEGORY_FACET)}
        kept = [value.id for value in self._found.facet_values if value.facet_id not in ours]
        if self.work.item is not None:
            category = [self._categories[self.work.item.category]] if self.work.item.category is not None else []
        else:
            facet = self._channel.facet(CATEGORY_FACET)
            category = [value.id for value in self._found.facet_values if facet and value.facet_id == facet]
        return [*kept, *([self.value] if self.value else []), *category]

    def _assets(self) -> list[str]:
        """Our pictures by their position, behind them those that a person has added, then our documents."""
        before = self.work.shown.meta if self.work.shown is not None else Meta()
        pictures, documents = (_in_order(files) for files in (self.meta.images, self.meta.documents))
        ours = {file.asset for files in (before.images, before.documents) for file in files.values()}
        ours |= {*pictures, *documents}
        strange = [asset.id for asset in self._found.assets if asset.id not in ours]
        return list(dict.fromkeys([*pictures, *strange, *documents]))


def _in_order(files: Mapping[str, FileMeta]) -> list[str]:
    return [file.asset for _, file in sorted(files.items(), key=lambda entry: (entry[1].position, entry[0]))]
