"""Pictures and documents of items. Their key is SKU and name, separated by a tab; their bytes came before them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db.models import Model
from oscar.core.loading import get_model

from webupdate.sync.shops import base
from webupdate.sync.shops.base import KEY_SEPARATOR
from webupdate.webshop.erp.errors import Invalid, Refused
from webupdate.webshop.erp.job import Job, Loaded, keys_behind, unknown_parent, without_deleted
from webupdate.webshop.erp.kinds.parents import living_items
from webupdate.webshop.erp.models import PDF, Content, Document

ProductImage = get_model("catalogue", "ProductImage")


class Files:
    """What the two kinds share. `code` names the column with the key, `record` what is read back."""

    model: type[Model]
    code: str
    record: type[base.Picture] | type[base.Document]
    changing: tuple[str, ...]
    word: str

    def put(self, jobs: list[Job]) -> None:
        """Show files, whose bytes are here, with items that are here."""
        items = living_items(job.data.item for job in jobs)
        contents = Content.objects.in_bulk([job.data.content for job in jobs])
        for job in jobs:
            job.error = self._refusal(job, items, contents.get(job.data.content))
        jobs = [job for job in jobs if job.open]
        rows = [self._row(job, items[job.data.item], contents[job.data.content]) for job in jobs]
        rows = self.model.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=[self.code], update_fields=self.changing
        )
        for job, row in zip(jobs, rows, strict=True):
            job.id = str(row.pk)

    def hide(self, jobs: list[Job]) -> None:
        """Refused: a file is shown or not there."""
        for job in jobs:
            message = f"A {self.word} cannot be hidden. Delete it, or hide its item."
            job.error = Invalid(message, field="op", seen="hide", expected="put or delete")

    def delete(self, jobs: list[Job]) -> None:
        """Take the files from the pages; their bytes stay, so that they need not come again."""
        self._rows([job.key for job in jobs]).delete()

    def load(self, keys: list[str]) -> dict[str, Loaded]:
        """What the shop holds, by key; nothing for items that are gone."""
        rows = {getattr(row, self.code): row for row in self._rows(keys).select_related("product")}
        items = living_items(row.product.upc for row in rows.values())
        contents = Content.objects.in_bulk([self._digest(row) for row in rows.values()])
        return {
            key: Loaded(str(row.pk), self._as_record(key, row, contents[self._digest(row)]))
            for key, row in rows.items()
            if row.product_id in items.values() and self._digest(row) in contents
        }

    def keys(self, after: str, limit: int) -> list[str]:
        """The next keys; a picture that a person put into the shop has none."""
        rows = self.model.objects.filter(**{f"{self.code}__contains": KEY_SEPARATOR})
        return keys_behind(without_deleted(rows, "items", "product__upc"), self.code, after, limit)

    def _rows(self, keys: list[str]) -> Any:
        return self.model.objects.filter(**{f"{self.code}__in": keys})

    def _refusal(self, job: Job, items: dict[str, int], content: Content | None) -> Refused | None:
        if job.data.item not in items:
            return unknown_parent("item", job.data.item, "item")
        seen = job.data.content
        if content is None or content.size != job.data.size:
            message = f"The shop does not hold the bytes of {job.data.name!r}. Send them first."
            return Refused("unknown_content", message, field="content", seen=seen, expected="a file that is here")
        if not self._fits(content):
            message = f"{job.data.name!r} is no {self.word}."
            return Invalid(message, field="content", seen=content.media_type, expected=f"a {self.word}")
        return None

    def _fits(self, content: Content) -> bool:
        raise NotImplementedError

    def _row(self, job: Job, product_id: int, content: Content) -> Any:
        raise NotImplementedError

    def _digest(self, row: Any) -> str:
        raise NotImplementedError

    def _position(self, row: Any) -> int:
        raise NotImplementedError

    def _as_record(self, key: str, row: Any, content: Content) -> base.Record:
        item, name = key.split(KEY_SEPARATOR)
        return self.record(
            item=item, name=name, content=content.digest, size=content.size, position=self._position(row)
        )


class _Pictures(Files):
    model = ProductImage
    code = "code"
    record = base.Picture
    changing = ("product", "original", "display_order")
    word = "picture"

    def _fits(self, content: Content) -> bool:
        return content.media_type != PDF

    def _row(self, job: Job, product_id: int, content: Content) -> Any:
        return ProductImage(
            code=job.key, product_id=product_id, original=content.file_name, display_order=job.data.position
        )

    def _digest(self, row: Any) -> str:
        return Path(row.original.name).stem

    def _position(self, row: Any) -> int:
        return int(row.display_order)


class _Documents(Files):
    model = Document
    code = "key"
    record = base.Document
    changing = ("product", "content", "position")
    word = "document"

    def _fits(self, content: Content) -> bool:
        return content.media_type == PDF

    def _row(self, job: Job, product_id: int, content: Content) -> Any:
        return Document(key=job.key, product_id=product_id, content=content, position=job.data.position)

    def _digest(self, row: Any) -> str:
        return str(row.content_id)

    def _position(self, row: Any) -> int:
        return int(row.position)


PICTURES = _Pictures()
DOCUMENTS = _Documents()
