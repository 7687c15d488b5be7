"""Keys that the ERP has renamed: the same row gets the new key, its revisions move along."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from oscar.core.loading import get_model

from webupdate.sync.shops.base import KEY_SEPARATOR
from webupdate.webshop.erp.errors import Invalid, Refused
from webupdate.webshop.erp.job import Job, deleted_keys
from webupdate.webshop.erp.models import CustomerInfo, Document, Record


@dataclass(frozen=True)
class Place:
    """A column that holds the key of a kind, in the rows that belong to one object."""

    model: Any
    owner: str
    field: str
    text: str = "{}"

    def change(self, owner: int, old: str, new: str) -> None:
        held = {self.owner: owner, self.field: self.text.format(old)}
        self.model.objects.filter(**held).update(**{self.field: self.text.format(new)})


class Files(Place):
    """A column whose keys begin with that of their item."""

    def change(self, owner: int, old: str, new: str) -> None:
        begin = old + KEY_SEPARATOR
        rows = list(self.model.objects.filter(**{self.owner: owner, f"{self.field}__startswith": begin}))
        for row in rows:
            setattr(row, self.field, new + getattr(row, self.field)[len(old) :])
        self.model.objects.bulk_update(rows, [self.field])


# The first place of each kind is where the object itself is found.
PLACES: dict[str, tuple[Place, ...]] = {
    "items": (
        Place(get_model("catalogue", "Product"), "pk", "upc"),
        Place(get_model("partner", "StockRecord"), "product", "partner_sku"),
        Files(get_model("catalogue", "ProductImage"), "product", "code"),
        Files(Document, "product", "key"),
    ),
    "customers": (
        Place(CustomerInfo, "pk", "key"),
        Place(get_model("address", "UserAddress"), "user", "code", "erp-{}"),
    ),
}
# Kinds whose keys are, or begin with, the key of an item.
CHILDREN = ("stock", "prices", "images", "documents")


def check(job: Job) -> None:
    """Raise Invalid if the record cannot have been renamed so."""
    if job.was == job.key:
        message = "The old key is the new one."
        raise Invalid(message, field="was", seen=job.was, expected="another key, or none")
    if job.kind not in PLACES:
        expected = "only with " + " and ".join(PLACES)
        raise Invalid(f"{job.kind} cannot be renamed.", field="was", seen=job.was, expected=expected)


def carry_out(jobs: list[Job]) -> None:
    """Give the objects their new keys; a job whose old key the shop does not hold is left an ordinary one."""
    for kind in PLACES:
        renamed = [job for job in jobs if job.kind == kind and job.was and job.error is None]
        if renamed:
            _rename(kind, renamed)


def _rename(kind: str, jobs: list[Job]) -> None:
    keys = {key for job in jobs for key in (job.key, job.was)}
    revs = dict(Record.objects.filter(kind=kind, key__in=keys).values_list("key", "rev"))
    current = [job for job in jobs if job.rev >= max(revs.get(job.key, 0), revs.get(job.was, 0))]
    for job in jobs:
        # Something newer is known of the old name: then nothing of this request counts any longer.
        job.stale, job.held = job not in current, max(revs.get(job.key, 0), revs.get(job.was, 0))
    owners = _owners(kind, keys)
    living = owners.keys() - deleted_keys(kind, keys)
    moves = {job.was: job for job in reversed(current) if job.was in living}
    # One that cannot go blocks those that wanted its place.
    while blocked := [old for old, job in moves.items() if job.key in living - moves.keys()]:
        for job in map(moves.pop, blocked):
            job.error = _taken(job)
    _move(kind, owners, {old: job.key for old, job in moves.items()})
    _remember(kind, [job for job in current if job.error is None], moves)


def _owners(kind: str, keys: Iterable[str]) -> dict[str, int]:
    """The rows of these keys, deleted ones too: they keep their keys, which must be free."""
    place = PLACES[kind][0]
    rows = place.model.objects.filter(**{f"{place.field}__in": list(keys)})
    return dict(rows.values_list(place.field, "pk"))


def _move(kind: str, owners: dict[str, int], moves: dict[str, str]) -> None:
    """By way of a name that nothing has: two may exchange their keys, and three may move up."""
    in_the_way = [new for new in moves.values() if new in owners and new not in moves]
    for key in [*moves, *in_the_way]:
        _change(kind, owners[key], key, _aside(owners[key]))
    for old, new in moves.items():
        _change(kind, owners[old], _aside(owners[old]), new)
    gone = [Record(kind=kind, key=_aside(owners[key]), rev=0, deleted=True) for key in in_the_way]
    Record.objects.bulk_create(gone, ignore_conflicts=True)


def _change(kind: str, owner: int, old: str, new: str) -> None:
    for place in PLACES[kind]:
        place.change(owner, old, new)


def _aside(owner: int) -> str:
    return f"former-{owner}"


def _remember(kind: str, jobs: list[Job], moves: dict[str, Job]) -> None:
    """Revisions go with the object. The old keys keep one that makes every late request of theirs stale."""
    made: dict[tuple[str, str], tuple[int, bool]] = {}
    for old, job in moves.items():
        made[kind, job.key] = 0, False  # if a person made it, no revision is known
        for row in _records_of(kind, old):
            made[row.kind, job.key + row.key[len(old) :]] = row.rev, row.deleted
    for job in jobs:
        left = {(row.kind, row.key) for row in _records_of(kind, job.was)} if job.was in moves else set()
        for place in left | {(kind, job.was)}:
            made.setdefault(place, (job.rev, True))
    rows = [Record(kind=of, key=key, rev=rev, deleted=deleted) for (of, key), (rev, deleted) in made.items()]
    Record.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["kind", "key"], update_fields=["rev", "deleted"]
    )


def _records_of(kind: str, key: str) -> list[Record]:
    """The record of the key, and those of what hangs on an item."""
    mine = Q(kind=kind, key=key)
    if kind == "items":
        mine |= Q(kind__in=CHILDREN, key=key) | Q(kind__in=CHILDREN, key__startswith=key + KEY_SEPARATOR)
    return list(Record.objects.filter(mine))


def _taken(job: Job) -> Refused:
    message = (
        f"{job.was!r} cannot become {job.key!r}: the shop has both, as two {job.kind}. "
        "Delete one of them in the shop, or give the renamed one another id."
    )
    return Refused("taken", message, field="key", seen=job.key, expected=f"an id that no other of the {job.kind} has")
