"""Judges orders and lays them down as files, each exactly once (design section 5)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from pathlib import Path

import msgspec

from webupdate.errors import NeedsPerson, WebUpdateError
from webupdate.store import accounts, answers, board, exports, history, inbox, mappings, outbox
from webupdate.store.answers import Answer
from webupdate.store.companies import CompanyInfo, SiteInfo
from webupdate.store.db import Store
from webupdate.store.inbox import Order
from webupdate.sync import judge, place
from webupdate.sync.judge import Case, Given
from webupdate.sync.mapping import map_stock
from webupdate.sync.orderfacts import ExportFacts, remembered
from webupdate.sync.orderfile import OrderFile, build
from webupdate.sync.orderrules import rules_of
from webupdate.sync.reader import Row
from webupdate.sync.shops import ABILITIES
from webupdate.sync.shops.base import Shop, WebOrder
from webupdate.sync.sieve import Sieve
from webupdate.sync.text import visible


class OrderDesk:
    """Judging and writing for one site."""

    def __init__(self, store: Store, company: CompanyInfo, site: SiteInfo, now: float) -> None:
        self.store = store
        self.company = company
        self.site = site
        self.now = now
        self.folder = Path(company.values["order_folder"]).expanduser()
        self.known = ExportFacts(store, company, site)
        self.rules = rules_of(company, site)

    @cached_property
    def remembered(self) -> dict[tuple[str, str], Answer]:
        """What was learnt from earlier answers."""
        return remembered(self.store, self.company.id)

    def case(self, order: Order) -> Case:
        """An order before the judge, with the answers that are in force."""
        given = Given(answers.in_force(self.store, order.id), self.remembered)
        return judge.open_case(self._content(order), self.known, given, self.rules, order.refusal)

    def judge_waiting(self, *, again: bool) -> None:
        """Judge what came in; `again` also what waits for a person, since the exports have changed."""
        states = ("received", "conflict") if again else ("received",)
        for order in inbox.in_states(self.store, self.site.id, *states, limit=5000):
            self.judge(order)

    def judge(self, order: Order) -> Order:
        """Judge an order that is not written yet, and keep what was found."""
        problems = judge.judge(self.case(order))
        blocking = [problem for problem in problems if problem.blocks]
        with self.store.writing():
            inbox.judged(self.store, order, problems, ())
            if order.problems != problems or order.state == "received":
                text = " ".join(problem.message for problem in problems) or "no problem"
                history.note(self.store, order.id, "judged", text, self.now)
                if blocking:
                    self._log(order, f"needs you: {blocking[0].message}", "warning", blocking[0].hint)
        judged = inbox.order(self.store, order.id)
        assert judged is not None
        return judged

    def write_ready(self) -> int:
        """Write every order that is ready or on its way; returns how many files were laid down."""
        written = 0
        for order in inbox.in_states(self.store, self.site.id, "ready", "writing", "staged", limit=5000):
            try:
                self._write(order)
                written += 1
            except WebUpdateError as error:
                self._failed(order, error)
            except OSError as error:
                raise place.folder_error(self.folder, error) from error
        return written

    def _write(self, order: Order) -> None:
        case = self.case(order)
        file = build(case.order, case.settled, self.rules)
        if order.state != "staged":
            order = self._stage(order, file)
        self._place(order, file)
        with self.store.writing():
            inbox.advance(
                self.store, order, "written", written_at=self.now, temporary=None, error=None,
                warnings=msgspec.json.encode(file.warnings).decode(),
            )  # fmt: skip
            history.note(self.store, order.id, "written", f"written as {order.file_name}", self.now, data=file.content)
            mappings.used(self.store, order.id, self._learnt(case), self.now)
            restock(self.store, self.company, [line.sku for line in self._content(order).lines], self.now)
            board.tally(self.store, self.site.id, "orders", 1, self.now)
            self._log(order, f"written as {order.file_name}")
            for warning in file.warnings:
                self._log(order, warning, "warning")

    def _content(self, order: Order) -> WebOrder:
        return msgspec.json.decode(order.content, type=WebOrder)

    def _learnt(self, case: Case) -> list[int]:
        """The numbers of the mappings that served an order."""
        judge.judge(case)  # which also asks what may be imported all the same
        known = {(entry.topic, entry.web): entry.id for entry in mappings.remembered(self.store, self.company.id)}
        return [known[place] for place in case.given.used if place in known]

    def _stage(self, order: Order, file: OrderFile) -> Order:
        """Write the temporary file, then commit `staged`: from here on a rename is all that is left to do."""
        place.check_folder(self.folder, used=was_used(self.store, self.folder))
        order = inbox.advance(
            self.store, order, "writing", file_name=file.name, folder=str(self.folder), temporary=f"{order.id}.tmp"
        )
        place.stage(self.folder, order.temporary or "", file.content)
        return inbox.advance(self.store, order, "staged")

    def _place(self, order: Order, file: OrderFile) -> None:
        folder = Path(order.folder or self.folder)
        place.check_folder(folder, used=was_used(self.store, folder))
        name = order.file_name or file.name
        try:
            place.place(folder, order.temporary or f"{order.id}.tmp", name)
        except FileExistsError:
            raise NeedsPerson(
                f"Order #{visible(order.number)} can't be written: {folder / name} is there already with other "
                "content.",
                "Find out what that file is and move it away; the order is then written by itself.",
                record=order.number,
            ) from None

    def _failed(self, order: Order, error: WebUpdateError) -> None:
        if order.error != str(error):
            inbox.failed(self.store, order, str(error))
            self._log(order, str(error), "error")

    def tell_shop(self, shop: Shop) -> None:
        """Acknowledge written orders; said twice does no harm. Raises Retryable, OutcomeUnknown, Stopped.

        What the shop says against one order is only noted: its file is written, nothing else hangs on it.
        An order whose lowered stock has not reached the shop yet (a brake may hold it) is told later: the shop gives
        back what it had reserved for it, and would sell the same pieces again.
        """
        lowers = shop.abilities.reserves_until_ack and "stock" in shop.abilities.entities
        for order in inbox.in_states(self.store, self.site.id, "written", limit=5000):
            skus = [line.sku for line in self._content(order).lines]
            if lowers and outbox.lowers_stock(self.store, self.site.id, skus):
                continue
            try:
                shop.acknowledge(order.shop_id, order.file_name or "")
            except NeedsPerson as error:
                self._log(order, f"is written, but the shop answered: {error.message}", "warning", error.hint)
            with self.store.writing():
                inbox.advance(self.store, order, "acked", acked_at=self.now)
                history.note(self.store, order.id, "told", "told to the shop", self.now)

    def notice_taken(self) -> None:
        """A file that is no longer in the order folder was taken by EBMS."""
        waiting = inbox.in_folder(self.store, self.site.id)
        there = {folder: place.names_in(Path(folder)) for folder in {order.folder or "" for order in waiting}}
        gone = [
            order
            for order in waiting
            # A share that is away (its mount point is empty then) is no sign that EBMS took anything.
            if place.WORK_FOLDER in (names := there[order.folder or ""]) and order.file_name not in names
        ]
        if gone:
            with self.store.writing():
                inbox.taken(self.store, gone, self.now)
                for order in gone:
                    history.note(self.store, order.id, "taken", f"{order.file_name} was taken by EBMS", self.now)

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


def was_used(store: Store, folder: Path) -> bool:
    """Whether any file was ever laid down in that folder."""
    return inbox.written_to(store, str(folder)) or accounts.written_to(store, str(folder))
