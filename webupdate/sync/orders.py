"""Judges orders and lays them down as files, each exactly once (design section 5)."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import msgspec

from webupdate.errors import NeedsPerson, WebUpdateError
from webupdate.store import board, exports, inbox
from webupdate.store.companies import CompanyInfo, SiteInfo
from webupdate.store.db import Store
from webupdate.store.inbox import Order
from webupdate.sync import judge
from webupdate.sync.judge.known import Facts
from webupdate.sync.mapping import map_stock
from webupdate.sync.orderfile import OrderFile, OrderRules, build
from webupdate.sync.reader import Row
from webupdate.sync.shops import ABILITIES
from webupdate.sync.shops.base import Shop, WebOrder
from webupdate.sync.sieve import Sieve
from webupdate.sync.text import visible

WORK_FOLDER = ".webupdate"  # inside the order folder, so that a rename stays on one volume


class ExportFacts:
    """`judge.Known` over the last good exports of a company."""

    def __init__(self, store: Store, company_id: int) -> None:
        self._store = store
        self._company_id = company_id

    def has(self, file: str) -> bool:
        return exports.has_file(self._store, self._company_id, file)

    def item(self, sku: str) -> Facts | None:
        return self._facts("inventory", sku)

    def customer(self, key: str) -> Facts | None:
        return self._facts("customers", key)

    def ship_via(self, name: str) -> Facts | None:
        return self._facts("shipping", name)

    def payment(self, code: str) -> Facts | None:
        return self._facts("payments", code)

    def _facts(self, file: str, key: str) -> Facts | None:
        return exports.facts(self._store, self._company_id, file, key)


class OrderDesk:
    """Judging and writing for one site."""

    def __init__(self, store: Store, company: CompanyInfo, site: SiteInfo, now: float) -> None:
        self.store = store
        self.company = company
        self.site = site
        self.now = now
        self.folder = Path(company.values["order_folder"]).expanduser()
        self.known = ExportFacts(store, company.id)
        self.rules = OrderRules(
            site=site.name,
            time_zone=company.values["time_zone"],
            guest_customer=company.values["guest_customer"],
            level=site.values["price_level"],
        )

    def judge_waiting(self, *, again: bool) -> None:
        """Judge what came in; `again` also what waits for a person, since the exports have changed."""
        states = ("received", "conflict") if again else ("received",)
        for order in inbox.in_states(self.store, self.site.id, *states, limit=5000):
            content = msgspec.json.decode(order.content, type=WebOrder)
            problems = judge.judge(content, self.known)
            state = inbox.judged(self.store, order, problems, ())
            if state == "conflict" and order.problems != problems:
                self._log(order, f"needs you: {problems[0].message}", "warning", problems[0].hint)

    def write_ready(self) -> int:
        """Write every order that is ready or on its way; returns how many files were laid down."""
        written = 0
        for order in inbox.in_states(self.store, self.site.id, "ready", "writing", "staged"):
            try:
                self._write(order)
                written += 1
            except WebUpdateError as error:
                self._failed(order, error)
            except OSError as error:
                raise _folder_error(self.folder, error) from error
        return written

    def _write(self, order: Order) -> None:
        file = self._build(order)
        if order.state != "staged":
            order = self._stage(order, file)
        self._place(order, file)
        with self.store.writing():
            inbox.advance(
                self.store, order, "written", written_at=self.now, temporary=None, error=None,
                warnings=msgspec.json.encode(file.warnings).decode(),
            )  # fmt: skip
            restock(self.store, self.company, [line.sku for line in self._content(order).lines], self.now)
            board.tally(self.store, self.site.id, "orders", 1, self.now)
            self._log(order, f"written as {order.file_name}")
            for warning in file.warnings:
                self._log(order, warning, "warning")

    def _content(self, order: Order) -> WebOrder:
        return msgspec.json.decode(order.content, type=WebOrder)

    def _build(self, order: Order) -> OrderFile:
        content = self._content(order)
        return build(content, judge.answers(content, self.known), self.rules)

    def _stage(self, order: Order, file: OrderFile) -> Order:
        """Write the temporary file, then commit `staged`: from here on a rename is all that is left to do."""
        self._check_folder(self.folder)
        order = inbox.advance(
            self.store, order, "writing", file_name=file.name, folder=str(self.folder), temporary=f"{order.id}.tmp"
        )
        temporary = self._temporary(order)
        # Never the order folder itself: a lost share must not become a local folder.
        temporary.parent.mkdir(exist_ok=True)
        with temporary.open("wb") as stream:
            stream.write(file.content)
            stream.flush()
            os.fsync(stream.fileno())
        _sync_folder(temporary.parent)
        return inbox.advance(self.store, order, "staged")

    def _place(self, order: Order, file: OrderFile) -> None:
        """Rename; if the temporary file is gone it was renamed before, whether EBMS has taken it or not."""
        temporary = self._temporary(order)
        target = Path(order.folder or self.folder) / (order.file_name or file.name)
        self._check_folder(target.parent)
        if temporary not in temporary.parent.iterdir():
            return
        try:
            rename_new(temporary, target)
        except FileExistsError:
            if target.read_bytes() != temporary.read_bytes():
                raise NeedsPerson(
                    f"Order #{visible(order.number)} can't be written: {target} is there already with other content.",
                    "Find out what that file is and move it away; the order is then written by itself.",
                    record=order.number,
                ) from None
            temporary.unlink()
        _sync_folder(target.parent)
        _sync_folder(temporary.parent)

    def _check_folder(self, folder: Path) -> None:
        """What is left of a share that is not mounted is an empty folder: a file laid there would never be imported.

        Raises FileNotFoundError when our own folder is gone from an order folder that was written to before.
        """
        work = folder / WORK_FOLDER
        if not work.is_dir() and inbox.written_to(self.store, str(folder)):
            raise FileNotFoundError(
                errno.ENOENT, f"it lacks {WORK_FOLDER}, so it is not the folder of before. If it is, make {work}"
            )

    def _temporary(self, order: Order) -> Path:
        return Path(order.folder or self.folder) / WORK_FOLDER / (order.temporary or f"{order.id}.tmp")

    def _failed(self, order: Order, error: WebUpdateError) -> None:
        if order.error != str(error):
            inbox.failed(self.store, order, str(error))
            self._log(order, str(error), "error")

    def tell_shop(self, shop: Shop) -> None:
        """Acknowledge written orders; said twice does no harm. Raises Retryable, OutcomeUnknown, Stopped.

        What the shop says against one order is only noted: its file is written, nothing else hangs on it.
        """
        for order in inbox.in_states(self.store, self.site.id, "written"):
            try:
                shop.acknowledge(order.shop_id, order.file_name or "")
            except NeedsPerson as error:
                self._log(order, f"is written, but the shop answered: {error.message}", "warning", error.hint)
            inbox.advance(self.store, order, "acked", acked_at=self.now)

    def notice_taken(self) -> None:
        """A file that is no longer in the order folder was taken by EBMS."""
        waiting = inbox.in_folder(self.store, self.site.id)
        there = {folder: _names(Path(folder)) for folder in {order.folder or "" for order in waiting}}
        gone = [
            order
            for order in waiting
            # A share that is away (its mount point is empty then) is no sign that EBMS took anything.
            if WORK_FOLDER in (names := there[order.folder or ""]) and order.file_name not in names
        ]
        if gone:
            inbox.taken(self.store, gone, self.now)

    def _log(self, order: Order, text: str, level: str = "info", hint: str = "") -> None:
        board.log(
            self.store,
            f"Order #{visible(order.number)} {text}",
            level=level,
            hint=hint,
            company_id=self.company.id,
            site_id=self.site.id,
            entity="orders",
            key=order.number,
            now=self.now,
        )


def sold_at(store: Store, company: CompanyInfo, site: SiteInfo) -> dict[str, Decimal]:
    """By SKU, what the company's web orders take off the stock that EBMS exports and this site may sell."""
    reserves = ABILITIES[site.values["shop"]].reserves_until_ack
    return inbox.pending(store, company.id, site.id, reserved_in_shop=reserves)


def restock(store: Store, company: CompanyInfo, skus: Sequence[str], now: float) -> None:
    """Compute anew what the sites may sell of these items, after web orders changed."""
    items = {
        sku: facts
        for sku in dict.fromkeys(skus)
        if (facts := exports.facts(store, company.id, "inventory", sku)) is not None
    }
    stock = [map_stock(Row(0, sku, facts)) for sku, facts in items.items()]
    for site in company.sites:
        Sieve(store, company, site, sold_at(store, company, site)).observe(stock, items, now)


def rename_new(source: Path, target: Path) -> None:
    """Rename without overwriting. Raises FileExistsError.

    One atomic step, so that a temporary file that is gone always means "renamed": link and unlink would leave
    both for a moment, and EBMS may take the first. The check is enough, since only one engine writes here.
    """
    if target.exists():
        raise FileExistsError(str(target))
    source.rename(target)


def _names(folder: Path) -> frozenset[str]:
    """What is in a folder; nothing when it can't be read."""
    try:
        return frozenset(path.name for path in folder.iterdir())
    except OSError:
        return frozenset()


def _sync_folder(folder: Path) -> None:
    """Make a rename durable; Windows has no such call and does it itself."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:
        pass  # some network file systems refuse it; nothing more can be done there
    finally:
        os.close(handle)


def _folder_error(folder: Path, error: OSError) -> NeedsPerson:
    return NeedsPerson(
        f"The order folder {folder} can't be written: {error.strerror or error}.",
        "Is the share connected, the disk full, the right to write there? Orders wait; it is tried again by itself.",
        field="order_folder",
    )
