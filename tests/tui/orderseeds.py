"""Orders that wait at Blue Ridge Feed: its exports, and orders that the real judge has something against."""

from __future__ import annotations

import time
from typing import Any

import msgspec

from webupdate.store import exports, inbox
from webupdate.store.companies import CompanyInfo
from webupdate.store.db import Store
from webupdate.store.exports import FileState, Seen
from webupdate.store.inbox import Order
from webupdate.sync.download import arrived
from webupdate.sync.orders import OrderDesk
from webupdate.sync.shops.base import Address, OrderLine, Payment, WebOrder

RECORDS: dict[str, dict[str, dict[str, str]]] = {
    "inventory": {
        "FEED-50": {"DESCR_1": "Layer feed 50 lb", "EACH_UNIT": "BAG", "T_AVAIL": "210"},
        "FEED-25": {"DESCR_1": "Layer feed 25 lb", "EACH_UNIT": "BAG", "T_AVAIL": "44"},
        "OYSTER-5": {"DESCR_1": "Oyster shell 5 lb", "EACH_UNIT": "EA", "T_AVAIL": "63"},
        "OYSTER-50": {"DESCR_1": "Oyster shell 50 lb", "EACH_UNIT": "BAG", "T_AVAIL": "12"},
        "GRIT-5": {"DESCR_1": "Poultry grit 5 lb", "EACH_UNIT": "EA", "T_AVAIL": "30"},
    },
    "shipping": {
        "UPS Ground": {"DESCR": "UPS Ground"},
        "UPS Next Day Air": {"DESCR": "UPS Next Day Air"},
        "Own truck": {"DESCR": "Delivered on Tuesdays"},
        "Pickup": {"DESCR": "Customer pickup"},
    },
    "payments": {"CC": {"TERMS": "1", "METHOD": "CREDITCARD", "CHARGE": "Credit card"}},
    "customers": {
        "STOLJA": {"F_NAME": "Jane", "L_NAME": "Stoltzfus", "EMAIL": "jane@stoltzfus.example", "CITY": "Lancaster"},
    },
}
PRICES = {"FEED-50": "18.40", "FEED-25": "10.20", "OYSTER-5": "9.95", "OYSTER-50": "31.00", "GRIT-5": "4.10"}
JANE = Address(
    name="Jane Stoltzfus",
    address1="14 Mill Road",
    city="Lancaster",
    state="PA",
    zip="17602",
    country="USA",
    country_code="US",
    phone="+1 717 555 0114",
)
ORDER = WebOrder(
    id="100014",
    number="100014",
    status="paid",
    placed_at="2026-11-23T08:15:00+00:00",
    updated_at="2026-11-23T08:15:00+00:00",
    currency="USD",
    customer="STOLJA",
    account="5",
    email="jane@stoltzfus.example",
    bill_to=JANE,
    ship_to=JANE,
    lines=(
        OrderLine(sku="FEED-50", title="Layer feed 50 lb", quantity="2", unit="BAG", unit_price="18.40", total="36.80"),
        OrderLine(sku="OYSTER-SHEL", title="Oyster shell", quantity="1", unit="EA", unit_price="9.95", total="9.95"),
    ),
    ship_code="ups-ground",
    ship_name="UPS® Ground (3-5 days)",
    shipping="12.60",
    total="59.35",
    payments=(Payment(code="CC", name="Credit card", amount="59.35"),),
)
# What the shop sent, with what a terminal must never see.
_RECEIVED = b'{"number": "%s", "note": "[red]\\u001b[31mcome in[/red]"}'


def save_exports(store: Store, info: CompanyInfo) -> None:
    """As if the exports of a feed store had been read."""
    now = time.time()
    found = {file: {key: dict(facts) for key, facts in records.items()} for file, records in RECORDS.items()}
    found["prices"] = {f"{item}\tRetail\t": {"PRICE": price} for item, price in PRICES.items()}
    for file, records in found.items():
        seen = [Seen(key, b"x", 2, msgspec.json.encode(facts).decode()) for key, facts in records.items()]
        exports.remember(store, info.id, file, seen)
        exports.set_file_state(
            store, info.id, file, FileState(path=file, mtime_ns=int(now * 1e9), read_at=now, forced=False)
        )


def receive(store: Store, info: CompanyInfo, number: str, at: float, **values: Any) -> Order:
    """An order that came down at that time, judged."""
    order = msgspec.structs.replace(ORDER, id=number, number=number, **values)
    site = info.sites[0]
    came = msgspec.structs.replace(
        arrived(order, _RECEIVED % number.encode()), buyer=order.bill_to.name, total=order.total
    )
    inbox.receive(store, site.id, [came], number, at)
    desk = OrderDesk(store, info, site, at)
    return desk.judge(inbox.in_states(store, site.id, "received")[0])
