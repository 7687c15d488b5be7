"""What all commands share: the store that they open, how they speak, PROPERTY=VALUE."""

from __future__ import annotations

import argparse
import getpass
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TextIO, TypeAlias

from webupdate.config import open_data_dir
from webupdate.errors import UsageError
from webupdate.store import companies
from webupdate.store.companies import CompanyInfo, SiteInfo
from webupdate.store.db import Store, open_store
from webupdate.store.properties import BY_NAME
from webupdate.store.secrets import Vault, open_vault
from webupdate.sync.text import json_text as json_text

Arguments = argparse.Namespace
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def command(
    commands: Commands,
    name: str,
    text: str,
    run: Callable[[Arguments], int],
) -> argparse.ArgumentParser:
    """Add a command that `run` carries out."""
    parser = commands.add_parser(name, help=text, description=text)
    parser.set_defaults(run=run)
    return parser


class Opened:
    """The store of `--data` for one command."""

    def __init__(self, arguments: Arguments) -> None:
        self._paths = open_data_dir(arguments.data)

    def __enter__(self) -> Store:
        self._store = open_store(self._paths.store)
        return self._store

    def __exit__(self, *_: object) -> None:
        self._store.close()


def vault_of(arguments: Arguments) -> Vault:
    """The secrets of `--data`."""
    return open_vault(open_data_dir(arguments.data).key)


def typed(question: str) -> str:
    """What a person types; "" when nobody is there to ask."""
    try:
        return input(question).strip()
    except EOFError:
        return ""


def chosen_company(store: Store, name: str | None) -> CompanyInfo:
    """The company of that name; without one the only company. Raises UsageError if there is none, or several."""
    if name is not None:
        return companies.company(store, name)
    known = companies.companies(store)
    if not known:
        raise UsageError("There is no company yet.", "Make one: webupdate companies add --help")
    if len(known) > 1:
        raise UsageError("Which company?", f"Name one of {', '.join(info.name for info in known)}.")
    return known[0]


def command_line(arguments: Arguments, *words: str) -> str:
    """A command of this program as a person types it, for the same data folder."""
    data = ("--data", arguments.data) if arguments.data else ()
    whole = ("webupdate", *data, *words)
    return subprocess.list2cmdline(whole) if os.name == "nt" else shlex.join(whole)


def moment(at: float) -> str:
    """A time (seconds since 1970) on this machine's clock."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at))


def sites_of(info: CompanyInfo, name: str | None) -> Sequence[SiteInfo]:
    """The site of that name, all without one. Raises UsageError if there is none."""
    return (info.site(name),) if name else info.sites


def pairs(given: Sequence[str]) -> dict[str, str]:
    """PROPERTY=VALUE words as a dictionary. Raises UsageError."""
    values: dict[str, str] = {}
    for pair in given:
        name, separator, value = pair.partition("=")
        if not separator:
            raise UsageError(f"{pair!r} is not PROPERTY=VALUE.", "As in: interval=20")
        entry = BY_NAME.get(name)
        values[name] = _secret(value) if entry is not None and entry.kind == "secret" else value
    return values


def _secret(value: str) -> str:
    """A secret from the keyboard (-) or a file (@FILE), so that it need not stand on the command line."""
    if value == "-":
        return getpass.getpass("Secret: ").strip() if sys.stdin.isatty() else sys.stdin.readline().strip()
    if value.startswith("@"):
        try:
            return Path(value[1:]).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is no text"
            raise UsageError(f"The file {value[1:]} can't be read: {reason}.", "As in: token=@/root/token") from error
    return value


def say(text: str, stream: TextIO | None = None) -> None:
    """Print a line."""
    print(text, file=stream or sys.stdout)
