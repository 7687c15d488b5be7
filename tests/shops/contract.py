"""What a shop brings to be held to the contract, and the words in which the contract speaks of it.

Nothing here or in `test_contract*.py` knows a shop by name. A further shop is one adapter (`ShopUnderTest`) and one
line in `conftest.py`.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Literal, Protocol

import msgspec
from PIL import Image

from webupdate.sync.htmllines import as_lines
from webupdate.sync.shops.base import (
    ENTITIES,
    KEY_SEPARATOR,
    RECORD_TYPES,
    Account,
    Address,
    Bundle,
    Category,
    Content,
    Customer,
    Document,
    Entity,
    Held,
    Item,
    Part,
    PayOption,
    Picture,
    Price,
    Record,
    Result,
    ShipBand,
    ShipMethod,
    Shop,
    ShopSettings,
    Stock,
    WebOrder,
)

CARRIED: tuple[Entity, ...] = ENTITIES
# A price or a stock level is there or it is not.
HIDEABLE: tuple[Entity, ...] = ("categories", "items", "customers", "shipping", "payments")


class Purchase(msgspec.Struct, frozen=True, kw_only=True):
    """What a buyer does at the storefront. A line is an SKU and a quantity."""

    lines: tuple[tuple[str, int], ...]
    address: Address
    email: str = ""
    note: str = ""
    by_customer: bool = False


class ShopUnderTest(Protocol):
    """A real shop of one kind, empty but for what its adapter needs to sell something."""

    shop: Shop
    address: str
    secret: str
    powerless: tuple[str, ...]  # secrets that the shop does not know, or whose user lacks the right
    too_many: int  # more records than the shop takes at once; 0 = it takes any number
    resumes: bool  # whether a file that was cut off goes on where it was
    tells_changed_accounts: bool  # whether the accounts feed tells changes, not new accounts only
    flat_rates: bool  # whether a ship via has one rate for a place, and no table
    looks_first: int  # reads by which it finds what it is to rename, hide or delete
    makes_after: int  # requests before the one that makes a new item whole
    keeps_notes: bool  # whether a buyer can leave a note at the storefront
    placed: str  # status of an order just placed
    cancelled: str
    ship_code: str
    ship_price: str
    pay_code: str
    customer: str  # the ERP's id of the customer who can log in

    def connect(self, *, address: str = "", secret: str = "", certificate: str = "") -> Shop:
        """A further connector, with some settings other than the right ones."""
        ...

    def place_order(self, purchase: Purchase) -> str:
        """A genuine order by way of the storefront; returns its number."""
        ...

    def cancel_order(self, order_id: str) -> None:
        """Change an order in the shop, as its owner would."""
        ...

    def make_by_hand(self, sku: str) -> None:
        """Make an item in the shop, as its owner would and as this program never sent it."""
        ...

    def register(self, email: str) -> None:
        """Make an account by way of the storefront."""
        ...

    def save_address(self, email: str, address: Address) -> None:
        """Give the account of that e-mail an address, or another one, by way of the storefront."""
        ...

    def small_pages(self, size: int) -> AbstractContextManager[None]:
        """Let the feeds come in pages of this size meanwhile."""
        ...


class Connect(Protocol):
    """`ShopUnderTest.connect`, closing at the end of the test."""

    def __call__(self, *, address: str = "", secret: str = "", certificate: str = "") -> Shop: ...


class Records:
    """The records of one test: a tag that no other test has in its keys, revisions that rise by themselves.

    `flat_rates`: of a shop that knows no rate tables.
    """

    def __init__(self, tag: str, *, flat_rates: bool = False) -> None:
        self.tag = tag
        self._flat_rates = flat_rates
        self._revs = itertools.count(time.time_ns() // 1000)

    def part(self, entity: Entity, key: str, op: Literal["put", "hide", "delete"], data: bytes | None = None) -> Part:
        """A part with the next revision."""
        return Part(entity, key, next(self._revs), op, data)

    def put(self, entity: Entity, key: str, record: Record) -> Part:
        """A put with the next revision."""
        return self.part(entity, key, "put", msgspec.json.encode(record))

    def renamed(self, entity: Entity, was: str, key: str, record: Record) -> Part:
        """A put of what the shop knew under another key."""
        return msgspec.structs.replace(self.put(entity, key, record), was=was)

    def item(self, sku: str, **fields: Any) -> Part:
        """An item that needs no category."""
        return self.put("items", sku, Item(**{"category": None, "title": f"Title of {sku}"} | fields))

    def price(self, sku: str, price: str, level: str = "Retail", unit: str = "EA") -> Part:
        """The price that everybody sees, or that of another level."""
        return self.put("prices", price_key(sku, level, unit), price_of(sku, price, level, unit))

    def stock(self, sku: str, quantity: str) -> Part:
        """What can be sold."""
        return self.put("stock", sku, Stock(item=sku, quantity=quantity))

    def sellable(self, sku: str, price: str = "18.00") -> Bundle:
        """A new item with price and stock, as one bundle."""
        return Bundle((self.item(sku, unit="EA"), self.price(sku, price), self.stock(sku, "39")))

    def full(self, entity: Entity) -> tuple[str, Record]:
        """A key and a record of the entity with every field filled that read back must give."""
        if entity == "shipping" and self._flat_rates:
            return _flat_shipping(self.tag)
        return FULL[entity](self.tag)

    def parents(self, entity: Entity) -> list[Part]:
        """What must be in the shop before the full record of the entity."""
        needed: dict[str, tuple[Entity, ...]] = {
            "items": ("categories",),
            "prices": ("categories", "items"),
            "stock": ("categories", "items"),
            "images": ("categories", "items"),
            "documents": ("categories", "items"),
        }
        return [self.put(parent, *self.full(parent)) for parent in needed.get(entity, ())]


def price_key(sku: str, level: str = "Retail", unit: str = "EA") -> str:
    """The compound key of a price."""
    return KEY_SEPARATOR.join((sku, level, unit))


def price_of(sku: str, price: str, level: str = "Retail", unit: str = "EA") -> Price:
    """The price that everybody sees (of the level Retail), or that of another level."""
    return Price(item=sku, level=level, unit=unit, price=price, public=level == "Retail")


def _category(tag: str) -> tuple[str, Record]:
    return tag, Category(parent=None, title=f"Tee & Kaffee {tag}", short="kurz", long="<p>Süß</p>")


def _item(tag: str) -> tuple[str, Record]:
    return tag, Item(
        category=tag,
        title=f"Čaj „{tag}“ 20 × 5",
        short="<i>10 Schachteln</i>",
        long="<p>Süß</p>",
        oversell=False,
        coming_soon=True,
        out_of_stock_message="wieder im März",
        unit="EA",
        weight="1.25",
        upc=f"{int.from_bytes(tag.encode()) % 10**13:013}",  # two items never have one
        manufacturer="EXO",
        manufacturer_part="X-1",
        tax_group="FOOD",
        default_unit="BOX",
        related=("CHAI-01", "CHANG-02"),
    )


def _price(tag: str) -> tuple[str, Record]:
    return price_key(tag, "Wholesale", "BOX"), Price(item=tag, level="Wholesale", unit="BOX", price="1234.50")


def _stock(tag: str) -> tuple[str, Record]:
    return tag, Stock(item=tag, quantity="39")


def a_picture(tag: str, side: int = 8) -> bytes:
    """A picture that only this tag has."""
    stream = io.BytesIO()
    colour = "#" + hashlib.sha256(tag.encode()).hexdigest()[:6]
    Image.new("RGB", (side, side), colour).save(stream, "PNG", pnginfo=None)
    return stream.getvalue() + tag.encode()  # readers stop at the end that a PNG names itself


def a_pdf(tag: str, size: int = 0) -> bytes:
    """What passes for a PDF, filled up to a size in bytes."""
    head = f"%PDF-1.4 {tag}\n".encode()
    return head + b"%" * max(0, size - len(head) - 6) + b"\n%%EOF"


def content_of(data: bytes, name: str) -> Content:
    """The bytes as a connector is told of them."""
    kind = "application/pdf" if data.startswith(b"%PDF") else "image/png"
    return Content(digest=hashlib.sha256(data).hexdigest(), size=len(data), name=name, media_type=kind)


class Sending:
    """Sends bytes, and keeps what the connector told of it. `stop_at`: end once the shop holds so many."""

    def __init__(self, shop: Shop, data: bytes, name: str = "x.png", *, stop_at: int | None = None) -> None:
        self.told: list[int] = []
        self.stream = io.BytesIO(data)
        self.content = content_of(data, name)
        self.stop_at = stop_at
        self.whole = shop.send_content(self.content, self.stream, self.told.append, self._stopping)

    def _stopping(self) -> bool:
        return self.stop_at is not None and self.told[-1] >= self.stop_at


def _picture(tag: str) -> tuple[str, Record]:
    content = content_of(a_picture(tag), "x")
    name = f"Süß/{tag}.png"
    record = Picture(item=tag, name=name, content=content.digest, size=content.size, position=2)
    return KEY_SEPARATOR.join((tag, name)), record


def _document(tag: str) -> tuple[str, Record]:
    content = content_of(a_pdf(tag), "x")
    name = f"Blatt {tag}.pdf"
    record = Document(item=tag, name=name, content=content.digest, size=content.size, position=1)
    return KEY_SEPARATOR.join((tag, name)), record


def _customer(tag: str) -> tuple[str, Record]:
    login = f"{tag.lower()}@example.com"
    return tag, Customer(
        login=login,
        email=login,
        first_name="Jürgen",
        last_name="Šimůnek",
        address1="Obere Straße 57",
        address2="Hof",
        city="Köln",
        state="NW",
        zip="50667",
        country="Germany",
        phone="+49 30 123",
        contact="Maria Anders",
        level="Wholesale",
        card=True,
        charge_terms="N30",
        charge_first=True,
        ship_via="Speedy Express",
        group="Dealers",
        approved=False,
    )


def _shipping(tag: str) -> tuple[str, Record]:
    by_weight = ShipBand(rate_type="WEIGHT", rate="5.00", min_value="10", max_value="20", handling="1.00")
    flat = ShipBand(rate_type="FLAT", rate="7.00", country="USA", state="NY", group="Dealers")
    return tag, ShipMethod(name=f"Spedition Müller {tag}", bands=(by_weight, flat))


def _flat_shipping(tag: str) -> tuple[str, Record]:
    bands = (ShipBand(rate_type="FLAT", rate="7.00", handling="1.00"),)
    return tag, ShipMethod(name=f"Spedition Müller & Söhne {tag}", bands=bands)


def _payment(tag: str) -> tuple[str, Record]:
    return tag, PayOption(name=f"Zahlbar {tag}", method="CHARGE", terms="2", due_days="30")


FULL: dict[str, Callable[[str], tuple[str, Record]]] = {
    "categories": _category,
    "items": _item,
    "prices": _price,
    "stock": _stock,
    "images": _picture,
    "documents": _document,
    "customers": _customer,
    "shipping": _shipping,
    "payments": _payment,
}


CONTENTS: dict[str, Callable[[str], bytes]] = {"images": a_picture, "documents": a_pdf}


def alone(*parts: Part) -> list[Bundle]:
    """Each part in a bundle of its own."""
    return [Bundle((part,)) for part in parts]


def send(shop: Shop, *parts: Part) -> list[Result]:
    """The results of the parts, all of which the shop must have taken."""
    results = shop.upsert(alone(*parts))
    assert {result.status for result in results} <= {"created", "updated", "hidden", "deleted"}, results
    return results


def held(shop: Shop, entity: str, key: str) -> Held:
    """What the shop holds for one key."""
    (found,) = shop.read(entity, [key])
    assert (found.entity, found.key) == (entity, key)
    return found


def listed(shop: Shop, entity: str, tag: str, page: int = 100) -> list[Held]:
    """All records whose keys begin with the tag, page by page."""
    found: list[Held] = []
    after, more = tag[:-1], True
    while more and after[: len(tag)] <= tag:
        page_held = shop.listing(entity, after, page)
        assert len(page_held.records) <= page
        found += page_held.records
        after, more = page_held.records[-1].key if page_held.records else after, page_held.more
    return [entry for entry in found if entry.key.startswith(tag)]


def record(shop: Shop, entity: str, key: str) -> Record | None:
    """The same as a record; None when the shop has none."""
    data = held(shop, entity, key).data
    return None if data is None else msgspec.json.decode(data, type=RECORD_TYPES[entity])


def kept(shop: Shop, entity: str, sent: Record) -> Record:
    """What a shop holds of a record: of the texts of some it keeps the lines."""
    if entity not in shop.abilities.as_lines:
        return sent
    texts = {name: as_lines(getattr(sent, name)) for name in ("short", "long")}
    return msgspec.structs.replace(sent, **texts)


def is_shown(found: Held) -> bool:
    """Whether buyers see it (or, a customer, may log in)."""
    fields = {} if found.data is None else msgspec.json.decode(found.data)
    return found.data is not None and bool(fields.get("shown", True) and fields.get("active", True))


def feed(shop: Shop, cursor: str = "", since: str = "", statuses: tuple[str, ...] = ()) -> tuple[list[WebOrder], str]:
    """All orders behind the cursor, page by page, and the cursor behind them."""
    orders: list[WebOrder] = []
    more = True
    while more:
        page = shop.orders(cursor, since, statuses)
        orders += [order for order, _ in page.orders]
        cursor, more = page.cursor, page.more
    return orders, cursor


def accounts_feed(shop: Shop, cursor: str = "") -> tuple[list[Account], str]:
    """All accounts behind the cursor, page by page, to be merged; and the cursor behind them."""
    accounts: list[Account] = []
    more = True
    while more:
        page = shop.accounts(cursor, to_merge=True)
        accounts += [account for account, _ in page.accounts]
        cursor, more = page.cursor, page.more
    return accounts, cursor


def ids(orders: list[WebOrder]) -> list[str]:
    """The ids of the orders, in their order."""
    return [order.id for order in orders]


def every_call(records: Records) -> dict[str, Callable[[Shop], object]]:
    """Each request of the protocol once, by its name."""
    parts = alone(records.item(records.tag))
    return {
        "check": lambda shop: shop.check(),
        "configure": lambda shop: shop.configure(ShopSettings()),
        "upsert": lambda shop: shop.upsert(parts),
        "read": lambda shop: shop.read("items", [records.tag]),
        "listing": lambda shop: shop.listing("items", "", 10),
        "accounts": lambda shop: shop.accounts(""),
        "orders": lambda shop: shop.orders("", "", ()),
        "acknowledge": lambda shop: shop.acknowledge("1", "SO-1.csv"),
    }


READS = ("check", "configure", "read", "listing", "accounts", "orders")
WRITES = ("upsert", "acknowledge")
CALLS = (*READS, *WRITES)
