"""What the engine needs of a web shop: the records it sends, the orders it gets, the `Shop` protocol.

A connector translates these neutral structures into its shop's own terms. It never touches the store.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import BinaryIO, Literal, Protocol, runtime_checkable

import msgspec

from webupdate.keys import KEY_SEPARATOR as KEY_SEPARATOR

Entity = Literal["categories", "items", "prices", "stock", "images", "documents", "customers", "shipping", "payments"]

# In the order in which they are sent; deletes go in reverse.
ENTITIES: tuple[Entity, ...] = (
    "categories",
    "items",
    "prices",
    "stock",
    "images",
    "documents",
    "customers",
    "shipping",
    "payments",
)

# Their bytes travel apart from the records, in a lane of their own (`sync/lane.py`).
FILES: tuple[Entity, ...] = ("images", "documents")
RECORDS: tuple[Entity, ...] = tuple(entity for entity in ENTITIES if entity not in FILES)

# An item and all that lives inside of it.
OF_ITEMS = frozenset(("items", "prices", "stock", "images", "documents"))


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of what is sent. Decimals travel as text ("18.00"), so that no float ever rounds them."""


class Category(Record, frozen=True):
    """A product category (source: INVENTRE). `parent` is None at the root (PARENT_ID 0)."""

    parent: str | None
    title: str
    short: str = ""
    long: str = ""
    shown: bool = True


class Item(Record, frozen=True):
    """A product (source: INVENTRY). `title`, `short`, `long` are what the web shows; the last two may be HTML.

    `default_unit`: the unit offered first, "" for the item's own. `related`: SKUs to be shown beside it.
    `tax_class`: the shop's own class, where Properties name one for the tax group; "" leaves it as the shop has it.
    """

    category: str | None
    title: str
    short: str = ""
    long: str = ""
    shown: bool = True
    oversell: bool = True
    coming_soon: bool = False
    out_of_stock_message: str = ""
    unit: str = ""
    weight: str = ""
    upc: str = ""
    manufacturer: str = ""
    manufacturer_part: str = ""
    tax_group: str = ""
    default_unit: str = ""
    related: tuple[str, ...] = ()
    tax_class: str = ""


class Price(Record, frozen=True):
    """One price (source: INVPRICE): a level and a unit of an item. `unit` "" is the item's own unit.

    `public`: it is of the site's own price level, the one that guests see.
    """

    item: str
    level: str
    unit: str
    price: str
    public: bool = False


class Stock(Record, frozen=True):
    """What the web may sell (source: INVENTRY.T_AVAIL less web orders that EBMS does not count yet)."""

    item: str
    quantity: str


class Picture(Record, frozen=True):
    """A picture of an item, known by its file name (key: SKU, name). `position` 0 is the first one.

    `content` is the SHA-256 of the file, in hex: the bytes travel apart from the record.
    """

    item: str
    name: str
    content: str
    size: int
    position: int = 0


class Document(Record, frozen=True):
    """A PDF of an item, known by its file name (key: SKU, name); otherwise as a `Picture`."""

    item: str
    name: str
    content: str
    size: int
    position: int = 0


class Customer(Record, frozen=True):
    """A customer account (source: ARCUST). `country` is as EBMS writes it ("Germany", "USA").

    `charge_terms` is the id of the due term (IDCHARGE) that the customer may buy on, "" if none;
    `charge_first`: it is offered before the others. `ship_via`: the code of the ship via offered first. `group`: only
    they are offered the ship bands of that web group.
    """

    login: str
    email: str
    first_name: str = ""
    last_name: str = ""
    address1: str = ""
    address2: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    country: str = ""
    phone: str = ""
    contact: str = ""
    level: str = ""
    card: bool = False
    charge_terms: str = ""
    charge_first: bool = False
    ship_via: str = ""
    group: str = ""
    approved: bool = True
    active: bool = True


EITHER = " or "


class ShipBand(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One row of a ship via's rate table (source: ARSHVIA). `group`: only for customers of that web group.

    `country` and `state` of one that a shop holds may be several with EITHER between: any of them is meant.
    """

    rate_type: str
    rate: str = "0"
    min_value: str = ""
    max_value: str = ""
    handling: str = ""
    country: str = ""
    state: str = ""
    group: str = ""


class ShipMethod(Record, frozen=True):
    """A ship via (source: ARSHVIA) with its rates."""

    name: str
    bands: tuple[ShipBand, ...]


class PayOption(Record, frozen=True):
    """A payment option (source: APTERM). `method` is CASH, CHECK, CREDITCARD, CHARGE, COD, PAYPAL or GIFTCARD."""

    name: str
    method: str
    terms: str = ""
    due_days: str = ""


RECORD_TYPES: dict[str, type[Record]] = {
    "categories": Category,
    "items": Item,
    "prices": Price,
    "stock": Stock,
    "images": Picture,
    "documents": Document,
    "customers": Customer,
    "shipping": ShipMethod,
    "payments": PayOption,
}


class Part(msgspec.Struct, frozen=True):
    """One record to send. `data` is the record as JSON, None for `hide` and `delete`.

    `was`: the key under which the shop knew the record, if EBMS has renamed it; "" else.
    """

    entity: Entity
    key: str
    rev: int
    op: Literal["put", "hide", "delete"]
    data: bytes | None = None
    remote_id: str | None = None
    was: str = ""


class Bundle(msgspec.Struct, frozen=True):
    """Records that travel together: an item with its dirty prices and stock, else one record alone."""

    parts: tuple[Part, ...]


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What the shop said of one part. `rev` is the revision that the shop now holds (0: it keeps none).

    `changed`: a customer's account changed in the shop after its accounts were read last; nothing was written.
    """

    entity: str
    key: str
    status: Literal["created", "updated", "hidden", "deleted", "stale", "refused", "lost", "changed"]
    rev: int = 0
    remote_id: str | None = None
    field: str = ""
    message: str = ""
    seen: str = ""
    expected: str = ""


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What the shop really holds for one key; `data` None = nothing.

    `sent`: the hash of the record whose sending it carried out last, where the shop can keep that.
    """

    entity: str
    key: str
    data: bytes | None
    rev: int = 0
    remote_id: str | None = None
    sent: str = ""


def sent_hash(data: bytes) -> str:
    """What a record that is sent is known by in a shop that can keep that beside it."""
    return hashlib.sha256(data).hexdigest()[:32]


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """The bytes of a picture or document: `digest` is their SHA-256 in hex, `size` their number."""

    digest: str
    size: int
    name: str
    media_type: str


class Listing(msgspec.Struct, frozen=True):
    """A page of all that the shop holds of an entity, in the order of the keys; `more`: ask on behind the last key."""

    records: tuple[Held, ...]
    more: bool


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A customer account as the shop holds it. Times are ISO 8601 with offset. Never holds a password.

    `key` is the EBMS id that it carries, "" for one that was made in the shop and that EBMS does not know yet.
    """

    id: str
    key: str
    made_at: str
    updated_at: str
    customer: Customer


class AccountPage(msgspec.Struct, frozen=True):
    """A page of the accounts feed: each account with what was received, and where to go on."""

    accounts: tuple[tuple[Account, bytes], ...]
    cursor: str
    more: bool


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """An address of an order as the shop gave it."""

    name: str = ""
    company: str = ""
    address1: str = ""
    address2: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    country: str = ""
    country_code: str = ""
    phone: str = ""
    email: str = ""


class OrderLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line. `unit_price` is before discount and without tax, `total` after discount and without tax."""

    sku: str
    title: str
    quantity: str
    unit: str = ""
    unit_price: str
    total: str
    tax: str = "0.00"


class Charge(msgspec.Struct, frozen=True, kw_only=True):
    """A discount (negative), fee or coupon on the whole order."""

    name: str
    amount: str
    code: str = ""


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """How the order is paid. Never holds a card number."""

    code: str
    name: str
    amount: str
    reference: str = ""


class WebOrder(msgspec.Struct, frozen=True, kw_only=True):
    """A web order, neutral. Times are ISO 8601 with offset; money is text with a point."""

    id: str
    number: str
    status: str
    placed_at: str
    updated_at: str
    currency: str
    customer: str = ""  # the EBMS id that the account carries; "" = a guest or an account that EBMS does not know
    account: str = ""  # the shop's own id of the account; "" = a guest
    email: str = ""
    note: str = ""
    bill_to: Address
    ship_to: Address | None
    lines: tuple[OrderLine, ...]
    charges: tuple[Charge, ...] = ()
    ship_code: str = ""
    ship_name: str = ""
    shipping: str = "0.00"
    tax: str = "0.00"
    total: str
    payments: tuple[Payment, ...] = ()


class OrderPage(msgspec.Struct, frozen=True):
    """A page of the orders feed: the orders, each with what was received, and where to go on."""

    orders: tuple[tuple[WebOrder, bytes], ...]
    cursor: str
    more: bool


class ShopSettings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a site's Properties ask of the whole shop. `approval`: an account orders only once EBMS has approved it."""

    approval: bool = False


class Abilities(msgspec.Struct, frozen=True, kw_only=True):
    """What a shop can do, as data: the engine asks this instead of knowing shops by name."""

    entities: frozenset[str]
    compares_rev: bool  # answers `stale` instead of letting an older revision overwrite a newer one
    reserves_until_ack: bool  # sold stock stays reserved in the shop until the order is acknowledged
    order_statuses: tuple[str, ...]  # in which orders are taken unless a property names others; () = all
    max_batch: int
    cancelled_statuses: tuple[str, ...] = ()  # of orders that are off: cancelled or refunded as a whole
    whole_pieces: bool = False  # stock is counted in whole pieces from 0
    as_lines: frozenset[str] = frozenset()  # of texts of these links and emphasis are kept only (sync/htmllines.py)
    mails_new_accounts: bool = False  # a customer account that is made mails its owner
    names_gateways: bool = False  # payment options go only to the gateways that Properties name
    has_tax_classes: bool = False  # an item gets the tax class that Properties name for its tax group


class ShopInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What the connection check found."""

    name: str
    version: str
    currency: str
    clock: float  # the shop's time, seconds since 1970


class Survey(msgspec.Struct, frozen=True, kw_only=True):
    """What a test of the connection tells besides: the products there are, and what the login may do, in words."""

    items: int | None
    rights: str


@runtime_checkable
class Surveyed(Protocol):
    """A shop that can say so."""

    def survey(self) -> Survey:
        """Look further than `check`. Changes nothing; raises Stopped when the login lacks a right."""
        ...


class Shop(Protocol):
    """A web shop. Every method raises only the errors of `webupdate.errors`."""

    abilities: Abilities

    def check(self) -> ShopInfo:
        """Reach the shop, log in, learn its version. Harmless."""
        ...

    def configure(self, settings: ShopSettings) -> None:
        """Tell the shop what the site's Properties ask of it. May be said twice."""
        ...

    def upsert(self, bundles: list[Bundle]) -> list[Result]:
        """Carry out all parts; one result for each part, per-record refusals included.

        Raises OutcomeUnknown if the request may still be carried out, BatchTooLarge, Retryable, Stopped.
        """
        ...

    def send_content(
        self, content: Content, stream: BinaryIO, progress: Callable[[int], None], stopping: Callable[[], bool]
    ) -> bool:
        """Make the shop hold these bytes; what it has of them already is not sent again.

        `stream` can seek. `progress` is told how many bytes the shop holds, `stopping` is asked between two chunks;
        False when it ended the sending: it goes on there the next time. Raises ContentChanged when the bytes are
        not those of the digest (the shop then keeps none of them), NeedsPerson when the shop takes no such file.
        """
        ...

    def read(self, entity: str, keys: list[str]) -> list[Held]:
        """What the shop holds for these keys, one `Held` for each key in the same order."""
        ...

    def listing(self, entity: str, after: str, limit: int) -> Listing:
        """What the shop holds of an entity, in the order of the keys, behind the key `after` ("" = the beginning).

        Also what this program never sent, if it has a key; what the shop deleted is not in it.
        """
        ...

    def accounts(self, cursor: str, *, to_merge: bool = False) -> AccountPage:
        """Customer accounts made or changed in the shop after `cursor` ("" = the beginning), staff left out.

        `to_merge`: what comes is merged before customers are sent. From then on a shop that can compare answers
        `changed` to customers that were changed there behind what was read so; who only looks must not ask for that.
        """
        ...

    def orders(self, cursor: str, since: str, statuses: tuple[str, ...]) -> OrderPage:
        """Orders changed after `cursor` ("" = the beginning) and placed at or after `since` (ISO 8601)."""
        ...

    def acknowledge(self, order_id: str, written_as: str) -> None:
        """Tell the shop that the order is safely a file named `written_as`. May be said twice.

        "": no file is written, since the order was cancelled or a person enters it by hand. The shop then gives back
        what it had reserved for it all the same.
        """
        ...

    def close(self) -> None:
        """Give back connections."""
        ...
