"""`webupdate log`: what happened, and what happens now."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Iterator

from webupdate.cli.common import Arguments, Commands, Opened, command, count, say
from webupdate.clock import SystemClock
from webupdate.logtail import Tail, formatter
from webupdate.report import Exit
from webupdate.store import companies
from webupdate.store.board import LogLine

LEVELS = ("info", "warning", "error")
# Seconds between two looks whether anybody wrote to the store.
LOOK_EVERY = 0.25


def add_to(commands: Commands) -> None:
    """Add the command."""
    parser = command(commands, "log", "what happened, newest last; errors with what to do about them", _log)
    parser.add_argument("company", nargs="?", help="only what concerns this company (default: everything)")
    parser.add_argument("-f", "--follow", action="store_true", help="go on with what comes, until Ctrl-C")
    parser.add_argument("-n", type=count, default=100, metavar="N", help="so many lines at most (default: 100)")
    parser.add_argument("--level", choices=LEVELS, default="info", help="only this level and worse (default: info)")
    parser.add_argument("--grep", default="", metavar="TEXT", help="only lines that have this text, whatever its case")
    parser.add_argument("--json", action="store_true", help="each line as a JSON object")


def _log(arguments: Arguments) -> int:
    with Opened(arguments) as store:
        company = companies.company(store, arguments.company).id if arguments.company else None
        tail = Tail(store, company_id=company)
        told = list(_wanted(arguments, tail.earlier()))
        with contextlib.suppress(KeyboardInterrupt):  # the way to end it, not a failure
            _write(arguments, told[max(0, len(told) - arguments.n) :])
            if arguments.follow:
                _follow(arguments, tail)
    return Exit.FINE


def _follow(arguments: Arguments, tail: Tail) -> None:
    clock = SystemClock()
    while True:
        _write(arguments, _wanted(arguments, tail.new()))
        clock.pause(LOOK_EVERY)


def _wanted(arguments: Arguments, lines: Iterable[LogLine]) -> Iterator[LogLine]:
    levels = LEVELS[LEVELS.index(arguments.level) :]
    text = arguments.grep.casefold()
    for line in lines:
        if line.level in levels and text in f"{line.key}\n{line.text}\n{line.hint}".casefold():
            yield line


def _write(arguments: Arguments, lines: Iterable[LogLine]) -> None:
    written = formatter(as_json=arguments.json)
    for line in lines:
        say(written(line))
        sys.stdout.flush()  # a pipe gets each line at once
