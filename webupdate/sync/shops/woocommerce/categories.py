"""Product categories. They have no meta data: a category carries its key at the end of its slug."""

from __future__ import annotations

import html
from typing import Any

import msgspec

from webupdate.sync.shops.base import Category, Held, Part, Result
from webupdate.sync.shops.records import chunks as chunks
from webupdate.sync.shops.woocommerce import values
from webupdate.sync.shops.woocommerce.client import LIST_LIMIT, Client, Problem, unclear
from webupdate.sync.shops.woocommerce.facts import hidden, is_hidden, key_of_slug, marked, slug_of

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


class _Answers(msgspec.Struct):
    create: list[Term] = []
    update: list[Term] = []
    delete: list[Term] = []


class Categories:
    """The store's tree, as it was read last."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._terms: dict[int, Term] | None = None

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
        found = {key_of_slug(term.slug): term for term in sorted(self.terms.values(), key=lambda term: -term.id)}
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
        return key_of_slug(self.terms[number].slug) if number in self.terms else None

    def held(self, key: str) -> Held:
        """What the store holds for a key."""
        term = self.by_key().get(key)
        if term is None:
            return Held(entity="categories", key=key, data=None)
        data = msgspec.json.encode(self._record(term))
        return Held(entity="categories", key=key, data=data, remote_id=str(term.id))

    def _record(self, term: Term) -> Category:
        short, more, long = term.description.rpartition(MORE)
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
            for chunk in chunks(ready, LIST_LIMIT):
                results |= self._put(chunk)
        for chunk in chunks([part for part in wanted if part.op == "hide"], LIST_LIMIT):
            results |= self._hide(chunk)
        for chunk in chunks([part for part in wanted if part.op == "delete"], LIST_LIMIT):
            results |= self._delete(chunk)
        return [results[part.key] for part in parts]

    def _ready(self, part: Part, waiting: list[Part]) -> bool:
        """Whether its parent does not wait itself."""
        return _category(part).parent not in {other.key for other in waiting if other is not part}

    def _put(self, parts: list[Part]) -> dict[str, Result]:
        known = self.by_key()
        results: dict[str, Result] = {}
        create: list[tuple[Part, dict[str, Any]]] = []
        update: list[tuple[Part, dict[str, Any]]] = []
        for part in parts:
            record = _category(part)
            parent = known.get(record.parent or "")
            if record.parent is not None and parent is None:
                seen = record.parent
                results[part.key] = values.refused(part, "The shop has no such category.", "parent", seen, "one of its")
                continue
            fields = _fields(record, 0 if parent is None else parent.id)
            there = known.get(part.key)
            if there is not None:
                slug = hidden(there.slug, hide=not record.shown)
                update.append((part, {"id": there.id, **fields, "slug": slug}))
            elif twin := self._twin(fields, {int(row["id"]) for _, row in update}):
                slug = hidden(marked(twin.slug, part.key), hide=not record.shown)
                update.append((part, {"id": twin.id, **fields, "slug": slug}))
            else:
                slug = hidden(slug_of(record.title, part.key), hide=not record.shown)
                create.append((part, {**fields, "slug": slug}))
        return results | self._send(create, update)

    def _twin(self, fields: dict[str, Any], taken: set[int]) -> Term | None:
        """A category of that name at that place, which a person made: it is taken over, by the first of that name."""
        for term in (term for number, term in self.terms.items() if number not in taken):
            same = html.unescape(term.name).casefold() == values.shown(fields["name"]).casefold()
            if same and term.parent == fields["parent"] and key_of_slug(term.slug) is None:
                return term
        return None

    def _send(
        self, create: list[tuple[Part, dict[str, Any]]], update: list[tuple[Part, dict[str, Any]]]
    ) -> dict[str, Result]:
        if not create and not update:
            return {}
        body = {"create": [fields for _, fields in create], "update": [fields for _, fields in update]}
        answers = self._batch(body)
        results: dict[str, Result] = {}
        for status, sent, rows in (("created", create, answers.create), ("updated", update, answers.update)):
            for (part, fields), row in zip(sent, rows, strict=True):
                results[part.key] = _result(part, status, fields, row)
        return results

    def _batch(self, body: dict[str, Any]) -> _Answers:
        answer = self._client.write("POST", f"{PATH}/batch", body)
        # A batch of nothing is answered by a list.
        answers: _Answers = answer.decode(_Answers)
        for part in ("create", "update", "delete"):
            if len(getattr(answers, part)) != len(body.get(part, ())):
                raise unclear(answer, "a row for each category")
        for term in [*answers.create, *answers.update]:
            if term.error is None:
                self.terms[term.id] = term
        return answers

    def _hide(self, parts: list[Part]) -> dict[str, Result]:
        known = self.by_key()
        there = [part for part in parts if part.key in known]
        results = {part.key: Result(entity=part.entity, key=part.key, status="hidden") for part in parts}
        slugs = [(part, known[part.key]) for part in there]
        update = [(part, {"id": term.id, "slug": hidden(term.slug, hide=True)}) for part, term in slugs]
        for key, result in self._send([], update).items():
            good = result.status == "updated"
            results[key] = msgspec.structs.replace(result, status="hidden") if good else result
        return results

    def _delete(self, parts: list[Part]) -> dict[str, Result]:
        known = self.by_key()
        there = [part for part in parts if part.key in known]
        results = {part.key: Result(entity=part.entity, key=part.key, status="deleted") for part in parts}
        if there:
            rows = self._batch({"delete": [known[part.key].id for part in there]}).delete
            for part, row in zip(there, rows, strict=True):
                if row.error is not None and row.error.code != "woocommerce_rest_term_invalid":
                    results[part.key] = values.refused(part, row.error.text)
            self.forget()
        return results


def _category(part: Part) -> Category:
    record = values.record_of(part)
    assert isinstance(record, Category)
    return record


def _fields(record: Category, parent: int) -> dict[str, Any]:
    description = values.lined(record.long)
    if record.short:
        description = f"{values.lined(record.short)}{MORE}\n\n{description}".strip()
    return {"name": values.title(record.title), "parent": parent, "description": description}


def _result(part: Part, status: Any, sent: dict[str, Any], row: Term) -> Result:
    if row.error is not None:
        taken = row.error.detail("resource_id")
        hint = f" It is category {taken} of the shop." if taken else ""
        return values.refused(part, row.error.text + hint)
    for field, good, told, stored in (
        ("title", "name" not in sent or values.same_text(row.name, sent["name"]), sent.get("name"), row.name),
        ("parent", row.parent == sent.get("parent", row.parent), sent.get("parent"), row.parent),
        ("key", key_of_slug(row.slug) == part.key, sent.get("slug"), row.slug),
    ):
        if not good:
            text = "The shop stored something else than it was told."
            return values.refused(part, text, field, str(told), f"stored: {stored}")
    return Result(entity=part.entity, key=part.key, status=status, remote_id=str(row.id))
