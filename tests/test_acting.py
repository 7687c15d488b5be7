"""A command that acts: carried out in its own process, or by the engine that runs in another one."""

from __future__ import annotations

import argparse
import os
import signal
from collections.abc import Callable

import pytest

from tests.test_cli import NAME, Engine, Shell, engine, firm, shell
from webupdate.cli import acting
from webupdate.cli.acting import act
from webupdate.errors import UsageError
from webupdate.store import board, commands, companies
from webupdate.store.lock import EngineLock
from webupdate.sync import trials

__all__ = ["engine", "firm", "shell"]  # fixtures


def asked(firm: Shell, verb: str) -> str:
    arguments = argparse.Namespace(data=str(firm.paths.data))
    with firm.opened() as store:
        return act(arguments, store, companies.company(store, NAME), verb)


def test_without_an_engine_it_is_done_here(firm: Shell) -> None:
    assert asked(firm, "retry") == "0 records are tried again"
    with firm.opened() as store:
        assert commands.waiting(store, 1) == []
        holder = board.engine(store)
    assert holder is not None
    assert (holder.mode, holder.pid, holder.stopped_at is None) == ("command", os.getpid(), False)
    assert EngineLock(firm.paths.lock).take()


def test_what_nobody_knows_is_said(firm: Shell) -> None:
    with pytest.raises(UsageError, match="does not know the command 'dance'"):
        asked(firm, "dance")


def test_a_command_that_ends_the_sync_is_not_met_again(firm: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def defect(*_: object) -> str:
        raise ValueError("a defect")

    monkeypatch.setattr(trials, "carry_out", defect)
    with pytest.raises(ValueError, match="a defect"):
        asked(firm, "test")
    with firm.opened() as store:
        assert commands.waiting(store, 1) == []
        answer = commands.answer(store, 1)
    assert answer is not None
    assert "a defect of this program" in (answer.error or "")


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGTERM")
def test_a_running_engine_does_it(firm: Shell, engine: Callable[..., Engine]) -> None:
    running = engine()
    running.until("payments.csv read")
    assert asked(firm, "retry") == "0 records are tried again"
    with firm.opened() as store:
        holder = board.engine(store)
        assert holder is not None
        assert (holder.mode, holder.pid) == ("service", running.process.pid)
    assert running.end(signal.SIGTERM)[0] == 0


class DyingEngine(EngineLock):
    """The lock as seen by a command: another process has it, until that one dies while the command waits."""

    looks = 0

    def take(self, wait: float = 0) -> bool:
        DyingEngine.looks += 1
        return DyingEngine.looks > 3 and super().take(wait)


def test_an_engine_that_dies_meanwhile_leaves_the_wish_to_us(firm: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acting, "EngineLock", DyingEngine)
    assert asked(firm, "retry") == "0 records are tried again"
    assert DyingEngine.looks == 4
