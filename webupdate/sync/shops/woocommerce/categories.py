"""Product categories. They have no meta data: a category carries its key at the end of its slug.

One that a person made keeps its slug, which is its public address, and carries the key in a comment of its text.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from webupdate.sync.shops.base import Category, Held, Part, Result
from webupdate.sync.shops.records import chunks as chunks
from webupdate.sync.shops.woocommerce import values
from webupdate.sync.shops.woocommerce.client import Client, Problem, unclear
from webupdate.sync.shops.woocommerce.facts import (
    hidden,
    is_hidden,
    key_of_slug,
    key_of_text,
    mark_of,
    slug_of,
    without_mark,
)
from webupdate.sync.shops.woocommerce.pool import Pace

PATH = "products/categories"
FIELDS = "id,name,slug,parent,description"
# Both texts go into the one that the store has; WordPress's own mark for "the rest" ends the first.
MORE = "<!--more-->"


class Term(msgspec.Struct, frozen=True):
    """A category as the store shows it."""

    id: int
    name: str = ""
    slug: str = ""
    parent: int = 0
    description: str = ""
    error: Problem | None = None

    @property
    def key(self) -> str | None:
        """What EBMS calls it, None for one that it does not know."""
        key = key_of_slug(self.slug)
        return key_of_text(self.description) if key is None else key


class _Job(msgspec.Struct, frozen=True):
    """One row of a batch: the object, or for a deletion the id alone."""

    part: Part
    step: Literal["create", "update", "delete"]
    body: Any


class _Rows(msgspec.Struct):
    create: list[Term] = []
    update: list[Term] = []
    delete: list[Term] = []


class Categories:
    """The store's tree, as it was read last."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._terms: dict[int, Term] | None = None
        self._pace = Pace(client.wait)

    def forget(self) -> None:
        """Read the tree anew when it is asked for next."""
        self._terms = None

    @property
    def terms(self) -> dict[int, Term]:
        """All categories by id."""
        if self._terms is None:
            query = {"_fields": FIELDS, "orderby": "id", "order": "asc", "context": "edit"}
            self._terms = {term.id: term for page in self._client.all_rows(PATH, query, Term) for term in page}
        return self._terms

    def by_key(self) -> dict[str, Term]:
        """Those that EBMS knows. Of two that carry one key the older counts."""
        found = {term.key: term for term in sorted(self.terms.values(), key=lambda term: -term.id)}
        return {key: term for key, term in found.items() if key is not None}

    def id_of(self, key: str) -> int | None:
        """The store's id of a category; looked for once more when it is not known."""
        found = self.by_key().get(key)
        if found is None:
            self.forget()
            found = self.by_key().get(key)
        return None if found is None else found.id

    def key_of(self, number: int) -> str | None:
        """The key of a category of the store."""
        return self.terms[number].key if number in self.terms else None

    def held(self, key: str) -> Held:
        """What the store holds for a key."""
        term = self.by_key().get(key)
        if term is None:
            return Held(entity="categories", key=key, data=None)
        data = msgspec.json.encode(self._record(term))
        return Held(entity="categories", key=key, data=data, remote_id=str(term.id))

    def _record(self, term: Term) -> Category:
        short, more, long = without_mark(term.description).rpartition(MORE)
        return Category(
            parent=self.key_of(term.parent),
            title=html.unescape(term.name),
            short=short if more else "",
            long=long.strip(),
            shown=not is_hidden(term.slug),
        )

    def upsert(self, parts: list[Part]) -> list[Result]:
        """Carry out all parts: parents before children, what goes at last."""
        self.forget()
        refused = {part.key: values.complaint(part, values.record_of(part)) for part in parts}
        results = {key: result for key, result in refused.items() if result is not None}
        wanted = [part for part in parts if part.key not in results]
        waiting = [part for part in wanted if part.op == "put"]
        while waiting:
            ready = [part for part in waiting if self._ready(part, waiting)] or waiting[:1]
            waiting = [part for part in waiting if part not in ready]
            results |= self._put(ready)
        results |= self._hide([part for part in wanted if part.op == "hide"])
        results |= self._delete([part for part in wanted if part.op == "delete"])
        return [results[part.key] for part in parts]

    def _ready(self, part: Part, waiting: list[Part]) -> bool:
        """Whether its parent does not wait itself."""
        return _category(part).parent not in {other.key for other in waiting if other is not part}

    def _put(self, parts: list[Part]) -> dict[str, Result]:
        known = self.by_key()
        results: dict[str, Result] = {}
        jobs: list[_Job] = []
        for part in parts:
            record = _category(part)
            parent = known.get(record.parent or "")
            if record.parent is not None and parent is None:
                seen = record.parent
                results[part.key] = values.refused(part, "The shop has no such category.", "parent", seen, "one of its")
                continue
            fields = _fields(record, 0 if parent is None else parent.id)
            taken = {job.body["id"] for job in jobs if job.step == "update"}
            there = known.get(part.key) or self._twin(fields, taken)
            if there is not None:
                if key_of_slug(there.slug) is None:
                    fields["description"] += mark_of(part.key)
                slug = hidden(there.slug, hide=not record.shown)
                jobs.append(_Job(part, "update", {"id": there.id, **fields, "slug": slug}))
            else:
                slug = hidden(slug_of(record.title, part.key), hide=not record.shown)
                jobs.append(_Job(part, "create", {**fields, "slug": slug}))
        return results | {job.part.key: _result(job, row) for job, row in self._send(jobs)}

    def _twin(self, fields: dict[str, Any], taken: set[int]) -> Term | None:
        """A category of that name at that place, which a person made: it is taken over, by the first of that name."""
        for term in (term for number, term in self.terms.items() if number not in taken):
            same = html.unescape(term.name).casefold() == values.shown(fields["name"]).casefold()
            if same and term.parent == fields["parent"] and term.key is None:
                return term
        return None

    def _send(self, jobs: list[_Job]) -> list[tuple[_Job, Term]]:
        """The rows of all jobs, in requests as large as the store takes; the tree is as they left it.

        One request at a time: WordPress keeps the tree in one list, which two at once would both write.
        """
        pairs = self._pace.send(jobs, self._request, lambda _: 1)
        for job, row in pairs:
            if job.step != "delete" and row.error is None:
                self.terms[row.id] = row
        return pairs

    def _request(self, jobs: Sequence[_Job]) -> list[tuple[_Job, Term]]:
        by_step = {step: [job for job in jobs if job.step == step] for step in ("create", "update", "delete")}
        body = {step: [job.body for job in sent] for step, sent in by_step.items() if sent}
        answer = self._client.write("POST", f"{PATH}/batch", body)
        rows: _Rows = answer.decode(_Rows)
        pairs: list[tuple[_Job, Term]] = []
        for step, sent in by_step.items():
            got = getattr(rows, step)
            if len(got) != len(sent):
                raise unclear(answer, "a row for each category")
            pairs += zip(sent, got, strict=True)
        return pairs

    def _hide(self, parts: list[Part]) -> dict[str, Result]:
        known = self.by_key()
        results = {part.key: Result(entity=part.entity, key=part.key, status="hidden") for part in parts}
        there = [(part, known[part.key]) for part in parts if part.key in known]
        jobs = [_Job(part, "update", {"id": term.id, "slug": hidden(term.slug, hide=True)}) for part, term in there]
        for job, row in self._send(jobs):
            result = _result(job, row)
            good = result.status == "updated"
            results[job.part.key] = msgspec.structs.replace(result, status="hidden") if good else result
        return results

    def _delete(self, parts: list[Part]) -> dict[str, Result]:
        known = self.by_key()
        results = {part.key: Result(entity=part.entity, key=part.key, status="deleted") for part in parts}
        jobs = [_Job(part, "delete", known[part.key].id) for part in parts if part.key in known]
        for job, row in self._send(jobs):
            if row.error is not None and row.error.code != "woocommerce_rest_term_invalid":
                results[job.part.key] = values.refused(job.part, row.error.text)
        if jobs:
            self.forget()
        return results


def _category(part: Part) -> Category:
    record = values.record_of(part)
    assert isinstance(record, Category)
    return record


def _fields(record: Category, parent: int) -> dict[str, Any]:
    short, long = (without_mark(values.lined(text)) for text in (record.short, record.long))
    description = f"{short}{MORE}\n\n{long}".strip() if record.short else long
    return {"name": values.title(record.title), "parent": parent, "description": description}


def _result(job: _Job, row: Term) -> Result:
    part, sent = job.part, job.body
    if row.error is not None:
        taken = row.error.detail("resource_id")
        hint = f" It is category {taken} of the shop." if taken else ""
        return values.refused(part, row.error.text + hint)
    for field, good, told, stored in (
        ("title", "name" not in sent or values.same_text(row.name, sent["name"]), sent.get("name"), row.name),
        ("parent", row.parent == sent.get("parent", row.parent), sent.get("parent"), row.parent),
        ("key", row.key == part.key, sent.get("slug"), row.slug),
    ):
        if not good:
            text = "The shop stored something else than it was told."
            return values.refused(part, text, field, str(told), f"stored: {stored}")
    status: Any = f"{job.step}d"
    return Result(entity=part.entity, key=part.key, status=status, remote_id=str(row.id))
