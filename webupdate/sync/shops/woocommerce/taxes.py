"""Tax classes of the store: it takes one that it does not have for the standard one, without a word."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from webupdate.sync.shops.base import Item
from webupdate.sync.shops.woocommerce.client import Client
from webupdate.sync.shops.woocommerce.facts import STANDARD
from webupdate.sync.shops.woocommerce.work import Work


class _Class(msgspec.Struct):
    slug: str


class TaxClasses:
    """The store's classes, as they were read last."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._known: list[str] = [STANDARD]  # which every store has

    def check(self, works: Sequence[Work]) -> None:
        """Refuse items that are to get a class that the store does not have."""
        items = [(work, record) for work in works for _, record in work.open.values() if isinstance(record, Item)]
        named = {record.tax_class for _, record in items if record.tax_class}
        if named - {*self._known}:
            found: list[_Class] = self._client.get("taxes/classes", {"_fields": "slug"}).decode(list[_Class])
            self._known = [row.slug for row in found]
        for work, record in items:
            if record.tax_class and record.tax_class not in self._known:
                text = (
                    f"The shop has no such tax class. Correct the property Tax classes (tax group {record.tax_group}), "
                    "or make the class in WooCommerce, Settings, Tax."
                )
                work.refuse(text, "tax_class", record.tax_class, f"one of {', '.join(self._known)}", only="items")
