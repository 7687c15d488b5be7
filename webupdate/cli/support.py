"""`webupdate support`: whether the message that the sync has stopped would arrive."""

from __future__ import annotations

import time

from webupdate.cli.common import Arguments, Commands, Opened, command, group, say, vault_of
from webupdate.report import Exit
from webupdate.store import companies


def add_to(commands: Commands) -> None:
    """Add the command and its verb."""
    verbs = group(commands, "support", "who is told when the sync stops")
    test = command(verbs, "test", "send a test message to a company's addresses of support", _test)
    test.add_argument("company")


def _test(arguments: Arguments) -> int:
    """Carried out here, whoever runs the sync: the key is needed."""
    from webupdate.sync.support import try_out

    with Opened(arguments) as store:
        info = companies.company(store, arguments.company)
    secrets = vault_of(arguments).unlock(info.secrets, "The address of support")
    say(f"✔ {try_out(secrets.get('support', ''), info.name, time.time())}")
    return Exit.FINE
