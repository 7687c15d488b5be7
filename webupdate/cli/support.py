"""`webupdate support`: whether the message that the sync has stopped would arrive."""

from __future__ import annotations

import time

from webupdate.cli.acting import act
from webupdate.cli.common import Arguments, Commands, Opened, command, group, say, vault_of
from webupdate.report import Exit
from webupdate.store import companies
from webupdate.store.companies import CompanyInfo
from webupdate.store.secrets import Vault


def add_to(commands: Commands) -> None:
    """Add the command and its verb."""
    verbs = group(commands, "support", "who is told when the sync stops")
    test = command(verbs, "test", "send a test message to a company's addresses of support", _test)
    test.add_argument("company")


def _test(arguments: Arguments) -> int:
    """Carried out here, whoever runs the sync; without the right to the key by the engine."""
    with Opened(arguments) as store:
        info = companies.company(store, arguments.company)
        vault = vault_of(arguments)
        say(f"✔ {_told(vault, info) if vault.closed is None else act(arguments, store, info, 'test_support')}")
    return Exit.FINE


def _told(vault: Vault, info: CompanyInfo) -> str:
    from webupdate.sync.support import try_out

    secrets = vault.unlock(info.secrets, "The address of support")
    return try_out(secrets.get("support", ""), info.name, time.time())
