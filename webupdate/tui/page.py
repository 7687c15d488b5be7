"""What all screens have in common: the two lines around them, and how a key becomes a deed."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from webupdate.errors import WebUpdateError
from webupdate.store.snapshot import Snapshot
from webupdate.tui import actions, glance, palette, view
from webupdate.tui.actionkinds import Action, Context
from webupdate.tui.bars import Footer, Header
from webupdate.tui.dialogs import Tell
from webupdate.tui.grid import Grid
from webupdate.tui.palette import Palette

if TYPE_CHECKING:
    from webupdate.tui.app import WebUpdateApp


class Page(Screen[int]):
    """A screen of the program. A subclass sets `place` and BINDINGS, yields its body, draws in `show`,
    and has a `do_<id>` for each action of its place."""

    place: ClassVar[str] = ""
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, app: WebUpdateApp, site_id: int | None = None) -> None:
        super().__init__()
        self.ours = app
        self.site_id = site_id

    def compose(self) -> ComposeResult:
        yield Header(self.ours.painter)
        yield from self.body()
        yield Footer(self.ours.painter)

    def body(self) -> Iterable[Widget]:
        """What stands between the two lines."""
        raise NotImplementedError

    def crumbs(self) -> list[str]:
        """The way here, for the line at the top."""
        raise NotImplementedError

    def show(self, snapshot: Snapshot) -> None:
        """Draw the body."""

    def spot(self) -> glance.Place | None:
        """The site that this screen is about."""
        return glance.place_of(self.ours.snapshot, self.site_id) if self.site_id is not None else None

    def on_screen_resume(self) -> None:
        self.draw()

    def draw(self) -> None:
        """Draw all that has changed; a screen that was left while something was read for it draws no more."""
        if not (self.is_attached and self.display):
            return
        snapshot = self.ours.snapshot
        self.show(snapshot)
        self.draw_lines()

    def draw_lines(self) -> None:
        """Draw the lines at the top and at the bottom."""
        snapshot = self.ours.snapshot
        who = self.header_note() or self.ours.session.title(snapshot.engine, snapshot.at)
        self.query_one(Header).put(self.crumbs(), snapshot.needs_you, who, self.ours.clock())
        self.query_one(Footer).put(self.hints())

    def keyed(self, text: str) -> str:
        """A sentence with the keys of the actions that it names in braces."""
        return self.ours.keymap.filled(text)

    def keyed_line(self, line: view.Line) -> view.Line:
        """A line whose cells for keys name actions in braces."""
        return tuple(view.Cell(self.keyed(cell.text), cell.tone) if cell.tone == "key" else cell for cell in line)

    def header_note(self) -> tuple[str, ...]:
        """What stands at the top instead of who runs the sync."""
        return ()

    def context(self) -> Context:
        """What decides whether an action can work now."""
        spot = self.spot()
        grids = self.query(Grid)
        return Context(
            company=spot.company if spot else None,
            site=spot.site if spot else None,
            mode=self.ours.session.mode,
            list_empty=bool(grids) and grids.first().key is None,
            only_looks=bool(self.ours.session.only_looks),
            keyless=bool(self.ours.session.keyless),
        )

    def word(self, action: Action) -> str:
        """What an action is called in the footer now."""
        return action.short or action.label

    def hints(self) -> list[view.Hint]:
        """The keys for the line at the bottom."""
        context = self.context()
        return [
            view.Hint(
                action.id,
                self.ours.painter.text(self.ours.keymap.shown(action)),
                self.word(action),
                not action.why_not(context),
            )
            for action in actions.at(self.place)
            if action.footer
        ]

    def on_footer_pressed(self, message: Footer.Pressed) -> None:
        self.action_act(message.action)

    def on_grid_chosen(self) -> None:
        self.action_act(next(action.id for action in actions.at(self.place) if "enter" in action.keys))

    def on_grid_moved(self) -> None:
        self.query_one(Footer).say("")
        self.draw()

    def action_key(self, id: str) -> None:
        """A key that comes before what has the focus: do it, or leave it to that."""
        if self.is_typed(actions.named(id)):
            raise SkipAction
        self.action_act(id)

    def is_typed(self, action: Action) -> bool:
        """Whether the action's key means something else where the focus is: a letter in a field is a letter."""
        shown = self.ours.keymap.shown(action)
        return isinstance(self.focused, Input) and len(shown) == 1 and shown.isascii()  # arrows are shown as arrows

    def action_act(self, id: str) -> None:
        """A key was pressed: do it, or say why not."""
        action = actions.named(id)
        reason = action.why_not(self.context())
        self.query_one(Footer).say(view.clean(self.keyed(reason)))
        if not reason:
            self._do(action)

    def _do(self, action: Action) -> None:
        deed = getattr(self, f"do_{action.id}")()
        if inspect.iscoroutine(deed):
            self.run_worker(self._finish(deed), group=action.id, exclusive=True)

    async def _finish(self, deed: Awaitable[None]) -> None:
        """Deeds that ask or write run beside the screen; what goes wrong is told in words."""
        try:
            await deed
        except WebUpdateError as error:
            self.ours.push_screen(Tell(self.ours.painter, error.message, error.hint))
        self.ours.look(again=True)

    def do_settings(self) -> None:
        self.ours.show_settings()

    def do_palette(self) -> None:
        """Opened at once: what is typed ahead must not be taken for this screen's keys."""
        entries = palette.entries(self.place, self.ours.keymap, self.context())
        self.ours.push_screen(Palette(self.ours.painter, entries), self._do_chosen)

    def _do_chosen(self, id: str | None) -> None:
        if id:
            self.action_act(id)

    def do_form_palette(self) -> None:
        self.do_palette()

    def do_help(self) -> None:
        self.ours.show_help(self.place)

    def do_back(self) -> Awaitable[None] | None:
        self.dismiss()
        return None
