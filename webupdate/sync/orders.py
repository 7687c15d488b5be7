"""Judges orders and lays them down as files, each exactly once (design section 5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import nullcontext, suppress
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Literal

import msgspec

from webupdate.errors import NeedsPerson, WebUpdateError
from webupdate.orderkinds import IN_THE_WAY
from webupdate.store import accounts, answers, board, exports, history, inbox, mappings, orderversions, outbox
from webupdate.store.answers import Answer
from webupdate.store.companies import CompanyInfo, SiteInfo
from webupdate.store.db import Store
from webupdate.store.inbox import Finding, Order
from webupdate.sync import changes, judge, place, statuses
from webupdate.sync.judge import Case, Given, delivery
from webupdate.sync.mapping import map_stock
from webupdate.sync.orderfacts import ExportFacts, remembered
from webupdate.sync.orderfile import Edition, OrderFile, build, file_name
from webupdate.sync.orderrules import rules_of
from webupdate.sync.orderstory import summed_up
from webupdate.sync.reader import Row
from webupdate.sync.shops import ABILITIES
from webupdate.sync.shops.base import Shop
from webupdate.sync.sieve import Sieve
from webupdate.sync.stored import read_kept, read_order
from webupdate.sync.text import visible

_TOLD = 20  # problems of one judgement in an order's history
_WITHDRAWN = "withdrawn"  # inside our own folder: files that EBMS has not taken and is not to take
Asked = tuple[Order, Finding]  # an order that needs a person now, and the first problem that stops it


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

    @cached_property
    def cancelled(self) -> frozenset[str]:
        """The shop statuses of orders that are off."""
        return statuses.cancelled(self.site, ABILITIES[self.site.values["shop"]])

    def case(self, order: Order) -> Case:
        """An order before the judge, with the answers that are in force."""
        given = Given(answers.in_force(self.store, order.id), self.remembered)
        way = self._in_the_way(order)
        return judge.open_case(read_order(order), self.known, given, self.rules, order.refusal, way)

    def _in_the_way(self, order: Order) -> str:
        """The file that was met when the order was to be laid down, until somebody moves it away."""
        if not any(problem.kind == IN_THE_WAY for problem in order.problems):
            return ""
        name = file_name(self.rules.site, order.number, order.attempt)
        return name if name in place.names_in(self.folder) else ""

    def judge_waiting(self, *, again: bool) -> None:
        """Judge what came in; `again` also what waits for a person, since the exports have changed."""
        states = ("received", "conflict") if again else ("received",)
        waiting = inbox.in_states(self.store, self.site.id, *states, limit=5000)
        self._tell_asked([news for order in waiting for news in self._judged(order)])

    def judge(self, order: Order) -> Order:
        """Judge an order that is not written yet, and keep what was found; returns it as it is then."""
        self._judge(order)
        judged = inbox.order(self.store, order.id)
        assert judged is not None
        return judged

    def _judge(self, order: Order) -> None:
        self._tell_asked(self._judged(order))

    def _judged(self, order: Order) -> list[Asked]:
        """Judge; what is off in the shop is closed, unless EBMS may have what it was before. Returns what is news."""
        content = read_order(order)
        if content.status not in self.cancelled:
            return self._found(order, judge.judge(self.case(order)), "judged")
        if order.replaces:
            return self._found(order, (changes.cancellation(content, order.replaces),), "judged")
        self.close(order, f"{visible(content.status)} in the shop before it was written", sold=False)
        return []

    def _found(self, order: Order, problems: tuple[Finding, ...], what: Literal["judged", "failed"]) -> list[Asked]:
        with self.store.writing():
            inbox.judged(self.store, order, problems, ())
            if order.problems == problems and order.state != "received":
                return []
            history.note(self.store, order.id, what, _told(problems), self.now)
        return [(order, problem) for problem in problems if problem.blocks][:1]

    def _tell_asked(self, asked: Sequence[Asked]) -> None:
        """In the log: one order with its first problem; of many, as a first run brings them, first of all their sum."""
        with self.store.writing() if asked else nullcontext():
            for order, problem in asked:
                level = "warning" if len(asked) == 1 else "info"
                self.log(order, f"needs you: {problem.message}", level, problem.hint)
            if len(asked) > 1:
                self._log(*summed_up([problem for _, problem in asked]), level="warning")

    def close(self, order: Order, why: str, *, sold: bool, by: str = "") -> None:
        """Write no file for an order. `sold`: a person enters it in EBMS; else nothing was sold."""
        with self.store.writing():
            orderversions.closed(self.store, order, self.now, sold=sold)
            history.note(self.store, order.id, "closed", why, self.now, by=by)
            self.log(order, f"is closed: {why}")
            self.restock(order)
        if order.temporary:
            with suppress(OSError):  # what is left there is never renamed
                (Path(order.folder or self.folder) / place.WORK_FOLDER / order.temporary).unlink()

    def restock(self, *orders: Order) -> None:
        """Compute anew what may be sold of what orders hold."""
        skus = [line.sku for order in orders for line in read_order(order).lines]
        restock(self.store, self.company, skus, self.now)

    def withdraw_replaced(self) -> None:
        """Files that are to be replaced and that EBMS has not taken yet are moved away from it."""
        for order in orderversions.replacing(self.store, self.site.id):
            try:
                self._withdraw(order)
            except OSError as error:
                raise place.folder_error(self.folder, error) from error

    def _withdraw(self, order: Order) -> Order:
        """A file that is in our folder already was moved there before a crash. Raises OSError."""
        folder = Path(order.folder or self.folder)
        for name in orderversions.files_replaced(order):
            if (folder / name).exists():
                place.set_aside(folder, folder / name, _WITHDRAWN)
            elif not (folder / place.WORK_FOLDER / _WITHDRAWN / name).exists():
                continue  # EBMS has taken it
            with self.store.writing():
                order = orderversions.withdrawn(self.store, order, name)
                history.note(self.store, order.id, "withdrawn", f"{name} was taken back from EBMS", self.now)
        return order

    def write_ready(self) -> int:
        """Write every order that is ready or on its way; returns how many files were laid down."""
        written = 0
        for order in inbox.in_states(self.store, self.site.id, "ready", "writing", "staged", limit=5000):
            try:
                written += self._write(order)
            except WebUpdateError as error:
                self._failed(order, error)
            except OSError as error:
                raise place.folder_error(self.folder, error) from error
        return written

    def _write(self, order: Order) -> bool:
        """Lay an order down; False when a file of another content has its name: then it waits for a person."""
        if order.state != "staged":
            order = self._withdraw(order)
            case = self.case(order)
            if not case.order.lines:  # it was ready when another version of this program could read it
                self._judge(order)
                return False
            file = build(case.order, case.settled, self.rules, self._edition(order))
            if self._is_taken(file):
                self._meets(order, file.name)
                return False
            order = self._stage(order, case, file)
        if not self._place(order):
            return False
        with self.store.writing():
            inbox.advance(self.store, order, "written", written_at=self.now, temporary=None, error=None)
            self.restock(order)
            board.tally(self.store, self.site.id, "orders", 1, self.now)
            self.log(order, f"written as {order.file_name}")
            for warning in order.warnings:
                self.log(order, warning, "warning")
        return True

    def _edition(self, order: Order) -> Edition:
        """Which file of the order it is, and what it changes of the one that EBMS may hold."""
        before = history.last_data(self.store, order.id, "replaced") if order.replaces else None
        old = read_kept(order, before) if before else None
        changed = changes.described(changes.changes(old, read_order(order))) if old else ""
        return Edition(order.attempt, order.replaces or "", changed)

    def _is_taken(self, file: OrderFile) -> bool:
        path = self.folder / file.name
        return path.exists() and not place.holds(path, file.content)

    def _meets(self, order: Order, name: str) -> None:
        self._tell_asked(self._found(order, (delivery.found_in_the_way(order.number, name),), "failed"))

    def _learnt(self, case: Case) -> list[int]:
        """The numbers of the mappings that served an order."""
        judge.judge(case)  # which also asks what may be imported all the same
        known = {(entry.topic, entry.web): entry.id for entry in mappings.remembered(self.store, self.company.id)}
        return [known[place] for place in case.given.used if place in known]

    def _stage(self, order: Order, case: Case, file: OrderFile) -> Order:
        """Write the temporary file, then commit `staged`: from here on a rename is all that is left to do.

        What the file holds is kept now: later it may be gone, and answers may mean something else.
        """
        place.check_folder(self.folder, used=was_used(self.store, self.folder))
        order = inbox.advance(
            self.store, order, "writing", file_name=file.name, folder=str(self.folder), temporary=f"{order.id}.tmp"
        )
        place.stage(self.folder, order.temporary or "", file.content)
        with self.store.writing():
            history.note(self.store, order.id, "written", f"written as {file.name}", self.now, data=file.content)
            mappings.used(self.store, order.id, self._learnt(case), self.now)
            return inbox.advance(
                self.store, order, "staged", warnings=msgspec.json.encode(file.warnings).decode(), error=None
            )

    def _place(self, order: Order) -> bool:
        """Rename the staged file; one that can't go into its place is thrown away once the order is known to wait."""
        folder, name = Path(order.folder or self.folder), order.file_name or ""
        temporary = order.temporary or f"{order.id}.tmp"
        place.check_folder(folder, used=was_used(self.store, folder))
        try:
            place.place(folder, temporary, name)
        except FileExistsError:
            self._meets(order, name)
            (folder / place.WORK_FOLDER / temporary).unlink(missing_ok=True)
            return False
        return True

    def _failed(self, order: Order, error: WebUpdateError) -> None:
        if order.error != str(error):
            with self.store.writing():
                inbox.failed(self.store, order, str(error))
                history.note(self.store, order.id, "failed", str(error), self.now)
                self.log(order, str(error), "error")

    def tell_shop(self, shop: Shop) -> None:
        """Acknowledge written and closed orders; said twice does no harm. Raises Retryable, OutcomeUnknown, Stopped.

        What the shop says against one order is only noted: its file is written, nothing else hangs on it.
        An order whose lowered stock has not reached the shop yet (a brake may hold it) is told later: the shop gives
        back what it had reserved for it, and would sell the same pieces again.
        """
        lowers = shop.abilities.reserves_until_ack and "stock" in shop.abilities.entities
        for order in orderversions.untold(self.store, self.site.id):
            skus = [line.sku for line in read_order(order).lines]
            if lowers and outbox.lowers_stock(self.store, self.site.id, skus):
                continue
            closed = order.state == "closed"
            try:
                shop.acknowledge(order.shop_id, "" if closed else order.file_name or "")
            except NeedsPerson as error:
                self.log(
                    order, f"is {'closed' if closed else 'written'}, but the shop answered: {error.message}",
                    "warning", error.hint,
                )  # fmt: skip
            with self.store.writing():
                orderversions.told(self.store, order, self.now)
                history.note(self.store, order.id, "told", "told to the shop", self.now)

    def log(self, order: Order, text: str, level: str = "info", hint: str = "") -> None:
        """Tell of an order in the company's log."""
        self._log(f"Order #{visible(order.number)} {text}", hint, level=level, key=order.number)

    def _log(self, text: str, hint: str, *, level: str, key: str = "") -> None:
        board.log(
            self.store, text, level=level, hint=hint, company_id=self.company.id, site_id=self.site.id,
            entity="orders", key=key, now=self.now,
        )  # fmt: skip


def _told(problems: Sequence[Finding]) -> str:
    """A judgement in words; of an order of 10,000 lines not all of it."""
    messages = [problem.message for problem in sorted(problems, key=lambda problem: not problem.blocks)]
    rest = len(messages) - _TOLD
    more = [f"… and {rest:,} more problem{'s' * (rest != 1)}."] if rest > 0 else []
    return "\n".join((*messages[:_TOLD], *more)) or "no problem"


def sold_at(
    store: Store, company: CompanyInfo, site: SiteInfo, skus: Iterable[str] | None = None
) -> dict[str, Decimal]:
    """By SKU, what the company's web orders take off the stock that EBMS exports and this site may sell. `skus`: of
    these only."""
    reserves = ABILITIES[site.values["shop"]].reserves_until_ack
    return inbox.pending(store, company.id, site.id, reserved_in_shop=reserves, skus=skus)


def restock(store: Store, company: CompanyInfo, skus: Sequence[str], now: float) -> None:
    """Compute anew what the sites may sell of these items, after web orders changed."""
    items = {
        sku: facts
        for sku in dict.fromkeys(skus)
        if (facts := exports.facts(store, company.id, "inventory", sku)) is not None
    }
    stock = [map_stock(Row(0, sku, facts)) for sku, facts in items.items()]
    for site in company.sites:
        Sieve(store, company, site, sold_at(store, company, site, items)).observe(stock, items, now)


def was_used(store: Store, folder: Path) -> bool:
    """Whether any file was ever laid down in that folder."""
    return orderversions.written_to(store, str(folder)) or accounts.written_to(store, str(folder))
