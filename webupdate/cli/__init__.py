"""The command line: what each command is called, takes and ends with. Without a command the screens open."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from webupdate import __version__, settings
from webupdate.cli import examples
from webupdate.cli.common import HELP, Arguments, Commands, Opened, command, say
from webupdate.config import open_data_dir
from webupdate.errors import LockHeld, Retryable, Stopped, UsageError, WebUpdateError
from webupdate.report import Exit


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code (design section 8)."""
    _speak_utf8()
    arguments = _screens_only(argv) or _parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except WebUpdateError as error:
        say(f"webupdate: {error.message}", sys.stderr)
        if error.hint:
            say(f"  {error.hint}", sys.stderr)
        return _code_of(error)
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone (`webupdate status | head`): nothing is left to be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.FINE


def _speak_utf8() -> None:
    """A console that lacks a character shows it escaped instead of ending the program."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _code_of(error: WebUpdateError) -> Exit:
    if isinstance(error, LockHeld):
        return Exit.LOCK_HELD
    if isinstance(error, Retryable | Stopped):
        return Exit.UNREACHABLE
    return Exit.USAGE


class _Unsuited(argparse.ArgumentParser):
    """Says by an exception that the arguments are not its own."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message)


def _screens_only(argv: Sequence[str] | None) -> Arguments | None:
    """The arguments if they name no command: the screens then open without the commands being imported."""
    parser = _Unsuited(add_help=False)
    _add_options(parser)
    try:
        arguments, others = parser.parse_known_args(argv)
    except UsageError:
        return None
    return None if others else arguments


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="webupdate",
        description="Keeps a firm's web shop in step with EBMS. Without a command: the screens.",
        formatter_class=HELP,
        epilog=f"{examples.shown('')}\n\nEach command explains itself: webupdate COMMAND --help",
    )
    parser.add_argument("--version", action="version", version=f"webupdate {__version__}")
    _add_options(parser)
    _add_commands(parser, parser.add_subparsers(title="commands", metavar=""))
    return parser


def _add_options(parser: argparse.ArgumentParser) -> None:
    """What can be given without a command."""
    parser.add_argument("--data", metavar="DIR", help="the data folder (default: the platform's)")
    parser.add_argument("--headless", action="store_true", help="run the sync unattended, without screens")
    parser.add_argument("--once", action="store_true", help="one full cycle, then exit")
    parser.add_argument("--wait", action="store_true", help="with --headless: wait for another engine to end")
    parser.add_argument("--log-json", action="store_true", help="with --headless: log as JSON lines")
    _add_habits(parser)
    parser.add_argument("--open", metavar="SCREEN", help="open at the orders that wait: conflicts[/COMPANY[/ORDER]]")
    parser.set_defaults(run=_screens_or_headless)


def _add_commands(parser: argparse.ArgumentParser, commands: Commands) -> None:
    from webupdate.cli import (
        columns,
        companies,
        completion,
        conflicts,
        customers,
        doctor,
        explain,
        keys,
        listing,
        log,
        mappings,
        preview,
        progress,
        state,
        support,
        sync,
        uploads,
        verify,
    )

    state.add_to(commands)
    progress.add_to(commands)
    log.add_to(commands)
    sync.add_to(commands)
    companies.add_to(commands)
    columns.add_to(commands)
    customers.add_to(commands)
    conflicts.add_to(commands)
    listing.add_to(commands)
    mappings.add_to(commands)
    uploads.add_to(commands)
    explain.add_to(commands)
    preview.add_to(commands)
    verify.add_to(commands)
    support.add_to(commands)
    doctor.add_to(commands)
    keys.add_to(commands)
    completion.add_to(commands, parser)
    _add_demo(commands)


def _add_demo(commands: Commands) -> None:
    demo = command(commands, "demo", "a firm, a shop and the sync between them, on this machine", _demo)
    demo.add_argument("--dir", metavar="DIR", help="where everything is put (default: the platform's data folder)")
    demo.add_argument("--port", type=int, default=8443, metavar="N", help="the shop's port (default: 8443)")
    demo.add_argument("--headless", action="store_true", help="without screens")
    demo.add_argument("--once", action="store_true", help="one full cycle, then exit")
    demo.add_argument("--json", action="store_true", help="with --once: one JSON object on stdout")
    demo.add_argument(
        "--northwind-orders", action="store_true", help="place Northwind's 830 orders of 1996 to 1998 in the shop too"
    )
    demo.add_argument("--shop-only", action="store_true", help="serve just the shop")
    _add_habits(demo)


def _add_habits(parser: argparse.ArgumentParser) -> None:
    """The settings of the screens, for one window."""
    parser.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")
    parser.add_argument("--calm", action="store_true", help="for slow lines: look once a second, move nothing")
    parser.add_argument("--theme", choices=settings.THEMES, help="the colours of the screens")


def _screens_or_headless(arguments: Arguments) -> int:
    paths = open_data_dir(arguments.data)
    if arguments.headless or arguments.once:
        from webupdate import headless

        return headless.run(paths, once=arguments.once, wait=arguments.wait, log_json=arguments.log_json)
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise UsageError("The screens need a terminal.", "Run unattended with --headless, or ask: webupdate status")
    gc.disable()  # there is no garbage yet; tui/warmup.py turns it on again behind the first screen
    from webupdate.tui import opening, start
    from webupdate.tui.session import Session

    with Opened(arguments) as store:
        target = opening.target(store, arguments.open) if arguments.open else None
    start.run(Session.open(paths), flags=settings.from_flags(arguments), target=target)
    return Exit.FINE


def _demo(arguments: Arguments) -> int:
    from webupdate import demo

    return demo.run(arguments)
