"""`webupdate doctor`: whether all that the sync needs is there, and what is off."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from webupdate.cli.common import Arguments, Commands, Opened, command, json_text, say
from webupdate.config import open_data_dir
from webupdate.report import Exit
from webupdate.store import board, companies
from webupdate.store.lock import EngineLock
from webupdate.sync import checkup
from webupdate.sync.checkup import Found
from webupdate.sync.text import visible

_GLYPHS = {"ok": "✔", "off": "·", "warn": "⚠", "bad": "✖"}


def add_to(commands: Commands) -> None:
    """Add the command."""
    parser = command(commands, "doctor", "look at machine, folders, files and rules, and say what is off", _run)
    parser.add_argument("--json", action="store_true", help="as a JSON list")


def _run(arguments: Arguments) -> int:
    paths = open_data_dir(arguments.data)
    now = time.time()
    with Opened(arguments) as store:
        found = [
            *checkup.machine(paths),
            checkup.engine(board.engine(store), held=EngineLock(paths.lock).is_held(), now=now),
            *(one for info in companies.companies(store) for one in checkup.company(store, info, now)),
        ]
    say(json_text(found) if arguments.json else "\n".join(_lines(found)))
    return Exit.NEEDS_PERSON if any(one.state in ("warn", "bad") for one in found) else Exit.FINE


def _lines(found: Sequence[Found]) -> Iterator[str]:
    """The machine first, then each company under its name."""
    width = max(len(one.what) for one in found)
    company = ""
    for one in found:
        if one.company != company:
            company = one.company
            yield company
        indent = "  " if company else ""
        yield f"{indent}{_GLYPHS[one.state]} {one.what:<{width}}  {visible(one.detail, 500)}"
        if one.do:
            yield f"{indent}  {'':<{width}}  → {one.do}"
