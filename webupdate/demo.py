"""`webupdate demo`: a firm's export files, a real web shop and the sync between them, on this machine."""

from __future__ import annotations

import argparse
import importlib.resources
import shutil
import socket
import sys
import threading
import time
from pathlib import Path
from typing import TextIO

import msgspec
from msgspec import Struct

from webupdate import headless, settings
from webupdate.config import Paths, open_data_dir, platform_data_dir
from webupdate.errors import Stopped, UsageError
from webupdate.northwind import art
from webupdate.report import Exit, exit_code
from webupdate.store import board, companies, exports
from webupdate.store.companies import CompanyInfo
from webupdate.store.db import Store, open_store
from webupdate.store.secrets import Vault, open_vault
from webupdate.store.snapshot import snapshot
from webupdate.sync.entities import FILES
from webupdate.sync.shops.base import ENTITIES
from webupdate.sync.shops.base import FILES as FILES_APART
from webupdate.webshop import server
from webupdate.webshop.server import RunningShop

NAME = "Northwind Traders"
LOGIN = "alfki@example.com"
PORTS_TRIED = 20
FIRST_ORDER = "1996-07-01"  # the day from which Northwind's orders are


class EntityCounts(Struct, kw_only=True):
    """What one cycle did with an entity. `hidden`: of the uploaded, those that the shop holds invisible."""

    read: int = 0
    uploaded: int = 0
    hidden: int = 0
    left: int = 0
    failed: int = 0


class Summary(Struct, kw_only=True):
    """What `--once --json` prints."""

    entities: dict[str, EntityCounts]
    orders: int
    seconds: float
    shop: str


class Demo(Struct, frozen=True):
    """The demo's folders."""

    folder: Path

    @property
    def paths(self) -> Paths:
        return open_data_dir(str(self.folder / "data"))

    @property
    def export(self) -> Path:
        return self.folder / "export"

    @property
    def orders(self) -> Path:
        return self.folder / "orders"

    @property
    def shop(self) -> Path:
        return self.folder / "shop"


def run(arguments: argparse.Namespace) -> int:
    """Carry out the command; returns the exit code."""
    folder = Path(arguments.dir).expanduser().absolute() if arguments.dir else platform_data_dir() / "demo"
    demo = Demo(folder)
    try:
        _lay_down(demo)
    except OSError as error:
        raise UsageError(
            f"The demo's folder {folder} can't be made: {error.strerror}.", "Name another with --dir."
        ) from error
    shop = server.find(demo.shop) or _start_shop(demo, arguments.port)
    try:
        if arguments.shop_only:
            return _serve_shop(shop)
        company = _company(demo, shop)
        if arguments.northwind_orders:
            company = _bring_orders(demo, shop, company)
        if arguments.headless and not arguments.once:
            return _headless(demo, shop)
        if arguments.headless or arguments.once or not _on_terminal():
            return _once(demo, shop, company, as_json=arguments.json)
        return _screens(demo, shop, settings.from_flags(arguments))
    finally:
        shop.stop()


def _on_terminal() -> bool:
    return all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))


def _lay_down(demo: Demo) -> None:
    """Northwind's files, unless an export folder is there already: then what stands in it stays."""
    demo.orders.mkdir(parents=True, exist_ok=True)
    if demo.export.exists():
        return
    # Whole or not at all: a demo that was ended here begins anew.
    temporary = demo.folder / "export.tmp"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    for file in importlib.resources.files("webupdate.northwind").iterdir():
        if file.name.endswith(".csv"):
            (temporary / file.name).write_bytes(file.read_bytes())
    art.lay_down(temporary)
    temporary.rename(demo.export)


def _start_shop(demo: Demo, port: int) -> RunningShop:
    """Start the shop on `port`, else on the next that is free."""
    for candidate in range(port, port + PORTS_TRIED):
        if _free(candidate):
            return server.start(demo.shop, candidate, name=NAME, demo_login=LOGIN)
    raise UsageError(f"The ports {port} to {port + PORTS_TRIED - 1} are all taken.", "Name a free one with --port.")


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((server.HOST, port))
        except (OSError, OverflowError):
            return False
    return True


def _serve_shop(shop: RunningShop) -> int:
    _say(_address(shop), sys.stdout)
    token, authority = shop.ca_file.with_name("sync-token"), shop.ca_file
    _say(f"For a company of your own: the sync token is in {token}, the certificate is {authority}", sys.stdout)
    stop = threading.Event()
    headless.stop_on_signals(stop, service=False)
    while not stop.wait(1.0):
        if shop.process is not None and shop.process.poll() is not None:
            return Exit.UNREACHABLE
    return Exit.FINE


def _company(demo: Demo, shop: RunningShop) -> CompanyInfo:
    """The demo's company, made at the first start; address and token follow the shop."""
    store = open_store(demo.paths.store)
    vault = open_vault(demo.paths.key)
    try:
        connection = {"address": shop.url, "token": shop.token, "certificate": str(shop.ca_file)}
        for info in companies.companies(store):
            if info.name == NAME:
                return _reconnect(store, vault, info, connection)
        values = {"name": NAME, "export_folder": str(demo.export), "order_folder": str(demo.orders), **connection}
        info = companies.add(store, vault, values)
        companies.begin(store, info.sites[0].id, time.time())  # the shop is our own: there is nothing to be seen first
        return companies.company(store, NAME)
    finally:
        store.close()


def _bring_orders(demo: Demo, shop: RunningShop, company: CompanyInfo) -> CompanyInfo:
    """Northwind's 830 orders of 1996 to 1998, placed in the shop for the customers that it has.

    The shop learns of them first: an order of an account that is not there yet would be a guest's.
    """
    _say("Placing Northwind's 830 orders in the shop; at the first start this takes about a minute.", sys.stderr)
    store, vault = open_store(demo.paths.store), open_vault(demo.paths.key)
    lock = headless.take_lock(demo.paths, store)
    try:
        runner = headless.one_cycle(store, vault, demo.paths)[NAME].runners.get(company.sites[0].id)
        if runner is None or runner.trouble is not None:
            raise runner.trouble if runner and runner.trouble else Stopped(f"{NAME} is paused: resume it first.")
        with importlib.resources.as_file(importlib.resources.files("webupdate.northwind") / "orders.json") as file:
            _say(server.place_orders(shop, file), sys.stderr)
        return companies.change(store, vault, company, {"orders_from": FIRST_ORDER})
    finally:
        lock.release()
        store.close()


def _reconnect(store: Store, vault: Vault, info: CompanyInfo, connection: dict[str, str]) -> CompanyInfo:
    site = info.sites[0]
    known = {**site.values, **vault.unlock(site.secrets)}
    if all(known.get(name) == value for name, value in connection.items()):
        return info
    return companies.change(store, vault, info, connection)


def _headless(demo: Demo, shop: RunningShop) -> int:
    _say(_address(shop), sys.stderr)
    return headless.run(demo.paths, once=False, wait=False, log_json=False)


def _screens(demo: Demo, shop: RunningShop, flags: dict[str, object]) -> int:
    from webupdate.tui import start
    from webupdate.tui.session import Session

    start.run(Session.open(demo.paths, ties=True), flags=flags, notice=_address(shop))
    return Exit.FINE


def _address(shop: RunningShop) -> str:
    return f"Shop {shop.url} · log in as {shop.demo_login} / {shop.demo_password}"


def _once(demo: Demo, shop: RunningShop, company: CompanyInfo, *, as_json: bool) -> int:
    """One headless cycle; the summary goes to stdout, the log to stderr."""
    paths = demo.paths
    store, vault = open_store(paths.store), open_vault(paths.key)
    lock = headless.take_lock(paths, store)
    try:
        log = headless.LogTail(store, sys.stderr, as_json=False)
        started = time.monotonic()
        runner = headless.one_cycle(store, vault, paths)[NAME].runners.get(company.sites[0].id)
        log.write_new()
        if runner is None:
            raise Stopped(
                f"{NAME} did not sync: it is paused, or failed.", f"See: webupdate --data {paths.data} status"
            )
        summary = Summary(
            entities=_counts(store, company, runner.sent, runner.hidden),
            orders=runner.written,
            seconds=round(time.monotonic() - started, 2),
            shop=shop.url,
        )
        _say(msgspec.json.encode(summary).decode() if as_json else _text(summary, shop, demo), sys.stdout)
        return exit_code(snapshot(store, time.time()))
    finally:
        lock.release()
        store.close()


def _counts(
    store: Store, company: CompanyInfo, sent: dict[str, int], hidden: dict[str, int]
) -> dict[str, EntityCounts]:
    failed = board.counts(store, company.sites[0].id)
    files = (*FILES, *FILES_APART)
    tallies = {e: t for file in files for e, t in exports.file_state(store, company.id, file).tallies.items()}
    return {
        entity: EntityCounts(
            read=tallies[entity].read if entity in tallies else 0,
            uploaded=sent.get(entity, 0),
            hidden=hidden.get(entity, 0),
            left=tallies[entity].left if entity in tallies else 0,
            failed=failed.get(entity, (0, 0))[1],
        )
        for entity in ENTITIES
    }


def _text(summary: Summary, shop: RunningShop, demo: Demo) -> str:
    lines = [
        f"{entity:<11} {counts.read:>5} read  {counts.uploaded:>5} uploaded"
        + (f", {counts.hidden} of them hidden" if counts.hidden else "")
        + (f", {counts.left} not for the web" if counts.left else "")
        + (f", {counts.failed} failed" if counts.failed else "")
        for entity, counts in summary.entities.items()
        if counts.read
    ]
    lines += [f"orders      {summary.orders:>5} written to {demo.orders}", f"in {summary.seconds} s", _address(shop)]
    return "\n".join(lines)


def _say(text: str, stream: TextIO) -> None:
    print(text, file=stream, flush=True)
