"""`webupdate companies export` and `import`: a company's properties from one machine to another."""

from __future__ import annotations

import sys

from webupdate.cli.common import (
    Arguments,
    Commands,
    Opened,
    command,
    command_line,
    json_text,
    read_file,
    say,
    vault_of,
    write_file,
)
from webupdate.errors import UsageError
from webupdate.report import Exit
from webupdate.store import companies
from webupdate.store.companies import CompanyInfo
from webupdate.sync import companyfile


def add_to(verbs: Commands) -> None:
    """Add the verbs."""
    out = command(verbs, "export", "write the properties of a company and its sites as JSON, without secrets", _export)
    out.add_argument("company")
    out.add_argument("file", nargs="?", help="where to (default: the standard output)")
    take = command(verbs, "import", "make or change a company from JSON or TOML; nothing if anything is wrong", _import)
    take.add_argument("file")


def _export(arguments: Arguments) -> int:
    with Opened(arguments) as store:
        info = companies.company(store, arguments.company)
    text = json_text(companyfile.described(info))
    if arguments.file is None:
        say(text)
        return Exit.FINE
    write_file(arguments.file, text + "\n")
    say(f"{info.name} is written to {arguments.file}, without its secrets.")
    return Exit.FINE


def _import(arguments: Arguments) -> int:
    found = companyfile.read(read_file(arguments.file))
    if wrong := companyfile.faults(found):
        for text in wrong:
            say(f"✖ {text}", sys.stderr)
        raise UsageError(f"{arguments.file} has {len(wrong):,} faults; nothing was taken.", "Correct the file.")
    with Opened(arguments) as store:
        info = companyfile.take(store, vault_of(arguments), found)
    say(f"{info.name} is as the file says.")
    _say_secrets(arguments, info)
    return Exit.FINE


def _say_secrets(arguments: Arguments, info: CompanyInfo) -> None:
    """What is to be entered yet, with the command for it."""
    for site in (one.name for one in info.sites if one.secrets is None):
        enter = command_line(arguments, "companies", "set", info.name, "--site", site, "token=-")
        say(f"Its site {site} has no token yet: {enter}")
    if info.secrets is None:
        enter = command_line(arguments, "companies", "set", info.name, "support=-")
        say(f"Nobody is told when its sync stops: {enter}")
