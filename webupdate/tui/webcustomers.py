"""Customers that wait: web accounts of which EBMS needs to know more, with the values of both sides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from webupdate.store import accounts, commands
from webupdate.store.accounts import Clash, Question, WebCustomer
from webupdate.store.db import Store
from webupdate.store.snapshot import Snapshot
from webupdate.tui import actionkinds, actions, view
from webupdate.tui.bars import Footer, Lines
from webupdate.tui.dialogs import Answer, Ask
from webupdate.tui.grid import Column, Grid, Row
from webupdate.tui.page import Page
from webupdate.tui.threads import away
from webupdate.tui.view import Cell, Line

if TYPE_CHECKING:
    from webupdate.tui.app import WebUpdateApp

_COLUMNS = (
    Column("", 0),
    Column("No", 5, right=True),
    Column("Customer", 18, grow=2),
    Column("What is asked", 20, grow=5),
    Column("Since", 8, right=True),
)
LATER = Answer("later", "0", "Leave it for now")
_FIELD_BY_FIELD = "fields"
_MOST_ANSWERS = 9  # as many as there are digits
_FIELD_WIDTH = 11
_SIDES = {"ebms": "EBMS's values, the shop gets them", "web": "the web's values, EBMS gets them as a file"}


class WebCustomers(Page):
    """The web customers of a site that wait for a person."""

    place = actionkinds.CUSTOMERS
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings(actionkinds.CUSTOMERS)]

    def __init__(self, app: WebUpdateApp, site_id: int) -> None:
        super().__init__(app, site_id)
        self._waiting: list[WebCustomer] = []

    def body(self) -> Iterable[Widget]:
        yield Grid(self.ours.painter, _COLUMNS, id="customers")
        with VerticalScroll(id="problems", can_focus=False):
            yield Lines(self.ours.painter, id="detail")

    def crumbs(self) -> list[str]:
        spot = self.spot()
        return [*([spot.company.name] if spot else []), "Customers that wait"]

    def show(self, snapshot: Snapshot) -> None:
        if self.spot() is None or self.site_id is None:
            self.dismiss()
            return
        self._waiting = accounts.needing(self.ours.session.store, self.site_id)
        grid = self.query_one(Grid)
        grid.put([Row(str(account.id), _cells(account, snapshot.at)) for account in self._waiting])
        grid.reveal(bool(self._waiting))
        account = self._selected()
        self.query_one("#detail", Lines).put(_detail(account, self.size.width - 7) if account else _none())

    def _selected(self) -> WebCustomer | None:
        key = self.query_one(Grid).key
        return next((account for account in self._waiting if str(account.id) == key), None)

    async def do_answer(self) -> None:
        account = self._selected()
        if account is None:
            return
        if account.question is None:
            self.query_one(Footer).say("Nothing is asked of you here; the message says what stops it.")
            return
        wish = await self._ask(account, account.question)
        if wish is None:
            return
        spot, store = self.spot(), self.ours.session.store
        assert spot is not None
        await away(store, _leave, store, spot.company.id, account.id, wish)
        self.ours.notify("The answer is on its way.", markup=False)

    async def _ask(self, account: WebCustomer, question: Question) -> Mapping[str, object] | None:
        """The wish of the person; None for later."""
        offered = wishes_of(question)
        answers = [LATER, *(Answer(str(n), str(n), label) for n, (label, _) in enumerate(offered, 1))]
        text = (question.message, *_clash_text(question))
        title = f"{account.name or account.email or account.shop_id}?"
        chosen = await self.ours.push_screen_wait(Ask(self.ours.painter, title, text, answers, LATER.id))
        if chosen == LATER.id:
            return None
        wish = offered[int(chosen) - 1][1]
        return await self._field_by_field(question) if _FIELD_BY_FIELD in wish else wish

    async def _field_by_field(self, question: Question) -> Mapping[str, object] | None:
        take: dict[str, str] = {}
        for clash in question.clashes:
            answers = (LATER, Answer("ebms", "1", f"EBMS: {clash.ebms or '–'}"), Answer("web", "2", _web_label(clash)))
            text = (f"Before: {clash.base or '–'}",)
            side = await self.ours.push_screen_wait(
                Ask(self.ours.painter, f"{clash.column}?", text, answers, LATER.id)
            )  # fmt: skip
            if side == LATER.id:
                return None
            take[clash.column] = side
        return {"take": take}


def wishes_of(question: Question) -> list[tuple[str, Mapping[str, object]]]:
    """What can be answered, in words and as the command's arguments."""
    found: list[tuple[str, Mapping[str, object]]] = []
    found += [(f"Take {_SIDES[side]}", {"take": side}) for side in ("ebms", "web") if side in question.answers]
    if "web" in question.answers and len(question.clashes) > 1:
        found.append(("Choose field by field", {_FIELD_BY_FIELD: True}))
    if "link" in question.answers:
        for candidate in question.candidates[: _MOST_ANSWERS - 1]:
            parts = (candidate.id, candidate.name, candidate.city)
            found.append((f"It is {' · '.join(part for part in parts if part)}", {"link": candidate.id}))
    if "new" in question.answers:
        found.append(("Make a new customer", {"new": True}))
    return [(view.clean(label), wish) for label, wish in found]


def _web_label(clash: Clash) -> str:
    return view.clean(f"web: {clash.web or '–'}")


def _clash_text(question: Question) -> list[str]:
    return [f"{clash.column}: EBMS “{clash.ebms}”, web “{clash.web}”" for clash in question.clashes]


def _leave(store: Store, company_id: int, number: int, wish: Mapping[str, object]) -> None:
    commands.leave(store, "customer", company_id=company_id, number=number, **wish)


def _cells(account: WebCustomer, now: float) -> Line:
    asked = account.error or (account.question.message if account.question else "")
    return (
        Cell("⚠", "warn"),
        Cell(str(account.id)),
        Cell(view.clean(account.name or account.email or account.shop_id)),
        Cell(view.clean(asked)),
        Cell(view.age(now, account.received_at), "dim"),
    )


def _detail(account: WebCustomer, width: int) -> list[Line]:
    about = " · ".join(text for text in (account.email, account.key) if text)
    title: Line = (Cell(view.clean(account.name or account.shop_id), "bold"), Cell(f" · {view.clean(about)}", "dim"))
    error = view.wrapped(f"✖ {account.error}", width, tone="bad") if account.error else []
    return [title, *error, *(_asked(account.question, width) if account.question else [])]


def _asked(question: Question, width: int) -> list[Line]:
    return [
        *view.wrapped(question.message, width),
        *view.wrapped(question.hint, width, tone="dim"),
        *_candidates(question),
        *_side_by_side(question.clashes, width),
    ]


def _candidates(question: Question) -> list[Line]:
    lines: list[Line] = [()] if question.candidates else []
    for candidate in question.candidates:
        parts = (candidate.name, candidate.email, candidate.phone, candidate.city)
        text = "  ".join(view.clean(part) for part in parts if part)
        lines.append((Cell(f"  {view.clean(candidate.id):<{_FIELD_WIDTH}}", "bold"), Cell(text)))
    return lines


def _side_by_side(clashes: tuple[Clash, ...], width: int) -> list[Line]:
    """A line for each field: what it was, what EBMS has, what the web has."""
    if not clashes:
        return []
    room = max(12, (width - _FIELD_WIDTH - 4) // 3)
    head = Cell(f"  {'':<{_FIELD_WIDTH}}" + "".join(f"{word:<{room}}" for word in ("before", "EBMS", "web")), "dim")
    return [(), (head,), *(_clash_line(clash, room) for clash in clashes)]


def _clash_line(clash: Clash, room: int) -> Line:
    return (
        Cell(f"  {clash.column:<{_FIELD_WIDTH}}", "bold"),
        Cell(_fitted(clash.base, room), "dim"),
        Cell(_fitted(clash.ebms, room)),
        Cell(_fitted(clash.web, room)),
    )


def _fitted(value: str, room: int) -> str:
    shown = view.clean(value) or "–"
    return f"{shown if len(shown) < room else shown[: room - 2] + '…':<{room}}"


def _none() -> list[Line]:
    return [(Cell("✔ ", "ok"), Cell("No customer waits for an answer."))]
