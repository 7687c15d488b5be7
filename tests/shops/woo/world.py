"""All that a store of the stand-in holds: goods, people, orders, keys. One object, no files."""

from __future__ import annotations

import itertools
import json
from collections import defaultdict, deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from tests.shops.woo.asking import Body

RECORDINGS = Path(__file__).parent / "recordings"
HOST = "https://shop.example"
LOCAL = timedelta(hours=1)  # the site's zone is Europe/Berlin, in winter


def recorded(number: int) -> Any:
    """The recording of that number, for the caller alone."""
    return json.loads(_text(number))


@cache
def _text(number: int) -> str:
    (file,) = RECORDINGS.glob(f"{number:02}-*.json")
    return file.read_text("utf-8")


def recorded_body(number: int) -> Any:
    """What the live store answered there."""
    return recorded(number)["response"]["body"]


class Login(msgspec.Struct, frozen=True):
    """A consumer key's or application password's owner. `rights`: read, write or read_write."""

    secret: str
    rights: str = "read_write"
    role: str = "administrator"


class World:
    """The store. What is in the dictionaries is what a GET shows."""

    def __init__(self, now: float) -> None:
        self._now = now
        self._ids = {kind: itertools.count(start) for kind, start in {"posts": 30, "terms": 16, "users": 2}.items()}
        self._forced: dict[str, deque[int]] = defaultdict(deque)
        self.keys: dict[str, Login] = {}
        self.passwords: dict[str, Login] = {}
        self.products: dict[int, Body] = {}
        self.trash: set[int] = set()
        self.categories: dict[int, Body] = {15: category(15, "Uncategorized", "uncategorized")}
        self.media: dict[int, Body] = {}
        self.files: dict[int, bytes] = {}
        self.customers: dict[int, Body] = {}
        self.hidden_meta: dict[int, dict[str, Any]] = {}
        self.orders: dict[int, Body] = {}
        self.refunds: dict[int, Body] = {}
        self.zones: dict[int, Body] = {0: zone(0, "Locations not covered by your other zones", 0)}
        self.locations: dict[int, list[Body]] = {}
        self.methods: dict[int, list[Body]] = {}
        self.gateways: dict[str, Body] = {row["id"]: row for row in recorded_body(32)}
        self.taxes: list[Body] = []
        self.tax_classes = {"reduced-rate": "Reduced rate", "zero-rate": "Zero rate"}  # as WooCommerce makes them
        self.status: Body = recorded_body(2)
        self.index: Body = recorded_body(1)
        self.general: list[Body] = recorded_body(3)
        self.mails: list[str] = []
        self.maintenance = False
        self.approves_no_file = False
        self.counts_stock = True  # WooCommerce, Settings, Products, Inventory
        self.largest = {413: 0, 400: 0}  # bytes of an upload that the web server and PHP take, 0 for any number
        self.ticking = True  # each write comes a second after the one before it

    def force(self, kind: str, number: int) -> None:
        """Let the next new thing of this kind have that number."""
        self._forced[kind].append(number)

    def new_id(self, kind: str) -> int:
        """A number that no other thing of this kind has: products, orders and media share theirs."""
        if self._forced[kind]:
            return self._forced[kind].popleft()
        return next(self._ids.setdefault(kind, itertools.count(1)))

    def tick(self) -> None:
        """Time passes by one write."""
        if self.ticking:
            self._now += 1

    def dates(self, *names: str) -> Iterator[tuple[str, str]]:
        """Fields of the present moment, site-local and in GMT."""
        now = datetime.fromtimestamp(int(self._now), UTC).replace(tzinfo=None)
        for name in names:
            yield name, (now + LOCAL).isoformat()
            yield f"{name}_gmt", now.isoformat()


def blank_product() -> Body:
    """A product as it is shown when nothing was said of it: the recorded one, emptied."""
    product: Body = recorded_body(56)["create"][0]
    empty = {"sku": "", "price": "", "regular_price": "", "manage_stock": False, "stock_quantity": None}
    return product | empty | {"name": "Product", "meta_data": [], "related_ids": [], "price_html": ""}


def blank_order() -> Body:
    """An order of which nothing was said."""
    order: Body = recorded_body(86)
    return order | {"line_items": [], "meta_data": [], "status": "pending"}


def blank_customer() -> Body:
    """A customer of whom nothing was said."""
    customer: Body = recorded_body(25)
    for side in ("billing", "shipping"):
        customer[side] = dict.fromkeys(customer[side], "")
    return customer | {"first_name": "", "last_name": ""}


def category(number: int, name: str, slug: str, parent: int = 0, description: str = "") -> Body:
    """A category as it is shown."""
    row: Body = recorded_body(7)
    return row | {"id": number, "name": name, "slug": slug, "parent": parent, "description": description}


def zone(number: int, name: str, order: int) -> Body:
    """A shipping zone as it is shown."""
    return {"id": number, "name": name, "order": order}
