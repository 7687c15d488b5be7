"""The command line: what each command is called, takes and ends with. Without a command the screens open."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TextIO

import msgspec

from webupdate import __version__
from webupdate.config import open_data_dir, share_with_group
from webupdate.errors import LockHeld, Retryable, Stopped, UsageError, WebUpdateError
from webupdate.report import Exit, as_json, as_text, exit_code
from webupdate.store import commands as wishes
from webupdate.store import companies, exports
from webupdate.store.companies import CompanyInfo
from webupdate.store.db import Store, open_store
from webupdate.store.properties import BY_NAME, PROPERTIES
from webupdate.store.secrets import open_vault
from webupdate.store.snapshot import snapshot
from webupdate.sync.entities import FILES

Arguments = argparse.Namespace


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code (design section 8)."""
    _speak_utf8()
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except WebUpdateError as error:
        _say(f"webupdate: {error.message}", sys.stderr)
        if error.hint:
            _say(f"  {error.hint}", sys.stderr)
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="webupdate", description="Keeps a firm's web shop in step with EBMS. Without a command: the screens."
    )
    parser.add_argument("--version", action="version", version=f"webupdate {__version__}")
    parser.add_argument("--data", metavar="DIR", help="the data folder (default: the platform's)")
    parser.add_argument("--headless", action="store_true", help="run the sync unattended, without screens")
    parser.add_argument("--once", action="store_true", help="one full cycle, then exit")
    parser.add_argument("--wait", action="store_true", help="with --headless: wait for another engine to end")
    parser.add_argument("--log-json", action="store_true", help="with --headless: log as JSON lines")
    parser.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")
    parser.set_defaults(run=_screens_or_headless)
    commands = parser.add_subparsers(title="commands", metavar="")
    _add_status(commands)
    _add_companies(commands)
    _add_release(commands)
    _add_group(commands)
    _add_demo(commands)
    return parser


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    text: str,
    run: Callable[[Arguments], int],
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=text, description=text)
    command.set_defaults(run=run)
    return command


def _add_status(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = _command(commands, "status", "say how all companies are", _status)
    command.add_argument("--json", action="store_true", help="as one JSON object")


def _add_companies(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parent = commands.add_parser("companies", help="make, list and change companies")
    verbs = parent.add_subparsers(title="commands", metavar="", required=True)
    names = "\n".join(f"  {p.name:<16} {p.help}" for p in PROPERTIES)
    add = _command(verbs, "add", "make a company", _companies_add)
    add.formatter_class = argparse.RawDescriptionHelpFormatter
    add.epilog = (
        "properties:\n" + names + "\n\nexample:\n  webupdate companies add name='Northwind Traders' "
        "export_folder=/srv/ebms/export order_folder=/srv/ebms/import address=https://shop.example token=-\n"
        "\ntoken=- asks for the token, token=@FILE reads it: so it is not in the shell's history."
    )
    add.add_argument("values", nargs="+", metavar="PROPERTY=VALUE")
    site = _command(verbs, "add-site", "give a company another web site; it fills itself", _companies_add_site)
    site.add_argument("company")
    site.add_argument("values", nargs="+", metavar="PROPERTY=VALUE", help="site=NAME address=https://… token=-")
    _command(verbs, "list", "list companies and their sites", _companies_list).add_argument(
        "--json", action="store_true"
    )
    change = _command(verbs, "set", "change properties of a company", _companies_set)
    change.add_argument("company")
    change.add_argument("values", nargs="+", metavar="PROPERTY=VALUE")
    change.add_argument("--site", help="which site (default: the first)")
    get = _command(verbs, "get", "show properties of a company (never secrets)", _companies_get)
    get.add_argument("company")
    get.add_argument("property", nargs="?")
    get.add_argument("--site", help="which site (default: the first)")
    test = _command(verbs, "test", "test the connection to a company's shops", _companies_test)
    test.add_argument("company")
    for verb, run in (("pause", _pause), ("resume", _resume)):
        _command(verbs, verb, f"{verb} a company", run).add_argument("company")
    remove = _command(verbs, "remove", "forget a company; its files and shop stay", _companies_remove)
    remove.add_argument("company")
    remove.add_argument("--yes", action="store_true", help="do not ask")


def _add_release(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = _command(commands, "release", "let an export file pass on which a brake is", _release)
    command.add_argument("company")
    command.add_argument("file", choices=FILES, help="the file, without its suffix")


def _add_group(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = _command(commands, "group", "let a group of administrators use this data folder", _group)
    command.add_argument("name", nargs="?", help="the group; - takes the right back; nothing shows it")


def _add_demo(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = _command(commands, "demo", "a firm, a shop and the sync between them, on this machine", _demo)
    command.add_argument("--dir", metavar="DIR", help="where everything is put (default: the platform's data folder)")
    command.add_argument("--port", type=int, default=8443, metavar="N", help="the shop's port (default: 8443)")
    command.add_argument("--headless", action="store_true", help="without screens")
    command.add_argument("--once", action="store_true", help="one full cycle, then exit")
    command.add_argument("--json", action="store_true", help="with --once: one JSON object on stdout")
    command.add_argument("--shop-only", action="store_true", help="serve just the shop")
    command.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")


def _screens_or_headless(arguments: Arguments) -> int:
    paths = open_data_dir(arguments.data)
    if arguments.headless or arguments.once:
        from webupdate import headless

        return headless.run(paths, once=arguments.once, wait=arguments.wait, log_json=arguments.log_json)
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise UsageError("The screens need a terminal.", "Run unattended with --headless, or ask: webupdate status")
    from webupdate.tui import app
    from webupdate.tui.session import Session

    app.run(Session.open(paths), mouse=not arguments.no_mouse)
    return Exit.FINE


def _status(arguments: Arguments) -> int:
    with _Opened(arguments) as store:
        now = snapshot(store, time.time())
    _say(as_json(now) if arguments.json else "\n".join(as_text(now)))
    return exit_code(now)


def _companies_add(arguments: Arguments) -> int:
    values = _pairs(arguments.values)
    with _Opened(arguments) as store:
        info = companies.add(store, open_vault(_paths_key(arguments)), values)
    _say(f"{info.name} is made. Test it: webupdate companies test {info.name!r}")
    return Exit.FINE


def _companies_add_site(arguments: Arguments) -> int:
    values = _pairs(arguments.values)
    with _Opened(arguments) as store:
        info = companies.company(store, arguments.company)
        companies.add_site(store, open_vault(_paths_key(arguments)), info, values)
    return Exit.FINE


def _companies_list(arguments: Arguments) -> int:
    with _Opened(arguments) as store:
        known = companies.companies(store)
    if arguments.json:
        _say(msgspec.json.format(msgspec.json.encode([_public(info) for info in known])).decode())
        return Exit.FINE
    for info in known:
        _say(f"{info.name}{'  (paused)' if info.paused else ''}")
        for site in info.sites:
            _say(f"  {site.name:<20} {site.values['address']}")
    if not known:
        _say("No company yet. Make one: webupdate companies add --help")
    return Exit.FINE


def _public(info: CompanyInfo) -> dict[str, object]:
    return {
        "name": info.name,
        "paused": info.paused,
        "values": info.values,
        "sites": [{"name": site.name, "values": site.values} for site in info.sites],
    }


def _companies_set(arguments: Arguments) -> int:
    values = _pairs(arguments.values)
    with _Opened(arguments) as store:
        info = companies.company(store, arguments.company)
        companies.change(store, open_vault(_paths_key(arguments)), info, values, arguments.site)
    return Exit.FINE


def _companies_get(arguments: Arguments) -> int:
    with _Opened(arguments) as store:
        info = companies.company(store, arguments.company)
    site = info.site(arguments.site) if arguments.site else info.sites[0]
    values = {**info.values, **site.values}
    if arguments.property is None:
        for name, value in values.items():
            _say(f"{name}={value}")
        return Exit.FINE
    entry = BY_NAME.get(arguments.property)
    if entry is None:
        raise UsageError(f"There is no property {arguments.property!r}.", f"Properties: {', '.join(BY_NAME)}")
    if entry.kind == "secret":
        raise UsageError(f"{entry.label} is a secret and is never shown.", "Set a new one: webupdate companies set")
    _say(values[entry.name])
    return Exit.FINE


def _companies_test(arguments: Arguments) -> int:
    from webupdate.sync.connect import try_connection

    with _Opened(arguments) as store:
        info = companies.company(store, arguments.company)
        vault = open_vault(_paths_key(arguments))
        for site in info.sites:
            found = try_connection(site.values, vault.unlock(site.secrets).get("token", ""))
            ahead = round(found.clock - time.time())
            clock = "its clock is right" if abs(ahead) < 5 else f"its clock is {ahead:+d} s off"
            _say(f"✔ {site.name}: {found.name} {found.version} at {site.values['address']}, {clock}")
    return Exit.FINE


def _pause(arguments: Arguments) -> int:
    return _set_paused(arguments, paused=True)


def _resume(arguments: Arguments) -> int:
    return _set_paused(arguments, paused=False)


def _set_paused(arguments: Arguments, *, paused: bool) -> int:
    with _Opened(arguments) as store:
        companies.set_paused(store, companies.company(store, arguments.company), paused)
    return Exit.FINE


def _companies_remove(arguments: Arguments) -> int:
    with _Opened(arguments) as store:
        info = companies.company(store, arguments.company)
        if not arguments.yes and _typed(f"Type the name to forget {info.name!r}: ") != info.name:
            raise UsageError("Nothing was removed.", "The name was not typed as it is; --yes does not ask.")
        companies.remove(store, info)
    return Exit.FINE


def _release(arguments: Arguments) -> int:
    with _Opened(arguments) as store:
        info = companies.company(store, arguments.company)
        if not exports.release(store, info.id, arguments.file):
            raise UsageError(f"No brake is on for {arguments.file} of {info.name}.", "See: webupdate status")
        wishes.leave(store, "sync_now", company_id=info.id)
    _say(f"{arguments.file} passes at the next look.")
    return Exit.FINE


def _typed(question: str) -> str:
    try:
        return input(question).strip()
    except EOFError:  # nobody is there to ask
        return ""


def _group(arguments: Arguments) -> int:
    paths = open_data_dir(arguments.data)
    with _Opened(arguments) as store:
        if arguments.name is None:
            _say(companies.group(store) or "no group: only the owner may use this data folder")
            return Exit.FINE
        name = "" if arguments.name == "-" else arguments.name
        share_with_group(paths, name)
        companies.set_group(store, name)
    return Exit.FINE


def _demo(arguments: Arguments) -> int:
    from webupdate import demo

    return demo.run(arguments)


class _Opened:
    """The store of `--data` for one command."""

    def __init__(self, arguments: Arguments) -> None:
        self._paths = open_data_dir(arguments.data)

    def __enter__(self) -> Store:
        self._store = open_store(self._paths.store)
        return self._store

    def __exit__(self, *_: object) -> None:
        self._store.close()


def _paths_key(arguments: Arguments) -> Path:
    return open_data_dir(arguments.data).key


def _pairs(given: Sequence[str]) -> dict[str, str]:
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
        return getpass.getpass("Token: ").strip() if sys.stdin.isatty() else sys.stdin.readline().strip()
    if value.startswith("@"):
        try:
            return Path(value[1:]).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is no text"
            raise UsageError(f"The file {value[1:]} can't be read: {reason}.", "As in: token=@/root/token") from error
    return value


def _say(text: str, stream: TextIO | None = None) -> None:
    print(text, file=stream or sys.stdout)


if __name__ == "__main__":
    sys.exit(main())
