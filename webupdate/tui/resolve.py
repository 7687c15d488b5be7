"""Resolve Error: one order with its problems, stepped through, answered and confirmed."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable
from typing import TYPE_CHECKING, ClassVar

import msgspec
from textual.binding import Binding, BindingType
from textual.widget import Widget

from webupdate.store import answers, commands, inbox
from webupdate.store.commands import Answer as Reply
from webupdate.store.inbox import Order
from webupdate.store.snapshot import Snapshot
from webupdate.sync import salesorder
from webupdate.sync.salesorder import Row
from webupdate.tui import actionkinds, actions, matters, sheet, stepper, steps, view
from webupdate.tui.actionkinds import Action, Context, needs_engine
from webupdate.tui.bars import Footer, Lines
from webupdate.tui.dialogs import Tell, what_next
from webupdate.tui.explain import Explain
from webupdate.tui.orderhistory import OrderHistory
from webupdate.tui.page import Page
from webupdate.tui.stepper import State
from webupdate.tui.threads import away
from webupdate.tui.typeanswer import TypeAnswer
from webupdate.tui.view import Cell, Hint, Line
from webupdate.tui.wholeorder import open_order

if TYPE_CHECKING:
    from webupdate.tui.app import WebUpdateApp

_LEAST_ROWS = 4  # of the order, however much is to be said of it
_ANSWERING = ("choose", "take", "type_answer", "default", "always", "alike", "undo_answer", "next_order")


class Resolve(Page):
    """The stepper of one order."""

    place = actionkinds.RESOLVE
    BINDINGS: ClassVar[list[BindingType]] = [
        *actions.bindings(actionkinds.RESOLVE),
        *(Binding(str(number), f"choose({number})", show=False) for number in range(1, stepper.MOST + 1)),
    ]

    def __init__(self, app: WebUpdateApp, site_id: int, order: Order) -> None:
        super().__init__(app, site_id)
        self._order = order
        self._state: State | None = None
        self._rows: tuple[Row, ...] = ()
        self._first: int | None = None  # the first row shown, None = so that the problem can be seen
        self._saved = True
        self._looked: Snapshot | None = None  # the last one in which the engine's answer was looked for
        self._asked: int | None = None  # the number of the command that the engine carries out
        self._replied = False  # the engine has answered: what the order is now is no news

    def body(self) -> Iterable[Widget]:
        yield Lines(self.ours.painter, id="sheet")
        yield Lines(self.ours.painter, id="panel")

    def crumbs(self) -> list[str]:
        spot = self.spot()
        site = [spot.site.name] if spot and len(spot.company.sites) > 1 else []
        return ["Synchronization Status", *site, f"Order #{self._order.number}"]

    def on_mount(self) -> None:
        self._load()

    def _load(self) -> None:
        self.run_worker(self._read(), group="load", exclusive=True)

    async def _read(self) -> None:
        """Read the order with all that is known of it; one that waits no longer closes the screen."""
        spot, store = self.spot(), self.ours.session.store
        state = await away(store, matters.load, store, spot.company.id, self._order.id) if spot else None
        if state is None:
            if self.ours.screen is self:  # else what lies above it would be closed; it is read again afterwards
                self.ours.notify(f"Order #{view.clean(self._order.number)} does not wait any more.", markup=False)
                self.dismiss()
            return
        self._order, self._asked, self._replied = state.matter.order, None, False
        self._put(state)

    def _put(self, state: State) -> None:
        if self._state is None or state.case is not self._state.case:
            self._rows = salesorder.rows(state.case)
        if self._state is None or state.problem is not self._state.problem:
            self._first = None
        self._state = state
        self.draw()

    def show(self, snapshot: Snapshot) -> None:
        if self._state is None:
            self.query_one("#panel", Lines).put([(Cell("Looking at the order…", "dim"),)])
            return
        if snapshot is not self._looked:
            self._looked = snapshot
            self._look_for_news()
        width = self.size.width - 6
        height = self.size.height - 6  # without the two lines around, the title and the blank below the order
        panel = self._panel(self._state, width, height - _LEAST_ROWS)
        room = max(1, height - len(panel))
        rows = [sheet.title(self._order, width), *self._sheet(self._state, width, room)]
        self.query_one("#sheet", Lines).put(list(map(self.keyed_line, rows)))
        self.query_one("#panel", Lines).put(list(map(self.keyed_line, panel)))

    def on_resize(self) -> None:
        self.call_after_refresh(self.draw)

    def _sheet(self, state: State, width: int, room: int) -> list[Line]:
        if self._order.newer is not None:
            return sheet.change_lines(matters.changed(self._order), width, room)
        first = sheet.first_row(self._rows, state.problem, room) if self._first is None else self._first
        return sheet.order_lines(self._rows, state.problems, state.problem, width, room, first)

    def _panel(self, state: State, width: int, height: int) -> list[Line]:
        if self._asked is None:
            return steps.panel(state, width, height)
        return steps.confirmed(nobody_syncs=self.ours.session.mode == actionkinds.ORPHANED)

    def _look_for_news(self) -> None:
        """Whether the engine has answered, or has changed the order behind our back."""
        store = self.ours.session.store
        if self._replied:
            return
        if self._asked is not None:
            reply = commands.answer(store, self._asked)
            if reply is not None:
                self._replied = True
                self.run_worker(self._finish(self._told(reply)), group="told")
            return
        order = inbox.order(store, self._order.id)
        if order is None or (order.state, order.problems, order.newer, order.error) != (
            *(self._order.state, self._order.problems, self._order.newer, self._order.error),
        ):
            self._load()

    def context(self) -> Context:
        context = super().context()
        state = self._state
        if state is None or self._asked is not None:
            text = "The sync carries out the answers just now." if state else "The order is being read."
            return msgspec.structs.replace(context, cannot=dict.fromkeys(_ANSWERING, text))
        cannot = stepper.cannot(state)
        if state.problem is None:
            nothing = "" if state.draft else "Nothing was answered: there is nothing to confirm."
            cannot["take"] = nothing or needs_engine(context)
        return msgspec.structs.replace(context, cannot=cannot)

    def word(self, action: Action) -> str:
        return {"take": "Confirm", "back": "Later"}.get(action.id, super().word(action))

    def hints(self) -> list[Hint]:
        """While something is asked, the digits are the quick way; Enter is shown where it confirms."""
        asks = self._state is not None and self._state.problem is not None
        return [hint for hint in super().hints() if hint.action != ("take" if asks else "choose")]

    @property
    def state(self) -> State:
        """The state; the action table has made sure that there is one."""
        assert self._state is not None
        return self._state

    def _step(self, state: State) -> None:
        """To another state; what was answered is kept at once."""
        news = state.draft != self.state.draft
        if stepper.unsettled(self.state, state) and state.before is self.state:
            self.query_one(Footer).say("That does not settle it: the problem is the same. Choose or type another.")
        self._put(state)
        if news:
            self._saved = False
            self.run_worker(self._finish(self._save()), group="save")

    async def _save(self) -> None:
        """Keep the answers so far. Each writes what is the newest then, so the order of the threads does not matter."""
        store = self.ours.session.store
        while not self._saved:
            self._saved = True
            await away(store, answers.keep_draft, store, self._order.id, self.state.draft)

    def action_choose(self, number: int) -> None:
        reason = self.context().cannot.get("choose", "")
        if not reason and number > len(self.state.choices):
            reason = f"There is no choice {number}."
        self.query_one(Footer).say(self.keyed(reason))
        if not reason:
            self._step(stepper.choose(self.state, number - 1))

    def do_choose(self) -> None:
        self.action_choose(self.state.choice + 1)

    def do_take(self) -> Awaitable[None] | None:
        if self.state.problem is None:
            return self._confirm()
        self.do_choose()
        return None

    async def do_type_answer(self) -> None:
        state = self.state
        assert state.problem is not None
        dialog = TypeAnswer(self.ours.painter, self.ours.session.store, state, state.problem)
        value = await self.ours.push_screen_wait(dialog)
        if value is not None:
            self._step(stepper.type_in(state, value))

    def do_default(self) -> None:
        place = stepper.default(self.state)
        if place is not None:
            self._step(stepper.choose(self.state, place))

    def do_always(self) -> None:
        self._step(stepper.toggle(self.state, "always"))

    def do_alike(self) -> None:
        self._step(stepper.toggle(self.state, "alike"))

    def do_undo_answer(self) -> None:
        self._step(stepper.undo(self.state))

    def do_next_problem(self) -> None:
        self._step(stepper.go(self.state, 1))

    def do_previous_problem(self) -> None:
        self._step(stepper.go(self.state, -1))

    def do_choice_up(self) -> None:
        self._step(stepper.move(self.state, -1))

    def do_choice_down(self) -> None:
        self._step(stepper.move(self.state, 1))

    def do_rows_up(self) -> None:
        self._scroll(-1)

    def do_rows_down(self) -> None:
        self._scroll(1)

    def _scroll(self, pages: int) -> None:
        """Another page of the order's rows."""
        room = self.query_one("#sheet", Lines).size.height - 1
        now = sheet.first_row(self._rows, self.state.problem, room) if self._first is None else self._first
        self._first = max(0, min(now + pages * max(1, room - 2), len(self._rows) - room))
        self.draw()

    def do_order(self) -> None:
        open_order(self.ours, self._order, self.crumbs()[0])

    def do_history(self) -> None:
        self.ours.push_screen(OrderHistory(self.ours, self._order, self.crumbs()[0]))

    def do_explain(self) -> None:
        self.ours.push_screen(Explain(self.ours, self.site_id, self._order.number))

    async def do_next_order(self) -> None:
        spot, store = self.spot(), self.ours.session.store
        assert spot is not None
        await self._save()
        order = await away(store, matters.following, store, spot.company.id, self._order.id)
        if order is None:
            self.query_one(Footer).say("No other order waits.")
        else:
            self.ours.switch_screen(Resolve(self.ours, order.site_id, order))

    async def do_back(self) -> None:
        await self._save()
        self.dismiss()

    async def _confirm(self) -> None:
        """Leave the answers for the engine."""
        spot, store = self.spot(), self.ours.session.store
        assert spot is not None
        await self._save()
        self._asked = await away(store, matters.leave, store, spot.company.id, self._order, self.state.draft)

    async def _told(self, reply: Reply) -> None:
        """Say what the engine made of the answers, and offer the next order."""
        if reply.error:
            self.ours.push_screen(Tell(self.ours.painter, reply.error))
            self._load()
            return
        spot, store = self.spot(), self.ours.session.store
        company = spot.company.id if spot else 0
        left = await away(store, inbox.order, store, self._order.id)
        following = await away(store, matters.following, store, company, self._order.id)
        if left is not None and inbox.needs_person(left):
            self.ours.notify(f"{reply.result}.", markup=False)
            self._load()
        elif following is None:
            self.ours.notify(f"{reply.result}. No other order waits.", markup=False)
            self.dismiss()
        else:
            await self._offer(reply.result, following)

    async def _offer(self, result: str, following: Order) -> None:
        if await self.ours.push_screen_wait(what_next(self.ours.painter, result, following.number)) == "on":
            self.ours.switch_screen(Resolve(self.ours, following.site_id, following))
        else:
            self.dismiss()
