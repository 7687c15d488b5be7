"""What stands in the middle of the screen: questions, sentences, and lines to type into."""

from __future__ import annotations

from textual.widgets import Input

from tests.tui.pages.base import Seen
from webupdate.tui import choose, dialogs, palette, typeanswer


class Question(Seen):
    """A question with answers below each other."""

    kind = dialogs.Ask

    @property
    def words(self) -> str:
        """What is asked."""
        return self.said("#question")

    @property
    def focused(self) -> str:
        """The answer that Enter would give."""
        answers = self.person.inside(self.person.screen.query_one("#answers"))
        return next(answer for answer in answers if answer.startswith("▸"))

    async def answer(self, key: str) -> None:
        """Give the answer of that key."""
        await self.person.press(key)


class Sentence(Seen):
    """What happened and what to do."""

    kind = dialogs.Tell

    async def leave(self) -> None:
        """Have read it."""
        await self.person.press("enter")


class _Line(Seen):
    async def answer(self, text: str) -> None:
        """Type a text in the place of what stands there, and take it."""
        self.person.screen.query_one(Input).value = ""
        await self.person.type(text)
        await self.person.press("enter")


class NameTyped(_Line):
    """The worst is confirmed by typing a name."""

    kind = dialogs.TypeToConfirm


class Choices(_Line):
    """A list to choose from, which is narrowed by typing."""

    kind = choose.Choose


class Commands(_Line):
    """All that can be done on a screen."""

    kind = palette.Palette


class Value(_Line):
    """A value to type."""

    kind = choose.TypeValue


class OrderAnswer(_Line):
    """An answer to a problem of an order, to type."""

    kind = typeanswer.TypeAnswer
