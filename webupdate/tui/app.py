"""The terminal program: one poll of the store, four times a second at most, and the screens on top of each other."""

from __future__ import annotations

import signal
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

from webupdate.config import keys_file
from webupdate.store.snapshot import Snapshot, snapshot
from webupdate.tui.arrange import Arrangement
from webupdate.tui.companies import Companies
from webupdate.tui.conflicts import Conflicts
from webupdate.tui.dialogs import Answer, Ask, Tell
from webupdate.tui.help import Help, TooSmall
from webupdate.tui.keymap import Keymap, load
from webupdate.tui.opening import Target
from webupdate.tui.page import Page
from webupdate.tui.paint import Harmless, Painter, needs_twins
from webupdate.tui.resolve import Resolve
from webupdate.tui.session import Session
from webupdate.tui.syncstatus import SyncStatus

POLL = 0.25  # seconds between two looks at the store's version
SESSION_POLLS = 8  # every so many looks also ask whether an attached service still runs
LEAST = (80, 24)

DARK = Theme(
    name="webupdate-dark",
    primary="#7aa9d9",
    accent="#7aa9d9",
    success="#8fbf87",
    warning="#e0b45c",
    error="#e37b78",
    foreground="#d6d9de",
    background="#16191d",
    surface="#1d2126",
    panel="#262c33",
    variables={"quiet": "#858d98", "line": "#343b44", "cursor": "#252c35"},
)
LIGHT = Theme(
    name="webupdate-light",
    primary="#1f5f99",
    accent="#1f5f99",
    success="#2c7a34",
    warning="#8f6200",
    error="#b3302c",
    foreground="#22262b",
    background="#fafaf8",
    surface="#f0f0ec",
    panel="#e6e6e1",
    dark=False,
    variables={"quiet": "#6a7079", "line": "#cfcfc8", "cursor": "#e4e9ee"},
)

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
        keys: Keymap | None = None,
        target: Target | None = None,
    ) -> None:
        super().__init__()
        self.keymap = keys or Keymap()
        self.session = session
        self.notice = notice
        self.arrangement = Arrangement()
        self.painter = Painter(needs_twins(sys.stdout.encoding) if twins is None else twins)
        self.snapshot: Snapshot = snapshot(session.store, time.time())
        self._version = session.store.data_version()
        self._polls = 0
        self._target = target

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What each line passes through before it is drawn."""
        return [*super().get_line_filters(), Harmless()]

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our own names, for themes that do not know them."""
        return {"quiet": "#858d98", "line": "#555555", "cursor": "#333a44"}

    def on_mount(self) -> None:
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme = DARK.name
        self.set_class(self.painter.twins, "-twins")
        self.set_keymap(self.keymap.for_textual())
        self.push_screen(Companies(self))
        if self._target is not None:
            self._open(self._target)
        if self.keymap.complaints:
            self.push_screen(Tell(self.painter, "\n".join(self.keymap.complaints), "All keys: webupdate keys"))
        self.set_interval(POLL, self.look)

    def _open(self, target: Target) -> None:
        """The screens that were asked for; Escape leads back through them."""
        self.push_screen(Conflicts(self, target.site_id))
        if target.order is not None:
            self.push_screen(Resolve(self, target.order.site_id, target.order))

    def look(self, again: bool = False) -> None:
        """Draw what has changed in the store since the last look; and every minute, since ages grow."""
        now = time.time()
        self._polls += 1
        news = self._polls % SESSION_POLLS == 0 and self.session.look()
        version = self.session.store.data_version()
        if not (again or news) and version == self._version and int(now // 60) == int(self.snapshot.at // 60):
            return
        self._version = version
        self.snapshot = snapshot(self.session.store, now)
        if isinstance(self.screen, Page) and self.screen.is_mounted:
            self.screen.draw()

    def show_help(self, place: str) -> None:
        """All keys of a place."""
        self.push_screen(Help(self, place))

    def show_status(self) -> None:
        """All sites with what is wrong at each: one step back, if one comes from there."""
        if len(self.screen_stack) > 1 and isinstance(self.screen_stack[-2], SyncStatus):
            self.pop_screen()
        else:
            self.push_screen(SyncStatus(self))

    def on_resize(self, event: events.Resize) -> None:
        """Too small a terminal shows one sentence, on top of whatever was open."""
        small = event.size.width < LEAST[0] or event.size.height < LEAST[1]
        if small and not isinstance(self.screen, TooSmall):
            self.push_screen(TooSmall(self.painter, LEAST))
        elif not small and isinstance(self.screen, TooSmall):
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


def run(session: Session, *, mouse: bool = True, notice: str = "", target: Target | None = None) -> None:
    """Open the window at `target`, until it is closed; then hand the sync over or stop it, and say so."""
    _listen_for_hangup(session)
    outcome: str | None = HANDOVER  # also for a window that broke: the sync goes on
    try:
        app = WebUpdateApp(session, notice, keys=load(keys_file()), target=target)
        outcome = app.run(mouse=mouse) or HANDOVER
    except OSError as error:
        _say(f"The terminal is gone ({error.strerror}).")
    finally:
        _say(session.close(handover=outcome == HANDOVER))


def _listen_for_hangup(session: Session) -> None:
    """A lost line or a closed terminal must not stop the sync.

    Not the event loop's own handler: the loop may stand still by then, waiting for the terminal.
    """
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, lambda *_: session.abandon())


def _say(sentence: str) -> None:
    """For a terminal that may be gone."""
    try:
        if sentence:
            sys.stdout.write(sentence + "\n")
            sys.stdout.flush()
    except OSError:
        return
