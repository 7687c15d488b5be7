"""A shop whose orders lie in a file, and a real engine process that works for it until it kills itself.

The shop knows no cursor: it gives every order each time, so that each is delivered again and again, in pages of one.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import msgspec

from tests.crash.engine import Moments, one_cycle, run
from tests.store.simulation import ModelShop
from webupdate.config import Paths
from webupdate.sync import filesite, site
from webupdate.sync.shops.base import OrderPage, ShopInfo, WebOrder
from webupdate.sync.shops.oscar import OSCAR


class FiledShop(ModelShop):
    """Its clock is `ahead` (seconds) of ours."""

    def __init__(self, folder: Path, moments: Moments, ahead: float = 0.0) -> None:
        super().__init__(compares_rev=True)
        self.abilities = msgspec.structs.replace(OSCAR, entities=frozenset())
        self.file, self.acks, self.ahead = folder / "orders.json", folder / "acks.txt", ahead
        self.moments = moments

    def check(self) -> ShopInfo:
        return ShopInfo(name="", version="", currency="", clock=time.time() + self.ahead)

    def orders(self, cursor: str, since: str, statuses: tuple[str, ...]) -> OrderPage:
        self.moments.pass_by()
        orders = msgspec.json.decode(self.file.read_bytes(), type=list[WebOrder])
        given = [order for order in orders if order.status in statuses and order.placed_at >= since]
        at = int(cursor or 0) % max(1, len(given))
        page = tuple((order, msgspec.json.encode(order)) for order in given[at : at + 1])
        self.moments.pass_by()
        return OrderPage(page, str(at + 1), at + 1 < len(given))

    def acknowledge(self, order_id: str, written_as: str) -> None:
        self.moments.pass_by()
        with self.acks.open("a") as stream:
            stream.write(f"{order_id} {written_as}\n")
        self.moments.pass_by()

    def close(self) -> None:
        pass


def run_engine(data: Path, folder: Path, moment: int = 0, ahead: float = 0.0) -> int:
    """One cycle in a process of its own, killed at that moment (0 = never); returns the moments as `run`."""
    return run(_work, Paths(data), folder, ahead, moment=moment)


def _work(moments: Moments, paths: Paths, folder: Path, ahead: float) -> None:
    """What the process does."""
    site.open_shop = lambda *_: FiledShop(folder, moments, ahead)  # type: ignore[attr-defined]
    filesite.open_shop = site.open_shop  # type: ignore[attr-defined]
    os.fsync = lambda fd: None  # as the store's: a process is killed, not a machine
    one_cycle(moments, paths)
