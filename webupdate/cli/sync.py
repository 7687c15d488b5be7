"""`webupdate sync`, `pause` and `resume`: what the keys of the home screen do."""

from __future__ import annotations

import os
import time
from functools import partial

from webupdate.cli.acting import act
from webupdate.cli.common import Arguments, Commands, Opened, chosen_company, command, say
from webupdate.errors import UsageError
from webupdate.report import Exit, company_text, exit_code, of_company
from webupdate.store import board, companies
from webupdate.store.board import EngineInfo
from webupdate.store.commands import LOOKING, Answer
from webupdate.store.companies import CompanyInfo
from webupdate.store.db import Store
from webupdate.store.snapshot import snapshot


def add_to(commands: Commands) -> None:
    """Add the commands."""
    verbs = (
        ("sync", "look at the exports and the shops of a company now, without waiting for the interval", _sync),
        ("pause", "pause a company: nothing is read, sent or taken until it is resumed", pause),
        ("resume", "resume a company that was paused", resume),
    )
    for name, text, run in verbs:
        parser = command(commands, name, text, run)
        parser.add_argument("company", nargs="?", help="may be left out if there is only one")
        if run is _sync:
            parser.add_argument("--no-wait", action="store_true", help="only ask the engine that runs for it")


def _sync(arguments: Arguments) -> int:
    with Opened(arguments) as store:
        info = chosen_company(store, arguments.company)
        if info.paused:
            raise UsageError(f"{info.name} is paused: nothing is sent or taken.", f"webupdate resume {info.name!r}")
        ended = partial(_ended, store, board.engine(store), wait=not arguments.no_wait)
        act(arguments, store, info, "sync_now", ended=ended, sends=True)
        if arguments.no_wait and not _done_here(store):
            say(f"{info.name}: {LOOKING}. How it goes: webupdate log -f")
            return Exit.FINE
        return _told(store, info)


def _ended(store: Store, before: EngineInfo | None, answer: Answer, *, wait: bool) -> bool:
    """Whether the cycle has ended that was asked for, or it never will since another engine runs by now."""
    return not wait or answer.result != LOOKING or _start(board.engine(store)) != _start(before)


def _start(engine: EngineInfo | None) -> tuple[int, float]:
    return (engine.pid, engine.started_at) if engine else (0, 0.0)


def _done_here(store: Store) -> bool:
    """Whether this process was the last that ran the sync."""
    last = board.engine(store)
    return last is not None and (last.pid, last.mode) == (os.getpid(), "command")


def _told(store: Store, info: CompanyInfo) -> Exit:
    """Say how the company is after a whole cycle; other companies do not count."""
    now = of_company(snapshot(store, time.time()), info.id)
    for view in now.companies:
        say("\n".join(company_text(view, now.at)))
    return exit_code(now)


def pause(arguments: Arguments) -> int:
    """Pause a company; without a name the only one."""
    return _set_paused(arguments, paused=True)


def resume(arguments: Arguments) -> int:
    """Let a paused company go on."""
    return _set_paused(arguments, paused=False)


def _set_paused(arguments: Arguments, *, paused: bool) -> int:
    with Opened(arguments) as store:
        info = chosen_company(store, arguments.company)
        companies.set_paused(store, info, paused)
    say(f"{info.name} is paused." if paused else f"{info.name} goes on.")
    return Exit.FINE
