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
        there = [image.id for image in product.images]
        # What is kept from before and stands there no more, a person has taken out, of the product or of the library.
        sent = [file.media for key, file in ours if file is not before.get(key) or file.media in there]
        strange = [number for number in there if number not in known]
        # One content under two names is one picture: the store would keep it twice, or once.
        return {"images": [{"id": number} for number in dict.fromkeys(sent + strange)]}
    urls = {file.url for file in [*before.values(), *after.values()]}
    held = {old.file: old.id for old in product.downloads}
    # By its id a buyer may download a file: with a new one everybody who bought it would lose it.
    downloads = [{"id": held.pop(file.url, ""), "name": key.split("\t", 1)[1], "file": file.url} for key, file in ours]
    downloads += [msgspec.to_builtins(old) for old in product.downloads if old.file not in urls]
    # What is not downloadable keeps its files where nobody sees them: the last one goes while it still is.
    return {"downloadable": bool(downloads or product.downloads), "downloads": downloads}


def _image(product: Product, ours: list[int], known: Collection[int]) -> dict[str, Any]:
    """A variation's one picture: the first of ours. None of ours any more: none, so that it shows its parent's."""
    if ours:
        return {"image": {"id": ours[0]}}
    return {"image": {"id": 0}} if any(shown.id in known for shown in product.images) else {}
