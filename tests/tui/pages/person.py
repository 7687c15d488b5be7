"""Somebody at the window: sees what stands on it, presses keys by what they do, and waits for what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import events
from textual.driver import Driver
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.widget import Widget

from webupdate.settings import Settings
from webupdate.tui import actions
from webupdate.tui.app import WebUpdateApp
from webupdate.tui.companies import Companies
from webupdate.tui.grid import Grid
from webupdate.tui.page import Page

if TYPE_CHECKING:
    from textual.screen import Screen

_ROUNDS = 3  # a key goes from the app to the field that has the focus, and up again to who does something with it
_WAIT = 0.002  # seconds between two looks at what a thread does
_PATIENCE = 1000  # looks
_TYPED = {_character_to_key(character): character for character in map(chr, range(32, 127))}
_OFTEN = 50  # steps down a list


class Person:
    """`press`, `type` and `act` come back when all that they caused is done, or asks something."""

    def __init__(self, app: WebUpdateApp, pilot: Pilot[str]) -> None:
        self.app, self.pilot = app, pilot

    @property
    def screen(self) -> Screen[object]:
        """What lies on top."""
        return self.app.screen

    @property
    def lines(self) -> list[str]:
        """What stands on the screen, without blanks at the ends."""
        return [strip.text.rstrip() for strip in self.app.screen._compositor.render_strips()]

    @property
    def text(self) -> str:
        """All that stands on the screen."""
        return "\n".join(self.lines)

    @property
    def toasts(self) -> list[str]:
        """The good news that are shown for some seconds."""
        return [notification.message for notification in self.app._notifications]

    def inside(self, widget: Widget) -> list[str]:
        """The lines of one part of the screen, those of them that say anything."""
        region = widget.region
        parts = [line[region.x : region.right].strip() for line in self.lines[region.y : region.bottom]]
        return [part for part in parts if part]

    async def press(self, *keys: str) -> None:
        """Press keys, as Textual calls them, one after the other."""
        for key in keys:
            self._driver().send_message(events.Key(key, _character(key)))
            await self.settle()

    async def type(self, text: str) -> None:
        """Put a text into the field that has the focus: pasted, since letter by letter would take its time."""
        self._driver().send_message(events.Paste(text))
        await self.settle()

    def _driver(self) -> Driver:
        assert self.app._driver is not None
        return self.app._driver

    async def act(self, id: str) -> None:
        """Press the key of an action."""
        key = self.app.keymap.keys(actions.named(id))[0]
        await self.press("1" if key == "1-9" else key)

    async def select(self, words: str) -> None:
        """Go to the line of the list in which this stands."""
        await self.act("first")
        for _ in range(_OFTEN):
            if words in self.selected:
                return
            lines = self.inside(self.screen.query_one(Grid))
            ahead = [place for place, line in enumerate(lines) if words in line] or [len(lines) - 1]
            here = next((place for place, line in enumerate(lines) if line.startswith("▸")), 0)
            down = self.app.keymap.keys(actions.named("cursor_down"))[0]
            for _ in range(max(1, ahead[0] - here)):
                self._driver().send_message(events.Key(down, None))
            await self.settle()
        raise AssertionError(f"No line of the list has {words!r}:\n{self.text}")

    @property
    def selected(self) -> str:
        """The line of the list that the cursor is on."""
        return next((line for line in self.inside(self.screen.query_one(Grid)) if line.startswith("▸")), "")

    async def settle(self) -> None:
        """Wait until all that is under way has answered; what asks a person is waited for no longer."""

        def at_rest() -> bool:
            asks = isinstance(self.screen, ModalScreen)
            return not any(one.is_running and (not asks or one.node is self.screen) for one in self.app.workers)

        await self.until(at_rest, "rest", rounds=_ROUNDS)

    async def until(self, holds: Callable[[], object], what: str = "what was waited for", *, rounds: int = 1) -> None:
        """Wait for something that a thread brings, until it holds that many times one after the other."""
        held = 0
        for _ in range(_PATIENCE):
            await self.pilot.pause(0 if held else _WAIT)
            assert self.app.is_running, "the program has crashed"
            held = held + 1 if holds() else 0
            if held >= rounds:
                return
        raise AssertionError(f"{what} did not come:\n{self.text}")

    async def sees(self, words: str) -> None:
        """Wait until this stands on the screen."""
        await self.until(lambda: words in self.text, repr(words))

    async def look(self) -> None:
        """As if the store had been polled."""
        self.app.look(again=True)
        await self.settle()

    async def home(self) -> None:
        """Back to the first screen, whatever lies on it, as it is when the program starts."""
        assert self.app.is_running, "the program has crashed in a test before"
        while len(self.app.screen_stack) > 2:
            self.app.pop_screen()
        self.app.workers.cancel_all()  # what asked something waits for an answer that does not come
        if self.app.settings != Settings():
            self.app.settings = Settings()
            self.app._obey()
            self.app.animation_level = "none"
        self.app.switch_screen(Companies(self.app))  # one that remembers nothing
        self.app.clear_notifications()
        await self.settle()


def _character(key: str) -> str | None:
    """What a key types."""
    if len(key) == 1:
        return key
    return _TYPED.get(key)


def page_of(person: Person) -> Page:
    """The page on top; an error that shows the screen if something else lies there."""
    screen = person.screen
    assert isinstance(screen, Page), f"{type(screen).__name__} lies on top:\n{person.text}"
    return screen
