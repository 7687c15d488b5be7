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

from webupdate.cli import examples
from webupdate.config import open_data_dir
from webupdate.errors import UsageError
from webupdate.store import companies
from webupdate.store.companies import CompanyInfo, SiteInfo
from webupdate.store.db import Store, open_store
from webupdate.store.lock import EngineLock
from webupdate.store.properties import BY_NAME
from webupdate.store.secrets import Vault, persons_vault
from webupdate.sync.text import json_text as json_text
from webupdate.sync.text import visible

Arguments = argparse.Namespace
HELP = argparse.RawDescriptionHelpFormatter  # examples stay as they are laid out
_LARGEST = 50_000_000  # bytes of a file that is taken
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def command(
    commands: Commands,
    name: str,
    text: str,
    run: Callable[[Arguments], int],
    notes: str = "",
) -> argparse.ArgumentParser:
    """Add a command that `run` carries out. Its --help ends with `notes` and its examples (cli/examples.py)."""
    parser = commands.add_parser(name, help=text, description=text, formatter_class=HELP)
    found = examples.shown(parser.prog.removeprefix("webupdate").strip())
    parser.epilog = "\n\n".join(part for part in (notes.strip("\n"), found) if part)
    parser.set_defaults(run=run)
    return parser


def group(commands: Commands, name: str, text: str) -> Commands:
    """Add a command that has verbs; returns what they are added to."""
    parent = commands.add_parser(
        name, help=text, description=text, epilog=f"Each explains itself: webupdate {name} COMMAND --help"
    )
    return parent.add_subparsers(title="commands", metavar="", required=True)


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
    """The secrets of `--data`; NoKey where they are not for this person."""
    paths = open_data_dir(arguments.data)
    return persons_vault(paths.key, engine_runs=EngineLock(paths.lock).is_held)


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


def count(text: str) -> int:
    """A number of lines from the command line, 0 or more; argparse tells what is none."""
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise argparse.ArgumentTypeError(f"{visible(text)!r} is no number of lines, as in: -n 20")
    return int(text)


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


def read_file(file: str) -> str:
    """The text of a file that is to be taken. Raises UsageError."""
    try:
        path = Path(file).expanduser()
        if path.stat().st_size > _LARGEST:
            raise UsageError(f"{file} has more than {_LARGEST:,} bytes: it is none of ours.", "Nothing was taken.")
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{file} is no UTF-8.", "Save it as UTF-8 (a spreadsheet: CSV UTF-8); nothing was taken."
        ) from error
    except (OSError, RuntimeError) as error:
        raise UsageError(f"{file} can't be read: {error}.", "Nothing was taken.") from error


def write_file(file: str, text: str) -> None:
    """Write a file that a person named. Raises UsageError."""
    try:
        Path(file).expanduser().write_text(text, encoding="utf-8", newline="")
    except (OSError, RuntimeError) as error:
        raise UsageError(f"{file} can't be written: {error}.", "Name a file in a folder that is there.") from error


def say(text: str, stream: TextIO | None = None) -> None:
    """Print a line."""
    print(text, file=stream or sys.stdout)
