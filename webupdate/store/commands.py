"""Wishes of people: the only way from a screen or the command line to the engine."""

from __future__ import annotations

import getpass
import time
from typing import Any

import msgspec

from webupdate.errors import WebUpdateError
from webupdate.store.db import Store
from webupdate.store.tables import Command

# What a wish for a whole cycle says until the cycle has ended.
LOOKING = "looking now"


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """A command that waits for the engine."""

    id: int
    company_id: int | None
    verb: str
    arguments: dict[str, Any]
    asked_by: str


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the engine made of a command; `error` None = it was carried out."""

    result: str
    error: str | None


def leave(store: Store, verb: str, *, company_id: int | None = None, **arguments: object) -> int:
    """Leave a command for the engine; returns its number."""
    with store.writing():
        row = Command.create(
            company=company_id,
            verb=verb,
            arguments=msgspec.json.encode(arguments).decode(),
            asked_by=user(),
            asked_at=time.time(),
        )
    return int(row.id)


def waiting(store: Store, company_id: int) -> list[Wish]:
    """The company's open commands, oldest first."""
    query = Command.select().where(Command.company == company_id, Command.done_at.is_null()).order_by(Command.id)
    return [
        Wish(
            id=row.id,
            company_id=row.company_id,
            verb=row.verb,
            arguments=msgspec.json.decode(row.arguments),
            asked_by=row.asked_by,
        )
        for row in query
    ]


def finish(store: Store, wish: Wish, result: str = "", error: WebUpdateError | None = None) -> None:
    """Say what became of a command."""
    with store.writing():
        Command.update(done_at=time.time(), result=result, error=str(error) if error else None).where(
            Command.id == wish.id
        ).execute()


def answer(store: Store, number: int) -> Answer | None:
    """The answer to a command, None while it waits."""
    row = Command.get_or_none(Command.id == number)
    if row is None or row.done_at is None:
        return None
    return Answer(result=row.result or "", error=row.error)


def user() -> str:
    """Who runs this process, as the system names them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container's user without a name, a Windows service
        return "unknown"
