"""`webupdate log`: what it prints of a real store, and as a process that follows what others write."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import pytest

from tests.test_cli import NAME, Shell, firm, refused, shell
from webupdate.report import Exit
from webupdate.store import board

__all__ = ["firm", "shell"]  # fixtures

HOSTILE = "CHAI\x1b[31m\x9b2J\u202e\n[red]"


def happen(firm: Shell, *texts: str, level: str = "info", hint: str = "", company_id: int | None = 1) -> None:
    """Events of another process."""
    with firm.opened() as store:
        for at, text in enumerate(texts):
            board.log(store, text, level=level, hint=hint, company_id=company_id, key="CHAI-01", now=1e9 + at)


def test_the_newest_line_is_last_and_an_error_says_what_to_do(firm: Shell) -> None:
    happen(firm, "one", "two")
    happen(firm, "three.", level="error", hint="Do it.")
    lines = firm("log").out.splitlines()
    assert [line[20:] for line in lines] == ["  one", "  two", "✖ three. Do it."]
    assert firm("log", "-n", "1").out.splitlines() == lines[-1:]
    assert firm("log", "-n", "0").out == ""


def test_only_what_was_asked_for(firm: Shell) -> None:
    happen(firm, "prices.csv read", "another firm", company_id=None)
    happen(firm, "Mind it", level="warning", hint="As in PRICES.csv")
    happen(firm, "Broken", level="error")
    assert [line["text"] for line in printed(firm, "--level", "warning")] == ["Mind it", "Broken"]
    assert [line["text"] for line in printed(firm, NAME)] == ["Mind it", "Broken"]
    assert [line["text"] for line in printed(firm, "--grep", "pRices")] == ["prices.csv read", "Mind it"]
    assert [line["text"] for line in printed(firm, "--grep", "prices", "-n", "1")] == ["Mind it"]
    assert refused(firm("log", "Acme"), "There is no company 'Acme'", NAME)
    assert "is no number of lines" in firm("log", "-n", "-3").err


def printed(firm: Shell, *words: str) -> list[dict[str, object]]:
    return [msgspec.json.decode(line) for line in firm("log", "--json", *words).out.splitlines()]


def test_a_terminal_gets_only_what_can_be_printed(firm: Shell) -> None:
    happen(firm, HOSTILE, hint=HOSTILE)
    for ran in (firm("log"), firm("log", "--json")):
        assert ran.out.removesuffix("\n").isprintable()
    assert [line["text"] for line in printed(firm)] == [HOSTILE]


@contextmanager
def following(firm: Shell, *words: str) -> Iterator[subprocess.Popen[str]]:
    """`webupdate log -f` as a process, ended whatever happens."""
    command = [sys.executable, "-m", "webupdate", "--data", str(firm.paths.data), "log", "-f", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def next_line(process: subprocess.Popen[str]) -> str:
    """The next line, waited for, without its time."""
    assert process.stdout is not None
    return process.stdout.readline()[20:].strip()


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGINT to one process")
def test_it_follows_what_another_process_writes_until_ctrl_c(firm: Shell) -> None:
    happen(firm, "long ago", "before", level="warning")
    with following(firm, NAME, "-n", "1", "--level", "warning") as process:
        assert next_line(process) == "⚠ before"
        happen(firm, "nobody asks for this")
        happen(firm, "first", "second", level="warning")
        assert [next_line(process), next_line(process)] == ["⚠ first", "⚠ second"]
        happen(firm, "third", level="error", hint="Do it.")
        assert next_line(process) == "✖ third Do it."
        process.send_signal(signal.SIGINT)
        assert process.communicate() == ("", "")
        assert process.returncode == Exit.FINE


@pytest.mark.skipif(os.name == "nt", reason="no pipe ends like this there")
def test_it_ends_when_its_reader_goes_away(firm: Shell) -> None:
    happen(firm, "one")
    with following(firm) as process:
        assert next_line(process) == "one"
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        happen(firm, "two")
        assert process.stderr.read() == ""
        assert process.wait() == Exit.FINE
