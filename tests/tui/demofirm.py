"""The running demo for pictures: `webupdate demo` with its real shop, some orders, and what can go wrong for real."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.webshop.running import DEMO_LOGIN, Api, Checkout, free_port
from webupdate import cli
from webupdate.config import Paths
from webupdate.tui.session import Session
from webupdate.webshop import server
from webupdate.webshop.server import RunningShop


@contextmanager
def running_demo(folder: Path) -> Iterator[tuple[Session, str]]:
    """A window's session on the demo after a day with mistakes, and what it says of its shop."""
    command = [sys.executable, "-m", "webupdate", "demo", "--dir", str(folder), "--port", str(free_port())]
    with subprocess.Popen([*command, "--shop-only"], stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()  # it says where it is once it answers
            shop = server.find(folder / "shop")
            assert shop is not None
            cycle(folder)
            happen(shop, folder / "export")
            cycle(folder)
            meddle(shop)
            session = Session.open(Paths(folder / "data"), ties=True)
            yield session, f"Shop {shop.url} · log in as {shop.demo_login} / {shop.demo_password}"
            session.close(handover=False)
        finally:
            process.terminate()


def cycle(folder: Path) -> None:
    """What the demo does once: send what changed, take the orders."""
    cli.main(["demo", "--dir", str(folder), "--headless", "--once"])


def happen(shop: RunningShop, export: Path) -> None:
    """Three people buy; meanwhile a ship via gets another name, an item is gone, and a PDF is none."""
    Checkout(shop, DEMO_LOGIN, shop.demo_password).buy([("CHANG-02", 2), ("TOFU-14", 1)], pay="N30", ship="Pickup")
    Checkout(shop).buy([("CHAI-01", 2), ("CHANG-02", 1)], ship="Speedy Express")
    Checkout(shop).buy([("CHANG-02", 6)])
    replace(export / "shipping.csv", "Speedy Express,Speedy Express", "Speedy Express Co.,Speedy Express")
    replace(export / "inventory.csv", "\nCHAI-01,", "\nCHAI-02,")
    document = export / "documents" / "chai-01-data-sheet.pdf"
    document.write_bytes(b"PK\x03\x04 no PDF")
    os.utime(document, (time.time() - 100,) * 2)  # one that was saved just now may not be whole yet


def meddle(shop: RunningShop) -> None:
    """Another program changes an item and two prices of the shop."""
    api = Api(shop)
    for kind, key, change in (
        ("items", "CHANG-02", {"title": "Chang by hand"}),
        ("prices", "TOFU-14\tRetail\tEA", {"price": "0.23"}),
        ("prices", "PAVLOVA-16\tRetail\tEA", {"price": "1.75"}),
    ):
        (held,) = api.read(kind, key)
        api.put(kind, key, **{**held, **change})


def replace(file: Path, old: str, new: str) -> None:
    """Save an export with a text replaced."""
    text = file.read_bytes().decode("cp1252")
    assert old in text, f"{file.name} has no {old!r}"
    file.write_bytes(text.replace(old, new).encode("cp1252"))
