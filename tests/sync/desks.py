"""A desk of orders for tests: Northwind's exports, orders laid into the inbox, judged, answered and written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from tests.sync.folders import Exports
from tests.sync.judging import BERLIN, changed, line
from webupdate.store import board, commands, history, inbox
from webupdate.store.companies import SiteInfo
from webupdate.store.db import Store
from webupdate.store.inbox import Order
from webupdate.sync.download import take
from webupdate.sync.orders import OrderDesk
from webupdate.sync.resolve import resolve
from webupdate.sync.shops import oscar
from webupdate.sync.shops.base import OrderPage, Payment, WebOrder

# An order that Northwind's exports have nothing against.
FINE = WebOrder(
    id="12",
    number="100012",
    status="Pending",
    placed_at="2026-11-23T10:00:00+00:00",
    updated_at="2026-11-23T10:00:00+00:00",
    currency="USD",
    customer="ALFKI",
    account="5",
    email="alfki@example.com",
    bill_to=BERLIN,
    ship_to=BERLIN,
    lines=(line("CHAI-01"),),
    ship_code="Federal Shipping",
    ship_name="Federal Shipping",
    shipping="9.75",
    payments=(Payment(code="N30", name="Net 30", amount="27.75"),),
    total="27.75",
)


class Desk:
    """The orders of one company with one site; `now` is the clock of the exports."""

    def __init__(self, exports: Exports) -> None:
        self.exports = exports
        self.store: Store = exports.store
        self.orders = Path(exports.company.values["order_folder"])
        self.orders.mkdir(exist_ok=True)
        self._number = 12

    @property
    def site(self) -> SiteInfo:
        return self.exports.company.sites[0]

    @property
    def desk(self) -> OrderDesk:
        return OrderDesk(self.store, self.exports.company, self.site, self.exports.now)

    def receive(self, order: WebOrder = FINE, **values: Any) -> Order:
        """An order as the feed gives it, judged at once; each with the next number unless it says another. Its total
        follows from the values unless it is one of them."""
        self._number += 1
        own = {"id": str(self._number), "number": f"1000{self._number}"} if order is FINE else {}
        self.give(changed(order, **(own | values)))
        return self.judge()

    def give(self, order: WebOrder) -> None:
        """The feed gives an order, new or changed."""
        page = OrderPage(((order, msgspec.json.encode(order)),), "c", False)
        take(self.store, self.exports.company, self.site, page, oscar.OSCAR, self.exports.now)

    def judge(self, *, again: bool = True) -> Order:
        """Judge what waits; returns the newest order."""
        self.desk.judge_waiting(again=again)
        return inbox.recent(self.store, self.exports.company.id, 1)[0]

    def answer(self, order: Order, *given: tuple[str, str, str] | tuple[str, str, str, str], by: str = "anna") -> str:
        """A person answers: topic, the web's word, the value, and the scope if it is not for this order only."""
        answers = [dict(zip(("topic", "web", "value", "scope"), one, strict=False)) for one in given]
        number = commands.leave(
            self.store, "resolve", company_id=self.exports.company.id, order=order.id, answers=answers
        )  # fmt: skip
        (wish,) = [w for w in commands.waiting(self.store, self.exports.company.id) if w.id == number]
        wish = msgspec.structs.replace(wish, asked_by=by)
        result = resolve(self.store, self.exports.company, wish, self.exports.now)
        commands.finish(self.store, wish, result)
        return result

    def order(self, order: Order) -> Order:
        """The order as it is now."""
        found = inbox.order(self.store, order.id)
        assert found is not None
        return found

    def write(self) -> dict[str, bytes]:
        """Write all that is ready; the order folder by name."""
        self.desk.write_ready()
        return {path.name: path.read_bytes() for path in self.orders.iterdir() if path.is_file()}

    def story(self, order: Order) -> list[tuple[str, str]]:
        """What happened to an order, oldest first: what and who."""
        return [(step.what, step.by) for step in reversed(history.of_order(self.store, order.id))]

    def log(self) -> list[str]:
        """The company's log."""
        return [entry.text for entry in board.log_lines(self.store)]
