"""How much of what a WooCommerce store can take the upload gives it: records a second against a bare client that keeps
two connections busy with ready-made batches of a hundred, in the same run.

The store is the stand-in of the tests in a process of its own: two workers, and for each request and each record the
time of the live store (shared/woocommerce.md, section 9) by SCALE. What this program needs itself is not scaled, so
that on a live store its share is so many times smaller.
"""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import httpx
import msgspec

from tests.shops.woo.server import running
from tests.shops.woo.world import Login
from webupdate.store import companies, queue
from webupdate.store.companies import CompanyInfo
from webupdate.store.db import Store, open_store
from webupdate.store.queue import Wanted
from webupdate.store.secrets import open_vault
from webupdate.sync.shops import open_shop
from webupdate.sync.shops.base import Category, Item, Price, Stock
from webupdate.sync.shops.woocommerce.client import Client
from webupdate.sync.upload import Upload

ITEMS = 600
SCALE = 1
REQUEST, CREATE, CHANGE = 0.055 / SCALE, 0.040 / SCALE, 0.022 / SCALE  # seconds of one of two workers
KEY, SECRET = "ck_0123456789abcdef", "cs_0123456789abcdef"
BATCH = "/wp-json/wc/v3/products/batch"
GOAL = 0.95

Row = dict[str, Any]
Span = tuple[float, float]


class _Store:
    """The stand-in in its process. `spans`: begin and end of the requests since it was asked last."""

    def __init__(self, url: str, authority: Path, pipe: Connection) -> None:
        self.url, self.authority = url, authority
        self._pipe = pipe

    def spans(self) -> list[Span]:
        self._pipe.send("spans")
        found: list[Span] = self._pipe.recv()
        return found


@contextmanager
def _store(folder: Path) -> Iterator[_Store]:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(folder, theirs))
    process.start()
    theirs.close()  # so that a store that does not start is no wait without end
    try:
        url, authority = ours.recv()
        yield _Store(url, authority, ours)
    finally:
        ours.send("end")
        process.join()


def _serve(folder: Path, pipe: Connection) -> None:
    workers, spans = threading.BoundedSemaphore(2), []

    @contextmanager
    def busy(method: str, body: bytes) -> Iterator[None]:
        """A worker needs a fixed time, which what the stand-in itself does is a part of."""
        with workers:
            begun = time.perf_counter()
            yield
            time.sleep(max(0.0, begun + _seconds(method, body) - time.perf_counter()))
            spans.append((begun, time.perf_counter()))

    with running(folder) as stand_in:
        stand_in.world.keys[KEY] = Login(SECRET)
        stand_in.busy = busy
        pipe.send((stand_in.url, stand_in.authority))
        while pipe.recv() == "spans":
            pipe.send(list(spans))
            spans.clear()


def _seconds(method: str, body: bytes) -> float:
    rows = msgspec.json.decode(body) if method == "POST" else {}
    return REQUEST + CREATE * len(rows.get("create", ())) + CHANGE * len(rows.get("update", ()))


def bench_woo(folder: Path) -> None:
    with _store(folder / "ours") as shop, _store(folder / "floor") as other:
        store, company = _company(folder, shop)
        _observe(store, company, [_wanted("categories", "11", Category(parent=None, title="Beverages"))])
        _upload(store, company, shop, "")
        _observe(store, company, _new())
        sent = _upload(store, company, shop, "create")
        _told("create", sent, _floor(other, "create", sent.rows))
        _observe(store, company, _changed())
        sent = _upload(store, company, shop, "update")
        _told("change", sent, _floor(shop, "update", sent.rows))
        store.close()


class _Run(msgspec.Struct):
    """An upload: seconds, processor seconds of this process, the rows it sent, the store's spans."""

    took: float
    used: float
    rows: list[Row]
    spans: list[Span]


def _company(folder: Path, shop: _Store) -> tuple[Store, CompanyInfo]:
    store = open_store(folder / "store.sqlite3")
    values = {"name": "Bench", "export_folder": str(folder), "order_folder": str(folder), "shop": "woocommerce"}
    values |= {"address": shop.url, "consumer_key": KEY, "consumer_secret": SECRET, "certificate": str(shop.authority)}
    return store, companies.add(store, open_vault(folder / "key"), values)


def _observe(store: Store, company: CompanyInfo, wanted: list[Wanted]) -> None:
    queue.observe(store, company.id, company.sites[0].id, wanted, time.time())


def _new() -> list[Wanted]:
    """Products with category, price, stock and a text as that of the live measurements."""
    found = []
    for number in range(ITEMS):
        sku = f"BENCH-{number:05}"
        found.append(
            _wanted("items", sku, Item(category="11", title=f"Item {number}", long="x" * 330), "categories", "11")
        )
        found.append(_wanted("stock", sku, Stock(item=sku, quantity="39"), "items", sku))
        found.append(_price(number, "18.00"))
    return found


def _changed() -> list[Wanted]:
    return [_price(number, "18.50") for number in range(ITEMS)]


def _price(number: int, amount: str) -> Wanted:
    sku = f"BENCH-{number:05}"
    record = Price(item=sku, level="Retail", unit="", price=amount, public=True)
    return _wanted("prices", f"{sku}\tRetail\t", record, "items", sku)


def _wanted(entity: str, key: str, record: msgspec.Struct, *parent: str) -> Wanted:
    above = (parent[0], parent[1]) if parent else None
    return Wanted(entity=entity, key=key, parent=above, payload=msgspec.json.encode(record))


def _upload(store: Store, company: CompanyInfo, shop: _Store, step: str) -> _Run:
    """The way of the engine: queue, connector, answers written down."""
    site = company.sites[0]
    opened = open_shop(site.values, {"consumer_key": KEY, "consumer_secret": SECRET})
    shop.spans()
    with _recorded(step) as rows:
        began, used = time.perf_counter(), time.process_time()
        Upload(store, company, site, opened, time.time, lambda: False).run()
        took, used = time.perf_counter() - began, time.process_time() - used
    opened.close()
    return _Run(took, used, rows, shop.spans())


@contextmanager
def _recorded(step: str) -> Iterator[list[Row]]:
    """The rows that are sent meanwhile to be created or updated."""
    genuine, rows = Client.write, []

    def write(self: Client, method: str, path: str, body: Any, query: Any = None) -> Any:
        if path == "products/batch":
            rows.extend(body.get(step, ()))
        return genuine(self, method, path, body, query)

    Client.write = write  # type: ignore[method-assign]
    try:
        yield rows
    finally:
        Client.write = genuine  # type: ignore[method-assign]


def _floor(shop: _Store, step: str, rows: list[Row]) -> float:
    """Seconds in which two connections that do nothing else bring the same rows there."""
    batches: SimpleQueue[bytes] = SimpleQueue()
    for start in range(0, len(rows), 100):
        batches.put(msgspec.json.encode({step: rows[start : start + 100]}))
    clients = [httpx.Client(base_url=shop.url, auth=(KEY, SECRET), verify=False, timeout=60) for _ in range(2)]
    threads = [threading.Thread(target=_drain, args=(client, batches)) for client in clients]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    for client in clients:
        client.close()
    return took


def _drain(client: httpx.Client, batches: SimpleQueue[bytes]) -> None:
    while True:
        try:
            body = batches.get_nowait()
        except Empty:
            return
        answer = client.post(BATCH, content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 200, answer.text[:200]


def _told(what: str, run: _Run, floor: float) -> None:
    assert len(run.rows) == ITEMS, f"{len(run.rows)} rows were sent"
    print(
        f"woo      {what} {ITEMS:,} products, {ITEMS / run.took:.0f}/s of {ITEMS / floor:.0f}/s: "
        f"{floor / run.took:.1%} of the floor (goal {GOAL:.0%}), processor {run.used / run.took:.0%}, "
        f"requests {len(run.spans)}, two at once {_both(run.spans) / run.took:.0%} of the time"
    )


def _both(spans: list[Span]) -> float:
    """Seconds in which two requests ran."""
    moments = sorted([(begun, 1) for begun, _ in spans] + [(ended, -1) for _, ended in spans])
    total, running_now, since = 0.0, 0, 0.0
    for moment, step in moments:
        total += moment - since if running_now == 2 else 0.0
        running_now, since = running_now + step, moment
    return total
