"""What the page objects have in common: header, list, footer and message of a screen, and its actions by their id."""

from __future__ import annotations

from typing import Any, ClassVar, Self, TypeVar

from textual.screen import Screen
from textual.widgets import Input

from tests.tui.pages.person import Person
from webupdate.tui.bars import Footer
from webupdate.tui.grid import Grid
from webupdate.tui.page import Page

S = TypeVar("S", bound="Seen")


class Seen:
    """Something that lies on top, as a person sees it. `kind`: what the program calls it."""

    kind: ClassVar[type[Screen[Any]]]

    def __init__(self, person: Person) -> None:
        self.person = person

    @classmethod
    async def arrived(cls, person: Person) -> Self:
        """Wait until it lies on top."""
        await person.until(lambda: isinstance(person.screen, cls.kind), cls.kind.__name__)
        await person.settle()
        return cls(person)

    @property
    def text(self) -> str:
        """All that stands on the screen."""
        return self.person.text

    @property
    def gone(self) -> bool:
        """Whether it lies on top no more."""
        return not isinstance(self.person.screen, self.kind)

    def said(self, part: str) -> str:
        """What a part of the screen says, its lines as one."""
        return " ".join(self.person.inside(self.person.screen.query_one(part)))

    async def act(self, id: str) -> None:
        """Press the key of an action."""
        await self.person.act(id)

    async def open(self, id: str, kind: type[S]) -> S:
        """Press the key of an action that leads to another screen or asks something."""
        await self.act(id)
        return await kind.arrived(self.person)


class PageSeen(Seen):
    """A page: the line at the top, the line at the bottom, and a list between them if there is one."""

    kind: ClassVar[type[Page]]

    @property
    def place(self) -> str:
        return self.kind.place

    @property
    def header(self) -> str:
        """The line at the top."""
        return self.said("Header").split("─")[0].strip()

    @property
    def footer(self) -> str:
        """The line at the bottom: keys, or why one does not work."""
        return self.person.inside(self.person.screen.query_one(Footer))[-1]

    @property
    def reason(self) -> str:
        """Why the key that was pressed does not work; "" if it does."""
        return self.footer.removeprefix("⚠ ") if self.footer.startswith("⚠ ") else ""

    @property
    def detail(self) -> str:
        """What stands below the list."""
        return self.said("#detail")

    @property
    def rows(self) -> list[str]:
        """The lines of the list that can be seen, without their titles."""
        grid = self.person.screen.query_one(Grid)
        return self.person.inside(grid)[1:] if grid.display else []

    @property
    def selected(self) -> str:
        """The line that the cursor is on."""
        return self.person.selected

    async def select(self, words: str) -> None:
        """Go to the line in which this stands."""
        await self.person.select(words)

    async def find(self, words: str) -> None:
        """Show only the lines with this."""
        await self.act("find")
        await self.person.type(words)

    @property
    def finding(self) -> bool:
        """Whether what is typed is looked for."""
        return isinstance(self.person.app.focused, Input)
