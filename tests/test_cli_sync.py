"""`webupdate sync`, `pause` and `resume`: done here while no engine runs, else by the one that does."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.firm import Firm, run_command
from tests.receivers import certificates, mailbox
from tests.test_cli import NAME, Engine, Shell, engine, firm, lay_down_northwind, refused, shell
from tests.webshop.running import running_shop
from webupdate.cli import sync as cli_sync
from webupdate.clock import SystemClock
from webupdate.report import Exit
from webupdate.store import board, commands
from webupdate.store.secrets import open_vault
from webupdate.sync.loop import CompanyLoop

__all__ = ["engine", "firm", "shell"]  # fixtures


def test_without_an_engine_a_whole_cycle_is_done_here(firm: Shell) -> None:
    lay_down_northwind(firm)
    ran = firm("sync")
    assert (ran.code, ran.out) == (Exit.UNREACHABLE, "")  # the shop of this firm answers nobody
    assert "The shop can't be reached" in ran.err
    assert "prices.csv read: 154 records" in firm("log").out
    with firm.opened() as store:
        assert commands.waiting(store, 1) == []


def test_what_the_cycle_came_to_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with running_shop(tmp_path / "shop") as shop:
        real = Firm(tmp_path, shop)
        code, out = run_command(capsys, real, "sync")
        assert (code, out.splitlines()[0]) == (Exit.FINE, NAME)
        assert "✔ In step" in out and "0 waiting" in out
        (real.export / "prices.csv").write_text("nonsense")
        assert run_command(capsys, real, "sync", NAME)[0] == Exit.BRAKE
        real.close()


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGTERM")
def test_a_running_engine_does_it(firm: Shell, engine: Callable[..., Engine]) -> None:
    running = engine()
    running.until("payments.csv read")
    ran = firm("sync", NAME, "--no-wait")
    assert (ran.code, ran.out) == (Exit.FINE, f"{NAME}: looking now. How it goes: webupdate log -f\n")
    ran = firm("sync", NAME)  # to the end of the cycle: this shop answers nobody
    assert (ran.code, ran.out.splitlines()[0]) == (Exit.UNREACHABLE, NAME)
    assert "· Waiting" in ran.out and "The shop can't be reached" in ran.out
    with firm.opened() as store:
        holder = board.engine(store)
    assert holder is not None and holder.pid == running.process.pid
    assert running.end(signal.SIGTERM)[0] == Exit.FINE


def test_the_wait_ends_with_the_cycle_or_with_the_engine(firm: Shell) -> None:
    """An engine that takes the wish and dies leaves it half answered; another one knows nothing of it."""
    with firm.opened() as store:
        board.engine_started(store, "service", 1.0)
        before = board.engine(store)
        ended = partial(cli_sync._ended, store, before)
        looking, looked = (commands.Answer(result=text, error=None) for text in (commands.LOOKING, "looked"))
        assert (ended(looking, wait=True), ended(looking, wait=False), ended(looked, wait=True)) == (False, True, True)
        board.engine_started(store, "service", 2.0)
        assert ended(looking, wait=True)


def test_a_loop_tells_when_its_cycle_has_ended(firm: Shell) -> None:
    lay_down_northwind(firm)
    with firm.opened() as store:
        number = commands.leave(store, "sync_now", company_id=1)
        loop = CompanyLoop(store, open_vault(firm.paths.key), 1, firm.paths.spool, SystemClock())
        loop.poke.set()  # something was saved meanwhile: it goes on at once
        loop.step(time.time())
        answer = commands.answer(store, number)
        assert answer is not None and answer.result == commands.LOOKING
        loop.poke.clear()
        loop.step(time.time())
        answer = commands.answer(store, number)
        assert answer is not None and answer.result == "looked at everything"
        number = commands.leave(store, "sync_now", company_id=1)
        loop.poke.set()
        loop.step(time.time())
        loop.close()
        answer = commands.answer(store, number)
        assert answer is not None and answer.result == "broken off: the engine ended"


def test_pausing_the_only_company(firm: Shell) -> None:
    ran = firm("pause")
    assert (ran.code, ran.out) == (Exit.FINE, f"{NAME} is paused.\n")
    assert "‖ Paused" in firm("status").out
    assert refused(firm("sync"), f"{NAME} is paused", f"webupdate resume '{NAME}'")
    assert firm("resume", NAME).out == f"{NAME} goes on.\n"
    assert "Paused" not in firm("status").out


@pytest.mark.parametrize("verb", ["sync", "pause", "resume"])
def test_with_several_companies_one_is_named(firm: Shell, verb: str) -> None:
    firm.add(name="Second")
    assert refused(firm(verb), "Which company?", NAME)
    assert refused(firm(verb, "Acme"), "There is no company 'Acme'", NAME)


def test_support_is_told_of_what_a_command_met(firm: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = certificates(tmp_path / "ca")
    monkeypatch.setenv("SSL_CERT_FILE", str(made.ca))
    with mailbox(made) as box:
        assert firm("companies", "set", NAME, f"support={box.address()}").code == Exit.FINE
        firm("sync")  # there is no export folder
        (text,) = box.texts
        assert "STOPPED" in text and "export folder" in text
