"""Categories: Oscar's tree, by `Category.code`."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.db import transaction
from oscar.core.loading import get_model
from oscar.core.utils import slugify

from webupdate.sync.shops import base
from webupdate.webshop.erp.errors import Refused
from webupdate.webshop.erp.job import Job, Loaded, deleted_keys, keys_behind, unknown_parent, without_deleted
from webupdate.webshop.erp.kinds.markup import sanitise

Category = get_model("catalogue", "Category")


def put(jobs: list[Job]) -> None:
    """Make or change the categories, parents first; unchanged ones are not written."""
    held = load([job.key for job in jobs])
    parents = {job.data.parent for job in jobs if job.data.parent is not None}
    gone = deleted_keys("categories", parents - {job.key for job in jobs})
    for job in _parents_first(jobs):
        wanted = _cleaned(job.data)
        if job.key in held and held[job.key].data == wanted and not job.revived:
            job.id = held[job.key].id
        else:
            _write(job, wanted, gone)
    transaction.on_commit(cache.clear)  # full slugs are cached


def hide(jobs: list[Job]) -> None:
    """Take the categories, and with them what is below, out of every page."""
    for job in jobs:
        # Fresh each time: saving an object loaded before a relative moved would write its old path.
        if category := Category.objects.filter(code=job.key).first():
            category.is_public = False
            category.save()
            job.id = str(category.pk)
    transaction.on_commit(cache.clear)


delete = hide  # the row stays in the tree; the tombstone says that it is gone


def load(keys: list[str]) -> dict[str, Loaded]:
    """What the shop holds, by code."""
    wanted = set(keys)
    # the whole tree in one query: a parent is found by its path
    rows = list(Category.objects.order_by("path"))
    code_at = {row.path: row.code for row in rows}
    found = {}
    for row in rows:
        if row.code in wanted:
            parent = code_at.get(row.path[: -Category.steplen])
            found[row.code] = Loaded(str(row.pk), _as_record(row, parent))
    return found


def keys(after: str, limit: int) -> list[str]:
    """The next codes; a category made in the shop without one is none of ours."""
    coded = Category.objects.exclude(code=None)
    return keys_behind(without_deleted(coded, "categories", "code"), "code", after, limit)


def _as_record(row: Any, parent: str | None) -> base.Category:
    return base.Category(
        parent=parent, title=row.name, short=row.description, long=row.long_description, shown=row.is_public
    )


def _cleaned(data: base.Category) -> base.Category:
    return base.Category(
        parent=data.parent,
        title=data.title,
        short=sanitise(data.short),
        long=sanitise(data.long),
        shown=data.shown,
    )


def _parents_first(jobs: list[Job]) -> list[Job]:
    """Parents before children; those of a loop within the batch come last and are refused one by one."""
    ordered: list[Job] = []
    waiting = {job.key: job for job in jobs}
    while ready := [job for job in waiting.values() if job.data.parent not in waiting]:
        ordered += ready
        for job in ready:
            del waiting[job.key]
    for job in waiting.values():
        job.error = _loop(job)
    return ordered


def _write(job: Job, data: base.Category, gone: set[str]) -> None:
    category = Category.objects.filter(code=job.key).first() or Category(code=job.key)
    parent = Category.objects.filter(code=data.parent).first() if data.parent is not None else None
    if data.parent is not None and (parent is None or data.parent in gone):
        job.error = unknown_parent("parent", data.parent, "category")
    elif category.pk and parent and (parent.pk == category.pk or parent.is_descendant_of(category)):
        job.error = _loop(job)
    else:
        _fill(category, data)
        job.id = str(_place(category, parent))


def _fill(category: Any, data: base.Category) -> None:
    # An address without a slug fits no pattern, and every page with the menu would fail.
    category.slug = slugify(data.title) or slugify(category.code) or "category"
    category.name = data.title
    category.description = data.short
    category.long_description = data.long
    category.is_public = data.shown


def _place(category: Any, parent: Any) -> int:
    if category.pk is None:
        new = parent.add_child(instance=category) if parent else Category.add_root(instance=category)
        return int(new.pk)
    category.save()
    now = category.get_parent()
    if (now and now.pk) != (parent and parent.pk):
        if parent:
            category.move(parent, "last-child")
        else:
            category.move(Category.get_last_root_node(), "last-sibling")
        # move() leaves this stale below the new place
        Category.objects.get(pk=category.pk).set_ancestors_are_public()
    return int(category.pk)


def _loop(job: Job) -> Refused:
    message = f"Category {job.key!r} would be below itself: its parent is {job.data.parent!r}."
    return Refused(
        "loop", message, field="parent", seen=job.data.parent, expected="a category that is not below this one"
    )
