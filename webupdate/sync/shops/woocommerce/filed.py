"""Pictures and documents of a product as the store shows them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec

from webupdate.sync.shops.woocommerce.products import FileMeta, Product, in_order


def shown_files(
    entity: str, found: Product | None, before: dict[str, FileMeta], after: dict[str, FileMeta]
) -> dict[str, Any]:
    """Ours by their position, and behind them those that a person has added."""
    ours = in_order(after)
    product = found or Product(id=0)
    if entity == "images":
        known = {file.media for file in [*before.values(), *after.values()]}
        if product.is_variation:
            return _image(product, [file.media for _, file in ours], known)
        strange = [image.id for image in product.images if image.id not in known]
        return {"images": [{"id": number} for number in [file.media for _, file in ours] + strange]}
    urls = {file.url for file in [*before.values(), *after.values()]}
    downloads = [{"name": key.split("\t", 1)[1], "file": file.url} for key, file in ours]
    downloads += [msgspec.to_builtins(old) for old in product.downloads if old.file not in urls]
    return {"downloadable": bool(downloads), "downloads": downloads}


def _image(product: Product, ours: list[int], known: Collection[int]) -> dict[str, Any]:
    """A variation's one picture: the first of ours. None of ours any more: none, so that it shows its parent's."""
    if ours:
        return {"image": {"id": ours[0]}}
    return {"image": {"id": 0}} if any(shown.id in known for shown in product.images) else {}
