"""What may come of pressing the key of an action, as checks that many actions share (see test_every_action.py)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple, TypeVar

from tests.tui.pages import PageSeen, Seen
from tests.tui.pages.dialogs import Question
from tests.tui.world import World

Effect = Callable[[World, PageSeen, str], Awaitable[None]]
S = TypeVar("S", bound=Seen)


class Case(NamedTuple):
    """`way`: what is done at the place before, as walk.py has it; `to`: another way to the place than the usual."""

    action: str
    place: str
    effect: Effect
    way: tuple[str, ...] = ()
    to: tuple[str, ...] | None = None


def cases(action: str, *places: str, effect: Effect, way: str = "", to: str | None = None) -> list[Case]:
    """The same effect in several places. `way` and `to`: steps with `;` between them."""
    return [Case(action, place, effect, steps(way), None if to is None else steps(to)) for place in places]


def steps(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def opens(kind: type[Seen], words: str = "") -> Effect:
    """Leads to another screen, on which this stands."""

    async def effect(world: World, seen: PageSeen, id: str) -> None:
        await seen.open(id, kind)
        await world.person.sees(words)

    return effect


def leaves(verb: str, **arguments: object) -> Effect:
    """Leaves a command for the engine, with these of its arguments."""

    async def effect(world: World, seen: PageSeen, id: str) -> None:
        before = len(world.left())
        await seen.act(id)
        await left(world, before, verb, arguments)

    return effect


async def left(world: World, before: int, verb: str, arguments: dict[str, object]) -> None:
    """Wait for a command more than before."""
    await world.person.until(lambda: len(world.left()) > before, f"the command {verb}")
    _, found, given = world.left()[-1]
    assert found == verb
    assert {name: given.get(name) for name in arguments} == arguments


def asks(words: str, key: str, then: Callable[[World], object], *, away: str = "n  No") -> Effect:
    """Asks first, with what does nothing in focus; the answer of a key does it."""

    async def effect(world: World, seen: PageSeen, id: str) -> None:
        question = await seen.open(id, Question)
        assert words in question.words
        assert question.focused == f"▸ {away}"
        before = then(world)
        await world.person.press("enter")
        assert then(world) == before, "it was done although nobody said yes"
        question = await seen.open(id, Question)
        await question.answer(key)
        await world.person.until(lambda: then(world) != before, "what was confirmed")

    return effect


def asks_then_leaves(words: str, key: str, verb: str, **arguments: object) -> Effect:
    """Asks first, and leaves a command for the engine on yes."""
    question = asks(words, key, lambda world: len(world.left()))

    async def effect(world: World, seen: PageSeen, id: str) -> None:
        await question(world, seen, id)
        await left(world, len(world.left()) - 1, verb, arguments)

    return effect


def shows(before: str, after: str) -> Effect:
    """Something stands on the screen in the place of something else."""

    async def effect(world: World, seen: PageSeen, id: str) -> None:
        assert before in seen.text
        assert after not in seen.text
        await seen.act(id)
        await world.person.sees(after)

    return effect


def moves(to: int) -> Effect:
    """The cursor goes from the second line to another one; negative ones are counted from the end."""

    async def effect(world: World, seen: PageSeen, id: str) -> None:
        await seen.act("first")
        await seen.act("cursor_down")
        await seen.act(id)
        assert seen.rows[to] == seen.selected

    return effect


def finds(text: str) -> Effect:
    """Narrows the list to the lines that have the text; Escape shows all again."""

    async def effect(world: World, seen: PageSeen, id: str) -> None:
        every = seen.rows
        assert any(text.lower() not in row.lower() for row in every)
        await seen.act(id)
        assert seen.finding
        await world.person.type(text)
        assert all(text.lower() in row.lower() for row in seen.rows)
        await world.person.press("escape")
        assert len(seen.rows) == len(every)

    return effect
