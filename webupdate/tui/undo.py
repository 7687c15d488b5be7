"""What was changed in a form, step by step, so that it can be taken back and done again. No screen here."""

from __future__ import annotations

from typing import NamedTuple


class Step(NamedTuple):
    """One change of a field. Its values may be secrets: they are put into fields, never shown."""

    name: str
    before: str
    after: str


class Steps:
    """The steps so far, and those that were taken back. What is typed into a field in one visit is one step."""

    def __init__(self) -> None:
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._open = False  # the last step may still grow

    @property
    def any_done(self) -> bool:
        return bool(self._done)

    @property
    def any_undone(self) -> bool:
        return bool(self._undone)

    def note(self, name: str, before: str, after: str) -> None:
        """A field has another value; what was taken back can't be done again after that."""
        self._undone.clear()
        if self._open and self._done and self._done[-1].name == name:
            before = self._done.pop().before
        if before != after:
            self._done.append(Step(name, before, after))
        self._open = True

    def visit(self) -> None:
        """Another field was gone to: the next change is a step of its own."""
        self._open = False

    def back(self) -> Step | None:
        """Take the last step back; None if there is none."""
        return self._move(self._done, self._undone)

    def again(self) -> Step | None:
        """Do again what was taken back last; None if there is nothing."""
        return self._move(self._undone, self._done)

    def _move(self, source: list[Step], target: list[Step]) -> Step | None:
        self._open = False
        if not source:
            return None
        target.append(source.pop())
        return target[-1]
