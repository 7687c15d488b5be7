"""Sends products: all parts of one as one object, a hundred of them in a request, over two connections.

New ones are created without looking first: a store that has the SKU says which product it is, and that is adopted.
So nothing is read of a catalogue that goes up for the first time, and a request that was sent twice makes no twin.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from webupdate.sync.shops.base import KEY_SEPARATOR, Document, Item, Part, Picture, Result
from webupdate.sync.shops.woocommerce import kinds, values
from webupdate.sync.shops.woocommerce.categories import Categories, chunks
from webupdate.sync.shops.woocommerce.client import LIST_LIMIT, Client, unclear
from webupdate.sync.shops.woocommerce.facts import EBMS_ID
from webupdate.sync.shops.woocommerce.lookup import Lookup
from webupdate.sync.shops.woocommerce.media import Attachment, Media
from webupdate.sync.shops.woocommerce.pool import Pace
from webupdate.sync.shops.woocommerce.products import Product
from webupdate.sync.shops.woocommerce.taxes import TaxClasses
from webupdate.sync.shops.woocommerce.work import Job, Work

# Answers to creates are cut to what is checked; the parts of the envelope must be named too, or it comes back empty.
_ANSWER = {
    "_fields": "create,update,delete,id,sku,name,status,regular_price,sale_price,stock_quantity,tax_class,categories"
}
TWICE = 2  # once more for what was adopted, made anew or had met a deadlock

_TAKEN, _NOT_MADE = "product_invalid_sku", "woocommerce_rest_product_not_created"
_GONE = (
    "woocommerce_rest_product_invalid_id",
    "woocommerce_rest_product_variation_invalid_id",
    "woocommerce_rest_already_trashed",
)


# A person has made an external product of it, which has no stock: it must be read.
_UNCOUNTED = ("product_external_invalid_manage_stock", "product_external_invalid_backorders")
# Faults of a picture or file: all else of the product goes without it.
_OF_FILES = {
    "woocommerce_product_invalid_image_id": "images",
    "woocommerce_variation_invalid_image_id": "images",
    "product_invalid_download": "documents",
}
# Another product has the number, or the store takes another kind of number only: the rest goes without it.
_OF_GTIN = ("product_invalid_global_unique_id", "product_invalid_global_unique_id_format")


class _Rows(msgspec.Struct):
    create: list[Product] = []
    update: list[Product] = []
    delete: list[Product] = []


class Goods:
    """The way of items, prices, stock and files into the store."""

    def __init__(
        self, client: Client, categories: Categories, media: Media, lookup: Lookup, sale_level: str = ""
    ) -> None:
        self._sale_level = sale_level
        self._client = client
        self._categories = categories
        self._media = media
        self._lookup = lookup
        self._taxes = TaxClasses(client)
        self._pace = Pace(client.wait)
        self._emptied: list[Job] = []  # of these the last download went

    def upsert(self, parts: list[Part]) -> list[Result]:
        """Carry out all parts; one result for each."""
        self._emptied = []
        works = _grouped(parts, self._sale_level)
        categories = self._known_categories(works)
        self._taxes.check(works)
        media = self._known_media(works)
        self._find(works)
        todo = [work for work in works if work.open]
        for _ in range(1 + TWICE):
            todo = self._round(todo, categories, media)
        for work in todo:
            work.refuse("The shop says again and again that it has this SKU, and does not find it.", "key", work.sku)
        # The last file goes only while the product is downloadable.
        self._update([(job.parent, {"id": job.fields["id"], "downloadable": False}) for job in self._emptied])
        results = {place: result for work in works for place, result in work.results.items()}
        return [results[place] for place in range(len(parts))]

    def _known_categories(self, works: list[Work]) -> dict[str, int]:
        """Ids of the categories that items name; an item that names another one is refused here."""
        items = [(work, record) for work in works for _, record in work.open.values() if isinstance(record, Item)]
        wanted = {record.category for _, record in items} - {None}
        if not wanted:
            return {}
        if wanted - self._categories.by_key().keys():
            self._categories.forget()
        known = self._categories.by_key()
        for work, record in items:
            if record.category is not None and record.category not in known:
                text, seen = "The shop has no such category.", record.category
                work.refuse(text, "category", seen, "the key of one of its categories", only="items")
        return {key: term.id for key, term in known.items()}

    def _known_media(self, works: list[Work]) -> Mapping[str, Attachment]:
        """What the library has; a record of bytes that never came, or of the wrong kind, is refused here."""
        files = [
            (work, place, part, record)
            for work in works
            for place, (part, record) in work.open.items()
            if isinstance(record, (Picture, Document))
        ]
        if not files:
            return {}
        media = self._media.find(record.content for _, _, _, record in files)
        for work, place, part, record in files:
            kind = "image" if part.entity == "images" else "file"
            there = media.get(record.content)
            if there is None or there.media_type != kind:
                seen = "nothing" if there is None else there.media_type
                text = "The media library has no such content."
                work.results[place] = values.refused(part, text, "content", seen, kind)
        return media

    def _find(self, works: list[Work]) -> None:
        """Read what must be known of the products first, and settle what needs no request."""
        wanted = [work for work in works if work.open and work.must_be_found]
        found = self._lookup.by_sku([sku for work in wanted for sku in (work.sku, work.was) if sku])
        by_id = self._by_id([work for work in wanted if work.number is not None], found)
        renamed = [work for work in wanted if work.was]
        moved = [self._renamed(work, found, by_id, {other.was for other in renamed}) for work in renamed]
        self._make_room([product for product in moved if product is not None])
        for work in wanted:
            had = work.number is not None
            if not work.was:
                known = by_id.get(work.number or 0)
                # An id that has got another SKU since (a renamed item) is not to be hidden or deleted.
                work.found(found.get(work.sku) or (known if known and _is_still(work, known) else None))
            if work.number is None and not work.op("put"):
                work.without_product("lost" if had else "refused")

    def _by_id(self, works: list[Work], found: Mapping[str, Product]) -> dict[int, Product]:
        """What has the ids that are known. Variations are asked for so only where their SKUs find nothing."""
        lost = [work for work in works if work.home and not {work.sku, work.was} & found.keys()]
        variations = self._lookup.variations({work.number or 0: work.home or 0 for work in lost}) if lost else {}
        return self._lookup.by_id([work.number or 0 for work in works if not work.home]) | variations

    def _renamed(
        self, work: Work, found: Mapping[str, Product], by_id: Mapping[int, Product], leaving: set[str]
    ) -> Product | None:
        """Find the product of a renamed item; gives one that holds the new SKU and gets another in this request."""
        old, new = by_id.get(work.number or 0) or found.get(work.was), found.get(work.sku)
        if old is None or (new is not None and new.id == old.id):
            work.found(old or new)
            return None
        work.found(old)
        if new is not None and work.sku not in leaving:
            text = f"EBMS has renamed {work.was} to {work.sku}, and the shop has products of both names."
            work.refuse(text, "key", work.sku, "a SKU that no other product has")
            return None
        return new

    def _make_room(self, products: list[Product]) -> None:
        """Two exchange their SKUs: give those that are in the way others for a moment."""
        self._update(
            [(product.parent, {"id": product.id, "sku": f"{product.sku}~{product.id}"}) for product in products]
        )

    def _update(self, rows: list[tuple[int, dict[str, Any]]]) -> None:
        """Change fields of products, each given with its parent; what the store says of it is of no matter."""
        for some in chunks(rows, LIST_LIMIT):
            for parent in dict.fromkeys(parent for parent, _ in some):
                update = [fields for of, fields in some if of == parent]
                self._client.write("POST", kinds.batch_of(parent), {"update": update}, _ANSWER)

    def _round(self, works: list[Work], categories: Mapping[str, int], media: Mapping[str, Attachment]) -> list[Work]:
        """Send what is open; gives what is to go once more."""
        jobs = [job for work in works if (job := work.job(categories, media)) is not None]
        again: list[Work] = []
        for job, row in self._pace.send(jobs, self._request, lambda job: job.parent):
            if row.error is None and _is_another_kind(job, row):
                job.work.found(row)
                again.append(job.work)
            elif row.error is None:
                self._done(job, row)
            elif not self._refused(job, row):
                again.append(job.work)
        self._adopt([work for work in again if work.number is not None and work.product is None])
        return [work for work in again if work.open]

    def _done(self, job: Job, row: Product) -> None:
        if job.step == "delete":
            job.work.without_product("lost")
            return
        job.work.took(job, row)
        if job.fields.get("downloadable") and not job.fields["downloads"]:
            self._emptied.append(job)

    def _refused(self, job: Job, row: Product) -> bool:
        """Whether a row's error is final. Else the work knows better now what its product is."""
        work, error = job.work, row.error
        assert error is not None
        holder, files = error.detail("resource_id"), _OF_FILES.get(error.code, "")
        if any(part.entity == files for part, _ in work.open.values()):
            self._media.forget()  # a person may have taken it out of the library
            work.refuse(f"{error.text} ({error.code})", "content", only=files)
        elif error.code in _OF_GTIN:
            work.gtin_taken = True
        elif error.code in _GONE:
            self._lost(work, job)
        elif error.code == _TAKEN and job.step == "create" and isinstance(holder, int):
            work.number, work.product = holder, None
        elif error.code == _NOT_MADE and job.step == "create":
            # The trash holds the SKU, or a deadlock in the database: then there is no such product.
            if trashed := self._lookup.in_trash(work.sku):
                text = f"Product {trashed} of the shop's trash has this SKU. Restore it there, or delete it for good."
                work.refuse(text, "key", work.sku, "a SKU that no product in the trash has")
            else:
                work.found(self._lookup.by_sku([work.sku]).get(work.sku))
        elif error.code not in _UNCOUNTED or work.product is not None:
            work.refuse(f"{error.text} ({error.code})", "key" if error.code == _TAKEN else "", work.sku)
        return not work.open

    def _lost(self, work: Work, job: Job) -> None:
        """The product of that id is gone: perhaps it was made anew; else an item is made again."""
        if job.step == "delete":
            work.without_product("lost")
            return
        work.found(self._lookup.by_sku([work.sku]).get(work.sku))
        if work.number is None and not work.op("put"):
            work.without_product("lost")

    def _adopt(self, works: list[Work]) -> None:
        """Take over the products that have these SKUs, unless they are another item's."""
        found = self._lookup.by_id([work.number for work in works if work.number is not None])
        # Variations are found by their SKUs only.
        found |= self._lookup.holders([work.sku for work in works if work.number not in found])
        for work in works:
            product = found.get(work.number or 0)
            if product is None:
                text = f"The shop says that its product {work.number} has this SKU, and does not show that product."
                work.refuse(text, "key", work.sku, "the SKU of a product that can be found")
            elif not _may_adopt(work, product):
                text = f"For WooCommerce this SKU is that of {product.sku}: it ignores case and accents."
                work.refuse(text, "key", work.sku, "another SKU")
            else:
                work.product = product

    def _request(self, jobs: Sequence[Job]) -> list[tuple[Job, Product]]:
        by_step = {step: [job for job in jobs if job.step == step] for step in ("create", "update", "delete")}
        body: dict[str, Any] = {
            step: [job.fields["id"] if step == "delete" else job.fields for job in rows]
            for step, rows in by_step.items()
            if rows
        }
        answer = self._client.write("POST", kinds.batch_of(jobs[0].parent), body, _ANSWER)
        rows: _Rows = answer.decode(_Rows)
        pairs: list[tuple[Job, Product]] = []
        for step, sent in by_step.items():
            got = getattr(rows, step)
            if len(got) != len(sent):
                raise unclear(answer, "a row for each product")
            pairs += zip(sent, got, strict=True)
        return pairs


def _is_another_kind(job: Job, row: Product) -> bool:
    """Whether a person has made another kind of a product that was not read before it was written."""
    return job.step == "update" and job.work.product is None and not row.is_ours


def _is_still(work: Work, product: Product) -> bool:
    """Whether the product of the id that is known is this item's. Of what must be read a person may change the SKU."""
    return work.sku in (product.key, product.metas.get(EBMS_ID) if work.home is not None else None)


def _may_adopt(work: Work, product: Product) -> bool:
    """Whether a product that has the SKU is this item's, or one that a person made under it.

    One whose server died while it was made has the SKU in the store's look-up table only.
    """
    by_hand = product.extras is None and product.sku.casefold() in ("", work.sku.casefold())
    return by_hand or product.key in (work.sku, work.was)


def _grouped(parts: list[Part], sale_level: str) -> list[Work]:
    """The parts by their product; what can't be sent is refused at once."""
    works: dict[str, Work] = {}
    for place, part in enumerate(parts):
        sku = part.key.split(KEY_SEPARATOR)[0]
        work = works.setdefault(sku, Work(sku, sale_level))
        record = values.record_of(part)
        work.add(place, part, record)
        if problem := values.complaint(part, record):
            work.results[place] = problem
    return list(works.values())
