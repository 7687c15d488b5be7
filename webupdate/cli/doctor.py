"""`webupdate doctor`: whether all that the sync needs is there, and what is off."""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path

from webupdate import bundle
from webupdate.cli.common import Arguments, Commands, Opened, command, json_text, say, vault_of
from webupdate.config import Paths, open_data_dir
from webupdate.report import Exit
from webupdate.store import companies
from webupdate.store.db import Store
from webupdate.store.lock import EngineLock
from webupdate.sync import checkup
from webupdate.sync.checkup import Found


def add_to(commands: Commands) -> None:
    """Add the command."""
    parser = command(commands, "doctor", "look at machine, folders, files, rules and shops, and say what is off", _run)
    parser.add_argument("--offline", action="store_true", help="do not ask the shops")
    parser.add_argument("--json", action="store_true", help="as a JSON list")
    parser.add_argument("--bundle", metavar="FILE", help="write all that support needs to know into a text file")


def _run(arguments: Arguments) -> int:
    paths = open_data_dir(arguments.data)
    with Opened(arguments) as store:
        found = _found(arguments, store, paths)
        if arguments.bundle:
            path = Path(arguments.bundle).expanduser()
            bundle.write(path, store, vault_of(arguments), found, time.time())
    say(json_text(found) if arguments.json else "\n".join(checkup.as_text(found)))
    if arguments.bundle:
        say(f"{bundle.WRITTEN} {path}", sys.stderr)
    return Exit.NEEDS_PERSON if any(one.state in ("warn", "bad") for one in found) else Exit.FINE


def _found(arguments: Arguments, store: Store, paths: Paths) -> list[Found]:
    terminal = checkup.terminal(os.environ, shutil.get_terminal_size(), sys.stdout.encoding)
    found = list(checkup.look(store, paths, terminal, held=EngineLock(paths.lock).is_held(), now=time.time()))
    if arguments.offline or not (known := companies.companies(store)):
        return found
    from webupdate.sync import checkshop

    vault = vault_of(arguments)
    sites = ((info, site) for info in known for site in info.sites)
    shops = [one for info, site in sites for one in checkshop.site(vault, info, site, time.time())]
    return checkup.ordered([*found, *shops])
