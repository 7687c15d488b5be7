"""The terminal program: one poll of the store, four times a second at most, and the screens on top of each other."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.filter import LineFilter
from textual.screen import ModalScreen
from textual.theme import Theme
from textual.timer import Timer
from textual.widgets import Input

from webupdate import settings
from webupdate.errors import WebUpdateError
from webupdate.settings import Settings
from webupdate.store.snapshot import Snapshot, snapshot
from webupdate.tui import calm, themes, view
from webupdate.tui.attention import Attention, titled
from webupdate.tui.companies import Companies
from webupdate.tui.dialogs import Answer, Ask, Tell
from webupdate.tui.help import Help, TooSmall
from webupdate.tui.keymap import Keymap
from webupdate.tui.opening import Target
from webupdate.tui.page import Page
from webupdate.tui.paint import Harmless, Painter, needs_twins
from webupdate.tui.session import Session
from webupdate.tui.settingspage import SettingsPage
from webupdate.tui.threads import away
from webupdate.tui.warmup import warm_up

POLL = 0.25  # seconds between two looks at the store's version
SESSION_LOOK = 2.0  # seconds between two looks whether an attached service still runs
LEAST = (80, 24)

# What ends the program.
HANDOVER, STOP = "handover", "stop"


class WebUpdateApp(App[str], inherit_bindings=False):
    """The program. Screens read `snapshot`; whoever wrote to the store calls `look(again=True)`."""

    TITLE = "Web Update Administrator"
    CSS_PATH = "webupdate.tcss"
    ENABLE_COMMAND_PALETTE = False  # ours is tui/palette.py
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "leave", show=False)]

    def __init__(
        self,
        session: Session,
        notice: str = "",
        *,
        twins: bool | None = None,
        few_colours: bool = False,
        titles: bool = False,
        keys: Keymap | None = None,
        chosen: Settings | None = None,
        target: Target | None = None,
    ) -> None:
        super().__init__()
        self.settings = chosen or Settings()
        self.few_colours = few_colours  # 16 of them
        self._titles = titles  # whether the terminal shows one
        self._attention = Attention()
        self._fits = True  # whether the terminal is large enough
        self._keeping = asyncio.Lock()
        self._unkept = False  # whether settings could not be written
        self.keymap = keys or Keymap()
        self.session = session
        self.notice = notice
        self.painter = Painter(needs_twins(sys.stdout.encoding) if twins is None else twins)
        self.snapshot: Snapshot = snapshot(session.store, time.time())
        self._version = session.store.data_version()
        self._polls = 0
        self._timer: Timer | None = None
        self._target = target
        self._begin_with(themes.chosen(self.settings, few=few_colours, none=self.no_color))

    def _begin_with(self, theme: Theme) -> None:
        """What setting `theme` does, but before the style sheets are read: reading them twice is seen at the start."""
        for each in themes.THEMES.values():
            self.register_theme(each)
        self.set_reactive(App.theme, theme.name)
        self.add_class(f"-theme-{theme.name}", "-dark-mode" if theme.dark else "-light-mode", update=False)
        self._refresh_truecolor_filter(self.ansi_theme)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What each line passes through before it is drawn."""
        return [themes.Colourless(), Harmless()] if self.no_color else [*super().get_line_filters(), Harmless()]

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our own names, for themes that do not know them."""
        return themes.DARK.variables

    def on_mount(self) -> None:
        self._obey()
        self.set_class(self.painter.twins, "-twins")
        self.set_keymap(self.keymap.for_textual())
        home = Companies(self)
        self.push_screen(home)
        home.call_after_refresh(self._get_going)
        if self._target is not None:
            self._open(self._target)
        if self.keymap.complaints:
            hint = self.keymap.filled("All keys: webupdate keys. Settings: {settings}")
            self.push_screen(Tell(self.painter, "\n".join(self.keymap.complaints), hint))
        self._mark()

    def _get_going(self) -> None:
        """The first screen is painted: now the sync, and the other screens."""

        def errand() -> None:
            self.session.run()
            warm_up()

        self.run_worker(away(self.session.store, errand), group="engine")

    def change(self, **changes: object) -> None:
        """Settings that a person has chosen: they hold at once and are kept. `screens`: by screen, name and value."""
        self.settings = self.settings.changed(changes)
        self._obey()
        self.run_worker(self._keep(changes), group="settings")

    async def _keep(self, changes: dict[str, object]) -> None:
        try:
            async with self._keeping:
                await away(self.session.store, settings.keep, settings.default_path(), changes)
        except WebUpdateError as error:
            if not self._unkept:  # told once: a screen may want to remember something at each key
                self.push_screen(Tell(self.painter, error.message, error.hint))
            self._unkept = True

    def _obey(self) -> None:
        """Do as the settings say."""
        self.theme = themes.chosen(self.settings, few=self.few_colours, none=self.no_color).name
        self.animation_level = "none" if self.settings.calm else "full"
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_interval(self._poll, self.look)

    @property
    def _poll(self) -> float:
        return calm.POLL if self.settings.calm else POLL

    def _open(self, target: Target) -> None:
        """The screens that were asked for; Escape leads back through them."""
        from webupdate.tui.conflicts import Conflicts
        from webupdate.tui.resolve import Resolve

        self.push_screen(Conflicts(self, target.site_id))
        if target.order is not None:
            self.push_screen(Resolve(self, target.order.site_id, target.order))

    def look(self, again: bool = False) -> None:
        """Draw what has changed in the store since the last look; and every minute, since ages grow."""
        now = time.time()
        self._polls += 1
        news = self._polls % round(SESSION_LOOK / self._poll) == 0 and self.session.look()
        version = self.session.store.data_version()
        rests = self.settings.calm or int(now // 60) == int(self.snapshot.at // 60)
        if not (again or news) and version == self._version and rests:
            return
        self._version = version
        fresh = snapshot(self.session.store, now)
        self.snapshot = calm.settled(self.snapshot, fresh) if rests and not again else fresh
        if isinstance(self.screen, Page) and self.screen.is_mounted:
            self.screen.draw()
        self._mark()

    def _mark(self) -> None:
        """Say in the terminal's title how much needs a person, and ring when it is more than before."""
        count = self.snapshot.needs_you
        title = self._attention.title(count)
        if title and self._titles and self._driver is not None:
            self._driver.write(titled(self.painter.text(title)))
        if self._attention.rings(count, time.monotonic()) and self.settings.bell:
            self.bell()

    def clock(self) -> str:
        """The time for the line at the top; one that stands still says so."""
        at = view.clock(self.snapshot.at)
        return f"as of {at}" if self.settings.calm else at

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Nothing ticks: the place where one types is marked, it does not blink."""
        if isinstance(event.widget, Input):
            event.widget.cursor_blink = False

    def show_settings(self) -> None:
        """Theme, calm, mouse, bell."""
        self.push_screen(SettingsPage(self))

    def show_help(self, place: str) -> None:
        """All keys of a place."""
        self.push_screen(Help(self, place))

    def show_status(self) -> None:
        """All sites with what is wrong at each: one step back, if one comes from there."""
        from webupdate.tui.syncstatus import SyncStatus

        if len(self.screen_stack) > 1 and isinstance(self.screen_stack[-2], SyncStatus):
            self.pop_screen()
        else:
            self.push_screen(SyncStatus(self))

    def on_resize(self, event: events.Resize) -> None:
        """Too small a terminal shows one sentence, on top of whatever was open."""
        self._fits = event.size.width >= LEAST[0] and event.size.height >= LEAST[1]
        if not self._fits and not isinstance(self.screen, TooSmall):
            self.push_screen(TooSmall(self.painter, LEAST, lambda: self._fits))
        elif self._fits and isinstance(self.screen, TooSmall):
            self.pop_screen()

    def action_leave(self) -> None:
        """Ctrl-C: the way out from everywhere."""
        if isinstance(self.screen, ModalScreen):
            return  # one question at a time
        self.run_worker(self.leave(), group="leave", exclusive=True)

    async def leave(self) -> None:
        """Quit; if the sync runs here, ask whether it goes on without the window."""
        if not self.session.hands_over():
            self.exit(STOP)
            return
        answers = (
            Answer(HANDOVER, "k", "Keep syncing in the background"),
            Answer(STOP, "s", "Stop the sync"),
            Answer("cancel", "c", "Cancel"),
        )
        text = (
            "The sync runs in this window. When it stops, orders stay in the shop and changes in EBMS do not reach it.",
        )
        question = Ask(self.painter, "Close the window?", text, answers, away="cancel")
        answer = await self.push_screen_wait(question)
        if answer != "cancel":
            self.exit(answer)
