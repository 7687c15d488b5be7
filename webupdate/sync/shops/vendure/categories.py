"""Product categories: collections. Each is filled by a facet value of its own, whose code is the category's key."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

from webupdate.sync.shops.base import Category, Held, Part, Result
from webupdate.sync.shops.records import record_of, refused
from webupdate.sync.shops.vendure import values
from webupdate.sync.shops.vendure.channel import Channel
from webupdate.sync.shops.vendure.client import Client, Trouble, together_or_singly
from webupdate.sync.shops.vendure.facts import CATEGORY_FACET, MORE
from webupdate.sync.shops.vendure.lists import FacetValue, every

_FILTER, _VALUES = "facet-value-filter", "facetValueIds"
_COLLECTIONS = """query($options: CollectionListOptions) { rows: collections(options: $options) { items {
  id name slug description isPrivate parentId filters { code args { name value } }
} } }"""
_FACET_VALUES = """query($options: FacetValueListOptions) { rows: facetValues(options: $options) { items {
  id code name
} } }"""


class _Arg(msgspec.Struct):
    name: str
    value: str


class Filter(msgspec.Struct):
    """One of the filters that fill a collection."""

    code: str
    args: list[_Arg]

    @property
    def facet_values(self) -> list[str]:
        """Ids of the facet values by which it fills."""
        texts = [arg.value for arg in self.args if arg.name == _VALUES] if self.code == _FILTER else []
        return [str(number) for text in texts for number in _list(text)]


class Collection(msgspec.Struct, rename="camel"):
    """A collection as the shop shows it."""

    id: str
    name: str
    slug: str
    description: str
    is_private: bool
    parent_id: str
    filters: list[Filter]


class _Ids(msgspec.Struct):
    id: str


class Tree:
    """The shop's collections, as they were read last."""

    def __init__(self, client: Client, channel: Channel) -> None:
        self._client = client
        self._channel = channel
        self._collections: dict[str, Collection] | None = None
        self._values: dict[str, FacetValue] = {}  # by their codes, the keys

    def forget(self) -> None:
        """Read the tree anew when it is asked for next."""
        self._collections = None

    def load(self, *, write: bool = False) -> dict[str, Collection]:
        """All collections by id."""
        if self._collections is None:
            facet = self._channel.facet(CATEGORY_FACET)
            options = {"filter": {"facetId": {"eq": facet}}}
            found = every(self._client, _FACET_VALUES, options, FacetValue, write=write) if facet else []
            self._values = {value.code: value for value in found}
            rows = every(self._client, _COLLECTIONS, {}, Collection, write=write)
            self._collections = {row.id: row for row in rows}
        return self._collections

    def by_key(self, *, write: bool = False) -> dict[str, Collection]:
        """Those that EBMS knows. Of two of one key the older counts."""
        collections = self.load(write=write)
        keys = {value.id: key for key, value in self._values.items()}
        found: dict[str, Collection] = {}
        for row in collections.values():
            for number in [number for each in row.filters for number in each.facet_values]:
                if number in keys:
                    found.setdefault(keys[number], row)
        return found

    def value_of(self, key: str) -> str | None:
        """The id of the facet value that puts an item into a category; looked for once more when it is not known."""
        if key not in self.by_key(write=True):
            self.forget()
        return self._values[key].id if key in self.by_key(write=True) else None

    def held(self, key: str) -> Held:
        """What the shop holds for a key."""
        row = self.by_key().get(key)
        if row is None:
            return Held(entity="categories", key=key, data=None)
        return Held(entity="categories", key=key, data=msgspec.json.encode(self._record(row)), remote_id=row.id)

    def _record(self, row: Collection) -> Category:
        short, more, long = row.description.rpartition(MORE)
        keys = {collection.id: key for key, collection in self.by_key().items()}
        return Category(
            parent=keys.get(row.parent_id),
            title=row.name,
            short=short if more else "",
            long=long,
            shown=not row.is_private,
        )

    def upsert(self, parts: list[Part]) -> list[Result]:
        """Carry out all parts, parents before children."""
        results: dict[str, Result] = {}
        for part in parts:
            if (problem := values.complaint(part, record_of(part))) is not None:
                results[part.key] = problem
        if any(part.op == "put" for part in parts):
            self._channel.make_facets()
        self.forget()
        for group in _by_depth([part for part in parts if part.key not in results]):
            self._group(group, results)
        return [results[part.key] for part in parts]

    def _group(self, parts: list[Part], results: dict[str, Result]) -> None:
        def carry_out(some: list[Part]) -> None:
            self._make_values([part for part in some if part.op == "put"])
            for part in some:
                results[part.key] = self._carry_out(part)

        def refuse(part: Part, trouble: Trouble) -> None:
            results[part.key] = refused(part, f"The shop refused it: {trouble.text}")

        together_or_singly(parts, carry_out, refuse, self._channel.probe)

    def _make_values(self, parts: list[Part]) -> None:
        self.load(write=True)
        facet = self._channel.facet(CATEGORY_FACET)
        rows = [
            {"facetId": facet, "code": part.key, "translations": self._channel.translated(name=_category(part).title)}
            for part in parts
            if part.key not in self._values
        ]
        if rows:
            query = (
                "mutation($rows: [CreateFacetValueInput!]!) { made: createFacetValues(input: $rows) { id code name } }"
            )
            made = self._client.change(query, {"rows": rows}, dict[str, list[FacetValue]])["made"]
            self._values |= {value.code: value for value in made}

    def _carry_out(self, part: Part) -> Result:
        row = self.by_key(write=True).get(part.key)
        if part.op == "put":
            return self._put(part, row)
        status: Any = "deleted" if part.op == "delete" else "hidden"
        if row is not None and part.op == "delete":
            self._delete(part.key, row)
        elif row is not None:
            self._change("updateCollection", {"id": row.id, "isPrivate": True})
            row.is_private = True
        return Result(entity=part.entity, key=part.key, status=status)

    def _put(self, part: Part, row: Collection | None) -> Result:
        record = _category(part)
        known = self.by_key(write=True)
        if record.parent is not None and record.parent not in known:
            return refused(part, "The shop has no such category.", "parent", record.parent, "one of its categories")
        parent = known[record.parent].id if record.parent is not None else None
        status: Any = "created" if row is None else "updated"
        row = row or self._twin(record, parent)
        if row is None:
            number = self._create(part.key, record, parent)
        else:
            number = row.id
            self._update(part.key, record, row, parent)
        self._name(part.key, record.title)
        self.forget()
        return Result(entity=part.entity, key=part.key, status=status, remote_id=number)

    def _create(self, key: str, record: Category, parent: str | None) -> str:
        texts = {"name": record.title, "slug": _slug(record.title, key), "description": _description(record)}
        fields = {
            "isPrivate": not record.shown,
            "inheritFilters": False,
            "filters": [self._filter(key)],
            "translations": self._channel.translated(**texts),
        }
        return self._change("createCollection", fields if parent is None else {**fields, "parentId": parent})

    def _update(self, key: str, record: Category, row: Collection, parent: str | None) -> None:
        # With the slug it has: a new language needs one too.
        texts = {"name": record.title, "slug": row.slug, "description": _description(record)}
        fields: dict[str, Any] = {
            "id": row.id,
            "isPrivate": not record.shown,
            "translations": self._channel.translated(**texts),
        }
        if row.id not in {collection.id for collection in self.by_key(write=True).values()}:
            kept = [msgspec.to_builtins(each) for each in row.filters]
            filters = [{"code": each["code"], "arguments": each["args"]} for each in kept]
            fields["filters"] = [*filters, self._filter(key)]
        self._change("updateCollection", fields)
        target = self._root() if parent is None else parent
        if row.parent_id != target:
            self._change("moveCollection", {"collectionId": row.id, "parentId": target, "index": 0})

    def _filter(self, key: str) -> dict[str, Any]:
        """What fills a category: together with filters of a person it adds to what those find."""
        args = {_VALUES: json.dumps([self._values[key].id]), "containsAny": "false", "combineWithAnd": "false"}
        return {"code": _FILTER, "arguments": [{"name": name, "value": value} for name, value in args.items()]}

    def _twin(self, record: Category, parent: str | None) -> Collection | None:
        """A collection of that name at that place, which a person made: it is taken over."""
        ours = {row.id for row in self.by_key(write=True).values()}
        target = self._root() if parent is None else parent
        for row in self.load(write=True).values():
            same = row.name.casefold() == record.title.casefold()
            if same and row.parent_id == target and row.id not in ours:
                return row
        return None

    def _name(self, key: str, title: str) -> None:
        """People see the facet value's name when they look at a product."""
        value = self._values[key]
        if value.name != title:
            query = "mutation($row: UpdateFacetValueInput!) { made: updateFacetValue(input: $row) { id } }"
            row = {"id": value.id, "translations": self._channel.translated(name=title)}
            self._client.change(query, {"row": row}, dict[str, _Ids])

    def _delete(self, key: str, row: Collection) -> None:
        """Vendure deletes all below a collection too: what is still there moves up first."""
        for child in list(self.load(write=True).values()):
            if child.parent_id == row.id:
                fields = {"collectionId": child.id, "parentId": row.parent_id, "index": 0}
                self._change("moveCollection", fields)
        query = """mutation($id: ID!, $values: [ID!]!) {
          deleteCollection(id: $id) { result } deleteFacetValues(ids: $values, force: true) { result }
        }"""
        self._client.change(query, {"id": row.id, "values": [self._values[key].id]}, dict[str, Any])
        self.forget()

    def _change(self, name: str, fields: dict[str, Any]) -> str:
        kind = f"{name[0].upper()}{name[1:]}Input"
        query = f"mutation($input: {kind}!) {{ made: {name}(input: $input) {{ id }} }}"
        made: dict[str, _Ids] = self._client.change(query, {"input": fields}, dict[str, _Ids])
        return made["made"].id

    def _root(self) -> str:
        """The id of what is above all; "" in a shop without collections."""
        rows = self.load(write=True)
        return next((row.parent_id for row in rows.values() if row.parent_id not in rows), "")


def _by_depth(parts: list[Part]) -> list[list[Part]]:
    """Groups in which no category is below another one of its group; what goes comes last, alone, children first."""
    waiting = [part for part in parts if part.op == "put"]
    groups = []
    while waiting:
        keys = {part.key for part in waiting}
        ready = [part for part in waiting if _category(part).parent not in keys - {part.key}] or waiting[:1]
        groups.append(ready)
        waiting = [part for part in waiting if part not in ready]
    return [*groups, *([part] for part in parts if part.op != "put")]


def _category(part: Part) -> Category:
    record = record_of(part)
    assert isinstance(record, Category)
    return record


def _description(record: Category) -> str:
    return f"{record.short}{MORE}{record.long}" if record.short else record.long


def _slug(title: str, key: str) -> str:
    """An address; the shop makes it fit, and different from all others."""
    return title if re.search(r"\w", title) else f"category {key}"


def _list(text: str) -> list[Any]:
    """The ids in an argument, which is JSON in a text."""
    try:
        found = json.loads(text)
    except ValueError:
        return []
    return found if isinstance(found, list) else []
