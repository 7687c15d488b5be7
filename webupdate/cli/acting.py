"""Commands that act: carried out here while no engine runs, else left for the one that does and waited for.

Either way it is a row of `commands` that the company's loop carries out, so that there is one way to do a thing.
"""

from __future__ import annotations

from collections.abc import Callable

from webupdate.cli.common import Arguments, say, vault_of
from webupdate.clock import SystemClock
from webupdate.config import Paths, open_data_dir
from webupdate.errors import UsageError
from webupdate.store import board, commands, inspections
from webupdate.store.commands import Answer
from webupdate.store.companies import CompanyInfo, SiteInfo
from webupdate.store.db import Store
from webupdate.store.inspections import Inspection, Kind
from webupdate.store.lock import EngineLock
from webupdate.store.secrets import Vault
from webupdate.sync.folder import forget_copies
from webupdate.sync.loop import CompanyLoop
from webupdate.sync.notify import Notifier

# Seconds between two looks for the answer; the wait is one for the lock, which an engine that dies sets free.
LOOK_EVERY = 0.1


def act(
    arguments: Arguments,
    store: Store,
    company: CompanyInfo,
    verb: str,
    *,
    ended: Callable[[Answer], bool] = lambda _: True,
    sends: bool = False,
    **wish: object,
) -> str:
    """Have a wish carried out and wait for it; returns what became of it in words.

    `ended` is asked once the command was answered, with that answer: it tells whether the longer work has ended that
    the command began. `sends`: that work needs whole cycles, and support is told of what they came to; else the export
    folder is looked at and nothing is sent meanwhile.
    Raises UsageError with the engine's words when it could not do it; what ails a shop is raised as it is.
    """
    number = commands.leave(store, verb, company_id=company.id, **wish)
    vault = vault_of(arguments)
    paths = open_data_dir(arguments.data)
    lock = EngineLock(paths.lock)
    while (answer := commands.answer(store, number)) is None or not (answer.error or ended(answer)):
        if lock.take(LOOK_EVERY):
            try:
                if vault.closed is not None:
                    raise vault.closed
                _do_here(store, vault, paths, company, sends=sends)
            finally:
                lock.release()
            break
    answer = commands.answer(store, number)
    if answer is None:
        raise UsageError(f"{company.name} was removed meanwhile.", "Companies: webupdate companies list")
    if answer.error is not None:
        raise UsageError(answer.error)
    return answer.result


def read_shop(
    arguments: Arguments, store: Store, company: CompanyInfo, site: SiteInfo, kind: Kind, *, fix: bool = False
) -> Inspection:
    """Have a site's shop read back, and wait for it. With `fix` also until what it mended was sent."""
    act(
        arguments, store, company, "verify" if kind == "verify" else "preview",
        ended=lambda _: inspections.wait_over(store, site.id, kind), sends=fix, site=site.name, fix=fix,
    )  # fmt: skip
    found = inspections.latest(store, site.id, kind)
    if found is None:
        raise UsageError(f"{company.name} was removed meanwhile.", "Companies: webupdate companies list")
    return found


def say_if_nobody_syncs(arguments: Arguments) -> None:
    """Say what becomes of what is to be sent while no engine runs."""
    lock = EngineLock(open_data_dir(arguments.data).lock)
    if lock.take():
        lock.release()
        say("No engine runs now; they go as soon as one does: webupdate --headless, or webupdate --once.")


def _do_here(store: Store, vault: Vault, paths: Paths, company: CompanyInfo, *, sends: bool) -> None:
    """What a running engine would do of this company, until it would wait for the next change."""
    clock = SystemClock()
    forget_copies(paths.spool)
    board.engine_started(store, "command", clock.now())
    loop = CompanyLoop(store, vault, company.id, paths.spool, clock, once=True)
    work = loop.step if sends else loop.attend
    try:
        while work(clock.now()) == 0.0:
            pass
        if sends:
            Notifier(store, vault).step(clock.now())
    finally:
        loop.close()
        board.engine_stopped(store, clock.now())
    for runner in loop.runners.values() if sends else ():
        if runner.trouble is not None:
            raise runner.trouble
