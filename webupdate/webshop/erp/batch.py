"""Carries out a batch of records in one transaction: the revision is compared, then kind by kind."""

from __future__ import annotations

from itertools import groupby
from typing import Literal

import msgspec
from django.db import transaction

from webupdate.webshop.erp import marks, renames
from webupdate.webshop.erp.checks import check_key, check_rev, decode_record
from webupdate.webshop.erp.cursor import moment_of
from webupdate.webshop.erp.errors import Invalid, Problem, Refused
from webupdate.webshop.erp.job import Job
from webupdate.webshop.erp.kinds import KINDS, items
from webupdate.webshop.erp.models import Record

DONE: dict[str, Literal["hidden", "deleted"]] = {"hide": "hidden", "delete": "deleted"}
OPS = ("put", "hide", "delete")


NOTHING = msgspec.Raw(b"null")


class Incoming(msgspec.Struct):
    """A record as the client sends it; `data` stays as it came until its kind is known."""

    kind: str
    key: str
    rev: int
    op: str
    was: str = ""
    id: str = ""
    data: msgspec.Raw = msgspec.field(default_factory=lambda: NOTHING)


class Result(msgspec.Struct):
    """What became of a record. `rev` is what the shop holds now, `id` the shop's own."""

    kind: str
    key: str
    status: Literal["created", "updated", "hidden", "deleted", "stale", "refused"]
    rev: int
    id: str | None
    error: Problem | msgspec.UnsetType = msgspec.UNSET


def carry_out(records: list[Incoming], accounts_read: str | None = None) -> list[Result]:
    """Do what the records say; one result for each, in the same order. A refused one stops no other.

    `accounts_read` is the cursor up to which the client has read the accounts, None if it does not read them.
    """
    jobs = [_check(record) for record in records]
    _note_accounts(jobs, accounts_read)
    _refuse_twins(jobs)
    with transaction.atomic(), marks.written_by_erp():
        items.name_handmade()
        renames.carry_out(jobs)
        _compare_revs(jobs)
        for kind in reversed(KINDS):
            _step(jobs, kind, "delete")
        for kind in KINDS:
            _step(jobs, kind, "hide")
            _step(jobs, kind, "put")
    return [_result(job) for job in jobs]


def _check(record: Incoming) -> Job:
    job = Job(record.kind, record.key, record.rev, record.op, record.was, account=record.id)
    try:
        if record.kind not in KINDS:
            kinds = "one of " + ", ".join(KINDS)
            raise Invalid("The shop has no such kind.", field="kind", seen=record.kind, expected=kinds)
        if record.op not in OPS:
            ops = "one of " + ", ".join(OPS)
            raise Invalid("There is no such operation.", field="op", seen=record.op, expected=ops)
        check_key(record.kind, record.key)
        check_rev(record.rev)
        if job.was:
            check_key(record.kind, record.was)
            renames.check(job)
        if record.op == "put":
            job.data = decode_record(record.kind, record.key, record.data)
    except Refused as error:
        job.error = error
    return job


def _note_accounts(jobs: list[Job], cursor: str | None) -> None:
    read_at = None if cursor is None else moment_of(cursor)
    for job in jobs:
        job.accounts_read = read_at


def _refuse_twins(jobs: list[Job]) -> None:
    """A bulk statement cannot hold a key twice, and which of the two is meant nobody can tell."""
    seen = set()
    for job in jobs:
        if (job.kind, job.key) in seen:
            message = f"{job.kind} {job.key!r} stands in the batch twice; the first one was carried out."
            job.error = Invalid(message, field="key", seen=job.key, expected="each key once")
        seen.add((job.kind, job.key))


def _compare_revs(jobs: list[Job]) -> None:
    ordered = sorted(jobs, key=lambda job: job.kind)
    for kind, group in groupby(ordered, key=lambda job: job.kind):
        of_kind = list(group)
        rows = Record.objects.filter(kind=kind, key__in=[job.key for job in of_kind])
        held = {row.key: row for row in rows}
        for job in of_kind:
            if row := held.get(job.key):
                job.held, job.known, job.revived = max(job.held, row.rev), not row.deleted, row.deleted
                job.stale = job.stale or job.rev < row.rev


def _step(jobs: list[Job], kind: str, op: str) -> None:
    now = [job for job in jobs if job.open and job.kind == kind and job.op == op]
    if now:
        getattr(KINDS[kind], op)(now)
        # At once: the next kinds look here for parents that are gone.
        _remember([job for job in now if job.open])


def _remember(jobs: list[Job]) -> None:
    # Hiding what was never seen leaves nothing behind but the revision.
    rows = [
        Record(
            kind=job.kind,
            key=job.key,
            rev=job.rev,
            deleted=job.op == "delete" or (job.op == "hide" and not job.known),
        )
        for job in jobs
    ]
    Record.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["kind", "key"], update_fields=["rev", "deleted"]
    )


def _result(job: Job) -> Result:
    if job.error:
        return Result(job.kind, job.key, "refused", job.held, job.id, job.error.problem)
    if job.stale:
        return Result(job.kind, job.key, "stale", job.held, job.id)
    status = DONE.get(job.op) or ("updated" if job.known else "created")
    return Result(job.kind, job.key, status, job.rev, job.id)
