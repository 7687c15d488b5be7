"""`make bench`: speed as a ratio to a floor measured in the same run, so that machines and loads can be compared.

detect   first read, re-save unchanged, 1 % changed: each against one csv.reader pass over the same file
formats  one pass over the same rows in each format against one csv.reader pass
queue    observe and acknowledge against executemany of the same rows
latency  a saved price until the shop's own page data shows it, against one empty request
lane     the same while a 50 MB PDF is on its way up, against the same without
woo      records a second into a WooCommerce store, of what a bare client brings there
start    from the command to the first paint
keys     from a key to its answer while 20,000 records go
idle     processor time of the whole process while nothing happens
"""

from __future__ import annotations

import csv
import hashlib
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import openpyxl

from bench import tui, woo
from tests.firm import Firm
from tests.shops.contract import a_pdf
from tests.webshop.running import Api, started_shop
from webupdate.store import queue
from webupdate.store.companies import add
from webupdate.store.db import open_store
from webupdate.store.queue import Wanted
from webupdate.store.secrets import open_vault
from webupdate.sync.entities import FILES
from webupdate.sync.folder import SUFFIXES
from webupdate.sync.look import Looker
from webupdate.sync.reader import open_export
from webupdate.sync.supervisor import Supervisor

ROWS = 100_000
SAVES = 15
PDFS, PDF_SIZE = 5, 50_000_000


def timed(work: Callable[[], object]) -> float:
    """Seconds that `work` takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def write_prices(path: Path, changed: int) -> None:
    """A prices export of ROWS rows; the first `changed` of every hundred differ from the plain one."""
    with path.open("w", encoding="cp1252", newline="") as stream:
        rows = csv.writer(stream, lineterminator="\r\n")
        rows.writerow(("ID", "LEVEL", "UNIT", "PRICE"))
        for number in range(ROWS):
            price = number % 1000 + (0.5 if number % 100 < changed else 0.25)
            rows.writerow((f"ITEM-{number:07}", "Retail", "EA", f"{price:.2f}"))


def read_all(path: Path) -> int:
    with path.open(encoding="cp1252", newline="") as stream:
        return sum(1 for _ in csv.reader(stream))


def bench_detect(folder: Path) -> None:
    (folder / "export").mkdir()
    (folder / "data").mkdir()
    store = open_store(folder / "data" / "store.sqlite3")
    values = {"name": "Bench", "export_folder": str(folder / "export"), "order_folder": str(folder)}
    values |= {"address": "https://shop.example", "token": "none"}
    company = add(store, open_vault(folder / "data" / "key"), values)
    looker = Looker(store, folder / "data" / "spool", once=True)
    path = folder / "export" / "prices.csv"
    for title, changed in (("first read", 0), ("re-save, nothing changed", 0), ("re-save, 1 % changed", 1)):
        write_prices(path, changed)
        floor = statistics.median(timed(lambda: read_all(path)) for _ in range(3))
        own = timed(lambda: looker.look(company, time.time(), lambda _path: True))
        report(f"detect   {title}, {ROWS:,} rows", own, floor, "csv.reader pass")
    store.close()


def write_formats(folder: Path) -> None:
    """The same prices in every format."""
    write_prices(folder / "prices.csv", 0)
    rows = list(csv.reader((folder / "prices.csv").read_text(encoding="cp1252").splitlines()))
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("prices")
    for row in rows:
        sheet.append(row)
    book.save(folder / "prices.xlsx")
    objects = (msgspec.json.encode(dict(zip(rows[0], row, strict=True))) for row in rows[1:])
    (folder / "prices.jsonl").write_bytes(b"\n".join(objects))


def bench_formats(folder: Path) -> None:
    write_formats(folder)
    floor = statistics.median(timed(lambda: read_all(folder / "prices.csv")) for _ in range(3))
    for suffix in ("csv", "jsonl", "xlsx"):
        own = timed(lambda path=folder / f"prices.{suffix}": read_rows(path))
        report(f"formats  {suffix}, {ROWS:,} rows", own, floor, "csv.reader pass")


def read_rows(path: Path) -> int:
    with open_export(path, FILES["prices"], SUFFIXES[path.suffix], path.name) as reading:
        return sum(1 for _ in reading)


def bench_queue(folder: Path) -> None:
    store = open_store(folder / "queue.sqlite3")
    store.sql("INSERT INTO company (id, name, created_at) VALUES (1, 'x', 0)")
    store.sql("INSERT INTO site (id, company_id, name, created_at) VALUES (1, 1, 'x', 0)")
    store.sql("CREATE TABLE plain (key TEXT PRIMARY KEY, payload BLOB)")
    wanted = [Wanted(entity="prices", key=f"K{n}", payload=b"x" * 120) for n in range(20_000)]

    def plain() -> None:
        with store.writing():
            store.many("INSERT INTO plain VALUES (?, ?)", [(entry.key, entry.payload) for entry in wanted])

    def observe() -> None:
        for start in range(0, len(wanted), 400):
            queue.observe(store, 1, 1, wanted[start : start + 400], time.time())

    floor = timed(plain)
    report("queue    observe 20,000 records", timed(observe), floor, "executemany")
    store.close()


def bench_latency(folder: Path) -> None:
    with started_shop(folder / "shop") as shop:
        firm = Firm(folder, shop)
        firm.cycle()
        api = Api(shop)
        engine = Supervisor(firm.store, firm.vault, firm.paths, mode="bench")
        engine.start()
        try:
            time.sleep(3)
            floor = statistics.median(timed(lambda: api.call("GET", "check/")) for _ in range(SAVES))
            own = statistics.median(timed(lambda n=n: save_and_wait(firm, api, n)) for n in range(SAVES))
        finally:
            engine.stop(5)
            firm.close()
    report("latency  saved price until it is in the shop, median", own, floor, "empty request")


def bench_lane(folder: Path) -> None:
    """The worst of all that were measured while a PDF was really on its way counts: it must stay below a second."""
    with started_shop(folder / "shop") as shop:
        firm = Firm(folder, shop)
        documents = firm.export / "documents"
        documents.mkdir()
        names = [f"large-{number}.pdf" for number in range(PDFS)]
        firm.change("inventory", "EXOTIC-LIQ,MAIN,,", f"EXOTIC-LIQ,MAIN,,{';'.join(names)}")
        firm.cycle_all()
        api = Api(shop)
        engine = Supervisor(firm.store, firm.vault, firm.paths, mode="bench")
        engine.start()
        try:
            time.sleep(3)
            floor = statistics.median(timed(lambda n=n: save_and_wait(firm, api, n)) for n in range(PDFS))
            meanwhile = [bench_pdf(firm, api, documents / name, n) for n, name in enumerate(names, PDFS)]
        finally:
            engine.stop(10)
            firm.close()
    report(f"lane     saved price while one of {PDFS} PDFs of 50 MB goes up, worst", max(meanwhile), floor, "without")


def bench_pdf(firm: Firm, api: Api, path: Path, number: int) -> float:
    """Seconds that a price took while the PDF was on its way."""
    data = a_pdf(path.name, PDF_SIZE)
    content = f"contents/{hashlib.sha256(data).hexdigest()}/"
    path.write_bytes(data)
    while not api.call("GET", content).json()["held"]:
        time.sleep(0.01)
    took = timed(lambda: save_and_wait(firm, api, number))
    assert not api.call("GET", content).json()["complete"], "the PDF was there before the price: nothing was measured"
    while not api.call("GET", content).json()["complete"]:
        time.sleep(0.05)
    return took


def save_and_wait(firm: Firm, api: Api, number: int) -> None:
    old = api.read("prices", "CHAI-01\tRetail\tEA")[0]["price"]
    new = f"{20 + number}.00"
    firm.change("prices", f"CHAI-01,Retail,EA,{old}", f"CHAI-01,Retail,EA,{new}")
    while api.read("prices", "CHAI-01\tRetail\tEA")[0]["price"] != new:
        pass


def report(what: str, own: float, floor: float, name: str) -> None:
    print(f"{what:<56} {own * 1000:9.1f} ms   {own / floor:7.2f} x {name}")


BENCHES = {
    "detect": bench_detect,
    "formats": bench_formats,
    "queue": bench_queue,
    "latency": bench_latency,
    "lane": bench_lane,
    "woo": woo.bench_woo,
    "start": tui.bench_start,
    "keys": tui.bench_keys,
    "idle": tui.bench_idle,
}


def main() -> None:
    chosen = sys.argv[1:] or list(BENCHES)
    for name, bench in BENCHES.items():
        if name in chosen:
            with tempfile.TemporaryDirectory() as folder:
                bench(Path(folder))


if __name__ == "__main__":
    main()
