"""Sends products: a look-up, then all changes of a hundred of them in one request. Only new ones need two more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from webupdate.sync.shops.base import KEY_SEPARATOR, Document, Item, Part, Picture, Price, Record, Result
from webupdate.sync.shops.records import chunks, record_of, refused
from webupdate.sync.shops.vendure import values
from webupdate.sync.shops.vendure.assets import KINDS, Asset, Assets
from webupdate.sync.shops.vendure.categories import Tree
from webupdate.sync.shops.vendure.channel import Channel
from webupdate.sync.shops.vendure.client import Client, Trouble, together_or_singly
from webupdate.sync.shops.vendure.facts import BATCH, CREATES
from webupdate.sync.shops.vendure.lists import FacetValue
from webupdate.sync.shops.vendure.lookup import Found, Lookup
from webupdate.sync.shops.vendure.plan import Plan
from webupdate.sync.shops.vendure.work import Work

_TOO_LONG = "The shop keeps less of a text than it was given: is its database MySQL, which takes 255 characters?"


class _Made(msgspec.Struct):
    id: str = ""
    name: str = ""
    result: str = ""  # of a deletion
    message: str | None = None


class Goods:
    """The way of items, prices, stock and files into the shop."""

    def __init__(self, client: Client, channel: Channel, tree: Tree, assets: Assets, lookup: Lookup) -> None:
        self._client = client
        self._channel = channel
        self._tree = tree
        self._assets = assets
        self._lookup = lookup

    def upsert(self, parts: list[Part]) -> list[Result]:
        """Carry out all parts; one result for each."""
        self._channel.make_facets()
        works = self._grouped(parts)
        categories = self._known_categories(works)
        assets = self._known_assets(works)
        leaving = {work.was for work in works if work.was}

        def carry_out(some: list[Work]) -> None:
            self._carry_out(some, categories, assets, leaving)

        for some in chunks([work for work in works if work.open], BATCH):
            together_or_singly(some, carry_out, _refuse, self._channel.probe)
        results = {place: result for work in works for place, result in work.results.items()}
        return [results[place] for place in range(len(parts))]

    def _grouped(self, parts: list[Part]) -> list[Work]:
        """The parts by their product; what can't be sent is refused at once."""
        works: dict[str, Work] = {}
        for place, part in enumerate(parts):
            sku = part.key.split(KEY_SEPARATOR)[0]
            work = works.setdefault(sku, Work(sku))
            record = record_of(part)
            work.parts[place] = (part, record)
            if problem := values.complaint(part, record) or self._costs(part, record):
                work.results[place] = problem
        return list(works.values())

    def _costs(self, part: Part, record: Record | None) -> Result | None:
        """Why a price can't be the variant's own."""
        if not (isinstance(record, Price) and record.public) or self._channel.minor(record.price) is not None:
            return None
        largest = self._channel.largest
        return refused(part, "Vendure can't hold this price.", "price", record.price, f"two places, up to {largest}")

    def _known_categories(self, works: list[Work]) -> dict[str, str]:
        """Facet values of the categories that items name; an item that names another one is refused here."""
        known: dict[str, str] = {}
        for work in works:
            for place, (part, record) in work.open.items():
                if not isinstance(record, Item) or record.category is None:
                    continue
                value = known.get(record.category) or self._tree.value_of(record.category)
                if value is None:
                    text, expected = "The shop has no such category.", "the key of one of its categories"
                    work.results[place] = refused(part, text, "category", record.category, expected)
                else:
                    known[record.category] = value
        return known

    def _known_assets(self, works: list[Work]) -> Mapping[str, Asset]:
        """What the shop has; a record of bytes that never came, or of the wrong kind, is refused here."""
        files = [
            (work, place, part, record)
            for work in works
            for place, (part, record) in work.open.items()
            if isinstance(record, (Picture, Document))
        ]
        assets = self._assets.find([record.content for _, _, _, record in files], write=True)
        for work, place, part, record in files:
            kind, there = KINDS[part.entity], assets.get(record.content)
            if there is None or there.type != kind:
                seen = "nothing" if there is None else there.type
                work.results[place] = refused(part, "The shop has no such content.", "content", seen, kind)
        return assets

    def _carry_out(
        self, works: list[Work], categories: Mapping[str, str], assets: Mapping[str, Asset], leaving: set[str]
    ) -> None:
        entities = {part.entity for work in works for part, _ in work.open.values()}
        found = self._lookup.to_write([sku for work in works for sku in (work.sku, work.was) if sku], entities)
        for work in works:
            _place(work, found, leaving)
        gone = [work for work in works if work.open and work.op("delete")]
        plans = [Plan(work, self._channel, categories, assets) for work in works if work.open and work not in gone]
        self._make_values([plan for plan in plans if plan.needs_value])
        self._make_products([plan for plan in plans if not plan.product])
        self._change(plans, gone)
        for plan in plans:
            plan.work.took(plan.product)

    def _make_values(self, plans: list[Plan]) -> None:
        if not plans:
            return
        query = "mutation($rows: [CreateFacetValueInput!]!) { made: createFacetValues(input: $rows) { id code name } }"
        rows = [plan.new_value() for plan in plans]
        made = self._client.change(query, {"rows": rows}, dict[str, list[FacetValue]])["made"]
        for plan, value in zip(plans, made, strict=True):
            plan.value = value.id
            _compare(plan, value.name)

    def _make_products(self, plans: list[Plan]) -> None:
        for some in chunks(plans, CREATES):
            self._make_some(some)

    def _make_some(self, plans: list[Plan]) -> None:
        """There is no list of them in the API: one field each, for each of which Vendure checks the key anew."""
        inputs = {f"i{place}": plan.new_product() for place, plan in enumerate(plans)}
        head = ", ".join(f"${name}: CreateProductInput!" for name in inputs)
        body = " ".join(f"{name}: createProduct(input: ${name}) {{ id }}" for name in inputs)
        made = self._client.change(f"mutation({head}) {{ {body} }}", inputs, dict[str, _Made])
        for name, plan in zip(inputs, plans, strict=True):
            plan.product = made[name].id

    def _change(self, plans: list[Plan], gone: list[Work]) -> None:
        """All that changes, in one request. The facet values come first: they say what the rest is."""
        old = [plan for plan in plans if plan.work.shown is not None]
        fields: dict[str, tuple[str, str, list[Any]]] = {
            "updateFacetValues": ("[UpdateFacetValueInput!]!", "id name", [plan.changed_value() for plan in plans]),
            "updateProducts": (
                "[UpdateProductInput!]!", "id",
                [_product(plan) for plan in plans] + [row for plan in old for row in plan.twin_products()],
            ),
            "createProductVariants": (
                "[CreateProductVariantInput!]!", "id", [plan.new_variant() for plan in plans if plan not in old],
            ),
            "updateProductVariants": (
                "[UpdateProductVariantInput!]!", "id",
                [plan.changed_variant() for plan in old] + [row for plan in old for row in plan.twin_variants()],
            ),
            "deleteProducts": ("[ID!]!", "result message", [work.shown.product.id for work in gone if work.shown]),
            "deleteFacetValues": ("[ID!]!", "result message", [work.value.id for work in gone if work.value]),
        }  # fmt: skip
        inputs = {name: [row for row in rows if row is not None] for name, (_, _, rows) in fields.items()}
        inputs = {name: rows for name, rows in inputs.items() if rows}
        if not inputs:
            return
        head = ", ".join(f"${name}: {fields[name][0]}" for name in inputs)
        body = " ".join(_call(name, fields[name][1]) for name in inputs)
        made = self._client.change(f"mutation({head}) {{ {body} }}", inputs, dict[str, list[_Made]])
        stored = {row.id: row.name for row in made.get("updateFacetValues", [])}
        for plan in plans:
            if plan.value in stored:
                _compare(plan, stored[plan.value])
        for work, row in zip(gone, made.get("deleteProducts", []), strict=True):
            _deleted(work, row)


def _product(plan: Plan) -> dict[str, Any] | None:
    """What changes of a product that was there, with or without its variant."""
    there = plan.work.shown is not None or plan.work.bare is not None
    return plan.changed_product() if there else None


def _call(name: str, selection: str) -> str:
    argument = "ids" if name.startswith("delete") else "input"
    force = ", force: true" if name == "deleteFacetValues" else ""
    return f"{name}({argument}: ${name}{force}) {{ {selection} }}"


def _place(work: Work, found: Found, leaving: set[str]) -> None:
    """Tell a work what there is of it; settle what needs no request, and what can't be done."""
    moves = work.sku in leaving and not work.was  # what has this SKU gets another one in this request
    old, new = found.shown.get(work.was), None if moves else found.shown.get(work.sku)
    if old is not None and new is not None and work.sku not in leaving:
        text = f"EBMS has renamed {work.was} to {work.sku}, and the shop has products of both names."
        work.refuse(text, "key", work.sku, "a SKU that no other product has")
        return
    work.shown, work.value, work.bare = old or new, None, None
    if work.shown is not None:
        work.value = work.shown.value
    elif not moves:
        work.value, work.bare = found.values.get(work.sku), found.bare.get(work.sku)
    if work.shown is not None and work.shown.variant.options:
        text = "This SKU is that of one of several variants of a product in the shop; such products are not carried."
        work.refuse(text, "key", work.sku, "the SKU of a product of its own")
    elif work.shown is None and not work.op("put"):
        work.without_product()


def _compare(plan: Plan, stored: str) -> None:
    if stored != plan.kept:
        plan.work.refuse(_TOO_LONG, "", plan.kept, stored)


def _deleted(work: Work, row: _Made) -> None:
    if row.result == "DELETED":
        assert work.shown is not None
        work.took(work.shown.product.id)
    else:
        work.refuse(f"The shop does not delete it: {row.message}", "key", work.sku)


def _refuse(work: Work, trouble: Trouble) -> None:
    work.refuse(f"The shop refused it: {trouble.text}", "key", work.sku)
