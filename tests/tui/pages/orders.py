"""The screens about orders, and the long lists."""

from __future__ import annotations

from tests.tui.pages.base import PageSeen
from webupdate.tui import conflicts, explain, log, mappings, orderhistory, orders, queue, resolve, wholeorder
from webupdate.tui import help as help_module
from webupdate.tui.bars import Lines


class Conflicts(PageSeen):
    """The orders that wait."""

    kind = conflicts.Conflicts


class Resolve(PageSeen):
    """The stepper of one order."""

    kind = resolve.Resolve

    @property
    def sheet(self) -> str:
        """The order as EBMS will get it."""
        return self.said("#sheet")

    @property
    def asked(self) -> str:
        """What is asked of it, with the choices."""
        return self.said("#panel")

    @property
    def choice(self) -> str:
        """The choice that the cursor is on."""
        return next(line for line in self.person.inside(self.person.screen.query_one("#panel")) if line[0] == "▸")

    def ticked(self, box: str) -> bool:
        """Whether the box with these words is ticked."""
        panel = self.person.inside(self.person.screen.query_one("#panel"))
        return next(line for line in panel if box in line)[1] == "x"


class History(PageSeen):
    """What happened to an order."""

    kind = orderhistory.OrderHistory


class WholeOrder(PageSeen):
    """What was received or written, as text."""

    kind = wholeorder.WholeOrder


class Orders(PageSeen):
    """All orders of a company."""

    kind = orders.Orders


class Queue(PageSeen):
    """What waits to be sent."""

    kind = queue.Queue


class Log(PageSeen):
    """The events."""

    kind = log.Log

    @property
    def standing(self) -> str:
        """What the list shows."""
        return self.said("#standing")


class Mappings(PageSeen):
    """What was learnt."""

    kind = mappings.Mappings


class Explain(PageSeen):
    """Why the web shows what it shows."""

    kind = explain.Explain

    @property
    def told(self) -> str:
        """What is known of the record."""
        return self.said("#told")

    async def search(self, text: str) -> None:
        """Type what is looked for, and leave the field."""
        await self.person.type(text)
        await self.person.press("down")


class Help(PageSeen):
    """All keys of a screen."""

    kind = help_module.Help

    @property
    def told(self) -> str:
        """All of it, also what is further down."""
        return self.person.screen.query_one(Lines).render().plain
