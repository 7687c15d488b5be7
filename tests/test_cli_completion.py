"""`webupdate completion`: the script, and what a real bash completes with it."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_cli import NAME, Shell, firm, shell
from webupdate.cli.completion import SHELLS
from webupdate.report import Exit

__all__ = ["firm", "shell"]  # fixtures

BASH = """source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _shtab_webupdate; printf '%s\\n' "${COMPREPLY[@]}"
"""
FISH = """source $argv[1]; complete -C "$argv[2..]" """


def needs(name: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(name) is None, reason=f"there is no {name} here")


def asked(firm: Shell, name: str, question: str, *words: str) -> list[str]:
    """What a shell that has its script answers."""
    script = firm.root / "script"
    script.write_text(firm("completion", name).out)
    program = firm.root / "bin" / "webupdate"
    program.parent.mkdir(exist_ok=True)
    whole = shlex.join((sys.executable, "-m", "webupdate", "--data", str(firm.paths.data)))
    program.write_text(f'#!/bin/sh\nexec {whole} "$@"\n')
    program.chmod(0o755)
    command = [name, "-c", question, *(["bash"] * (name == "bash")), str(script), "webupdate", *words]
    path = {"PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}"}
    ran = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, **path})
    return [line for line in ran.stdout.splitlines() if line]


def completed(firm: Shell, *words: str) -> list[str]:
    """What bash offers for the last of these words, typed raw."""
    return asked(firm, "bash", BASH, *words)


@needs("bash")
def test_commands_and_options(firm: Shell) -> None:
    assert completed(firm, "comp") == ["companies", "complete-upload", "completion"]
    assert {"add", "set", "export"} <= set(completed(firm, "companies", ""))
    assert completed(firm, "log", "--le") == ["--level"]
    assert completed(firm, "log", "--level", "w") == ["warning"]
    assert completed(firm, "companies", "list", "--n") == []  # for this alone


@needs("bash")
def test_names_of_companies_as_they_must_be_typed(firm: Shell) -> None:
    firm.add(name="Acme & Søn's $(false)")
    assert completed(firm, "sync", "Nor") == ["Northwind\\ Traders"]
    assert completed(firm, "log", "Northwind\\ T") == ["Northwind\\ Traders"]
    (offered,) = completed(firm, "companies", "get", "A")
    said = subprocess.run(["bash", "-c", f"printf %s {offered}"], capture_output=True, text=True, check=True)
    assert said.stdout == "Acme & Søn's $(false)"


@needs("fish")
def test_fish_completes_names_and_options_too(firm: Shell) -> None:
    for words, offered in {("sync", "Nor"): NAME, ("log", "--le"): "--level"}.items():
        assert [line.split("\t")[0] for line in asked(firm, "fish", FISH, *words)] == [offered]


def test_the_names_alone(firm: Shell) -> None:
    assert firm("companies", "list", "--names").out == f"{NAME}\n"
    assert "--names" not in firm("companies", "list", "--help").out


@pytest.mark.parametrize("name", SHELLS)
def test_each_shell_can_read_its_script(shell: Shell, tmp_path: Path, name: str) -> None:
    ran = shell("completion", name)
    assert ran.code == Exit.FINE
    assert "webupdate companies list --names" in ran.out and "complete-upload" in ran.out
    if shutil.which(name) is not None:
        script = tmp_path / "script"
        script.write_text(ran.out)
        subprocess.run([name, "-n", str(script)], check=True)
    assert shell("completion", "cmd").code == Exit.USAGE
