"""`webupdate sync`, `pause` and `resume`: done here while no engine runs, else by the one that does."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.firm import Firm, run_command
from tests.test_cli import NAME, Engine, Shell, engine, firm, lay_down_northwind, refused, shell
from tests.webshop.running import running_shop
from webupdate.report import Exit
from webupdate.store import board, commands

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
    ran = firm("sync", NAME)
    assert (ran.code, ran.out) == (Exit.FINE, f"{NAME}: looking now. How it goes: webupdate log -f\n")
    with firm.opened() as store:
        holder = board.engine(store)
    assert holder is not None and holder.pid == running.process.pid
    assert running.end(signal.SIGTERM)[0] == Exit.FINE


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
