"""What a case of a kind of order problem is made of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from tests.orderkinds import scenes
from tests.orderkinds.scenes import FILE, Scene
from tests.sync.desks import FINE, Desk
from tests.sync.judging import changed
from webupdate.store import inbox
from webupdate.store.inbox import Order
from webupdate.sync.shops.base import WebOrder

EXPECTED = Path(__file__).parents[1] / "data" / "orders"


class KindCase(Struct, frozen=True, kw_only=True):
    """How one kind of problem comes about and is put right.

    `about` tells it from others of its kind. `scene` comes before the `order`, `later` after it was judged. `keys` are
    pressed in the opened stepper, before the Enter that confirms; `words` follow `webupdate resolve N`. `file`: the
    name of the file that comes of it, "" = the order is closed; `beside`: what else lies in the folder then.
    """

    kind: int
    about: str = ""
    order: WebOrder
    scene: Scene = scenes.nothing
    later: Scene = scenes.nothing
    keys: tuple[str, ...]
    words: tuple[str, ...]
    file: str = FILE
    beside: dict[str, bytes] = {}

    @property
    def name(self) -> str:
        """As its expected file is called."""
        return f"kind-{self.kind:02}{f'-{self.about}' if self.about else ''}"

    @property
    def expected(self) -> dict[str, bytes]:
        """The order folder at the end."""
        made = {self.file: (EXPECTED / f"{self.name}.csv").read_bytes()} if self.file else {}
        return self.beside | made

    @property
    def state(self) -> str:
        """The order's at the end."""
        return "written" if self.file else "closed"

    def come(self, desk: Desk) -> Order:
        """The order comes down and is judged: a person is asked about this problem, and about no other."""
        self.scene(desk)
        desk.give(self.order)
        order = desk.judge()
        self.later(desk)
        came = desk.order(order)
        assert inbox.needs_person(came)
        assert [problem.kind for problem in came.problems if problem.blocks] == [self.kind]
        return came


def order(**values: Any) -> WebOrder:
    """The fine order but for these values; total and payment follow from them."""
    made = changed(FINE, **values)
    return made if "payments" in values else replace(made, payments=(replace(FINE.payments[0], amount=made.total),))


def typed(text: str) -> tuple[str, ...]:
    """The keys by which an answer is typed, whatever stood there before."""
    return ("t", "ctrl+u", *text, "enter")
